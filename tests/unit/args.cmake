# SPDX-License-Identifier: MIT
prl_add_test(unit qemu_host prl_service cmocka)

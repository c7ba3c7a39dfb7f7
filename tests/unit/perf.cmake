# SPDX-License-Identifier: MIT
prl_add_test(unit perf prl_service cmocka)

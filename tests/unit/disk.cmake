# SPDX-License-Identifier: MIT
# Disks: the API as programs see it, what may be opened, and the private qemu-nbd.
prl_add_test(unit disk prl_api_inside cmocka)
prl_add_test(unit disk_work prl_api_inside cmocka)
prl_add_test(unit disk_threads prl_api_inside cmocka)
prl_add_test(unit disk_open prl_image cmocka)
prl_add_test(unit disk_nbd prl_image cmocka)

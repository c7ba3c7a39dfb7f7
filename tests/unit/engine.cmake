# SPDX-License-Identifier: MIT
prl_add_test(unit frame prl_wire cmocka)
prl_add_test(unit ops prl_wire cmocka)
prl_add_test(unit places prl_wire cmocka)
prl_add_test(unit claims prl_service cmocka)
prl_add_test(unit journal prl_service cmocka)

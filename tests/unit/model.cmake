# SPDX-License-Identifier: MIT
prl_add_test(unit guest_os prl_model cmocka)
prl_add_test(unit event_xml prl_model cmocka)
prl_add_test(unit vm_model prl_model cmocka)
prl_add_test(unit merge prl_model cmocka)
prl_add_test(unit validate prl_model cmocka)
prl_add_test(unit prepare prl_model cmocka)
prl_add_test(unit host prl_service cmocka)
prl_add_test(unit fs prl_service cmocka)

# SPDX-License-Identifier: MIT
foreach(name vm_state vm_store image_file links commit_rules)
    prl_add_test(unit ${name} prl_service cmocka)
endforeach()

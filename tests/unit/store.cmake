# SPDX-License-Identifier: MIT
foreach(name vm_state vm_store text_bank registry_file home_watch image_file links commit_rules)
    prl_add_test(unit ${name} prl_service cmocka)
endforeach()

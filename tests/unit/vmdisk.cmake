# SPDX-License-Identifier: MIT
foreach(name disk_facts qemu_export)
    prl_add_test(unit ${name} prl_service cmocka)
endforeach()

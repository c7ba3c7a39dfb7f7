# SPDX-License-Identifier: MIT
foreach(name disk_facts qemu_export)
    prl_add_test(unit ${name} prl_service cmocka)
endforeach()
if(PRLKVM_SANITIZE)
    target_compile_definitions(test_unit_qemu_export PRIVATE PRLKVM_SANITIZED)
endif()

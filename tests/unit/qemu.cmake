# SPDX-License-Identifier: MIT
foreach(name qmp qemu_caps qemu_args saved_state run_record ram_file)
    prl_add_test(unit ${name} prl_service cmocka)
endforeach()

prl_add_test(unit stall prl_service cmocka)
target_sources(test_unit_stall PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/stub_engine.c)

# SPDX-License-Identifier: MIT
foreach(name qmp qemu_args saved_state run_record ram_file)
    prl_add_test(unit ${name} prl_service cmocka)
endforeach()

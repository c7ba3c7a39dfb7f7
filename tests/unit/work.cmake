# SPDX-License-Identifier: MIT
foreach(name work work_crash)
    prl_add_test(unit ${name} prl_image cmocka)
endforeach()

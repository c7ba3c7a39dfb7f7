# SPDX-License-Identifier: MIT
foreach(name err str uuid path xml pool log)
    prl_add_test(unit ${name} prl_base cmocka)
endforeach()
prl_add_test(unit errors prl_core cmocka)

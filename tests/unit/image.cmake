# SPDX-License-Identifier: MIT
foreach(name hds hds_check hds_ext hds_change chain image_crash making work_table)
    prl_add_test(unit ${name} prl_image cmocka)
endforeach()

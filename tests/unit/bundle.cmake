# SPDX-License-Identifier: MIT
foreach(name descriptor bundle bundle_tree bundle_crash bundle_threads)
    prl_add_test(unit ${name} prl_image cmocka)
endforeach()

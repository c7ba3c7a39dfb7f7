# SPDX-License-Identifier: MIT
# The configuration side: rows, files of other products, two editors. The library and the service as in sdk.cmake.
foreach(name sdk_rows sdk_config)
    prl_add_test(component ${name} prl_test_sdk)
endforeach()

# SPDX-License-Identifier: MIT
if(Python3_FOUND AND NOT PRLKVM_SANITIZE MATCHES "thread|address")
    prl_add_python_test(disk_tool)
    prl_add_python_test(disk_guest)
endif()

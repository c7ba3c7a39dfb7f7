# SPDX-License-Identifier: MIT
if(Python3_FOUND AND NOT PRLKVM_SANITIZE MATCHES "thread|address")
    foreach(name golden_args effects crash_sides linux_guest shares)
        prl_add_python_test(${name})
    endforeach()
endif()

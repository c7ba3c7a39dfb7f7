# SPDX-License-Identifier: MIT
if(Python3_FOUND AND NOT PRLKVM_SANITIZE MATCHES "thread|address")
    prl_add_python_test(bundles)
endif()

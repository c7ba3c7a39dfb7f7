# SPDX-License-Identifier: MIT
# The public library (as programs load it) and the service in one process: a sanitizer sees both sides of the wire.
add_library(prl_test_sdk STATIC ${PROJECT_SOURCE_DIR}/tests/component/sdk_support.c ${PROJECT_SOURCE_DIR}/tests/component/sdk_backend.c
    ${PROJECT_SOURCE_DIR}/tests/support/gate.c)
target_include_directories(prl_test_sdk PUBLIC ${PROJECT_SOURCE_DIR}/tests/component ${PROJECT_SOURCE_DIR}/tests/support)
target_link_libraries(prl_test_sdk PUBLIC prl_sdk prl_service cmocka)
foreach(name sdk sdk_events sdk_known sdk_life sdk_perf)
    prl_add_test(component ${name} prl_test_sdk)
endforeach()

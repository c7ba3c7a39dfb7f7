# SPDX-License-Identifier: MIT
# Library connection and service in one process; other component tests link prl_test_service too.
if(NOT TARGET prl_test_service)
    add_library(prl_test_service STATIC ${PROJECT_SOURCE_DIR}/tests/support/service_fixture.c ${PROJECT_SOURCE_DIR}/tests/support/gate.c)
    target_include_directories(prl_test_service PUBLIC ${PROJECT_SOURCE_DIR}/tests/support)
    target_link_libraries(prl_test_service PUBLIC prl_service prl_core cmocka)
endif()
prl_add_test(component service prl_test_service)
prl_add_test(component ahead prl_test_service)
prl_add_test(component start prl_core cmocka)
add_dependencies(test_component_start prlkvmd)

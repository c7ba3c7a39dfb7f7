# SPDX-License-Identifier: MIT
# Rows: the tests call the exported functions and look inside, so they link the library's sources instead of the shared object.
file(GLOB API_SOURCES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/sdk/api/*.c)
add_library(prl_api_inside STATIC EXCLUDE_FROM_ALL ${API_SOURCES})
target_link_libraries(prl_api_inside PUBLIC prl_core)

prl_add_test(unit field prl_model cmocka)
prl_add_test(unit rows prl_api_inside cmocka)
prl_add_test(unit row_values prl_api_inside cmocka)
prl_add_test(unit unread prl_api_inside cmocka)
pkg_check_modules(LIBFFI IMPORTED_TARGET libffi)
if(LIBFFI_FOUND)
    prl_add_test(unit bad_arguments prl_api_inside cmocka PkgConfig::LIBFFI)
else()
    message(STATUS "no libffi: the test of bad arguments is not built")
endif()

# doc/coverage.md: `cmake --build build --target coverage` writes it, a test says when it is stale.
add_executable(api_coverage ${PROJECT_SOURCE_DIR}/doc/coverage.c)
target_include_directories(api_coverage PRIVATE ${PROJECT_SOURCE_DIR}/sdk ${PROJECT_SOURCE_DIR}/include)
set_target_properties(api_coverage PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
add_custom_target(coverage COMMAND api_coverage > ${PROJECT_SOURCE_DIR}/doc/coverage.md VERBATIM)
add_test(NAME unit/coverage COMMAND api_coverage --check ${PROJECT_SOURCE_DIR}/doc/coverage.md)
set_tests_properties(unit/coverage PROPERTIES LABELS unit TIMEOUT 30)

# doc/config.md, likewise: `cmake --build build --target config_doc`.
add_executable(api_config ${PROJECT_SOURCE_DIR}/doc/config.c)
target_include_directories(api_config PRIVATE ${PROJECT_SOURCE_DIR}/sdk ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/service-proxy)
set_target_properties(api_config PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
add_custom_target(config_doc COMMAND api_config > ${PROJECT_SOURCE_DIR}/doc/config.md VERBATIM)
add_test(NAME unit/config_doc COMMAND api_config --check ${PROJECT_SOURCE_DIR}/doc/config.md)
set_tests_properties(unit/config_doc PROPERTIES LABELS unit TIMEOUT 30)

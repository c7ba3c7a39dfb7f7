# SPDX-License-Identifier: MIT
# The plugin of nbdkit's, without nbdkit.
prl_add_test(unit bundle_linked prl_image cmocka)
if(NBDKIT_FOUND)
    prl_add_test(unit nbdkit_bundle prl_image cmocka)
    target_include_directories(test_unit_nbdkit_bundle PRIVATE ${PROJECT_SOURCE_DIR}/service-proxy ${NBDKIT_INCLUDE_DIRS})
endif()

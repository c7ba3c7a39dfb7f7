# SPDX-License-Identifier: MIT
# The core. Tests that need a connection link tests/support/fake_conn.c, which stands in for sdk/core/conn.c.
foreach(name handle object list entry event_bus conn_known)
    prl_add_test(unit ${name} prl_api_inside cmocka)
endforeach()
foreach(name job config_obj known)
    prl_add_test(unit ${name} prl_api_inside cmocka)
    target_sources(test_unit_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/fake_conn.c)
endforeach()

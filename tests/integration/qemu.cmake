# SPDX-License-Identifier: MIT
prl_add_test(integration qemu_backend prl_service cmocka)
target_sources(test_integration_qemu_backend PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/stub_engine.c ${PROJECT_SOURCE_DIR}/tests/support/guest_watch.c)
add_dependencies(test_integration_qemu_backend test_guest)

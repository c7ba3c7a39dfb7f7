# SPDX-License-Identifier: MIT
prl_add_test(component vm_store_ops prl_test_service)

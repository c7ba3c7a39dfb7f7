# SPDX-License-Identifier: MIT
prl_add_test(unit hotplug_plan prl_service cmocka)
prl_add_test(unit efi_store prl_service cmocka)

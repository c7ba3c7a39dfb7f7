# SPDX-License-Identifier: MIT
prl_add_test(unit hotplug_plan prl_service cmocka)

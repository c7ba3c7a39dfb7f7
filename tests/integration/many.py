# SPDX-License-Identifier: MIT
"""Sixteen machines started, suspended and resumed at once keep their counters."""
from prl import *

N = 16


class Many(ServiceCase):
    def all(self, vms, verb):
        jobs = [vm.job(verb) for vm in vms]
        self.assertEqual([self.client.sdk.name_of(job.wait(180)) for job in jobs], ["PRL_ERR_SUCCESS"] * len(vms))
        for job in jobs:
            job.free()

    def test_sixteen(self):
        first = self.open().create("vm 0", ram_mib=16)
        vms = [first] + [first.clone(f"vm {i}") for i in range(1, N)]
        self.all(vms, "Start")
        for vm in vms:
            vm.count_above(5)
        self.all(vms, "Suspend")
        self.assertEqual(self.pid_of("qemu-system"), [])
        stood = [vm.counts() for vm in vms]
        self.all(vms, "Resume")
        for vm, before in zip(vms, stood):
            vm.count_above(before[0])
            self.assertEqual(vm.serial().count("BOOT"), 1)


if __name__ == "__main__":
    main()

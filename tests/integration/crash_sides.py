# SPDX-License-Identifier: MIT
"""As crash.py, for the start of a VM with a TPM and a control group: wherever the service is killed, the next one leaves no swtpm, no
QEMU and no group that nobody has a VM for."""

import crash
from machine import Machine, pids_of
from prl import *


class CrashSides(crash.Crash):
    def setUp(self):
        if not shutil.which("swtpm"):
            self.skipTest("no swtpm")
        super().setUp()

    def prepare(self, _round):
        for vm in self.client.vms().values():
            vm.remove()
        m = Machine(self, "vm")
        m.set("Hardware/TpmChip/Type", 1)
        m.set("Hardware/Cpu/CpuUnits", 500)
        m.commit()
        return m.vm

    def check(self, _round, done):
        vm = self.client.find("vm")
        state = vm.state()
        self.assertIn(state, ("running",) if done else ("running", "stopped"))
        until("as many TPMs as QEMUs", lambda: len(pids_of("swtpm", self.home)) == int(state == "running"))
        if state == "running":
            vm.kill()
        self.assertEqual((pids_of("swtpm", self.home), self.pid_of("qemu-system")), ([], []))
        vm.start()    # nothing that was left holds it up
        vm.kill()

    def test_start(self):
        self.sweep(self.prepare, lambda vm, i: vm.job("Start"), self.check)


# Those of crash.py run there.
for name in [n for n in dir(crash.Crash) if n.startswith("test_") and n != "test_start"]:
    setattr(CrashSides, name, None)

if __name__ == "__main__":
    main()

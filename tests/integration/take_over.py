# SPDX-License-Identifier: MIT
"""The service is killed or stopped at rest; running guests go on and the next service finds them."""
import os
import signal
import time
from ctypes import c_uint

from prl import *

MUTE = 8


class TakeOver(ServiceCase):
    def test_killed_service(self):
        vm = self.open().create("goes on")
        paused = self.client.create("stays paused")
        vm.start()
        paused.start()
        paused.count_above(10)
        paused.pause()
        qemus = sorted(self.pid_of("qemu-system"))
        before = vm.count_above(10)
        self.kill_service()
        vm.count_above(before[0] + 20)
        self.client.login()
        vm, paused = self.client.find("goes on"), self.client.find("stays paused")
        self.assertEqual(vm.state(), "running")
        self.assertEqual(paused.state(), "paused")
        self.assertEqual(sorted(self.pid_of("qemu-system")), qemus)
        stood = paused.counts()
        paused.do("Resume")
        paused.count_above(stood[0])
        # It is still a machine that can do everything.
        vm.do("Suspend")
        stood = vm.counts()
        vm.do("Resume")
        vm.count_above(stood[0])
        vm.kill()
        self.assertEqual(vm.serial().count("BOOT"), 1)

    def test_many_mute_qemus(self):
        """Each takes two seconds to be found mute; all of them together take little more."""
        first = self.open().create("mute 0", guest=False, ram_mib=16)
        vms = [first] + [first.clone(f"mute {i}") for i in range(1, MUTE)]
        answers = self.client.create("answers", ram_mib=16)
        answers.start()
        answering = self.pid_of("qemu-system")
        jobs = [vm.job("Start") for vm in vms]
        self.assertEqual([job.wait() for job in jobs], [0] * MUTE)
        for job in jobs:
            job.free()
        for pid in set(self.pid_of("qemu-system")) - set(answering):
            os.kill(pid, signal.SIGSTOP)
        before = answers.count_above(0)
        self.kill_service()
        begin = time.monotonic()
        self.client.login()
        self.assertLess(time.monotonic() - begin, MUTE)
        self.assertEqual({vm.state() for vm in self.client.vms().values()}, {"running"})
        answers = self.client.find("answers")
        answers.count_above(before[0])
        answers.pause()
        # Force works on the others, and one that comes to itself is a machine as before.
        vms = [self.client.find(f"mute {i}") for i in range(MUTE)]
        for pid in set(self.pid_of("qemu-system")) - set(answering):
            os.kill(pid, signal.SIGCONT)
        until("it answers again", lambda: self.succeeds(vms[0].pause))
        self.assertEqual(vms[0].state(), "paused")
        vms[1].kill()
        self.assertEqual(vms[1].state(), "stopped")

    def succeeds(self, call):
        try:
            call()
            return True
        except Failed:
            return False

    def test_stopped_service(self):
        vm = self.open().create("outlives")
        vm.start()
        vm.count_above(10)
        pid = self.service_pid()
        os.kill(pid, signal.SIGTERM)
        until("the service ends", lambda: pid not in self.pid_of("prlkvmd"))
        stood = vm.counts()
        vm.count_above(stood[0])
        until("the client notices", lambda: self.relogin())
        self.assertEqual(self.client.find("outlives").state(), "running")

    def relogin(self):
        try:
            self.client.login()
            return True
        except Failed:
            return False

    def test_qemu_killed(self):
        vm = self.open().create("dies")
        vm.start()
        vm.count_above(10)
        os.kill(self.pid_of("qemu-system")[0], signal.SIGKILL)
        until("it is seen", lambda: vm.state() == "stopped")
        vm.start()
        until("it boots again", lambda: vm.serial().count("BOOT") == 2)

    def test_qemu_dies_while_nobody_looks(self):
        vm = self.open().create("dies alone")
        vm.start()
        vm.count_above(10)
        qemu = self.pid_of("qemu-system")[0]
        self.kill_service()
        os.kill(qemu, signal.SIGKILL)
        until("it is gone", lambda: not self.pid_of("qemu-system"))
        self.client.login()
        vm = self.client.find("dies alone")
        self.assertEqual(vm.state(), "stopped")
        vm.start()

    def test_killed_while_suspended(self):
        vm = self.open().create("sleeps")
        vm.start()
        vm.count_above(10)
        vm.do("Suspend")
        stood = vm.counts()
        self.kill_service()
        self.client.login()
        vm = self.client.find("sleeps")
        self.assertEqual(vm.state(), "suspended")
        vm.do("Resume")
        vm.count_above(stood[0])
        self.assertEqual(vm.serial().count("BOOT"), 1)

    def test_autostart(self):
        """A machine that starts with the service does so once per boot of the host, not at each run of the service."""
        vm = self.open().create("starts by itself")
        vm.do("BeginEdit")
        vm.sdk.call("PrlVmCfg_SetAutoStart", vm.handle, c_uint(1))
        vm.do("Commit")
        self.kill_service()
        self.client.login()
        self.assertEqual(self.client.find("starts by itself").state(), "stopped")
        self.kill_service()
        os.unlink(os.path.join(self.home, "autostart.boot"))  # as if the host had booted meanwhile
        self.client.login()
        vm = self.client.find("starts by itself")
        until("it runs", lambda: vm.state() == "running")
        vm.count_above(5)

    def test_idle_exit(self):
        self.open().create("idle", guest=False)
        pid = self.service_pid()
        self.client.close()
        self.client = None
        until("it leaves by itself", lambda: pid not in self.pid_of("prlkvmd"))


if __name__ == "__main__":
    main()

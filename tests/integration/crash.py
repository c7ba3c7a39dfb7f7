# SPDX-License-Identifier: MIT
"""
kill -9 of the service before every call that changes a file, during each operation. The next login must find a true state: no half
clone, no lost configuration, a running guest still running, counters in RAM and on disk that do not contradict each other.

PRLKVM_CRASH_POINTS says how many points of each operation are tried (spread evenly; default 12, 0: every one).
"""
import os
import sys
from ctypes import c_char_p, c_uint

from prl import *

POINTS = int(os.environ.get("PRLKVM_CRASH_POINTS", "12"))
FEW = min(POINTS, 4)  # of operations that take long


class Crash(ServiceCase):
    def setUp(self):
        super().setUp()
        self.control_path = os.path.join(self.home, "crash-control")
        self.control = CrashControl(self.control_path)
        os.environ["PRLKVM_CRASH_CONTROL"] = self.control_path
        os.environ["LD_PRELOAD"] = os.path.join(BUILD, "lib", "libcrash_shim.so")
        self.addCleanup(self.control.close)

    def tearDown(self):
        os.environ.pop("LD_PRELOAD", None)
        os.environ.pop("PRLKVM_CRASH_CONTROL", None)

    def relogin(self):
        try:
            self.client.login()
            return True
        except Failed:
            return False

    def disturb(self, subject, operation, round_, at):
        """One run with the disturbance before call `at`; the code of its job."""
        service = self.service_pid()
        self.control.set(CrashControl.KILL, at)
        job = operation(subject, round_)
        code = job.wait()
        job.free()
        if self.control.stop() >= at:  # else this run had fewer calls, and the service lives
            until("the killed service is gone", lambda: service not in self.pid_of("prlkvmd"))
            until("a new login", self.relogin)
        return code

    def sweep(self, prepare, operation, check, points_wanted=POINTS):
        """Counts the calls of one undisturbed run, then disturbs it before some or all of them."""
        self.open()
        subject = prepare(0)
        self.control.set(CrashControl.COUNT)
        job = operation(subject, 0)
        self.assertEqual(self.client.sdk.name_of(job.wait()), "PRL_ERR_SUCCESS")
        job.free()
        total = self.control.count()
        self.control.set(CrashControl.OFF)
        self.assertGreater(total, 0, "the operation changed no file: the shim is not in place")
        check(0, True)
        step = max(1, total // points_wanted) if points_wanted else 1
        points = list(range(1, total + 1, step))
        print(f"{self.id()}: {total} calls, {len(points)} points", file=sys.stderr)
        for round_, at in enumerate(points, 1):
            with self.subTest(at=at):
                code = self.disturb(prepare(round_), operation, round_, at)
                check(round_, code == 0)
                self.assertEqual(self.leftovers(), [])

    def fresh(self, state="stopped"):
        def prepare(i):
            for vm in self.client.vms().values():
                vm.remove()
            vm = self.client.create("vm")
            if state != "stopped":
                vm.start()
                vm.count_above(3)
            if state == "suspended":
                vm.do("Suspend")
            return vm

        return prepare

    def goes_on(self, vm, boots=1):
        """From whatever true state, the guest's own checks and counters must agree."""
        if vm.state() in ("suspended", "paused"):
            stood = vm.counts() or (0, 0)
            vm.do("Resume")
        elif vm.state() == "stopped":
            boots = None
            vm.start()
            stood = (0, 0)
        else:
            stood = vm.counts() or (0, 0)
        vm.count_above(stood[0])
        if boots:
            self.assertEqual(vm.serial().count("BOOT"), boots)

    def test_start(self):
        def check(i, done):
            vm = self.client.find("vm")
            self.assertIn(vm.state(), ("running",) if done else ("running", "stopped"))
            self.goes_on(vm, None)

        self.sweep(self.fresh(), lambda vm, i: vm.job("Start"), check)

    def test_suspend(self):
        def check(i, done):
            vm = self.client.find("vm")
            self.assertIn(vm.state(), ("suspended",) if done else ("running", "suspended", "paused"))
            self.goes_on(vm)

        self.sweep(self.fresh("running"), lambda vm, i: vm.job("Suspend"), check)

    def test_resume(self):
        def check(i, done):
            vm = self.client.find("vm")
            self.assertIn(vm.state(), ("running",) if done else ("running", "suspended"))
            self.goes_on(vm)

        self.sweep(self.fresh("suspended"), lambda vm, i: vm.job("Resume"), check)

    def clone_check(self, live):
        def check(i, done):
            found = self.client.vms()
            self.assertIn(sorted(found), (["clone", "vm"],) if done else (["clone", "vm"], ["vm"]))
            vm = found["vm"]
            self.assertEqual(vm.state(), "running" if live else "stopped")
            self.goes_on(vm, 1 if live else None)
            if "clone" in found:
                self.goes_on(found["clone"], None)
            # No directory that belongs to no VM.
            self.assertEqual(sorted(os.listdir(os.path.dirname(vm.home()))), sorted(os.path.basename(each.home()) for each in found.values()))
            for each in reversed(list(found.values())):
                if each.name() == "clone":
                    each.remove()

        return check

    def test_clone_full(self):
        self.sweep(self.fresh(), lambda vm, i: vm.clone_job("clone"), self.clone_check(False))

    def test_clone_linked(self):
        self.sweep(self.fresh(), lambda vm, i: vm.clone_job("clone", flags=PCVF_LINKED_CLONE), self.clone_check(False))

    def test_clone_live(self):
        self.sweep(self.fresh("running"), lambda vm, i: vm.clone_job("clone"), self.clone_check(True))

    def test_clone_live_linked(self):
        self.sweep(self.fresh("running"), lambda vm, i: vm.clone_job("clone", flags=PCVF_LINKED_CLONE), self.clone_check(True))

    def test_commit(self):
        def operation(vm, i):
            vm.do("BeginEdit")
            vm.sdk.call("PrlVmCfg_SetName", vm.handle, c_char_p(b"renamed"))
            vm.sdk.call("PrlVmCfg_SetRamSize", vm.handle, c_uint(64))
            return vm.job("Commit")

        def check(i, done):
            found = self.client.vms()
            self.assertIn(sorted(found), (["renamed"],) if done else (["renamed"], ["vm"]))
            ram = c_uint()
            vm = list(found.values())[0]
            vm.sdk.call("PrlVmCfg_GetRamSize", vm.handle, ctypes.byref(ram))
            self.assertEqual(ram.value, 64 if "renamed" in found else 32)
            self.goes_on(vm, None)

        self.sweep(self.fresh(), operation, check)

    def test_delete(self):
        def check(i, done):
            found = self.client.vms()
            self.assertIn(sorted(found), ([],) if done else ([], ["vm"]))
            if found:
                self.goes_on(found["vm"], None)
            else:
                self.assertEqual(os.listdir(self.vms_dir), [])

        def operation(vm, i):
            self.vms_dir = os.path.dirname(vm.home())
            return vm.job("Delete", Handle(0))

        self.sweep(self.fresh(), operation, check)

    def command_job(self, vm, name, *args):
        sdk, texts = self.client.sdk, Handle()
        sdk.call("PrlApi_CreateStringsList", ctypes.byref(texts))
        for arg in args:
            sdk.call("PrlStrList_AddItem", texts, c_char_p(arg.encode()))
        return vm.job("InternalCommand", c_char_p(name.encode()), texts)

    def saved_path(self):
        return os.path.join(self.home, "saved-state")

    def saved_or_going_on(self, can_be_gone):
        """The guest is in the file or in its home, and whichever it is, it goes on; a file that is there is whole."""
        vm = self.client.find("vm")
        if vm.state() == "stopped":
            self.assertTrue(can_be_gone)
            stood = vm.counts() or (0, 0)
            job = self.command_job(vm, "restore", "--path", self.saved_path())
            self.assertEqual(self.client.sdk.name_of(job.wait()), "PRL_ERR_SUCCESS")
            job.free()
            vm.count_above(stood[0])
            self.assertEqual(vm.serial().count("BOOT"), 1)
        else:
            self.goes_on(vm)

    def is_one_of(self, states):
        self.assertIn(self.client.find("vm").state(), states.split())

    def test_save(self):
        def prepare(i):
            if os.path.exists(self.saved_path()):
                os.unlink(self.saved_path())
            return self.fresh("running")(i)

        def check(i, done):
            self.is_one_of("stopped" if done else "running suspended paused stopped")
            self.saved_or_going_on(True)

        self.sweep(prepare, lambda vm, i: self.command_job(vm, "save", "--path", self.saved_path(), "--document", "<domain/>"), check, FEW)

    def test_restore(self):
        def prepare(i):
            if os.path.exists(self.saved_path()):
                os.unlink(self.saved_path())
            vm = self.fresh("running")(i)
            job = self.command_job(vm, "save", "--path", self.saved_path(), "--document", "<domain/>")
            self.assertEqual(self.client.sdk.name_of(job.wait()), "PRL_ERR_SUCCESS")
            job.free()
            return vm

        def check(i, done):
            self.is_one_of("running" if done else "running suspended stopped")
            self.saved_or_going_on(not done)

        self.sweep(prepare, lambda vm, i: self.command_job(vm, "restore", "--path", self.saved_path()), check, FEW)

    def test_register(self):
        def prepare(i):
            for vm in self.client.vms().values():
                vm.remove()
            return None

        def operation(_, i):
            vm = Handle()
            sdk = self.client.sdk
            sdk.call("PrlSrv_CreateVm", self.client.server, ctypes.byref(vm))
            sdk.call("PrlVmCfg_SetDefaultConfig", vm, Handle(0), c_uint(0x9FF), c_uint(1))
            sdk.call("PrlVmCfg_SetName", vm, c_char_p(b"made"))
            return self.client.job("PrlVm_Reg", vm, c_char_p(b""), c_uint(1))

        def check(i, done):
            found = self.client.vms()
            self.assertIn(sorted(found), (["made"],) if done else ([], ["made"]))
            vms = os.path.join(self.home, "vms")
            places = [os.path.dirname(vm.home()) for vm in found.values()]
            for place in places:
                self.assertEqual(len(os.listdir(place)), 1)

        self.sweep(prepare, operation, check)


if __name__ == "__main__":
    main()

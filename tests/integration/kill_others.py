# SPDX-License-Identifier: MIT
"""kill -9 of QEMU, and of the client, at the same points at which crash.py kills the service."""
import os
import subprocess
import sys

import crash
from prl import *


class KillQemu(crash.Crash):
    """QEMU is gone in the middle: the operation fails or is past caring; the VM is stopped or suspended, and starts again."""

    def disturb(self, subject, operation, round_, at):
        service = self.service_pid()
        self.control.set(CrashControl.KILL_QEMU, at)
        job = operation(subject, round_)
        code = job.wait()
        self.control.set(CrashControl.OFF)
        job.free()
        self.assertEqual(self.service_pid(), service, "the service survives")
        return code

    def settled(self, name="vm"):
        """The VM once the death of its QEMU has been seen, or its guest counts on (the kill came before there was a QEMU)."""
        vm = self.client.find(name)
        before = vm.counts() or (0, 0)
        until("it runs, or its death is seen", lambda: vm.state() in ("stopped", "suspended") or (vm.counts() or (0, 0)) > before)
        return vm

    def test_start(self):
        self.sweep(self.fresh(), lambda vm, i: vm.job("Start"), lambda i, done: self.goes_on(self.settled(), None))

    def test_suspend(self):
        def check(i, done):
            vm = self.settled()
            self.assertIn(vm.state(), ("suspended",) if done else ("stopped", "suspended"))
            self.goes_on(vm)

        self.sweep(self.fresh("running"), lambda vm, i: vm.job("Suspend"), check)

    def test_resume(self):
        self.sweep(self.fresh("suspended"), lambda vm, i: vm.job("Resume"), lambda i, done: self.goes_on(self.settled(), None))

    def test_clone_live(self):
        def check(i, done):
            vm = self.settled()
            found = self.client.vms()
            self.assertIn(sorted(found), (["clone", "vm"],) if done else (["clone", "vm"], ["vm"]))
            before = vm.counts()
            self.goes_on(vm, None)
            # What the guest reported to have written is there after the next boot.
            boots = re.findall(r"BOOT D=(\d+)", vm.serial())
            if vm.state() == "running" and len(boots) > 1 and before:
                self.assertGreaterEqual(int(boots[-1]), before[1] - 1)
            if "clone" in found:
                self.goes_on(found["clone"], None)
                found["clone"].remove()

        self.sweep(self.fresh("running"), lambda vm, i: vm.clone_job("clone"), check)

    def is_one_of(self, states):
        self.assertIn(self.settled().state(), [*states.split(), "stopped"])  # also past the end of the operation

    def saved_or_going_on(self, can_be_gone):
        """The guest is gone with its QEMU, but for what a file has of it that it did not go on from."""
        vm = self.settled()
        if vm.state() == "stopped" and os.path.exists(self.saved_path()):
            job = self.command_job(vm, "restore", "--path", self.saved_path())
            code = self.client.sdk.name_of(job.wait())
            job.free()
            self.assertIn(code, ("PRL_ERR_SUCCESS", "PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG"))
        self.goes_on(vm, None)

    # Nothing of these has a QEMU.
    test_clone_full = test_clone_linked = test_clone_live_linked = test_commit = test_delete = test_register = None


CLIENT = """
import sys
from prl import *
client = Client()
vm = client.find("vm")
what = sys.argv[1]
if what == "Commit":
    vm.do("BeginEdit")
    vm.sdk.call("PrlVmCfg_SetName", vm.handle, ctypes.c_char_p(b"renamed"))
print("ready", flush=True)
sys.stdin.readline()
if what == "Clone":
    job = vm.clone_job("clone")
elif what == "Linked clone":
    job = vm.clone_job("clone", flags=PCVF_LINKED_CLONE)
else:
    job = vm.job(what, *([Handle(0)] if what == "Delete" else []))
job.wait()
print("done", flush=True)
"""


class KillClient(crash.Crash):
    """The client is gone in the middle: its operation goes on to its end."""

    class Other:
        """A client in a process of its own that does one thing."""

        def __init__(self, what):
            self.process = subprocess.Popen([sys.executable, "-B", "-c", CLIENT, what], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.process.stdout.readline()

        def go(self):
            self.process.stdin.write("go\n")
            self.process.stdin.flush()

        def wait(self):
            self.process.wait()
            return 0

        def free(self):
            self.process.stdin.close()
            self.process.stdout.close()

    def disturb(self, subject, operation, round_, at):
        other = operation(subject, round_)
        self.control.set(CrashControl.KILL_PID, at, other.process.pid)
        other.go()
        other.wait()
        self.control.set(CrashControl.OFF)
        other.free()
        return 0

    def sweep(self, what, state, is_done):
        def operation(vm, i):
            other = KillClient.Other(what)
            if i == 0:
                other.go()
            return other

        def check(i, done):
            until("the operation ends", lambda: is_done() and not self.leftovers())
            found = self.client.vms()
            if "clone" in found:
                self.goes_on(found["clone"], None)
                found["clone"].remove()
            for name in ("vm", "renamed"):
                if name in found:
                    self.goes_on(found[name], None)

        super().sweep(self.fresh(state), operation, check)

    def state(self):
        return self.client.find("vm").state()

    def cloned(self):
        return "clone" in self.client.vms()

    def test_start(self):
        self.sweep("Start", "stopped", lambda: self.state() == "running")

    def test_suspend(self):
        self.sweep("Suspend", "running", lambda: self.state() == "suspended")

    def test_resume(self):
        self.sweep("Resume", "suspended", lambda: self.state() == "running")

    def test_clone_full(self):
        self.sweep("Clone", "stopped", self.cloned)

    def test_clone_linked(self):
        self.sweep("Linked clone", "stopped", self.cloned)

    def test_clone_live(self):
        self.sweep("Clone", "running", self.cloned)

    def test_commit(self):
        self.sweep("Commit", "stopped", lambda: "renamed" in self.client.vms())

    def test_delete(self):
        self.sweep("Delete", "stopped", lambda: not self.client.vms())

    # Saving and restoring are a suspend and a resume; the client has no part in them.
    test_register = test_clone_live_linked = test_save = test_restore = None


if __name__ == "__main__":
    main()

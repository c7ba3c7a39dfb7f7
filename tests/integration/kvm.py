# SPDX-License-Identifier: MIT
"""The same machine under kvm, where this host has a usable one: spawn, pause, suspend, resume, clone while it runs, take-over."""
import fcntl
import os
import unittest

from prl import *

KVM_CREATE_VM = 0xAE01


def why_no_kvm():
    try:
        kvm = os.open("/dev/kvm", os.O_RDWR)
    except OSError as e:
        return f"/dev/kvm: {e.strerror}"
    try:
        os.close(fcntl.ioctl(kvm, KVM_CREATE_VM, 0))
    except OSError as e:
        return f"/dev/kvm makes no machine: {e.strerror}"
    finally:
        os.close(kvm)
    return None


@unittest.skipIf(why_no_kvm(), why_no_kvm())
class Kvm(ServiceCase):
    settings = {"PRLKVM_ACCEL": "kvm"}

    def test_life(self):
        vm = self.open().create("kvm")
        vm.start()
        with open(f"/proc/{self.pid_of('qemu-system')[0]}/cmdline") as f:
            self.assertIn("kvm", f.read())
        vm.count_above(10)
        vm.pause()
        stood = vm.counts()
        vm.do("Resume")
        vm.count_above(stood[0])
        vm.do("Suspend")
        self.assertEqual(self.pid_of("qemu-system"), [])
        stood = vm.counts()
        vm.do("Resume")
        vm.count_above(stood[0] + 20)
        clone = vm.clone("kvm clone")
        clone.start()
        clone.count_above(10)
        clone.kill()
        self.kill_service()
        self.client.login()
        vm = self.client.find("kvm")
        self.assertEqual(vm.state(), "running")
        vm.count_above(vm.counts()[0])
        self.assertEqual(vm.serial().count("BOOT"), 1)
        vm.kill()


if __name__ == "__main__":
    main()

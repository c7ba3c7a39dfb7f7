# SPDX-License-Identifier: MIT
"""Names, paths, images and saved states that mean harm change nothing and run nothing."""
import os
import shutil
import struct
import subprocess
from ctypes import byref, c_char_p, c_int, c_uint

from prl import *


class Hostile(ServiceCase):
    def reg(self, name, path=b"", disk=None):
        sdk, vm, device = self.client.sdk, Handle(), Handle()
        sdk.call("PrlSrv_CreateVm", self.client.server, byref(vm))
        sdk.call("PrlVmCfg_SetDefaultConfig", vm, Handle(0), c_uint(0x9FF), c_uint(1))
        code = sdk.lib.PrlVmCfg_SetName(vm, c_char_p(name))
        if code >= 0 and disk is not None:
            sdk.call("PrlVmCfg_GetHardDisk", vm, c_uint(0), byref(device))
            code = sdk.lib.PrlVmDev_SetSysName(device, c_char_p(disk))
            sdk.free(device)
        if code >= 0:
            job = self.client.job("PrlVm_Reg", vm, c_char_p(path), c_uint(1))
            code = job.wait()
            job.free()
        sdk.free(vm)
        return sdk.name_of(code)

    def test_names(self):
        self.open()
        for name in (b"a/b", b"a\\b", b"a:b", b"a*b", b"a|b", b"<a>", b"a%b", b"a\x01b", b"a\nb\x7f", b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"x" * 41, b"\x1b[2J"):
            with self.subTest(name=name):
                self.assertNotEqual(self.reg(name), "PRL_ERR_SUCCESS")
        self.assertEqual(self.client.vms(), {})
        # Commas, quotes, equal signs and a leading dash are harmless words.
        for name in ("a,process=evil", "-enable-kvm", "$(touch x)", "'; reboot #", "ünïcode"):
            with self.subTest(name=name):
                self.assertEqual(self.reg(name.encode()), "PRL_ERR_SUCCESS")
                vm = self.client.find(name)
                vm.start()
                with open(f"/proc/{self.pid_of('qemu-system')[0]}/comm") as f:
                    self.assertTrue(f.read().startswith("qemu-system"))
                vm.kill()
                vm.remove()

    def test_paths(self):
        self.open()
        for path in (b"relative", b"/etc/../etc", os.path.join(self.home, "absent").encode()):
            with self.subTest(path=path):
                self.assertNotEqual(self.reg(b"somewhere", path), "PRL_ERR_SUCCESS")
        secret = os.path.join(self.home, "secret")
        with open(secret, "w") as f:
            f.write("mine")
        for disk in (b"../../secret", b"a/../../../secret", secret.encode()):
            with self.subTest(disk=disk):
                self.reg(b"escapes", disk=disk)
                with open(secret) as f:
                    self.assertEqual(f.read(), "mine")
                for vm in self.client.vms().values():
                    vm.remove()
                with open(secret) as f:
                    self.assertEqual(f.read(), "mine")

    def test_image_headers(self):
        """A qcow2 header can name any file of the host as its backing or data file."""
        self.open()
        secret = os.path.join(self.home, "secret.raw")
        with open(secret, "wb") as f:
            f.write(b"secret" * 4096)
        for what in ("backing", "data"):
            with self.subTest(what=what):
                vm = self.client.create(f"image with {what}", guest=False)
                disk = vm.disk()
                os.unlink(disk)
                if what == "backing":
                    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", secret, "-F", "raw", disk, "8M"], check=True)
                else:
                    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-o", f"data_file={secret}.data,data_file_raw=on", disk, "8M"], check=True)
                job = vm.job("Start")
                self.assertLess(job.wait(), 0)
                job.free()
                self.assertEqual(vm.state(), "stopped")
                self.assertEqual(self.pid_of("qemu-system"), [])
                job = vm.clone_job("clone of it")
                job.wait()
                job.free()
                with open(secret, "rb") as f:
                    self.assertEqual(f.read(6), b"secret")

    def suspended(self, name):
        vm = self.client.create(name)
        vm.start()
        vm.count_above(5)
        vm.do("Suspend")
        return vm

    def refuses(self, vm):
        job = vm.job("Resume")
        self.assertLess(job.wait(), 0)
        job.free()
        self.assertEqual(vm.state(), "suspended")
        self.assertEqual(self.pid_of("qemu-system"), [])
        vm.do("DropSuspendedState")
        vm.start()
        until("it boots again", lambda: vm.serial().count("BOOT") == 2)
        vm.kill()

    def test_damaged_states(self):
        self.open()
        for what in ("flipped byte", "cut", "cut header", "empty", "cut RAM", "flipped RAM id", "RAM of another", "header of another"):
            with self.subTest(what=what):
                vm = self.suspended(what)
                state = os.path.join(vm.home(), "config.sav")
                rams = sorted(name for name in os.listdir(vm.home()) if name.endswith(".mem"))
                self.assertTrue(rams, "RAM is kept beside the state")
                ram = os.path.join(vm.home(), rams[0])
                size = os.path.getsize(state)
                if what == "flipped byte":
                    with open(state, "r+b") as f:
                        f.seek(4096 + (size - 4096) // 2)
                        byte = f.read(1)
                        f.seek(-1, 1)
                        f.write(bytes([byte[0] ^ 0x40]))
                elif what.startswith("cut") and "RAM" not in what:
                    os.truncate(state, size // 2 if what == "cut" else 100)
                elif what == "empty":
                    os.truncate(state, 0)
                elif what == "cut RAM":
                    os.truncate(ram, os.path.getsize(ram) // 2)
                elif what == "flipped RAM id":
                    with open(ram, "r+b") as f:
                        f.seek(-4096, 2)
                        f.write(bytes(64))
                else:
                    other = self.suspended(what + " (the other)")
                    source = ram if "RAM" in what else state
                    shutil.copyfile(os.path.join(other.home(), os.path.basename(source)), source)
                    other.remove()
                self.refuses(vm)

    def test_changed_image(self):
        self.open()
        vm = self.suspended("changed behind its back")
        subprocess.run(["qemu-io", "-f", "qcow2", "-c", "write -P 7 1M 64k", vm.disk()], check=True, stdout=subprocess.DEVNULL)
        job = vm.job("Resume")
        self.assertEqual(job.error_name(), "PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG")
        job.free()
        self.assertEqual(vm.state(), "suspended")

    def test_second_qemu_is_impossible(self):
        """A home whose lock somebody else holds is not started."""
        vm = self.open().create("locked")
        with open(os.path.join(vm.home(), ".lock"), "a") as lock:
            import fcntl
            fcntl.flock(lock, fcntl.LOCK_EX)
            job = vm.job("Start")
            self.assertEqual(job.error_name(), "PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED")
            job.free()
        vm.start()

    def test_damaged_configuration(self):
        vm = self.open().create("damaged", guest=False)
        home, uuid = vm.home(), vm.uuid()
        until("there is a backup, which is written behind the reply", lambda: os.path.exists(os.path.join(home, "config.pvs.backup")))
        self.kill_service()
        with open(os.path.join(home, "config.pvs"), "w") as f:
            f.write("<VirtuozzoVirtualMachine><Identification>")
        self.client.login()
        code = c_int()
        again = self.client.find(uuid)
        self.client.sdk.call("PrlVmCfg_GetConfigValidity", again.handle, byref(code))
        self.assertEqual(self.client.sdk.name_of(code.value), "PRL_ERR_VM_CONFIG_CAN_BE_RESTORED")
        again.do("Restore", c_uint(0))
        self.client.sdk.call("PrlVmCfg_GetConfigValidity", self.client.find(uuid).handle, byref(code))
        self.assertEqual(code.value, 0)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MIT
"""One VM through its whole life; the guest's counters say that nothing was lost or done twice."""
import os
from ctypes import byref, c_char_p, c_int, c_uint

from prl import *


class MainJob(ServiceCase):
    def test_life(self):
        vm = self.open().create("life, with a comma")
        self.assertEqual(vm.state(), "stopped")
        vm.start()
        self.assertEqual(vm.state(), "running")
        before = vm.count_above(10)

        vm.pause()
        self.assertEqual(vm.state(), "paused")
        stood = vm.counts()
        with self.assertRaises(AssertionError):
            vm.count_above(stood[0], timeout_s=1)
        vm.do("Resume")
        after = vm.count_above(stood[0])
        self.assertGreaterEqual(stood, before)
        self.assertGreater(after, stood)

        vm.do("Suspend")
        self.assertEqual(vm.state(), "suspended")
        self.assertEqual(self.pid_of("qemu-system"), [])
        stood = vm.counts()
        self.assertIn(vm.disk_count() - stood[1], (0, 1))
        vm.start()
        self.assertEqual(vm.state(), "running")
        after = vm.count_above(stood[0] + 40)
        self.assertEqual(vm.serial().count("BOOT"), 1)
        self.assertFalse(os.path.exists(os.path.join(vm.home(), "config.sav")))

        # A second suspend of a resumed machine, from paused; it runs after the resume.
        vm.pause()
        vm.do("Suspend")
        vm.do("Resume")
        self.assertEqual(vm.state(), "running")
        vm.count_above(after[0])

        vm.do("Reset")
        until("it boots again", lambda: vm.serial().count("BOOT") == 2)
        vm.kill()
        self.assertEqual(vm.state(), "stopped")
        disk = vm.disk_count()
        vm.start()
        until("the third boot", lambda: vm.serial().rstrip().endswith(f"BOOT D={disk}") or vm.serial().count("BOOT") == 3)
        vm.kill()
        vm.do("Delete", Handle(0))
        self.assertEqual(self.client.vms(), {})
        self.assertEqual(os.listdir(os.path.join(os.path.dirname(vm.home()))), [])

    def test_drop_suspended_state(self):
        vm = self.open().create("drop")
        vm.start()
        vm.count_above(10)
        vm.do("Suspend")
        vm.do("DropSuspendedState")
        self.assertEqual(vm.state(), "stopped")
        self.assertFalse(any(name.endswith((".sav", ".mem")) for name in os.listdir(vm.home())))
        job = vm.job("DropSuspendedState")
        self.assertEqual(job.error_name(), "PRL_ERR_UNABLE_DROP_SUSPENDED_STATE")
        job.free()
        vm.start()
        until("it boots again", lambda: vm.serial().count("BOOT") == 2)

    def test_guest_powers_itself_off(self):
        vm = self.open().create("acpi")
        vm.start()
        vm.count_above(10)
        vm.do("StopEx", c_uint(PSM_SHUTDOWN), c_uint(0))
        self.assertEqual(vm.state(), "stopped")
        self.assertIn("OFF", vm.serial())

    def test_wrong_states(self):
        vm = self.open().create("states", guest=False)
        for verb, args, expected in (
            ("StopEx", (c_uint(PSM_KILL), c_uint(0)), "PRL_ERR_DISP_VM_IS_NOT_STARTED"),
            ("Suspend", (), "PRL_ERR_DISP_VM_COMMAND_CANT_BE_EXECUTED"),
            ("Reset", (), "PRL_ERR_DISP_VM_IS_NOT_STARTED"),
            ("Restart", (), "PRL_ERR_DISP_VM_IS_NOT_STARTED"),
            ("Pause", (c_uint(0),), "PRL_ERR_DISP_VM_IS_NOT_STARTED"),
        ):
            job = vm.job(verb, *args)
            self.assertEqual(job.error_name(), expected, verb)
            job.free()
        vm.start()
        job = vm.job("Start")
        self.assertEqual(job.error_name(), "PRL_ERR_DISP_VM_IS_NOT_STOPPED")
        job.free()
        job = vm.job("Delete", Handle(0))
        self.assertEqual(job.error_name(), "PRL_ERR_DISP_VM_IS_NOT_STOPPED")
        job.free()
        vm.do("Suspend")
        job = vm.clone_job("of a suspended one")
        self.assertEqual(job.error_name(), "PRL_ERR_DISP_VM_COMMAND_CANT_BE_EXECUTED")
        job.free()

    def test_edit(self):
        client = self.open()
        vm = client.create("before", guest=False)
        home = vm.home()
        vm.do("BeginEdit")
        client.sdk.call("PrlVmCfg_SetName", vm.handle, c_char_p(b"after"))
        client.sdk.call("PrlVmCfg_SetDescription", vm.handle, c_char_p("zwei Zeilen\nund ein ü".encode()))
        client.sdk.call("PrlVmCfg_SetRamSize", vm.handle, c_uint(64))
        vm.do("Commit")
        again = client.find("after")
        self.assertEqual(again.uuid(), vm.uuid())
        self.assertEqual(client.sdk.text("PrlVmCfg_GetDescription", again.handle), "zwei Zeilen\nund ein ü")
        self.assertEqual(again.home(), home)
        job = client.job("PrlSrv_GetVmConfig", client.server, c_char_p(b"before"), c_uint(SEARCH_NAME))
        self.assertEqual(job.error_name(), "PRL_ERR_VM_UUID_NOT_FOUND")
        job.free()
        job = vm.job("Commit")
        self.assertIn("CONFIG_BEGIN_EDIT_NOT_FOUND", job.error_name())
        job.free()

    def test_unregister_and_register(self):
        client = self.open()
        vm = client.create("moves out")
        uuid, home = vm.uuid(), vm.home()
        vm.do("Unreg")
        self.assertEqual(client.vms(), {})
        self.assertTrue(os.path.exists(os.path.join(home, "config.pvs")))
        client.run("PrlSrv_RegisterVm", client.server, c_char_p(home.encode()), c_uint(1))
        self.assertEqual(client.find("moves out").uuid(), uuid)

    def test_configuration_survives_the_service(self):
        vm = self.open().create("kept", guest=False)
        uuid = vm.uuid()
        self.kill_service()
        self.client.login()
        self.assertEqual(self.client.find("kept").uuid(), uuid)
        ram = c_uint()
        self.client.sdk.call("PrlVmCfg_GetRamSize", self.client.find(uuid).handle, byref(ram))
        self.assertEqual(ram.value, 32)


if __name__ == "__main__":
    main()

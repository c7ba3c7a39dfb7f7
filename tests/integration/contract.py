# SPDX-License-Identifier: MIT
"""What clients rely on, call by call: codes, states and results of the real service."""
import os
import shutil
import xml.etree.ElementTree as ET
from ctypes import byref, c_char_p, c_int, c_uint, create_string_buffer

from machine import Machine
from prl import *

NONE = Handle(0)
STATE_CHANGED, VM_ADDED, VM_DELETED = 100001, 100005, 100006  # PET_DSP_EVT_*


class Contract(ServiceCase):
    def code(self, name, *args):
        job = self.client.job(name, *args)
        text = job.error_name()
        job.free()
        return text

    def vm_code(self, vm, verb, *args):
        return self.code("PrlVm_" + verb, vm.handle, *args)

    def test_login(self):
        self.open()
        server = self.client.server
        self.assertEqual(self.code("PrlSrv_LoginLocal", server, None, c_uint(0), c_uint(2)), "PRL_ERR_ALREADY_CONNECTED_TO_DISPATCHER")
        self.assertEqual(self.code("PrlSrv_SetNonInteractiveSession", server, c_uint(1), c_uint(0)), "PRL_ERR_SUCCESS")
        flag = c_uint()
        self.client.sdk.call("PrlSrv_IsNonInteractiveSession", server, byref(flag))
        self.assertEqual(flag.value, 1)
        self.assertEqual(self.code("PrlSrv_Logoff", server), "PRL_ERR_SUCCESS")
        self.assertEqual(self.code("PrlSrv_GetVmList", server), "PRL_ERR_NOT_CONNECTED_TO_DISPATCHER")
        result = self.client.sdk.job("PrlSrv_Login", server, c_char_p(b"localhost"), c_char_p(b""), c_char_p(b""), c_char_p(b""), c_uint(0), c_uint(0), c_uint(2))
        login = self.client.sdk.param(result)
        for getter in ("SessionUuid", "ServerUuid"):
            self.assertRegex(self.client.sdk.text("PrlLoginResponse_Get" + getter, login), r"^\{[0-9a-f-]{36}\}$")
        self.assertGreaterEqual(self.client.sdk.text("PrlLoginResponse_GetProductVersion", login).count("."), 2)

    def test_host_and_user(self):
        sdk = self.open().sdk
        host = sdk.param(sdk.job("PrlSrv_GetSrvConfig", self.client.server))
        number = c_uint()
        sdk.call("PrlSrvCfg_GetCpuCount", host, byref(number))
        self.assertGreaterEqual(number.value, 1)
        sdk.call("PrlSrvCfg_GetHostRamSize", host, byref(number))
        self.assertGreater(number.value, 100)
        for getter in ("HardDisks", "NetAdapters", "SerialPorts", "Printers", "ParallelPorts", "SoundOutputDevs"):
            sdk.call(f"PrlSrvCfg_Get{getter}Count", host, byref(number))
        profile = sdk.param(sdk.job("PrlSrv_GetUserProfile", self.client.server))
        sdk.text("PrlUsrCfg_GetDefaultVmFolder", profile)
        prefs = sdk.param(sdk.job("PrlSrv_GetCommonPrefs", self.client.server))
        self.assertTrue(os.path.isabs(sdk.text("PrlDispCfg_GetDefaultVmDir", prefs)))

    def test_text_protocol(self):
        vm = self.open().create("four", guest=False, serial=False)
        get, sdk = vm.sdk.lib.PrlVmCfg_GetName, vm.sdk
        size = c_uint(0)
        self.assertEqual((get(vm.handle, None, byref(size)), size.value), (0, 5))
        buffer = create_string_buffer(b"xxxxxx", 6)
        size.value = 4
        self.assertEqual(sdk.name_of(get(vm.handle, buffer, byref(size))), "PRL_ERR_BUFFER_OVERRUN")
        self.assertEqual((buffer.raw, size.value), (b"fourxx", 5))
        size.value = 6
        self.assertEqual((get(vm.handle, buffer, byref(size)), buffer.value, size.value), (0, b"four", 5))
        size.value = 1
        self.assertEqual((sdk.lib.PrlVmCfg_GetCustomProperty(vm.handle, buffer, byref(size)), buffer.value, size.value), (0, b"", 1))

    def test_one_object_per_machine(self):
        self.open().create("same", guest=False)
        first, second = self.client.vms()["same"], self.client.vms()["same"]
        self.assertEqual(first.handle.value, second.handle.value)
        self.assertEqual(self.client.find("same").handle.value, first.handle.value)
        owner = Handle()
        self.client.sdk.call("PrlVmCfg_GetAccessRights", first.handle, byref(owner))
        self.assertTrue(self.client.sdk.text("PrlAcl_GetOwnerName", owner))
        confirmations = Handle()
        self.client.sdk.call("PrlVmCfg_GetConfirmationsList", first.handle, byref(confirmations))

    def test_reg_conflicts(self):
        client = self.open()
        vm = client.create("taken", guest=False)
        sdk = client.sdk

        def reg(name, uuid=None, path=""):
            handle = Handle()
            sdk.call("PrlSrv_CreateVm", client.server, byref(handle))
            sdk.call("PrlVmCfg_SetDefaultConfig", handle, NONE, c_uint(0x9FF), c_uint(0))
            sdk.call("PrlVmCfg_SetName", handle, c_char_p(name.encode()))
            if uuid:
                sdk.call("PrlVmCfg_SetUuid", handle, c_char_p(uuid.encode()))
            code = self.code("PrlVm_Reg", handle, c_char_p(path.encode()), c_uint(1))
            sdk.free(handle)
            return code

        self.assertEqual(reg("taken"), "PRL_ERR_VM_ALREADY_REGISTERED_VM_NAME")
        self.assertEqual(reg("free", vm.uuid()), "PRL_ERR_VM_ALREADY_REGISTERED_VM_UUID")
        self.assertEqual(reg("free", path="relative"), "PRL_ERR_VMDIR_PATH_IS_NOT_ABSOLUTE")
        self.assertEqual(reg("free", path="/does/not/exist"), "PRL_ERR_DIRECTORY_DOES_NOT_EXIST")
        self.assertEqual(reg("free", "{0123cafe-0000-4000-8000-00000000beef}"), "PRL_ERR_SUCCESS")
        self.assertEqual(client.find("free").uuid(), "{0123cafe-0000-4000-8000-00000000beef}")
        self.assertEqual(self.code("PrlSrv_RegisterVm", client.server, c_char_p(vm.home().encode()), c_uint(1)), "PRL_ERR_VM_ALREADY_REGISTERED")
        self.assertEqual(self.code("PrlSrv_RegisterVm", client.server, c_char_p(b"here"), c_uint(1)), "PRL_ERR_VMDIR_PATH_IS_NOT_ABSOLUTE")
        for flags in (SEARCH_UUID, SEARCH_NAME, SEARCH_UUID | SEARCH_NAME):
            self.assertEqual(self.code("PrlSrv_GetVmConfig", client.server, c_char_p(b"nobody"), c_uint(flags)), "PRL_ERR_VM_UUID_NOT_FOUND")

    def test_register_a_copy(self):
        client = self.open()
        vm = client.create("original", guest=False)
        copy = os.path.join(self.home, "copied")
        shutil.copytree(vm.home(), copy)
        client.run("PrlSrv_RegisterVm", client.server, c_char_p(copy.encode()), c_uint(1))
        found = client.vms()
        self.assertEqual(len(found), 2)
        other = [each for name, each in found.items() if name != "original"][0]
        self.assertNotEqual(other.uuid(), vm.uuid())
        self.assertEqual(other.home(), copy)

    def test_lock(self):
        vm = self.open().create("locked", guest=False)
        self.assertEqual(self.vm_code(vm, "Unlock"), "PRL_ERR_VM_IS_NOT_LOCKED")
        self.assertEqual(self.vm_code(vm, "Lock"), "PRL_ERR_SUCCESS")
        self.assertEqual(self.vm_code(vm, "Lock"), "PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED")
        self.assertEqual(self.vm_code(vm, "Start"), "PRL_ERR_SUCCESS")
        vm.kill()
        other = Handle()
        self.client.sdk.call("PrlSrv_Create", byref(other))
        self.client.sdk.free(self.client.sdk.job("PrlSrv_LoginLocal", other, None, c_uint(0), c_uint(2)))
        seen = self.client.sdk.param(self.client.sdk.job("PrlSrv_GetVmConfig", other, c_char_p(b"locked"), c_uint(SEARCH_NAME)))
        self.assertEqual(self.code("PrlVm_Start", seen), "PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED")
        self.assertEqual(self.code("PrlVm_Unlock", seen), "PRL_ERR_NOT_LOCK_OWNER_SESSION_TRIES_TO_UNLOCK")
        self.assertEqual(self.code("PrlSrv_Logoff", self.client.server), "PRL_ERR_SUCCESS")
        self.assertEqual(self.code("PrlVm_Start", seen), "PRL_ERR_SUCCESS")
        self.assertEqual(self.code("PrlVm_StopEx", seen, c_uint(0), c_uint(0)), "PRL_ERR_SUCCESS")

    def test_edit_conflict(self):
        vm = self.open().create("edited", guest=False)
        sdk = self.client.sdk
        other = Handle()
        sdk.call("PrlSrv_Create", byref(other))
        sdk.free(sdk.job("PrlSrv_LoginLocal", other, None, c_uint(0), c_uint(2)))
        theirs = sdk.param(sdk.job("PrlSrv_GetVmConfig", other, c_char_p(b"edited"), c_uint(SEARCH_NAME)))
        for handle in (vm.handle, theirs):
            self.assertEqual(self.code("PrlVm_BeginEdit", handle), "PRL_ERR_SUCCESS")
        sdk.call("PrlVmCfg_SetDescription", vm.handle, c_char_p(b"mine"))
        sdk.call("PrlVmCfg_SetRamSize", vm.handle, c_uint(64))
        sdk.call("PrlVmCfg_SetCpuCount", theirs, c_uint(2))
        self.assertEqual(self.code("PrlVm_Commit", vm.handle), "PRL_ERR_SUCCESS")
        self.assertEqual(self.code("PrlVm_Commit", theirs), "PRL_ERR_SUCCESS")  # no value in common: both are there
        again, number = self.client.find("edited"), c_uint()
        sdk.call("PrlVmCfg_GetRamSize", again.handle, byref(number))
        self.assertEqual(number.value, 64)
        sdk.call("PrlVmCfg_GetCpuCount", again.handle, byref(number))
        self.assertEqual(number.value, 2)
        for handle, ram in ((vm.handle, 96), (theirs, 128)):
            self.assertEqual(self.code("PrlVm_BeginEdit", handle), "PRL_ERR_SUCCESS")
        sdk.call("PrlVmCfg_SetRamSize", vm.handle, c_uint(96))
        sdk.call("PrlVmCfg_SetRamSize", theirs, c_uint(128))
        self.assertEqual(self.code("PrlVm_Commit", vm.handle), "PRL_ERR_SUCCESS")
        self.assertEqual(self.code("PrlVm_Commit", theirs), "PRL_ERR_VM_CONFIG_WAS_CHANGED")

    def test_suspended_is_left_alone(self):
        vm = self.open().create("suspended", guest=False)
        vm.start()
        vm.do("Suspend")
        self.assertEqual(self.vm_code(vm, "BeginEdit"), "PRL_ERR_CANT_EDIT_SUSPENDED_VM")
        self.assertEqual(self.vm_code(vm, "Suspend"), "PRL_ERR_DISP_VM_COMMAND_CANT_BE_EXECUTED")
        vm.do("Delete", NONE)
        self.assertEqual(self.client.vms(), {})

    def test_paused(self):
        vm = self.open().create("paused")
        vm.start()
        vm.count_above(5)
        vm.pause()
        self.assertEqual(self.vm_code(vm, "StopEx", c_uint(PSM_SHUTDOWN), c_uint(0)), "PRL_ERR_DISP_VM_IS_NOT_RUNNING")
        vm.do("Reset")
        self.assertEqual(vm.state(), "running")
        until("it boots again", lambda: vm.serial().count("BOOT") == 2)

    def test_delete_only_these(self):
        vm = self.open().create("keep the rest", guest=False)
        home = vm.home()
        with open(os.path.join(home, "extra"), "w"):
            pass
        files = Handle()
        self.client.sdk.call("PrlApi_CreateStringsList", byref(files))
        self.client.sdk.call("PrlStrList_AddItem", files, c_char_p(os.path.join(home, "extra").encode()))
        vm.do("Delete", files)
        self.assertEqual(self.client.vms(), {})
        self.assertFalse(os.path.exists(os.path.join(home, "extra")))
        self.assertTrue(os.path.exists(os.path.join(home, "harddisk.hdd")))

    def test_image_before_reg(self):
        client, sdk, vm, device = self.open(), self.client.sdk, Handle(), Handle()
        sdk.call("PrlSrv_CreateVm", client.server, byref(vm))
        sdk.call("PrlVmCfg_SetDefaultConfig", vm, NONE, c_uint(0x9FF), c_uint(1))
        sdk.call("PrlVmCfg_SetName", vm, c_char_p(b"image first"))
        sdk.call("PrlVmCfg_GetHardDisk", vm, c_uint(0), byref(device))
        sdk.call("PrlVmDevHd_SetDiskSize", device, c_uint(16))
        path = os.path.join(self.home, "made before.hdd")
        for setter in ("PrlVmDev_SetSysName", "PrlVmDev_SetFriendlyName"):
            sdk.call(setter, device, c_char_p(path.encode()))
        self.assertEqual(self.code("PrlVmDev_CreateImage", device, c_uint(0), c_uint(1)), "PRL_ERR_SUCCESS")
        self.assertTrue(os.path.exists(path))
        self.assertEqual(self.code("PrlVmDev_CreateImage", device, c_uint(0), c_uint(1)), "PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST")
        self.assertEqual(self.code("PrlVm_ValidateConfig", vm, c_uint(1)), "PRL_ERR_SUCCESS")
        self.assertEqual(self.code("PrlVm_Reg", vm, c_char_p(b""), c_uint(1)), "PRL_ERR_SUCCESS")

    def test_what_is_wrong_with_a_configuration_is_said(self):
        """In words, as programs print the error of a commit; and each fault is a result of the job."""
        client = self.open()
        sdk, m = client.sdk, Machine.of(self, client.create("faulty", guest=False))
        m.set("Hardware/Cpu/NumaNodes", 3)
        m.set("Hardware/Cpu/EnableHotplug", 1)
        m.vm.do("BeginEdit")
        sdk.call("PrlVm_FromString", m.vm.handle, c_char_p(ET.tostring(m.root)))
        job = client.job("PrlVm_CommitEx", m.vm.handle, c_uint(0))
        self.addCleanup(job.free)
        self.assertEqual(job.error_name(), "PRL_ERR_INCONSISTENCY_VM_CONFIG")
        result, count, codes, words = Handle(), c_uint(), set(), []
        sdk.call("PrlJob_GetResult", job.handle, byref(result))
        sdk.call("PrlResult_GetParamsCount", result, byref(count))
        for i in range(count.value):
            event, code = Handle(), c_int()
            sdk.call("PrlResult_GetParamByIndex", result, c_uint(i), byref(event))
            sdk.call("PrlEvent_GetErrCode", event, byref(code))
            codes.add(sdk.name_of(code.value))
            words.append(self.error_text(event))
            sdk.free(event)
        sdk.free(result)
        self.assertEqual(codes, {"PRL_ERR_VMCONF_NUMANODES_NUMBER_NOT_SUPPORTED", "PRL_ERR_VMCONF_NUMANODES_CPU_HOTPLUG"})
        self.assertIn(sdk.details(job.handle), words)

    def error_text(self, event):
        buffer, size = ctypes.create_string_buffer(1024), c_uint(1024)
        self.client.sdk.call("PrlEvent_GetErrString", event, c_uint(0), c_uint(0), buffer, byref(size))
        return buffer.value.decode()

    def test_null_for_no_text(self):
        """libvirt's driver passes NULL for the serial number of a disk that was given none."""
        client, vm, device = self.open(), Handle(), Handle()
        client.sdk.call("PrlSrv_CreateVm", client.server, byref(vm))
        client.sdk.call("PrlVmCfg_SetDefaultConfig", vm, NONE, c_uint(0x9FF), c_uint(1))
        client.sdk.call("PrlVmCfg_SetName", vm, c_char_p(b"no serial"))
        client.sdk.call("PrlVmCfg_GetHardDisk", vm, c_uint(0), byref(device))
        client.sdk.call("PrlVmDevHd_SetDiskSize", device, c_uint(8))
        client.sdk.call("PrlVmDevHd_SetSerialNumber", device, None)
        self.assertEqual(client.sdk.text("PrlVmDevHd_GetSerialNumber", device), "")
        self.assertEqual(self.code("PrlVm_Reg", vm, c_char_p(b""), c_uint(1)), "PRL_ERR_SUCCESS")

    def test_device_error_names_the_machine(self):
        vm, device, error, size = self.open().create("named here", guest=False), Handle(), Handle(), c_uint(1024)
        sdk, text = self.client.sdk, create_string_buffer(1024)
        sdk.call("PrlVmCfg_GetHardDisk", vm.handle, c_uint(0), byref(device))
        job = self.client.job("PrlVmDev_Disconnect", device)
        self.assertEqual(job.error_name(), "PRL_ERR_DISP_VM_IS_NOT_STARTED")
        sdk.call("PrlJob_GetError", job.handle, byref(error))
        sdk.call("PrlEvent_GetErrString", error, c_uint(1), c_uint(0), text, byref(size))
        self.assertIn('"named here"', text.value.decode())

    def test_events(self):
        """Each handle given to a handler is its own to free; state changes carry the state; jobs come too."""
        client, seen = self.open(), []
        sdk = client.sdk

        @ctypes.CFUNCTYPE(c_int, ctypes.c_size_t, ctypes.c_void_p)
        def handler(event, _):
            number = c_uint()
            if sdk.lib.PrlEvent_GetType(Handle(event), byref(number)) >= 0:
                param, value = Handle(), c_int()
                if sdk.lib.PrlEvent_GetParamByName(Handle(event), c_char_p(b"vminfo_vm_state"), byref(param)) >= 0:
                    sdk.call("PrlEvtPrm_ToInt32", param, byref(value))
                    sdk.free(param)
                seen.append((number.value, STATES.get(value.value - 0x30000000)))
            else:
                seen.append(("job", None))
            sdk.free(Handle(event))
            return 0

        sdk.call("PrlSrv_RegEventHandler", client.server, handler, None)
        vm = client.create("watched", guest=False)
        vm.start()
        vm.pause()
        vm.do("Resume")
        vm.do("Suspend")
        vm.do("DropSuspendedState")
        vm.remove()
        until("the last event", lambda: any(number == VM_DELETED for number, _ in seen))
        sdk.call("PrlSrv_UnregEventHandler", client.server, handler, None)
        states = [state for number, state in seen if number == STATE_CHANGED and state]
        for wanted in ("running", "paused", "suspended", "stopped"):
            self.assertIn(wanted, states)
        self.assertIn(("job", None), seen)
        self.assertIn(VM_ADDED, [number for number, _ in seen])


if __name__ == "__main__":
    main()

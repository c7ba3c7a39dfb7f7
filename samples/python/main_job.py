#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The main job over plain ctypes: log in, create, start, pause, suspend, resume, clone with a chosen UUID, stop, delete.

No compiled part: the library is loaded as it is. Set PRL_SDK_LIB to its path when it is not where the loader looks.
A handle is a number that fits in 32 bits; it is passed and received as a pointer-sized integer.
"""
import ctypes
import os
import sys
import uuid
from ctypes import byref, c_char_p, c_int, c_size_t, c_uint

PRL_API_VERSION = 9 << 16
PAM_SERVER = 0
PSL_HIGH_SECURITY = 2
PSM_KILL = 0
GUEST_LINUX_OTHER = 9 << 8 | 0xFF

Handle = c_size_t


class Failed(Exception):
    """A call or a job of the SDK that failed."""


class Sdk:
    """Declares a function at its first use: handles by default, strings and numbers by what is passed."""

    def __init__(self, path):
        self.lib = ctypes.CDLL(path)

    def call(self, name, *args):
        function = getattr(self.lib, name)
        function.restype = c_int
        code = function(*args)
        if code < 0:
            raise Failed(f"{name}: {self.name_of(code)}")
        return code

    def job(self, name, *args, timeout_ms=120000):
        """Calls an asynchronous function, waits, frees the job, and gives the result handle."""
        function = getattr(self.lib, name)
        function.restype = Handle
        job = Handle(function(*args))
        try:
            code = c_int()
            self.call("PrlJob_Wait", job, c_uint(timeout_ms))
            self.call("PrlJob_GetRetCode", job, byref(code))
            if code.value < 0:
                raise Failed(f"{name}: {self.name_of(code.value)} {self.details(job)}")
            result = Handle()
            self.call("PrlJob_GetResult", job, byref(result))
            return result
        finally:
            self.free(job)

    def details(self, job):
        event, param = Handle(), Handle()
        try:
            self.call("PrlJob_GetError", job, byref(event))
            self.call("PrlEvent_GetParamByName", event, c_char_p(b"Details"), byref(param))
            return self.text("PrlEvtPrm_ToString", param)
        except Failed:
            return ""

    def text(self, name, handle):
        size = c_uint(0)
        self.call(name, handle, None, byref(size))
        buffer = ctypes.create_string_buffer(size.value)
        self.call(name, handle, buffer, byref(size))
        return buffer.value.decode()

    def param(self, result):
        handle = Handle()
        self.call("PrlResult_GetParam", result, byref(handle))
        self.free(result)
        return handle

    def name_of(self, code):
        text = c_char_p()
        self.lib.PrlDbg_PrlResultToString(c_int(code), byref(text))
        return text.value.decode()

    def free(self, handle):
        self.lib.PrlHandle_Free(handle)


def state_of(sdk, vm):
    info = sdk.param(sdk.job("PrlVm_GetState", vm))
    state = c_uint()
    sdk.call("PrlVmInfo_GetState", info, byref(state))
    sdk.free(info)
    names = {1: "stopped", 4: "running", 5: "paused", 9: "suspended"}
    return names.get(state.value - 0x30000000, hex(state.value))


def check(what, expected, seen):
    print(f"{what}: {seen}")
    if seen != expected:
        raise Failed(f"{what}: expected {expected}")


def main_job(sdk, server, name):
    vm = Handle()
    clone = None
    sdk.call("PrlSrv_CreateVm", server, byref(vm))
    sdk.call("PrlVmCfg_SetDefaultConfig", vm, Handle(0), c_uint(GUEST_LINUX_OTHER), c_uint(1))
    sdk.call("PrlVmCfg_SetName", vm, c_char_p(name.encode()))
    sdk.call("PrlVmCfg_SetRamSize", vm, c_uint(64))
    disk = Handle()
    sdk.call("PrlVmCfg_GetHardDisk", vm, c_uint(0), byref(disk))
    sdk.call("PrlVmDevHd_SetDiskSize", disk, c_uint(32))
    sdk.free(disk)
    sdk.free(sdk.job("PrlVm_Reg", vm, c_char_p(b""), c_uint(1)))
    try:
        print("created", sdk.text("PrlVmCfg_GetUuid", vm), name)
        sdk.free(sdk.job("PrlVm_Start", vm))
        check("started", "running", state_of(sdk, vm))
        sdk.free(sdk.job("PrlVm_Pause", vm, c_uint(0)))
        check("paused", "paused", state_of(sdk, vm))
        sdk.free(sdk.job("PrlVm_Suspend", vm))
        check("suspended", "suspended", state_of(sdk, vm))
        sdk.free(sdk.job("PrlVm_Resume", vm))
        check("resumed", "running", state_of(sdk, vm))
        wanted = "{%s}" % uuid.uuid4()
        clone = sdk.param(
            sdk.job("PrlVm_CloneWithUuid", vm, c_char_p((name + " clone").encode()), c_char_p(wanted.encode()), c_char_p(b""), c_uint(0))
        )
        check("cloned with the chosen UUID", wanted, sdk.text("PrlVmCfg_GetUuid", clone))
        sdk.free(sdk.job("PrlVm_StopEx", vm, c_uint(PSM_KILL), c_uint(0)))
        check("stopped", "stopped", state_of(sdk, vm))
    finally:
        for handle in (clone, vm):
            if handle is None:
                continue
            if state_of(sdk, handle) not in ("stopped", "suspended"):
                sdk.free(sdk.job("PrlVm_StopEx", handle, c_uint(PSM_KILL), c_uint(0)))
            sdk.free(sdk.job("PrlVm_Delete", handle, Handle(0)))
            sdk.free(handle)
        print("removed")


def main():
    sdk = Sdk(os.environ.get("PRL_SDK_LIB", "libprl_sdk.so.9"))
    sdk.call("PrlApi_InitEx", c_uint(PRL_API_VERSION), c_uint(PAM_SERVER), c_uint(0), c_uint(0))
    server = Handle()
    try:
        sdk.call("PrlSrv_Create", byref(server))
        sdk.free(sdk.job("PrlSrv_LoginLocal", server, None, c_uint(0), c_uint(PSL_HIGH_SECURITY)))
        main_job(sdk, server, sys.argv[1] if len(sys.argv) > 1 else f"python sample {os.getpid()}")
        sdk.free(sdk.job("PrlSrv_Logoff", server))
        return 0
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    finally:
        sdk.free(server)
        sdk.call("PrlApi_Deinit")


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: MIT
"""What the integration tests share: a private service under a temporary home, the SDK over ctypes, VMs that run the test guest.

Every test case gets its own PRLKVM_HOME and thus its own prlkvmd. At the end, also after a failure, the QEMUs and the service that
were started under that home are ended by pid and the directory is removed.
"""
import ctypes
import json
import mmap
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from ctypes import byref, c_char_p, c_int, c_uint

BUILD = os.environ.get("PRLKVM_BUILD_DIR", "build")
SOURCE = os.environ.get("PRLKVM_SOURCE_DIR", os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(SOURCE, "samples", "python"))
from main_job import Failed, Handle, Sdk  # noqa: E402  (the sample is the binding the tests use)

GUEST_IMAGE = os.path.join(BUILD, "guest", "guest.img")
SKIPPED = 77
PSM_KILL, PSM_SHUTDOWN = 0, 1
PCVF_LINKED_CLONE = 1 << 13
PCVF_CLONE_TO_TEMPLATE = 1 << 11
PVTF_VM = 1 << 11
SEARCH_UUID, SEARCH_NAME = 1 << 11, 1 << 12
STATES = {1: "stopped", 4: "running", 5: "paused", 9: "suspended"}
TIMEOUT_S = 60


def until(what, condition, timeout_s=TIMEOUT_S):
    """The first true value of condition(), looked at every 10 ms; fails the test when the time is over."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"timed out: {what}")
        time.sleep(0.01)


def children_of_home(home):
    """Pids of this user's prlkvmd and QEMU processes that were started under home, by their environment."""
    found = []
    needle = b"PRLKVM_HOME=" + home.encode() + b"\0"
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as f:
                environ = f.read() + b"\0"
            with open(f"/proc/{pid}/comm") as f:
                comm = f.read().strip()
            with open(f"/proc/{pid}/stat") as f:
                is_zombie = f.read().rpartition(") ")[2].startswith("Z")
        except OSError:
            continue
        if needle in environ and int(pid) != os.getpid() and not is_zombie:
            found.append((int(pid), comm))
    return found


class Job:
    """A PHT_JOB: wait() gives its return code."""

    def __init__(self, sdk, name, *args):
        function = getattr(sdk.lib, name)
        function.restype = Handle
        self.sdk, self.name = sdk, name
        self.handle = Handle(function(*args))

    def wait(self, timeout_s=TIMEOUT_S):
        code = c_int()
        self.sdk.call("PrlJob_Wait", self.handle, c_uint(int(timeout_s * 1000)))
        self.sdk.call("PrlJob_GetRetCode", self.handle, byref(code))
        return code.value

    def error_name(self):
        return self.sdk.name_of(self.wait())

    def free(self):
        self.sdk.free(self.handle)


class Client:
    """A logged-in server object in this process."""

    def __init__(self):
        self.sdk = Sdk(os.path.join(BUILD, "lib", "libprl_sdk.so"))
        self.sdk.call("PrlApi_InitEx", c_uint(9 << 16), c_uint(0), c_uint(0), c_uint(0))
        self.server = Handle()
        self.sdk.call("PrlSrv_Create", byref(self.server))
        self.login()

    def login(self):
        self.sdk.free(self.sdk.job("PrlSrv_LoginLocal", self.server, None, c_uint(0), c_uint(2)))

    def close(self):
        self.sdk.free(self.server)
        self.sdk.call("PrlApi_Deinit")

    def job(self, name, *args):
        return Job(self.sdk, name, *args)

    def run(self, name, *args):
        """Runs an asynchronous call to its end; raises Failed."""
        self.sdk.free(self.sdk.job(name, *args))

    def create(self, name, disk_mib=8, ram_mib=32, guest=True, serial=True, path=""):
        sdk, vm, device = self.sdk, Handle(), Handle()
        sdk.call("PrlSrv_CreateVm", self.server, byref(vm))
        sdk.call("PrlVmCfg_SetDefaultConfig", vm, Handle(0), c_uint(0x9FF), c_uint(1))
        sdk.call("PrlVmCfg_SetName", vm, c_char_p(name.encode()))
        sdk.call("PrlVmCfg_SetRamSize", vm, c_uint(ram_mib))
        sdk.call("PrlVmCfg_GetHardDisk", vm, c_uint(0), byref(device))
        sdk.call("PrlVmDevHd_SetDiskSize", device, c_uint(disk_mib))
        sdk.free(device)
        if serial:
            sdk.call("PrlVmCfg_AddDefaultDeviceEx", vm, Handle(0), c_int(10), byref(device))
            sdk.free(device)
        self.run("PrlVm_Reg", vm, c_char_p(path.encode()), c_uint(1))
        made = Vm(self, vm)
        if guest:
            made.install_guest()
        return made

    def vms(self):
        """All VMs by name."""
        result = self.sdk.job("PrlSrv_GetVmListEx", self.server, c_uint(PVTF_VM))
        count, found = c_uint(), {}
        self.sdk.call("PrlResult_GetParamsCount", result, byref(count))
        for i in range(count.value):
            handle = Handle()
            self.sdk.call("PrlResult_GetParamByIndex", result, c_uint(i), byref(handle))
            vm = Vm(self, handle)
            found[vm.name()] = vm
        self.sdk.free(result)
        return found

    def find(self, name):
        return Vm(self, self.sdk.param(self.sdk.job("PrlSrv_GetVmConfig", self.server, c_char_p(name.encode()), c_uint(SEARCH_UUID | SEARCH_NAME))))


class Vm:
    def __init__(self, client, handle):
        self.client, self.sdk, self.handle = client, client.sdk, handle

    def name(self):
        return self.sdk.text("PrlVmCfg_GetName", self.handle)

    def uuid(self):
        return self.sdk.text("PrlVmCfg_GetUuid", self.handle)

    def home(self):
        return os.path.dirname(self.sdk.text("PrlVmCfg_GetHomePath", self.handle))

    def state(self):
        info, state = self.sdk.param(self.sdk.job("PrlVm_GetState", self.handle)), c_uint()
        self.sdk.call("PrlVmInfo_GetState", info, byref(state))
        self.sdk.free(info)
        return STATES.get(state.value - 0x30000000, hex(state.value))

    def known_state(self):
        """As the handle has it, without asking."""
        info, state = Handle(), c_uint()
        self.sdk.call("PrlVmCfg_GetVmInfo", self.handle, byref(info))
        self.sdk.call("PrlVmInfo_GetState", info, byref(state))
        self.sdk.free(info)
        return STATES.get(state.value - 0x30000000, hex(state.value))

    def disk(self):
        device = Handle()
        self.sdk.call("PrlVmCfg_GetHardDisk", self.handle, c_uint(0), byref(device))
        path = self.sdk.text("PrlVmDev_GetSysName", device)
        self.sdk.free(device)
        return path if os.path.isabs(path) else os.path.join(self.home(), path)

    def install_guest(self):
        subprocess.run(["qemu-img", "convert", "-n", "-f", "raw", "-O", "qcow2", GUEST_IMAGE, self.disk()], check=True)

    def refresh(self):
        self.client.run("PrlVm_RefreshConfig", self.handle)

    def do(self, verb, *args):
        self.client.run("PrlVm_" + verb, self.handle, *args)

    def job(self, verb, *args):
        return self.client.job("PrlVm_" + verb, self.handle, *args)

    def start(self):
        self.do("Start")

    def kill(self):
        self.do("StopEx", c_uint(PSM_KILL), c_uint(0))

    def pause(self):
        self.do("Pause", c_uint(0))

    def clone_job(self, name, uuid="", path="", flags=0):
        return self.job("CloneWithUuid", c_char_p(name.encode()), c_char_p(uuid.encode()), c_char_p(path.encode()), c_uint(flags))

    def clone(self, name, uuid="", path="", flags=0):
        job = self.clone_job(name, uuid, path, flags)
        try:
            code, result = job.wait(), Handle()
            if code < 0:
                raise Failed(f"clone: {self.sdk.name_of(code)} {self.sdk.details(job.handle)}")
            self.sdk.call("PrlJob_GetResult", job.handle, byref(result))
            return Vm(self.client, self.sdk.param(result))
        finally:
            job.free()

    def remove(self):
        if self.state() not in ("stopped", "suspended"):
            self.kill()
        self.do("Delete", Handle(0))

    def free(self):
        self.sdk.free(self.handle)

    # What the guest says on its serial port.
    def serial(self):
        try:
            with open(os.path.join(self.home(), "serial.txt"), errors="replace") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def counts(self):
        """(R, D) of the last whole line; None while it has said nothing. Raises when the guest found its state contradictory."""
        text = self.serial()
        if "BAD" in text:
            raise AssertionError("the guest complains: " + text[text.index("BAD"):].splitlines()[0])
        found = re.findall(r"^R=(\d+) D=(\d+)\r?$", text, re.M)
        return tuple(map(int, found[-1])) if found else None

    def count_above(self, r, timeout_s=TIMEOUT_S):
        return until(f"{r} counts", lambda: (c := self.counts()) and c[0] > r and c, timeout_s)

    def disk_count(self):
        """D as it stands on the disk of a VM that does not run (its whole chain)."""
        out = subprocess.run(["qemu-img", "dd", "-f", "qcow2", "-O", "raw", "bs=512", "count=3", f"if={self.disk()}", "of=/dev/stdout"],
                             check=False, capture_output=True).stdout
        if len(out) < 1536:
            with tempfile.NamedTemporaryFile() as f:
                subprocess.run(["qemu-img", "dd", "-f", "qcow2", "-O", "raw", "bs=512", "count=3", f"if={self.disk()}", f"of={f.name}"], check=True)
                out = f.read()
        magic, count = struct.unpack_from("<4sI", out, 1024)
        return count if magic == b"PRLG" else 0


class ServiceCase(unittest.TestCase):
    """setUp starts nothing: the first Client does."""

    settings = {}

    def setUp(self):
        self.home = tempfile.mkdtemp(prefix="prlkvm-test-")
        os.environ["PRLKVM_HOME"] = self.home
        os.environ.setdefault("PRLKVM_ACCEL", "tcg")
        os.environ["PRLKVM_IDLE_EXIT"] = "2"
        os.environ["PRLKVM_DAEMON"] = os.environ.get("PRLKVM_TEST_DAEMON", os.path.join(BUILD, "bin", "prlkvmd"))
        for key, value in self.settings.items():
            os.environ[key] = value
        self.client = None
        self.addCleanup(self.clean_up)

    def open(self):
        self.client = Client()
        return self.client

    def clean_up(self):
        if self.client:
            try:
                self.client.close()
            except Failed:
                pass
        for key in self.settings:
            os.environ.pop(key, None)
        deadline = time.monotonic() + 20
        while (left := children_of_home(self.home)) and time.monotonic() < deadline:
            for pid, _ in left:
                try:
                    os.kill(pid, signal.SIGCONT)
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.02)
        if os.environ.get("PRLKVM_TEST_KEEP"):
            print("kept:", self.home, file=sys.stderr)
        else:
            shutil.rmtree(self.home, ignore_errors=True)

    def pid_of(self, comm):
        return [pid for pid, name in children_of_home(self.home) if name.startswith(comm)]

    def service_pid(self):
        return self.pid_of("prlkvmd")[0]

    def kill_service(self):
        """SIGKILL, and the client notices."""
        pid = self.service_pid()
        os.kill(pid, signal.SIGKILL)
        until("the service is gone", lambda: pid not in self.pid_of("prlkvmd"))
        connected = c_uint(1)

        def is_gone():
            self.client.sdk.call("PrlSrv_IsConnected", self.client.server, byref(connected), byref(c_uint()))
            return not connected.value

        until("the client notices", is_gone)

    def leftovers(self):
        """Files of unfinished work under the home: temporary VM directories, journal entries, half-written files."""
        left = []
        for where, dirs, files in os.walk(self.home):
            for name in dirs + files:
                if re.search(r"\.new-|\.del-|\.new$|\.sav\.run$", name) or os.path.basename(where) == "journal":
                    left.append(os.path.join(where, name))
        return left


class CrashControl:
    """The shared file that steers crash_shim.c."""

    OFF, COUNT, KILL, NO_SPACE, KILL_QEMU, KILL_PID, IO_ERROR = range(7)

    def __init__(self, path):
        with open(path, "wb") as f:
            f.write(bytes(16))
        self.file = open(path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), 16)

    def set(self, mode, at=0, pid=0):
        self.map[0:16] = struct.pack("<IIII", 0, at, 0, pid)
        self.map[0:4] = struct.pack("<I", mode)

    def stop(self):
        """No more of it; the calls that were seen."""
        self.map[0:4] = struct.pack("<I", self.OFF)
        return self.count()

    def count(self):
        return struct.unpack("<I", self.map[8:12])[0]

    def close(self):
        self.map.close()
        self.file.close()


def main():
    """unittest's main, with a skipped run reported to ctest as such."""
    program = unittest.main(exit=False, verbosity=2)
    result = program.result
    if not result.wasSuccessful():
        sys.exit(1)
    if result.testsRun == len(result.skipped) and result.skipped:
        for test, reason in result.skipped:
            print(f"skipped: {test}: {reason}")
        sys.exit(SKIPPED)


__all__ = [name for name in dir() if not name.startswith("_")] + ["json", "ctypes"]

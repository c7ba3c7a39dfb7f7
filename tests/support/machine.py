# SPDX-License-Identifier: MIT
"""VMs whose configuration a test edits as text, which reaches every element, also those that no function of the API has."""
import os
import subprocess
import xml.etree.ElementTree as ET
from ctypes import byref, c_char_p, c_uint, c_void_p, cast

PRCF_FORCE = 1 << 11


def element(name, **members):
    e = ET.Element(name)
    for key, value in members.items():
        ET.SubElement(e, key).text = str(value)
    return e


def hdd(index, file, bus, at, serial, sub=3, disk_type=1):
    return element("Hdd", Index=index, Enabled=1, Connected=1, EmulatedType=1, SystemName=file, UserFriendlyName=file, InterfaceType=bus,
                   StackIndex=at, SubType=sub, DiskType=disk_type, SerialNumber=serial)


def nic(index, mac, adapter, kind=1):
    return element("NetworkAdapter", Index=index, Enabled=1, Connected=1, EmulatedType=kind, AdapterType=adapter, MAC=mac, StaticAddress=1)


class Machine:
    """Without devices but a serial port, a socket at `console`."""

    def __init__(self, case, name):
        self.case, self.client, self.sdk = case, case.client, case.client.sdk
        self.vm = case.client.create(name, guest=False, serial=False)
        self.console = os.path.join(case.home, name + ".sock")
        self.root = ET.fromstring(self.text())
        hardware = self.root.find("Hardware")
        for kind in ("Hdd", "CdRom", "NetworkAdapter", "Serial", "USB", "Sound"):
            for e in hardware.findall(kind):
                hardware.remove(e)
        self.add(element("Serial", Index=0, Enabled=1, Connected=1, EmulatedType=3, SystemName=self.console, UserFriendlyName=self.console,
                         SocketMode=0))
        self.root.find("Settings/Startup/BootingOrder").clear()

    @classmethod
    def of(cls, case, vm):
        """The configuration of a VM that is there, with all it has."""
        m = cls.__new__(cls)
        m.case, m.client, m.sdk, m.vm = case, case.client, case.client.sdk, vm
        m.root = ET.fromstring(m.text())
        return m

    def cd(self, file, bus, at=0):
        """A disc in the drive, which the VM boots from."""
        self.add(element("CdRom", Index=0, Enabled=1, Connected=1, EmulatedType=1, SystemName=file, UserFriendlyName=file,
                         InterfaceType=bus, StackIndex=at, SubType=3))
        self.root.find("Settings/Startup/BootingOrder").append(element("BootDevice", Index=0, Type=5, BootingNumber=1, InUse=1))

    def text(self):
        p = c_void_p()
        self.sdk.call("PrlVm_ToString", self.vm.handle, byref(p))
        text = cast(p, c_char_p).value
        self.sdk.call("PrlBuffer_Free", p)
        return text

    def add(self, e):
        self.root.find("Hardware").append(e)

    def set(self, path, value):
        at = self.root
        for name in path.split("/"):
            found = at.find(name)
            at = ET.SubElement(at, name) if found is None else found
        at.text = str(value)

    def disk(self, index, bus, at, serial, mib, **more):
        file = os.path.join(self.vm.home(), f"more{index}.hdd")
        subprocess.run(["qemu-img", "create", "-q", "-f", "raw" if more.get("disk_type") == 2 else "qcow2", file, f"{mib}M"], check=True)
        self.add(hdd(index, file, bus, at, serial, **more))

    def commit(self):
        self.vm.do("BeginEdit")
        self.sdk.call("PrlVm_FromString", self.vm.handle, c_char_p(ET.tostring(self.root)))
        self.client.run("PrlVm_CommitEx", self.vm.handle, c_uint(PRCF_FORCE))


def pids_of(program, home):
    """Processes of that name that have something open below home."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/comm", encoding="ascii") as f:
                if f.read().strip() != program:
                    continue
            if any(os.readlink(f"/proc/{pid}/fd/{fd}").startswith(home) for fd in os.listdir(f"/proc/{pid}/fd")):
                found.append(int(pid))
        except OSError:
            continue
    return found

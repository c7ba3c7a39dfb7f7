# SPDX-License-Identifier: MIT
"""
Change of a machine that runs: disks, discs, adapters, processors, memory, seen from inside a Linux guest; what a suspend, a killed service or a
refusal makes of it. Without such a guest (tests/support/guest_linux.py) QEMU is asked.

PRLKVM_CRASH_POINTS says at how many calls of a plug the service is killed (default 6, 0: every one); with PRLKVM_HOTPLUG_ALL the Linux guest
boots a second time, with the other chipset.
"""
import re
import shutil
import signal
import socket
import sys
from ctypes import byref, c_char_p, c_int, c_uint

import guest_linux
from machine import Machine, element, hdd, nic, pids_of
from prl import *

MIB = 1 << 20
POINTS = int(os.environ.get("PRLKVM_CRASH_POINTS", "6"))
PDE_OPTICAL_DISK, PDE_HARD_DISK, PDE_NETWORK = 5, 6, 8
VM_DEV_STATE_CHANGED, VM_CONFIG_APPLIED, VM_MESSAGE = 100003, 100021, 100502
PRD_AUTO = 1
IDE, SCSI, VIRTIO, SATA = 0, 1, 3, 2
Callback = ctypes.CFUNCTYPE(c_int, ctypes.c_void_p, ctypes.c_void_p)


class Monitor:
    """Questions to the QEMU of a VM, through the socket by which a next service would find it."""

    def __init__(self, home, vm):
        self.path = next(os.path.join(where, f) for where, _, files in os.walk(home) for f in files if f == vm.uuid().strip("{}") + ".qmp")

    def ask(self, command, **arguments):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(TIMEOUT_S)
            s.connect(self.path)
            f = s.makefile("rwb")
            f.readline()
            for name, args in (("qmp_capabilities", {}), (command, arguments)):
                f.write(json.dumps({"execute": name, "arguments": args}).encode() + b"\n")
                f.flush()
                while True:
                    answer = json.loads(f.readline())
                    if "event" not in answer:
                        break
            if "error" in answer:
                raise AssertionError(f"{command}: {answer['error']}")
            return answer["return"]

    def try_to(self, command, **arguments):
        try:
            self.ask(command, **arguments)
        except AssertionError:
            return False
        return True

    def devices(self):
        return {x["name"] for x in self.ask("qom-list", path="/machine/peripheral") if x["type"].startswith("child<")}

    def nodes(self):
        return {x["node-name"] for x in self.ask("query-named-block-nodes", flat=True)}


class HotplugCase(ServiceCase):
    def listen(self):
        """From now on self.events has the types of all events, self.others counts messages, but that there is no hardware virtualisation."""
        self.events, self.others, self.callback = [], 0, Callback(self.on_event)
        self.client.sdk.call("PrlSrv_RegEventHandler", self.client.server, self.callback, None)
        self.addCleanup(lambda: self.client.sdk.lib.PrlSrv_UnregEventHandler(self.client.server, self.callback, None))

    def on_event(self, event, _):
        sdk, event, kind = self.client.sdk, Handle(event), c_uint()
        if sdk.lib.PrlEvent_GetType(event, byref(kind)) == 0:    # finished jobs come here too
            self.events.append(kind.value)
            code = c_int()
            sdk.call("PrlEvent_GetErrCode", event, byref(code))
            self.others += kind.value == VM_MESSAGE and sdk.name_of(code.value) != "PRL_ERR_HVT_NOT_AVAILABLE_WARNING"
        sdk.free(event)
        return 0

    def told(self, kind):
        until(f"event {kind}", lambda: kind in self.events, 10)

    def device(self, vm, kind, index=0):
        vm.refresh()
        handle = Handle()
        self.client.sdk.call("PrlVmCfg_GetDevByType", vm.handle, c_int(kind), c_uint(index), byref(handle))
        return handle

    def switch(self, vm, kind, is_in, index=0, name=None):
        """PrlVmDev_Connect or _Disconnect; the name of its error."""
        handle = self.device(vm, kind, index)
        if name:
            self.client.sdk.call("PrlVmDev_SetSysName", handle, c_char_p(name.encode()))
            self.client.sdk.call("PrlVmDev_SetFriendlyName", handle, c_char_p(name.encode()))
        job = self.client.job("PrlVmDev_Connect" if is_in else "PrlVmDev_Disconnect", handle)
        try:
            result = job.error_name()
            if result != "PRL_ERR_SUCCESS":
                self.details = self.client.sdk.details(job.handle)
            return result
        finally:
            job.free()
            self.client.sdk.free(handle)

    def edit(self, m, change):
        """BeginEdit, change(root), Commit: the name of its error."""
        import xml.etree.ElementTree as ET
        m.vm.do("BeginEdit")
        m.root = ET.fromstring(m.text())
        change(m.root.find("Hardware"))
        self.client.sdk.call("PrlVm_FromString", m.vm.handle, c_char_p(ET.tostring(m.root)))
        job = self.client.job("PrlVm_CommitEx", m.vm.handle, c_uint(0))
        try:
            result = job.error_name()
            if result != "PRL_ERR_SUCCESS":
                self.details = self.client.sdk.details(job.handle)
            return result
        finally:
            job.free()
            m.vm.refresh()

    def good(self, result):
        self.assertEqual(result, "PRL_ERR_SUCCESS", getattr(self, "details", ""))

    def stored(self, m, path):
        import xml.etree.ElementTree as ET
        m.vm.refresh()
        found = ET.fromstring(m.text()).find(path)
        return None if found is None else found.text

    def small(self, name="vm", is_started=True):
        """A machine with the test guest."""
        m = Machine.__new__(Machine)
        m.case, m.client, m.sdk, m.vm = self, self.client, self.client.sdk, self.client.create(name)
        if is_started:
            m.vm.start()
            m.vm.count_above(1)
        return m

    def make_image(self, m, name, mib=16):
        path = os.path.join(m.vm.home(), name)
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", path, f"{mib}M"], check=True)
        return path


def is_locked(path):
    """Somebody has the image open for writing."""
    return subprocess.run(["qemu-img", "info", path], capture_output=True, check=False).returncode != 0


class LinuxHotplug(HotplugCase):
    def test_inside_q35(self):
        self.inside(0)

    @unittest.skipUnless(os.environ.get("PRLKVM_HOTPLUG_ALL"), "the same once more: only with PRLKVM_HOTPLUG_ALL set")
    def test_inside_i440fx(self):
        self.inside(1)

    def inside(self, chipset):
        try:
            iso = guest_linux.build(BUILD)
        except guest_linux.Missing as e:
            self.skipTest(f"no Linux guest here: {e}")
        self.open()
        m = Machine(self, "linux")
        m.cd(iso, SCSI)
        m.set("Hardware/Chipset/Type", chipset)
        m.set("Hardware/Memory/RAM", 1024)
        m.set("Hardware/Memory/MaxRAM", 8192)
        m.set("Hardware/Memory/EnableHotplug", 1)
        m.set("Hardware/Cpu/Number", 1)
        m.set("Hardware/Cpu/Sockets", 1)
        m.set("Hardware/Cpu/EnableHotplug", 1)
        m.add(nic(0, "C43772000001", 3))
        m.commit()
        m.vm.start()
        self.m, self.guest = m, guest_linux.Guest(m.console)
        self.monitor = Monitor(self.home, m.vm)
        self.look_at_disks()
        self.look_at_discs(iso)
        self.look_at_adapters()
        self.look_at_growth()
        self.look_at_refusals()
        self.look_at_suspend()
        self.look_at_take_over()
        self.guest.close()

    def disks(self):
        return {d["serial"]: d["name"] for d in self.guest.facts().get("disk", []) if d["serial"]}

    def nics(self):
        return {n["mac"]: n["name"] for n in self.guest.facts().get("nic", [])}

    def look_at_disks(self):
        m, guest = self.m, self.guest
        image = self.make_image(m, "hot.hdd")
        self.good(self.edit(m, lambda hw: hw.append(hdd(0, image, SCSI, 1, "HOT-1"))))
        name = until("the guest has the disk", lambda: self.disks().get("HOT-1"))
        self.assertEqual(guest.check(f"cat /sys/block/{name}/size"), str(16 * MIB // 512))
        guest.check(f"echo kept | dd of=/dev/{name} bs=512 conv=sync,fsync 2>/dev/null")
        self.assertTrue(is_locked(image))

        self.good(self.switch(m.vm, PDE_HARD_DISK, False))
        self.assertEqual(self.stored(m, "Hardware/Hdd/Connected"), "0")
        until("the guest has it no more", lambda: "HOT-1" not in self.disks())
        self.assertFalse(is_locked(image))
        self.assertEqual(self.switch(m.vm, PDE_HARD_DISK, False), "PRL_ERR_DEV_ALREADY_DISCONNECTED")
        self.good(self.switch(m.vm, PDE_HARD_DISK, True))
        name = until("the guest has it again", lambda: self.disks().get("HOT-1"))
        self.assertEqual(guest.check(f"head -c 4 /dev/{name}; echo"), "kept")

        virtio = self.make_image(m, "virtio.hdd", 24)
        self.good(self.edit(m, lambda hw: hw.append(hdd(1, virtio, VIRTIO, 0, "HOT-2"))))
        until("the guest has the virtio disk", lambda: self.disks().get("HOT-2"))
        self.good(self.edit(m, lambda hw: hw.remove(hw.findall("Hdd")[1])))
        until("the guest has let go of it", lambda: "HOT-2" not in self.disks())
        self.assertFalse(is_locked(virtio))
        self.assertEqual({n for n in self.monitor.nodes() if n.startswith("hdd1")}, set())

    def look_at_discs(self, iso):
        m, guest = self.m, self.guest
        other = os.path.join(m.vm.home(), "other.iso")
        with open(other, "wb") as f:
            f.write(b"another disc".ljust(4 * MIB, b"."))
        self.assertIn("hello", guest.check("mount -t iso9660 -o ro /dev/sr0 /mnt && cat /mnt/hello.txt"))
        self.assertEqual(self.switch(m.vm, PDE_OPTICAL_DISK, False), "PRL_ERR_VM_DVD_DISCONNECT_FAILED_LOCKED", self.details)
        self.assertEqual(self.stored(m, "Hardware/CdRom/Connected"), "1")
        self.assertIn("hello", guest.check("cat /mnt/hello.txt"))
        guest.check("umount /mnt")
        self.good(self.switch(m.vm, PDE_OPTICAL_DISK, True, name=other))
        self.assertEqual(self.stored(m, "Hardware/CdRom/SystemName"), other)
        until("the guest reads the other disc", lambda: guest.run("dd if=/dev/sr0 bs=2048 count=1 2>/dev/null | head -c 12; echo")[1] == "another disc")
        self.good(self.switch(m.vm, PDE_OPTICAL_DISK, False))
        until("the drive is empty", lambda: guest.run("dd if=/dev/sr0 of=/dev/null bs=2048 count=1 2>/dev/null")[0] != 0)
        self.assertNotIn("cd0", self.monitor.nodes())
        self.assertEqual(self.switch(m.vm, PDE_OPTICAL_DISK, True, name=os.path.join(self.home, "none.iso")), "PRL_ERR_VM_DEV_CONNECT_FAILED")
        self.good(self.switch(m.vm, PDE_OPTICAL_DISK, True, name=iso))
        self.assertIn("hello", until("the first disc is back", lambda: guest.run("mount -t iso9660 -o ro /dev/sr0 /mnt && cat /mnt/hello.txt")[1]))
        guest.check("umount /mnt")

    def carrier(self, mac):
        name = self.nics()[mac]
        self.guest.check(f"ip link set {name} up")
        return self.guest.run(f"cat /sys/class/net/{name}/carrier")[1]

    def look_at_adapters(self):
        m, first, second = self.m, "c4:37:72:00:00:01", "c4:37:72:00:00:02"
        self.assertEqual(self.carrier(first), "1")
        self.good(self.switch(m.vm, PDE_NETWORK, False))
        until("the cable is out", lambda: self.carrier(first) == "0")
        self.good(self.switch(m.vm, PDE_NETWORK, True))
        until("the cable is in", lambda: self.carrier(first) == "1")
        self.good(self.edit(m, lambda hw: hw.append(nic(1, "C43772000002", 3))))
        until("the guest has the adapter", lambda: second in self.nics())
        until("and its network", lambda: self.carrier(second) == "1")
        self.good(self.edit(m, lambda hw: hw.remove(hw.findall("NetworkAdapter")[1])))
        until("the guest has let go of it", lambda: second not in self.nics())
        self.good(self.edit(m, lambda hw: hw.append(nic(1, "C43772000002", 3))))
        until("the guest has it again", lambda: second in self.nics())

    def cpus(self):
        return len(self.guest.facts()["cpu"])

    def look_at_growth(self):
        m, guest = self.m, self.guest

        def more(hw):
            hw.find("Cpu/Number").text = "2"
            hw.find("Memory/RAM").text = "1280"

        self.assertEqual(self.cpus(), 1)
        before = int(guest.facts()["memory"][0]["kib"])
        self.good(self.edit(m, more))
        guest.check("cd /sys/devices/system/cpu; until [ -e cpu1 ]; do :; done; echo 1 >cpu1/online 2>/dev/null; cd /")
        guest.run("for b in /sys/devices/system/memory/memory*; do echo online >$b/state 2>/dev/null; done")
        self.assertEqual(self.cpus(), 2)
        self.assertEqual(self.stored(m, "Hardware/Cpu/Sockets"), "1")    # what nobody has changed
        until("the memory is there", lambda: int(guest.facts()["memory"][0]["kib"]) > before + 200 * 1024)

    def look_at_refusals(self):
        m = self.m
        stop = "PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES"

        def text():
            return re.search(b"<Hardware.*</Hardware>", m.text(), re.S).group()

        def set_(path, value):
            def change(hw):
                hw.find(path).text = value
            return change

        before, devices, nodes = text(), self.monitor.devices(), self.monitor.nodes()
        sata = self.make_image(m, "sata.hdd")
        for what, change in (("MAC", set_("NetworkAdapter/MAC", "C43772000009")), ("fewer processors", set_("Cpu/Number", "1")),
                             ("an odd size", set_("Memory/RAM", "1300")), ("less memory", set_("Memory/RAM", "1024")),
                             ("bus", set_("Hdd/StackIndex", "5")), ("a SATA disk", lambda hw: hw.append(hdd(1, sata, SATA, 1, "HOT-9"))),
                             ("another image", set_("Hdd/SystemName", sata))):
            with self.subTest(what):
                self.assertEqual(self.edit(m, change), stop)
        # one of two things that cannot be done: neither is
        both = self.make_image(m, "both.hdd")
        self.assertEqual(self.edit(m, lambda hw: (hw.append(hdd(1, both, SCSI, 2, "HOT-3")), set_("NetworkAdapter/MAC", "C43772000009")(hw))), stop)
        m.vm.do("BeginEdit")    # what was refused left its mark, and a new one takes its place
        self.assertEqual(text(), before)
        self.assertEqual((self.monitor.devices(), self.monitor.nodes()), (devices, nodes))

    def look_at_suspend(self):
        m, facts = self.m, self.guest.facts()
        self.guest.check("echo before > /note")
        self.guest.close()
        m.vm.do("Suspend")
        m.vm.do("Resume")
        self.guest.__init__(m.console, ready=False)
        self.assertEqual(self.guest.check("cat /note"), "before")
        again = self.guest.facts()
        for what in ("cpu", "disk", "nic", "pci", "memory"):
            self.assertEqual(again[what], facts[what], what)
        name = self.disks()["HOT-1"]
        self.assertEqual(self.guest.check(f"dd if=/dev/{name} bs=512 count=1 iflag=direct 2>/dev/null | head -c 4; echo"), "kept")

    def look_at_take_over(self):
        m = self.m
        image = self.stored(m, "Hardware/Hdd/SystemName")
        self.kill_service()
        self.client.login()
        m.vm.free()
        m.vm = self.client.find("linux")
        self.assertEqual(m.vm.state(), "running")
        self.good(self.switch(m.vm, PDE_HARD_DISK, False))
        until("the guest has it no more", lambda: "HOT-1" not in self.disks())
        self.assertFalse(is_locked(image))
        self.good(self.edit(m, lambda hw: hw.remove(hw.findall("NetworkAdapter")[1])))
        until("the guest has let go of the adapter", lambda: "c4:37:72:00:00:02" not in self.nics())


class SmallHotplug(HotplugCase):
    """A guest that knows of none of this: QEMU is asked what the machine has."""

    def add_disk(self, m, image, at=5, index=1):
        return self.edit(m, lambda hw: hw.append(hdd(index, image, SCSI, at, "HOT-1")))

    def test_two_machines_one_image(self):
        self.open()
        a, b = self.small("a"), self.small("b")
        image = self.make_image(a, "shared.hdd")
        self.good(self.add_disk(a, image))
        monitor, before = Monitor(self.home, b.vm), b.text()
        devices, nodes = monitor.devices(), monitor.nodes()
        self.assertEqual(self.add_disk(b, image), "PRL_ERR_DISK_IMAGE_BUSY")
        self.assertEqual((monitor.devices(), monitor.nodes()), (devices, nodes))
        b.vm.refresh()
        self.assertEqual(b.text().count(b"<Hdd "), before.count(b"<Hdd "))
        self.good(self.switch(a.vm, PDE_HARD_DISK, False, index=1))
        self.good(self.add_disk(b, image))
        b.vm.count_above(b.vm.counts()[0])

    def test_qemu_refuses(self):
        """The second of two disks: the first is taken back."""
        self.open()
        m = self.small()
        one, two = self.make_image(m, "one.hdd"), self.make_image(m, "two.hdd")
        with open(two, "r+b") as f:    # a header that looks good from afar
            f.seek(40)
            f.write(b"\xff" * 8)
        monitor = Monitor(self.home, m.vm)
        devices, nodes = monitor.devices(), monitor.nodes()
        result = self.edit(m, lambda hw: (hw.append(hdd(1, one, SCSI, 5, "HOT-1")), hw.append(hdd(2, two, SCSI, 6, "HOT-2"))))
        self.assertEqual(result, "PRL_ERR_VM_DEV_CONNECT_FAILED", getattr(self, "details", ""))
        self.assertEqual((monitor.devices(), monitor.nodes()), (devices, nodes))
        self.assertFalse(is_locked(one))
        self.assertEqual(m.text().count(b"HOT-"), 0)
        m.vm.count_above(m.vm.counts()[0])

    def test_settings(self):
        """What changes by a command, what waits for the next start, and a suspend between the two."""
        self.open()
        m = self.small(is_started=False)

        def display(hw):
            m.set("Settings/RemoteDisplay/Mode", PRD_AUTO)
            m.set("Settings/RemoteDisplay/Password", "before")

        self.good(self.edit(m, display))
        m.vm.start()
        m.vm.count_above(1)
        monitor = Monitor(self.home, m.vm)
        self.listen()

        def limits():
            found = next(b["inserted"] for b in monitor.ask("query-block") if b.get("qdev", "").startswith("hdd0-dev"))
            return found["iops"], found["bps"]

        self.assertEqual(limits(), (0, 0))
        self.good(self.edit(m, lambda hw: m.set("Hardware/Hdd/IopsLimit", 150)))
        self.assertEqual(limits(), (150, 0))
        self.good(self.edit(m, lambda hw: m.set("Hardware/Hdd/IopsLimit", 0)))
        self.assertEqual(limits(), (0, 0))
        qemu = self.pid_of("qemu-system")[0]
        before = os.sched_getaffinity(qemu)
        first = min(before)
        self.good(self.edit(m, lambda hw: m.set("Hardware/Cpu/CpuMask", first)))
        self.assertEqual({frozenset(os.sched_getaffinity(int(t))) for t in os.listdir(f"/proc/{qemu}/task")}, {frozenset([first])})
        self.good(self.edit(m, lambda hw: m.set("Hardware/Cpu/CpuMask", "")))
        self.assertEqual(os.sched_getaffinity(qemu), before)
        self.good(self.edit(m, lambda hw: m.set("Settings/RemoteDisplay/Password", "after")))
        self.assertEqual(self.edit(m, lambda hw: m.set("Settings/RemoteDisplay/Password", "")), "PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES")
        self.assertNotIn(VM_CONFIG_APPLIED, self.events)

        def later(hw):
            order = m.root.find("Settings/Startup/BootingOrder")
            for e in order.findall("BootDevice"):
                e.find("InUse").text = "0"
            m.set("Settings/UsbController/XhcEnabled", 0 if m.root.find("Settings/UsbController/XhcEnabled").text == "1" else 1)

        self.good(self.edit(m, later))
        self.told(VM_CONFIG_APPLIED)
        self.events.clear()
        self.good(self.switch(m.vm, PDE_NETWORK, False))    # QEMU's own network has left something in the state that is saved next
        self.told(VM_DEV_STATE_CHANGED)
        counted = m.vm.counts()[0]
        m.vm.do("Suspend")
        m.vm.do("Resume")
        m.vm.count_above(counted)
        self.events.clear()
        self.good(self.switch(m.vm, PDE_NETWORK, True))     # which it joins now through a hub
        self.told(VM_DEV_STATE_CHANGED)                     # events come on a thread of their own, behind the job
        self.events.clear()
        self.good(self.add_disk(m, self.make_image(m, "more.hdd")))
        m.vm.do("Suspend")
        m.vm.do("Resume")
        self.assertNotIn(VM_DEV_STATE_CHANGED, self.events)
        self.good(self.switch(m.vm, PDE_HARD_DISK, False, index=1))
        self.told(VM_DEV_STATE_CHANGED)
        self.events.clear()
        m.vm.do("InitiateDevStateNotifications")
        until("all devices", lambda: self.events.count(VM_DEV_STATE_CHANGED) > 2, 10)
        m.vm.kill()
        m.vm.start()    # with all that has waited

    @unittest.skipUnless(os.environ.get("PRLKVM_HOTPLUG_ALL"), "waits 20 s for a guest that does not answer: only with PRLKVM_HOTPLUG_ALL set")
    def test_guest_does_not_answer(self):
        self.open()
        m = self.small()
        self.good(self.edit(m, lambda hw: hw.append(nic(1, "C43772000007", 3, kind=0))))
        monitor, before = Monitor(self.home, m.vm), m.text().count(b"<NetworkAdapter ")
        self.assertIn("net1-dev", monitor.devices())
        self.assertEqual(self.edit(m, lambda hw: hw.remove(hw.findall("NetworkAdapter")[1])), "PRL_ERR_VM_DEV_DISCONNECT_FAILED")
        self.assertIn("does not let go", self.details)
        self.assertIn("net1-dev", monitor.devices())
        self.assertEqual(m.text().count(b"<NetworkAdapter "), before)
        m.vm.do("Suspend")
        m.vm.do("Resume")
        m.vm.count_above(m.vm.counts()[0])

    def test_guest_lets_go_late(self):
        """When nobody waits any more: a suspend and a resume are of the machine as it is, and the next change too."""
        self.open()
        m = self.small()
        image = self.make_image(m, "late.hdd")
        self.good(self.edit(m, lambda hw: (hw.append(nic(1, "C43772000007", 3, kind=0)), hw.append(hdd(1, image, VIRTIO, 0, "HOT-1")))))
        self.good(self.edit(m, lambda hw: m.set("Hardware/Hdd[2]/IopsLimit", 150)))
        self.kill_service()
        monitor = Monitor(self.home, m.vm)
        for device in ("net1-dev", "hdd1-dev"):
            monitor.ask("device_del", id=device)
        self.client.login()    # it knows of no wish to take them out
        m.vm.free()
        m.vm = self.client.find("vm")
        m.vm.do("Reset")    # by which QEMU takes what was asked for
        until("the image is free", lambda: self.try_change(m) and not is_locked(image))
        counted = m.vm.counts()[0]
        m.vm.do("Suspend")
        m.vm.do("Resume")
        m.vm.count_above(counted)
        self.assertFalse(is_locked(image))
        self.assertEqual(self.stored(m, "Hardware/Hdd[2]/SerialNumber"), "HOT-1")    # it is there at the next start
        self.good(self.edit(m, lambda hw: (hw.remove(hw.findall("Hdd")[1]), hw.remove(hw.findall("NetworkAdapter")[1]))))
        self.good(self.edit(m, lambda hw: (hw.append(nic(1, "C43772000007", 3, kind=0)), hw.append(hdd(1, image, VIRTIO, 0, "HOT-1")))))
        self.assertTrue(is_locked(image))

    def try_change(self, m):
        """Any change looks at what the machine has."""
        self.limit = getattr(self, "limit", 100) + 1
        self.good(self.edit(m, lambda hw: m.set("Hardware/Hdd/IopsLimit", self.limit)))
        return True

    @unittest.skipUnless(shutil.which("swtpm"), "no swtpm")
    def test_process_beside_it_that_ends_is_told(self):
        self.open()
        m = self.small(is_started=False)
        self.good(self.edit(m, lambda hw: m.set("Hardware/TpmChip/Type", 1)))
        self.listen()
        m.vm.start()
        m.vm.kill()    # with which it ends: no news
        m.vm.start()
        self.assertEqual(self.others, 0)
        for pid in pids_of("swtpm", self.home):
            os.kill(pid, signal.SIGKILL)
        until("it is told", lambda: self.others, 10)
        self.assertEqual(m.vm.state(), "running")
        m.vm.kill()
        self.assertEqual(self.others, 1)

    def test_states(self):
        self.open()
        m = self.small()
        self.assertEqual(self.switch(m.vm, 10, False), "PRL_ERR_UNIMPLEMENTED")    # a serial port
        m.vm.pause()
        self.assertEqual(self.switch(m.vm, PDE_HARD_DISK, False), "PRL_ERR_DISP_VM_IS_NOT_STARTED")
        self.assertEqual(self.add_disk(m, self.make_image(m, "more.hdd")), "PRL_ERR_CANNOT_EDIT_HARDWARE_FOR_PAUSED_VM")
        m.vm.kill()
        self.assertEqual(self.switch(m.vm, PDE_HARD_DISK, False), "PRL_ERR_DISP_VM_IS_NOT_STARTED")


class CutHotplug(HotplugCase):
    """
    Every place between two steps of a change, made by hand: the record of a service that died there, what QEMU had done by then, and either
    of the two configurations. The next service makes the machine what the configuration says.
    """

    def read(self, path):
        with open(path, "rb") as f:
            return f.read()

    def write(self, path, data):
        with open(path, "wb") as f:
            f.write(data)

    def state(self, m):
        """(run record, config.pvs)"""
        return json.loads(self.read(self.record)), self.read(os.path.join(m.vm.home(), "config.pvs"))

    def cut(self, m, before, after, partly, is_stored):
        """Now the machine is as `after` says."""
        self.kill_service()
        partly(Monitor(self.home, m.vm))
        record = dict(before[0], pid=after[0]["pid"], target=after[0]["hardware"] + after[0]["backends"])
        self.write(self.record, json.dumps(record).encode())
        self.write(os.path.join(m.vm.home(), "config.pvs"), (after if is_stored else before)[1])
        self.client.login()
        m.vm.free()
        m.vm = self.client.find("vm")
        self.assertEqual(m.vm.state(), "running")

    def look(self, m):
        """What QEMU has, asked past a service that has let go of it; then the suspend finds the same."""
        self.kill_service()
        monitor = Monitor(self.home, m.vm)
        found = monitor.devices(), monitor.nodes(), {b["qdev"]: b.get("inserted", {}).get("file") for b in monitor.ask("query-block") if b.get("qdev")}
        self.client.login()
        m.vm.free()
        m.vm = self.client.find("vm")
        counted = m.vm.counts()[0]
        m.vm.do("Suspend")
        m.vm.do("Resume")
        m.vm.count_above(counted)
        return found

    def begin(self):
        self.open()
        m = self.small()
        self.record = Monitor(self.home, m.vm).path[:-len(".qmp")] + ".qemu"
        return m

    def test_disk(self):
        m = self.begin()
        image = self.make_image(m, "hot.hdd")

        def nothing(q):
            q.ask("device_del", id="hdd1-dev")
            until("its node is free", lambda: q.try_to("blockdev-del", **{"node-name": "hdd1"}))
            q.ask("blockdev-del", **{"node-name": "hdd1-file"})

        def half_a_node(q):
            nothing(q)
            q.ask("blockdev-add", driver="file", filename=image, **{"node-name": "hdd1-file"})

        def nodes(q):
            half_a_node(q)
            q.ask("blockdev-add", driver="qcow2", file="hdd1-file", **{"node-name": "hdd1"})

        before = self.state(m)
        for partly in (nothing, half_a_node, nodes, lambda q: None):
            for is_stored in (False, True):
                with self.subTest(partly=partly.__name__, is_stored=is_stored):
                    self.good(self.edit(m, lambda hw: hw.append(hdd(1, image, SCSI, 5, "HOT-1"))))
                    self.cut(m, before, self.state(m), partly, is_stored)
                    devices, found, _ = self.look(m)
                    self.assertEqual("hdd1-dev" in devices, is_stored)
                    self.assertEqual({n for n in found if n.startswith("hdd1")}, {"hdd1", "hdd1-file"} if is_stored else set())
                    if is_stored:
                        self.good(self.edit(m, lambda hw: hw.remove(hw.findall("Hdd")[1])))
                    self.assertFalse(is_locked(image))
                    before = self.state(m)

    def test_disc(self):
        m = self.begin()
        discs = [os.path.join(m.vm.home(), name) for name in ("one.iso", "two.iso")]
        for disc in discs:
            self.write(disc, disc.encode().ljust(1 * MIB, b"."))
        self.good(self.switch(m.vm, PDE_OPTICAL_DISK, True, name=discs[0]))

        def out(q):
            q.ask("blockdev-open-tray", id="cd0-dev", force=True)
            q.ask("blockdev-remove-medium", id="cd0-dev")

        def empty(q):
            out(q)
            q.ask("blockdev-del", **{"node-name": "cd0"})
            q.ask("blockdev-del", **{"node-name": "cd0-file"})

        def old(q):
            empty(q)
            q.ask("blockdev-add", driver="file", filename=discs[0], **{"node-name": "cd0-file", "read-only": True})
            q.ask("blockdev-add", driver="raw", file="cd0-file", **{"node-name": "cd0", "read-only": True})
            q.ask("blockdev-insert-medium", id="cd0-dev", **{"node-name": "cd0"})
            q.ask("blockdev-close-tray", id="cd0-dev")

        for partly in (out, empty, old, lambda q: None):
            for is_stored in (False, True):
                with self.subTest(partly=partly.__name__, is_stored=is_stored):
                    before = self.state(m)
                    self.good(self.switch(m.vm, PDE_OPTICAL_DISK, True, name=discs[1]))
                    self.cut(m, before, self.state(m), partly, is_stored)
                    _, _, media = self.look(m)
                    self.assertEqual(media["cd0-dev"], discs[is_stored])
                    if is_stored:
                        self.good(self.switch(m.vm, PDE_OPTICAL_DISK, True, name=discs[0]))

    def test_growth(self):
        """Processors and memory, stored: they are kept, and a state finds them."""
        m = self.begin()
        m.vm.kill()

        def can_grow(hw):
            m.set("Hardware/Cpu/EnableHotplug", 1)
            m.set("Hardware/Memory/EnableHotplug", 1)
            m.set("Hardware/Memory/RAM", 1024)

        def more(hw):
            m.set("Hardware/Cpu/Number", 2)
            m.set("Hardware/Memory/RAM", 1152)

        self.good(self.edit(m, can_grow))
        m.vm.start()
        before = self.state(m)
        self.good(self.edit(m, more))
        self.cut(m, before, self.state(m), lambda q: None, True)
        devices, _, _ = self.look(m)
        self.assertIn("dimm0-dev", devices)
        self.assertEqual(json.loads(self.read(self.record))["target"], [])


class KilledHotplug(HotplugCase):
    """kill -9 of the service before each call of a plug that changes a file: the machine is what its configuration says."""

    def setUp(self):
        super().setUp()
        path = os.path.join(self.home, "crash-control")
        self.control = CrashControl(path)
        os.environ["PRLKVM_CRASH_CONTROL"] = path
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

    def check(self, m, image):
        m.vm.free()
        m.vm = self.client.find("vm")
        self.assertEqual(m.vm.state(), "running")
        is_in = b"HOT-1" in m.text()
        self.assertEqual(is_locked(image), is_in)    # and the next plug or unplug finds what is in its way
        m.vm.count_above(m.vm.counts()[0])
        return is_in

    def toggle(self, m, image, is_in):
        if is_in:
            return lambda hw: hw.remove(hw.findall("Hdd")[1])
        return lambda hw: hw.append(hdd(1, image, SCSI, 5, "HOT-1"))

    def test_killed(self):
        self.open()
        m = self.small()
        image = self.make_image(m, "hot.hdd")
        self.control.set(CrashControl.COUNT)
        self.good(self.edit(m, self.toggle(m, image, False)))
        total = self.control.count()
        self.control.set(CrashControl.OFF)
        self.assertGreater(total, 3)
        is_in = self.check(m, image)
        step = max(1, total // POINTS) if POINTS else 1
        points = list(range(1, total + 1, step))
        print(f"{self.id()}: {total} calls, {len(points)} points twice", file=sys.stderr)
        for at in points + points:
            with self.subTest(at=at, is_in=is_in):
                service = self.service_pid()
                self.control.set(CrashControl.KILL, at)
                try:
                    self.edit(m, self.toggle(m, image, is_in))
                except Failed:
                    pass    # RefreshConfig without a service
                if self.control.stop() >= at:
                    until("the killed service is gone", lambda: service not in self.pid_of("prlkvmd"))
                    until("a new login", self.relogin)
                is_in = self.check(m, image)
                self.assertEqual(self.leftovers(), [])
        m.vm.do("Suspend")
        m.vm.do("Resume")
        self.check(m, image)


if __name__ == "__main__":
    main()

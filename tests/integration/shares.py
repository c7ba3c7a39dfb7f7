# SPDX-License-Identifier: MIT
"""
Shared folders of a machine that runs: added, removed and changed by a commit, seen from inside a Linux guest; what a server that fails, a
killed service and a suspend make of it. PRLKVM_CRASH_POINTS as in hotplug.py (default here 3).
"""
import os
import signal
import sys

import guest_linux
from hotplug import HotplugCase, Monitor, VM_CONFIG_APPLIED
from linux_guest import VIRTIOFSD, has_root_mount
from machine import Machine, element, hdd, nic, pids_of
from prl import *

SCSI = 1
POINTS = int(os.environ.get("PRLKVM_CRASH_POINTS", "3"))
SHARING = "Settings/Tools/SharedFolders/HostSharing"
DAEMON = """#!/bin/sh
case "$*" in
*broken*) exit 1 ;;
esac
exec %s "$@"
"""


class Shares(HotplugCase):
    def setUp(self):
        try:
            self.iso = guest_linux.build(BUILD)
        except guest_linux.Missing as e:
            self.skipTest(f"no Linux guest here: {e}")
        if not VIRTIOFSD or os.geteuid() != 0 or not has_root_mount():
            self.skipTest("needs virtiofsd, root, and a root directory that is a mount point (no chroot)")
        super().setUp()
        daemon, control = os.path.join(self.home, "virtiofsd"), os.path.join(self.home, "crash-control")
        with open(daemon, "w", encoding="ascii") as f:
            f.write(DAEMON % VIRTIOFSD[0])
        os.chmod(daemon, 0o755)
        self.control = CrashControl(control)
        self.addCleanup(self.control.close)
        for name, value in (("PRLKVM_VIRTIOFSD", daemon), ("PRLKVM_CRASH_CONTROL", control),
                            ("LD_PRELOAD", os.path.join(BUILD, "lib", "libcrash_shim.so"))):
            os.environ[name] = value
            self.addCleanup(os.environ.pop, name, None)

    # ---- helpers ----

    def folder(self, name):
        path = os.path.join(self.home, name)
        os.makedirs(path, exist_ok=True)
        with open(os.path.join(path, "which"), "w", encoding="utf-8") as f:
            f.write(name + "\n")
        return path

    def share(self, name, path=None, **more):
        return element("SharedFolder", Name=name, Path=path or self.folder(name), ReadOnly=0, Enabled=1, **more)

    def change(self, what):
        """what(the list of folders, Hardware) in one commit."""
        return self.edit(self.m, lambda hw: what(self.m.root.find(SHARING), hw))

    def add(self, name, path=None):
        return self.change(lambda folders, hw: folders.append(self.share(name, path)))

    def remove(self, name):
        def what(folders, hw):
            folders.remove(next(f for f in folders.findall("SharedFolder") if f.find("Name").text == name))
        return self.change(what)

    def daemons(self):
        """Old virtiofsd is two processes; what counts is that all go."""
        return pids_of("virtiofsd", self.home)

    def connections(self):
        return {c["label"] for c in Monitor(self.home, self.m.vm).ask("query-chardev") if c["label"].startswith("share")}

    def mount(self, name, where="/mnt"):
        self.guest.check(f"mkdir -p {where}")
        until(f"the guest mounts {name}", lambda: self.guest.run(f"mount -t virtiofs {name} {where}")[0] == 0)
        self.assertEqual(self.guest.check(f"cat {where}/which"), name)

    def start(self, chipset):
        self.open()
        m = self.m = Machine(self, "linux")
        m.cd(self.iso, SCSI)
        m.set("Hardware/Chipset/Type", chipset)
        m.set("Hardware/Memory/RAM", 1024)
        m.set("Hardware/Memory/MaxRAM", 4096)
        m.set("Hardware/Memory/EnableHotplug", 1)
        m.set(SHARING + "/Enabled", 1)
        m.add(nic(0, "C43772000001", 3))
        m.commit()
        m.vm.start()
        self.guest = guest_linux.Guest(m.console)
        self.addCleanup(lambda: self.guest.close())

    # ---- the story ----

    def test_q35(self):
        self.start(0)
        self.look_at_changes()
        self.look_at_refusals()
        self.look_at_kills()
        self.look_at_end()
        self.look_at_growth()

    @unittest.skipUnless(os.environ.get("PRLKVM_HOTPLUG_ALL"), "the same once more: only with PRLKVM_HOTPLUG_ALL set")
    def test_i440fx(self):
        self.start(1)
        self.look_at_changes()
        self.look_at_refusals()
        self.look_at_end()

    def look_at_changes(self):
        self.assertEqual((self.daemons(), self.connections()), ([], set()))
        self.good(self.add("one"))
        self.mount("one")
        self.guest.check("echo inside > /mnt/from-guest")
        with open(os.path.join(self.home, "one", "from-guest"), encoding="ascii") as f:
            self.assertEqual(f.read(), "inside\n")
        self.good(self.add("two"))
        self.mount("two", "/two")
        self.good(self.remove("one"))    # the first of the list: the other stays where it is
        self.assertEqual(self.guest.check("cat /two/which"), "two")
        self.assertNotEqual(self.guest.run("cat /mnt/which")[0], 0)
        self.guest.check("umount /mnt")
        self.assertEqual(len(self.connections()), 1)
        self.good(self.change(lambda folders, hw: setattr(folders.find("SharedFolder/Path"), "text", self.folder("three"))))
        self.guest.check("umount /two")
        until("the other folder", lambda: self.guest.run("mount -t virtiofs two /two")[0] == 0)
        self.assertEqual(self.guest.check("cat /two/which"), "three")
        with self.assertRaisesRegex(Failed, "SUSPEND_FAILED.*shared folder 'two'"):
            self.m.vm.do("Suspend")
        self.assertEqual(self.guest.check("cat /two/which"), "three")
        self.guest.check("umount /two")

    def look_at_refusals(self):
        m = self.m
        image = self.make_image(m, "hot.hdd")
        monitor = Monitor(self.home, m.vm)
        before = monitor.devices(), monitor.nodes(), self.connections(), self.daemons()

        def disk_and_broken(folders, hw):
            hw.append(hdd(0, image, SCSI, 5, "HOT-1"))
            folders.append(self.share("broken"))

        self.assertEqual(self.change(disk_and_broken), "PRL_ERR_VM_DEV_CONNECT_FAILED", getattr(self, "details", ""))

        def as_before():
            return (monitor.devices(), monitor.nodes(), self.connections(), self.daemons()) == before

        until("all is as before", as_before)

        def replaced_by_broken(folders, hw):
            folders.find("SharedFolder/Path").text = self.folder("broken")

        self.assertEqual(self.change(replaced_by_broken), "PRL_ERR_VM_DEV_CONNECT_FAILED", getattr(self, "details", ""))
        self.assertEqual((monitor.devices(), self.connections()), (before[0], before[2]))
        self.guest.check("mkdir -p /two")
        until("the folder is back", lambda: self.guest.run("mount -t virtiofs two /two")[0] == 0)
        self.assertEqual(self.guest.check("cat /two/which; umount /two"), "three")

    def relogin(self):
        try:
            self.client.login()
            return True
        except Failed:
            return False

    def look_at_kills(self):
        """kill -9 of the service at calls of a plug and an unplug: what the configuration says is there."""
        m = self.m
        self.control.set(CrashControl.COUNT)
        self.good(self.add("kill"))
        total = self.control.count()
        self.control.set(CrashControl.OFF)
        self.assertGreater(total, 3)
        step = max(1, total // POINTS) if POINTS else 1
        points = list(range(1, total + 1, step))
        print(f"{self.id()}: {total} calls, {len(points)} points twice", file=sys.stderr)
        is_in = True
        for at in points + points:
            with self.subTest(at=at, is_in=is_in):
                service = self.service_pid()
                self.control.set(CrashControl.KILL, at)
                try:
                    self.remove("kill") if is_in else self.add("kill")
                except Failed:
                    pass    # RefreshConfig without a service
                if self.control.stop() >= at:
                    until("the killed service is gone", lambda: service not in self.pid_of("prlkvmd"))
                    until("a new login", self.relogin)
                m.vm.free()
                m.vm = self.client.find("linux")
                is_in = b"<Name>kill</Name>" in m.text()
                self.kill_service()    # it would answer in our place
                self.assertEqual(len(self.connections()), 1 + is_in)
                self.client.login()
                m.vm.free()
                m.vm = self.client.find("linux")
                if is_in:
                    self.mount("kill")
                    self.guest.check("umount /mnt")
                else:
                    self.assertNotEqual(self.guest.run("mount -t virtiofs kill /mnt")[0], 0)
        if is_in:
            self.good(self.remove("kill"))

    def look_at_end(self):
        """A server that ends by itself is told; taken out and put in again, the folder is back."""
        m = self.m
        self.listen()
        for pid in self.daemons():
            os.kill(pid, signal.SIGKILL)
        until("it is told", lambda: self.others, 10)
        self.good(self.remove("two"))
        self.assertEqual(self.daemons(), [])
        self.good(self.add("again"))
        self.mount("again")
        self.guest.check("umount /mnt")
        self.good(self.remove("again"))
        m.vm.do("Suspend")
        m.vm.do("Resume")
        self.guest.close()
        self.guest.__init__(m.console, ready=False)
        self.good(self.add("after"))
        self.mount("after")
        self.guest.check("umount /mnt")
        self.good(self.remove("after"))

    def look_at_growth(self):
        """Memory that was added is QEMU's own: a folder waits for the next start, which the commit says."""
        m = self.m
        self.good(self.edit(m, lambda hw: m.set("Hardware/Memory/RAM", 1152)))
        self.events.clear()
        self.good(self.add("later"))
        self.told(VM_CONFIG_APPLIED)
        self.assertEqual(self.daemons(), [])
        self.guest.close()
        m.vm.kill()
        m.vm.start()
        self.guest.__init__(m.console)
        self.mount("later")


if __name__ == "__main__":
    main()

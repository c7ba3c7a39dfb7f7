# SPDX-License-Identifier: MIT
"""
Bundles under machines that run: what fails below them, clones, and disks that come and go. What else is done to them: vm_disks.py.

PRLKVM_CRASH_POINTS says at how many calls of a plug the service is killed (default 3, 0: every one).
"""
import struct
from ctypes import byref, c_char_p, c_int, c_uint

import hotplug
import vm_disks
from machine import hdd
from prl import *
from vm_disks import MIB, Disk, make_bundle, run, shutil

hotplug.POINTS = int(os.environ.get("PRLKVM_CRASH_POINTS", "3"))
CLEAN = (0x312E3276, 0)  # the mark of an expanding image that nobody writes


def booted(vm, times):
    """D as its guest found it at that boot."""
    return int(until("a boot", lambda: (found := re.findall(r"BOOT D=(\d+)\r?\n", vm.serial())) and len(found) >= times and found)[times - 1])


class Errors(vm_disks.Base):
    """A guest whose bundle cannot be written is held, and goes on as if nothing had been once it can."""

    def setUp(self):
        super().setUp()
        self.control = CrashControl(os.path.join(self.home, "faults"))
        self.addCleanup(self.control.close)
        nbdkit = os.path.join(self.home, "nbdkit")
        with open(nbdkit, "w") as f:  # the preload goes into the export alone
            f.write(f"#!/bin/sh\nexec env LD_PRELOAD={BUILD}/lib/libcrash_shim.so PRLKVM_CRASH_CONTROL={self.home}/faults "
                    f"PRLKVM_CRASH_PROGRAM=nbdkit {shutil.which('nbdkit')} \"$@\"\n")
        os.chmod(nbdkit, 0o700)
        os.environ["PRLKVM_NBDKIT"] = nbdkit
        self.addCleanup(os.environ.pop, "PRLKVM_NBDKIT")

    def told(self):
        with open(os.path.join(self.home, "prlkvmd.log")) as f:
            return f.read().count("I/O error")

    def held_and_back(self, vm, break_, mend):
        vm.start()
        vm.count_above(20)
        for times in (1, 2):
            before = self.told()
            break_()
            until("held", lambda: vm.state() == "paused")
            self.assertGreater(self.told(), before)
            if times == 1:  # too early: it is held again
                vm.do("Resume")
                until("held again", lambda: vm.state() == "paused" and self.told() > before + 1)
            r = vm.counts()[0]
            mend()
            vm.do("Resume")
            vm.count_above(r + 20)
        self.assertEqual(vm.serial().count("BOOT"), 1)
        d = vm.counts()[1]
        vm.do("Suspend")
        vm.do("Resume")
        vm.count_above(vm.counts()[0])
        os.unlink(os.path.join(vm.home(), "serial.txt"))
        vm.kill()
        vm.start()
        self.assertGreaterEqual(booted(vm, 1), d)
        vm.kill()

    def shimmed(self, kind, mode):
        self.open()
        vm = self.with_bundle("vm", kind)
        self.held_and_back(vm, lambda: self.control.set(mode, 1), lambda: self.control.set(CrashControl.OFF))

    def test_no_space(self):
        self.shimmed("chain", CrashControl.NO_SPACE)

    def test_io_error(self):
        self.shimmed("expanding", CrashControl.IO_ERROR)

    def test_really_full(self):
        """A file system of its own, so small that the guest's first write to the overlay finds no room."""
        self.open()
        vm = self.with_bundle("vm", "chain")
        small, kept = vm.disk(), vm.disk() + ".kept"
        os.rename(small, kept)
        os.mkdir(small)
        if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "none", small], capture_output=True).returncode:
            os.rmdir(small)
            os.rename(kept, small)
            self.skipTest("no file system can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", small], check=False)
        for name in os.listdir(kept):
            shutil.copyfile(os.path.join(kept, name), os.path.join(small, name))
        filler = os.path.join(small, "filler")

        def fill():
            with open(filler, "wb", buffering=0) as f:
                try:
                    while True:
                        f.write(bytes(4096))
                except OSError:
                    pass

        fill()
        vm.start()
        until("held", lambda: vm.state() == "paused")
        self.assertTrue(self.told())
        os.unlink(filler)
        vm.do("Resume")
        vm.count_above(20)
        self.assertEqual(vm.serial().count("BOOT"), 1)
        d = vm.counts()[1]
        vm.kill()
        vm.start()
        self.assertGreaterEqual(booted(vm, 2), d)
        vm.kill()


class Clones(vm_disks.Base):
    def boots(self, vm):
        """Starts it anew; D as its guest finds it."""
        serial = os.path.join(vm.home(), "serial.txt")
        if os.path.exists(serial):
            os.unlink(serial)
        vm.start()
        found = booted(vm, 1)
        vm.count_above(5)
        return found

    def stop(self, vm):
        d = vm.counts()[1]
        vm.kill()
        return max(d, vm.counts()[1])

    def images(self, bundle):
        return {name: os.stat(os.path.join(bundle, name)) for name in os.listdir(bundle) if name.endswith(".hds")}

    def bundles_of(self, vm):
        return sorted(name for name in os.listdir(vm.home()) if name.startswith("bundle"))

    def test_full_of_a_stopped_machine(self):
        self.open()
        vm = self.with_bundle("vm", "chain")
        self.boots(vm)
        d = self.stop(vm)
        clone = vm.clone("clone")
        self.assertTrue(clone.disk().startswith(clone.home()))
        self.assertEqual(sorted(os.listdir(clone.disk())), sorted(os.listdir(vm.disk())))
        for each in (vm, clone):  # both at once: they share no file
            self.assertGreaterEqual(self.boots(each), d)
        bundle = clone.disk()
        clone.remove()
        self.assertFalse(os.path.exists(bundle))
        vm.count_above(vm.counts()[0])

    def test_full_of_a_running_machine(self):
        self.open()
        for kind in ("expanding", "split", "plain"):
            with self.subTest(kind=kind):
                vm = self.with_bundle(kind, kind)
                self.boots(vm)
                d = vm.counts()[1]
                clone = vm.clone("clone of " + kind)
                after = vm.counts()
                self.assertEqual(vm.state(), "running")
                self.assertEqual(self.bundles_of(vm), ["bundle.hdd"])
                self.assertGreaterEqual(self.boots(clone), d)
                clone.kill()
                vm.count_above(after[0] + 20)
                vm.do("Suspend")  # it is back on its bundle
                vm.do("Resume")
                vm.count_above(vm.counts()[0])
                self.assertEqual(vm.serial().count("BOOT"), 1)
                d = self.stop(vm)
                self.assertGreaterEqual(self.boots(vm), d)
                vm.kill()
        self.assertEqual(self.leftovers(), [])

    def test_linked(self):
        self.open()
        vm = self.with_bundle("vm", "chain")
        base = vm.disk()
        self.boots(vm)
        d = self.stop(vm)
        before = self.images(base)
        first, second = vm.clone("first", flags=PCVF_LINKED_CLONE), vm.clone("second", flags=PCVF_LINKED_CLONE)
        vm.refresh()
        self.assertNotEqual(vm.disk(), base)
        self.assertEqual(len(self.bundles_of(vm)), 2)  # the second found the overlay untouched: no chain grows
        for each in (vm, first, second):
            self.assertGreaterEqual(self.boots(each), d)
        for each in (vm, first, second):
            self.stop(each)
        for name, was in self.images(base).items():
            self.assertEqual((was.st_mtime_ns, was.st_size, 0o400), (before[name].st_mtime_ns, before[name].st_size,
                                                                     os.stat(os.path.join(base, name)).st_mode & 0o777), name)
        # Nobody takes the base away or writes it.
        self.refused("PRL_ERR_VM_REQUEST_NOT_SUPPORTED", vm.job("Delete", Handle(0)))
        handle = Handle()
        code = self.client.sdk.lib.PrlDisk_OpenDisk_Local(byref(handle), c_char_p(base.encode()), c_uint(3), Handle(0))
        self.assertEqual(self.client.sdk.name_of(code), "PRL_ERR_DISK_NOT_PERMITTED")
        # A full clone of a linked one, and of its source: the one shares the base, the other has its own.
        shared, own = first.clone("shared"), vm.clone("own")
        self.assertEqual(self.bundles_of(own), self.bundles_of(vm))
        for each in (shared, own):
            self.assertGreaterEqual(self.boots(each), d)
            each.kill()
        target = os.path.join(self.home, "target")
        os.mkdir(target)
        self.ok(Disk(first).job("CopyImage", c_char_p(b"flat.hdd"), c_char_p(target.encode()), c_uint(0)))
        with open(os.path.join(target, "flat.hdd", "DiskDescriptor.xml")) as f:
            self.assertEqual([name for name in re.findall("<File>(.*?)</File>", f.read()) if "/" in name], [])
        # Merged, it stands alone and can be all that a bundle can.
        self.refused("PRL_ERR_DISK_RESIZE_WITH_SNAPSHOTS_NOT_ALLOWED", Disk(first).job("ResizeImage", c_uint(64), c_uint(0)))
        self.ok(self.compact(first))
        self.ok(self.convert(first, vm_disks.PCVD_MERGE | vm_disks.PCVD_TO_EXPANDING))
        Disk(first).resize(64)
        second.remove()
        shared.remove()
        with open(os.path.join(first.disk(), "DiskDescriptor.xml")) as f:
            self.assertNotIn(base, f.read())
        self.assertGreaterEqual(self.boots(first), d)
        for each in (first, own):
            each.remove()
        self.assertEqual({name: os.stat(os.path.join(base, name)).st_mode & 0o777 for name in self.images(base)},
                         {name: 0o400 for name in before})  # the source itself stands on it
        self.assertGreaterEqual(self.boots(vm), d)
        vm.remove()
        self.assertEqual(self.leftovers(), [])

    def test_linked_to_a_running_machine(self):
        self.open()
        for kind in ("chain", "split"):
            with self.subTest(kind=kind):
                vm = self.with_bundle(kind, kind)
                self.boots(vm)
                d = vm.counts()[1]
                clones = [vm.clone(f"{kind} {i}", flags=PCVF_LINKED_CLONE) for i in range(2)]
                self.assertEqual(vm.state(), "running")
                vm.count_above(vm.counts()[0] + 20)
                for each in clones:
                    self.assertGreaterEqual(self.boots(each), d)
                    each.kill()
                # The source goes on in its overlay over a suspend, another service, and a start.
                vm.do("Suspend")
                vm.do("Resume")
                vm.count_above(vm.counts()[0])
                self.kill_service()
                self.client.login()
                vm.count_above(vm.counts()[0])
                vm.do("Suspend")
                vm.do("Resume")
                vm.count_above(vm.counts()[0])
                self.assertEqual(vm.serial().count("BOOT"), 1)
                d = self.stop(vm)
                vm.refresh()
                self.assertEqual(len(self.bundles_of(vm)), 3)
                self.assertGreaterEqual(self.boots(vm), d)
                for each in (*clones, vm):
                    each.remove()
        self.assertEqual(self.leftovers(), [])

    def test_more_than_one_disk(self):
        """A bundle beside a qcow2 file: both are cut at one moment."""
        self.open()
        vm = self.with_bundle("vm", "chain")
        self.boots(vm)
        vm.kill()
        device = Handle()

        def add():
            self.client.sdk.call("PrlVmCfg_AddDefaultDeviceEx", vm.handle, Handle(0), c_int(6), byref(device))
            self.client.sdk.call("PrlVmDevHd_SetDiskSize", device, c_uint(16))

        self.edit(vm, add)
        self.ok(Disk(vm, 1).job("CreateImage", c_uint(1), c_uint(1)))
        self.boots(vm)
        for flags in (0, PCVF_LINKED_CLONE):
            d = vm.counts()[1]
            clone = vm.clone(f"clone {flags}", flags=flags)
            self.assertEqual(vm.state(), "running")
            vm.count_above(vm.counts()[0] + 10)
            self.assertGreaterEqual(self.boots(clone), d)
            clone.kill()
        self.assertEqual(vm.serial().count("BOOT"), 1)


class Stranded(Clones):
    """The bundle cannot be written while the overlay of a live clone shall go back to it: what the guest wrote there is not forgotten."""

    def test_killed_export_in_a_clone(self):
        self.open()
        vm = self.with_bundle("vm", "chain")
        noise, device = os.path.join(self.home, "noise"), Handle()

        def add():
            self.client.sdk.call("PrlVmCfg_AddDefaultDeviceEx", vm.handle, Handle(0), c_int(6), byref(device))
            self.client.sdk.call("PrlVmDevHd_SetDiskSize", device, c_uint(512))

        self.edit(vm, add)
        self.ok(Disk(vm, 1).job("CreateImage", c_uint(1), c_uint(1)))
        with open(noise, "wb") as f:  # so that the copy takes a while
            for _ in range(384):
                f.write(os.urandom(MIB))
        run("qemu-img", "convert", "-n", "-f", "raw", "-O", "qcow2", noise, os.path.join(vm.home(), "harddisk2.hdd"))
        os.unlink(noise)
        self.boots(vm)
        overlay = vm.disk() + ".live"
        job = vm.clone_job("clone")
        until("the overlay", lambda: os.path.exists(overlay))
        until("the guest in it", lambda: os.stat(overlay).st_blocks * 512 > 300 << 10)
        d = vm.counts()[1]
        os.kill(self.export_pid(), 9)
        job.wait()
        job.free()
        until("held", lambda: vm.state() == "paused")
        if not os.path.exists(overlay):
            self.skipTest("the copy was over before its export could be killed (a reflink, or a very fast disk)")
        vm.kill()
        self.kill_service()
        self.client.login()
        self.assertGreaterEqual(self.boots(vm), d)
        self.assertFalse(os.path.exists(overlay))
        self.refused("PRL_ERR_SUCCESS", vm.clone_job("clone 2"))


for name in list(vars(Clones)):
    if name.startswith("test_"):
        setattr(Stranded, name, None)


class Plugs:
    """A bundle as the second disk of a running machine."""

    def make(self, m, kind="split"):
        if not shutil.which("nbdkit") or not os.path.exists(os.path.join(BUILD, "lib", "nbdkit-prlkvm-bundle.so")):
            self.skipTest("no nbdkit, or no plugin of ours for it")
        path = os.path.join(m.vm.home(), kind + ".hdd")
        make_bundle(path, kind)
        return path

    def add(self, m, path):
        return self.edit(m, lambda hw: hw.append(hdd(1, path, hotplug.SCSI, 5, "HOT-1")))

    def drop(self, m):
        return self.edit(m, lambda hw: hw.remove(hw.findall("Hdd")[1]))

    def exports(self):
        return self.pid_of("nbdkit")

    def is_closed(self, path):
        for name in os.listdir(path):
            if name.endswith(".hds"):
                with open(os.path.join(path, name), "rb") as f:
                    if struct.unpack_from("<I", f.read(64), 44)[0] not in CLEAN:
                        return False
        return True


class Hotplug(hotplug.HotplugCase, Plugs):
    def test_in_and_out(self):
        self.open()
        m = self.small()
        path = self.make(m)
        monitor = hotplug.Monitor(self.home, m.vm)
        for turn in range(2):
            self.good(self.add(m, path))
            self.assertEqual(len(self.exports()), 1)
            self.assertIn("hdd1-dev", monitor.devices())
            monitor.ask("human-monitor-command", **{"command-line": "qemu-io -d hdd1-dev \"write -P 7 3M 64k\""})
            self.assertFalse(self.is_closed(path))
            if turn:
                self.kill_service()
                self.client.login()
                m.vm = self.client.find("vm")
            self.good(self.drop(m))
            self.assertEqual((self.exports(), self.is_closed(path)), ([], True))
            if not turn:  # else the service has the only connection
                self.assertFalse({n for n in monitor.nodes() if n.startswith("hdd1")})
            m.vm.count_above(m.vm.counts()[0])
        # It goes with the machine into a saved state and out of it, and is closed with it.
        self.good(self.add(m, path))
        m.vm.do("Suspend")
        self.assertEqual((self.exports(), self.is_closed(path)), ([], True))
        m.vm.do("Resume")
        self.assertEqual(len(self.exports()), 1)
        clone = m.vm.clone("clone")
        self.assertTrue(os.path.isdir(os.path.join(clone.home(), "split.hdd")))
        linked = m.vm.clone("linked", flags=PCVF_LINKED_CLONE)
        m.vm.refresh()
        self.good(self.drop(m))
        self.assertEqual(self.exports(), [])
        m.vm.count_above(m.vm.counts()[0])
        for vm in (clone, linked):
            vm.start()
            vm.count_above(1)
        self.assertEqual(m.vm.serial().count("BOOT"), 1)
        self.assertEqual(self.leftovers(), [])

    def test_refused(self):
        self.open()
        m, other = self.small(), self.small("other")
        path = self.make(m)
        self.good(self.add(other, path))
        monitor = hotplug.Monitor(self.home, m.vm)

        def nothing_has_changed():
            self.assertFalse({n for n in monitor.nodes() if n.startswith("hdd1")})
            self.assertEqual(len(self.exports()), len(self.in_use))
            self.assertNotIn(b"HOT-1", m.text())
            m.vm.count_above(m.vm.counts()[0])

        self.in_use = [path]
        self.assertEqual(self.add(m, path), "PRL_ERR_DISK_IMAGE_BUSY")
        nothing_has_changed()
        # Another bundle in the place of one that is in use.
        second = self.make(other, "expanding")
        self.assertEqual(self.edit(other, lambda hw: hw.findall("Hdd")[1].find("SystemName").__setattr__("text", second)),
                         "PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES")
        other.vm.kill()
        self.in_use = []
        for name in os.listdir(path):
            if name.endswith(".hds"):
                os.rename(os.path.join(path, name), os.path.join(path, name + ".gone"))
                break
        self.assertEqual(self.add(m, path), "PRL_ERR_VM_UNABLE_OPEN_DISK_IMAGE")
        nothing_has_changed()
        # What QEMU refuses is taken back: the place has been taken.
        hotplug.Monitor(self.home, m.vm).ask("device_add", driver="scsi-cd", id="mine", bus="scsi.0", channel=0, **{"scsi-id": 5, "lun": 0})
        self.assertEqual(self.add(m, second), "PRL_ERR_VM_DEV_CONNECT_FAILED")
        nothing_has_changed()
        self.assertTrue(self.is_closed(second))

    def test_killed_export(self):
        self.open()
        m = self.small()
        path = self.make(m)
        self.good(self.add(m, path))
        self.kill_service()
        os.kill(self.exports()[0], 9)  # nobody sees it
        self.client.login()
        m.vm = self.client.find("vm")
        until("held", lambda: m.vm.state() == "paused")
        job = m.vm.job("Resume")
        self.assertEqual(job.error_name(), "PRL_ERR_VM_UNPAUSE_FAILED")
        job.free()
        m.vm.kill()
        m.vm.start()
        m.vm.count_above(1)


class KilledHotplug(hotplug.KilledHotplug, Plugs):
    """The sweep of hotplug.py with a bundle."""

    def make_image(self, m, name, mib=16):
        return self.make(m)

    def check(self, m, image):
        m.vm.free()
        m.vm = self.client.find("vm")
        self.assertEqual(m.vm.state(), "running")
        is_in = b"HOT-1" in m.text()
        until("no stray export", lambda: len(self.exports()) == int(is_in), 5)
        if not is_in:
            self.assertTrue(self.is_closed(image))
        m.vm.count_above(m.vm.counts()[0])
        return is_in


if __name__ == "__main__":
    main()

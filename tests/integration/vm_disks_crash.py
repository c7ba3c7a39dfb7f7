# SPDX-License-Identifier: MIT
"""
Work on the images of VMs cut by kill -9 of the service before calls that change files, or met by a full disk. PRLKVM_CRASH_POINTS: how many points of
each are tried (default 3 here, 0: every one).
"""
from ctypes import c_char_p, c_int, c_uint

import crash
import vm_disks
from prl import *
from vm_disks import EXPANDING, MIB, PCVD_MERGE, PCVD_TO_PLAIN, PLAIN, Disk, run, shutil, virtual_size


class Sweeps(vm_disks.Base, crash.Crash):
    """kill -9 of the service in the middle: the disk is the old or the new one, the configuration says which, nothing is left over."""

    def state_of(self, vm):
        vm.refresh()
        disk = Disk(vm)
        return disk.get("GetDiskSize"), disk.get("GetDiskType")

    def sweep_of(self, prepare, operation, old, new, size):
        def check(i, done):
            vm = self.client.find("vm")
            self.assertIn(self.state_of(vm), (new,) if done else (old, new))
            self.assertEqual(size(vm), self.state_of(vm)[0] * MIB)
            own = {"config.pvs", "config.pvs.backup", ".lock", "serial.txt"}
            self.assertEqual(set(os.listdir(vm.home())) - own, {os.path.basename(vm.disk())})
            vm.start()
            vm.count_above(3)

        def fresh(i):
            for vm in self.client.vms().values():
                vm.remove()
            return prepare()

        self.sweep(fresh, operation, check)

    def qcow2(self):
        vm = self.client.create("vm", disk_mib=16)
        run("qemu-io", "-f", "qcow2", "-c", "write -P 7 4M 4M", "-c", "write -P 0 4M 2M", vm.disk())
        return vm

    def size_of_file(self, vm):
        run("qemu-img", "check", "-q", vm.disk())
        self.assertIn(b"2 MiB", run("qemu-io", "-r", "-f", "qcow2", "-c", "read -P 7 6M 2M", vm.disk()))
        return virtual_size(vm.disk())

    def size_of_bundle(self, vm):
        with open(os.path.join(vm.disk(), "DiskDescriptor.xml")) as f:
            text = f.read()
        named = set(re.findall(r"<File>(.*?)</File>", text))
        self.assertEqual({n for n in os.listdir(vm.disk()) if n.endswith(".hds") or n.endswith(".tmp")}, named)
        return int(re.search(r"<Disk_size>(\d+)<", text)[1]) * 512

    def test_resize(self):
        self.sweep_of(self.qcow2, lambda vm, i: Disk(vm).job("ResizeImage", c_uint(32), c_uint(0)), (16, EXPANDING), (32, EXPANDING), self.size_of_file)

    def test_resize_bundle(self):
        self.sweep_of(lambda: self.with_bundle("vm", "expanding"), lambda vm, i: Disk(vm).job("ResizeImage", c_uint(32), c_uint(0)),
                      (8, EXPANDING), (32, EXPANDING), self.size_of_bundle)

    def test_compact(self):
        self.sweep_of(self.qcow2, lambda vm, i: self.compact(vm), (16, EXPANDING), (16, EXPANDING), self.size_of_file)

    def test_compact_bundle(self):
        self.sweep_of(lambda: self.with_bundle("vm", "split"), lambda vm, i: self.compact(vm), (8, EXPANDING), (8, EXPANDING), self.size_of_bundle)

    def test_convert(self):
        self.sweep_of(self.qcow2, lambda vm, i: self.convert(vm, PCVD_TO_PLAIN), (16, EXPANDING), (16, PLAIN), self.size_of_file)

    def test_convert_bundle(self):
        self.sweep_of(lambda: self.with_bundle("vm", "chain"), lambda vm, i: self.convert(vm, PCVD_MERGE | PCVD_TO_PLAIN), (8, EXPANDING), (8, PLAIN),
                      self.size_of_bundle)

    def test_copy(self):
        target = os.path.join(self.home, "target")

        def prepare():
            shutil.rmtree(target, ignore_errors=True)
            os.mkdir(target)
            return self.qcow2()

        def size(vm):
            found = os.listdir(target)
            self.assertIn(found, ([], ["copy.hdd"]))
            if found:
                run("qemu-img", "compare", vm.disk(), os.path.join(target, "copy.hdd"))
            return self.size_of_file(vm)

        self.sweep_of(prepare, lambda vm, i: Disk(vm).job("CopyImage", c_char_p(b"copy.hdd"), c_char_p(target.encode()), c_uint(0)),
                      (16, EXPANDING), (16, EXPANDING), size)


    def test_create(self):
        """A split bundle in the place of an image: the old one or the new one, and nothing beside it."""
        def job(vm, i):
            disk = Disk(vm)
            disk.set("SetDiskSize", 4096)
            disk.set("SetSplitted", 1)
            return disk.job("CreateImage", c_uint(1), c_uint(1))

        def check(i, done):
            vm = self.client.find("vm")
            own = {"config.pvs", "config.pvs.backup", ".lock", "serial.txt"}
            self.assertEqual(set(os.listdir(vm.home())) - own, {os.path.basename(vm.disk())})
            if os.path.isdir(vm.disk()):
                self.assertEqual(self.size_of_bundle(vm), 4096 * MIB)
            else:
                self.assertFalse(done)
                self.size_of_file(vm)

        def fresh(i):
            for vm in self.client.vms().values():
                vm.remove()
            return self.qcow2()

        self.sweep(fresh, job, check)

    def running_bundle(self, suspended, with_another=False):
        def add(vm):
            device = vm_disks.Handle()
            self.client.sdk.call("PrlVmCfg_AddDefaultDeviceEx", vm.handle, vm_disks.Handle(0), c_int(6), vm_disks.byref(device))
            self.client.sdk.call("PrlVmDevHd_SetDiskSize", device, c_uint(16))

        def prepare(i):
            for vm in self.client.vms().values():
                vm.remove()
            vm = self.with_bundle("vm", "chain")
            if with_another:
                self.edit(vm, lambda: add(vm))
                self.ok(Disk(vm, 1).job("CreateImage", c_uint(1), c_uint(1)))
            vm.start()
            vm.count_above(3)
            if suspended:
                vm.do("Suspend")
            return vm

        return prepare

    def test_suspend_bundle(self):
        def check(i, done):
            vm = self.client.find("vm")
            self.assertIn(vm.state(), ("suspended",) if done else ("running", "suspended", "paused"))
            self.goes_on(vm)

        self.sweep(self.running_bundle(False), lambda vm, i: vm.job("Suspend"), check)

    def test_resume_bundle(self):
        def check(i, done):
            vm = self.client.find("vm")
            self.assertIn(vm.state(), ("running",) if done else ("running", "suspended"))
            self.goes_on(vm)

        self.sweep(self.running_bundle(True), lambda vm, i: vm.job("Resume"), check)


    def clone_bundle(self, prepare, flags, is_running):
        """Both guests find what the source's had written by then, nothing lies about, and the base is read by all and written by none."""
        def check(i, done):
            vms = self.client.vms()
            self.assertIn(set(vms), ({"vm", "clone"},) if done else ({"vm"}, {"vm", "clone"}))
            bundles = {name for name in os.listdir(vms["vm"].home()) if name.startswith("bundle")}
            self.assertLessEqual(bundles, {"bundle.hdd", os.path.basename(vms["vm"].disk())})
            if is_running:
                self.assertEqual(vms["vm"].state(), "running")
            for vm in vms.values():
                self.goes_on(vm, None)
            if vms["vm"].disk() != os.path.join(vms["vm"].home(), "bundle.hdd"):
                self.base_is_protected(vms["vm"])

        self.sweep(prepare, lambda vm, i: vm.clone_job("clone", flags=flags), check)

    def base_is_protected(self, vm):
        sdk, handle = self.client.sdk, vm_disks.Handle()
        base = c_char_p(os.path.join(vm.home(), "bundle.hdd").encode())
        code = sdk.lib.PrlDisk_OpenDisk_Local(vm_disks.byref(handle), base, c_uint(3), vm_disks.Handle(0))
        self.assertEqual(sdk.name_of(code), "PRL_ERR_DISK_NOT_PERMITTED")

    def stopped_bundle(self, i):
        for vm in self.client.vms().values():
            vm.remove()
        return self.with_bundle("vm", "split")

    def remove_clones_first(self, prepare):
        def fresh(i):
            for name, vm in sorted(self.client.vms().items()):  # "clone" before what it stands on
                vm.remove()
            return prepare(i)

        return fresh

    def test_linked_clone_of_a_bundle(self):
        self.clone_bundle(self.remove_clones_first(self.stopped_bundle), PCVF_LINKED_CLONE, False)

    def test_linked_clone_of_a_running_bundle(self):
        """With a second disk, so that the guest is held for a moment."""
        self.clone_bundle(self.remove_clones_first(self.running_bundle(False, True)), PCVF_LINKED_CLONE, True)

    def test_full_clone_of_a_running_bundle(self):
        self.clone_bundle(self.remove_clones_first(self.running_bundle(False)), 0, True)


class FullDisk(Sweeps):
    """The disk is full from one call on: nothing is lost, nothing half made stays. Of what the service does itself, not its tools."""

    test_resize = test_convert = test_compact = test_compact_bundle = test_suspend_bundle = test_resume_bundle = None
    test_linked_clone_of_a_bundle = test_full_clone_of_a_running_bundle = None

    def disturb(self, subject, operation, round_, at):
        service = self.service_pid()
        self.control.set(CrashControl.NO_SPACE, at)
        job = operation(subject, round_)
        code = job.wait()
        self.control.set(CrashControl.OFF)
        job.free()
        self.assertEqual(self.service_pid(), service, "the service survives")
        return code


# Many kinds of work: fewer points of each than of the operations there.
crash.POINTS = int(os.environ.get("PRLKVM_CRASH_POINTS", "3"))
for name in list(vars(crash.Crash)):  # its own sweeps are crash.py's
    if name.startswith("test_"):
        setattr(crash.Crash, name, None)

if __name__ == "__main__":
    main()

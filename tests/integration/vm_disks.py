# SPDX-License-Identifier: MIT
"""
The images of VMs: made, resized (stopped and running), compacted, converted, copied, attached; bundles as disks of running VMs. What a
kill or a full disk in the middle does is in vm_disks_crash.py.
"""
import shutil
import struct
import subprocess
import uuid
from ctypes import byref, c_char_p, c_int, c_uint

from prl import *

MIB = 1 << 20
PLAIN, EXPANDING, RAW = 0, 1, 2
PIM_ALL = 0x3FFFFFF
NON_INTERACTIVE = 1 << 2 # PACF_*: what any command may be given, and most programs give
PRIF_RESIZE_LAST_PARTITION, PRIF_DISK_INFO, PRIF_RESIZE_OFFLINE = 1 << 11, 1 << 12, 1 << 13
PCVD_CANCEL, PCVD_TO_PLAIN, PCVD_TO_EXPANDING = 1 << 11, 1 << 12, 1 << 13
PCVD_TO_SPLIT, PCVD_TO_NON_SPLIT, PCVD_MERGE = 1 << 14, 1 << 15, 1 << 16
PVCF_DESTROY_HDD_BUNDLE = 1 << 11
NIL = "{00000000-0000-0000-0000-000000000000}"
ACTIVE = "{5fbaabe3-6958-40ff-92a7-860e329aab41}"


def run(*command):
    return subprocess.run(command, check=True, capture_output=True).stdout


def virtual_size(path):
    return json.loads(run("qemu-img", "info", "--output=json", "-U", path))["virtual-size"]


def room(path):
    if os.path.isdir(path):
        return sum(room(os.path.join(path, name)) for name in os.listdir(path))
    return os.stat(path).st_blocks * 512


def write_bundle(path, size, storages, shots, active=ACTIVE):
    """storages: [(start, end, [(guid, is_plain, file)])] in sectors; shots: [(guid, parent)]."""
    def image(guid, plain, file):
        return f"<Image><GUID>{guid}</GUID><Type>{'Plain' if plain else 'Compressed'}</Type><File>{file}</File></Image>"

    parts = "".join(f"<Storage><Start>{start}</Start><End>{end}</End><Blocksize>2048</Blocksize>{''.join(image(*i) for i in images)}</Storage>"
                    for start, end, images in storages)
    tree = "".join(f"<Shot><GUID>{guid}</GUID><ParentGUID>{parent}</ParentGUID></Shot>" for guid, parent in shots)
    with open(os.path.join(path, "DiskDescriptor.xml"), "w") as f:
        f.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<Parallels_disk_image Version="1.0"><Disk_Parameters><Disk_size>{size // 512}</Disk_size>'
                f"<Padding>0</Padding><UID>{{{uuid.uuid4()}}}</UID><Name>test</Name></Disk_Parameters><StorageData>{parts}</StorageData>"
                f"<Snapshots><TopGUID>{active}</TopGUID>{tree}</Snapshots></Parallels_disk_image>\n")


def make_bundle(path, kind, size=8 * MIB):
    """A bundle with the test guest in it, made without the code under test."""
    os.mkdir(path, 0o700)
    raw = os.path.join(path, "raw")
    shutil.copyfile(GUEST_IMAGE, raw)
    os.truncate(raw, size)
    sectors = size // 512

    def expanding(name, source=None, bytes_=size):
        file = os.path.join(path, name)
        if source:
            run("qemu-img", "convert", "-f", "raw", "-O", "parallels", source, file)
        else:
            run("qemu-img", "create", "-q", "-f", "parallels", file, str(bytes_))
        return name

    if kind == "expanding":
        write_bundle(path, size, [(0, sectors, [(ACTIVE, False, expanding("a.hds", raw))])], [(ACTIVE, NIL)])
    elif kind == "chain":
        base = f"{{{uuid.uuid4()}}}"
        os.rename(raw, os.path.join(path, "base.hds"))
        write_bundle(path, size, [(0, sectors, [(base, True, "base.hds"), (ACTIVE, False, expanding("top.hds"))])], [(base, NIL), (ACTIVE, base)])
    elif kind == "split":
        cut = 2 * MIB  # the guest and its counter are in the first part
        halves = []
        for i, (start, end) in enumerate(((0, cut), (cut, size))):
            half = os.path.join(path, "half")
            with open(raw, "rb") as source, open(half, "wb") as f:
                source.seek(start)
                f.write(source.read(end - start))
            halves.append((start // 512, end // 512, [(ACTIVE, False, expanding(f"s{i}.hds", half))]))
            os.unlink(half)
        write_bundle(path, size, halves, [(ACTIVE, NIL)])
    else:
        os.rename(raw, os.path.join(path, "p.hds"))
        write_bundle(path, size, [(0, sectors, [(ACTIVE, True, "p.hds")])], [(ACTIVE, NIL)])
    if os.path.exists(raw):
        os.unlink(raw)


class Disk:
    """A hard disk in a VM's handle."""

    def __init__(self, vm, index=0):
        self.vm, self.sdk, self.handle = vm, vm.sdk, Handle()
        self.sdk.call("PrlVmCfg_GetHardDisk", vm.handle, c_uint(index), byref(self.handle))

    def get(self, what):
        value = c_uint()
        self.sdk.call("PrlVmDevHd_" + what, self.handle, byref(value))
        return value.value

    def set(self, what, value):
        self.sdk.call("PrlVmDevHd_" + what, self.handle, c_uint(value))

    def job(self, what, *args):
        return self.vm.client.job("PrlVmDev_" + what, self.handle, *args)

    def do(self, what, *args):
        return self.vm.client.run("PrlVmDev_" + what, self.handle, *args)

    def resize(self, mib, flags=0):
        self.do("ResizeImage", c_uint(mib), c_uint(flags))


class Base(ServiceCase):
    def refused(self, code, job):
        self.assertEqual(job.error_name(), code, self.client.sdk.details(job.handle))
        job.free()

    def mask_job(self, vm, verb, flags, mask=PIM_ALL):
        return vm.job(verb, c_uint(mask), c_uint(flags))

    def compact(self, vm, flags=0):
        return self.mask_job(vm, "Compact", flags)

    def convert(self, vm, flags):
        return self.mask_job(vm, "ConvertDisks", flags)

    def ok(self, job):
        self.refused("PRL_ERR_SUCCESS", job)

    def edit(self, vm, change, flags=0):
        vm.do("BeginEdit")
        change()
        vm.do("CommitEx", c_uint(flags))
        vm.refresh()

    def use_image(self, vm, path, index=0):
        """The VM's disk is that image from now on."""
        def change():
            disk = Disk(vm, index)
            self.client.sdk.call("PrlVmDev_SetSysName", disk.handle, c_char_p(path.encode()))
            self.client.sdk.call("PrlVmDev_SetFriendlyName", disk.handle, c_char_p(path.encode()))

        self.edit(vm, change)

    def with_bundle(self, name, kind):
        if not shutil.which("nbdkit") or not os.path.exists(os.path.join(BUILD, "lib", "nbdkit-prlkvm-bundle.so")):
            self.skipTest("no nbdkit, or no plugin of ours for it")
        vm = self.client.create(name, guest=False)
        path = os.path.join(vm.home(), "bundle.hdd")
        make_bundle(path, kind)
        old = vm.disk()
        self.use_image(vm, path)
        os.unlink(old)
        return vm

    def export_pid(self):
        return self.pid_of("nbdkit")[0]


class Operations(Base):
    def test_resize_stopped(self):
        vm = self.open().create("vm")
        disk = Disk(vm)
        disk.resize(64)
        self.assertEqual(virtual_size(vm.disk()), 64 * MIB)
        vm.refresh()
        self.assertEqual(Disk(vm).get("GetDiskSize"), 64)
        self.assertEqual(vm.disk_count(), 0)
        disk.resize(16, NON_INTERACTIVE)
        self.assertEqual(virtual_size(vm.disk()), 16 * MIB)
        # Data behind the new end forbids it, and stays.
        run("qemu-io", "-f", "qcow2", "-c", "write -P 7 12M 64k", vm.disk())
        self.refused("PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW", disk.job("ResizeImage", c_uint(8), c_uint(0)))
        self.assertEqual(virtual_size(vm.disk()), 16 * MIB)
        self.assertIn(b"65536/65536", run("qemu-io", "-r", "-f", "qcow2", "-c", "read -P 7 12M 64k", vm.disk()))
        vm.refresh()
        self.assertEqual(Disk(vm).get("GetDiskSize"), 16)
        info = self.client.sdk.job("PrlVmDev_ResizeImage", disk.handle, c_uint(0), c_uint(PRIF_DISK_INFO))
        text = self.client.sdk.text("PrlResult_GetParamAsString", info)
        self.assertRegex(text, r"<Size>16</Size><MinimumSize>13</MinimumSize>")
        vm.start()
        vm.count_above(20)

    def test_resize_running(self):
        vm = self.open().create("vm")
        # A SCSI disk says "capacity changed" with its next answer, which the BIOS that the test guest lives on takes for an error.
        self.edit(vm, lambda: self.client.sdk.call("PrlVmDev_SetIfaceType", Disk(vm).handle, c_int(2)))
        vm.start()
        vm.count_above(20)
        disk = Disk(vm)
        disk.resize(32, NON_INTERACTIVE)
        self.assertEqual(virtual_size(vm.disk()), 32 * MIB)
        vm.refresh()
        self.assertEqual(Disk(vm).get("GetDiskSize"), 32)
        for size, flags in ((16, 0), (64, PRIF_RESIZE_OFFLINE), (64, PRIF_RESIZE_LAST_PARTITION), (64, PRIF_DISK_INFO)):
            self.refused("PRL_ERR_VM_REQUEST_NOT_SUPPORTED", disk.job("ResizeImage", c_uint(size), c_uint(flags)))
        self.assertEqual(virtual_size(vm.disk()), 32 * MIB)
        vm.count_above(vm.counts()[0])
        vm.do("Suspend")
        self.refused("PRL_ERR_CANT_EDIT_SUSPENDED_VM", disk.job("ResizeImage", c_uint(64), c_uint(0)))
        vm.do("Resume")
        vm.count_above(vm.counts()[0])
        self.assertEqual(vm.serial().count("BOOT"), 1)

    def test_resize_with_the_last_partition_of_a_disk_that_has_none(self):
        # In place of guestfish: writes down that it ran and finds no partition.
        tool, calls = os.path.join(self.home, "guestfish"), os.path.join(self.home, "calls")
        with open(tool, "w") as f:
            f.write(f"#!/bin/sh\necho \"$@\" >> {calls}\ncat > /dev/null\n")
        os.chmod(tool, 0o700)
        self.addCleanup(os.environ.pop, "PRLKVM_GUESTFISH", None)
        os.environ["PRLKVM_GUESTFISH"] = tool
        vm = self.open().create("vm", guest=False)
        Disk(vm).resize(64, PRIF_RESIZE_LAST_PARTITION)
        self.assertEqual(virtual_size(vm.disk()), 64 * MIB)
        self.assertFalse(os.path.exists(calls))
        run("qemu-io", "-f", "qcow2", "-c", "write -P 0x5a 4k 4k", vm.disk())
        Disk(vm).resize(96, PRIF_RESIZE_LAST_PARTITION)
        self.assertEqual(virtual_size(vm.disk()), 96 * MIB)
        with open(calls) as f:
            (call,) = f.readlines()
        self.assertIn("--ro", call)

    def test_resize_refused(self):
        vm = self.open().create("vm")
        disk = Disk(vm)
        if not shutil.which("guestfish"):
            self.refused("PRL_ERR_DISK_RESIZER_NOT_FOUND", disk.job("ResizeImage", c_uint(64), c_uint(PRIF_RESIZE_LAST_PARTITION)))
        self.refused("PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW", disk.job("ResizeImage", c_uint(0), c_uint(0)))
        # Not stored: another file in the handle alone.
        self.client.sdk.call("PrlVmDev_SetSysName", disk.handle, c_char_p(b"/nowhere.hdd"))
        self.refused("PRL_ERR_FILE_NOT_FOUND", disk.job("ResizeImage", c_uint(64), c_uint(0)))
        vm.refresh()
        # The source of a linked clone goes on in an overlay, which may grow; the base may not change.
        base = vm.disk()
        clone = vm.clone("clone", flags=PCVF_LINKED_CLONE)
        vm.refresh()
        self.assertNotEqual(vm.disk(), base)
        Disk(vm).resize(32)
        self.assertEqual(virtual_size(vm.disk()), 32 * MIB)
        self.refused("PRL_ERR_DISK_RESIZE_SIZE_TOO_LOW", Disk(vm).job("ResizeImage", c_uint(8), c_uint(0)))
        self.assertEqual(virtual_size(base), 8 * MIB)
        clone.start()
        clone.count_above(5)
        vm.start()
        vm.count_above(5)

    def test_compact(self):
        vm = self.open().create("vm", disk_mib=64)
        run("qemu-io", "-f", "qcow2", "-c", "write -P 7 8M 32M", vm.disk())
        run("qemu-io", "-f", "qcow2", "-c", "write -P 0 8M 31M", vm.disk())
        run("sync", vm.disk())
        full = room(vm.disk())
        self.assertGreater(full, 32 * MIB)
        self.ok(self.compact(vm))
        self.assertLess(room(vm.disk()), full - 30 * MIB)
        until("the room that the service sees", lambda: vm.refresh() or Disk(vm).get("GetSizeOnDisk") == room(vm.disk()) >> 20)
        # What the service fills in is nobody's change.
        def stored():
            with open(os.path.join(vm.home(), "config.pvs")) as f:
                return re.findall("<SizeOnDisk>.*?<", f.read())

        before = stored()
        self.edit(vm, lambda: None)
        self.assertEqual(stored(), before)
        self.assertIn(b"1 MiB", run("qemu-io", "-r", "-f", "qcow2", "-c", "read -P 7 39M 1M", vm.disk()))
        run("qemu-img", "check", "-q", vm.disk())
        self.refused("PRL_ERR_TASK_NOT_FOUND", vm.job("CancelCompact"))
        vm.start()
        self.refused("PRL_ERR_COMPACT_WRONG_VM_STATE", self.compact(vm))
        vm.count_above(5)

    def test_compact_info(self):
        vm = self.open().create("vm", disk_mib=64)
        result = self.client.sdk.job("PrlVm_Compact", vm.handle, c_uint(PIM_ALL), c_uint(1 << 12 | NON_INTERACTIVE))
        count = c_uint()
        self.client.sdk.call("PrlResult_GetParamsCount", result, byref(count))
        self.assertEqual(count.value, 1)

    def test_convert(self):
        vm = self.open().create("vm", disk_mib=32)
        sparse = room(vm.disk())
        self.ok(self.convert(vm, PCVD_TO_PLAIN))
        self.assertGreaterEqual(room(vm.disk()), 32 * MIB)
        vm.refresh()
        self.assertEqual(Disk(vm).get("GetDiskType"), PLAIN)
        vm.start()
        vm.count_above(20)
        self.refused("PRL_ERR_CONV_HD_WRONG_VM_STATE", self.convert(vm, PCVD_TO_EXPANDING))
        vm.kill()
        d = vm.disk_count()
        self.assertGreater(d, 0)
        self.ok(self.convert(vm, PCVD_TO_EXPANDING | NON_INTERACTIVE))
        self.assertLess(room(vm.disk()), sparse + 4 * MIB)
        vm.refresh()
        self.assertEqual(Disk(vm).get("GetDiskType"), EXPANDING)
        self.assertEqual(vm.disk_count(), d)
        self.refused("PRL_ERR_INVALID_ARG", self.convert(vm, 0))
        self.refused("PRL_ERR_CONV_HD_CONFLICT", self.convert(vm, PCVD_TO_PLAIN | PCVD_TO_EXPANDING))
        self.refused("PRL_ERR_CONV_HD_NO_ONE_DISK_FOR_CONVERSION", self.mask_job(vm, "ConvertDisks", PCVD_TO_PLAIN, 0x8))
        self.refused("PRL_ERR_CONV_HD_EXIT_WITH_ERROR", self.convert(vm, PCVD_TO_SPLIT))

    def test_cancel(self):
        """Whatever the cancel meets, the disk is one of the two, and whole."""
        vm = self.open().create("vm", disk_mib=256)
        run("qemu-io", "-f", "qcow2", "-c", "write -P 7 8M 200M", vm.disk())
        self.ok(self.convert(vm, PCVD_TO_EXPANDING))
        before = sorted(os.listdir(vm.home()))
        for name, cancel in (("ConvertDisks", lambda: vm.job("CancelConvertDisks", c_uint(0))),
                             ("ConvertDisks", lambda: vm.job("ConvertDisks", c_uint(0), c_uint(PCVD_CANCEL)))):
            job = self.mask_job(vm, name, PCVD_TO_PLAIN)
            cancelled = cancel()
            code = cancelled.error_name()
            outcome = job.error_name()
            self.assertIn(outcome, ("PRL_ERR_OPERATION_WAS_CANCELED",) if code == "PRL_ERR_SUCCESS" else ("PRL_ERR_SUCCESS",))
            job.free()
            cancelled.free()
            self.assertEqual(sorted(os.listdir(vm.home())), before)
            run("qemu-img", "check", "-q", vm.disk())
            self.assertIn(b"200 MiB", run("qemu-io", "-r", "-f", "qcow2", "-c", "read -P 7 8M 200M", vm.disk()))
        self.assertEqual(self.leftovers(), [])

    def test_copy(self):
        vm = self.open().create("vm")
        target = os.path.join(self.home, "target")
        os.mkdir(target)
        disk = Disk(vm)

        def copy(name, where=target):
            return disk.job("CopyImage", c_char_p(name), c_char_p(where.encode()), c_uint(0))

        self.ok(copy(b"copy.hdd"))
        run("qemu-img", "compare", vm.disk(), os.path.join(target, "copy.hdd"))
        self.refused("PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST", copy(b"copy.hdd"))
        self.refused("PRL_ERR_DIRECTORY_DOES_NOT_EXIST", copy(b"x.hdd", target + "/none"))
        self.refused("PRL_ERR_INVALID_ARG", copy(b"../x.hdd"))
        self.refused("PRL_ERR_INVALID_ARG", disk.job("CopyImage", c_char_p(b"x"), None, c_uint(0)))
        self.ok(copy(b""))
        self.assertEqual(sorted(os.listdir(target)), ["copy.hdd", os.path.basename(vm.disk())])
        # An overlay's copy stands alone.
        vm.clone("clone", flags=PCVF_LINKED_CLONE)
        vm.refresh()
        disk = Disk(vm)
        self.ok(copy(b"flat.hdd"))
        self.assertNotIn("backing-filename", json.loads(run("qemu-img", "info", "--output=json", os.path.join(target, "flat.hdd"))))
        run("qemu-img", "compare", os.path.join(target, "copy.hdd"), os.path.join(target, "flat.hdd"))
        vm.start()
        self.refused("PRL_ERR_CI_CANNOT_COPY_IMAGE_NON_STOPPED_VM", copy(b"y.hdd"))
        self.assertEqual(self.leftovers(), [])

    def test_create(self):
        vm = self.open().create("vm", guest=False)
        sdk = self.client.sdk

        def make(name, type_, mib=16, split=0, recreate=0):
            disk = Disk(vm)
            sdk.call("PrlVmDev_SetSysName", disk.handle, c_char_p(name.encode()))
            disk.set("SetDiskType", type_)
            disk.set("SetDiskSize", mib)
            disk.set("SetSplitted", split)
            return disk.job("CreateImage", c_uint(recreate), c_uint(1)), os.path.join(vm.home(), name)

        job, path = make("e.hdd", EXPANDING)
        self.ok(job)
        self.assertLess(room(path), MIB)
        self.assertEqual(json.loads(run("qemu-img", "info", "--output=json", path))["format"], "qcow2")
        job, path = make("p.hdd", PLAIN)
        self.ok(job)
        self.assertGreaterEqual(room(path), 16 * MIB)
        job, path = make("r.hdd", RAW)
        self.ok(job)
        self.assertEqual(os.path.getsize(path), 16 * MIB)
        job, path = make("s.hdd", EXPANDING, 5000, 1)
        self.ok(job)
        self.assertEqual(len([f for f in os.listdir(path) if f.endswith(".hds")]), 3)
        for file in os.listdir(path):
            if file.endswith(".hds"):
                run("qemu-img", "check", "-f", "parallels", os.path.join(path, file))
        self.refused("PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST", make("s.hdd", EXPANDING)[0])
        self.ok(make("s.hdd", EXPANDING, 16, 0, 1)[0])  # a file in the place of a bundle
        self.assertTrue(os.path.isfile(path))
        os.mkdir(os.path.join(vm.home(), "mine"))
        self.refused("PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST", make("mine", EXPANDING, 16, 0, 1)[0])
        self.refused("PRL_ERR_CREATE_HARD_DISK_WITH_ZERO_SIZE", make("z.hdd", EXPANDING, 0)[0])
        self.refused("PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE", make("big.hdd", PLAIN, 1 << 29)[0])
        self.assertEqual(self.leftovers(), [])

    def test_attach_records_format(self):
        vm = self.open().create("vm", guest=False)
        raw = os.path.join(vm.home(), "disk.raw")
        shutil.copyfile(GUEST_IMAGE, raw)
        os.truncate(raw, 24 * MIB)
        self.use_image(vm, raw)
        self.assertEqual((Disk(vm).get("GetDiskType"), Disk(vm).get("GetDiskSize")), (RAW, 24))
        vm.start()
        vm.count_above(20)
        vm.kill()
        # What a guest writes into a raw disk makes no other format of it.
        with open(raw, "r+b") as f:
            f.write(b"QFI\xfb\0\0\0\3" + bytes(120))
        self.refused("PRL_ERR_DISK_NOT_PERMITTED", Disk(vm).job("ResizeImage", c_uint(32), c_uint(0)))
        vm.refresh()
        self.assertEqual(Disk(vm).get("GetDiskType"), RAW)


class Locks(Base):
    def second_vm_with(self, vm):
        other = self.client.create("other", guest=False)
        self.use_image(other, vm.disk())
        return other

    def test_two_vms_one_image(self):
        vm = self.open().create("vm")
        other = self.second_vm_with(vm)
        vm.start()
        vm.count_above(5)
        qemus = self.pid_of("qemu-system")
        job = other.job("Start")
        self.refused("PRL_ERR_DISK_IMAGE_BUSY", job)
        self.assertEqual(self.pid_of("qemu-system"), qemus, "refused before a QEMU is there")
        self.assertEqual(other.state(), "stopped")
        os.kill(qemus[0], 9)  # a lock dies with its process
        until("stopped", lambda: vm.state() == "stopped")
        other.start()
        other.count_above(5)

    def test_two_vms_one_bundle(self):
        self.open()
        vm = self.with_bundle("vm", "expanding")
        other = self.second_vm_with(vm)
        vm.start()
        vm.count_above(5)
        self.refused("PRL_ERR_DISK_IMAGE_BUSY", other.job("Start"))
        self.assertEqual(len(self.pid_of("nbdkit")), 1)
        vm.kill()
        other.start()
        other.count_above(5)

    def test_writer_beside_a_vm(self):
        """PrlDisk_ and qemu-img see the VM's locks, and a VM theirs."""
        self.open()
        vm, bundled = self.client.create("vm"), self.with_bundle("bundled", "chain")
        sdk = self.client.sdk
        for each in (vm, bundled):
            path = c_char_p(each.disk().encode())
            each.start()
            each.count_above(5)
            handle = Handle()
            code = sdk.lib.PrlDisk_OpenDisk_Local(byref(handle), path, c_uint(3), Handle(0))
            self.assertEqual(sdk.name_of(code), "PRL_ERR_DISK_SHARING_VIOLATION")
            each.kill()
            sdk.call("PrlDisk_OpenDisk_Local", byref(handle), path, c_uint(3), Handle(0))
            self.refused("PRL_ERR_DISK_IMAGE_BUSY", each.job("Start"))
            sdk.call("PrlDisk_Free", handle)
            each.start()
            each.count_above(5)


class Bundles(Base):
    def test_boots(self):
        self.open()
        for kind in ("expanding", "chain", "split", "plain"):
            with self.subTest(kind=kind):
                vm = self.with_bundle(kind, kind)
                disk = Disk(vm)
                self.assertEqual((disk.get("GetDiskSize"), disk.get("IsSplitted"), disk.get("GetDiskType")),
                                 (8, int(kind == "split"), PLAIN if kind == "plain" else EXPANDING))
                vm.start()
                r, d = vm.count_above(20)
                vm.do("Suspend")
                self.assertEqual(self.pid_of("nbdkit"), [])
                stood = vm.counts()
                vm.do("Resume")
                vm.count_above(stood[0] + 20)
                self.assertEqual(vm.serial().count("BOOT"), 1)
                vm.kill()
                d = vm.counts()[1]
                vm.start()
                text = until("boots again", lambda: vm.serial().count("BOOT") == 2 and vm.serial())
                self.assertGreaterEqual(int(re.findall(r"BOOT D=(\d+)", text)[1]), d)
                vm.remove()
                self.assertFalse(os.path.exists(vm.disk()))

    def test_changed_while_suspended(self):
        self.open()
        vm = self.with_bundle("vm", "expanding")
        vm.start()
        vm.count_above(10)
        vm.do("Suspend")
        for name in os.listdir(vm.disk()):
            if name.endswith(".hds"):
                os.utime(os.path.join(vm.disk(), name))
        self.refused("PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG", vm.job("Resume"))
        self.assertEqual(vm.state(), "suspended")

    def test_take_over(self):
        self.open()
        vm = self.with_bundle("vm", "chain")
        vm.start()
        vm.count_above(10)
        export = self.export_pid()
        self.kill_service()
        self.client.login()
        self.assertEqual((vm.state(), self.export_pid()), ("running", export))
        vm.count_above(vm.counts()[0])
        vm.do("Suspend")
        self.assertEqual(self.pid_of("nbdkit"), [])
        vm.do("Resume")
        vm.count_above(vm.counts()[0])
        self.assertEqual(vm.serial().count("BOOT"), 1)

    def test_killed_qemu(self):
        self.open()
        vm = self.with_bundle("vm", "expanding")
        vm.start()
        d = vm.count_above(20)[1]
        os.kill(self.pid_of("qemu-system")[0], 9)
        until("stopped", lambda: vm.state() == "stopped")
        self.assertEqual(self.pid_of("nbdkit"), [])
        self.check_clean(vm.disk())
        vm.start()
        until("boots again", lambda: vm.serial().count("BOOT") == 2)
        self.assertGreaterEqual(int(re.findall(r"BOOT D=(\d+)", vm.serial())[1]), d - 1)

    def check_clean(self, path):
        for name in os.listdir(path):
            if name.endswith(".hds"):
                with open(os.path.join(path, name), "rb") as f:
                    self.assertNotEqual(struct.unpack_from("<I", f.read(64), 44)[0], 0x746F6E59, f"{name} was not closed")

    def test_copies_share_no_file(self):
        """A descriptor that names its own file by an absolute path: a copy of the directory would name the same file."""
        self.open()
        vm = self.with_bundle("vm", "expanding")
        descriptor = os.path.join(vm.disk(), "DiskDescriptor.xml")
        with open(descriptor) as f:
            text = f.read()
        with open(descriptor, "w") as f:
            f.write(text.replace("<File>a.hds", f"<File>{vm.disk()}/a.hds"))
        self.refused("PRL_ERR_HDD_IMAGE_COPY", vm.clone_job("clone"))
        self.refused("PRL_ERR_HDD_IMAGE_COPY", Disk(vm).job("CopyImage", c_char_p(b"c.hdd"), c_char_p(self.home.encode()), c_uint(0)))
        with open(descriptor, "w") as f:
            f.write(text.replace("<File>a.hds", "<File>../../../../../etc/hostname"))
        self.refused("PRL_ERR_VM_UNABLE_OPEN_DISK_IMAGE", vm.job("Start"))
        self.assertEqual(self.leftovers(), [])

    def test_killed_export(self):
        """The guest is held before it can go on without the disk, nobody hangs, and what had been written is there at the next start."""
        self.open()
        vm = self.with_bundle("vm", "expanding")
        vm.start()
        d = vm.count_above(20)[1]
        os.kill(self.export_pid(), 9)
        until("paused", lambda: vm.state() == "paused")

        def told():
            with open(os.path.join(self.home, "prlkvmd.log")) as f:
                return "the export of disk 'hdd0'" in f.read()

        until("the word about it", told)
        for verb in ("Resume", "Reset"):  # there is no disk to go on with
            self.refused("PRL_ERR_VM_UNPAUSE_FAILED", vm.job(verb))
        job = vm.job("Suspend")
        self.assertNotEqual(job.error_name(), "PRL_ERR_SUCCESS")
        self.kill_service()
        self.client.login()
        self.refused("PRL_ERR_VM_UNPAUSE_FAILED", vm.job("Resume"))
        self.assertEqual(vm.state(), "paused")
        self.assertNotIn("BAD", vm.serial())
        vm.kill()
        os.unlink(os.path.join(vm.home(), "serial.txt"))
        vm.start()
        until("boots again", lambda: "BOOT" in vm.serial())
        self.assertGreaterEqual(int(re.findall(r"BOOT D=(\d+)", vm.serial())[0]), d - 1)

    def test_registered_elsewhere(self):
        self.open()
        vm = self.with_bundle("vm", "chain")
        vm.start()
        vm.count_above(20)
        vm.do("Suspend")
        home, moved = vm.home(), os.path.join(self.home, "moved")
        stood = vm.counts()
        vm.do("Unreg")
        shutil.move(home, moved)
        self.client.run("PrlSrv_RegisterVm", self.client.server, c_char_p(moved.encode()), c_uint(1))
        vm = self.client.find("vm")
        vm.do("Resume")
        until("goes on", lambda: (vm.counts() or (0, 0))[0] > stood[0])
        self.assertEqual(vm.serial().count("BOOT"), 1)

    def test_destroyed_with_its_device(self):
        self.open()
        vm = self.with_bundle("vm", "split")
        bundle = vm.disk()
        self.ok(vm.job("ValidateConfig", c_uint(11)))  # PVC_HARD_DISK
        self.edit(vm, lambda: self.client.sdk.call("PrlVmDev_Remove", Disk(vm).handle), PVCF_DESTROY_HDD_BUNDLE)
        self.assertFalse(os.path.exists(bundle))

    def test_operations(self):
        self.open()
        vm = self.with_bundle("vm", "expanding")
        Disk(vm).resize(64)
        vm.refresh()
        self.assertEqual(Disk(vm).get("GetDiskSize"), 64)
        self.ok(self.compact(vm))
        self.ok(self.convert(vm, PCVD_TO_PLAIN))
        vm.refresh()
        self.assertEqual(Disk(vm).get("GetDiskType"), PLAIN)
        self.assertGreaterEqual(room(vm.disk()), 64 * MIB)
        vm.start()
        vm.count_above(10)
        self.refused("PRL_ERR_VM_REQUEST_NOT_SUPPORTED", Disk(vm).job("ResizeImage", c_uint(128), c_uint(0)))
        vm.kill()
        self.ok(self.convert(vm, PCVD_TO_EXPANDING | PCVD_TO_SPLIT))
        vm.refresh()
        vm.start()
        vm.count_above(10)
        vm.kill()
        target = os.path.join(self.home, "target")
        os.mkdir(target)
        self.ok(Disk(vm).job("CopyImage", c_char_p(b"copy.hdd"), c_char_p(target.encode()), c_uint(0)))
        self.assertEqual(sorted(os.listdir(target)), ["copy.hdd"])
        chain = self.with_bundle("chain", "chain")
        self.refused("PRL_ERR_DISK_RESIZE_WITH_SNAPSHOTS_NOT_ALLOWED", Disk(chain).job("ResizeImage", c_uint(64), c_uint(0)))
        self.ok(self.convert(chain, PCVD_MERGE | PCVD_TO_EXPANDING))
        Disk(chain).resize(64)
        chain.start()
        chain.count_above(10)
        self.assertEqual(self.leftovers(), [])


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MIT
"""Clones: full, linked, to and from templates, of stopped, running and paused machines."""
import os
from ctypes import byref, c_uint

from prl import *

UUID = "{0123cafe-0000-4000-8000-00000000beef}"


class Clones(ServiceCase):
    def runs_by_itself(self, vm):
        vm.start()
        vm.count_above(10)
        vm.kill()

    def mac(self, vm):
        device = Handle()
        vm.sdk.call("PrlVmCfg_GetNetAdapter", vm.handle, c_uint(0), byref(device))
        mac = vm.sdk.text("PrlVmDevNet_GetMacAddress", device)
        vm.sdk.free(device)
        return mac

    def test_full_with_uuid(self):
        vm = self.open().create("source")
        clone = vm.clone("copy", UUID.strip("{}").upper())
        self.assertEqual(clone.uuid(), UUID)
        self.assertNotEqual(self.mac(clone), self.mac(vm))
        self.assertTrue(clone.disk().startswith(clone.home() + "/"))
        self.runs_by_itself(clone)
        self.runs_by_itself(vm)
        for name, uuid, expected in (
            ("copy", "", "PRL_ERR_VM_ALREADY_REGISTERED_VM_NAME"),
            ("other", UUID, "PRL_ERR_VM_ALREADY_REGISTERED_VM_UUID"),
            ("other", "{not-a-uuid}", "PRL_ERR_INVALID_ARG"),
            ("", "", "PRL_ERR_VM_NAME_IS_EMPTY"),
            ("a/b", "", "PRL_ERR_VMCONF_VM_NAME_HAS_INVALID_SYMBOL"),
        ):
            job = vm.clone_job(name, uuid)
            self.assertEqual(job.error_name(), expected, (name, uuid))
            job.free()
        for path, expected in (("relative", "PRL_ERR_VMDIR_PATH_IS_NOT_ABSOLUTE"), (self.home + "/absent", "PRL_ERR_DIRECTORY_DOES_NOT_EXIST")):
            job = vm.clone_job("other", path=path)
            self.assertEqual(job.error_name(), expected)
            job.free()
        job = vm.clone_job("sid", flags=1 << 12)
        self.assertEqual(job.error_name(), "PRL_ERR_CHANGESID_NOT_SUPPORTED")
        job.free()
        self.assertEqual(sorted(self.client.vms()), ["copy", "source"])
        self.assertEqual(self.leftovers(), [])

    def test_place(self):
        vm = self.open().create("source", guest=False)
        place = os.path.join(self.home, "elsewhere")
        os.mkdir(place, 0o700)
        clone = vm.clone("there", path=place)
        self.assertEqual(os.path.dirname(clone.home()), place)
        clone.remove()
        self.assertEqual(os.listdir(place), [])

    def test_template(self):
        vm = self.open().create("source")
        template = vm.clone("template", flags=PCVF_CLONE_TO_TEMPLATE)
        is_template = c_uint()
        vm.sdk.call("PrlVmCfg_IsTemplate", template.handle, byref(is_template))
        self.assertTrue(is_template.value)
        job = template.job("Start")
        self.assertEqual(job.error_name(), "PRL_ERR_CANT_TO_START_VM_TEMPLATE")
        job.free()
        made = template.clone("from template")
        vm.sdk.call("PrlVmCfg_IsTemplate", made.handle, byref(is_template))
        self.assertFalse(is_template.value)
        self.runs_by_itself(made)

    def test_linked(self):
        vm = self.open().create("base")
        self.runs_by_itself(vm)
        disk = vm.disk_count()
        first, second = vm.clone("linked 1", flags=PCVF_LINKED_CLONE), vm.clone("linked 2", flags=PCVF_LINKED_CLONE)
        vm.refresh()
        self.assertLess(os.stat(first.disk()).st_blocks * 512, 1 << 20)
        self.assertEqual(first.disk_count(), disk)
        for each in (vm, first, second):
            self.runs_by_itself(each)
        job = vm.job("Delete", Handle(0))
        self.assertEqual(job.error_name(), "PRL_ERR_VM_REQUEST_NOT_SUPPORTED")
        self.assertIn("linked 1", vm.sdk.details(job.handle))
        job.free()
        first.remove()
        second.remove()
        vm.remove()

    def test_chain_of_linked_clones_does_not_grow_for_ever(self):
        def io(image, *commands):
            words = [word for command in commands for word in ("-c", command)]
            run = subprocess.run(["qemu-io", "-f", "qcow2", *words, image], capture_output=True, text=True)
            self.assertNotRegex(run.stdout + run.stderr, "(?i)failed|mismatch|error")

        def says(image, i):
            io(image, f"read -P {i} 4k 4k", *[f"read -P {k} {k * 64}k 4k" for k in range(1, i + 1)])

        vm = self.open().create("base", guest=False)
        kept, lengths = None, []
        for i in range(1, 14):
            io(vm.disk(), f"write -P {i} 4k 4k", f"write -P {i} {i * 64}k 4k")
            clone = vm.clone(f"linked {i}", flags=PCVF_LINKED_CLONE)
            vm.refresh()
            says(clone.disk(), i)
            says(vm.disk(), i)
            if i == 11:
                kept = clone
            else:
                clone.remove()
            lengths.append(len([name for name in os.listdir(vm.home()) if name.startswith("harddisk")]))
        self.assertEqual(lengths[7:11], [lengths[7]] * 4)
        says(kept.disk(), 11)
        io(kept.disk(), f"read -P 0 {12 * 64}k 4k")  # what came later is not in it

    def test_of_a_running_machine(self):
        vm = self.open().create("live")
        vm.start()
        vm.count_above(20)
        before = vm.counts()
        clone = vm.clone("copy of live")
        self.assertEqual(vm.state(), "running")
        after = vm.count_above(before[0])
        self.assertGreaterEqual(clone.disk_count(), before[1])
        self.runs_by_itself(clone)
        self.assertEqual(vm.serial().count("BOOT"), 1)
        linked = vm.clone("linked to live", flags=PCVF_LINKED_CLONE)
        after = vm.count_above(after[0])
        self.runs_by_itself(linked)
        vm.pause()
        of_paused = vm.clone("copy of paused")
        self.assertEqual(vm.state(), "paused")
        vm.do("Resume")
        vm.count_above(after[0])
        self.runs_by_itself(of_paused)
        # What the guest wrote during and after the copies is on its own disk.
        vm.do("Suspend")
        stood = vm.counts()
        vm.do("Resume")
        vm.count_above(stood[0])
        vm.kill()
        vm.refresh()  # the linked clone gave it a new top image
        self.assertGreaterEqual(vm.disk_count(), stood[1])

    def test_sixteen_at_once(self):
        vm = self.open().create("source")
        jobs = [vm.clone_job(f"copy {i}") for i in range(16)]
        self.assertEqual([job.wait() for job in jobs], [0] * 16)
        for job in jobs:
            job.free()
        found = self.client.vms()
        self.assertEqual(len(found), 17)
        self.assertEqual(len({each.uuid() for each in found.values()}), 17)
        self.assertEqual(len({self.mac(each) for each in found.values()}), 17)
        self.runs_by_itself(found["copy 7"])

    def test_cancel_leaves_nothing(self):
        vm = self.open().create("big", disk_mib=4096, guest=False)
        # Data everywhere, and not in zeros: the copy takes a while.
        with open(os.path.join(self.home, "noise"), "wb") as f:
            for _ in range(512):
                f.write(os.urandom(1 << 20))
        subprocess.run(["qemu-img", "convert", "-n", "-f", "raw", "-O", "qcow2", f.name, vm.disk()], check=True)
        job = vm.clone_job("never")
        until("it makes progress", lambda: self.progress(job) > 0 or self.finished(job))
        cancel = self.client.job("PrlJob_Cancel", job.handle)
        cancelled = cancel.wait()
        if job.error_name() == "PRL_ERR_SUCCESS":
            self.skipTest("the copy was over before the cancel came (a reflink, or a very fast disk)")
        self.assertEqual(cancelled, 0)
        self.assertEqual(job.error_name(), "PRL_ERR_CLONE_OPERATION_CANCELED")
        self.assertEqual(sorted(self.client.vms()), ["big"])
        self.assertEqual(self.leftovers(), [])
        self.assertEqual(len(os.listdir(os.path.dirname(vm.home()))), 1)

    def progress(self, job):
        percent = c_uint()
        job.sdk.call("PrlJob_GetProgress", job.handle, byref(percent))
        return percent.value

    def finished(self, job):
        return job.sdk.lib.PrlJob_Wait(job.handle, c_uint(0)) == 0


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MIT
"""A Linux guest says what machine it is in: what the configuration promises is there, seen from inside over its serial port.

Two machines, made through the public API: one with EFI, TPM and q35, which is also suspended and resumed; one with a BIOS, i440fx, NUMA
nodes, a mask of processor features and a shared folder. Hot-plug tests use the same guest (tests/support/guest_linux.py).
"""
import os
import signal
import stat
import struct
import uuid

import guest_linux
from machine import Machine, element, nic, pids_of
from prl import *

MIB = 1 << 20
VIRTIOFSD = [p for p in ("/usr/libexec/virtiofsd", "/usr/lib/virtiofsd", "/usr/lib/qemu/virtiofsd", "/usr/bin/virtiofsd")
             if os.path.exists(p)]


def has_root_mount():
    """virtiofsd shuts itself in with pivot_root, which works from a mount point alone."""
    with open("/proc/self/mountinfo", encoding="utf-8") as f:
        return any(line.split()[4] == "/" for line in f)


class LinuxGuest(ServiceCase):
    @classmethod
    def setUpClass(cls):
        try:
            cls.iso = guest_linux.build(BUILD)
        except guest_linux.Missing as e:
            raise unittest.SkipTest(f"no Linux guest here: {e}")

    def test_efi_tpm_q35(self):
        if not any(os.path.exists(p) for p in ("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/edk2/x64/OVMF_CODE.4m.fd")):
            self.skipTest("no EFI firmware (Debian: ovmf)")
        if not shutil.which("swtpm"):
            self.skipTest("no swtpm")
        self.open()
        m = Machine(self, "efi")
        self.assertEqual(self.update_nvram(m), "PRL_ERR_UPDATE_NVRAM_EFI_DISABLED")
        m.cd(self.iso, 1)
        m.set("Hardware/Cpu/Number", 1)
        m.set("Hardware/Cpu/Sockets", 2)
        m.set("Hardware/Memory/RAM", 512)
        m.set("Settings/Startup/Bios/EfiEnabled", 1)
        m.set("Hardware/TpmChip/Type", 1)
        m.set("Settings/Runtime/DiskCachePolicy", 0)
        m.disk(0, 1, 1, "SCSI-0001", 40)
        m.disk(1, 3, 0, "VIRTIO_2", 24, disk_type=2)
        m.add(nic(0, "C43772000001", 3))
        m.add(nic(1, "C43772000002", 3, kind=0))
        m.commit()
        has_old = self.take_old_variables(m)
        m.vm.start()
        self.assertEqual(self.update_nvram(m), "PRL_ERR_UPDATE_NVRAM_VM_IS_RUNNING")
        guest = guest_linux.Guest(m.console)
        facts = guest.facts()
        if has_old:
            self.assertEqual(guest.check("tail -c 4 /sys/firmware/efi/efivars/PrlOld-12345678-1234-1234-1234-123456789abc; echo"), "from")

        self.assertEqual([(c["socket"], c["core"]) for c in facts["cpu"]], [("0", "0"), ("1", "0")])
        self.assertTrue(460 << 10 < int(facts["memory"][0]["kib"]) < 512 << 10, facts["memory"])
        self.assertNotIn("svm", facts["cpus"][0]["flags"].split())    # not asked for
        disks = {d["serial"]: d for d in facts["disk"] if d["serial"]}
        self.assertEqual({s: int(d["sectors"]) * 512 // MIB for s, d in disks.items()}, {"SCSI-0001": 40, "VIRTIO_2": 24})
        self.assertEqual({d["cache"] for d in disks.values()}, {"write through"})
        self.assertEqual({(d["logical"], d["physical"]) for d in disks.values()}, {("512", "4096")})
        self.assertEqual({(n["mac"], n["driver"]) for n in facts["nic"]},
                         {("c4:37:72:00:00:01", "virtio_net"), ("c4:37:72:00:00:02", "virtio_net")})
        self.assertEqual(facts["tpm"][0]["version"], "2")
        self.assertNotEqual(facts["tpm"][0]["pcr0"].strip("0"), "")    # the firmware measured itself
        self.assertIn("efi", facts)
        self.assertIn("hello from the disc", guest.check("mount -t iso9660 -o ro /dev/sr0 /mnt && cat /mnt/hello.txt"))
        self.suspend_and_resume(m, guest, facts)
        self.nothing_stays(m)

    def test_secure_boot_refuses_what_nobody_signed(self):
        if not os.path.exists("/usr/share/OVMF/OVMF_VARS_4M.ms.fd"):
            self.skipTest("no firmware with secure boot (Debian: ovmf)")
        self.open()
        m = Machine(self, "secure")
        m.cd(self.iso, 1)
        m.set("Hardware/Memory/RAM", 256)
        m.set("Settings/Startup/Bios/EfiEnabled", 1)
        m.set("Settings/Startup/Bios/EfiSecureBoot", 1)
        m.commit()
        m.vm.start()
        guest = guest_linux.Guest(m.console, ready=False)
        said = "\n".join(guest.wait_for(b"Access Denied", 120))
        self.assertNotIn("GRUB", said)
        guest.close()

    def update_nvram(self, m):
        job = self.client.job("PrlVm_UpdateNvram", m.vm.handle)
        try:
            return job.error_name()
        finally:
            job.free()

    def take_old_variables(self, m):
        """A machine that comes from a firmware with half the flash, and has a variable of its own."""
        self.assertEqual(self.update_nvram(m), "PRL_ERR_UPDATE_NVRAM_ALREADY_UPDATED")    # there are none yet
        if not os.path.exists("/usr/share/OVMF/OVMF_VARS.fd"):
            print("variables of an older firmware are not looked at: it is not here")
            return False
        with open("/usr/share/OVMF/OVMF_VARS.fd", "rb") as f:
            store = bytearray(f.read())
        begin, name = int.from_bytes(store[48:50], "little") + 28, "PrlOld\0".encode("utf-16-le")
        self.assertEqual(store[begin:begin + 2], b"\xff\xff", "the template has variables")
        variable = struct.pack("<HBBIQ16sIII16s", 0x55AA, 0x3F, 0, 7, 0, bytes(16), 0, len(name), 4,
                               uuid.UUID("12345678-1234-1234-1234-123456789abc").bytes_le) + name + b"from"
        store[begin:begin + len(variable)] = variable
        home = m.vm.home()
        with open(os.path.join(home, "old.dat"), "wb") as f:
            f.write(store)
        m.set("Settings/Startup/Bios/NVRAM", "old.dat")
        m.commit()
        self.assertEqual(self.update_nvram(m), "PRL_ERR_SUCCESS")
        self.assertEqual(self.update_nvram(m), "PRL_ERR_UPDATE_NVRAM_ALREADY_UPDATED")
        m.vm.refresh()
        self.assertIn(b"<NVRAM>NVRAM_4M.dat</NVRAM>", m.text())
        self.assertEqual((os.path.getsize(os.path.join(home, "NVRAM_4M.dat")), os.path.getsize(os.path.join(home, "old.dat"))), (540672, 131072))
        return True

    def suspend_and_resume(self, m, guest, facts):
        guest.check("echo before > /note")
        guest.check(r"printf '\007\000\000\000kept' > /sys/firmware/efi/efivars/PrlTest-12345678-1234-1234-1234-123456789abc")
        with open(os.path.join(m.vm.home(), "NVRAM_4M.dat"), "rb") as f:
            self.assertIn("PrlTest".encode("utf-16-le"), f.read())
        guest.close()
        m.vm.do("Suspend")
        self.assertEqual(pids_of("swtpm", self.home), [])
        m.vm.do("Resume")
        guest.__init__(m.console, ready=False)
        self.assertEqual(guest.check("cat /note"), "before")
        again = guest.facts()
        for what in ("cpu", "disk", "nic", "tpm", "pci"):
            self.assertEqual(again[what], facts[what], what)
        self.assertEqual(guest.check("cat /sys/class/tpm/tpm0/pcr-sha256/0"), facts["tpm"][0]["pcr0"])
        guest.close()

    def nothing_stays(self, m):
        """Neither behind a QEMU that was killed nor behind a service that was."""
        self.assertEqual(len(pids_of("swtpm", self.home)), 1)
        self.kill_service()
        os.kill(self.pid_of("qemu-system")[0], signal.SIGKILL)
        until("swtpm is gone", lambda: not pids_of("swtpm", self.home))
        state = os.path.join(m.vm.home(), "tpm")
        self.assertEqual(stat.S_IMODE(os.stat(state).st_mode), 0o700)
        self.assertIn("tpm2-00.permall", os.listdir(state))
        self.client.login()
        until("the service knows", lambda: self.client.find("efi").state() == "stopped")

    def test_bios_numa_share_i440fx(self):
        self.open()
        has_share = bool(VIRTIOFSD) and os.geteuid() == 0 and has_root_mount()
        m = Machine(self, "bios")
        m.cd(self.iso, 0)
        m.set("Hardware/Chipset/Type", 1)
        m.set("Hardware/Cpu/Number", 2)
        m.set("Hardware/Cpu/Sockets", 2)
        m.set("Hardware/Cpu/NumaNodes", 2)
        m.set("Hardware/Cpu/VirtualizedHV", 1)
        m.set("Hardware/Memory/RAM", 512)
        m.set("Settings/Runtime/OnCrash/Mode", 0)
        m.set("Settings/Runtime/CpuFeaturesMaskValid", 1)
        m.set("Settings/Runtime/EXT_00000007_EBX_MASK", 0xFFFFFFFF & ~(1 << 5))    # all but AVX2
        m.disk(0, 0, 1, "IDE.1", 16)
        m.disk(1, 1, 2, "LSI-2", 8)
        m.add(nic(0, "C43772000003", 6))
        shared = os.path.join(self.home, "a, shared folder")
        os.mkdir(shared)
        with open(os.path.join(shared, "from-host"), "w", encoding="ascii") as f:
            f.write("host\n")
        sharing = "Settings/Tools/SharedFolders/HostSharing"
        m.set(sharing + "/Enabled", 1)
        if has_root_mount():
            m.root.find(sharing).append(element("SharedFolder", Name="our share", Path=shared, ReadOnly=0, Enabled=1))
        m.commit()
        m.vm.start()
        guest = guest_linux.Guest(m.console)
        facts = guest.facts()

        self.assertEqual([(c["socket"], c["core"]) for c in facts["cpu"]], [("0", "0"), ("0", "1"), ("1", "0"), ("1", "1")])
        self.assertEqual([n["cpus"] for n in facts["node"]], ["0-1", "2-3"])
        flags = facts["cpus"][0]["flags"].split()
        self.assertIn("svm", flags)
        self.assertIn("avx", flags)
        self.assertNotIn("avx2", flags)
        self.assertNotIn("efi", facts)
        self.assertNotIn("tpm", facts)
        disks = {d["serial"]: int(d["sectors"]) * 512 // MIB for d in facts["disk"] if d["serial"]}
        self.assertEqual(disks, {"IDE.1": 16, "LSI-2": 8})
        self.assertEqual([(n["mac"], n["driver"]) for n in facts["nic"]], [("c4:37:72:00:00:03", "vmxnet3")])
        if has_share:
            self.look_at_share(m, guest, shared)
        guest.sock.sendall(b"echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger\n")
        until("the crash pauses the VM", lambda: m.vm.state() == "paused")
        guest.close()
        m.vm.kill()
        self.assertEqual(pids_of("virtiofsd", self.home), [])
        if not has_share:
            print("the shared folder is not looked at: needs virtiofsd, root, and a root directory that is a mount point (no chroot)")

    def look_at_share(self, m, guest, shared):
        guest.check("mount -t virtiofs 'our share' /mnt")
        self.assertEqual(guest.check("cat /mnt/from-host"), "host")
        guest.check("echo guest > /mnt/from-guest")
        with open(os.path.join(shared, "from-guest"), encoding="ascii") as f:
            self.assertEqual(f.read(), "guest\n")
        with self.assertRaisesRegex(Failed, "SUSPEND_FAILED.*shared folder"):
            m.vm.do("Suspend")
        self.assertEqual(m.vm.state(), "running")
        self.assertEqual(guest.check("cat /mnt/from-host"), "host")


if __name__ == "__main__":
    main()

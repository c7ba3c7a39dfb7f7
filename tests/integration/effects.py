# SPDX-License-Identifier: MIT
"""What values of a configuration do outside the guest: to QEMU's process, to the host, to the files of the home."""
import os
import signal
import socket
import stat
import subprocess

from machine import Machine, element, nic, pids_of
from prl import *

PRD_AUTO = 1


class Qmp:
    """The service's own second connection: one client at a time, and the service only comes to a QEMU it does not know."""

    def __init__(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(path)
        self.file = self.sock.makefile("rwb")
        self.file.readline()
        self.call("qmp_capabilities")

    def call(self, command):
        self.file.write(json.dumps({"execute": command}).encode() + b"\n")
        self.file.flush()
        while True:
            answer = json.loads(self.file.readline())
            if "return" in answer:
                return answer["return"]

    def close(self):
        self.file.close()
        self.sock.close()


def read(path):
    with open(path, encoding="ascii", errors="replace") as f:
        return f.read()


class Effects(ServiceCase):
    def machine(self, name="effects"):
        if not self.client:
            self.open()
        return Machine(self, name)

    def start(self, m):
        m.commit()
        m.vm.start()
        return self.pid_of("qemu-system")[-1]

    def log(self):
        return "".join(read(os.path.join(self.home, f)) for f in os.listdir(self.home) if f.endswith(".log"))

    # Processors and disks of the host.

    def test_limits_of_the_process(self):
        m = self.machine()
        m.set("Hardware/Cpu/CpuMask", "0")
        m.set("Settings/Runtime/IoPriority", 7)
        pid = self.start(m)
        for thread in os.listdir(f"/proc/{pid}/task"):
            self.assertIn("Cpus_allowed_list:\t0\n", read(f"/proc/{pid}/task/{thread}/status"))
            if shutil.which("ionice"):
                said = subprocess.run(["ionice", "-p", thread], capture_output=True, text=True, check=True).stdout
                self.assertEqual(said.strip(), "best-effort: prio 1")
        self.assertNotIn("Cpus_allowed_list:\t0\n", read(f"/proc/{self.service_pid()}/status") if os.cpu_count() > 1 else "")

    def test_control_group(self):
        m = self.machine()
        m.set("Hardware/Cpu/CpuUnits", 2000)
        m.set("Hardware/Cpu/CpuLimitType", 3)
        m.set("Hardware/Cpu/CpuLimitValue", 50)
        m.set("Hardware/Cpu/CpuLimit", 50)
        m.set("Hardware/Memory/MemGuaranteeType", 1)
        m.set("Hardware/Memory/MemGuarantee", 25)
        pid = self.start(m)
        name = "prlkvm-" + m.vm.uuid().strip("{}")
        mine = [line.split(":", 2) for line in read(f"/proc/{pid}/cgroup").splitlines() if line.endswith(name)]
        if not mine:
            self.assertIn("not kept, there is no control group", self.log())
            self.skipTest("no control groups to write; the log says so")
        groups = {controllers: self.mount_of(controllers) + path for _, controllers, path in mine}
        for controllers, where in groups.items():
            if not controllers:
                self.assertEqual(read(where + "/cpu.max"), "50000 100000\n")
                self.assertEqual(read(where + "/cpu.weight"), "200\n")
            elif controllers.startswith("cpu"):
                self.assertEqual(read(where + "/cpu.cfs_quota_us"), "50000\n")
                self.assertEqual(read(where + "/cpu.shares"), "2048\n")
            elif controllers == "memory":
                ram = int(m.root.find("Hardware/Memory/RAM").text) << 20
                self.assertEqual(int(read(where + "/memory.soft_limit_in_bytes")), ram // 4)
        m.vm.kill()
        self.assertEqual([w for w in groups.values() if os.path.exists(w)], [])

    @staticmethod
    def mount_of(controllers):
        for line in read("/proc/self/mountinfo").splitlines():
            left, right = line.split(" - ")
            kind, _, options = right.split(" ", 2)
            if kind == ("cgroup" if controllers else "cgroup2") and (not controllers or controllers.split(",")[0] in options.split(",")):
                root, where = left.split()[3:5]
                return where + ("" if root == "/" else "/..")
        raise AssertionError("not mounted: " + controllers)

    def test_disk_limits(self):
        m = self.machine()
        for index, (bus, at) in enumerate(((1, 0), (3, 0), (0, 1))):
            m.disk(index, bus, at, f"D{index}", 8)
            disk = m.root.findall("Hardware/Hdd")[-1]
            disk.append(element("IoLimit", IoLimitType=1, IoLimitValue=1 << 20))
            disk.append(element("x", IopsLimit=100 + index).find("IopsLimit"))
        self.start(m)
        qmp = Qmp(os.path.join(self.home, "run", m.vm.uuid().strip("{}") + ".qmp"))
        inserted = [b["inserted"] for b in qmp.call("query-block") if "inserted" in b]
        found = {i["node-name"]: (i["iops"], i["bps"]) for i in inserted}
        qmp.close()
        self.assertEqual({n: v for n, v in found.items() if n.startswith("hdd")},
                         {f"hdd{i}": (100 + i, 1 << 20) for i in range(3)})

    # Firmware and TPM.

    def test_secure_boot_and_its_clone(self):
        if not os.path.exists("/usr/share/OVMF/OVMF_VARS_4M.ms.fd"):
            self.skipTest("no firmware with secure boot (Debian: ovmf)")
        m = self.machine()
        m.set("Settings/Startup/Bios/EfiEnabled", 1)
        m.set("Settings/Startup/Bios/EfiSecureBoot", 1)
        has_tpm = bool(shutil.which("swtpm"))
        m.set("Hardware/TpmChip/Type", int(has_tpm))
        self.start(m)
        files = ["NVRAM_4M_SB.dat"] + (["tpm/tpm2-00.permall"] if has_tpm else [])
        for file in files:
            until(file, lambda f=file: os.path.exists(os.path.join(m.vm.home(), f)))
        m.vm.kill()
        clone = m.vm.clone("its clone")
        for file in files:
            with open(os.path.join(m.vm.home(), file), "rb") as a, open(os.path.join(clone.home(), file), "rb") as b:
                self.assertEqual(a.read(), b.read(), file)
        clone.start()
        clone.kill()

    def test_variables_of_another_firmware_are_refused(self):
        m = self.machine()
        m.set("Settings/Startup/Bios/EfiEnabled", 1)
        m.commit()
        with open(os.path.join(m.vm.home(), "NVRAM_4M.dat"), "wb") as f:
            f.truncate(12345)
        with self.assertRaisesRegex(Failed, "VM_START_FAILED.*(12345 bytes|no EFI firmware)"):
            m.vm.start()
        self.assertEqual(m.vm.state(), "stopped")

    # Suspended and resumed.

    def suspends(self, vm):
        vm.start()
        vm.count_above(3)
        vm.do("Suspend")
        stood = vm.counts()
        vm.do("Resume")
        vm.count_above(stood[0])
        self.assertEqual(vm.serial().count("BOOT"), 1)

    def test_numa_nodes_are_suspended(self):
        vm = self.open().create("numa", ram_mib=64)
        m = Machine.of(self, vm)
        for name, value in (("Number", 2), ("Sockets", 2), ("NumaNodes", 2)):
            m.set("Hardware/Cpu/" + name, value)
        m.commit()
        self.suspends(vm)
        self.assertNotIn("config.mem", os.listdir(vm.home()))
        self.kill_service()
        self.client.login()
        vm = self.client.find("numa")
        vm.do("Suspend")
        vm.do("Resume")
        vm.count_above(3)

    def test_devices_are_suspended(self):
        vm = self.open().create("devices", ram_mib=64)
        m = Machine.of(self, vm)
        m.set("Settings/UsbController/UhcEnabled", 1)
        m.set("Settings/UsbController/EhcEnabled", 1)
        m.set("Settings/RemoteDisplay/Mode", PRD_AUTO)
        m.set("Hardware/Video/QemuModel", "virtio")
        m.set("Hardware/TpmChip/Type", int(bool(shutil.which("swtpm"))))
        m.set("Hardware/Hdd/IopsLimit", 5000)
        m.commit()
        self.suspends(vm)

    # Processes beside QEMU.

    def test_what_is_left_of_a_cut_start_is_ended(self):
        if not shutil.which("swtpm"):
            self.skipTest("no swtpm")
        m = self.machine()
        m.set("Hardware/TpmChip/Type", 1)
        pid = self.start(m)
        side = pids_of("swtpm", self.home)
        self.assertEqual(len(side), 1)
        self.assertEqual(sorted(int(n) for n in os.listdir(f"/proc/{side[0]}/fd"))[:5], [0, 1, 2, 3, 4])
        os.kill(side[0], signal.SIGSTOP)    # so that it cannot see its QEMU go
        self.kill_service()
        os.kill(pid, signal.SIGKILL)
        until("QEMU is gone", lambda: pid not in self.pid_of("qemu-system"))
        self.assertEqual(pids_of("swtpm", self.home), side)
        self.client.login()
        until("swtpm is gone", lambda: not pids_of("swtpm", self.home))
        self.client.find("effects").start()

    def test_side_processes_are_taken_over(self):
        if not shutil.which("swtpm"):
            self.skipTest("no swtpm")
        m = self.machine()
        m.set("Hardware/TpmChip/Type", 1)
        self.start(m)
        side = pids_of("swtpm", self.home)
        self.kill_service()
        self.client.login()
        self.assertEqual(pids_of("swtpm", self.home), side)
        vm = self.client.find("effects")
        vm.kill()
        self.assertEqual(pids_of("swtpm", self.home), [])

    def test_shared_folder_that_is_not_there(self):
        m = self.machine()
        sharing = "Settings/Tools/SharedFolders/HostSharing"
        m.set(sharing + "/Enabled", 1)
        m.root.find(sharing).append(element("SharedFolder", Name="gone", Path="/nonexistent/folder", Enabled=1))
        self.start(m)
        self.assertIn("shared folder 'gone' ('/nonexistent/folder') is left out", self.log())

    # Networks.

    def test_bridge_that_is_not_there(self):
        m = self.machine()
        card = nic(0, "C43772000001", 3, kind=6)
        card.append(element("x", VirtualNetworkID="nobridge0").find("VirtualNetworkID"))
        m.add(card)
        m.commit()
        with self.assertRaisesRegex(Failed, "BRIDGE_NOT_FOUND.*nobridge0"):
            m.vm.start()

    def test_default_network_without_a_bridge_is_said(self):
        m = self.machine()
        m.add(nic(0, "C43772000001", 3, kind=2))
        self.start(m)
        self.assertIn("no bridge is set up for its network, so QEMU's own NAT is used", self.log())

    def test_tap_on_a_bridge(self):
        bridge = "prlk%d" % (os.getpid() % 100000)
        make = ["ip", "link", "add", bridge, "type", "bridge"]
        if not shutil.which("ip") or subprocess.run(make, capture_output=True, check=False).returncode:
            self.skipTest("may make no bridge")
        self.addCleanup(subprocess.run, ["ip", "link", "del", bridge], check=False)
        m = self.machine()
        card = nic(0, "C43772000001", 3, kind=6)
        card.append(element("x", VirtualNetworkID=bridge).find("VirtualNetworkID"))
        m.add(card)
        self.start(m)
        self.assertEqual(os.listdir(f"/sys/class/net/{bridge}/brif"), ["vmec43772000001"])
        self.assertEqual(stat.S_IFMT(os.lstat("/sys/class/net/vmec43772000001/master").st_mode), stat.S_IFLNK)
        m.vm.kill()
        until("the tap is gone", lambda: not os.path.exists("/sys/class/net/vmec43772000001"))

    # Display.

    def test_encrypted_display_without_certificates_is_refused(self):
        m = self.machine()
        m.set("Settings/RemoteDisplay/Mode", PRD_AUTO)
        m.set("Settings/RemoteDisplay/Encrypted", 1)
        m.set("Settings/RemoteDisplay/Password", "secret")
        m.commit()
        with self.assertRaisesRegex(Failed, "VM_START_FAILED.*certificates"):
            m.vm.start()


class NoHelpers(ServiceCase):
    settings = {"PRLKVM_SWTPM": "/nonexistent/swtpm", "PRLKVM_FIRMWARE_DIRS": "/nonexistent"}

    def tearDown(self):
        for name in self.settings:
            os.environ.pop(name, None)

    def test_tpm_without_swtpm(self):
        self.open()
        m = Machine(self, "tpm")
        m.set("Hardware/TpmChip/Type", 1)
        m.commit()
        with self.assertRaisesRegex(Failed, "VM_START_FAILED.*swtpm"):
            m.vm.start()

    def test_secure_boot_without_firmware(self):
        self.open()
        m = Machine(self, "efi")
        m.set("Settings/Startup/Bios/EfiEnabled", 1)
        m.set("Settings/Startup/Bios/EfiSecureBoot", 1)
        m.commit()
        with self.assertRaisesRegex(Failed, "VM_START_FAILED.*secure boot"):
            m.vm.start()


if __name__ == "__main__":
    main()

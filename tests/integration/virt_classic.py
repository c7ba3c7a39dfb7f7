# SPDX-License-Identifier: MIT
"""The classic libvirt API: the same answers as the distribution's libvirt, its binaries, and one machine driven from both faces."""
import ctypes
import difflib
import glob
import re
import stat
import xml.etree.ElementTree as ElementTree
from ctypes import POINTER, byref, c_char_p, c_int, c_uint, c_ulong, c_void_p

from prl import *

CONFORMANCE = os.path.join(BUILD, "tests", "virt", "conformance")
OURS = os.path.join(BUILD, "lib", "libvirt-classic")
POINTERS = """virConnectOpen virConnectOpenReadOnly virDomainLookupByID virDomainLookupByName virDomainLookupByUUIDString virDomainDefineXML
    virDomainCreateLinux virDomainGetXMLDesc virDomainGetOSType virGetLastError virConnGetLastError""".split()


class DomainInfo(ctypes.Structure):
    _fields_ = [("state", ctypes.c_ubyte), ("max_kib", c_ulong), ("kib", c_ulong), ("vcpus", ctypes.c_ushort), ("cpu_ns", ctypes.c_ulonglong)]


RUNNING, PAUSED, SHUTOFF = 1, 3, 5


class Virt:
    """The library over ctypes."""

    def __init__(self):
        self.lib = ctypes.CDLL(os.path.join(OURS, "libvirt.so.0"))
        for name in POINTERS:
            getattr(self.lib, name).restype = c_void_p
        self.lib.virDomainGetName.restype = c_char_p
        self.quiet = ctypes.CFUNCTYPE(None, c_void_p, c_void_p)(lambda *_: None)
        self.lib.virSetErrorFunc(None, self.quiet)

    def __getattr__(self, name):
        function = getattr(self.lib, name)

        def call(*args):
            return function(*[c_void_p(a) if isinstance(a, int) and a > 0xFFFFFFFF else a for a in args])

        return call

    def info(self, domain):
        info = DomainInfo()
        assert self.virDomainGetInfo(domain, byref(info)) == 0
        return info

    def xml(self, domain):
        text = self.virDomainGetXMLDesc(domain, 0)
        return ctypes.string_at(text).decode() if text else None

    def error(self):
        e = self.virGetLastError()
        return ctypes.cast(e, POINTER(c_int))[0] if e else 0


def document(name, devices="", **more):
    parts = {"memory": "<memory>32768</memory>", "os": "<os><type>hvm</type><boot dev='hd'/></os>", "extra": ""} | more
    return f"<domain type='kvm'><name>{name}</name>{parts['memory']}<vcpu>1</vcpu>{parts['os']}{parts['extra']}<devices>{devices}</devices></domain>".encode()


class ProgramCase(ServiceCase):
    def begin_program(self, program, uri, kind, library=None, directory=None, **more):
        env = dict(os.environ, **more)
        if library:
            env["LD_LIBRARY_PATH"] = library + ":" + os.path.join(BUILD, "lib")
        return subprocess.Popen([program, uri, kind, directory or self.home], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def lines_of(self, running):
        try:
            out, err = running.communicate(timeout=120)
        finally:
            running.kill()
        self.assertEqual(running.returncode, 0, out + err)
        return out.splitlines()

    def run_program(self, *args):
        return self.lines_of(self.begin_program(*args))


class Conformance(ProgramCase):
    def test_the_same_source_sees_the_same_on_both_libraries(self):
        system = CONFORMANCE + "-system"
        if not os.path.exists(system):
            self.skipTest("libvirt-dev is not installed: there is nothing to compare with")
        theirs = self.run_program(system, "test:///default", "test")
        ours = self.run_program(CONFORMANCE, "-", "kvm", OURS)
        self.assertGreater(len(theirs), 100)
        self.assertEqual([], list(difflib.unified_diff(theirs, ours, "libvirt", "ours", lineterm="", n=0)))

    def test_a_binary_of_the_distribution_runs_on_ours(self):
        system = CONFORMANCE + "-system"
        if not os.path.exists(system):
            self.skipTest("libvirt-dev is not installed: there is no such binary")
        self.assertEqual(self.run_program(CONFORMANCE, "-", "kvm", OURS), self.run_program(system, "-", "kvm", OURS))


class Lifecycle(ProgramCase):
    """The same steps on a machine of QEMU's driver of libvirt, which its library can run in the program itself: no daemon, all below one directory."""

    DRIVER = "/usr/lib/*/libvirt/connection-driver/libvirt_driver_qemu.so"
    HELPER = "/usr/lib/libvirt/libvirt_iohelper"
    CONFIG = 'stdio_handler = "file"\nsecurity_driver = "none"\ncgroup_controllers = []\nuser = "root"\ngroup = "root"\nremember_owner = 0\nnamespaces = []\n'
    # Of libvirt's lines, what may be another here: the step, what it has, what ours has, and why. "of 6": errors are of the classic "operation on a guest".
    ALLOWED = [
        ("", r"of (10|20)\b", "of 6", "the classic interface has no number for drivers and for the reader of documents"),
        ("set processors of a stopped one", "-1 error 55 of 6 | state 5 max 65536 now 65536 vcpus 2", "0 | state 5 max 65536 now 65536 vcpus 1",
         "no other call changes the number of processors of a defined domain"),
        ("set them back", "-1 error 55 of 6", "0", "likewise"),
        ("set max memory", "now 65536", "now 131072", "a configuration has one size: a machine has all of it when it starts"),
        ("create a running one", "error 55", "error 28", "there is a code that says so: the guest exists"),
        ("more processors than it can have", "error 8", "error 55", "it could have them, were it stopped"),
        ("save where nothing can be", "error 38", "error 9", "38 is not in the classic header"),
        ("restore what is not there", "error 38", "error 30", "there is a code that says so: the file cannot be opened"),
        ("restore what is no state", "error 9", "error 31", "and one for a file that cannot be read"),
        ("create a defined one", "1 | state 1 max 65536 now 65536 vcpus 2 ran 1 id 1", "0 error 28 of 6 | state 5 max 65536 now 65536 vcpus 2 ran 0 id 0", "a machine has one document, whether it runs or not"),
        ("a disk without a target", "of 6", "of 5", "errors in documents are of the reader of XML, all of them"),
        ("two disks in one place", "of 6", "of 5", "likewise"),
        ("an interface with a bad address", "of 6", "of 5", "likewise"),
        ("an action that is none", "error 67 of 6", "error 27 of 5", "67 is not in the classic header"),
        ("a clock that is none", "error 67 of 6", "error 27 of 5", "likewise"),
        ("an uuid that is none", "error 1 of 6", "error 27 of 5", "a wrong document is no internal error"),
        ("an empty name", "of 6", "of 5", "errors in documents are of the reader of XML, all of them"),
    ]

    def users(self):
        """The driver wants to know its package's daemon's user, which its own package does not make: the environment that says it is root."""
        passwd, group = os.path.join(self.home, "passwd"), os.path.join(self.home, "group")
        for path, line in ((passwd, "libvirt-qemu:x:0:0::/:/bin/sh\n"), (group, "libvirt-qemu:x:0:\nkvm:x:0:\n")):
            with open("/etc/" + os.path.basename(path)) as f, open(path, "w") as mine:
                mine.write(line + f.read())
        return {"LD_PRELOAD": "libnss_wrapper.so", "NSS_WRAPPER_PASSWD": passwd, "NSS_WRAPPER_GROUP": group}

    def expected(self, lines):
        """libvirt's lines with what may be another; a row that fits nothing any more is a failure too."""
        used = set()
        for n, (step, theirs, ours, _) in enumerate(self.ALLOWED):
            for i, line in enumerate(lines):
                changed = line if step and line[:35].rstrip() != step else re.sub(theirs if not step else re.escape(theirs), ours, line)
                if changed != line:
                    used.add(n)
                    lines[i] = changed
        self.assertEqual([], [row[0] for n, row in enumerate(self.ALLOWED) if n not in used], "allowed differences that are none")
        return lines

    def test_the_life_of_a_domain_is_that_of_the_qemu_driver(self):
        system = os.path.join(BUILD, "tests", "virt", "lifecycle-system")
        if not os.path.exists(system):
            self.skipTest("libvirt-dev is not installed: there is nothing to compare with")
        if not glob.glob(self.DRIVER) or not os.path.exists(self.HELPER):
            self.skipTest("libvirt's QEMU driver is not installed (Debian: libvirt-daemon-driver-qemu, and libvirt-daemon for what saves a guest)")
        if not glob.glob("/usr/lib/*/libnss_wrapper.so"):
            self.skipTest("libnss_wrapper is not installed, which makes up the user that libvirt's QEMU driver wants")
        if os.geteuid() != 0:
            self.skipTest("libvirt's QEMU driver is run as root, to own what it makes")
        root = os.path.join(self.home, "libvirt")
        os.makedirs(os.path.join(root, "etc"))
        with open(os.path.join(root, "etc", "qemu.conf"), "w") as f:
            f.write(self.CONFIG)
        running = self.begin_program(system, f"qemu:///embed?root={root}", "qemu", directory=root, **self.users())  # mostly waits for QEMUs to end
        ours = self.run_program(os.path.join(BUILD, "tests", "virt", "lifecycle"), "-", "qemu", OURS)
        theirs = self.lines_of(running)
        self.assertGreater(len(theirs), 70)
        self.assertEqual([], list(difflib.unified_diff(self.expected(theirs), ours, "libvirt", "ours", lineterm="", n=0)))


class Faces(ServiceCase):
    def setUp(self):
        super().setUp()
        self.virt = Virt()
        self.open()
        self.conn = self.virt.virConnectOpen(None)
        self.addCleanup(self.virt.virConnectClose, self.conn)

    def clean_up(self):
        super().clean_up()

    def message(self):
        e = self.virt.virGetLastError()
        return ctypes.cast(e + 8, POINTER(c_char_p))[0].decode() if e else "no error"

    def uuid_of(self, text):
        return re.search("<uuid>(.*)</uuid>", text).group(1)

    def assert_valid(self, text):
        if not shutil.which("virt-xml-validate"):
            print("virt-xml-validate is not installed: the schema was not asked")
            return
        path = os.path.join(self.home, "domain.xml")
        with open(path, "w") as f:
            f.write(text)
        done = subprocess.run(["virt-xml-validate", path, "domain"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr + text)

    def guest_disk(self):
        path = os.path.join(self.home, "guest.img")
        shutil.copy(GUEST_IMAGE, path)
        return path

    def disk(self, path):
        return f"<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{path}'/><target dev='sda' bus='sata'/></disk>"

    def define(self, name, devices="", **more):
        d = self.virt.virDomainDefineXML(self.conn, document(name, devices, **more))
        self.assertTrue(d, f"error {self.virt.error()}")
        return d

    def test_one_machine_from_both_faces(self):
        v, port = self.virt, os.path.join(self.home, "serial.txt")
        d = self.define("both", self.disk(self.guest_disk()) + f"<serial type='file'><source path='{port}'/></serial>")
        vm = self.client.find("both")
        self.assertEqual("stopped", vm.state())
        vm.start()
        self.assertEqual(RUNNING, v.info(d).state)

        def said():
            with open(port, errors="replace") as f:
                return len(re.findall(r"^R=\d+ D=\d+\r?$", f.read(), re.M))

        until("the guest counts", lambda: os.path.exists(port) and said() > 2)
        self.assertEqual(0, v.virDomainSuspend(d))
        self.assertEqual("paused", vm.state())
        self.assertEqual(PAUSED, v.info(d).state)
        before = said()
        self.assertEqual(0, v.virDomainResume(d))
        until("it goes on", lambda: said() > before)
        vm.do("Suspend")
        self.assertEqual(SHUTOFF, v.info(d).state)
        self.assertEqual(0, v.virDomainCreate(d), "starting what the SDK has suspended resumes it")
        self.assertEqual("running", vm.state())
        before = said()
        until("it goes on", lambda: said() > before)
        with open(port, errors="replace") as f:
            self.assertNotIn("BAD", f.read())
        self.assertEqual(0, v.virDomainDestroy(d))
        self.assertEqual("stopped", vm.state())
        self.assertEqual(0, v.virDomainUndefine(d))
        self.assertNotIn("both", self.client.vms())
        self.assertTrue(os.path.exists(os.path.join(self.home, "guest.img")), "disks stay")
        v.virDomainFree(d)

    def test_a_saved_guest_goes_on_where_it_was_also_in_a_new_home(self):
        v, port, state = self.virt, os.path.join(self.home, "serial.txt"), os.path.join(self.home, "state")
        d = v.virDomainCreateLinux(self.conn, document("moving", self.disk(self.guest_disk()) + f"<serial type='file'><source path='{port}'/></serial>"), 0)
        self.assertTrue(d, f"error {v.error()}")

        def last():
            try:
                with open(port, errors="replace") as f:
                    found = re.findall(r"^R=(\d+) D=(\d+)\r?$", f.read(), re.M)
            except FileNotFoundError:
                return 0
            return int(found[-1][0]) if found else 0

        until("the guest counts", lambda: last() > 5)
        self.assertEqual(0, v.virDomainSave(d, state.encode()))
        v.virDomainFree(d)
        self.assertEqual({}, self.client.vms(), "a transient one is gone once it is saved")
        at = last()
        self.assertEqual(-1, v.virDomainRestore(self.conn, (state + ".cut").encode()))
        self.assertEqual(0, v.virDomainRestore(self.conn, state.encode()), f"error {v.error()}")
        until("it goes on", lambda: last() > at)
        with open(port, errors="replace") as f:
            counts = [int(r) for r, _ in re.findall(r"^R=(\d+) D=(\d+)\r?$", f.read(), re.M)]
        self.assertEqual(counts, sorted(counts), "it never starts over")

    def test_a_failed_save_leaves_it_running(self):
        v = self.virt
        d = self.define("stays", self.disk(self.guest_disk()))
        self.assertEqual(0, v.virDomainCreate(d))
        self.assertEqual(-1, v.virDomainSave(d, b"/no/such/directory/file"))
        until("it runs", lambda: v.info(d).state == RUNNING)
        v.virDomainFree(d)

    def test_a_damaged_state_is_refused_and_changes_nothing(self):
        v, state = self.virt, os.path.join(self.home, "state")
        d = self.define("damaged", self.disk(self.guest_disk()))
        self.assertEqual(0, v.virDomainCreate(d))
        self.assertEqual(0, v.virDomainSave(d, state.encode()))
        with open(state, "r+b") as f:
            f.seek(20000)
            byte = f.read(1)
            f.seek(20000)
            f.write(bytes([byte[0] ^ 1]))
        self.assertEqual(-1, v.virDomainRestore(self.conn, state.encode()))
        self.assertEqual(SHUTOFF, v.info(d).state)
        self.assertEqual("stopped", self.client.find("damaged").state())
        v.virDomainFree(d)

    def test_documents_that_cannot_be_honoured_are_refused_by_name(self):
        v = self.virt
        rows = {
            "kernel": {"os": "<os><type>hvm</type><kernel>/boot/vmlinuz</kernel></os>"},
            "hugepages": {"extra": "<memoryBacking><hugepages/></memoryBacking>"},
            "target": {"devices": "<disk type='file'><source file='/x'/></disk>"},
            "channel": {"devices": "<channel type='spicevmc'><target type='virtio' name='com.example'/></channel>"},
            "graphics": {"devices": "<graphics type='spice'/>"},
            "on_poweroff": {"extra": "<on_poweroff>restart</on_poweroff>"},
            "on_crash": {"extra": "<on_crash>coredump-destroy</on_crash>"},
            "clock": {"extra": "<clock offset='timezone' timezone='Europe/Vienna'/>"},
            "topology": {"extra": "<cpu><topology sockets='2' cores='2' threads='1'/></cpu>"},
            "feature": {"extra": "<cpu mode='host-model'><feature policy='disable' name='sse4.2'/></cpu>"},
            "kvm": {"extra": "<features><kvm><hidden state='on'/></kvm></features>"},
            "vcpupin": {"extra": "<cputune><vcpupin vcpu='0' cpuset='0'/></cputune>"},
            "tpm": {"devices": "<tpm model='tpm-tis'><backend type='emulator'/></tpm>"},
            "filesystem": {"devices": "<filesystem type='mount'><source dir='/x'/><target dir='x'/></filesystem>"},
            "shareable": {"devices": "<disk type='file'><source file='/x'/><target dev='sda'/><shareable/></disk>"},
            "readonly": {"devices": "<disk type='file'><source file='/x'/><target dev='sda'/><readonly/></disk>"},
            "filterref": {"devices": "<interface type='user'><filterref filter='clean-traffic'/></interface>"},
            "mac": {"devices": "<interface type='user'><mac address='52:54:00:12:34'/></interface>"},
            "order": {"devices": "<interface type='user'><boot order='1'/></interface>"},
            "controller": {"devices": "<controller type='scsi' model='buslogic'/>" + self.disk("/x").replace("sata", "scsi")},
            "hostdev": {"devices": "<hostdev mode='subsystem' type='usb'><source><address bus='1' device='2'/></source></hostdev>"},
            "model": {"devices": "<interface type='user'><model type='ne2k'/></interface>"},
        }
        for element, parts in rows.items():
            with self.subTest(element):
                self.assertFalse(v.virDomainDefineXML(self.conn, document("refused", **parts)))
                self.assertIn(element, self.message())
                self.assertEqual({}, self.client.vms())

    # What a document of today's tools can have beyond the classic ones, and what it is in a configuration.
    MODERN = """<os><type machine='q35'>hvm</type><bootmenu enable='yes'/></os><clock offset='localtime'><timer name='hpet' present='no'/></clock>
        <on_reboot>destroy</on_reboot><on_crash>destroy</on_crash><cputune><shares>2048</shares><global_period>100000</global_period>
        <global_quota>50000</global_quota></cputune><cpu><model>qemu64</model><topology sockets='2' cores='1' threads='1'/></cpu>
        <features><acpi/><apic/><pmu state='on'/></features><pm><suspend-to-mem enabled='no'/></pm>"""
    MODERN_DEVICES = """<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{disk}'/><target dev='sdb' bus='scsi'/>
        <iotune><total_bytes_sec>10485760</total_bytes_sec><total_iops_sec>500</total_iops_sec></iotune></disk>
        <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{disk}.2'/><target dev='vdc' bus='virtio'/><boot order='2'/></disk>
        <disk type='file' device='cdrom'><target dev='sda' bus='sata'/><boot order='1'/></disk>
        <controller type='scsi' index='0' model='lsilogic'/><controller type='usb' model='qemu-xhci'/>
        <interface type='user'><mac address='52:54:00:01:02:03'/><model type='e1000e'/><link state='down'/></interface>
        <console type='pty'/><parallel type='file'><source path='{home}/lpt'/></parallel>
        <channel type='unix'><source mode='bind' path='{home}/agent'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
        <channel type='unix'><target type='virtio' name='org.example.0'/></channel><sound model='ac97'/>
        <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng><memballoon model='none'/><panic model='isa'/>
        <video><model type='cirrus'/></video><input type='tablet' bus='usb'/>"""
    IN_CONFIGURATION = """Settings/Startup/OnRebootAction=destroy Settings/Startup/OnCrashAction=destroy Settings/Runtime/OnCrash/Mode=0
        Hardware/Cpu/CpuUnits=2000 Hardware/Cpu/CpuLimitType=3 Hardware/Cpu/CpuLimitValue=50 Hardware/Cpu/QemuModel=qemu64 Hardware/Cpu/Sockets=2
        Hardware/Cpu/VirtualizePMU=1 Hardware/Hdd/IoLimit/IoLimitValue=10485760 Hardware/Hdd/IopsLimit=500 Hardware/Hdd/SubType=1
        Hardware/NetworkAdapter/AdapterType=4 Hardware/NetworkAdapter/Connected=0 Hardware/Serial/Connected=0 Hardware/Sound/EmulatedType=0
        Hardware/GuestChannel/Name=org.qemu.guest_agent.0 Hardware/RandomSource/Type=1 Hardware/Memory/MaxBalloonSize=0 Hardware/Video/QemuModel=cirrus
        Settings/UsbController/XhcEnabled=1 Settings/Startup/AllowSelectBootDevice=1 Settings/General/OsType=8""".split()

    def configuration(self, vm):
        with open(os.path.join(vm.home(), "config.pvs")) as f:
            return ElementTree.parse(f).getroot()

    def test_documents_of_todays_tools_are_honoured(self):
        v, port = self.virt, os.path.join(self.home, "agent")
        devices = self.MODERN_DEVICES.format(disk=self.guest_disk(), home=self.home)
        shutil.copy(GUEST_IMAGE, os.path.join(self.home, "guest.img.2"))
        text = document("modern", devices, os="", extra=self.MODERN).replace(b"<vcpu>1", b"<vcpu>2")
        d = v.virDomainDefineXML(self.conn, text)
        self.assertTrue(d, self.message())
        root = self.configuration(self.client.find("modern"))
        for row in self.IN_CONFIGURATION:
            path, value = row.split("=")
            self.assertEqual(value, root.findtext(path), path)
        dumped = v.xml(d)
        self.assert_valid(dumped)
        for part in ("<boot order=\"1\"/>", "lsilogic", "org.qemu.guest_agent.0", "<rng", "localtime", "ac97", "cirrus", "<shares>2048", "sockets=\"2\"", "hpet"):
            self.assertIn(part, dumped)
        self.assertEqual(0, v.virDomainCreate(d), self.message())
        self.assertTrue(stat.S_ISSOCK(os.stat(port).st_mode))
        self.assertTrue(v.virDomainDefineXML(self.conn, dumped.encode()), self.message())
        state = os.path.join(self.home, "state").encode()
        self.assertEqual(0, v.virDomainSave(d, state), self.message())
        self.assertEqual(0, v.virDomainRestore(self.conn, state), self.message())
        self.assertEqual(0, v.virDomainDestroy(d))
        again = v.virDomainDefineXML(self.conn, dumped.encode())
        self.assertTrue(again, self.message())
        self.assertEqual(dumped, v.xml(again))
        plain = document("modern", self.disk(os.path.join(self.home, "guest.img"))).replace(b"<vcpu>", f"<uuid>{self.uuid_of(dumped)}</uuid><vcpu>".encode())
        self.assertTrue(v.virDomainDefineXML(self.conn, plain), self.message())
        root = self.configuration(self.client.find("modern"))
        for path in ("Hardware/GuestChannel", "Hardware/Sound", "Hardware/Printer"):
            self.assertIsNone(root.find(path), "what a new document has not is gone")
        for row in ("Hardware/RandomSource/Type=0", "Hardware/Cpu/QemuModel=", "Settings/Startup/OnRebootAction=restart", "Hardware/Cpu/Sockets=1",
                    "Hardware/Memory/MaxBalloonSize=70", "Settings/UsbController/XhcEnabled=0", "Settings/General/OsType=9"):
            path, value = row.split("=")
            self.assertEqual(value, root.findtext(path), path)

    def test_helpers_of_a_running_guest_change_at_its_next_start(self):
        v = self.virt
        rng = "<rng model='virtio'><backend model='builtin'/></rng>"
        channel = "<channel type='unix'><target type='virtio' name='org.example.0'/></channel>"
        d = self.define("helpers", rng)
        uuid = f"<uuid>{self.uuid_of(v.xml(d))}</uuid>"
        self.assertEqual(0, v.virDomainCreate(d), self.message())
        self.assertTrue(v.virDomainDefineXML(self.conn, document("helpers", channel, extra=uuid)), self.message())
        self.assertEqual(RUNNING, v.info(d).state)
        self.assertEqual(0, v.virDomainDestroy(d))
        self.assertEqual(0, v.virDomainCreate(d), self.message())
        with open(f"/proc/{v.virDomainGetID(d)}/cmdline") as f:
            line = f.read()
        self.assertIn("virtserialport", line)
        self.assertNotIn("virtio-rng", line)

    def test_a_machine_of_the_sdk_survives_its_own_document(self):
        v = self.virt
        vm = self.client.create("sdk")
        path = os.path.join(vm.home(), "config.pvs")
        wanted = {"Hardware/TpmChip/Type": "1", "Hardware/RandomSource/Type": "1", "Settings/UsbController/XhcEnabled": "1", "Hardware/Cpu/QemuModel": "qemu64",
                  "Settings/Startup/OnRebootAction": "destroy", "Hardware/Clock/TimeShift": "-3600", "Hardware/Video/QemuModel": "qxl",
                  "Settings/Tools/SharedFolders/HostSharing/Enabled": "1", "Settings/Tools/SharedFolders/HostSharing/SharedFolder/Name": "tag",
                  "Settings/Tools/SharedFolders/HostSharing/SharedFolder/Path": self.home, "Hardware/GuestChannel/Name": "org.example.0"}
        vm.do("BeginEdit")
        text = c_void_p()
        self.client.sdk.call("PrlHandle_ToString", vm.handle, byref(text))
        root = ElementTree.fromstring(ctypes.string_at(text).decode())
        self.client.sdk.call("PrlBuffer_Free", text)
        for where, value in wanted.items():
            at = root
            for name in where.split("/"):
                below = at.find(name)
                at = below if below is not None else ElementTree.SubElement(at, name)
            at.text = value
        self.client.sdk.call("PrlHandle_FromString", vm.handle, ElementTree.tostring(root))
        vm.do("Commit")
        d = v.virDomainLookupByName(self.conn, b"sdk")
        dumped = v.xml(d)
        self.assert_valid(dumped)
        self.assertTrue(v.virDomainDefineXML(self.conn, dumped.encode()), self.message())
        root = ElementTree.parse(path).getroot()
        for where, value in wanted.items():
            self.assertEqual(value, root.findtext(where), where)

    def test_shared_folders_and_a_tpm_of_a_document(self):
        v = self.virt
        d = self.define("folders", f"<filesystem type='mount' accessmode='passthrough'><driver type='virtiofs'/><source dir='{self.home}'/><target dir='tag'/></filesystem>"
                        "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>",
                        extra="<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>")
        root = self.configuration(self.client.find("folders"))
        self.assertEqual("1", root.findtext("Hardware/TpmChip/Type"))
        self.assertEqual("tag", root.findtext("Settings/Tools/SharedFolders/HostSharing/SharedFolder/Name"))
        self.assertEqual("1", root.findtext("Settings/Tools/SharedFolders/HostSharing/Enabled"))
        dumped = v.xml(d)
        self.assert_valid(dumped)
        self.assertTrue(v.virDomainDefineXML(self.conn, dumped.encode()), self.message())
        self.assertEqual(dumped, v.xml(d))

    # What the machine begins with: a write to the port of the crash device, or a reset by the keyboard's controller; then it waits.
    CRASH, RESET, WAIT = b"\xba\x05\x05\xb0\x01\xee", b"\xb0\xfe\xe6\x64", b"\xf4\xeb\xfd"

    def test_what_happens_when_a_guest_crashes_or_reboots(self):
        v = self.virt
        rows = [(self.CRASH, "<on_crash>destroy</on_crash>", SHUTOFF), (self.CRASH, "<on_crash>preserve</on_crash>", PAUSED),
                (self.RESET, "<on_reboot>destroy</on_reboot>", SHUTOFF)]
        started = []
        for i, (code, element, state) in enumerate(rows):
            path = os.path.join(self.home, f"end{i}.img")
            with open(path, "wb") as f:
                f.write((code + self.WAIT).ljust(510, b"\0") + b"\x55\xaa")
                f.truncate(1 << 20)
            d = self.define(f"end{i}", self.disk(path), extra=element)
            self.assertEqual(0, v.virDomainCreate(d), self.message())
            started.append((d, element, state))
        for d, element, state in started:
            until(element, lambda d=d, state=state: v.info(d).state == state)

    def test_what_is_unknown_comes_back(self):
        v = self.virt
        d = self.define("keeper", extra="<metadata><a:b xmlns:a='urn:example'>text &amp; more</a:b></metadata>")
        text = v.xml(d)
        self.assertIn("urn:example", text)
        self.assertIn("text &amp; more", text)
        again = re.sub("keeper", "other", re.sub("<uuid>.*</uuid>", "", text))
        e = v.virDomainDefineXML(self.conn, again.encode())
        self.assertTrue(e, f"error {v.error()}")
        self.assertIn("urn:example", v.xml(e))

    def test_dumped_documents_are_valid_and_define_machines_that_start(self):
        v = self.virt
        disk = self.guest_disk()
        d = self.define("first", self.disk(disk) + "<disk type='file' device='cdrom'><target dev='sdb' bus='sata'/></disk>"
                        "<interface type='user'><mac address='52:54:00:01:02:03'/><model type='e1000'/></interface>"
                        f"<serial type='file'><source path='{self.home}/s'/></serial><graphics type='vnc' port='-1'/><sound model='ich6'/>")
        text = v.xml(d)
        self.assert_valid(text)
        self.assertEqual(0, v.virDomainUndefine(d))
        d = v.virDomainDefineXML(self.conn, text.encode())
        self.assertTrue(d, f"error {v.error()}")
        self.assertEqual(text, v.xml(d), "defined from its own document it is the same")
        self.assertEqual(0, v.virDomainCreate(d), f"error {v.error()}")
        self.assertEqual(0, v.virDomainDestroy(d))

    def test_closed_freed_and_foreign_pointers_are_refused(self):
        v = self.virt
        d = self.define("pointer")
        foreign = ctypes.create_string_buffer(256)
        for pointer in (None, ctypes.addressof(foreign), 0x1234567800):
            self.assertEqual(-1, v.virConnectNumOfDomains(pointer))
            self.assertEqual(-1, v.virDomainCreate(pointer))
            self.assertEqual(-1, v.virDomainFree(pointer))
            self.assertEqual(-1, v.virConnectClose(pointer))
        self.assertEqual(-1, v.virDomainCreate(self.conn), "a connection is no domain")
        self.assertEqual(0, v.virDomainFree(d))
        self.assertEqual(-1, v.virDomainFree(d))
        self.assertEqual(7, v.error())
        other = v.virConnectOpen(None)
        d = v.virDomainLookupByName(other, b"pointer")
        self.assertEqual(0, v.virConnectClose(other))
        self.assertEqual(-1, v.virConnectClose(other))
        self.assertEqual(-1, v.virDomainCreate(d))
        self.assertEqual(6, v.error())
        self.assertEqual(0, v.virDomainFree(d))

    def test_a_read_only_connection_changes_nothing(self):
        v = self.virt
        self.define("readonly")
        c = v.virConnectOpenReadOnly(None)
        d = v.virDomainLookupByName(c, b"readonly")
        for call in (v.virDomainCreate, v.virDomainDestroy, v.virDomainUndefine, v.virDomainSuspend, v.virDomainShutdown):
            self.assertEqual(-1, call(d))
            self.assertEqual(29, v.error())
        self.assertEqual(SHUTOFF, v.info(d).state)
        v.virDomainFree(d)
        v.virConnectClose(c)

    def test_an_undefined_running_domain_is_gone_when_it_stops(self):
        v = self.virt
        d = self.define("fading")
        self.assertEqual(0, v.virDomainCreate(d))
        self.assertEqual(0, v.virDomainUndefine(d))
        self.assertEqual(RUNNING, v.info(d).state)
        self.assertEqual(0, v.virDomainDestroy(d))
        self.assertEqual({}, self.client.vms())
        self.assertFalse(v.virDomainLookupByName(self.conn, b"fading"))

    def test_host_processors_of_a_document(self):
        v, last = self.virt, os.sysconf("SC_NPROCESSORS_CONF") - 1
        text = document("pinned").replace(b"<vcpu>", b"<vcpu cpuset='%s'>")
        d = v.virDomainDefineXML(self.conn, text % f"0-{last}".encode())
        self.assertTrue(d, self.message())
        self.assertIn(f'cpuset="0-{last}"', v.xml(d))
        self.assertFalse(v.virDomainDefineXML(self.conn, text.replace(b"pinned", b"other") % f"0,{last + 1}".encode()))
        self.assertIn("vcpu", self.message())

    def test_names_that_programs_have_written_down(self):
        v = self.virt
        for name in (b"", b"Xen", b"xen:///", b"qemu:///session", b"prlkvm:///session"):
            c = v.virConnectOpen(name)
            self.assertTrue(c, name)
            v.virConnectClose(c)
        for name in (b"qemu:///system", b"prlkvm:///system"):
            c = v.virConnectOpen(name)
            self.assertEqual(os.geteuid() == 0, bool(c), name)
            if c:
                v.virConnectClose(c)
        for name in (b"qemu://host/system", b"test:///default", b"qemu", b"lxc:///"):
            self.assertFalse(v.virConnectOpen(name), name)

    def test_a_guest_that_ignores_a_shutdown_holds_up_nobody(self):
        v = self.virt
        d = self.define("deaf", self.disk(self.guest_disk()))
        self.assertEqual(0, v.virDomainCreate(d))
        self.assertEqual(0, v.virDomainShutdown(d))
        self.assertEqual(0, v.virDomainShutdown(d))
        self.assertEqual(0, v.virDomainSuspend(d))
        began = time.monotonic()
        self.assertEqual(0, v.virDomainSave(d, os.path.join(self.home, "state").encode()), self.message())
        self.assertEqual(0, v.virDomainRestore(self.conn, os.path.join(self.home, "state").encode()), self.message())
        self.assertLess(time.monotonic() - began, 30)
        self.assertEqual(PAUSED, v.info(d).state)
        self.assertEqual(-1, v.virDomainShutdown(d), "it cannot hear")
        self.assertEqual(0, v.virDomainResume(d))

    def test_memory_and_processors(self):
        v = self.virt
        d = self.define("sizes", memory="<memory unit='MiB'>64</memory>")
        self.assertEqual(65536, v.info(d).max_kib)
        self.assertEqual(0, v.virDomainSetMaxMemory(d, c_ulong(131072)))
        self.assertEqual(131072, v.info(d).max_kib)
        self.assertEqual(-1, v.virDomainSetMaxMemory(d, c_ulong(100)))
        self.assertEqual(0, v.virDomainSetVcpus(d, c_uint(2)))
        self.assertEqual(2, v.info(d).vcpus)
        self.assertEqual(0, v.virDomainCreate(d))
        self.assertEqual(-1, v.virDomainSetMaxMemory(d, c_ulong(65536)), "not while it runs")
        self.assertEqual(0, v.virDomainSetMemory(d, c_ulong(65536)))
        self.assertEqual(-1, v.virDomainSetMemory(d, c_ulong(131072 + 1024)), "more than it has")
        self.assertEqual(8, v.error())
        self.assertEqual(0, v.virDomainSuspend(d))
        used = v.info(d).cpu_ns
        self.assertGreater(used, 0)
        self.assertEqual(0, v.virDomainDestroy(d))
        self.assertEqual(0, v.info(d).cpu_ns)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MIT
"""The classic libvirt API: the same answers as the distribution's libvirt, its binaries, and one machine driven from both faces."""
import ctypes
import difflib
import re
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


class Conformance(ServiceCase):
    def run_program(self, program, uri, kind, library=None):
        env = dict(os.environ)
        if library:
            env["LD_LIBRARY_PATH"] = library + ":" + os.path.join(BUILD, "lib")
        done = subprocess.run([program, uri, kind, self.home], env=env, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout.splitlines()

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


class Faces(ServiceCase):
    def setUp(self):
        super().setUp()
        self.virt = Virt()
        self.open()
        self.conn = self.virt.virConnectOpen(None)
        self.addCleanup(self.virt.virConnectClose, self.conn)

    def clean_up(self):
        super().clean_up()

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
            "filesystem": {"devices": "<filesystem type='mount'><source dir='/'/><target dir='x'/></filesystem>"},
            "kernel": {"os": "<os><type>hvm</type><kernel>/boot/vmlinuz</kernel></os>"},
            "memoryBacking": {"extra": "<memoryBacking><hugepages/></memoryBacking>"},
            "target": {"devices": "<disk type='file'><source file='/x'/></disk>"},
            "model": {"devices": "<interface type='user'><model type='ne2k'/></interface>"},
        }
        for element, parts in rows.items():
            with self.subTest(element):
                self.assertFalse(v.virDomainDefineXML(self.conn, document("refused", **parts)))
                e = v.virGetLastError()
                message = ctypes.cast(e + 8, POINTER(c_char_p))[0].decode()
                self.assertIn(element, message)
                self.assertEqual({}, self.client.vms())

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
        if shutil.which("virt-xml-validate"):
            path = os.path.join(self.home, "domain.xml")
            with open(path, "w") as f:
                f.write(text)
            done = subprocess.run(["virt-xml-validate", path, "domain"], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr + text)
        else:
            print("virt-xml-validate is not installed: the schema was not asked")
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
        self.assertEqual(0, v.virDomainSuspend(d))
        used = v.info(d).cpu_ns
        self.assertGreater(used, 0)
        self.assertEqual(0, v.virDomainDestroy(d))
        self.assertEqual(0, v.info(d).cpu_ns)


if __name__ == "__main__":
    main()

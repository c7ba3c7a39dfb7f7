# SPDX-License-Identifier: MIT
"""prl_disk_tool on real files: every command, its answers against qemu-img's, signals, kills, two at once. No service runs."""
import fcntl
import glob
import hashlib
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

BUILD = os.environ.get("PRLKVM_BUILD_DIR", "build")
TOOL = os.path.join(BUILD, "bin", "prl_disk_tool")
MIB = 1 << 20
DONE, FAILED, DAMAGED, USAGE, BUSY, NO_HELPER = range(6)
TIMEOUT_S = 120
ROUNDS = int(os.environ.get("PRLKVM_KILL_ROUNDS", "3"))


def noise(size, seed=1):
    return random.Random(seed).randbytes(size)


def qemu_img(*args):
    return subprocess.run(["qemu-img", *args], check=True, capture_output=True, text=True).stdout


class ToolCase(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="prlkvm-test-")
        self.addCleanup(shutil.rmtree, self.dir)
        # An instance of the test's own, and no guestfish unless a test asks for it: its small machine takes half a minute.
        self.env = dict(os.environ, PRLKVM_HOME=os.path.join(self.dir, "home"), PRLKVM_GUESTFISH="/nonexistent/guestfish")

    def path(self, name):
        return os.path.join(self.dir, name)

    def start(self, *args, **kwargs):
        return subprocess.Popen([TOOL, *args], env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **kwargs)

    def run_tool(self, *args):
        return subprocess.run([TOOL, *args], env=self.env, capture_output=True, text=True, timeout=TIMEOUT_S)

    def tool(self, *args, code=DONE):
        r = self.run_tool(*args)
        self.assertEqual(r.returncode, code, f"{args}: {r.stdout}{r.stderr}")
        return r.stdout

    def refused(self, *args, code, says):
        r = self.run_tool(*args)
        self.assertEqual(r.returncode, code, f"{args}: {r.stdout}{r.stderr}")
        self.assertIn(says, r.stderr)

    def json(self, *args):
        return json.loads(self.tool(*args, "--json"))

    def raw(self, name="content.raw", size=24 * MIB):
        """Noise, a hole, zeros that take room, noise over half of a block, a hole at the end."""
        path = self.path(name)
        with open(path, "wb") as f:
            f.write(noise(3 * MIB))
            f.seek(6 * MIB)
            f.write(bytes(4 * MIB))
            f.write(noise(5 * MIB // 2 + 12345, 2))
            f.truncate(size)
        return path

    def bundle(self, name="d.hdd", content=None, *options):
        path = self.path(name)
        self.tool("import", "--hdd", path, "--from", content or self.raw(), "--from-format", "raw", *options)
        return path

    def same(self, disk, raw, size=None):
        """The content of the disk, seen by way of a raw export, is that of the raw file and zeros."""
        seen = self.path("seen.raw")
        self.tool("export", "--hdd", disk, "--to", seen, "--format", "raw")
        with open(seen, "rb") as f, open(raw, "rb") as g:
            a, b = f.read(), g.read()
        os.unlink(seen)
        if size is not None:
            self.assertEqual(len(a), size)
        n = max(len(a), len(b))
        self.assertEqual(hashlib.sha256(a.ljust(n, b"\0")).digest(), hashlib.sha256(b.ljust(n, b"\0")).digest(), disk)

    def sound(self, disk, raw=None):
        self.assertTrue(self.json("check", "--hdd", disk)["sound"])
        if raw:
            self.same(disk, raw)

    def images(self, bundle):
        return sorted(glob.glob(glob.escape(bundle) + "/*.hds"))

    def hidden(self):
        return [n for n in os.listdir(self.dir) if n.startswith(".")]


class CommandLine(ToolCase):
    def test_it_tells_how_it_is_used(self):
        self.assertIn("prl_disk_tool resize", self.tool("--help"))
        self.assertIn("--external", self.tool("merge", "--help"))
        self.assertTrue(self.tool("--version").startswith("prl_disk_tool "))

    def test_what_is_not_understood_is_code_3(self):
        d = self.path("d.hdd")
        for args, says in (
            ((), "no command"),
            (("frobnicate",), "no command"),
            (("create", "--hdd", d), "--size"),
            (("create", "--size", "1G"), "--hdd"),
            (("create", "--hdd", d, "--size", "0"), "no size"),
            (("create", "--hdd", d, "--size", "-1"), "no size"),
            (("create", "--hdd", d, "--size", "12Q"), "no size"),
            (("create", "--hdd", d, "--size", "99999999999T"), "no size"),
            (("create", "--hdd", d, "--size", "8", "--plain", "--expanding"), "exclude"),
            (("create", "--hdd", d, "--size", "8", "--external"), "--external"),
            (("create", "--hdd", d, "--size", "8", "word"), "'word'"),
            (("resize", "--hdd", d), "--size or --info"),
            (("resize", "--hdd", d, "--size"), "value"),
            (("resize", "--hdd", d, "--info", "--units", "X"), "K, M, G, T"),
            (("convert", "--hdd", d), "what to convert to"),
            (("snapshot",), "list"),
            (("snapshot", "frob", "--hdd", d), "list"),
            (("snapshot", "delete", "--hdd", d), "--id"),
            (("merge", "--hdd", d, "--no-such-option"), "not understood"),
        ):
            self.refused(*args, code=USAGE, says=says)
        self.assertFalse(os.path.exists(d))

    def test_sizes_have_units_and_are_rounded_up_to_megabytes(self):
        for text, mib in (("3", 3), ("3M", 3), ("3m", 3), ("1025K", 2), ("1G", 1024), ("8Mb", 8)):
            d = self.path("d.hdd")
            self.tool("create", "--hdd", d, "--size", text, "--expanding")
            self.assertEqual(self.json("info", "--hdd", d)["size_bytes"], mib * MIB, text)
            shutil.rmtree(d)

    def test_the_products_ways_of_writing_it(self):
        d = self.path("d.hdd")
        self.tool("create", "-hdd", d, "--expanding", "--size", "8", "--comm", "memory", "--tr-err")
        self.tool("compact", "-i", "--hdd", d)
        self.tool("compact", "--buildmap", "--hdd", d, "--exclude-pagefile", "--force")
        self.tool("resize", "--size", "16M", "--hdd", d, "--force")
        self.tool("resize", "-n", "--size", "32M", "--hdd", d)
        self.assertEqual(self.json("info", "--hdd", d)["size_bytes"], 16 * MIB)


class Create(ToolCase):
    def test_plain_takes_its_room_and_expanding_does_not(self):
        plain, expanding = self.path("p.hdd"), self.path("e.hdd")
        self.tool("create", "--hdd", plain, "--size", "16")
        self.tool("create", "--hdd", expanding, "--size", "16", "--expanding")
        self.assertEqual(self.json("info", "--hdd", plain)["type"], "plain")
        self.assertGreaterEqual(self.json("info", "--hdd", plain)["room_bytes"], 16 * MIB)
        self.assertEqual(self.json("info", "--hdd", expanding)["type"], "expanding")
        self.assertLess(self.json("info", "--hdd", expanding)["room_bytes"], 4 * MIB)
        info = json.loads(qemu_img("info", "--output=json", "-f", "parallels", self.images(expanding)[0]))
        self.assertEqual(info["virtual-size"], 16 * MIB)
        self.refused("create", "--hdd", plain, "--size", "16", code=FAILED, says="exists")

    def test_split_is_cut_at_two_gigabytes(self):
        d = self.path("s.hdd")
        self.tool("create", "--hdd", d, "--size", "5G", "--expanding", "--split")
        ends = [s["end_bytes"] for s in self.json("info", "--hdd", d)["storages"]]
        self.assertEqual(ends, [2 << 30, 4 << 30, 5 << 30])
        self.tool("convert", "--hdd", d, "--nosplit")
        self.assertEqual(len(self.json("info", "--hdd", d)["storages"]), 1)
        self.tool("convert", "--hdd", d, "--split")
        self.assertEqual(len(self.images(d)), 3)
        self.sound(d)


class Copies(ToolCase):
    def test_any_format_there_and_back(self):
        raw = self.raw()
        d = self.bundle(content=raw)
        for fmt in ("raw", "qcow2", "parallels", "vmdk", "vdi", "vhdx", "vpc"):
            with self.subTest(fmt):
                out, back = self.path("out." + fmt), self.path("back.hdd")
                self.tool("export", "--hdd", d, "--to", out, "--format", fmt)
                self.assertEqual(os.stat(out).st_mode & 0o777, 0o600)
                self.assertIn("identical", qemu_img("compare", "-f", fmt, "-F", "raw", out, raw))
                self.assertLess(os.stat(out).st_blocks * 512, 12 * MIB)
                self.tool("import", "--hdd", back, "--from", out)
                self.same(back, raw)
                shutil.rmtree(back)
                os.unlink(out)
        self.assertEqual(self.hidden(), [])

    def test_a_copy_never_replaces_anything(self):
        d = self.bundle()
        victim = self.path("victim")
        with open(victim, "w") as f:
            f.write("mine")
        self.refused("export", "--hdd", d, "--to", victim, "--format", "raw", code=FAILED, says="exists")
        with open(victim) as f:
            self.assertEqual(f.read(), "mine")
        self.refused("export", "--hdd", d, "--to", self.path("x"), "--format", "frob", code=FAILED, says="frob")
        self.refused("export", "--hdd", d, "--to", self.path("x"), "--format", "-raw", code=FAILED, says="no format")
        self.refused("export", "--hdd", self.path("none"), "--to", self.path("x"), "--format", "raw", code=FAILED, says="no such disk")
        self.assertEqual(self.hidden(), [])

    def test_a_header_opens_no_other_file(self):
        secret, trap = self.path("secret"), self.path("sub/trap.qcow2")
        os.mkdir(self.path("sub"))
        with open(secret, "wb") as f:
            f.write(noise(MIB))
        qemu_img("create", "-q", "-f", "qcow2", "-b", secret, "-F", "raw", trap, "1M")
        for args in (("export", "--to", self.path("x"), "--format", "raw"), ("merge", "--external"), ("compact", "--buildmap"), ("resize", "--size", "2M"),
                     ("convert", "--plain"), ("snapshot", "create"), ("check",)):
            self.refused(args[0], *args[1:2 if args[0] == "snapshot" else 1], "--hdd", trap, *args[2 if args[0] == "snapshot" else 1:], code=BUSY,
                         says="secret")
        self.assertFalse(os.path.exists(self.path("x")))


class Killed(ToolCase):
    """Killed before the n-th call that changes a file, for every n: what was being made beside the disk goes with the next one who comes."""

    def setUp(self):
        super().setUp()
        self.control = self.path("control")
        with open(self.control, "wb") as f:
            f.write(bytes(16))
        self.doomed = dict(self.env, PRLKVM_CRASH_CONTROL=self.control, PRLKVM_CRASH_PROGRAM="prl_disk_tool",
                           LD_PRELOAD=os.path.join(BUILD, "lib", "libcrash_shim.so"))
        # An ASan build wants to be first in the list.
        self.doomed["ASAN_OPTIONS"] = (self.doomed.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0").lstrip(":")

    def killed_at(self, n, *args):
        """True: it was."""
        with open(self.control, "r+b") as f:
            f.write(struct.pack("<IIII", 2, n, 0, 0))
        r = subprocess.run([TOOL, *args], env=self.doomed, capture_output=True, text=True, timeout=TIMEOUT_S)
        self.assertIn(r.returncode, (DONE, -signal.SIGKILL), r.stderr)
        return r.returncode != DONE

    def points(self, *args, before=lambda: None):
        """After each kill, until one run comes to its end; some of the points are left out unless PRLKVM_KILL_ROUNDS asks for more."""
        n, seen = 1, 0
        before()
        while self.killed_at(n, *args):
            seen += bool(self.hidden())
            yield
            before()
            n += 1 if ROUNDS > 3 else 1 + n // 4
        self.assertEqual(self.hidden(), [])
        self.assertGreater(seen, 2)  # or nothing was there to be removed

    def test_create(self):
        for options in ((), ("--plain",)):
            args = ("create", "--hdd", self.path("d.hdd"), "--size", "4M", *options)
            for _ in self.points(*args, before=lambda: shutil.rmtree(self.path("d.hdd"), ignore_errors=True)):
                if not os.path.exists(self.path("d.hdd")):
                    self.tool(*args)
                    self.assertEqual(self.hidden(), [])
                self.sound(self.path("d.hdd"))
                self.assertEqual(self.hidden(), [])

    def test_convert_of_a_single_file(self):
        raw, hds = self.raw(size=8 * MIB), self.path("d.hds")
        self.tool("import", "--hdd", self.path("x.hdd"), "--from", raw, "--from-format", "raw")
        shutil.copy(self.images(self.path("x.hdd"))[0], hds)
        for _ in self.points("convert", "--plain", "--hdd", hds):
            self.sound(hds)
            self.assertEqual(self.hidden(), [])
        self.sound(hds, raw)

    def test_import(self):
        raw, made = self.raw(size=8 * MIB), self.path("d.hdd")
        args = ("import", "--hdd", made, "--from", raw, "--from-format", "raw")
        for _ in self.points(*args, before=lambda: shutil.rmtree(made, ignore_errors=True)):
            if not os.path.exists(made):
                self.tool(*args)
            self.sound(made, raw)
            self.assertEqual(self.hidden(), [])


class Partitions(ToolCase):
    """What is asked of guestfish, and what is done with its answers: a stand-in says that there are two partitions. disk_guest.py asks the real one."""

    STAND_IN = """#!{python}
import os, sys
script = sys.stdin.read()
with open({log!r}, "a") as f:
    f.write(" ".join(sys.argv[1:]) + "\\n" + script + "--\\n")
if "list-filesystems" in script:
    print("msdos\\n[0] = {{\\n  part_num: 1\\n  part_start: 1048576\\n  part_end: {first_end}\\n}}\\n[1] = {{\\n  part_num: {number}\\n"
          "  part_start: 8388608\\n  part_end: {end}\\n}}\\n/dev/sda1: ext4\\n/dev/sda{number}: {fs}\\n/dev/a b: ext4\\n/dev/vg/x: swap")
elif {fails!r}:
    sys.exit("no, said the stand-in")
elif "vfs-minimum-size" in script:
    print(5 * 1048576 + 1)
"""

    def stand_in(self, fs="ext4", first_end=8 * MIB - 1, end=24 * MIB - 1, number=2, fails=False):
        self.log, path = self.path("asked"), self.path("guestfish")
        if os.path.exists(self.log):
            os.unlink(self.log)
        with open(path, "w") as f:
            f.write(self.STAND_IN.format(python=sys.executable, log=self.log, fs=fs, first_end=first_end, end=end, number=number, fails=fails))
        os.chmod(path, 0o755)
        self.env["PRLKVM_GUESTFISH"] = path

    def asked(self):
        with open(self.log) as f:
            return f.read()

    def disk(self, name, content):
        """Of each kind that can be given to guestfish, with that content."""
        path = self.path(name)
        if name == "d.raw":
            shutil.copy(content, path)
        else:
            self.tool("import", "--hdd", path, "--from", content, "--from-format", "raw",
                      *(() if name == "d.hdd" else ("--format", {"d.qcow2": "qcow2", "d.hds": "parallels"}[name])))
        return path

    def content(self):
        path = self.raw()
        with open(path, "r+b") as f:
            f.seek(446)
            for start, n in ((2048, 14336), (16384, 32768)):
                f.write(struct.pack("<8B", 0, 0, 0, 0, 0x83, 0, 0, 0) + struct.pack("<II", start, n))
            f.write(bytes(32))
            f.seek(510)
            f.write(b"\x55\xaa")
            f.seek(24 * MIB - 9)
            f.write(b"behind it")
        return path

    def tail(self, disk):
        """Size of the disk, and of its second partition, in sectors."""
        seen = self.path("seen.raw")
        self.tool("export", "--hdd", disk, "--to", seen, "--format", "raw")
        with open(seen, "rb") as f:
            head = f.read(512)
        size = os.path.getsize(seen) // 512
        os.unlink(seen)
        return size, struct.unpack_from("<I", head, 446 + 16 + 12)[0]

    def test_the_last_one_shrinks_before_the_disk(self):
        content = self.content()
        for name in ("d.raw", "d.qcow2", "d.hds", "d.hdd"):
            with self.subTest(name):
                disk = self.disk(name, content)
                self.stand_in()
                info = self.json("resize", "--info", "--hdd", disk)
                self.assertEqual((info["minimum_bytes"], info["minimum_keep_partition_bytes"]), (14 * MIB, 24 * MIB))
                self.refused("resize", "--hdd", disk, "--size", "16M", code=FAILED, says="there is data up to byte")
                self.tool("resize", "--hdd", disk, "--size", "16M", "--resize_partition")
                self.assertIn(f"e2fsck-f /dev/sda2\nresize2fs-size /dev/sda2 {8 * MIB}\nsync\n", self.asked())
                self.assertEqual(self.tail(disk), (16 * MIB // 512, 8 * MIB // 512))
                self.sound(disk)

    def test_what_cannot_shrink_is_refused_and_nothing_changes(self):
        content = self.content()
        for facts, size, says in (
            ({"fs": "xfs"}, "16M", "xfs, which cannot be made smaller"),
            ({"fs": "unknown"}, "16M", "cannot be made smaller"),
            ({"first_end": 20 * MIB}, "16M", "partition 1 ends at byte"),
            ({}, "8M", "the last partition begins at byte"),
            ({"number": 5}, "16M", "a logical one"),
            ({"fails": True}, "16M", "said the stand-in"),
        ):
            for name in ("d.raw", "d.hdd"):
                with self.subTest(facts=facts, name=name):
                    disk = self.disk(name, content)
                    self.stand_in(**facts)
                    r = self.run_tool("resize", "--hdd", disk, "--size", size, "--resize_partition")
                    self.assertEqual(r.returncode, FAILED, r.stderr)
                    self.assertIn(says, r.stderr)
                    self.same(disk, content, 24 * MIB)
                    shutil.rmtree(disk) if name == "d.hdd" else os.unlink(disk)

    def test_a_partition_that_fits_is_not_asked_about(self):
        disk = self.disk("d.hdd", self.raw())
        with open(self.content(), "rb") as f:
            table = f.read(512)
        self.tool("export", "--hdd", disk, "--to", self.path("x.raw"), "--format", "raw")
        with open(self.path("x.raw"), "r+b") as f:
            f.write(table[:446] + struct.pack("<8BII", 0, 0, 0, 0, 0x83, 0, 0, 0, 2048, 14336) + bytes(48) + table[510:])
        shutil.rmtree(disk)
        disk = self.disk("d.hdd", self.path("x.raw"))
        self.stand_in(end=12 * MIB - 1)
        self.tool("resize", "--hdd", disk, "--size", "16M", "--resize_partition")
        self.assertNotIn("resize2fs", self.asked())
        self.assertEqual(self.tail(disk)[0], 16 * MIB // 512)

    def test_free_blocks_of_any_file_system_go_where_the_bundle_is_served(self):
        plugin = os.path.join(BUILD, "lib", "nbdkit-prlkvm-bundle.so")
        if not shutil.which("nbdkit") or not os.path.exists(plugin):
            self.skipTest("bundles are served by nbdkit, which is not installed")
        disk = self.disk("d.hdd", self.content())
        self.stand_in(fs="xfs")
        self.tool("snapshot", "create", "--hdd", disk)
        self.assertEqual(self.run_tool("compact", "--hdd", disk).stderr, "")
        asked = self.asked()
        self.assertRegex(asked, r"add '' protocol:nbd server:unix:\S+ format:raw readonly:true\nrun\n")
        self.assertRegex(asked, r"discard:besteffort\nrun\n-mount /dev/sda1 /\n-fstrim /\n-umount-all\n-mount /dev/sda2 /\n")
        self.assertNotIn("/dev/a b", asked)
        self.env["PRLKVM_NBDKIT"] = "/nonexistent/nbdkit"
        self.assertIn("it has snapshots, merge them first", self.run_tool("compact", "--hdd", disk).stderr)
        self.sound(disk, self.path("content.raw"))


class Formats:
    """The same for each kind of disk."""

    def test_grow_and_shrink(self):
        disk, raw = self.make()
        self.tool("resize", "--hdd", disk, "--size", "40M")
        self.same(disk, raw, 40 * MIB)
        info = self.json("resize", "--hdd", disk, "--info")
        self.assertEqual(info["size_bytes"], 40 * MIB)
        self.assertEqual(info["minimum_bytes"], 13 * MIB)
        self.refused("resize", "--hdd", disk, "--size", "12M", code=FAILED, says="data")
        self.same(disk, raw, 40 * MIB)
        self.tool("resize", "--hdd", disk, "--size", "13M")
        self.same(disk, raw, 13 * MIB)
        self.tool("resize", "--hdd", disk, "--size", "24M")
        self.same(disk, raw, 24 * MIB)
        self.sound(disk)

    def test_compact_frees_zeros_and_its_estimate_is_right(self):
        disk, raw = self.make()
        before = self.json("compact", "--hdd", disk, "-i")
        room = self.json("info", "--hdd", disk)["room_bytes"]
        self.assertGreaterEqual(before["can_free_bytes"], self.zeros)
        self.tool("compact", "--buildmap", "--hdd", disk)
        after = self.json("compact", "--hdd", disk, "-i")
        self.assertEqual(after["can_free_bytes"], 0)
        self.assertEqual(after["allocated_blocks"], before["used_blocks"])
        self.assertLessEqual(self.json("info", "--hdd", disk)["room_bytes"], room - before["can_free_bytes"] + MIB)
        self.sound(disk, raw)

    def test_convert_both_ways(self):
        disk, raw = self.make()
        self.tool("convert", "--hdd", disk, "--plain")
        self.assertGreaterEqual(self.json("info", "--hdd", disk)["room_bytes"], 24 * MIB)
        self.sound(disk, raw)
        self.tool("convert", "--hdd", disk, "--expanding")
        self.assertLess(self.json("info", "--hdd", disk)["room_bytes"], 16 * MIB)
        self.sound(disk, raw)
        self.assertEqual(self.hidden(), [])

    def test_the_answers_for_people(self):
        disk, _ = self.make()
        out = self.tool("resize", "--info", "--hdd", disk)
        self.assertIn("\tSize:\t\t\t\t\t\t24M\n", out)
        self.assertIn("\tMinimum:\t\t\t\t\t13M\n", out)
        self.assertIn("\tMinimum without resizing the last partition:\t13M\n", out)
        self.assertIn("The last partition cannot be resized ", out)
        self.assertIn("24576K", self.tool("resize", "--info", "--hdd", disk, "--units", "K"))
        self.assertIn("0.02G", self.tool("resize", "--info", "--hdd", disk, "--units", "G"))
        out = self.tool("compact", "--info", "--hdd", disk)
        keys = [line.split(":")[0].strip() for line in out.splitlines()]
        self.assertEqual(keys, ["Disk information", "Block size", "Total blocks", "Allocated blocks", "Used blocks"])
        self.assertIn("24M", self.tool("info", "--hdd", disk))
        self.assertIn("data", self.tool("map", "--hdd", disk))

    def test_the_map_says_where_data_is(self):
        disk, raw = self.make()
        extents = self.json("map", "--hdd", disk)
        self.assertEqual(extents[0]["start"], 0)
        for a, b in zip(extents, extents[1:]):
            self.assertEqual(a["start"] + a["length"], b["start"])
        self.assertEqual(extents[-1]["start"] + extents[-1]["length"], 24 * MIB)
        with open(raw, "rb") as f:
            content = f.read()
        for e in extents:
            if not e["data"]:
                self.assertFalse(any(content[e["start"]:e["start"] + e["length"]]))

    def test_a_disk_in_use_is_refused(self):
        disk, raw = self.make()
        file = self.images(disk)[0] if os.path.isdir(disk) else disk
        with open(file, "r+b") as f:
            # As QEMU does: I write, and want no other writer.
            for byte in (100, 101, 201):
                fcntl.fcntl(f, 37, struct.pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, byte, 1, 0))  # F_OFD_SETLK
            for args in (("resize", "--size", "40M"), ("compact", "--buildmap"), ("convert", "--plain"), ("check", "--repair")):
                self.refused(args[0], "--hdd", disk, *args[1:], code=BUSY, says="in use")
            self.tool("info", "--hdd", disk)
        self.sound(disk, raw)

    def test_a_suspended_machines_disk_is_refused(self):
        disk, raw = self.make()
        for state in ("config.sav", "config.sav.run"):
            with open(self.path(state), "w"):
                pass
            for args in (("resize", "--size", "40M"), ("compact", "--force"), ("convert", "--plain"), ("merge",), ("check", "--repair")):
                self.refused(args[0], "--hdd", disk, *args[1:], code=BUSY, says="config.sav")
            os.unlink(self.path(state))
        self.sound(disk, raw)

    def test_without_libguestfs_the_partition_is_refused_before_anything_changes(self):
        disk, raw = self.make()
        self.refused("resize", "--hdd", disk, "--size", "40M", "--resize_partition", code=NO_HELPER, says="libguestfs")
        self.same(disk, raw, 24 * MIB)
        r = self.run_tool("compact", "--hdd", disk)
        self.assertEqual(r.returncode, DONE)
        self.assertIn("only blocks of zeros", r.stderr)
        self.assertFalse(self.json("resize", "--hdd", disk, "--info")["can_resize_partition"])

    def test_killed_at_any_moment_it_is_sound(self):
        rng = random.Random(3)
        disk, raw = self.make()
        took = {}
        for i in range(ROUNDS):
            args = (("compact", "--buildmap"), ("convert", "--plain"), ("convert", "--expanding"))[i % 3]
            started = time.monotonic()
            if args not in took:
                self.tool(args[0], "--hdd", disk, *args[1:])
                took[args] = time.monotonic() - started
            p = self.start(args[0], "--hdd", disk, *args[1:])
            try:
                p.wait(rng.uniform(0, took[args]))
            except subprocess.TimeoutExpired:
                p.kill()
            p.communicate()
            self.wait_for_helpers()
            self.tool("check", "--hdd", disk, "--repair")
            self.sound(disk, raw)

    def wait_for_helpers(self):
        """A helper that lost its master goes by itself; until then it has the disk. They are known by the environment they were started in."""
        needle = b"PRLKVM_HOME=" + self.env["PRLKVM_HOME"].encode() + b"\0"
        mine = self.dir.encode()
        deadline = time.monotonic() + TIMEOUT_S
        while time.monotonic() < deadline:
            left = []
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    with open(f"/proc/{pid}/environ", "rb") as f, open(f"/proc/{pid}/cmdline", "rb") as g:
                        if needle in f.read() + b"\0" or mine in g.read():
                            left.append(pid)
                except OSError:
                    continue
            if not left:
                return
            time.sleep(0.01)
        self.fail(f"still there: {left}")


class Bundle(Formats, ToolCase):
    zeros = 3 * MIB

    def make(self):
        raw = self.raw()
        disk = self.path("d.hdd")
        self.tool("create", "--hdd", disk, "--size", "24M", "--expanding")
        image = self.images(disk)[0]
        # QEMU's driver takes room for zeros as well, which is what there is to compact.
        subprocess.run(["qemu-img", "convert", "-n", "-S", "0", "-f", "raw", "-O", "parallels", raw, image], check=True)
        return disk, raw

    def test_what_qemu_makes_of_it_is_the_same(self):
        disk, raw = self.make()
        self.tool("compact", "--buildmap", "--hdd", disk)
        self.tool("resize", "--hdd", disk, "--size", "32M")
        image = self.images(disk)[0]
        self.assertIn("No errors", qemu_img("check", "-f", "parallels", image))
        self.assertIn("identical", qemu_img("compare", "-f", "parallels", "-F", "raw", image, raw))

    def test_snapshots(self):
        disk, raw = self.make()
        self.refused("snapshot", "create", "--hdd", disk, "--name", "x", code=FAILED, says="no names")
        first = self.tool("snapshot", "create", "--hdd", disk).strip()
        self.write(disk, 0, bytes(MIB))
        second = self.tool("snapshot", "create", "--hdd", disk).strip()
        self.write(disk, 8 * MIB, noise(MIB, 9))
        tree = {s["id"]: s for s in self.json("snapshot", "list", "--hdd", disk)}
        self.assertEqual(tree[second]["parent"], first)
        self.assertEqual(tree[first]["parent"], "")
        self.assertEqual([s["parent"] for s in tree.values() if s["active"]], [second])
        self.refused("resize", "--hdd", disk, "--size", "40M", code=FAILED, says="2 snapshots")
        self.refused("convert", "--hdd", disk, "--plain", code=FAILED, says="2 snapshots")
        self.refused("snapshot", "switch", "--hdd", disk, "--id", "nonsense", code=FAILED, says="nonsense")
        self.tool("snapshot", "switch", "--hdd", disk, "--id", first)
        self.sound(disk, raw)
        self.refused("merge", "--hdd", disk, code=FAILED, says="")  # a branch would be lost
        self.tool("snapshot", "delete", "--hdd", disk, "--id", second)
        self.tool("merge", "--hdd", disk)
        self.assertEqual(self.json("info", "--hdd", disk)["snapshots"], 0)
        self.sound(disk, raw)

    def write(self, disk, offset, data):
        """Writes to the active image by QEMU, which needs to be told of those below."""
        info = self.json("info", "--hdd", disk)
        files = {i["guid"]: os.path.join(disk, i["file"]) for i in info["storages"][0]["images"]}
        parents = {s["id"]: s.get("parent") for s in self.json("snapshot", "list", "--hdd", disk)}
        at = next(i["guid"] for i in info["storages"][0]["images"] if i["active"])
        options, prefix = "", ""
        while at:
            options += f"{prefix}driver=parallels,{prefix}file.filename={files[at]},"
            prefix += "backing."
            at = parents.get(at)
        content = self.path("bytes")
        with open(content, "wb") as f:
            f.write(data)
        subprocess.run(["qemu-io", "--image-opts", "-c", f"write -s {content} {offset} {len(data)}", options.rstrip(",")], check=True,
                       stdout=subprocess.DEVNULL)

    def test_convert_merges_first_when_asked(self):
        disk, raw = self.make()
        self.tool("snapshot", "create", "--hdd", disk)
        self.tool("convert", "--hdd", disk, "--plain", "--merge")
        self.assertEqual(self.json("info", "--hdd", disk)["type"], "plain")
        self.sound(disk, raw)

    def test_external_images_are_taken_in(self):
        disk, raw = self.make()
        image = self.images(disk)[0]
        self.tool("snapshot", "create", "--hdd", disk)
        outside = self.path("outside.hds")
        os.rename(image, outside)
        descriptor = os.path.join(disk, "DiskDescriptor.xml")
        with open(descriptor) as f:
            text = f.read()
        self.assertIn(os.path.basename(image), text)
        with open(descriptor, "w") as f:
            f.write(text.replace(os.path.basename(image), outside))
        with open(outside, "rb") as f:
            before = hashlib.sha256(f.read()).digest()
        self.tool("merge", "--hdd", disk, "--external")
        with open(outside, "rb") as f:
            self.assertEqual(hashlib.sha256(f.read()).digest(), before)
        os.unlink(outside)
        self.assertEqual(self.json("info", "--hdd", disk)["snapshots"], 0)
        self.sound(disk, raw)

    def test_a_descriptor_opens_no_other_file(self):
        os.mkdir(self.path("home2"))
        disk = self.bundle("home2/d.hdd")
        self.tool("snapshot", "create", "--hdd", disk)
        root = next(i for i in self.json("info", "--hdd", disk)["storages"][0]["images"] if not i["active"])["file"]
        secret = self.path("secret.hds")
        os.rename(os.path.join(disk, root), secret)
        descriptor = os.path.join(disk, "DiskDescriptor.xml")
        with open(descriptor) as f:
            text = f.read()
        for named in (secret, "../../secret.hds"):
            with open(descriptor, "w") as f:
                f.write(text.replace(root, named))
            for args in (("merge", "--external"), ("compact", "--buildmap"), ("compact", "--info"), ("export", "--to", self.path("x"), "--format", "raw")):
                self.refused(args[0], "--hdd", disk, *args[1:], code=BUSY, says="secret.hds")
        self.assertFalse(os.path.exists(self.path("x")))

    def test_damage_is_found_and_mended(self):
        disk, _ = self.make()
        with open(self.images(disk)[0], "r+b") as f:
            f.seek(64 + 4 * 20)
            f.write(struct.pack("<I", 0xFFFFFF))  # a cluster far behind the end
        out = self.run_tool("check", "--hdd", disk)
        self.assertEqual(out.returncode, DAMAGED)
        self.assertIn("Damaged", out.stdout)
        self.assertGreater(self.json_of_failure("check", "--hdd", disk)["corruptions"], 0)
        self.tool("check", "--hdd", disk, "--repair")
        self.sound(disk)

    def json_of_failure(self, *args):
        return json.loads(self.run_tool(*args, "--json").stdout)

    def test_ctrl_c_in_a_large_convert_leaves_it_as_it_was(self):
        content = self.path("large.raw")
        with open(content, "wb") as f:
            for i in range(12):
                f.write(noise(16 * MIB, i))
        disk = self.bundle("large.hdd", content)
        files = sorted(os.listdir(disk))
        for number in (signal.SIGINT, signal.SIGTERM):
            p = self.start("convert", "--hdd", disk, "--plain")
            # In the middle: the new image is there, and not whole.
            deadline = time.monotonic() + TIMEOUT_S
            while len(self.images(disk)) < 2 and p.poll() is None and time.monotonic() < deadline:
                time.sleep(0.001)
            self.assertIsNone(p.poll(), "it was too fast")
            second = self.run_tool("compact", "--hdd", disk, "--buildmap")
            self.assertEqual(second.returncode, BUSY, second.stderr)
            p.send_signal(number)
            _, words = p.communicate(timeout=TIMEOUT_S)
            self.assertEqual(p.returncode, 128 + number, words)
            self.assertIn("cancelled", words)
            self.assertEqual([n for n in sorted(os.listdir(disk)) if not n.endswith(".lck")], [n for n in files if not n.endswith(".lck")])
            self.assertEqual(self.json("info", "--hdd", disk)["type"], "expanding")
        self.sound(disk, content)

    def test_progress_is_drawn_on_a_terminal_alone(self):
        disk, _ = self.make()
        self.assertEqual(self.run_tool("convert", "--hdd", disk, "--plain").stderr, "")
        ours, theirs = os.openpty()
        p = subprocess.Popen([TOOL, "convert", "--hdd", disk, "--expanding"], env=self.env, stderr=theirs, stdout=subprocess.PIPE)
        os.close(theirs)
        out = b""
        try:
            while piece := os.read(ours, 4096):
                out += piece
        except OSError:  # the other end is gone
            pass
        os.close(ours)
        self.assertEqual(p.wait(), 0)
        p.stdout.close()
        self.assertIn(b"Operation progress 100 %", out)


class Bare(Formats, ToolCase):
    zeros = 3 * MIB

    def make(self):
        raw, disk = self.raw(), self.path("d.hds")
        qemu_img("convert", "-S", "0", "-f", "raw", "-O", "parallels", raw, disk)
        return disk, raw


class Qcow2(Formats, ToolCase):
    zeros = 3 * MIB

    def make(self):
        raw, disk = self.raw(), self.path("d.qcow2")
        qemu_img("convert", "-S", "0", "-f", "raw", "-O", "qcow2", raw, disk)
        return disk, raw

    def test_the_map_is_that_of_qemu_img(self):
        disk, raw = self.make()
        self.tool("compact", "--buildmap", "--hdd", disk)
        theirs = json.loads(qemu_img("map", "--output=json", disk))
        data = lambda extents: sorted(b for e in extents if e["data"] for b in range(e["start"] // 65536, (e["start"] + e["length"]) // 65536))
        self.assertEqual(data(self.json("map", "--hdd", disk)), data(theirs))

    def test_internal_snapshots(self):
        disk, raw = self.make()
        first = self.tool("snapshot", "create", "--hdd", disk, "--name", "before").strip()
        subprocess.run(["qemu-io", "-c", "write -P 7 0 2M", disk], check=True, stdout=subprocess.DEVNULL)
        self.tool("snapshot", "create", "--hdd", disk, "--name", "2")
        self.tool("snapshot", "create", "--hdd", disk)
        listed = self.json("snapshot", "list", "--hdd", disk)
        self.assertEqual([s["name"] for s in listed][:2], ["before", "2"])
        self.assertEqual(len(json.loads(qemu_img("info", "--output=json", disk))["snapshots"]), 3)
        self.refused("resize", "--hdd", disk, "--size", "40M", code=FAILED, says="3 snapshots")
        self.refused("convert", "--hdd", disk, "--plain", code=FAILED, says="3 snapshots")
        self.refused("snapshot", "delete", "--hdd", disk, "--id", "none", code=FAILED, says="'none'")
        self.tool("snapshot", "switch", "--hdd", disk, "--id", first)
        self.sound(disk, raw)
        self.tool("snapshot", "delete", "--hdd", disk, "--id", "before")
        self.tool("merge", "--hdd", disk)
        self.assertEqual(self.json("snapshot", "list", "--hdd", disk), [])
        self.sound(disk, raw)

    def test_a_chain_becomes_one_file_and_its_base_stays(self):
        base, raw = self.make()
        middle, top = self.path("m.qcow2"), self.path("t.qcow2")
        qemu_img("create", "-q", "-f", "qcow2", "-b", "d.qcow2", "-F", "qcow2", middle)
        qemu_img("create", "-q", "-f", "qcow2", "-b", "m.qcow2", "-F", "qcow2", top)
        with open(base, "rb") as f:
            before = hashlib.sha256(f.read()).digest()
        self.refused("resize", "--hdd", top, "--size", "40M", code=BUSY, says="merge it first")
        self.tool("merge", "--hdd", top, "--external")
        with open(base, "rb") as f:
            self.assertEqual(hashlib.sha256(f.read()).digest(), before)
        os.unlink(base)
        os.unlink(middle)
        self.assertNotIn("backing-filename", json.loads(qemu_img("info", "--output=json", top)))
        self.sound(top, raw)

    def test_a_name_is_only_a_name(self):
        raw, disk = self.raw(), self.path('a,b=c;"d"\\e %s $(x).qcow2')
        qemu_img("convert", "-f", "raw", "-O", "qcow2", raw, self.path("plain.qcow2"))
        os.rename(self.path("plain.qcow2"), disk)
        self.tool("resize", "--hdd", disk, "--size", "40M")
        self.tool("convert", "--hdd", disk, "--plain")
        self.tool("compact", "--buildmap", "--hdd", disk)
        self.tool("snapshot", "create", "--hdd", disk, "--name", "--version")
        self.assertEqual([s["name"] for s in self.json("snapshot", "list", "--hdd", disk)], ["--version"])
        self.sound(disk, raw)

    def test_two_at_once_the_second_is_refused(self):
        disk, raw = self.make()
        p = subprocess.Popen(["qemu-io", disk], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        p.stdin.write(b"length\n")
        p.stdin.flush()
        p.stdout.readline()  # it is open
        for args in (("resize", "--size", "40M"), ("compact", "--buildmap"), ("merge", "--external"), ("snapshot", "create")):
            n = 2 if args[0] == "snapshot" else 1
            self.refused(*args[:n], "--hdd", disk, *args[n:], code=BUSY, says="in use")
        p.communicate(b"quit\n")
        self.sound(disk, raw)


class Raw(Formats, ToolCase):
    zeros = 3 * MIB

    def make(self):
        raw, disk = self.raw(), self.path("d.img")
        shutil.copyfile(raw, disk)
        with open(disk, "r+b") as f:  # the copy may have found the zeros
            f.seek(6 * MIB)
            f.write(bytes(4 * MIB))
        return disk, raw


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: MIT
"""
prl_disk_tool where it has to understand the file systems inside: partitions that grow and shrink with the disk, blocks that no file uses. By guestfish, whose
small machine takes some seconds each time it starts, or a minute where KVM is only half there (then LIBGUESTFS_BACKEND_SETTINGS=force_tcg).
"""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

BUILD = os.environ.get("PRLKVM_BUILD_DIR", "build")
TOOL = os.path.join(BUILD, "bin", "prl_disk_tool")
MIB = 1 << 20
TIMEOUT_S = 600


def guestfish(*args, script):
    r = subprocess.run(["guestfish", *args], input=script, capture_output=True, text=True, timeout=TIMEOUT_S)
    if r.returncode:
        raise AssertionError(f"guestfish: {r.stderr}")
    return r.stdout


class Guest(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="prlkvm-test-")
        self.addCleanup(shutil.rmtree, self.dir)
        self.env = dict(os.environ, PRLKVM_HOME=os.path.join(self.dir, "home"))

    def path(self, name):
        return os.path.join(self.dir, name)

    def run_tool(self, *args):
        return subprocess.run([TOOL, *args], env=self.env, capture_output=True, text=True, timeout=TIMEOUT_S)

    def tool(self, *args):
        r = self.run_tool(*args)
        self.assertEqual(r.returncode, 0, f"{args}: {r.stdout}{r.stderr}")
        return r

    def bundle(self, script, size_mib, *options):
        """What guestfish makes of an empty disk, as a bundle."""
        raw, hdd = self.path("made.raw"), self.path("d.hdd")
        with open(raw, "wb") as f:
            f.truncate(size_mib * MIB)
        guestfish("--rw", "--format=raw", "-a", raw, script="run\n" + script)
        self.tool("import", "--hdd", hdd, "--from", raw, "--from-format", "raw", *options)
        return hdd

    def look(self, hdd, script):
        raw = self.path("seen.raw")
        self.tool("export", "--hdd", hdd, "--to", raw, "--format", "raw")
        try:
            return os.path.getsize(raw), guestfish("--ro", "--format=raw", "-a", raw, script="run\n" + script)
        finally:
            os.unlink(raw)

    FILL = "mount {0} /\nwrite /name hello\nfill-pattern abcd 20M /big\nfill 7 30000000 /gone\nsync\nrm /gone\numount /\n"

    def test_partition_shrinks_and_grows_with_the_disk(self):
        hdd = self.bundle("part-init /dev/sda gpt\npart-add /dev/sda p 2048 43007\npart-add /dev/sda p 43008 -2048\n"
                          "mkfs ext4 /dev/sda1\nmkfs ext4 /dev/sda2\n" + self.FILL.format("/dev/sda2"), 160)
        info = json.loads(self.tool("resize", "--info", "--hdd", hdd, "--json").stdout)
        self.assertTrue(info["can_resize_partition"])
        self.assertLess(info["minimum_bytes"], 120 * MIB)
        self.assertGreater(info["minimum_bytes"], 40 * MIB)
        self.assertGreater(info["minimum_keep_partition_bytes"], 150 * MIB)  # the second table is at the end

        self.tool("resize", "--hdd", hdd, "--size", "120M", "--resize_partition")
        size, said = self.look(hdd, "part-list /dev/sda\ne2fsck-f /dev/sda2\nmount-ro /dev/sda2 /\ncat /name\nfilesize /big\nstatvfs /\n"
                                    "debug sh 'sgdisk -v /dev/sda'\n")
        self.assertEqual(size, 120 * MIB)
        self.assertIn("hello", said)
        self.assertIn(str(20 * MIB), said)
        self.assertIn("No problems found", said)
        self.assertIn(f"part_end: {119 * MIB - 1}", said)

        self.tool("resize", "--hdd", hdd, "--size", "200M", "--resize_partition")
        size, said = self.look(hdd, "part-list /dev/sda\ne2fsck-f /dev/sda2\nmount-ro /dev/sda2 /\ncat /name\ndebug sh 'sgdisk -v /dev/sda'\n")
        self.assertEqual(size, 200 * MIB)
        self.assertIn("hello", said)
        self.assertIn("No problems found", said)
        self.assertIn(f"part_end: {199 * MIB - 1}", said)

        r = self.run_tool("resize", "--hdd", hdd, "--size", "40M", "--resize_partition")  # less than the files need
        self.assertEqual(r.returncode, 1, r.stderr)
        self.assertEqual(json.loads(self.tool("info", "--hdd", hdd, "--json").stdout)["size_bytes"], 200 * MIB)
        self.assertTrue(json.loads(self.tool("check", "--hdd", hdd, "--json").stdout)["sound"])

    def test_what_no_file_uses_is_given_back(self):
        """Of a file system that zerofree does not know: through our export, where nbdkit is installed."""
        if not shutil.which("nbdkit") or not os.path.exists(os.path.join(BUILD, "lib", "nbdkit-prlkvm-bundle.so")):
            self.skipTest("bundles are served by nbdkit, which is not installed")
        hdd = self.bundle("part-init /dev/sda mbr\npart-add /dev/sda p 2048 -1\nmkfs btrfs /dev/sda1\n" + self.FILL.format("/dev/sda1"), 256)
        before = json.loads(self.tool("info", "--hdd", hdd, "--json").stdout)
        r = self.tool("compact", "--hdd", hdd, "-v")
        self.assertNotIn("only blocks of zeros", r.stderr)
        self.assertGreater(int(r.stdout.split()[0]), 20, before)
        _, said = self.look(hdd, "mount-ro /dev/sda1 /\ncat /name\nfilesize /big\n")
        self.assertIn("hello", said)
        self.assertIn(str(20 * MIB), said)
        r = self.run_tool("resize", "--hdd", hdd, "--size", "128M", "--resize_partition")
        self.assertEqual(r.returncode, 1)
        self.assertIn("btrfs, which cannot be made smaller", r.stderr)


if __name__ == "__main__":
    if not shutil.which("guestfish"):
        print("skipped: guestfish is not installed (Debian: libguestfs-tools)")
        raise SystemExit(77)
    if not os.environ.get("PRLKVM_TEST_SLOW"):
        print("skipped: guestfish's machine starts a dozen times, which takes minutes without KVM; PRLKVM_TEST_SLOW=1 runs it")
        raise SystemExit(77)
    unittest.main()

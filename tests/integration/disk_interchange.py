# SPDX-License-Identifier: MIT
"""Virtual disks written by the library read back right through QEMU's own drivers, and the reverse; other formats read right.

Workloads are random; the seed is printed, PRLKVM_TEST_SEED repeats one. PRLKVM_TEST_ROUNDS: more of them. No service runs.
"""
import ctypes
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
from ctypes import byref, c_char_p, c_int, c_uint32, c_uint64, c_void_p

from prl import BUILD, SOURCE  # noqa: F401 (also finds the sample's binding)
from main_job import Failed, Handle, Sdk

SEED = int(os.environ.get("PRLKVM_TEST_SEED") or random.SystemRandom().randrange(1 << 32))
ROUNDS = int(os.environ.get("PRLKVM_TEST_ROUNDS", "1"))
READ, WRITE = 1, 2
PLAIN, EXPANDING, GUESS = 1, 2, 100
SECTOR = 512


class Image(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("type", c_uint32), ("start", c_uint64), ("size", c_uint64), ("file", c_char_p)]


class Parameters(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("heads", c_uint32), ("cylinders", c_uint32), ("sectors", c_uint32), ("size", c_uint64), ("block", c_uint32),
                ("parts", c_uint32), ("storages", c_void_p), ("uid", ctypes.c_ubyte * 16), ("name", c_char_p)]


class Disk:
    sdk = None

    def __init__(self, handle):
        self.handle = handle

    @classmethod
    def create(cls, path, sectors, kind, block=0):
        image = Image(type=kind)
        parameters = Parameters(size=sectors, block=block, parts=1, storages=ctypes.addressof(image))
        handle = Handle()
        cls.sdk.call("PrlDisk_CreateDisk_Local", byref(handle), c_char_p(path.encode()), byref(parameters), None, None)
        return cls(handle)

    @classmethod
    def open(cls, path, flags=READ):
        handle = Handle()
        cls.sdk.call("PrlDisk_OpenDisk_Local", byref(handle), c_char_p(path.encode()), c_uint32(flags), Handle(0))
        return cls(handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sdk.call("PrlDisk_Free", self.handle)

    def read(self, offset, size):
        buffer = ctypes.create_string_buffer(size)
        self.sdk.call("PrlDisk_Read", self.handle, buffer, c_uint32(size), c_uint64(offset // SECTOR))
        return buffer.raw

    def write(self, offset, data):
        self.sdk.call("PrlDisk_Write", self.handle, data, c_uint32(len(data)), c_uint64(offset // SECTOR))

    def flush(self):
        self.sdk.call("PrlDisk_FlushCache", self.handle)

    def info(self):
        need = c_uint32(0)
        self.sdk.call("PrlDisk_GetDiskInfo", self.handle, None, byref(need))
        buffer = ctypes.create_string_buffer(need.value)
        self.sdk.call("PrlDisk_GetDiskInfo", self.handle, buffer, byref(need))
        parameters = Parameters.from_buffer(buffer)
        image = Image.from_address(parameters.storages)
        return parameters.size, image.file.decode()


class Model:
    """What a sparse disk should hold: bytes by sector."""

    def __init__(self, sectors):
        self.sectors, self.data = sectors, {}

    def write(self, offset, data):
        for i in range(0, len(data), SECTOR):
            self.data[(offset + i) // SECTOR] = data[i:i + SECTOR]

    def read(self, offset, size):
        return b"".join(self.data.get(sector, bytes(SECTOR)) for sector in range(offset // SECTOR, (offset + size) // SECTOR))


def run(*words, **more):
    done = subprocess.run(words, capture_output=True, timeout=120, **more)
    if done.returncode:
        raise AssertionError(f"{words}: {done.stdout.decode()}{done.stderr.decode()}")
    return done.stdout.decode()


class Interchange(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for tool in ("qemu-img", "qemu-io", "qemu-nbd"):
            if not shutil.which(tool):
                print(f"skipped: there is no {tool}")
                sys.exit(77)
        print(f"seed {SEED} (PRLKVM_TEST_SEED)")
        Disk.sdk = Sdk(os.path.join(BUILD, "lib", "libprl_sdk.so"))

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="prlkvm-test-")
        self.addCleanup(shutil.rmtree, self.dir)
        os.environ["PRLKVM_HOME"] = self.dir
        self.random = random.Random(f"{SEED} {self.id()}")

    def path(self, name):
        return os.path.join(self.dir, name)

    def some(self, n, choices):
        """A few of them, another time others; all of them with more rounds."""
        return choices if ROUNDS > 1 else self.random.sample(choices, n)

    def requests(self, sectors, n, most=600):
        """Random writes: some short, some over several clusters, some at the very end; half of them near each other."""
        near = self.random.randrange(sectors)
        for _ in range(n):
            size = min(self.random.choice([1, 1, 3, 8, 64, self.random.randrange(1, most)]), sectors)
            at = min(near + self.random.randrange(8000), sectors) if self.random.random() < 0.5 else self.random.randrange(sectors)
            if self.random.random() < 0.1:
                at = sectors
            at = max(0, min(at, sectors - size))
            yield at * SECTOR, self.random.randbytes(size * SECTOR)

    def must_hold(self, path, model, n=40):
        with Disk.open(path) as disk:
            self.assertGreaterEqual(disk.info()[0], model.sectors)
            wanted = self.random.sample(sorted(model.data), min(n, len(model.data))) if model.data else []
            for sector in wanted + [0, model.sectors - 1, model.sectors // 2]:
                first = max(0, sector - 5)
                size = min(16, model.sectors - first) * SECTOR
                self.assertEqual(disk.read(first * SECTOR, size), model.read(first * SECTOR, size), f"sector {sector}")

    def raw_of(self, model):
        """The model as a sparse raw file."""
        path = self.path("model.raw")
        with open(path, "wb") as f:
            f.truncate(model.sectors * SECTOR)
            for sector, data in model.data.items():
                f.seek(sector * SECTOR)
                f.write(data)
        return path

    def qemu_writes(self, image, driver, requests, model):
        """The same requests by qemu-io, with patterns of one byte."""
        script = []
        for offset, data in requests:
            byte = self.random.randrange(1, 256)
            script.append(f"write -q -P {byte} {offset} {len(data)}")
            model.write(offset, bytes([byte]) * len(data))
        run("qemu-io", "-f", driver, image, input="\n".join(script).encode() + b"\nflush\n")

    def both_ways(self, sectors, kind, block, n=60):
        bundle = self.path("disk.hdd")
        driver = "parallels" if kind == EXPANDING else "raw"
        model = Model(sectors)
        with Disk.create(bundle, sectors, kind, block) as disk:
            for i, (offset, data) in enumerate(self.requests(sectors, n)):
                disk.write(offset, data)
                model.write(offset, data)
                if i % 20 == 19:
                    disk.flush()
            image = disk.info()[1]
        self.must_hold(bundle, model)
        if kind == EXPANDING:
            run("qemu-img", "check", "-q", "-f", "parallels", image)
        compare = ["qemu-img", "compare", "-q", "-f", "raw", "-F", driver]
        run(*compare, self.raw_of(model), image)
        self.qemu_writes(image, driver, self.requests(sectors, n), model)
        self.must_hold(bundle, model)
        with Disk.open(bundle, READ | WRITE) as disk:
            for offset, data in self.requests(sectors, n // 2):
                disk.write(offset, data)
                model.write(offset, data)
        self.must_hold(bundle, model)
        if kind == EXPANDING:
            run("qemu-img", "check", "-q", "-f", "parallels", image)
        run(*compare, self.raw_of(model), image)
        shutil.rmtree(bundle)

    def test_bundles_both_ways(self):
        for _ in range(ROUNDS):
            self.both_ways(131072, EXPANDING, 0)
            self.both_ways(40960, EXPANDING, self.random.choice([8, 64, 128, 512]))
            self.both_ways(32768, PLAIN, 0)

    def test_a_size_that_is_no_multiple_of_the_cluster(self):
        for _ in range(ROUNDS):
            self.both_ways(100003, EXPANDING, 0)
            self.both_ways(2049, EXPANDING, 128)
            self.both_ways(1, EXPANDING, 0, n=3)
            self.both_ways(7777, PLAIN, 0)

    def test_beyond_2_tib(self):
        sectors = 6 << 31  # 6 TiB
        bundle, model = self.path("huge.hdd"), Model(sectors)
        with Disk.create(bundle, sectors, EXPANDING) as disk:
            for offset, data in self.requests(sectors, 40):
                disk.write(offset, data)
                model.write(offset, data)
            image = disk.info()[1]
        self.must_hold(bundle, model)
        run("qemu-img", "check", "-q", "-f", "parallels", image)
        self.qemu_writes(image, "parallels", self.requests(sectors, 20), model)
        self.must_hold(bundle, model)

    def test_images_made_by_qemu(self):
        for _ in range(ROUNDS):
            for options, sectors in (("cluster_size=1M", 65536), ("cluster_size=64k", 20001)):
                bare, model = self.path("bare.hds"), Model(sectors)
                run("qemu-img", "create", "-q", "-f", "parallels", "-o", options, bare, str(sectors * SECTOR))
                self.qemu_writes(bare, "parallels", self.requests(sectors, 40), model)
                self.must_hold(bare, model)
                with Disk.open(bare, READ | WRITE) as disk:
                    for offset, data in self.requests(sectors, 40):
                        disk.write(offset, data)
                        model.write(offset, data)
                self.must_hold(bare, model)
                run("qemu-img", "check", "-q", "-f", "parallels", bare)
                run("qemu-img", "compare", "-q", "-f", "raw", "-F", "parallels", self.raw_of(model), bare)
                os.unlink(bare)

    def library_writes(self, path, requests, model):
        with Disk.open(path, READ | WRITE) as disk:
            for i, (offset, data) in enumerate(requests):
                disk.write(offset, data)
                model.write(offset, data)
                if i % 3 == 0:
                    self.assertEqual(disk.read(offset, len(data)), data)
                if i % 16 == 15:
                    disk.flush()

    def must_be_same(self, path, model):
        run("qemu-img", "check", "-q", path)
        run("qemu-img", "compare", "-q", "-f", "raw", "-F", "qcow2", self.raw_of(model), path)
        self.must_hold(path, model)

    def test_qcow2_both_ways(self):
        for _ in range(ROUNDS):
            sectors, path, model = 131072, self.path("disk.hdd"), Model(131072)
            with Disk.create(path, sectors, GUESS) as disk:
                for offset, data in self.requests(sectors, 60):
                    disk.write(offset, data)
                    model.write(offset, data)
            self.must_be_same(path, model)
            self.qemu_writes(path, "qcow2", self.requests(sectors, 40), model)
            self.library_writes(path, self.requests(sectors, 60), model)
            self.must_be_same(path, model)
            os.unlink(path)

    def test_qcow2_of_every_kind_is_written_right(self):
        """What is allocated is written in place, the rest by qemu-nbd: the two must agree on every layout."""
        sectors = 30000
        for options in self.some(4, ["cluster_size=64k", "cluster_size=512", "cluster_size=4k,compat=0.10", "cluster_size=2M,extended_l2=on",
                                     "cluster_size=16k,extended_l2=on", "preallocation=metadata", "preallocation=metadata,extended_l2=on",
                                     "lazy_refcounts=on", "refcount_bits=1", "backing", "compressed", "zeros"]):
            with self.subTest(options=options):
                path, model = self.path("disk.qcow2"), Model(sectors)
                create = ["qemu-img", "create", "-q", "-f", "qcow2"]
                if options == "backing":
                    run(*create, self.path("base"), str(sectors * SECTOR))
                    self.qemu_writes(self.path("base"), "qcow2", self.requests(sectors, 20), model)
                    run(*create, "-b", "base", "-F", "qcow2", path)
                elif options == "compressed":
                    for offset, data in self.requests(sectors, 20):
                        model.write(offset, data[:SECTOR] * (len(data) // SECTOR))
                    run("qemu-img", "convert", "-q", "-c", "-f", "raw", "-O", "qcow2", self.raw_of(model), path)
                elif options == "zeros":
                    run(*create, path, str(sectors * SECTOR))
                    self.qemu_writes(path, "qcow2", self.requests(sectors, 10), model)
                    run("qemu-io", "-f", "qcow2", "-c", "write -z 1M 4M", "-c", "write -zu 8M 1M", path)
                    model.write(1 << 20, bytes(4 << 20))
                    model.write(8 << 20, bytes(1 << 20))
                else:
                    run(*create, "-o", options, path, str(sectors * SECTOR))
                for _ in range(2):
                    self.qemu_writes(path, "qcow2", self.requests(sectors, 15), model)
                    self.library_writes(path, self.requests(sectors, 25), model)
                self.must_be_same(path, model)
                os.unlink(path)

    def test_qcow2_with_snapshot_and_bitmap_keeps_both(self):
        sectors, path, model, uuid = 30000, self.path("disk.qcow2"), Model(30000), "0a1b2c3d-0000-4000-8000-00000000000a"
        run("qemu-img", "create", "-q", "-f", "qcow2", path, str(sectors * SECTOR))
        self.qemu_writes(path, "qcow2", self.requests(sectors, 20), model)
        run("qemu-img", "snapshot", "-c", "then", path)
        then = self.raw_of(model)
        os.rename(then, self.path("then.raw"))
        self.library_writes(path, self.requests(sectors, 40), model)
        self.library_writes(path, self.requests(sectors, 40), model)
        self.must_be_same(path, model)
        run("qemu-img", "convert", "-q", "-f", "qcow2", "-l", "then", "-O", "raw", path, self.path("now.raw"))
        run("qemu-img", "compare", "-q", "-f", "raw", "-F", "raw", self.path("then.raw"), self.path("now.raw"))
        run("qemu-img", "snapshot", "-d", "then", path)
        run("qemu-img", "bitmap", "--add", path, uuid)
        written = list(self.requests(sectors, 10))
        self.library_writes(path, written, model)  # over what is there too: each block must be noted
        with Disk.open(path) as disk:
            handle, need = Handle(), c_uint32(0)
            disk.sdk.call("PrlDisk_GetChangesMap_Local", disk.handle, c_char_p(uuid.encode()), None, byref(handle))
            disk.sdk.call("PrlDiskMap_Read", handle, None, byref(need))
            bits = ctypes.create_string_buffer(need.value)
            disk.sdk.call("PrlDiskMap_Read", handle, bits, byref(need))
            disk.sdk.free(handle)
        for offset, data in written:
            for block in range(offset >> 16, (offset + len(data) - 1 >> 16) + 1):
                self.assertTrue(bits.raw[block // 8] >> block % 8 & 1, f"block {block}")

    def test_every_other_format_reads_right(self):
        sectors = 40000
        model = Model(sectors)
        for offset, data in self.requests(sectors, 40):
            model.write(offset, data)
        raw = self.raw_of(model)
        often = [["vmdk"], ["vpc", "-o", "force_size"], ["vhdx"], ["vdi"]]
        seldom = [["raw"], ["qcow2", "-c"], ["vmdk", "-o", "subformat=monolithicFlat"], ["vmdk", "-o", "subformat=twoGbMaxExtentSparse"],
                  ["vmdk", "-o", "subformat=streamOptimized"], ["vpc", "-o", "subformat=fixed,force_size"], ["vdi", "-o", "static=on"],
                  ["qed"], ["qcow"], ["parallels"]]
        for words in often + self.some(3, seldom):
            with self.subTest(format=words):
                path = self.path("other.img")
                run("qemu-img", "convert", "-q", "-f", "raw", "-O", *words, raw, path)
                self.must_hold(path, model)
                if words[0] not in ("qcow",) and "-c" not in words and "subformat=streamOptimized" not in words:
                    mine = Model(sectors)
                    mine.data.update(model.data)
                    with Disk.open(path, READ | WRITE) as disk:
                        for offset, data in self.requests(sectors, 10):
                            disk.write(offset, data)
                            mine.write(offset, data)
                    self.must_hold(path, mine)
                for name in os.listdir(self.dir):
                    if name.startswith("other"):
                        os.unlink(self.path(name))

    def test_samples(self):
        def sample(name, *words, **more):
            return subprocess.run([os.path.join(BUILD, "bin", name), *words], capture_output=True, timeout=60, **more)

        data = self.random.randbytes(3_000_001)
        for kind in ("expanding", "plain", "qcow2"):
            disk, copy = self.path(kind), self.path(f"{kind}.copy")
            self.assertEqual(sample("disk_create", disk, "8", kind, input=data).returncode, 0)
            self.assertEqual(sample("disk_create", disk, "8", kind, input=data).returncode, 1)
            self.assertEqual(sample("disk_read_offset", disk, "1048576", "5000").stdout, data[1048576:1048576 + 5000])
            self.assertEqual(sample("disk_read_offset", disk, "1000", "5000").returncode, 1)
            self.assertEqual(sample("disk_copy_changed", disk, copy).returncode, 0)
            with open(copy, "rb") as f:
                self.assertEqual(f.read(), data + bytes((8 << 20) - len(data)))
        uuid = "0a1b2c3d-0000-4000-8000-00000000000a"
        run("qemu-img", "bitmap", "--add", disk, uuid)
        run("qemu-io", "-f", "qcow2", "-c", "write -P 9 5M 100k", disk)
        self.assertIn(b"copied 131072 of 8388608", sample("disk_copy_changed", disk, copy, uuid).stdout)
        run("qemu-img", "compare", "-q", "-f", "raw", "-F", "qcow2", copy, disk)

    def test_luks_reads_right(self):
        if not os.environ.get("PRLKVM_TEST_SLOW"):
            self.skipTest("qemu-img takes ten seconds to make a key; PRLKVM_TEST_SLOW=1 runs it")
        model, key, path = Model(4096), self.path("key"), self.path("disk.luks")
        for offset, data in self.requests(4096, 20):
            model.write(offset, data)
        with open(key, "w") as f:
            f.write("open sesame")
        for attempt in range(50):  # qemu-img measures the processor and may give up at once
            try:
                run("qemu-img", "convert", "-q", "-f", "raw", "-O", "luks", "--object", f"secret,id=k,file={key}", "-o",
                    "key-secret=k,iter-time=100", self.raw_of(model), path)
                break
            except AssertionError:
                if attempt == 49:
                    raise
        self.assertRaises(Failed, Disk.open, path)
        os.environ["PRLKVM_DISK_KEY_FILE"] = key
        self.addCleanup(os.environ.pop, "PRLKVM_DISK_KEY_FILE")
        self.must_hold(path, model)


if __name__ == "__main__":
    unittest.main(verbosity=2)

# SPDX-License-Identifier: MIT
"""A Linux guest for tests: the distribution's kernel and a static busybox, downloaded with apt-get and unpacked in the build directory
(nothing is installed), an initramfs around tests/support/linux/init, and a GRUB ISO that boots it under BIOS and UEFI alike.

    iso = build(build_dir)          # raises Missing with the reason; made once and kept
    guest = Guest(socket_path)      # the VM's first serial port, a socket that QEMU listens on
    guest.run("cat /proc/version")  # (exit status, output)
    guest.facts()                   # what the guest sees of its machine
"""
import fcntl
import glob
import gzip
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import time

KERNEL = "linux-image-cloud-amd64"
HERE = os.path.dirname(os.path.abspath(__file__))
# In the kernel or as modules; those that a kernel has not are left out.
MODULES = ("virtio_pci", "virtio_blk", "virtio_scsi", "virtio_net", "virtio_balloon", "virtiofs", "ata_piix", "ahci", "sd_mod", "sr_mod",
           "isofs", "efivarfs", "pvpanic_mmio", "vmxnet3", "e1000", "e1000e")
TOOLS = {"grub-mkrescue": "grub-common", "xorriso": "xorriso", "mformat": "mtools"}
COMMAND_LINE = "console=ttyS0 quiet loglevel=3 panic=-1 tsc=reliable no_timer_check mitigations=off"
FETCH_S = 300


class Missing(Exception):
    """Why there can be no such guest here."""


def run(*words, cwd=None, timeout=FETCH_S):
    p = subprocess.run(words, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, check=False)
    if p.returncode:
        raise Missing("%s: %s" % (" ".join(words[:3]), p.stdout.decode(errors="replace").strip()[-300:]))
    return p.stdout.decode(errors="replace")


def download(package, work):
    words = ("apt-get", "-o", "APT::Sandbox::User=root", "download", package)
    try:
        run(*words, cwd=work)
    except Missing:
        if os.geteuid() != 0:
            raise
        run("apt-get", "update", "-qq")    # a list that is older than the archive
        run(*words, cwd=work)


def fetch(work):
    """Kernel and busybox, as files below work."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise Missing("its kernel comes from a Debian archive, and this is no Debian")
    real = re.search(r"Depends: (linux-image-\S+)", run("apt-cache", "depends", KERNEL))
    if not real:
        raise Missing("the archive has no " + KERNEL)
    for package, done in ((real.group(1), "boot/vmlinuz-*"), ("busybox-static", "bin/busybox")):
        if glob.glob(os.path.join(work, done)) or glob.glob(os.path.join(work, "usr", done)):
            continue
        for old in glob.glob(os.path.join(work, package + "_*.deb")):
            os.unlink(old)
        download(package, work)
        run("dpkg", "-x", glob.glob(os.path.join(work, package + "_*.deb"))[0], work)


def first(work, *patterns):
    for pattern in patterns:
        found = sorted(glob.glob(os.path.join(work, pattern)))
        if found:
            return found[0]
    raise Missing("no %s in the package" % patterns[0])


# ---- the initramfs ----

def module_files(work):
    """Paths of modules, each behind those it depends on."""
    root = first(work, "lib/modules/*", "usr/lib/modules/*")
    known = {os.path.basename(p).split(".ko")[0].replace("-", "_"): p for p in glob.glob(root + "/kernel/**/*.ko*", recursive=True)}
    order = []

    def add(name):
        path = known.get(name)
        if not path or path in order:
            return
        with open(path, "rb") as f:
            depends = re.search(rb"\0depends=([^\0]*)\0", f.read())
        for needed in (depends.group(1).decode().split(",") if depends and depends.group(1) else ()):
            add(needed.replace("-", "_"))
        order.append(path)

    for name in MODULES:
        add(name)
    return order


def entry(number, name, mode, data=b"", device=(0, 0)):
    """One member of a cpio archive, format newc."""
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, device[0], device[1], len(name) + 1, 0)
    head = b"070701" + b"".join(b"%08X" % x for x in fields) + name.encode() + b"\0"
    return head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4)


def initramfs(work):
    members = [("bin", 0o40755, b"", (0, 0)), ("dev", 0o40755, b"", (0, 0)), ("modules", 0o40755, b"", (0, 0)),
               ("dev/console", 0o20600, b"", (5, 1))]

    def file(name, mode, path):
        with open(path, "rb") as f:
            members.append((name, mode, f.read(), (0, 0)))

    file("bin/busybox", 0o100755, first(work, "bin/busybox", "usr/bin/busybox"))
    file("init", 0o100755, os.path.join(HERE, "linux", "init"))
    modules = module_files(work)
    for path in modules:
        file("modules/" + os.path.basename(path), 0o100644, path)
    members.append(("modules/order", 0o100644, "".join(os.path.basename(p) + "\n" for p in modules).encode(), (0, 0)))
    archive = b"".join(entry(i + 1, *m) for i, m in enumerate(members)) + entry(0, "TRAILER!!!", 0)
    return gzip.compress(archive, 1)


# ---- the ISO ----

def build(build_dir):
    """The path of the ISO. Made when it is missing or older than what it is made of; two builders wait for each other."""
    missing = sorted(package for tool, package in TOOLS.items() if not shutil.which(tool))
    work = os.path.join(build_dir, "linux-guest")
    if missing:
        raise Missing("its boot disk needs " + ", ".join(missing))
    os.makedirs(work, exist_ok=True)
    with open(os.path.join(work, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with open(os.path.join(HERE, "linux", "init"), "rb") as f, open(__file__, "rb") as g:
            iso = os.path.join(work, "guest-%s.iso" % hashlib.sha256(f.read() + g.read()).hexdigest()[:12])
        if not os.path.exists(iso):
            fetch(work)
            make_iso(work, iso)
    return iso


def make_iso(work, iso):
    tree = os.path.join(work, "iso")
    shutil.rmtree(tree, ignore_errors=True)
    os.makedirs(os.path.join(tree, "boot/grub"))
    shutil.copy(first(work, "boot/vmlinuz-*"), os.path.join(tree, "boot/vmlinuz"))
    with open(os.path.join(tree, "boot/initrd"), "wb") as f:
        f.write(initramfs(work))
    with open(os.path.join(tree, "boot/grub/grub.cfg"), "w", encoding="ascii") as f:
        f.write("set timeout=0\nlinux /boot/vmlinuz %s\ninitrd /boot/initrd\nboot\n" % COMMAND_LINE)
    with open(os.path.join(tree, "hello.txt"), "w", encoding="ascii") as f:
        f.write("hello from the disc\n")
    run("grub-mkrescue", "-o", iso + ".new", tree, "--", "-volid", "PRLKVMGUEST")
    os.rename(iso + ".new", iso)


# ---- a running one ----

class Guest:
    def __init__(self, path, timeout_s=120, ready=True):
        """ready False: it has said so before, to another connection."""
        self.deadline = time.monotonic() + timeout_s
        self.sock = socket.socket(socket.AF_UNIX)
        self.buffer = b""
        while True:
            try:
                self.sock.connect(path)
                break
            except OSError:
                if time.monotonic() > self.deadline:
                    raise
                time.sleep(0.05)
        if ready:
            self.wait("@@ ready", timeout_s)

    def receive(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0:
            raise AssertionError("the guest is silent: " + self.buffer.decode(errors="replace")[-500:])
        self.sock.settimeout(left)
        try:
            data = self.sock.recv(65536)
        except socket.timeout:
            return
        if not data:
            raise AssertionError("the guest's serial port was closed")
        self.buffer += data

    def line(self, deadline):
        while b"\n" not in self.buffer:
            self.receive(deadline)
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.decode(errors="replace").rstrip("\r")

    def wait(self, marker, timeout_s):
        """Lines up to the one that begins with marker; that one last."""
        deadline, lines = time.monotonic() + timeout_s, []
        while True:
            line = self.line(deadline)
            if line.startswith(marker):
                return lines + [line]
            lines.append(line)

    def wait_for(self, words, timeout_s):
        """The same for words anywhere: firmware ends its lines as it likes."""
        deadline = time.monotonic() + timeout_s
        while words not in self.buffer:
            self.receive(deadline)
        lines, self.buffer = self.buffer.decode(errors="replace").splitlines(), b""
        return lines

    def run(self, command, timeout_s=30):
        self.sock.sendall(command.encode() + b"\n")
        lines = self.wait("@@ ", timeout_s)
        return int(lines[-1][3:]), "\n".join(lines[:-1])

    def check(self, command, timeout_s=30):
        status, output = self.run(command, timeout_s)
        if status:
            raise AssertionError("in the guest: %s: exit %d: %s" % (command, status, output))
        return output

    def facts(self):
        """{"cpu": [{"id": "0", ...}, ...], "memory": [...], ...}"""
        found = {}
        for line in self.check("facts").split("\n"):
            if line.startswith("{"):
                fact = json.loads(line)
                found.setdefault(fact.pop("fact"), []).append(fact)
        if "end" not in found:
            raise AssertionError("the guest did not tell all")
        return found

    def close(self):
        self.sock.close()

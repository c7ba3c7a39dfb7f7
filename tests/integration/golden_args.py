# SPDX-License-Identifier: MIT
"""Every golden command line (tests/golden/qemu_args) is taken by the real QEMU: it is started with -S, answers over QMP, knows every
device by its id, takes the QMP commands that belong to it, and quits.

What the golden files name and this machine has not is put in its place: images, firmware and sockets below a directory of our own,
free ports, descriptors. Only what needs a real device of the host (vfio, a parallel port) is left out, and said.
"""
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

SOURCE = os.environ.get("PRLKVM_SOURCE_DIR", ".")
GOLDEN = os.path.join(SOURCE, "tests/golden/qemu_args")
QEMU = os.environ.get("PRLKVM_QEMU") or shutil.which("qemu-system-x86_64")
ANSWER_S = 60
FD_QMP, FD_RAM, FD_REATTACH, FD_LOCK, FD_TPM, FD_SHARES, FD_TAPS, FD_END = 3, 4, 5, 6, 7, 8, 16, 24


CERTIFICATES = threading.Lock()    # made once


class Skip(Exception):
    pass


class Refused(Exception):
    pass


def read_golden(name):
    argv, commands = [], []
    with open(os.path.join(GOLDEN, name), encoding="utf-8") as f:
        for line in f.read().split("\n"):
            if line.startswith("# QMP "):
                commands.append(json.loads(line[6:]))
            elif line.startswith("# password by QMP: "):
                commands.append({"execute": "set_password", "arguments": {"protocol": "vnc", "password": line[19:]}})
            elif line and not line.startswith("#"):
                argv += line.split(" ", 1)
    return argv, commands


class Place:
    """One golden file made to fit this machine."""

    def __init__(self, name, root):
        self.root = os.path.join(root, name)
        os.mkdir(self.root)
        self.fds = {}       # number in QEMU -> ours
        self.helpers = []
        self.argv, self.commands = read_golden(name)
        self.argv[0] = QEMU
        self.sizes = {}
        self.qcow2 = {n["file"] for n in self.nodes() if n["driver"] == "qcow2"}
        for i, word in enumerate(self.argv):
            if word.startswith("{"):
                self.argv[i] = json.dumps(self.fit_json(self.argv[i - 1], json.loads(word)))
            else:
                self.argv[i] = self.fit_text(self.argv[i - 1], word)
        if not any(a == "-S" for a in self.argv):
            self.argv.append("-S")

    def nodes(self):
        return [json.loads(w) for i, w in enumerate(self.argv) if self.argv[i - 1] == "-blockdev"]

    def path(self, path):
        new = self.root + path
        os.makedirs(os.path.dirname(new), exist_ok=True)
        return new

    def image(self, node, path):
        new = self.path(path)
        if node in self.qcow2:
            shutil.copy(os.path.join(os.path.dirname(self.root), "template.qcow2"), new)
        else:
            with open(new, "wb") as f:
                f.truncate(4 << 20 if "efi" in node else 1474560)
        return new

    def fit_json(self, option, o):
        if option == "-blockdev" and "filename" in o:
            o["filename"] = self.image(o["node-name"], o["filename"])
            o["driver"] = "file"    # host_device, host_cdrom
        if o.get("driver") == "vfio-pci":
            raise Skip("needs a PCI device bound to vfio-pci")
        if o.get("driver") == "usb-host" and not os.path.isdir("/dev/bus/usb"):
            raise Skip("needs /dev/bus/usb")
        if o.get("driver") == "tap" or o.get("type") == "tap":
            self.tap(int(o["fd"]))
        if o.get("type") == "user" and "hostfwd" in o:
            for rule in o["hostfwd"]:
                rule["str"] = re.sub(r"::\d+-", "::0-", rule["str"])
        if o.get("qom-type") == "tls-creds-x509":
            o["dir"] = self.certificates()
        if o.get("driver") == "nbd":
            raise Skip("needs an export of a bundle")
        return o

    def fit_text(self, option, word):
        if option == "-accel":
            return "tcg,thread=multi"
        if option == "-cpu":
            return re.sub(r",hv-[a-z]+(=[a-z0-9]+)?", "", word).replace("host,migratable=on", "max")
        if option == "-vnc":
            m = re.match(r"(.*):(\d+)(,to=\d+)?(.*)", word)
            return "127.0.0.1:%d,to=%d%s" % (20000, 20999, m.group(4))
        if option == "-chardev":
            return self.fit_chardev(word)
        return word

    def fit_chardev(self, word):
        kind, rest = word.split(",", 1)
        m = re.search(r"\bfd=(\d+)", word)
        if m and int(m.group(1)) == FD_TPM:
            self.tpm()
        elif m and FD_SHARES <= int(m.group(1)) < FD_TAPS:
            self.share(int(m.group(1)))
        if kind == "serial":
            master, slave = os.openpty()
            self.helpers.append(master)
            return "serial,%s,path=%s" % (rest.split(",", 1)[0], os.ttyname(slave))
        if kind == "parallel":
            return "null," + rest.split(",", 1)[0]
        if kind in ("file", "socket") and "path=" in word:
            return re.sub(r"path=(/[^,]*)", lambda m: "path=" + self.path(m.group(1)), word)
        if kind == "socket" and "server=on" in word:
            return re.sub(r"port=\d+", "port=0", word)
        return re.sub(r"localport=\d+", "localport=0", word)

    # What comes through descriptors.

    def tpm(self):
        program = os.environ.get("PRLKVM_SWTPM") or shutil.which("swtpm")
        if not program:
            raise Skip("needs swtpm")
        ours, theirs = socket.socketpair()
        state = self.path("/tpm/x")
        with open(self.path("/swtpm.log"), "wb") as log:
            self.helpers.append(subprocess.Popen(
                [program, "socket", "--tpm2", "--tpmstate", "dir=" + os.path.dirname(state), "--ctrl",
                 "type=unixio,clientfd=%d" % theirs.fileno(), "--terminate"], pass_fds=[theirs.fileno()], stdout=log, stderr=log))
        theirs.close()
        self.fds[FD_TPM] = ours

    def share(self, number):
        """The front end waits for its daemon at once, so there must be one: three answers are all it asks before -S."""
        ours, theirs = socket.socketpair()
        threading.Thread(target=vhost_user_answers, args=(theirs,), daemon=True).start()
        self.fds[number] = ours

    def tap(self, number):
        import fcntl
        try:
            fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        except OSError as e:
            raise Skip("needs /dev/net/tun: %s" % e.strerror)
        try:
            fcntl.ioctl(fd, 0x400454CA, struct.pack("16sH22x", b"prlkvm%d", 0x2 | 0x1000 | 0x4000))
        except OSError as e:
            os.close(fd)
            raise Skip("may make no tap: %s" % e.strerror)
        self.fds[number] = os.fdopen(fd, "rb+", buffering=0)

    def certificates(self):
        openssl = shutil.which("openssl")
        made = os.path.join(os.path.dirname(self.root), "tls")
        if not openssl:
            raise Skip("needs openssl for certificates")
        with CERTIFICATES:
            if not os.path.isdir(made):
                os.mkdir(made)
                key = ["-newkey", "rsa:2048", "-nodes", "-days", "30"]
                for words in (["req", "-x509", *key, "-subj", "/CN=ca", "-keyout", "ca-key.pem", "-out", "ca-cert.pem"],
                              ["req", "-x509", *key, "-subj", "/CN=localhost", "-CA", "ca-cert.pem", "-CAkey", "ca-key.pem", "-addext",
                               "basicConstraints=CA:FALSE", "-keyout", "server-key.pem", "-out", "server-cert.pem"]):
                    subprocess.run([openssl, *words], check=True, cwd=made, stderr=subprocess.DEVNULL)
        return made

    def fixed_fds(self, size):
        self.qmp, theirs = socket.socketpair()
        self.fds[FD_QMP] = theirs
        ram = os.memfd_create("ram")
        os.ftruncate(ram, size)
        self.fds[FD_RAM] = os.fdopen(ram, "rb+", buffering=0)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(os.path.join(self.root, "q"))
        self.fds[FD_REATTACH] = listener

    def ram_size(self):
        for i, word in enumerate(self.argv):
            if self.argv[i - 1] == "-object" and json.loads(word).get("id") == "ram0":
                return json.loads(word)["size"]
        return 4 << 20

    def spawn(self):
        self.fixed_fds(self.ram_size())
        high = {n: os.dup(f.fileno()) for n, f in self.fds.items()}
        high = {n: self.move_up(fd) for n, fd in high.items()}
        actions = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                   (os.POSIX_SPAWN_OPEN, 1, self.path("/qemu.log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
                   (os.POSIX_SPAWN_DUP2, 1, 2)]
        actions += [(os.POSIX_SPAWN_DUP2, fd, n) for n, fd in high.items()]
        pid = os.posix_spawn(self.argv[0], self.argv, os.environ, file_actions=actions, setsigdef=range(1, 32))
        for fd in high.values():
            os.close(fd)
        for f in self.fds.values():
            f.close()
        self.fds.clear()
        return pid

    @staticmethod
    def move_up(fd):
        import fcntl
        new = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 64)
        os.close(fd)
        return new

    def log(self):
        with open(self.path("/qemu.log"), encoding="utf-8", errors="replace") as f:
            return f.read().strip()

    def close(self):
        for f in self.fds.values():
            f.close()
        for h in self.helpers:
            if isinstance(h, int):
                os.close(h)
            else:
                try:
                    h.wait(5)    # it ends with QEMU
                except subprocess.TimeoutExpired:
                    h.kill()
                    h.wait()
                    raise Refused("its helper stays")


def vhost_user_answers(sock):
    """Enough of the vhost-user protocol for a device that nobody uses yet: features, queue number, configuration."""
    try:
        while True:
            head = sock.recv(12, socket.MSG_WAITALL)
            if len(head) < 12:
                return
            request, flags, size = struct.unpack("<III", head)
            body = sock.recv(size, socket.MSG_WAITALL) if size else b""
            replies = {1: 1 << 30 | 1 << 32, 15: 1 << 0 | 1 << 3, 17: 1, 11: 0}    # GET_FEATURES, PROTOCOL_FEATURES, QUEUE_NUM, VRING_BASE
            if request in replies:
                sock.sendall(struct.pack("<IIIQ", request, 5, 8, replies[request]))
            elif flags & 8:    # wants an acknowledgement
                sock.sendall(struct.pack("<IIIQ", request, 5, 8, 0))
            del body
    except OSError:
        pass
    finally:
        sock.close()


class Qmp:
    def __init__(self, sock):
        sock.settimeout(ANSWER_S)
        self.file = sock.makefile("rwb")
        self.read()
        self.call("qmp_capabilities")

    def read(self):
        line = self.file.readline()
        if not line:
            raise Refused("QEMU has ended")
        return json.loads(line)

    def call(self, command, **arguments):
        return self.send({"execute": command, "arguments": arguments})

    def send(self, message):
        self.file.write(json.dumps(message).encode() + b"\n")
        self.file.flush()
        while True:
            answer = self.read()
            if "error" in answer:
                raise Refused("%s: %s" % (message["execute"], answer["error"]["desc"]))
            if "return" in answer:
                return answer["return"]


def talk(place):
    qmp = Qmp(place.qmp)
    status = qmp.call("query-status")["status"]
    if status not in ("prelaunch", "paused"):
        raise Refused("its status is " + status)
    known = {o["name"] for o in qmp.call("qom-list", path="/machine/peripheral")}
    for i, word in enumerate(place.argv):
        if place.argv[i - 1] == "-device" and json.loads(word)["id"] not in known:
            raise Refused("no device '%s'" % json.loads(word)["id"])
    for command in place.commands:
        qmp.send(command)
    qmp.call("quit")


def run(name, root):
    place = None
    try:
        place = Place(name, root)
        pid = place.spawn()
        try:
            talk(place)
        except (Refused, OSError, ValueError) as e:
            try:
                os.kill(pid, 9)    # our child, not reaped yet
            except ProcessLookupError:
                pass
            raise Refused("%s; %s" % (e, place.log()))
        finally:
            place.qmp.close()
            _, status = os.waitpid(pid, 0)
        if status:
            raise Refused("exit status %d; %s" % (status, place.log()))
        place.close()
        return name, "ok", ""
    except Skip as e:
        if place:
            place.close()
        return name, "skipped", str(e)
    except Refused as e:
        return name, "REFUSED", str(e)


def main():
    if not QEMU:
        print("skipped: no qemu-system-x86_64")
        return 77
    names = sorted(n for n in os.listdir(GOLDEN) if n.endswith(".args") and (len(sys.argv) < 2 or n[:-5] in sys.argv[1:]))
    with tempfile.TemporaryDirectory(prefix="prlkvm-args-") as root:
        subprocess.run([shutil.which("qemu-img"), "create", "-q", "-f", "qcow2", os.path.join(root, "template.qcow2"), "16M"], check=True)
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda n: run(n, root), names))
    for name, what, why in results:
        if what != "ok":
            print("%s: %s: %s" % (name, what, why))
    bad = sum(what == "REFUSED" for _, what, _ in results)
    print("%d command lines: %d taken, %d refused, %d skipped" % (len(results), sum(w == "ok" for _, w, _ in results), bad,
                                                                 sum(w == "skipped" for _, w, _ in results)))
    return 1 if bad or not results else 0


if __name__ == "__main__":
    sys.exit(main())

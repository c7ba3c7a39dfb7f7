# SPDX-License-Identifier: MIT
"""A user other than the owner gets nothing from the socket or the files."""
import os
import socket
import stat
import subprocess
import sys
import unittest

from prl import *

NOBODY = 65534

PROBE = """
import os, socket, sys
os.setgroups([]); os.setgid({id}); os.setuid({id})
for where, dirs, files in os.walk({home!r}):
    for name in dirs + files:
        sys.exit("sees " + os.path.join(where, name))
s = socket.socket(socket.AF_UNIX)
try:
    s.connect({sock!r})
    s.sendall(b'{{"method":"org.varlink.service.GetInfo"}}\\0')
    s.settimeout(5)
    got = s.recv(100)
    sys.exit("the socket answers: %r" % got if got else 0)
except OSError:
    sys.exit(0)
"""


class OtherUser(ServiceCase):
    def socket_path(self):
        found = [os.path.join(where, name) for where, _, files in os.walk(self.home) for name in files if name == "service.sock"]
        self.assertEqual(len(found), 1)
        return found[0]

    def test_modes(self):
        vm = self.open().create("private")
        vm.start()
        for where, dirs, files in os.walk(self.home):
            self.assertEqual(stat.S_IMODE(os.stat(where).st_mode) & 0o077, 0, where)
            for name in files:
                mode = os.lstat(os.path.join(where, name)).st_mode
                if not stat.S_ISLNK(mode):
                    self.assertEqual(stat.S_IMODE(mode) & 0o077, 0, name)

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
    def test_nobody(self):
        self.open().create("private", guest=False)
        sock = self.socket_path()
        probe = PROBE.format(id=NOBODY, home=self.home, sock=sock)
        run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        # Even where the directories would let it through, the service looks at who is there.
        for path in (self.home, os.path.dirname(sock)):
            os.chmod(path, 0o755)
        os.chmod(sock, 0o777)
        try:
            run = subprocess.run([sys.executable, "-c", probe.replace("for where, dirs, files in os.walk", "for where, dirs, files in ()and os.walk")],
                                 capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, run.stderr)
        finally:
            for path in (self.home, os.path.dirname(sock)):
                os.chmod(path, 0o700)

    def test_malformed_messages(self):
        self.open().create("still here", guest=False)
        sock = self.socket_path()
        for bad in (b"\0", b"{}\0", b"[" * 100000 + b"\0", b'{"method":1}\0', b'{"method":"org.prlkvm.VmStart","id":1,"parameters":{"vm":"../.."}}\0',
                    b'{"method":"org.prlkvm.VmStart","parameters":{}}\0', b"\xff" * 1000 + b"\0", b'{"method":"org.prlkvm.Nothing"}\0', os.urandom(4096) + b"\0",
                    b'{"method":"org.prlkvm.Login","id":1,"fds":1,"parameters":{}}\0'):
            with socket.socket(socket.AF_UNIX) as s:
                s.settimeout(5)
                s.connect(sock)
                s.sendall(bad)
                s.shutdown(socket.SHUT_WR)
                try:
                    while s.recv(4096):
                        pass
                except OSError:
                    pass
        self.assertEqual(list(self.client.vms()), ["still here"])
        self.assertEqual(len(self.pid_of("prlkvmd")), 1)

    def test_varlink(self):
        self.open()
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(5)
            s.connect(self.socket_path())
            s.sendall(b'{"method":"org.varlink.service.GetInfo"}\0')
            got = b""
            while not got.endswith(b"\0"):
                got += s.recv(4096)
        self.assertIn("interfaces", json.loads(got[:-1])["parameters"])


if __name__ == "__main__":
    main()

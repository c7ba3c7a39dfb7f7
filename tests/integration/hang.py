# SPDX-License-Identifier: MIT
"""A QEMU that does not answer (SIGSTOP) delays nobody but itself."""
import os
import signal
import time
from ctypes import c_uint

from prl import *


class Hang(ServiceCase):
    def test_stopped_qemu(self):
        hung = self.open().create("hung")
        other = self.client.create("other", guest=False)
        hung.start()
        hung.count_above(10)

        def timed(what):
            begin = time.monotonic()
            what()
            return time.monotonic() - begin

        # The best of many: what is looked for is waiting for the hung one, not what else this machine does.
        def usual():
            return min(timed(lambda: (self.client.vms(), other.state())) for _ in range(50))

        before = usual()
        os.kill(self.pid_of("qemu-system")[0], signal.SIGSTOP)
        job = hung.job("Pause", c_uint(0))
        waits = []
        for _ in range(5):
            waits.append(timed(lambda: self.assertEqual(
                self.client.sdk.name_of(self.client.sdk.lib.PrlJob_Wait(job.handle, c_uint(200))), "PRL_ERR_TIMEOUT")))
        self.assertGreaterEqual(min(waits), 0.2)
        self.assertLess(min(waits), 0.22)
        # A call that waited for the hung one would be a hundred times slower.
        self.assertLess(usual(), before * 5 + 0.005)
        other.start()
        other.kill()
        hung.kill()
        self.assertEqual(hung.state(), "stopped")
        self.assertEqual(self.pid_of("qemu-system"), [])
        self.assertLess(job.wait(), 0)
        job.free()
        hung.start()
        until("it boots again", lambda: hung.serial().count("BOOT") == 2)


    def test_stopped_for_a_moment(self):
        """Longer than the answer to a short command is waited for without a worker: one takes over, and nothing is lost."""
        vm = self.open().create("slow")
        vm.start()
        vm.count_above(0)
        qemu = self.pid_of("qemu-system")[0]
        for what, state in (("Pause", "paused"), ("Resume", "running"), ("Pause", "paused")):
            os.kill(qemu, signal.SIGSTOP)
            job = vm.job(what, *([c_uint(0)] if what == "Pause" else []))
            self.assertEqual(self.client.sdk.name_of(self.client.sdk.lib.PrlJob_Wait(job.handle, c_uint(300))), "PRL_ERR_TIMEOUT")
            os.kill(qemu, signal.SIGCONT)
            self.assertEqual(job.wait(), 0)
            job.free()
            self.assertEqual(vm.state(), state)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MIT
"""The disk is full from one call on (crash_shim.c says ENOSPC): the operation fails with a cause, nothing is lost, nothing half made stays."""
import os
from ctypes import c_char_p

import crash
from prl import *


class FullDisk(crash.Crash):
    """The sweeps of crash.py with ENOSPC in place of the kill."""

    def sweep(self, prepare, operation, check):
        self.open()
        subject = prepare(0)
        self.control.set(CrashControl.COUNT)
        job = operation(subject, 0)
        self.assertEqual(self.client.sdk.name_of(job.wait()), "PRL_ERR_SUCCESS")
        job.free()
        total = self.control.count()
        self.control.set(CrashControl.OFF)
        check(0, True)
        step = max(1, total // crash.POINTS) if crash.POINTS else 1
        for round_, at in enumerate(range(1, total + 1, step), 1):
            with self.subTest(at=at):
                subject = prepare(round_)
                service = self.service_pid()
                self.control.set(CrashControl.NO_SPACE, at)
                job = operation(subject, round_)
                code = job.wait()
                self.control.set(CrashControl.OFF)
                job.free()
                self.assertEqual(self.service_pid(), service, "the service survives")
                check(round_, code == 0)


if __name__ == "__main__":
    del crash.Crash.test_start  # start needs no space of the service's own but the run record
    main()

# SPDX-License-Identifier: MIT
"""The disk is full from one call on (crash_shim.c says ENOSPC): the operation fails with a cause, nothing is lost, nothing half made stays."""
import crash
from prl import *


class FullDisk(crash.Crash):
    """The sweeps of crash.py with ENOSPC in place of the kill."""

    def disturb(self, subject, operation, round_, at):
        service = self.service_pid()
        self.control.set(CrashControl.NO_SPACE, at)
        job = operation(subject, round_)
        code = job.wait()
        self.control.set(CrashControl.OFF)
        job.free()
        self.assertEqual(self.service_pid(), service, "the service survives")
        return code


if __name__ == "__main__":
    del crash.Crash.test_start  # it needs no space of the service's own but the run record
    main()

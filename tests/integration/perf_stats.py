# SPDX-License-Identifier: MIT
"""Performance counters: events once a second while a machine runs, filtered, to the session that asked; a hung QEMU costs the others nothing."""
import os
import queue
import signal
import time
from ctypes import CFUNCTYPE, byref, c_char_p, c_int, c_uint, c_uint64, c_void_p

from prl import *

VM_PERFSTATS, PIE_VIRTUAL_MACHINE = 100901, 0
Callback = CFUNCTYPE(c_int, Handle, c_void_p)


def counters(sdk, event):
    """name -> number of all parameters of the event."""
    count, found = c_uint(), {}
    sdk.call("PrlEvent_GetParamsCount", event, byref(count))
    for i in range(count.value):
        param, number = Handle(), c_uint64()
        sdk.call("PrlEvent_GetParam", event, c_uint(i), byref(param))
        sdk.call("PrlEvtPrm_ToUint64", param, byref(number))
        found[sdk.text("PrlEvtPrm_GetName", param)] = number.value
        sdk.free(param)
    return found


class Perf(ServiceCase):
    def open(self):
        super().open()
        self.seen = queue.Queue()
        self.callback = Callback(self.on_event)
        self.client.sdk.call("PrlSrv_RegEventHandler", self.client.server, self.callback, None)
        return self.client

    def on_event(self, event, _):
        sdk, event, kind, issuer = self.client.sdk, Handle(event), c_uint(), c_uint()
        is_event = sdk.lib.PrlEvent_GetType(event, byref(kind)) == 0  # finished jobs come here too
        if is_event and kind.value == VM_PERFSTATS:
            sdk.call("PrlEvent_GetIssuerType", event, byref(issuer))
            self.seen.put((sdk.text("PrlEvent_GetIssuerId", event), issuer.value, counters(sdk, event), time.monotonic()))
        sdk.free(event)
        return 0

    def forget(self):
        while not self.seen.empty():
            self.seen.get()

    def next_of(self, vm):
        deadline = time.monotonic() + 20
        while True:
            event = self.seen.get(timeout=max(0.01, deadline - time.monotonic()))
            if event[0] == vm.uuid():
                return event

    def subscribe(self, vm, text=None):
        vm.do("SubscribeToPerfStats", c_char_p(text) if text is not None else None)

    def ask(self, vm, text=None):
        event = self.client.sdk.param(self.client.sdk.job("PrlVm_GetPerfStats", vm.handle, c_char_p(text) if text is not None else None))
        found = counters(self.client.sdk, event)
        self.client.sdk.free(event)
        return found

    def test_counters(self):
        vm = self.open().create("one")
        self.subscribe(vm)
        self.assertEqual(self.ask(vm), {})  # stopped: an event without counters
        vm.do("UnsubscribeFromPerfStats")
        vm.do("UnsubscribeFromPerfStats")
        self.subscribe(vm)
        vm.start()
        self.next_of(vm)    # at once; the others once a second
        events = [self.next_of(vm) for _ in range(4)]
        for _ in range(3):
            asked = time.monotonic()
            self.subscribe(vm)    # in the place of the other, and answered by an event, not by the next tick only
            self.assertLess(self.next_of(vm)[3] - asked, 0.5)
        for before, after in zip(events, events[1:]):
            self.assertEqual(after[1], PIE_VIRTUAL_MACHINE)
            self.assertGreater(after[2]["guest.vcpu0.time"], before[2]["guest.vcpu0.time"])
            self.assertEqual(after[2]["guest.ram.total"], 32)
            self.assertEqual(after[2]["guest.ram.balloon_actual"], 32)
            self.assertLessEqual(after[2]["guest.cpu.usage"], 100)
            self.assertGreater(after[2]["host.cpu.time"], 0)
            for name in ("read_requests", "write_requests", "read_total", "write_total"):
                self.assertGreaterEqual(after[2]["devices.scsi0." + name], before[2]["devices.scsi0." + name])
            self.assertTrue(0.5 < after[3] - before[3] < 5, "once a second")
        last = events[-1][2]
        self.assertGreater(last["devices.scsi0.write_requests"], events[0][2]["devices.scsi0.write_requests"])
        self.assertGreater(last["devices.scsi0.read_total"], 0)  # it booted from there
        self.assertFalse([name for name in last if name.startswith("net.")])

        self.subscribe(vm, b"devices.*#.write_t*")  # in the place of the other
        self.forget()
        until("only what the filter lets through", lambda: set(self.next_of(vm)[2]) == {"devices.scsi0.write_total", "devices.scsi1.write_total"})
        self.assertEqual(set(self.ask(vm, b"guest.vcpu#.time")), {"guest.vcpu0.time"})
        self.assertEqual(self.ask(vm, b"guest.vcpu"), {})

        # An event without counters is not sent.
        self.subscribe(vm, b"nothing.has.this.name")
        other = self.client.create("quiet", guest=False)
        other.start()
        self.subscribe(other, b"guest.ram.total")
        self.forget()
        for _ in range(3):
            self.assertEqual(self.seen.get(timeout=20)[0], other.uuid())
        vm.do("UnsubscribeFromPerfStats")
        other.do("UnsubscribeFromPerfStats")
        self.forget()
        vm.pause()
        self.assertEqual(vm.job("GetPerfStats", None).error_name(), "PRL_ERR_DISP_VM_IS_NOT_STARTED")

        self.subscribe(vm)
        self.subscribe(other, b"guest.ram.total")
        vm.start()
        first = self.next_of(vm)[2]
        self.assertGreaterEqual(first["guest.vcpu0.time"], last["guest.vcpu0.time"])
        vm.remove()
        self.forget()
        self.next_of(other)
        other.remove()

    def test_paused_sends_nothing(self):
        vm = self.open().create("paused", guest=False)
        other = self.client.create("other", guest=False)
        vm.start()
        other.start()
        vm.pause()
        self.subscribe(vm)
        self.subscribe(other)
        for _ in range(3):
            self.assertEqual(self.seen.get(timeout=20)[0], other.uuid())

    def test_logoff_ends_it(self):
        vm = self.open().create("one", guest=False)
        vm.start()
        self.subscribe(vm)
        self.next_of(vm)
        self.client.run("PrlSrv_Logoff", self.client.server)
        self.client.login()
        again = self.client.find("one")
        self.forget()
        self.subscribe(again, b"guest.ram.total")
        for _ in range(2):
            self.assertEqual(self.next_of(again)[2], {"guest.ram.total": 32})
        self.assertTrue(self.seen.empty())

    def test_hung_qemu(self):
        hung = self.open().create("hung", guest=False)
        hung.start()
        pid = self.pid_of("qemu-system")[0]
        other = self.client.create("other", guest=False)
        other.start()
        self.subscribe(hung)
        self.subscribe(other)
        self.next_of(hung)
        os.kill(pid, signal.SIGSTOP)
        begin = self.next_of(other)[3]
        times = [begin] + [self.next_of(other)[3] for _ in range(4)]
        self.assertLess(max(b - a for a, b in zip(times, times[1:])), 2.5)
        self.assertLess(self.job_time(hung), 6)
        self.forget()
        os.kill(pid, signal.SIGCONT)
        self.next_of(hung)  # caught up
        os.kill(pid, signal.SIGKILL)
        until("it is seen to have ended", lambda: hung.state() == "stopped")
        self.forget()
        for _ in range(2):
            self.next_of(other)
        hung.start()
        self.next_of(hung)

    def job_time(self, vm):
        begin, job = time.monotonic(), vm.job("GetPerfStats", None)
        self.assertEqual(job.error_name(), "PRL_ERR_TIMEOUT")
        job.free()
        return time.monotonic() - begin

    def test_server(self):
        self.open()
        self.client.run("PrlSrv_SubscribeToPerfStats", self.client.server, None)
        event = self.client.sdk.param(self.client.sdk.job("PrlSrv_GetPerfStats", self.client.server, c_char_p(b"*")))
        self.assertEqual(counters(self.client.sdk, event), {})
        self.client.sdk.free(event)
        self.client.run("PrlSrv_UnsubscribeFromPerfStats", self.client.server)

    def test_no_snapshots(self):
        vm = self.open().create("one", guest=False)
        read = lambda: (result := self.client.sdk.job("PrlVm_GetSnapshotsTreeEx", vm.handle, c_uint(1 << 11)),
                        self.client.sdk.text("PrlResult_GetParamAsString", result), self.client.sdk.free(result))[1]
        self.assertIn("<VirtuozzoSavedStates/>", read())
        with open(os.path.join(vm.home(), "Snapshots.xml"), "w"):
            pass
        self.assertEqual(vm.job("GetSnapshotsTree").error_name(), "PRL_ERR_UNIMPLEMENTED")


if __name__ == "__main__":
    main()

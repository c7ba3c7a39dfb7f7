# SPDX-License-Identifier: MIT
"""What a client in one process has changed is what the next call of a client in another process sees, also where that call asks nobody."""
from prl import *

ROUNDS = int(os.environ.get("PRLKVM_TEST_ROUNDS", "1000"))
OTHER = """
import sys
from prl import *
client = Client()
vm = client.find("shared")
print("ready", flush=True)
for line in sys.stdin:
    verb, _, value = line.strip().partition(" ")
    if verb in ("Lock", "Unlock"):
        vm.do(verb, c_uint(0))
    elif verb == "Pause":
        vm.pause()
    elif verb == "name":
        vm.do("BeginEdit")
        vm.sdk.call("PrlVmCfg_SetName", vm.handle, c_char_p(value.encode()))
        vm.do("Commit")
    else:
        vm.do(verb)
    print("done", flush=True)
vm.free()
client.close()
"""


class Other:
    def __init__(self):
        self.process = subprocess.Popen([sys.executable, "-B", "-c", OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.hear("ready")

    def hear(self, word):
        line = self.process.stdout.readline().strip()
        if line != word:
            raise AssertionError(f"the other client said '{line}'")

    def does(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        self.hear("done")

    def end(self):
        self.process.stdin.close()
        self.process.wait(TIMEOUT_S)
        self.process.stdout.close()


class TwoClients(ServiceCase):
    def setUp(self):
        super().setUp()
        self.vm = self.open().create("shared", guest=False)
        self.other = Other()
        self.addCleanup(self.other.end)

    def refresh_error(self):
        job = self.vm.job("RefreshConfig")
        try:
            return job.error_name()
        finally:
            job.free()

    def test_a_lock_is_seen_by_the_next_call(self):
        for _ in range(ROUNDS):
            self.other.does("Lock")
            self.assertEqual(self.refresh_error(), "PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED")
            self.other.does("Unlock")
            self.vm.refresh()
            self.vm.refresh()

    def test_a_name_is_seen_by_the_next_call(self):
        for i in range(ROUNDS // 20):
            self.other.does(f"name shared {i}")
            if i % 2:
                self.vm.refresh()
            else:
                self.client.find(f"shared {i}").free()
            self.assertEqual(self.vm.name(), f"shared {i}")

    def test_a_state_is_seen_by_the_next_call(self):
        self.other.does("Start")
        self.assertEqual(self.vm.state(), "running")
        for _ in range(ROUNDS // 20):
            self.other.does("Pause")
            self.assertEqual(self.vm.state(), "paused")
            self.assertEqual(self.vm.state(), "paused")
            self.other.does("Resume")
            self.assertEqual(self.vm.state(), "running")
        self.vm.kill()
        self.assertEqual(self.vm.state(), "stopped")


if __name__ == "__main__":
    main()

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
    elif verb == "Create":
        client.create(value, guest=False).free()
    elif verb == "Remove":
        other = client.find(value)
        other.remove()
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
VM_IS_EXCLUSIVELY_LOCKED = 0x80000476


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

    def validity(self):
        code = c_uint()
        self.client.sdk.call("PrlVmCfg_GetConfigValidity", self.vm.handle, byref(code))
        return code.value

    def test_a_lock_is_seen_by_the_next_call(self):
        for _ in range(ROUNDS):
            self.other.does("Lock")
            self.vm.refresh()  # a lock is against changes: the configuration can be read, and says so
            self.assertEqual(self.validity(), VM_IS_EXCLUSIVELY_LOCKED)
            self.other.does("Unlock")
            self.vm.refresh()
            self.assertEqual(self.validity(), 0)
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

    def listed(self):
        """Names and states in the list, in its order; each as the list itself brought it."""
        found = {}
        for name, vm in self.client.vms().items():
            found[name] = vm.known_state()
            vm.free()
        return found

    def test_a_list_has_what_another_client_has_done(self):
        self.assertEqual(self.listed(), {"shared": "stopped"})
        for i in range(3):
            self.other.does(f"Create made {i}")
            self.assertEqual(list(self.listed()), ["shared"] + [f"made {n}" for n in range(i + 1)])
        self.other.does("Start")
        self.assertEqual(self.listed()["shared"], "running")
        for _ in range(ROUNDS // 50):
            self.other.does("Pause")
            self.assertEqual(self.listed()["shared"], "paused")
            self.assertEqual(self.listed()["shared"], "paused")
            self.other.does("Resume")
            self.assertEqual(self.listed()["shared"], "running")
        self.other.does("Remove made 1")
        self.assertEqual(list(self.listed()), ["shared", "made 0", "made 2"])
        self.vm.kill()
        self.assertEqual(self.listed()["shared"], "stopped")

    def edit(self, old, new, in_place):
        config = os.path.join(self.vm_home, "config.pvs")
        with open(config) as f:
            text = f.read().replace(f"<VmName>{old}<", f"<VmName>{new}<")
        fresh = config if in_place else config + ".edited"
        with open(fresh, "w") as f:
            f.write(text)
        if not in_place:
            os.rename(fresh, config)

    def is_invalid(self):
        """By the handle, which the list has brought up to date."""
        code = c_int()
        self.vm.sdk.call("PrlVmCfg_GetConfigValidity", self.vm.handle, byref(code))
        return code.value < 0

    def test_a_list_has_what_was_done_to_the_files(self):
        self.vm_home = self.vm.home()
        before = "shared"
        for i in range(40):
            name = f"shared {i:03}" + "x" * i  # each of another length: one tick of the file system's clock may have two edits
            self.edit(before, name, i % 2)
            self.assertEqual(list(self.listed()), [name])
            self.assertEqual(list(self.listed()), [name])
            before = name
        away = self.vm_home + ".away"
        for _ in range(3):
            os.rename(self.vm_home, away)
            self.listed()
            self.assertTrue(self.is_invalid())
            os.rename(away, self.vm_home)
            self.assertEqual(list(self.listed()), [before])
            self.assertFalse(self.is_invalid())

    def test_a_list_of_the_next_service_has_what_was_done_before_it_came(self):
        self.vm_home = self.vm.home()
        self.assertEqual(list(self.listed()), ["shared"])
        self.kill_service()
        self.edit("shared", "edited", False)
        self.client.login()
        self.assertEqual(list(self.listed()), ["edited"])
        self.edit("edited", "again", False)
        self.assertEqual(list(self.listed()), ["again"])


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: MIT
"""Every sample does what it says, and prlctl too."""
import os
import subprocess
import sys

from prl import *

UUID = "{0123cafe-0000-4000-8000-00000000beef}"


class Samples(ServiceCase):
    def run_it(self, *words, status=0):
        run = subprocess.run([os.path.join(BUILD, "bin", words[0]), *words[1:]], capture_output=True, text=True, timeout=120,
                             env={**os.environ, "LD_LIBRARY_PATH": os.path.join(BUILD, "lib")})
        self.assertEqual(run.returncode, status, f"{words}: {run.stdout}{run.stderr}")
        return run.stdout

    def state(self, name):
        return self.run_it("prlctl", "status", name).split()[-1]

    def test_guide(self):
        self.assertIn("session", self.run_it("login_local"))
        self.assertIn("created {", self.run_it("create_vm", "Windows XP - 01", "8"))
        self.assertIn("Windows XP - 01", self.run_it("list_vms"))
        self.assertIn("128 MiB", self.run_it("find_vm", "Windows XP - 01"))
        self.run_it("find_vm", "Windows XP - 02", status=1)
        self.assertIn("after start: running\nafter stop: stopped", self.run_it("start_stop", "Windows XP - 01"))
        self.run_it("prlctl", "start", "Windows XP - 01")
        self.run_it("suspend_pause", "Windows XP - 01", "pause")
        self.assertEqual(self.state("Windows XP - 01"), "paused")
        self.assertIn("after: running", self.run_it("resume", "Windows XP - 01"))
        self.run_it("suspend_pause", "Windows XP - 01")
        self.assertEqual(self.state("Windows XP - 01"), "suspended")
        self.assertIn("before: suspended\nafter: running", self.run_it("resume", "Windows XP - 01"))
        self.run_it("suspend_pause", "Windows XP - 01")
        self.assertIn("now: stopped", self.run_it("drop_suspended", "Windows XP - 01"))
        self.assertIn(UUID, self.run_it("clone_with_uuid", "Windows XP - 01", "clone", UUID))
        self.run_it("clone_with_uuid", "clone", "linked", "", "linked")
        self.assertIn("PRL_ERR_VM_UUID_NOT_FOUND", self.run_it("error_handling"))

    def test_events(self):
        self.run_it("create_vm", "seen", "8")
        watcher = subprocess.Popen([os.path.join(BUILD, "bin", "event_handler"), "4"], stdout=subprocess.PIPE, text=True)
        self.run_it("start_stop", "seen")
        out = watcher.communicate(timeout=60)[0]
        self.assertRegex(out, r"PET_DSP_EVT_VM_STATE_CHANGED \{[0-9a-f-]+\} running")
        self.assertRegex(out, r"PET_DSP_EVT_VM_STATE_CHANGED \{[0-9a-f-]+\} stopped")

    def test_prlctl(self):
        self.run_it("prlctl", status=3)
        self.assertEqual(self.run_it("prlctl", "list").split(), ["UUID", "STATUS", "IP_ADDR", "T", "NAME"])
        self.run_it("prlctl", "create", "one", "-o", "linux", "--hdd-size", "8", "--memsize", "64", "--uuid", UUID)
        self.assertIn(UUID, self.run_it("prlctl", "list", "-a"))
        self.assertNotIn(UUID, self.run_it("prlctl", "list"))
        self.run_it("prlctl", "create", "one", "--hdd-size", "8", status=1)
        for verb, state in (("start", "running"), ("pause", "paused"), ("resume", "running"), ("reset", "running"), ("suspend", "suspended"), ("resume", "running")):
            self.run_it("prlctl", verb, UUID)
            self.assertEqual(self.state("one"), state)
        self.run_it("prlctl", "clone", "one", "--name", "two", "--linked")
        self.run_it("prlctl", "clone", "one", "--name", "three", "--template")
        self.run_it("prlctl", "stop", "one", "--kill")
        listed = json.loads(self.run_it("prlctl", "list", "-a", "-j", "-o", "name,status,type,uuid", "-s", "-name"))
        self.assertEqual([(row["name"], row["status"], row["type"]) for row in listed], [("two", "stopped", "VM"), ("one", "stopped", "VM")])
        self.assertEqual(listed[1]["uuid"], UUID[1:-1])
        templates = json.loads(self.run_it("prlctl", "list", "-a", "-t", "-j"))
        self.assertEqual([row["name"] for row in templates], ["three"])
        home = self.run_it("prlctl", "list", "-a", "-H", "-o", "name,home", "-s", "name").splitlines()
        place = [line.split(None, 1)[1] for line in home if line.startswith("two")][0]
        self.run_it("prlctl", "unregister", "two")
        self.run_it("prlctl", "status", "two", status=1)
        self.run_it("prlctl", "register", os.path.dirname(place), "--preserve-uuid")
        self.assertEqual(self.state("two"), "stopped")
        for name in ("two", "three", "one"):
            self.run_it("prlctl", "delete", name)
        for switch in ("-a", "-t"):
            self.assertEqual(json.loads(self.run_it("prlctl", "list", switch, "-j")), [])

    def info(self, name):
        (info,) = json.loads(self.run_it("prlctl", "list", name, "--info", "--no-header", "--json"))
        return info

    def test_prlctl_set(self):
        """The commands and the keys that other programs around prlctl use."""
        self.assertRegex(self.run_it("prlctl", "--version"), r"^prlctl version \d+\.\d+\.\d+\n$")
        self.run_it("prlctl", "create", "one", "-d", "linux", "--no-hdd")
        for words in (["--memsize", "128", "--cpus", "2", "--description", "a b", "--onboot", "on", "--autostop", "suspend"],
                      ["--device-add", "hdd", "--size", "8", "--iface", "virtio"], ["--device-add", "cdrom", "--image", GUEST_IMAGE],
                      ["--device-add", "fdd", "--image", GUEST_IMAGE], ["--device-add", "net", "--type", "shared", "--adapter-type", "e1000", "--mac", "001C42000001"],
                      ["--device-set", "hdd0", "--size", "16M"], ["--device-set", "net0", "--disconnect"], ["--device-bootorder", "cdrom1 hdd0"],
                      ["--name", "uno"]):
            self.run_it("prlctl", "set", "one", *words)
        info = self.info("uno")
        self.assertEqual((info["Name"], info["State"], info["Description"], info["Autostart"], info["Autostop"], info["Boot order"].split()),
                         ("uno", "stopped", "a b", "on", "suspend", ["cdrom1", "hdd0"]))
        self.assertTrue(info["Home"].endswith(info["ID"] + "/"))
        devices = info["Hardware"]
        self.assertEqual((devices["cpu"]["cpus"], devices["memory"]["size"]), (2, "128Mb"))
        self.assertEqual((devices["hdd0"]["size"], devices["hdd0"]["port"]), ("16Mb", "virtio:0"))
        self.assertTrue(os.path.exists(devices["hdd0"]["image"]))
        self.assertEqual((devices["cdrom1"]["image"], devices["fdd0"]["enabled"]), (GUEST_IMAGE, True))
        self.assertEqual((devices["net0"]["state"], devices["net1"]["type"], devices["net1"]["mac"]), ("disconnected", "shared", "001C42000001"))
        lines = self.run_it("prlctl", "list", "-i", "uno").splitlines()
        self.assertIn("ID: {%s}" % info["ID"], lines)
        self.assertRegex(self.run_it("prlctl", "list", "-i", "uno"), r"(?m)^  hdd0 \(\+\) virtio:0 image='[^']+' type='expanded' 16Mb state=connected$")
        self.run_it("prlctl", "set", "uno", "--device-del", "hdd0", "--destroy-image")
        self.assertFalse(os.path.exists(devices["hdd0"]["image"]))
        self.assertNotIn("hdd0", self.info("uno")["Hardware"])
        self.assertEqual(self.run_it("prlctl", "list", "uno", "-H", "-o", "name,status"), "uno" + 30 * " " + "stopped\n")
        for words, status in ((["--memsize", "x"], 3), (["--bogus"], 3), (["--device-add", "bogus"], 3), (["--device-set", "hdd7", "--size", "8"], 1)):
            self.run_it("prlctl", "set", "uno", *words, status=status)
        self.run_it("prlctl", "list", "nosuch", status=1)
        self.run_it("prlctl", "delete", "uno")

    def test_prlsrvctl(self):
        self.run_it("prlsrvctl", status=3)
        self.run_it("prlsrvctl", "info", "--bad", status=3)
        self.assertRegex(self.run_it("prlsrvctl", "--help"), r"^prlsrvctl version \d+\.\d+\.\d+\n")
        info = self.run_it("prlsrvctl", "info")
        self.assertRegex(info, r"(?m)^ID: \{[0-9a-f-]{36}\}$")
        self.assertRegex(info, r"(?m)^Version: Server \d+\.\d+\.\d+$")
        self.assertIn(f"VM home: {self.home}", info)
        self.assertIn("License: state='valid'", info)
        read = json.loads(self.run_it("prlsrvctl", "info", "--json"))
        self.assertIn("ID: {%s}" % read["ID"], info)
        self.assertIn("Version: " + read["Version"], info)
        self.assertEqual(read["License"]["state"], "valid")
        self.assertTrue(all(device["type"] for device in read["Hardware info"].values()))
        self.assertEqual(self.run_it("prlsrvctl", "user", "list").split()[:3], ["NAME", "MNG_SETTINGS", "DEF_VM_HOME"])
        self.assertEqual(len(json.loads(self.run_it("prlsrvctl", "user", "list", "-j"))), 1)
        networks = {row["Network ID"]: row["Type"] for row in json.loads(self.run_it("prlsrvctl", "net", "list", "-j"))}
        self.assertEqual(networks, {"Bridged": "bridged", "Host-Only": "host-only"})
        self.assertIn("Bridged", self.run_it("prlsrvctl", "net", "list"))

    def test_python(self):
        run = subprocess.run([sys.executable, os.path.join(SOURCE, "samples", "python", "main_job.py")], capture_output=True, text=True, timeout=120,
                             env={**os.environ, "PRL_SDK_LIB": os.path.join(BUILD, "lib", "libprl_sdk.so")})
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("cloned with the chosen UUID", run.stdout)

    def test_quickstart(self):
        out = self.run_it("quickstart", GUEST_IMAGE)
        self.assertIn("Everything worked", out)


if __name__ == "__main__":
    main()

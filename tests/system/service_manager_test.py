"""What systemd is told, heard on a notification socket of the test's own, and the units against systemd's own checks."""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time
import unittest

from harness import BEICHEN, SOURCE, DaemonTest

DEPLOY = SOURCE / "config" / "deploy"


class Notifications(DaemonTest):
    def setUp(self):
        super().setUp()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.socket.close)
        self.socket.bind(str(self.folder / "notify"))
        self.socket.settimeout(30)

    def watched(self, **environment):
        config = self.folder / "planwatch.toml"
        config.write_text(f'plans = ["{BEICHEN}"]\n')
        daemon = self.daemon("--config", config)
        daemon.environment = {"NOTIFY_SOCKET": str(self.folder / "notify"), **environment}
        return daemon

    def told(self):
        """The next message, as its fields."""
        return dict(line.split("=", 1) for line in self.socket.recv(4096).decode().splitlines())

    def test_ready_reloading_and_stopping_come_when_they_are_true(self):
        daemon = self.watched().start()
        ready = self.told()
        self.assertEqual(ready["READY"], "1")
        self.assertEqual(ready["STATUS"], f"watching 1 plans on {daemon.url}")

        before = time.monotonic_ns() // 1000
        daemon.process.send_signal(signal.SIGHUP)
        reloading = self.told()
        self.assertEqual(reloading["RELOADING"], "1")
        self.assertTrue(before <= int(reloading["MONOTONIC_USEC"]) <= time.monotonic_ns() // 1000)
        self.assertEqual(self.told()["READY"], "1")

        (self.folder / "planwatch.toml").write_text("nonsense = 1\n")
        self.assertEqual(daemon.request("/-/reload", b"")[0], 422)
        self.assertEqual(self.told()["RELOADING"], "1")
        self.assertIn("the last reload was refused", self.told()["STATUS"])

        daemon.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.told()["STOPPING"], "1")
        self.assertEqual(daemon.process.wait(timeout=30), 0)

    def test_the_watchdog_is_fed_while_the_daemon_lives_and_not_while_it_hangs(self):
        daemon = self.watched(WATCHDOG_USEC="600000").start()
        heard = [self.told() for _ in range(5)]
        self.assertGreaterEqual(heard.count({"WATCHDOG": "1"}), 4, heard)
        daemon.process.send_signal(signal.SIGSTOP)
        try:
            self.socket.settimeout(1)
            with self.assertRaises(TimeoutError):
                for _ in range(3):  # at most what was on its way
                    self.told()
        finally:
            daemon.process.send_signal(signal.SIGCONT)
        self.socket.settimeout(30)
        self.assertEqual(self.told(), {"WATCHDOG": "1"})

    def test_without_a_watchdog_none_is_fed(self):
        self.watched().start()
        self.assertIn("READY", self.told())
        self.socket.settimeout(1.5)
        with self.assertRaises(TimeoutError):
            self.told()


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is in Debian's package systemd")
class Units(DaemonTest):
    UNITS = ("planwatch.service", "planwatch-backup.service", "planwatch-backup.timer")

    def test_systemd_understands_the_units(self):
        # The program is where the package puts it only once that is installed.
        for unit in self.UNITS:
            text = (DEPLOY / "systemd" / unit).read_text(encoding="utf-8").replace("/usr/bin/planwatch", os.environ["PLANWATCH"])
            (self.folder / unit).write_text(text.replace("/usr/lib/planwatch/backup", str(DEPLOY / "backup")), encoding="utf-8")
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *(self.folder / unit for unit in self.UNITS)],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_the_services_are_exposed_to_little(self):
        for unit, most in (("planwatch.service", 1.1), ("planwatch-backup.service", 0.3)):
            done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", DEPLOY / "systemd" / unit],
                                  capture_output=True, text=True, timeout=60, check=False)
            told = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
            self.assertTrue(told, done.stderr)
            self.assertLessEqual(float(told[1]), most, done.stdout)


class Monitoring(DaemonTest):
    def test_prometheus_understands_its_file(self):
        text = (DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")
        (self.folder / "here.yml").write_text(text, encoding="utf-8")
        # What is commented out too, with files that are there.
        elsewhere = re.sub(r"^#(?=  |alerting)", "", text, flags=re.M)
        elsewhere = elsewhere.replace("/etc/prometheus/", f"{self.folder}/")
        self.assertIn("\n    scheme: https", elsewhere)
        (self.folder / "planwatch.token").write_text("pw_example")
        (self.folder / "planwatch-ca.crt").write_text("")
        (self.folder / "elsewhere.yml").write_text(elsewhere, encoding="utf-8")
        for name in ("here.yml", "elsewhere.yml"):
            done = subprocess.run(["promtool", "check", "config", "--syntax-only", self.folder / name], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_backup_is_proved_and_only_the_newest_stay(self):
        daemon = self.daemon("--plan", BEICHEN).start()
        backups = self.folder / "backups"
        backups.mkdir()
        for year in (2019, 2020, 2021):
            (backups / f"planwatch-{year}-01-01T023000.db").write_text("old")
        environment = {**os.environ, "PLANWATCH_DATA": str(daemon.data), "PLANWATCH_BACKUPS": str(backups), "PLANWATCH_KEEP": "2"}

        def back_up():
            return subprocess.run([DEPLOY / "backup"], capture_output=True, text=True, check=False, env=environment)
        done = back_up()
        self.assertEqual(done.returncode, 0, done.stderr)
        kept = sorted(backups.iterdir())
        self.assertEqual([path.name[:14] for path in kept], ["planwatch-2021", time.strftime("planwatch-%Y")])
        self.assertEqual(kept[1].stat().st_mode & 0o077, 0)

        environment["PLANWATCH_DATA"] = str(self.folder / "nowhere")  # what fails takes nothing away
        self.assertNotEqual(back_up().returncode, 0)
        self.assertEqual(sorted(backups.iterdir()), kept)


if __name__ == "__main__":
    unittest.main()

"""The main job, end to end: the real binary, curl, promtool and a real SMTP server."""
import email
import email.policy
import json
import shutil
import signal
import subprocess
import unittest

from harness import BEICHEN, JINCHENG, DaemonTest, Mailbox, run


class EndToEnd(DaemonTest):
    def settings(self, mailbox, *plans):
        path = self.folder / "planwatch.toml"
        listed = ", ".join(json.dumps(str(plan)) for plan in plans)
        path.write_text(f"""
plans = [{listed}]
[mail]
from = "planwatch@example.org"
server = "{mailbox.url}"
[[contact]]
id = "office"
name = "食安办 王主任"
audiences = ["office"]
mail = "office@example.org"
[[contact]]
id = "agri"
name = "农业 李科长"
units = ["agri"]
audiences = ["reporter", "unit_head"]
mail = "agri@example.org"
""", encoding="utf-8")
        return path

    def test_figures_by_curl_show_in_indicators_and_metrics_and_an_overdue_alert_reaches_a_mail_server(self):
        with Mailbox() as mailbox:
            config = self.settings(mailbox, JINCHENG, BEICHEN)
            # The letter waits for the office's hour, nine in the morning.
            daemon = self.daemon("--config", config, "--clock", "2023-11-01T23:59:57+08:00", "--speed", "2000").start()

            figure = {"plan": "beichen-2023", "unit": "samr", "period": "2023-09", "values": {"samr_sampling_batches": 412}}
            answer = subprocess.run(["curl", "-sS", "-o", "-", "-w", "\n%{http_code}", "-H", f"Authorization: Bearer {daemon.token}", "-H",
                                     "Content-Type: application/json", "-d", json.dumps(figure), daemon.url + "/api/v1/submissions"],
                                    capture_output=True, text=True, check=True).stdout
            body, code = answer.rsplit("\n", 1)
            self.assertEqual(code, "201", body)
            self.assertEqual(json.loads(body)["revision"], 1)
            self.assertEqual(daemon.request("/api/v1/submissions", figure)[0], 200)
            figure["values"]["samr_sampling_batches"] = 420
            status, corrected = daemon.request("/api/v1/submissions", figure)
            self.assertEqual((status, corrected["revision"], corrected["follows"]), (201, 2, 1))

            _, indicators = daemon.request("/api/v1/indicators?plan=beichen-2023")
            sampled = {item["indicator"]: item for item in indicators["items"]}["samr_sampling_batches"]
            self.assertEqual((sampled["value"], sampled["status"]), (420, "behind"))

            _, metrics = daemon.request("/metrics")
            self.assertIn('planwatch_indicator_value_count{plan="beichen-2023",indicator="samr_sampling_batches"} 420\n', metrics)
            checked = subprocess.run([shutil.which("promtool"), "check", "metrics"], input=metrics, capture_output=True, text=True, check=False)
            self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "", ""))

            def overdue_letters():
                letters = [(to, email.message_from_bytes(content, policy=email.policy.default)) for to, content in list(mailbox.messages)]
                return [(to, letter) for to, letter in letters if "年度食品安全工作报告" in letter["Subject"] and "逾期" in letter["Subject"]
                        and to == ["agri@example.org"]]

            to, letter = self.wait_for(overdue_letters, "the letter that agri's annual report is overdue", 60)[0]
            text = letter.get_body(("plain",)).get_content()
            self.assertIn("2023-11-02T00:00:00+08:00", text)
            self.assertIn("八（三十三）", text)
            _, alerts = daemon.request("/api/v1/alerts?state=firing&kind=overdue&unit=agri&plan=jincheng-chengqu-2023")
            since = {alert["duty"]: alert["since"] for alert in alerts["items"]}
            self.assertEqual(since["annual_report"], "2023-11-02T00:00:00+08:00")
            self.assertEqual(daemon.stop(), 0)
            ids = [email.message_from_bytes(content)["Message-ID"] for _, content in mailbox.messages]
            self.assertEqual(len(ids), len(set(ids)))
        self.assertIn("sound", run("verify", "--data", daemon.data).stdout)
        self.assertNotIn(daemon.token, daemon.log())

    def test_a_broken_plan_is_refused_by_a_reload_and_shows_in_a_metric(self):
        plan = self.folder / "plan.toml"
        plan.write_text(BEICHEN.read_text(encoding="utf-8"), encoding="utf-8")
        daemon = self.daemon("--plan", plan, "--clock", "2023-10-20T08:00:00+08:00").start()
        plan.write_text(plan.read_text(encoding="utf-8").replace("at_least 5225", "at_least many"), encoding="utf-8")
        status, answer = daemon.request("/-/reload", b"")
        self.assertEqual(status, 422)
        self.assertTrue(any("plan.toml" in error["path"] for error in answer["errors"]), answer)
        self.assertIn("planwatch_config_last_reload_successful 0", daemon.request("/metrics")[1])
        plan.write_text(plan.read_text(encoding="utf-8").replace("at_least many", "at_least 6000"), encoding="utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        self.wait_for(lambda: "planwatch_config_last_reload_successful 1" in daemon.request("/metrics")[1], "the reload")
        _, indicators = daemon.request("/api/v1/indicators?plan=beichen-2023")
        targets = {item["indicator"]: item["target"]["value"] for item in indicators["items"]}
        self.assertEqual(targets["samr_sampling_batches"], 6000)
        self.assertEqual(daemon.stop(), 0)
        self.assertIn("sound", run("verify", "--data", daemon.data).stdout)

    def test_a_reload_tells_what_waits_for_a_restart(self):
        settings = self.folder / "planwatch.toml"
        settings.write_text(f'plans = ["{BEICHEN}"]\n[mail]\ndirectory = "mail"\n', encoding="utf-8")
        daemon = self.daemon("--config", settings, "--clock", "2023-10-20T08:00:00+08:00").start()
        settings.write_text(f'plans = ["{BEICHEN}"]\n[mail]\ndirectory = "letters"\n', encoding="utf-8")
        self.assertEqual(daemon.request("/-/reload", b"")[0], 200)
        self.assertIn("[mail] changed, and waits for a restart", daemon.log())
        self.assertEqual(daemon.stop(), 0)

    def test_a_second_daemon_on_the_same_data_is_told_of_the_first(self):
        daemon = self.daemon("--plan", BEICHEN).start()
        second = run("serve", "--data", daemon.data, "--plan", BEICHEN, "--listen", "127.0.0.1:0", check=False)
        self.assertEqual(second.returncode, 3)
        self.assertIn(str(daemon.process.pid), second.stderr)

    def test_a_backup_of_a_live_database_is_whole(self):
        daemon = self.daemon("--plan", BEICHEN, "--clock", "2023-10-20T08:00:00+08:00").start()
        figure = {"plan": "beichen-2023", "unit": "samr", "period": "2023-09", "values": {"samr_sampling_batches": 412}}
        self.assertEqual(daemon.request("/api/v1/submissions", figure)[0], 201)
        copy = self.folder / "copy" / "planwatch.db"
        copy.parent.mkdir()
        run("backup", copy, "--data", daemon.data)
        self.assertIn("sound", run("verify", "--data", copy.parent).stdout)

    def test_mail_goes_to_files_where_no_server_is_set(self):
        daemon = self.daemon("--plan", JINCHENG, "--clock", "2023-11-02T08:59:58+08:00").start()
        letters = daemon.data / "mail"
        self.wait_for(lambda: letters.is_dir() and len(list(letters.glob("*.eml"))) > 20, "the letters")
        letter = email.message_from_bytes(sorted(letters.glob("*.eml"))[0].read_bytes(), policy=email.policy.default)
        self.assertIn("【", letter["Subject"])

    def test_a_mail_server_that_is_gone_for_a_while_loses_nothing(self):
        mailbox = Mailbox()
        config = self.settings(mailbox, JINCHENG)
        config.write_text(config.read_text(encoding="utf-8").replace("[mail]", "[mail]\nretry_first = 1\nretry_longest = 2"), encoding="utf-8")
        daemon = self.daemon("--config", config, "--clock", "2023-11-02T08:59:58+08:00").start()
        self.wait_for(lambda: 'planwatch_notifications_total{channel="mail",result="retried"}' in daemon.request("/metrics")[1]
                      and "was not taken" in daemon.log(), "a failed try")
        with mailbox:
            self.wait_for(lambda: any(to == ["agri@example.org"] for to, _ in list(mailbox.messages)), "the letter", 60)
            daemon.stop()


class BadInput(DaemonTest):
    def test_hostile_bodies_are_refused_with_every_problem_and_nothing_is_stored(self):
        daemon = self.daemon("--plan", BEICHEN, "--clock", "2023-10-20T08:00:00+08:00").start()

        def submission(**change):
            return json.dumps({"plan": "beichen-2023", "unit": "samr", "period": "2023-09", "values": {"samr_sampling_batches": 412}} | change).encode()

        cases = {
            "truncated": (submission()[:-3], 400),
            "deep": (b'{"plan":' + b"[" * 5000 + b"]" * 5000 + b"}", 400),
            "duplicate keys": (submission().replace(b'"unit": "samr"', b'"unit": "samr", "unit": "agri"'), 422),
            "NaN": (submission().replace(b"412", b"NaN"), 400),
            "1e999": (submission().replace(b"412", b"1e999"), 400),
            "invalid UTF-8": (submission().replace(b"samr", b"\xff\xfe", 1), 400),
            "negative": (submission(values={"samr_sampling_batches": -1}), 422),
            "bidi control": (submission(note="\u202eabc"), 422),
            "unknown plan": (submission(plan="nowhere-2023"), 422),
            "unknown unit": (submission(unit="nobody"), 422),
            "unknown indicator": (submission(values={"nothing": 1}), 422),
            "unknown period": (submission(period="2023-13"), 422),
            "not yet begun": (submission(period="2023-12"), 422),
            "not its indicator": (submission(unit="agri"), 422),
            "a ratio as a number": (submission(values={"internet_kitchen_coverage": 3}), 422),
        }
        for name, (body, expected) in cases.items():
            with self.subTest(name):
                status, answer = daemon.request("/api/v1/submissions", body)
                self.assertEqual(status, expected, answer)
                self.assertTrue(answer["errors"] and all(error["message"] for error in answer["errors"]), answer)
        many = {"plan": "beichen-2023", "unit": "nobody", "period": "2023-13", "values": {"nothing": 1, "samr_sampling_batches": 412}}
        status, answer = daemon.request("/api/v1/submissions", many)
        self.assertEqual((status, {error["path"] for error in answer["errors"]}), (422, {"/unit", "/period", "/values/nothing"}), answer)
        self.assertEqual(daemon.request("/api/v1/submissions?plan=beichen-2023")[1]["items"], [])

    def test_a_database_from_a_newer_version_is_refused(self):
        daemon = self.daemon("--plan", BEICHEN).start()
        self.assertEqual(daemon.stop(), 0)
        newer = self.folder / "newer"
        shutil.copytree(daemon.data, newer)
        with open(newer / "planwatch.db", "r+b") as file:
            file.seek(60)  # PRAGMA user_version in SQLite's header
            file.write((99).to_bytes(4, "big"))
        refused = run("serve", "--data", newer, "--plan", BEICHEN, "--listen", "127.0.0.1:0", check=False)
        self.assertEqual(refused.returncode, 3)
        self.assertIn("99", refused.stderr)


if __name__ == "__main__":
    unittest.main()

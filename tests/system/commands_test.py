"""submit, status, alerts and explain beside a running daemon: over its API, and out of its folder."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

PLANWATCH = os.environ["PLANWATCH"]
JINCHENG = str(pathlib.Path(os.environ["PLANWATCH_SOURCE"]) / "config" / "plans" / "jincheng-chengqu-2023.toml")
ALERT = "jincheng-chengqu-2023:overdue:annual_report:agri:2023"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(*arguments, **environment):
    variables = {name: value for name, value in os.environ.items() if name != "PLANWATCH_TOKEN"} | environment
    return subprocess.run([PLANWATCH, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False, env=variables)


class BesideADaemon(unittest.TestCase):
    """One daemon for all the tests, in the morning after the annual reports fell due."""

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.data = cls.folder / "data"
        cls.token = run("token", "create", "--data", cls.data, "--plan", JINCHENG, "--role", "admin").stdout.strip()
        cls.token_file = cls.folder / "token"
        cls.token_file.write_text(cls.token + "\n", encoding="utf-8")
        cls.url = f"http://127.0.0.1:{free_port()}"
        log = open(cls.folder / "log", "w", encoding="utf-8")
        cls.addClassCleanup(log.close)
        cls.daemon = subprocess.Popen([PLANWATCH, "serve", "--data", cls.data, "--listen", cls.url.removeprefix("http://"), "--plan", JINCHENG,
                                       "--clock", "2023-11-02 09:30"], stdout=log, stderr=log)
        cls.addClassCleanup(cls.stop)
        cls.wait_until_ready()

    @classmethod
    def stop(cls):
        cls.daemon.send_signal(signal.SIGTERM)
        cls.daemon.wait(timeout=30)

    @classmethod
    def wait_until_ready(cls):
        for _ in range(300):
            try:
                with urllib.request.urlopen(cls.url + "/-/ready", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError((cls.folder / "log").read_text(encoding="utf-8"))

    def server(self):
        return ("--server", self.url, "--token-file", self.token_file)

    def succeed(self, *arguments):
        done = run(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def test_a_file_of_each_kind_is_stored_and_every_row_answered(self):
        plan = "jincheng-chengqu-2023"
        files = [
            self.write("figures.json", json.dumps({"plan": plan, "unit": "agri", "period": "2023-Q1", "values": {"agri_test_batches": 20}})),
            self.write("figures.ndjson", json.dumps({"plan": plan, "unit": "agri", "period": "2023-Q2", "values": {"agri_test_batches": 25}}) + "\n"),
            self.write("figures.csv", f"plan,unit,period,indicator,value\n{plan},agri,2023-07,agri_test_batches,3\n{plan},agri,2023-08,agri_test_batches,4\n"),
        ]
        for file, rows in zip(files, (1, 1, 2)):
            answer = self.succeed("submit", file, *self.server())
            self.assertEqual(answer.count("stored"), rows, answer)
        self.assertIn("repeated", self.succeed("submit", files[0], *self.server()))

    def test_a_refused_row_is_named_and_nothing_is_stored_unless_partial(self):
        rows = [{"plan": "jincheng-chengqu-2023", "unit": "natural_resources", "period": "2023-Q1", "values": {"forest_product_test_batches": 1}},
                {"plan": "jincheng-chengqu-2023", "unit": "court", "period": "2023-Q1", "values": {"forest_product_test_batches": 1}}]
        file = self.write("mixed.json", json.dumps(rows))
        done = run("submit", file, *self.server())
        self.assertEqual(done.returncode, 1)
        self.assertIn("row 2 (court 2023-Q1)", done.stderr)
        self.assertEqual(done.stdout.count("not stored"), 2)
        done = run("submit", file, "--partial", *self.server())
        self.assertEqual(done.returncode, 1)
        self.assertIn("row 2 (court 2023-Q1)", done.stderr)
        self.assertEqual((done.stdout.count("stored"), done.stdout.count("refused")), (1, 1))

    def test_a_file_that_cannot_be_read_is_told_with_its_lines(self):
        done = run("submit", self.write("broken.csv", "plan,unit,period,indicator,value\np,u,2023-Q1\"\n"), *self.server())
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, r"broken\.csv: line 2")

    def test_form_and_names_are_told_in_one_round(self):
        rows = "plan,unit,period,indicator,value\njincheng-chengqu-2023,agr,2023-Q1,agri_test_batches,many\n"
        done = run("submit", self.write("faulty.csv", rows), *self.server())
        self.assertEqual((done.returncode, done.stdout.count("not stored")), (1, 1))
        self.assertRegex(done.stderr, r"faulty\.csv: line 2, column unit: unknown unit 'agr' .*did you mean 'agri'")
        self.assertRegex(done.stderr, r"faulty\.csv: line 2, column value: is not a number")

    def test_the_token_may_stand_in_the_environment_and_is_needed(self):
        self.assertEqual(run("alerts", "--server", self.url, PLANWATCH_TOKEN=self.token).returncode, 0)
        done = run("alerts", "--server", self.url)
        self.assertEqual(done.returncode, 1)
        done = run("alerts", "--server", self.url, PLANWATCH_TOKEN="pw_" + "x" * 43)
        self.assertEqual(done.returncode, 1)
        self.assertNotIn("xxxx", done.stdout + done.stderr)

    def test_alerts_are_the_same_from_the_api_and_from_the_folder(self):
        choice = ("--kind", "overdue", "--format", "json")
        api = json.loads(self.succeed("alerts", *choice, *self.server()))["items"]
        folder = json.loads(self.succeed("alerts", *choice, "--data", self.data))["items"]
        self.assertIn(ALERT, [alert["id"] for alert in api])
        order = lambda items: sorted(items, key=lambda alert: alert["id"])
        self.assertEqual(order(api), order(folder))
        one = json.loads(self.succeed("alerts", "--unit", "agri", *choice, "--data", self.data))["items"]
        self.assertEqual({alert["unit"] for alert in one}, {"agri"})
        table = self.succeed("alerts", *self.server())
        for word in ("逾期未报", "生效", "警告"):
            self.assertIn(word, table)
        self.assertNotIn("firing", table)

    def test_explain_tells_the_chain_of_facts(self):
        for source in (self.server(), ("--data", self.data)):
            text = self.succeed("explain", ALERT, *source)
            for fact in ("八（三十三）", "2023-11-02T00:00:00+08:00", "unit:agri", "（生效，", "（负责）", "到期后1个工作日"):
                self.assertIn(fact, text, source)
            for spelled in ("firing", "warning", "overdue）", "by_duty", "waiting"):
                self.assertNotIn(spelled, text, source)
            facts = json.loads(self.succeed("explain", ALERT, "--format", "json", *source))
            self.assertEqual(facts["alert"]["id"], ALERT)
            self.assertEqual(facts["slots"][0]["state"], "overdue")
            self.assertIn("firing", [row["transition"] for row in facts["history"]])
            self.assertTrue(facts["notices"])

    def test_an_alert_speaks_of_the_figures_as_they_stand(self):
        file = self.write("farmland.csv", "plan,unit,period,indicator,numerator,denominator\njincheng-chengqu-2023,agri,2023-Q3,polluted_farmland_safe_use,100,10\n")
        self.succeed("submit", file, *self.server())
        file.write_text(file.read_text(encoding="utf-8").replace("100,10", "12,10"), encoding="utf-8")
        self.succeed("submit", file, *self.server())
        alert = "jincheng-chengqu-2023:implausible:polluted_farmland_safe_use:agri:2023-Q3"
        for source in (self.server(), ("--data", self.data)):
            listed = json.loads(self.succeed("alerts", "--kind", "implausible", "--format", "json", *source))["items"]
            self.assertEqual([one["id"] for one in listed], [alert])
            facts = json.loads(self.succeed("explain", alert, "--format", "json", *source))
            for one in (listed[0], facts["alert"]):
                self.assertIn("分子 12 大于分母 10", one["why"], source)
            self.assertIn("分子 100 大于分母 10", facts["history"][0]["why"])
            text = self.succeed("explain", alert, *source)
            self.assertRegex(text, "当时：.*分子 100 大于分母 10\n现在：.*分子 12 大于分母 10\n")

    def test_an_unknown_alert_is_told(self):
        for source in (self.server(), ("--data", self.data)):
            done = run("explain", "jincheng-chengqu-2023:overdue:annual_report:nobody:2023", *source)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("nobody", done.stderr)

    def test_status_is_the_same_from_the_api_and_from_the_folder(self):
        api = json.loads(self.succeed("status", "--format", "json", *self.server()))["items"]
        self.assertEqual(api, json.loads(self.succeed("status", "--format", "json", "--data", self.data))["items"])
        self.assertGreater(api[0]["overdue"], 20)
        self.assertIn("jincheng-chengqu-2023", self.succeed("status", *self.server()))


if __name__ == "__main__":
    unittest.main()

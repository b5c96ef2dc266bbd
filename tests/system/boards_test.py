"""Alerts and boards against the real servers: the daemon with example figures of all five plans, Prometheus with our rules, its Alertmanager,
and VictoriaMetrics. Nothing that a board asks may come back empty, but for what EMPTY allows."""
import pathlib
import re
import shutil
import socket
import sys
import tempfile
import time
import unittest

from example_figures import submissions
from harness import SOURCE, Daemon
from monitoring import alertmanager, prometheus, scrape_configuration, victoria_metrics

sys.path.insert(0, str(SOURCE / "tests" / "exporters" / "grafana"))
from boards import boards, filled, inside_query, variables  # noqa: E402

RULES = SOURCE / "exporters" / "prometheus"
ALL = ".*"

# What may come back empty: board, panel, server, and why. Reviewed by hand; one that is needed no more fails the test.
EMPTY = {
    ("daemon", "Prometheus alerts", "VictoriaMetrics"): "ALERTS is written by whoever evaluates the rules, here Prometheus",
}


class Monitoring(unittest.TestCase):
    """All of it, once for all tests. The daemon lives in October 2023 and its mail server is gone; a second target never answers."""

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        closed = socket.socket()  # bound and not listening: connections are refused, and nobody else gets the port
        closed.bind(("127.0.0.1", 0))
        cls.addClassCleanup(closed.close)
        cls.closed = f"127.0.0.1:{closed.getsockname()[1]}"

        shutil.copytree(SOURCE / "config" / "plans", cls.folder / "plans")
        plans = ", ".join(f'"plans/{path.name}"' for path in sorted((cls.folder / "plans").glob("*.toml")))
        (cls.folder / "planwatch.toml").write_text(f"""
plans = [{plans}]
[mail]
from = "planwatch@example.org"
server = "smtp://{cls.closed}"
retry_first = 1
retry_longest = 2
[[contact]]
id = "office"
name = "食安办"
audiences = ["office"]
mail = "office@example.org"
""", encoding="utf-8")
        cls.daemon = Daemon(cls.folder, "--config", cls.folder / "planwatch.toml", "--clock", "2023-10-20T08:00:00+08:00")
        cls.addClassCleanup(lambda: cls.daemon.process and cls.daemon.stop())
        cls.daemon.start()
        for plan in cls.daemon.request("/api/v1/plans")[1]["items"]:
            status, answer = cls.daemon.request("/api/v1/submissions", submissions(cls.daemon.request(f"/api/v1/plans/{plan['id']}")[1], 9))
            assert status == 201, answer
        cls.plans = [plan["id"] for plan in cls.daemon.request("/api/v1/plans")[1]["items"]]

        cls.alertmanager = alertmanager(cls.folder / "alertmanager")
        cls.prometheus = prometheus(cls.folder / "prometheus", cls.configuration())
        cls.victoria = victoria_metrics(cls.folder / "victoria", f"-promscrape.config={scrape_configuration(f'127.0.0.1:{cls.daemon.port}', cls.folder / 'scrape.yml')}")
        for server in (cls.alertmanager, cls.prometheus, cls.victoria):
            cls.addClassCleanup(server.stop)
            server.start()

    @classmethod
    def configuration(cls):
        """As README has it, but each second. `for` is cut, which promtool's rule tests look at: nobody waits an hour here."""
        for path in RULES.glob("*.rules.yml"):
            (cls.folder / path.name).write_text(re.sub(r"\bfor: \w+", "for: 0s", path.read_text(encoding="utf-8")), encoding="utf-8")
        return f"""
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: ["{cls.folder}/*.rules.yml"]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{cls.alertmanager.port}"]}}]}}]}}
scrape_configs:
  - job_name: planwatch
    static_configs: [{{targets: ["127.0.0.1:{cls.daemon.port}", "{cls.closed}"]}}]
"""

    def wait_for(self, condition, what, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if result := condition():
                return result
            time.sleep(0.2)
        self.fail(f"waited {seconds} s in vain for {what}")


class Alerts(Monitoring):
    def firing(self, name):
        """Of the alerts in Alertmanager of that name, the labels."""
        return [alert["labels"] for alert in self.alertmanager.get("/api/v2/alerts", active="true") if alert["labels"]["alertname"] == name]

    def test_what_is_wrong_reaches_the_alertmanager_and_leaves_it_when_it_is_put_right(self):
        of_plans = {"PlanwatchSlotsOverdue": set(self.plans), "PlanwatchTargetMissed": {"zezhou-2021"},
                    "PlanwatchBehindPace": set(self.plans) - {"zezhou-2021"}, "PlanwatchHoldBroken": {"beichen-2023", "suining-xinqu-2023"}}
        for name, plans in of_plans.items():
            self.wait_for(lambda name=name, plans=plans: {labels["plan"] for labels in self.firing(name)} == plans, f"{name} of {plans}")
        gone = self.wait_for(lambda: self.firing("PlanwatchScrapeGone"), "the alert of the target that never answers")
        self.assertEqual([labels["instance"] for labels in gone], [self.closed])
        self.wait_for(lambda: self.firing("PlanwatchCourierStuck"), "the alert that notices are not leaving")

        plan = self.folder / "plans" / "beichen-2023.toml"
        right = plan.read_text(encoding="utf-8")
        plan.write_text(right.replace("at_least 5225", "at_least many"), encoding="utf-8")
        self.assertEqual(self.daemon.request("/-/reload", b"")[0], 422)
        self.wait_for(lambda: self.firing("PlanwatchReloadFailed"), "the alert of the refused reload")
        plan.write_text(right, encoding="utf-8")
        self.assertEqual(self.daemon.request("/-/reload", b"")[0], 200)
        self.wait_for(lambda: not self.firing("PlanwatchReloadFailed"), "the end of that alert")

        for alert in self.alertmanager.get("/api/v2/alerts"):
            self.assertEqual(alert["annotations"]["runbook"], "RUNBOOK.md#" + alert["labels"]["alertname"].lower())
            self.assertNotIn("error", alert["annotations"]["summary"] + alert["annotations"]["description"])

    def test_prometheus_evaluates_every_rule(self):
        rules = self.wait_for(lambda: (rules := [rule for group in self.prometheus.get("/api/v1/rules")["data"]["groups"] for rule in group["rules"]])
                              and all(rule["health"] != "unknown" for rule in rules) and rules, "all rules to be evaluated")
        self.assertEqual([(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"], [])


class Boards(Monitoring):
    def options(self, server, variable, chosen):
        """The choices of a variable, as Grafana finds them: (text, value)."""
        query = filled(inside_query(variable), chosen)
        if variable["query"].startswith("label_values"):
            label = re.search(r", ?([a-z_]+)\)$", variable["query"])[1]
            now = time.time()
            return [(value, value) for value in server.get(f"/api/v1/label/{label}/values", **{"match[]": query, "start": now - 3600, "end": now})["data"]]
        rows = ["{" + ",".join(f'{key}="{value}"' for key, value in metric.items()) + "} 1" for metric, _ in server.series(query)]
        pattern = re.compile(variable["regex"].strip("/").replace("(?<", "(?P<"))
        return [(found["text"], found["value"]) for found in map(pattern.search, rows) if found]

    def combinations(self, server, name, board):
        """Values of a board's variables to look at it with."""
        of = variables(board)
        if name == "daemon":
            job = self.options(server, of["job"], {})
            self.assertEqual(job, [("planwatch", "planwatch")])
            self.assertIn(f"127.0.0.1:{self.daemon.port}", [value for _, value in self.options(server, of["instance"], {"job": ".+"})])
            return [{"job": ".+", "instance": f"127.0.0.1:{self.daemon.port}"}]
        plans = self.options(server, of["plan"], {})
        self.assertEqual({value for _, value in plans}, set(self.plans))
        self.assertTrue(all(re.search("[\u4e00-\u9fff]", text) for text, _ in plans), plans)
        found = [{"plan": [value for _, value in plans], "unit": ALL}] if of["plan"]["multi"] else []
        for _, plan in plans:
            units = self.options(server, of["unit"], {"plan": plan})
            self.assertTrue(units)
            found += [{"plan": plan, "unit": ALL, "indicator": indicator} for indicator in self.some_indicators(server, plan)] if "indicator" in of else [
                {"plan": plan, "unit": ALL}]
        return found

    def some_indicators(self, server, plan):
        """One for each way in which an indicator may be measured and held to something."""
        known = {value for _, value in self.options(server, variables(boards()["indicator"])["indicator"], {"plan": plan})}
        kinds = {}
        for indicator in self.daemon.request(f"/api/v1/plans/{plan}")[1]["indicators"]:
            self.assertIn(indicator["id"], known)
            kinds.setdefault((indicator["measure"], indicator["reported"] == "derived", bool(indicator["pace"])), indicator["id"])
        return kinds.values()

    def ask(self, server, target, chosen):
        query = filled(target["expr"], chosen)
        if target["instant"]:
            return server.series(query)
        now = time.time()
        return server.ranges(query, now - 60, now, 1)

    def look_at_every_board(self, server, called):
        never = {}
        for name, board in boards().items():
            for chosen in self.combinations(server, name, board):
                for panel in board["panels"]:
                    title = panel["title"].split(" · ")[1]
                    answers = {target["refId"]: bool(self.ask(server, target, chosen)) for target in panel["targets"]}
                    for ref, answered in answers.items():
                        never[name, title, ref] = never.get((name, title, ref), True) and not answered
                    with self.subTest(f"{name}: {title}", **chosen):
                        self.assertEqual(any(answers.values()), (name, title, called) not in EMPTY)
        self.assertEqual([query for query, empty in never.items() if empty and (*query[:2], called) not in EMPTY], [])

    def test_every_query_of_every_board_has_an_answer_from_prometheus(self):
        self.wait_for(lambda: self.prometheus.series("count_over_time(planwatch_build_info[1m]) > 3"), "a few scrapes")
        self.wait_for(lambda: self.prometheus.series("count(ALERTS{alertstate='firing'})"), "alerts that fire")
        self.look_at_every_board(self.prometheus, "Prometheus")

    def test_every_query_of_every_board_has_an_answer_from_victoria_metrics(self):
        self.wait_for(lambda: self.victoria.series("count_over_time(planwatch_build_info[1m]) > 3"), "a few scrapes")
        self.look_at_every_board(self.victoria, "VictoriaMetrics")


del Monitoring  # what the tests share is no test

if __name__ == "__main__":
    unittest.main()

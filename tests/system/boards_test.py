"""Alerts and boards against the real servers: the daemon with example figures of all five plans, Prometheus with our rules, its Alertmanager,
and VictoriaMetrics. Nothing that a board asks may come back empty, but for what EMPTY allows."""
import pathlib
import re
import shutil
import socket
import tempfile
import threading
import time
import unittest

from board_viewer import ALL, Viewer, boards, variables
from example_figures import submissions
from harness import SOURCE, Daemon, run
from monitoring import alertmanager, prometheus, scrape_configuration, victoria_metrics

RULES = SOURCE / "exporters" / "prometheus"
SCRAPED = "count_over_time(planwatch_build_info[1m]) > 3 and on (instance) rate(planwatch_evaluation_duration_seconds_count[1m]) > 0"

# What must come back empty and would be wrong with anything in it; reviewed by hand. By panel: where, and why.
EMPTY = {
    "Prometheus alerts": (lambda at: at["server"] == "VictoriaMetrics", "ALERTS is written by whoever evaluates the rules, here Prometheus"),
    "Next due": (lambda at: at["plan"] == "zezhou-2021", "nothing of 2021 is still to come in 2023"),
    "Next due in": (lambda at: at["plan"] == "zezhou-2021", "the same"),
    "Calendar of what is due": (lambda at: at["plan"] == "zezhou-2021", "the same"),
    "Target due in": (lambda at: at["indicator"] and "by" not in (at["indicator"]["target"] or {}), "what must hold in every period has no day"),
    **dict.fromkeys(("Target", "Attainment against the pace", "Progress", "Attainment and pace", "Progress over time"),
                    (lambda at: at["indicator"] and not at["indicator"]["target"], "marks that a composite is made of are held to no target by themselves")),
    "Last figure of each unit": (lambda at: at["indicator"] and at["indicator"]["reported"] == "derived", "no unit hands in a sum of others' figures"),
}


def may_be_empty(panel, at):
    return panel in EMPTY and bool(EMPTY[panel][0](at))


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
        run("token", "create", "--data", cls.daemon.data, "--role", "read", "--expires", "90d")
        cls.daemon.start()
        for plan in cls.daemon.request("/api/v1/plans")[1]["items"]:
            status, answer = cls.daemon.request("/api/v1/submissions", submissions(cls.daemon.request(f"/api/v1/plans/{plan['id']}")[1], 9))
            assert status == 201, answer
        cls.plans = [plan["id"] for plan in cls.daemon.request("/api/v1/plans")[1]["items"]]
        cls.indicators = {(plan, indicator["id"]): indicator for plan in cls.plans
                          for indicator in cls.daemon.request(f"/api/v1/plans/{plan}")[1]["indicators"]}

        cls.ended = threading.Event()
        reporter = threading.Thread(target=cls.keep_correcting)
        cls.addClassCleanup(reporter.join)
        cls.addClassCleanup(cls.ended.set)
        reporter.start()

        cls.alertmanager = alertmanager(cls.folder / "alertmanager")
        cls.prometheus = prometheus(cls.folder / "prometheus", cls.configuration())
        cls.victoria = victoria_metrics(cls.folder / "victoria", f"-promscrape.config={scrape_configuration(f'127.0.0.1:{cls.daemon.port}', cls.folder / 'scrape.yml')}")
        for server in (cls.alertmanager, cls.prometheus, cls.victoria):
            cls.addClassCleanup(server.stop)
            server.start()

    @classmethod
    def keep_correcting(cls):
        """Hands in one figure over and over, so that there is something to draw of what takes time."""
        batches = 400
        while not cls.ended.wait(0.3):
            batches += 1
            cls.daemon.request("/api/v1/submissions", {"plan": "beichen-2023", "unit": "samr", "period": "2023-09",
                                                       "values": {"samr_sampling_batches": 400 + batches % 50}})

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
    def combinations(self, viewer, name, board):
        """Values of a board's variables to open it with."""
        if name == "daemon":
            self.assertEqual(viewer.options(board, "job", {}), [("planwatch", "planwatch")])
            self.assertIn(f"127.0.0.1:{self.daemon.port}", [value for _, value in viewer.options(board, "instance", {"job": ".+"})])
            return [{"job": ".+", "instance": f"127.0.0.1:{self.daemon.port}"}]
        plans = viewer.options(board, "plan", {})
        self.assertEqual({value for _, value in plans}, set(self.plans))
        self.assertTrue(all(re.search("[\u4e00-\u9fff]", text) for text, _ in plans), plans)
        found = [{"plan": [value for _, value in plans], "unit": ALL}] if variables(board)["plan"]["multi"] else []
        for _, plan in plans:
            self.assertTrue(viewer.options(board, "unit", {"plan": plan}))
            found += [{"plan": plan, "unit": ALL} | choice for choice in (self.some_indicators(viewer, board, plan) if name == "indicator" else [{}])]
        return found

    def some_indicators(self, viewer, board, plan):
        """One for each way in which an indicator may be measured and held to something."""
        known = {value for _, value in viewer.options(board, "indicator", {"plan": plan})}
        kinds = {}
        for indicator in (each for (of, _), each in self.indicators.items() if of == plan):
            self.assertIn(indicator["id"], known)
            kind = indicator["measure"], indicator["reported"] == "derived", bool(indicator["pace"]), "by" in (indicator["target"] or {})
            kinds.setdefault(kind, indicator["id"])
        return [{"indicator": indicator} for indicator in kinds.values()]

    def look_at_every_board(self, server, called):
        """Each panel must have an answer wherever its board is opened; each query in at least one of these places."""
        viewer, answered, allowed = Viewer(server), {}, set()
        for name, board in boards().items():
            for chosen in self.combinations(viewer, name, board):
                at = {"server": called, "plan": chosen.get("plan"), "indicator": self.indicators.get((chosen.get("plan"), chosen.get("indicator")))
                      if "indicator" in chosen else None}
                for panel in board["panels"]:
                    title = panel["title"].split(" · ")[1]
                    answers = {target["refId"]: bool(viewer.ask(target, chosen)) for target in panel["targets"]}
                    for ref, answer in answers.items():
                        answered[name, title, ref] = answered.get((name, title, ref), False) or answer
                    empty = may_be_empty(title, at)
                    allowed |= {title} if empty else set()
                    with self.subTest(f"{name}: {title}", **chosen):
                        self.assertEqual(any(answers.values()), not empty)
        self.assertEqual([query for query, answer in answered.items() if not answer and not may_be_empty(query[1], {"server": called, "plan": None, "indicator": None})], [])
        return allowed

    def test_every_query_of_every_board_has_an_answer_from_prometheus(self):
        self.wait_for(lambda: self.prometheus.series(SCRAPED), "scrapes that show something going on")
        self.wait_for(lambda: self.prometheus.series("count(ALERTS{alertstate='firing'})"), "alerts that fire")
        self.assertEqual(self.look_at_every_board(self.prometheus, "Prometheus"), set(EMPTY) - {"Prometheus alerts"})

    def test_every_query_of_every_board_has_an_answer_from_victoria_metrics(self):
        self.wait_for(lambda: self.victoria.series(SCRAPED), "scrapes that show something going on")
        self.assertEqual(self.look_at_every_board(self.victoria, "VictoriaMetrics"), set(EMPTY))

    def test_what_left_the_daemon_leaves_the_boards(self):
        targets = [target for panel in boards()["overview"]["panels"] for target in panel["targets"] if target["expr"].startswith("count(count by (plan)")]
        self.assertEqual(len(targets), 1)

        def plans_shown():
            return {server: [value for _, value in Viewer(server).ask(targets[0], {"plan": ALL, "unit": ALL})] for server in (self.prometheus, self.victoria)}

        settings = self.folder / "planwatch.toml"
        whole = settings.read_text(encoding="utf-8")
        self.wait_for(lambda: list(plans_shown().values()) == [[5], [5]], "all plans to be seen")
        for text, count in ((whole.replace('"plans/zezhou-2021.toml"', ""), 4), (whole, 5)):
            settings.write_text(text, encoding="utf-8")
            self.assertEqual(self.daemon.request("/-/reload", b"")[0], 200)
            self.wait_for(lambda count=count: list(plans_shown().values()) == [[count], [count]], f"{count} plans on the board")


del Monitoring  # what the tests share is no test

if __name__ == "__main__":
    unittest.main()

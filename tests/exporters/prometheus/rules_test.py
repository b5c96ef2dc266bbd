"""The alert and recording rules: promtool's linter and rule tests, and what promtool does not ask: texts, severities, runbook, tests for all."""
import pathlib
import re
import subprocess
import unittest

import yaml

HERE = pathlib.Path(__file__).resolve().parent
RULES = HERE.parents[2] / "exporters" / "prometheus"
TESTS = HERE / "alerts.test.yml"


def rules():
    groups = [group for path in sorted(RULES.glob("*.rules.yml")) for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]]
    return [rule for group in groups for rule in group["rules"]]


def alerts():
    return [rule for rule in rules() if "alert" in rule]


def runbook():
    """Sections by their anchor, as Markdown readers make it."""
    parts = re.split(r"^## (.+)$", (RULES / "RUNBOOK.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {title.lower(): text for title, text in zip(parts[1::2], parts[2::2])}


class Rules(unittest.TestCase):
    def promtool(self, *arguments):
        return subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False)

    def test_promtool_finds_nothing(self):
        checked = self.promtool("check", "rules", "--lint=all", "--lint-fatal", *sorted(RULES.glob("*.rules.yml")))
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_series_give_the_alerts_that_they_should(self):
        tested = self.promtool("test", "rules", TESTS)
        self.assertEqual(tested.returncode, 0, tested.stdout + tested.stderr)

    def test_every_alert_is_seen_to_fire_and_seen_to_be_quiet(self):
        asked = [case for group in yaml.safe_load(TESTS.read_text(encoding="utf-8"))["tests"] for case in group.get("alert_rule_test", [])]
        firing = {case["alertname"] for case in asked if case.get("exp_alerts")}
        quiet = {case["alertname"] for case in asked if not case.get("exp_alerts")}
        # Those of a plan fire for one plan and not for the other one of the same test: promtool compares the whole set.
        beside_a_quiet_plan = {"PlanwatchBehindPace", "PlanwatchTargetMissed", "PlanwatchHoldBroken", "PlanwatchFiguresImplausible"}
        names = {rule["alert"] for rule in alerts()}
        self.assertEqual(names - firing, set())
        self.assertEqual(names - quiet - beside_a_quiet_plan, set())

    def test_every_alert_says_what_it_is_how_grave_and_what_to_do(self):
        for rule in alerts():
            with self.subTest(rule["alert"]):
                self.assertIn(rule["labels"]["severity"], ("info", "warning", "critical"))
                self.assertEqual(set(rule["annotations"]), {"summary", "description", "runbook"})
                for text in (rule["annotations"]["summary"], rule["annotations"]["description"]):
                    self.assertRegex(text, "[\u4e00-\u9fff]")
                    self.assertRegex(text, "[a-z]{3}")
                self.assertNotIn("\n", rule["annotations"]["description"])

    def test_every_alert_has_its_section_in_the_runbook_and_every_section_its_alert(self):
        sections = runbook()
        for rule in alerts():
            with self.subTest(rule["alert"]):
                self.assertEqual(rule["annotations"]["runbook"], "RUNBOOK.md#" + rule["alert"].lower())
                for part in ("**Means**", "**Look at**", "**Do**"):
                    self.assertIn(part, sections[rule["alert"].lower()])
        self.assertEqual(set(sections), {rule["alert"].lower() for rule in alerts()})

    def test_recorded_series_are_named_by_level_metric_and_operation(self):
        for rule in rules():
            if "record" in rule:
                self.assertRegex(rule["record"], r"^[a-z_]+:planwatch_[a-z_]+:[a-z0-9_]+$")


if __name__ == "__main__":
    unittest.main()

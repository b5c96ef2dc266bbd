"""The rules of Grafana's dashboard-linter, by its names, and a few of our own, held against the boards. A rule is a function from a board to
what it finds. Where one does not fit us, NOT_FOR_US says why; every other is shown a board that breaks it."""
import copy
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import yaml

from boards import GRAFANA, boards, filled, inside_query, variables

# Units that Grafana knows, of those that ours use.
UNITS = {"none", "percentunit", "s", "dtdurations", "bytes", "cps", "dateTimeAsIso"}
OF_PROMETHEUS = {"up", "ALERTS", "scrape_duration_seconds"}

NOT_FOR_US = {
    "target-logql-rule, target-logql-auto-rule": "no board asks Loki",
    "element-reference-rule, v2-required-fields": "are about the v2 schema; ours are of the classic one, which every Grafana since 9 loads",
    "template-required-variables-rule, target-required-matchers-rule, template-variable-matchers-rule": "do nothing until configured; "
        "ours are every-variable-is-used and queries-name-the-plan",
    "panel-time-interval-rule": "wants now-1h: figures come by the month, so boards of plans open on 90 days",
}
# A plan is asked for, not the daemon that tells of it: its history, imported or pushed, has neither job nor instance.
PLAN_BOARDS = {"overview", "plan", "indicator", "discipline"}
# Which alerts fire is asked of all: that of a target which is gone, or of a plan, has no instance.
OF_NO_INSTANCE = "Prometheus 告警 · Prometheus alerts"


def targets(board):
    return [(panel, target) for panel in board["panels"] for target in panel["targets"]]


def expressions(board):
    """Every query, those of variables too, with a word for where it stands."""
    asked = [(f"{panel['title']}, {target['refId']}", target["expr"]) for panel, target in targets(board)]
    return asked + [(f"variable {name}", inside_query(variable) or "") for name, variable in variables(board).items() if variable["type"] == "query"]


def promtool(named):
    """What Prometheus' own parser says of each expression: as a rule file it reads them all at once."""
    values = {name: "x" for name in ("datasource", "plan", "unit", "indicator", "job", "instance")}
    rules = [{"record": f"rule:{i}", "expr": filled(expression, values)} for i, (_, expression) in enumerate(named)]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"groups": [{"name": "boards", "rules": rules}]}, file)
        file.flush()
        checked = subprocess.run(["promtool", "check", "rules", "--lint=none", file.name], capture_output=True, text=True, timeout=60, check=False)
    return [] if checked.returncode == 0 else [checked.stdout + checked.stderr]


def template_datasource(board):
    found = [v for v in variables(board).values() if v["type"] == "datasource"]
    right = len(found) == 1 and found[0]["name"] == "datasource" and found[0]["label"] == "Data source" and found[0]["query"] == "prometheus"
    return [] if right else ["no data source to choose"]


def template_of(name):
    def rule(board):
        if board["uid"].removeprefix("planwatch-") in PLAN_BOARDS:
            return []
        variable = variables(board).get(name, {})
        wanted = {"type": "query", "label": name.title(), "multi": True, "allValue": ".+", "datasource": {"type": "prometheus", "uid": "${datasource}"}}
        return [f"{name}: {key}" for key, value in wanted.items() if variable.get(key) != value]
    return rule


def target_of(name):
    def rule(board):
        if board["uid"].removeprefix("planwatch-") in PLAN_BOARDS:
            return []
        return [f"{panel['title']}: {selector}" for panel, target in targets(board) if panel["title"] != OF_NO_INSTANCE
                for selector in re.findall(r"\b(?:planwatch|process|scrape)_[a-z_]+\S*|\bup\b\S*", target["expr"]) if f'{name}=~"${name}"' not in selector]
    return rule


def template_label_promql(board):
    asked = [variable for variable in variables(board).values() if variable["type"] == "query"]
    wrong = [variable["query"] for variable in asked if not inside_query(variable)]
    return wrong or promtool([(variable["name"], inside_query(variable)) for variable in asked])


def template_reload(board):
    return [name for name, variable in variables(board).items() if variable["type"] == "query" and variable["refresh"] != 2]


def panel_datasource(board):
    uids = [(panel["title"], panel.get("datasource", {}).get("uid")) for panel in board["panels"]]
    uids += [(panel["title"], target.get("datasource", {}).get("uid")) for panel, target in targets(board)]
    return [title for title, uid in uids if uid != "${datasource}"]


def panel_title_description(board):
    return [panel["id"] for panel in board["panels"] if not panel.get("title") or not panel.get("description")]


def panel_units(board):
    wrong = [panel["title"] for panel in board["panels"] if panel["fieldConfig"]["defaults"].get("unit") not in UNITS]
    overridden = [(panel["title"], item["value"]) for panel in board["panels"] for override in panel["fieldConfig"]["overrides"]
                  for item in override["properties"] if item["id"] == "unit"]
    return wrong + [where for where, unit in overridden if unit not in UNITS]


def panel_no_targets(board):
    return [panel["title"] for panel in board["panels"] if not panel.get("targets")]


def target_promql(board):
    return promtool(expressions(board))


def target_rate_interval(board):
    return [where for where, text in expressions(board) if re.search(r"\bi?rate\([^()]*\[(?!\$__rate_interval\])", text)]


def target_counter_agg(board):
    return [where for where, text in expressions(board) for found in re.finditer(r"\b[a-z_]+_total\b", text)
            if not re.search(r"\b(rate|irate|increase)\($", text[:found.start()])]


def target_histogram(board):
    return [where for where, text in expressions(board) if re.search(r"_bucket\b", text) and "histogram_quantile(" not in text]


def uneditable(board):
    return [] if board["editable"] is False else ["may be edited, and would then differ from its file"]


def two_languages(board):
    texts = [board["title"], board["description"]] + [text for panel in board["panels"] for text in (panel["title"], panel["description"])]
    return [text for text in texts if not re.search("[\u4e00-\u9fff]", text) or not re.search("[A-Za-z]{2}", text)]


def titles_in_two_parts(board):
    return [title for title in [board["title"], *(panel["title"] for panel in board["panels"])] if title.count(" · ") != 1]


def thresholds_everywhere(board):
    return [panel["title"] for panel in board["panels"] if not panel["fieldConfig"]["defaults"].get("thresholds", {}).get("steps")]


def every_variable_is_used(board):
    texts = [text for _, text in expressions(board)] + ["${datasource}"]
    return [name for name in variables(board) if not any(re.search(rf"\${name}\b|\${{{name}}}", text) for text in texts)]


def every_variable_is_there(board):
    of_grafana = {"__rate_interval", "__interval", "__range"}
    used = {name for _, text in expressions(board) for name in re.findall(r"\$\{?([A-Za-z_]\w*)", text)}
    return sorted(used - set(variables(board)) - of_grafana)


def queries_name_the_plan(board):
    if board["uid"].removeprefix("planwatch-") not in PLAN_BOARDS:
        return []
    return [where for where, text in expressions(board) if not where.startswith("variable plan")
            for selector in re.findall(r"planwatch_[a-z_]+(?:\{[^}]*\})?|\{__name__[^}]*\}", text.replace("planwatch_indicator_value_(", "").replace(
                "planwatch_indicator_target_(", "")) if "{" in selector and not re.search(r'plan(=|=~)"\$plan"', selector)]


def what_stands_now_is_what_is_scraped(board):
    """A look over weeks is for moments without a scrape alone: what left a scraped daemon is gone."""
    wrong = []
    for where, text in expressions(board):
        for selector, back in re.findall(r"last_over_time\(([^()]*(?:\([^()]*\))?[^()]*)\[(\d+d)\]\)", text):
            if f"({selector} or (last_over_time({selector}[{back}]) unless on () planwatch_build_info))" not in text:
                wrong.append(where)
    return wrong


def panels_do_not_overlap(board):
    places = [(panel["title"], panel["gridPos"]) for panel in board["panels"]]
    wrong = [title for title, at in places if at["x"] + at["w"] > 24]
    return wrong + [f"{title} and {other}" for i, (title, a) in enumerate(places) for other, b in places[:i]
                    if a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"] and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"]]


def ids_are_unique(board):
    ids = [panel["id"] for panel in board["panels"]]
    return [i for i in ids if ids.count(i) > 1]


def links_lead_somewhere(board):
    known = {each["uid"]: set(variables(each)) for each in boards().values()}
    wrong = []
    for path in re.findall(r'"url": "(/d/[^"]+)"', json.dumps(board)):
        uid, _, query = path.removeprefix("/d/").partition("?")
        wrong += [path] if uid not in known else [name for name in re.findall(r"var-(\w+)=", query) if name not in known[uid]]
    return wrong


def change(path, value):
    """A fault: sets what stands at a path of keys and positions."""
    def fault(board):
        at = board
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value
    return fault


EXPR = ("panels", 0, "targets", 0, "expr")
RULES = {
    "template-datasource-rule": (template_datasource, change(("templating", "list", 0, "name"), "source")),
    "template-job-rule": (template_of("job"), change(("templating", "list", 1, "multi"), False)),
    "template-instance-rule": (template_of("instance"), change(("templating", "list", 2, "allValue"), ".*")),
    "target-job-rule": (target_of("job"), change(EXPR, 'up{instance=~"$instance"}')),
    "target-instance-rule": (target_of("instance"), change(EXPR, 'up{job=~"$job"}')),
    "template-label-promql-rule": (template_label_promql, change(("templating", "list", 1, "query"), "label_values(sum(, plan)")),
    "template-on-time-change-reload-rule": (template_reload, change(("templating", "list", 1, "refresh"), 1)),
    "panel-datasource-rule": (panel_datasource, change(("panels", 0, "datasource", "uid"), "prometheus")),
    "panel-title-description-rule": (panel_title_description, change(("panels", 0, "description"), "")),
    "panel-units-rule": (panel_units, change(("panels", 0, "fieldConfig", "defaults", "unit"), "pieces")),
    "panel-no-targets-rule": (panel_no_targets, change(("panels", 0, "targets"), [])),
    "target-promql-rule": (target_promql, change(EXPR, "sum by (plan (up)")),
    "target-rate-interval-rule": (target_rate_interval, change(EXPR, "rate(planwatch_submissions_total[5m])")),
    "target-counter-agg-rule": (target_counter_agg, change(EXPR, "sum(planwatch_submissions_total)")),
    "target-histogram-rule": (target_histogram, change(EXPR, "sum(rate(planwatch_commit_duration_seconds_bucket[$__rate_interval]))")),
    "uneditable-dashboard-rule": (uneditable, change(("editable",), True)),
    "titles and descriptions in Chinese and English": (two_languages, change(("panels", 0, "title"), "Overdue")),
    "a title's two languages have their sign between": (titles_in_two_parts, change(("panels", 0, "title"), "逾期 Overdue")),
    "thresholds in every panel": (thresholds_everywhere, change(("panels", 0, "fieldConfig", "defaults", "thresholds"), {})),
    "every variable is used": (every_variable_is_used, lambda board: board["templating"]["list"].append({"name": "idle", "type": "custom"})),
    "every variable is there": (every_variable_is_there, change(EXPR, "sum($nothing)")),
    "queries name the plan": (queries_name_the_plan, change(EXPR, "sum(planwatch_slots{state=\"late\"})")),
    "what stands now is what is scraped": (what_stands_now_is_what_is_scraped, change(EXPR, "sum(last_over_time(planwatch_slots{plan=~\"$plan\"}[32d]))")),
    "panels do not overlap": (panels_do_not_overlap, change(("panels", 0, "gridPos", "h"), 40)),
    "ids are unique": (ids_are_unique, change(("panels", 0, "id"), 2)),
    "links lead somewhere": (links_lead_somewhere, change(("panels", 0, "links"), [{"url": "/d/planwatch-plans?var-plan=a"}])),
}


class Lint(unittest.TestCase):
    def test_no_rule_finds_anything(self):
        for name, (rule, _) in RULES.items():
            for board in boards().values():
                with self.subTest(f"{name}: {board['uid']}"):
                    self.assertEqual(rule(board), [])

    def test_every_rule_finds_the_board_that_breaks_it(self):
        for name, (rule, fault) in RULES.items():
            with self.subTest(name):
                found = []
                for board in boards().values():
                    broken = copy.deepcopy(board)
                    fault(broken)
                    found += rule(broken)
                self.assertNotEqual(found, [])

    def test_boards_have_names_of_their_own_and_lead_to_each_other(self):
        uids = [board["uid"] for board in boards().values()]
        self.assertEqual(sorted(uids), sorted({f"planwatch-{name}" for name in ("overview", "plan", "indicator", "discipline", "daemon")}))
        links = {name: set(re.findall(r"/d/(planwatch-\w+)", json.dumps(board))) for name, board in boards().items()}
        self.assertIn("planwatch-plan", links["overview"])
        self.assertIn("planwatch-indicator", links["plan"])
        for board in boards().values():
            self.assertEqual([link["tags"] for link in board["links"]], [["planwatch"]])
            self.assertIn("planwatch", board["tags"])

    def test_grafana_is_given_the_folder_of_boards_and_data_sources_that_they_can_choose(self):
        [provider] = yaml.safe_load((GRAFANA / "provisioning" / "dashboards" / "planwatch.yaml").read_text(encoding="utf-8"))["providers"]
        self.assertEqual((provider["type"], pathlib.PurePath(provider["options"]["path"]).name), ("file", "boards"))
        sources = yaml.safe_load((GRAFANA / "provisioning" / "datasources" / "planwatch.yaml").read_text(encoding="utf-8"))["datasources"]
        self.assertEqual({source["type"] for source in sources}, {variables(board)["datasource"]["query"] for board in boards().values()})
        self.assertEqual(len({source["uid"] for source in sources}), len(sources))

    def test_every_metric_is_one_that_the_daemon_documents(self):
        documented = set(re.findall(r"^\| `([a-z_]+)`", (pathlib.Path(__file__).resolve().parents[3] / "exporters" / "README.md").read_text(encoding="utf-8"),
                                    re.MULTILINE))
        for name, board in boards().items():
            texts = " ".join(text for _, text in expressions(board))
            asked = set(re.findall(r"\b(?:planwatch|process|scrape)_[a-z_]+\b(?!\()|\bup\b|\bALERTS\b", texts))
            # of {__name__=~"planwatch_indicator_value_(count|average)"} each
            asked |= {prefix + each for prefix, some in re.findall(r"(planwatch_[a-z_]+_)\(([a-z_|]+)\)", texts) for each in some.split("|")}
            with self.subTest(name):
                self.assertEqual({metric.removesuffix("_bucket") for metric in asked} - documented - OF_PROMETHEUS, set())


if __name__ == "__main__":
    unittest.main()

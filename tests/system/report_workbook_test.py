"""Every number of a report's workbook, read by openpyxl, is the API's: the report's own JSON, and the assessments of the same instant."""
import io
import math
import shutil
import unittest
import urllib.request

import openpyxl

from example_figures import submissions
from harness import BEICHEN, SOURCE, DaemonTest

PLANS = SOURCE / "config" / "plans"
STANDINGS = {"missed": "未达标", "behind": "落后", "on_track": "达序时", "reached": "已达标", "unknown": "无数据"}
STATES = {"upcoming": "未到期", "due_soon": "即将到期", "overdue": "逾期", "on_time": "按时", "late": "迟报", "waived": "免报"}
SIGNS = {">=": "≥", "<=": "≤", "=": "="}


def changed(value):
    return {**value, "numerator": value["numerator"] - 1} if isinstance(value, dict) else value + 3


class Workbook(DaemonTest):
    def fetch(self, daemon, kind, query):
        """The report as JSON, and the sheets of its workbook: a list of rows by heading."""
        status, report = daemon.request(f"/api/v1/reports/{kind}?{query}&format=json")
        self.assertEqual(status, 200, report)
        request = urllib.request.Request(f"{daemon.url}/api/v1/reports/{kind}?{query}&format=xlsx", headers={"Authorization": "Bearer " + daemon.token})
        with urllib.request.urlopen(request, timeout=60) as answer:
            book = openpyxl.load_workbook(io.BytesIO(answer.read()))
        sheets = {}
        for sheet in book:
            rows = [list(row) for row in sheet.iter_rows(values_only=True)]
            if rows:  # charts have a sheet of their own
                sheets[sheet.title] = (rows[0], rows[1:])
        return report, sheets

    def same(self, cell, told, what):
        """An empty cell is no number; a number has the digits of a double."""
        if told is None:
            self.assertIsNone(cell, what)
        elif isinstance(told, str):
            self.assertEqual(str(cell.date()) if hasattr(cell, "date") else cell, told, what)
        else:
            self.assertTrue(isinstance(cell, (int, float)) and math.isclose(cell, told, rel_tol=1e-12, abs_tol=1e-12), (what, cell, told))
            self.numbers += 1

    def same_rows(self, sheets, title, told):
        """`told`: a dictionary a row, of headings and what they must hold. What they do not name holds no number."""
        headings, rows = sheets.pop(title, ([], []))
        self.assertEqual(len(rows), len(told), title)
        for row, expected in zip(rows, told):
            for heading, cell in zip(headings, row):
                if heading in expected:
                    self.same(cell, expected[heading], (title, row[:2], heading))
                else:
                    self.assertNotIsInstance(cell, (int, float), (title, row[:2], heading))
            self.assertEqual(set(expected) - set(headings), set(), title)

    def indicator_row(self, line):
        before, ahead, target = line["before"] or {}, line["forecast"] or {}, line["target"] or {}
        tested = ahead if ahead.get("tested") else {}
        return {"编号": line["indicator"], "状态": STANDINGS[line["standing"]], "现值": line["value"], "完成度": line["attainment"], "目标": target.get("value"),
                "比较": SIGNS[target["comparator"]] if target else None, "序时应达": line["expected"], "上期值": before.get("value"), "上期完成度": before.get("attainment"),
                "分子": line["numerator"], "分母": line["base"] if line["measure"] != "count" else None, "尚差": line["missing"] if line["value"] is not None else None,
                "每周需": line["weekly_rate"], "序时截至": line["through"] if line["value"] is not None else None, "到期预测": ahead.get("value"), "预测下限": ahead.get("low"),
                "预测上限": ahead.get("high"), "回测次数": ahead.get("tested"), "落在范围内": tested.get("within"), "平均偏差": tested.get("mean_miss")}

    def unit_row(self, line, ranked):
        row = {"编号": line["unit"], "全年按时率": line["on_time"], "目标完成度": line["attainment"]}
        for span, name in (("period", "本期"), ("year", "全年")):
            row.update({name + words: line[span][key] for key, words in
                        (("due", "应报"), ("on_time", "按时"), ("late", "迟报"), ("overdue", "逾期"), ("waived", "免报"))})
        return {**row, "按时率名次": line["on_time_rank"], "完成度名次": line["attainment_rank"]} if ranked else row

    def compare(self, daemon, kind, query, figures=None):
        self.numbers = 0
        report, sheets = self.fetch(daemon, kind, query)
        lines = report["indicators"]
        _, summary = sheets.pop("摘要")
        counted = {row[0]: row[1] for row in summary if isinstance(row[1], (int, float))}
        expected = {f"{name}（项）": sum(line["standing"] == standing for line in lines) for standing, name in STANDINGS.items()} if lines else {}
        self.assertEqual(counted, expected)
        self.same_rows(sheets, "指标", [self.indicator_row(line) for line in lines])
        self.same_rows(sheets, "单位", [self.unit_row(line, report["ranked"]) for line in report["units"]])
        self.same_rows(sheets, "应报项", [{"单位": slot["name"], "报告期": slot["period"], "截止日": slot["due"], "天数": slot["days"], "状态": STATES[slot["state"]]}
                                        for name in ("overdue", "late", "next") for slot in report[name]])
        if lines:
            self.same_rows(sheets, "走势", [{"指标": line["name"], "日期": point["day"], "实际": point["value"], "序时": point["expected"],
                                           "目标": line["target"] and line["target"]["value"]} for line in lines for point in line["trend"]])
        self.same_rows(sheets, "更正", [{"指标": line["indicator_name"], "单位": line["name"], "报告期": line["period"], "原分子": line["before"]["numerator"],
                                       "原分母": line["before"]["denominator"], "现分子": line["after"]["numerator"], "现分母": line["after"]["denominator"]}
                                      for line in report["corrections"]])
        scored = [(table, line) for table in report["scores"] for line in table["lines"]]
        self.same_rows(sheets, "评分", [{"评分": table["name"], "期间": table["period"], "单位": line["name"], "名次": line["rank"], "得分": line["score"],
                                       "上期得分": line["before"], "等次": line["grade"]} for table, line in scored])
        self.same_rows(sheets, "评分明细", [{"单位": line["name"], "部分": part["name"], "权重": part["weight"], "得分": part["score"]}
                                         for _, line in scored for part in line["parts"]])
        self.same_figures(sheets, figures or [])
        self.assertEqual(list(sheets), [], "sheets that nobody looked at")
        return report

    def same_figures(self, sheets, figures):
        """What was handed in: in the workbook alone, so it is held against the submissions as the API tells them."""
        told = {(item["indicator_name"], item["unit_name"], item["period"]): item for item in figures}
        headings, rows = sheets.pop("填报", ([], []))
        self.assertEqual(len(rows), len(told))
        for row in rows:
            cells = dict(zip(headings, row))
            item = told[cells["指标"], cells["单位"], cells["报告期"]]
            for heading, key in (("分子", "numerator"), ("分母", "denominator"), ("版次", "revision")):
                self.same(cells[heading], item[key], row)

    def newest_figures(self, daemon, plan, period):
        """Of the period, the newest revision of each; the denominator where the indicator has one."""
        indicators = {each["id"]: each for each in plan["indicators"]}
        units = {each["id"]: each["name"] for each in plan["units"]}
        status, answer = daemon.request(f"/api/v1/submissions?plan={plan['id']}&period={period}&limit=10000")
        self.assertEqual(status, 200, answer)
        newest = {}
        for item in answer["items"]:
            indicator = indicators[item["indicator"]]
            whole = {} if indicator["measure"] in ("ratio", "average") else {"numerator": item["value"], "denominator": None}
            newest[item["indicator"], item["unit"]] = {**item, **whole, "indicator_name": indicator["name"], "unit_name": units[item["unit"]]}
        return newest.values()

    def same_as_assessed(self, daemon, report, at):
        status, answer = daemon.request(f"/api/v1/indicators?plan={report['plan']}&as_of={at}")
        self.assertEqual(status, 200, answer)
        assessed = {item["indicator"]: item for item in answer["items"] if item["unit"] is None}
        self.assertEqual(len(assessed), len(report["indicators"]))
        for line in report["indicators"]:
            told = assessed[line["indicator"]]
            for key in ("value", "numerator", "target", "expected", "attainment", "missing", "weekly_rate", "status"):
                self.assertEqual(line[key], told[key], (line["indicator"], key))
            self.assertEqual(line["base"] if line["measure"] != "count" else None, told["denominator"], line["indicator"])

    def test_of_plans_with_every_measure(self):
        plans = [BEICHEN, PLANS / "hongqi-2023.toml"]
        arguments = sum((["--plan", plan] for plan in plans), [])
        september = self.daemon(*arguments, "--clock", "2023-09-02T09:00:00+08:00")
        september.start()
        told = [september.request("/api/v1/plans/" + plan.stem)[1] for plan in plans]
        for plan in told:
            self.assertEqual(september.request("/api/v1/submissions", submissions(plan, 8))[0], 201)
        september.stop()
        october = self.daemon(*arguments, "--clock", "2023-10-08T10:00:00+08:00")
        october.start()
        at = "2023-10-08T12:00:00%2B08:00"  # before the report is due, so that it is judged at this instant
        for plan in told:
            ninth = [row for row in submissions(plan, 9) if row["period"].endswith("-09")]
            again = [{**row, "values": {name: changed(value) for name, value in row["values"].items() if isinstance(value, dict) or value > 1}}
                     for row in submissions(plan, 2) if row["period"].endswith("-02")]
            status, answer = october.request("/api/v1/submissions", ninth + [row for row in again if row["values"]])
            self.assertEqual(status, 201, answer)
        october.stop()
        later = self.daemon(*arguments, "--clock", "2023-10-13T09:00:00+08:00")
        later.start()
        measures = set()
        for plan in told:
            measures |= {indicator["measure"] for indicator in plan["indicators"]}
            report = self.compare(later, "monthly", f"plan={plan['id']}&month=2023-09&as_of={at}", self.newest_figures(later, plan, "2023-09"))
            self.assertGreater(self.numbers, 30 * len(plan["indicators"]))
            self.assertTrue(report["corrections"])
            self.same_as_assessed(later, report, at)
            unit = plan["indicators"][0]["units"][0]
            for kind, query in (("bulletin", "period=2023-09"), ("quarterly", "period=2023-Q3"), ("inspection", "period=2023"), ("reminder", f"period=2023-09&unit={unit}")):
                report, sheets = self.fetch(later, kind, f"plan={plan['id']}&{query}&as_of={at}")
                if report["indicators"]:
                    self.same_rows(sheets, "指标", [self.indicator_row(line) for line in report["indicators"]])
        self.assertLessEqual({"count", "ratio", "per_thousand", "average"}, measures)

    def test_of_scores(self):
        for folder in ("plans", "overlays"):
            (self.folder / folder).mkdir()
        plan = self.folder / "plans" / "suining-xinqu-2023.toml"
        shutil.copy(PLANS / plan.name, plan)
        shutil.copy(SOURCE / "config" / "overlays" / (plan.name + ".example"), self.folder / "overlays" / plan.name)
        daemon = self.daemon("--plan", plan, "--clock", "2024-01-04T09:00:00+08:00")
        daemon.start()
        rows = [{"plan": plan.stem, "unit": f"market_{market}", "period": f"2023-{month:02}", "values": {"market_marks": 100 - 7 * market - month / 4}}
                for market in (1, 2, 3) for month in range(4, 13) if (market, month) != (3, 9)]
        self.assertEqual(daemon.request("/api/v1/submissions", rows)[0], 201)
        for period in ("2023-09", "2023-Q3", "2023"):
            report = self.compare(daemon, "scores", f"plan={plan.stem}&period={period}")
            self.assertGreater(self.numbers, len(report["scores"][0]["lines"]))


if __name__ == "__main__":
    unittest.main()

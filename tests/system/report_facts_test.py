"""What reports say: of every shipped plan, of composites, of thin and strange data; made again to the byte."""
import json
import shutil
import sqlite3
import unittest
import zipfile

from example_figures import submissions
from harness import BEICHEN, SOURCE, DaemonTest, run

# What was known then: after the figures of the tests' first daemon, whose clock begins at 09:00, and before those of its second.
NOON = "2023-10-12T12:00:00+08:00"
PLANS = sorted((SOURCE / "config" / "plans").glob("*.toml"))
KINDS = {"monthly": "2023-09", "bulletin": "2023-09", "quarterly": "2023-Q3", "inspection": "2023"}


class Reports(DaemonTest):
    def report(self, daemon, kind, plan, period, *more):
        return run("report", kind, "--data", daemon.data, "--plan", plan, "--period", period, "--format", "json", *more).stdout

    def submit(self, daemon, rows):
        status, answer = daemon.request("/api/v1/submissions", rows)
        self.assertEqual(status, 201, answer)

    def test_every_kind_of_every_plan_and_again_to_the_byte(self):
        daemon = self.daemon(*sum((["--plan", plan] for plan in PLANS), []), "--clock", "2023-10-12T09:00:00+08:00")
        daemon.start()
        plans = [daemon.request("/api/v1/plans/" + plan.stem)[1] for plan in PLANS]
        for plan in plans:
            self.submit(daemon, submissions(plan, 6))
        daemon.stop()
        reports = {}
        for plan in plans:
            for kind, period in KINDS.items():
                period = period.replace("2023", str(plan["year"]))
                told = reports[plan["id"], kind, period] = self.report(daemon, kind, plan["id"], period, "--as-of", NOON)
                report = json.loads(told)
                self.assertEqual((report["kind"], report["plan"], report["period"]), (kind, plan["id"], period))
                self.assertTrue(report["summary"].endswith("。"), report["summary"])
                self.assertEqual(len(report["indicators"]), len(plan["indicators"]))
                order = ["missed", "behind", "on_track", "reached", "unknown"]
                standings = [order.index(line["standing"]) for line in report["indicators"]]
                self.assertEqual(standings, sorted(standings))
                self.assertLessEqual(len(report["calls"]), 3 if kind == "monthly" else len(plan["units"]))
                for unit in report["units"]:
                    for span in (unit["period"], unit["year"]):
                        self.assertEqual(span["due"], span["on_time"] + span["late"] + span["overdue"], unit)
            unit = plan["indicators"][0]["units"][0]
            letter = json.loads(self.report(daemon, "reminder", plan["id"], f"{plan['year']}-09", "--unit", unit))
            self.assertEqual({slot["unit"] for slot in letter["overdue"] + letter["next"]} - {unit}, set())
        # The same again, whatever comes in later.
        later = self.daemon(*sum((["--plan", plan] for plan in PLANS), []), "--clock", "2023-11-20T09:00:00+08:00")
        later.start()
        for plan in plans:
            self.submit(later, submissions(plan, 7))
            self.submit(later, [{**row, "values": {name: changed(value) for name, value in row["values"].items()}} for row in submissions(plan, 1)])
        later.stop()
        for key, told in reports.items():
            self.assertEqual(self.report(later, key[1], key[0], key[2], "--as-of", NOON), told, key)
        november = json.loads(self.report(later, "monthly", "beichen-2023", "2023-11", "--as-of", "2023-11-21"))
        self.assertEqual({line["period"] for line in november["corrections"]}, {"2023-01"}, "known to October's report, and others now")

    def test_numbers_are_the_apis(self):
        daemon = self.daemon("--plan", BEICHEN, "--clock", "2023-10-12T09:00:00+08:00")
        daemon.start()
        self.submit(daemon, submissions(daemon.request("/api/v1/plans/beichen-2023")[1], 9))
        assessed = {item["indicator"]: item for item in daemon.request("/api/v1/indicators?plan=beichen-2023")[1]["items"] if item["unit"] is None}
        daemon.stop()
        report = json.loads(self.report(daemon, "monthly", "beichen-2023", "2023-09", "--as-of", NOON))
        self.assertEqual(len(report["indicators"]), len(assessed))
        for line in report["indicators"]:
            told = assessed[line["indicator"]]
            for key in ("value", "numerator", "target", "attainment", "missing", "assumed"):
                self.assertEqual(line[key], told[key], line["indicator"])
            self.assertEqual(line["trend"][-1]["value"], line["value"])

    def test_a_report_in_every_format(self):
        daemon = self.daemon("--plan", BEICHEN, "--clock", "2023-10-12T09:00:00+08:00")
        daemon.start()
        self.submit(daemon, submissions(daemon.request("/api/v1/plans/beichen-2023")[1], 9))
        daemon.stop()
        common = ["report", "monthly", "--data", daemon.data, "--month", "2023-09"]
        self.assertIn("2023年9月", run(*common).stdout)
        self.assertIn("data:image/png;base64,", run(*common, "--format", "html").stdout)
        self.assertIn("multipart/", run(*common, "--format", "eml").stdout)
        run(*common, "--format", "xlsx", "--output", self.folder / "report.xlsx")
        self.assertTrue(zipfile.is_zipfile(self.folder / "report.xlsx"))

    def test_thin_and_strange_data_never_break_one(self):
        plan = self.folder / "strange-2023.toml"
        plan.write_text(f"""
[plan]
id = "strange-2023"
name = "{'长' * 200}"
issued = 2023-07-01
year = 2023
starts = 2023-07-01
ends = 2024-06-30
time_zone = "Asia/Shanghai"
[[unit]]
id = "one"
name = "{'名' * 200}"
[[unit]]
id = "silent"
name = "从不报送"
[[clause]]
id = "一"
title = "x"
units = [ {{ unit = "one", role = "lead" }} ]
[[indicator]]
id = "sum"
name = "{'标' * 200}"
clause = "一"
measure = "count"
target = "at_least 1000000000 批次"
pace = "linear"
units = ["one", "silent"]
[[duty]]
id = "monthly"
name = "月报"
clause = "一"
cadence = "monthly"
due = "period_end + 10d"
units = ["@all"]
indicators = ["sum"]
""", encoding="utf-8")
        daemon = self.daemon("--plan", plan, "--clock", "2023-10-12T09:00:00+08:00")
        daemon.start()
        empty = {kind: json.loads(self.report(daemon, kind, "strange-2023", period)) for kind, period in KINDS.items()}
        self.assertEqual(empty["monthly"]["indicators"][0]["standing"], "unknown")
        self.assertIn("尚无数据", empty["monthly"]["indicators"][0]["no_forecast"])
        self.assertEqual([point["day"] for point in empty["monthly"]["indicators"][0]["trend"]], ["2023-07-31", "2023-08-31", "2023-09-30"])
        self.submit(daemon, [{"plan": "strange-2023", "unit": "one", "period": month, "values": {"sum": value}}
                             for month, value in (("2023-07", 0), ("2023-08", 0), ("2023-09", 1_000_000_000))])
        line = json.loads(self.report(daemon, "monthly", "strange-2023", "2023-09"))["indicators"][0]
        self.assertEqual((line["value"], line["standing"]), (1e9, "reached"))
        for format in ("text", "html", "eml"):
            for kind, period in KINDS.items():
                self.assertTrue(run("report", kind, "--data", daemon.data, "--period", period, "--format", format).stdout)

    def test_markets_have_marks_places_and_grades(self):
        for folder in ("plans", "overlays"):
            (self.folder / folder).mkdir()
        plan = self.folder / "plans" / "suining-xinqu-2023.toml"
        shutil.copy(SOURCE / "config" / "plans" / plan.name, plan)
        shutil.copy(SOURCE / "config" / "overlays" / (plan.name + ".example"), self.folder / "overlays" / plan.name)
        daemon = self.daemon("--plan", plan, "--clock", "2024-01-04T09:00:00+08:00")
        daemon.start()
        marks = {"market_1": 96, "market_2": 80, "market_3": 80}
        self.submit(daemon, [{"plan": plan.stem, "unit": market, "period": f"2023-{month:02}", "values": {"market_marks": points}}
                             for market, points in marks.items() for month in range(4, 13) if (market, month) != ("market_3", 9)])
        daemon.stop()
        scores = lambda period: json.loads(self.report(daemon, "scores", plan.stem, period))["scores"][0]  # noqa: E731
        by_market = {line["unit"]: line for line in scores("2023-09")["lines"]}
        self.assertEqual(by_market["market_3"]["parts"][0], {"name": "农贸市场得分", "weight": 90, "score": None, "why": "本期未报"})
        self.assertFalse(by_market["market_3"]["whole"])
        self.assertEqual({line["rank"] for line in by_market.values()}, {None}, "places are the quarter's")
        quarter = scores("2023-Q3")["lines"]
        self.assertEqual([line["rank"] for line in quarter][:2], [1, 2])
        self.assertEqual({line["grade"] for line in quarter}, {None}, "grades are the year's")
        year = scores("2023")["lines"]
        self.assertEqual(year[0]["unit"], "market_1")
        self.assertTrue(all(line["grade"] for line in year if line["score"] >= 70), year)

    def test_a_composite_of_weeks_goes_out_week_by_week(self):
        plan = self.folder / "weekly-2023.toml"
        plan.write_text("""
[plan]
id = "weekly-2023"
name = "示例周评分"
issued = 2023-08-23
year = 2023
time_zone = "Asia/Shanghai"
[[unit]]
id = "east"
name = "示例东镇"
[[unit]]
id = "west"
name = "示例西镇"
[[clause]]
id = "一"
title = "评分"
units = [ { unit = "east", role = "by_duty" }, { unit = "west", role = "by_duty" } ]
[[indicator]]
id = "marks"
name = "周得分"
clause = "一"
measure = "count"
reported = "level"
units = ["east", "west"]
[[duty]]
id = "weekly"
name = "周报"
clause = "一"
cadence = "weekly"
due = "period_end + 1d"
units = ["east", "west"]
indicators = ["marks"]
[[composite]]
id = "week"
name = "周评分"
clause = "一"
units = ["east", "west"]
cadence = "weekly"
ranked = "weekly"
graded = "monthly"
parts = [ { indicator = "marks", weight = 80 }, { on_time = true, weight = 20 } ]
grades = [ { name = "优", least = 85 }, { name = "良", least = 60 } ]
""", encoding="utf-8")
        (self.folder / "planwatch.toml").write_text("""
plans = ["weekly-2023.toml"]
[reports.monthly]
send = false
[reports.scores]
when = "period_end + 1wd 09:00"
[[contact]]
id = "head"
name = "示例主任"
audiences = ["leaders"]
mail = "head@example.org"
""", encoding="utf-8")
        for day, week, east, west in (("08-28", 35, 90, 70), ("09-04", 36, 80, 100), ("09-11", 37, 70, 60)):
            daemon = self.daemon("--config", self.folder / "planwatch.toml", "--clock", f"2023-{day}T08:00:00+08:00", "--speed", 20_000)
            daemon.start()
            self.submit(daemon, [{"plan": "weekly-2023", "unit": unit, "period": f"2023-W{week - 1}", "values": {"marks": marks}} for unit, marks in (("east", east), ("west", west))])
            sent = lambda: daemon.request("/api/v1/reports?kind=scores")[1]["items"]  # noqa: B023, E731
            self.wait_for(lambda: any(row["period"] == f"2023-W{week - 1}" for row in sent()), "the week's scores")  # noqa: B023
            daemon.stop()
        periods = self.periods_sent(daemon)
        self.assertEqual([period for period in periods if "W" in period], ["2023-W34", "2023-W35", "2023-W36"])
        self.assertIn("2023-08", periods, "grades are the month's")
        table = json.loads(self.report(daemon, "scores", "weekly-2023", "2023-W35"))["scores"][0]
        self.assertEqual([(line["unit"], line["score"], line["before"], line["rank"]) for line in table["lines"]], [("west", 100, 70, 1), ("east", 84, 90, 2)])
        self.assertIn("示例周评分：2023年第35周周评分", run("report", "scores", "--data", daemon.data, "--period", "2023-W35").stdout)
        august = json.loads(self.report(daemon, "scores", "weekly-2023", "2023-08", "--as-of", "2023-09-01 09:00"))["scores"][0]["lines"]
        self.assertEqual({line["unit"]: line["grade"] for line in august}["east"], "优")

    def periods_sent(self, daemon):
        with sqlite3.connect(f"file:{daemon.data}/planwatch.db?mode=ro", uri=True) as database:
            return [json.loads(payload)["period"] for (payload,) in database.execute("SELECT payload FROM ledger WHERE kind = 10 ORDER BY seq")]

    def test_the_index_of_towns_counts_them_and_their_businesses(self):
        for folder in ("plans", "overlays", "registers"):
            (self.folder / folder).mkdir()
        plan = self.folder / "plans" / BEICHEN.name
        shutil.copy(BEICHEN, plan)
        (self.folder / "overlays" / BEICHEN.name).write_text(
            '[overlay]\nplan = "beichen-2023"\nreason = "示例"\nauthor = "区食安办"\n[unit.towns]\n'
            'members = [ { id = "east", name = "示例东镇", kind = "town" }, { id = "west", name = "示例西镇", kind = "town" } ]\n', encoding="utf-8")
        (self.folder / "registers" / "beichen-2023.csv").write_text(
            "id,name,town\n" + "".join(f"b{i},示例商户{i},{'示例东镇' if i % 2 else '示例西镇'}\n" for i in range(4)), encoding="utf-8")
        daemon = self.daemon("--plan", plan, "--clock", "2023-10-30T09:00:00+08:00")
        daemon.start()
        rows = "".join(f"beichen-2023,b{i},business_monthly_review,2023-10,纪要\n" for i in (0, 2, 1))
        status, answer = daemon.request("/api/v1/filings", ("plan,unit,duty,period,title\n" + rows).encode(), "text/csv")
        self.assertEqual(status, 201, answer)
        daemon.stop()
        later = self.daemon("--plan", plan, "--clock", "2024-01-09T09:00:00+08:00")
        later.start()
        later.stop()
        table = json.loads(run("report", "scores", "--data", later.data, "--as-of", "2024-01-09 09:00", "--format", "json").stdout)["scores"][0]
        self.assertEqual(table["period"], "2023-Q4", "the last that is over")
        self.assertEqual((table["name"], table["clause"]), ("食品安全指数", "八（三十三）"))
        self.assertIn("示例", table["assumed"])
        lines = {line["unit"]: line for line in table["lines"]}
        self.assertEqual(set(lines), {"east", "west"})
        self.assertEqual([part["score"] for part in lines["west"]["parts"]][0], 0, "the year's report never came")
        self.assertGreater(lines["west"]["parts"][1]["score"], lines["east"]["parts"][1]["score"])
        self.assertEqual((lines["west"]["rank"], lines["east"]["rank"]), (1, 2))
        self.assertTrue(lines["west"]["whole"])

    def test_used_wrongly_it_says_how(self):
        daemon = self.daemon("--plan", BEICHEN, "--clock", "2023-10-12T09:00:00+08:00")
        daemon.start()
        for arguments, said in ((["yearly"], "kind"),
                                (["monthly", "--month", "2023-Q3"], "--period: a monthly report is about a month, like 2023-09"),
                                (["monthly", "--month", "september"], "--period: 'september' is no period"),
                                (["reminder", "--month", "2023-09"], "--unit: a reminder is a letter to one unit"),
                                (["reminder", "--month", "2023-09", "--unit", "smar"], "did you mean 'samr'?"),
                                (["monthly", "--month", "2023-09", "--plan", "beichen"], "--plan: the database has no plan 'beichen'"),
                                (["scores", "--period", "2023-09"], "'food_safety_index' is made quarterly; 2023-09 is shorter"),
                                (["monthly", "--month", "2023-09", "--as-of", "2999-01-01"], "--as-of: lies in the future")):
            done = run("report", *arguments, "--data", daemon.data, check=False)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(said, done.stderr, arguments)
        nowhere = run("report", "monthly", "--data", self.folder / "nowhere", check=False)
        self.assertEqual(nowhere.returncode, 3)


def changed(value):
    """Another figure that its indicator takes."""
    if isinstance(value, dict):
        return {**value, "numerator": value["numerator"] - 1}
    return 1 - value if value in (0, 1) else value + 1


if __name__ == "__main__":
    unittest.main()

"""An office's register of businesses: its towns are told, its clerks hand in whole lists, and a plan with it stays one plan."""
import hashlib
import re
import shutil
import unittest

from harness import BEICHEN, SOURCE, DaemonTest, run

TOWNS = 4
KINDS = ["餐饮服务", "食品销售", "食品生产", "集体食堂"]


def register(businesses):
    """Made-up businesses, shared out evenly over a few towns."""
    lines = ["id,name,town,kind,risk"]
    lines += [f"b{i:05},示例商户{i}号,示例{i % TOWNS}镇,{KINDS[i % 4]},{'ABCD'[i // 4 % 4]}" for i in range(businesses)]
    return "\n".join(lines) + "\n"


class Businesses(DaemonTest):
    def office(self, plan, businesses):
        """A plan's folder with a register beside it; returns the plan's file."""
        for folder in ("plans", "registers"):
            (self.folder / folder).mkdir(exist_ok=True)
        copy = self.folder / "plans" / plan.name
        shutil.copy(plan, copy)
        (self.folder / "registers" / f"{plan.stem}.csv").write_text(register(businesses), encoding="utf-8")
        return copy

    def filings(self, units, duty, period):
        rows = "".join(f"beichen-2023,{unit},{duty},{period},检查记录\n" for unit in units)
        return ("plan,unit,duty,period,title\n" + rows).encode()

    def test_a_town_is_told_once_and_hands_in_for_all_of_its_businesses(self):
        plan = self.office(BEICHEN, 40)
        # The night of 14 September comes at once; then two virtual hours pass a second.
        daemon = self.daemon("--plan", plan, "--clock", "2023-09-14T22:00:00+08:00", "--speed", "3600")
        daemon.start()
        north = run("token", "create", "--data", daemon.data, "--plan", "beichen-2023", "--role", "submit", "--unit", "示例0镇").stdout.strip()
        own = [f"b{i:05}" for i in range(0, 40, TOWNS)]
        status, answer = daemon.request("/api/v1/filings", self.filings(own[:-1], "business_daily_control", "2023-09-14"), "text/csv", north)
        self.assertEqual((status, len(answer["items"])), (201, 9), answer)
        status, answer = daemon.request("/api/v1/filings", self.filings(["b00001"], "business_daily_control", "2023-09-14"), "text/csv", north)
        self.assertEqual(status, 403, answer)

        def overdue(unit):
            items = daemon.request(f"/api/v1/alerts?state=firing&kind=overdue&unit={unit}")[1]["items"]
            return [item for item in items if item["duty"] == "business_daily_control" and item["period"] == "2023-09-14"]

        self.wait_for(lambda: overdue("%E7%A4%BA%E4%BE%8B0%E9%95%87"), "the town's alert")
        alert = overdue("%E7%A4%BA%E4%BE%8B0%E9%95%87")[0]
        self.assertIn("10 家中 1 家未报", alert["why"])
        self.assertIn("示例商户36号", alert["why"])
        self.assertEqual(overdue("b00036"), [], "the business is judged, the town is told")
        listed = daemon.request("/api/v1/slots?unit=b00036&duty=business_daily_control&period=2023-09-14")[1]["items"]
        self.assertEqual([slot["state"] for slot in listed], ["overdue"])
        of_town = daemon.request("/api/v1/slots?unit=%E7%A4%BA%E4%BE%8B0%E9%95%87&duty=business_daily_control&period=2023-09-14")[1]["items"]
        self.assertEqual(len(of_town), 10)
        every = daemon.request("/api/v1/slots?period=2023-09-14")[1]["items"]
        self.assertEqual(every, [], "without being asked for, businesses are not listed")
        letters = self.wait_for(lambda: sorted((daemon.data / "mail").glob("*.eml")), "the towns' letters")
        self.assertLessEqual(len({path.name for path in letters}), 20 * TOWNS)

        file = self.folder / "late.csv"
        file.write_bytes(self.filings(["b00036"], "business_daily_control", "2023-09-14"))
        (self.folder / "token").write_text(north)
        sent = run("submit", file, "--filings", "--server", daemon.url, "--token-file", self.folder / "token")
        self.assertIn("stored", sent.stdout)
        self.wait_for(lambda: not overdue("%E7%A4%BA%E4%BE%8B0%E9%95%87"), "the town's alert to end")
        self.assertEqual(daemon.stop(), 0)
        self.assertIn("sound", run("verify", "--data", daemon.data).stdout)

    def test_a_list_with_one_fault_stores_nothing(self):
        daemon = self.daemon("--plan", self.office(BEICHEN, 8), "--clock", "2023-09-14T12:00:00+08:00")
        daemon.start()
        body = self.filings(["b00000", "b00077", "b00004"], "business_daily_control", "2023-09-14")
        status, answer = daemon.request("/api/v1/filings", body, "text/csv")
        self.assertEqual(status, 422)
        self.assertEqual([error["path"] for error in answer["errors"]], ["line 3, column unit"])
        states = daemon.request("/api/v1/slots?duty=business_daily_control&period=2023-09-14")[1]["items"]
        self.assertEqual({slot["state"] for slot in states}, {"upcoming"})

    def test_a_register_is_reloaded_with_its_plan(self):
        plan = self.office(BEICHEN, 8)
        daemon = self.daemon("--plan", plan, "--clock", "2023-09-14T12:00:00+08:00")
        daemon.start()

        def businesses():
            units = daemon.request("/api/v1/plans/beichen-2023")[1]["units"]
            return [unit["id"] for unit in units if unit["kind"] == "business"]

        self.assertEqual(len(businesses()), 8)
        book = self.folder / "registers" / "beichen-2023.csv"
        book.write_text(register(8) + "b00002,又一家,示例0镇,餐饮服务,A\n", encoding="utf-8")
        status, answer = daemon.request("/-/reload", b"")
        self.assertEqual(status, 422)
        self.assertIn("b00002", str(answer))
        self.assertEqual(len(businesses()), 8, "a register at fault changes nothing")
        book.write_text(register(9), encoding="utf-8")
        self.assertEqual(daemon.request("/-/reload", b"")[0], 200)
        self.assertEqual(len(businesses()), 9)

    def test_all_five_plans_with_businesses_give_the_same_year_each_time(self):
        plans = [self.office(plan, 500) for plan in sorted((SOURCE / "config" / "plans").glob("*.toml"))]
        self.assertEqual(len(plans), 5)

        def year():
            return run("simulate", *plans, "--from", "2021-10-01", "--to", "2024-03-31", "--format", "json").stdout

        first = year()
        self.assertEqual(hashlib.sha256(first.encode()).digest(), hashlib.sha256(year().encode()).digest())
        self.assertRegex(first, r'"kind":"overdue".*"duty":"business_daily_control"')
        told = set(re.findall(r'"alert":"[^"]*:business_[^"]*:([^":]*):[^"]*"', first))
        self.assertEqual(told, {f"示例{i}镇" for i in range(TOWNS)}, "towns alone are told of")


if __name__ == "__main__":
    unittest.main()

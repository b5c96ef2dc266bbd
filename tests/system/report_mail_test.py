"""The leaders' monthly e-mail, twelve months in a row for every shipped plan: the real binary in virtual time and a real SMTP server, through two crashes."""
import collections
import email
import email.policy
import io
import json
import re
import sqlite3
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone

import openpyxl

import example_figures
from harness import SOURCE, Daemon, DaemonTest, Mailbox, run

SPEED = 1_500_000
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Year:
    """One daemon through one year of its plans, with example figures coming in, killed and started again on its way."""

    def __init__(self, folder, mailbox, year, plans, crashes):
        folder.mkdir()
        self.year, self.crashes, self.mailbox = year, crashes, mailbox
        self.plans = []
        for plan in plans:
            # As if it had been issued in the first days of its year: so that it has twelve months to be told of.
            text = (SOURCE / "config" / "plans" / f"{plan}.toml").read_text(encoding="utf-8")
            copy = folder / f"{plan}.toml"
            copy.write_text(re.sub(r"(?m)^issued = .*$", f"issued = {year}-01-04", text, count=1), encoding="utf-8")
            self.plans.append(copy)
        config = folder / "planwatch.toml"
        config.write_text(f"""
plans = [{", ".join(json.dumps(plan.name) for plan in self.plans)}]
[mail]
from = "planwatch@example.org"
server = "{mailbox.url}"
[notices]
digest = ["17:00"]
[[contact]]
id = "leader"
name = "李主任"
audiences = ["leaders"]
mail = "leader@example.org"
[[contact]]
id = "office"
name = "食安办值班"
audiences = ["office"]
mail = "office@example.org"
""", encoding="utf-8")
        self.config = config
        self.daemon = Daemon(folder)

    def start(self, clock):
        self.daemon.arguments = ("--config", self.config, "--clock", clock, "--speed", str(SPEED))
        self.daemon.start()

    def database(self, query):
        with sqlite3.connect(f"file:{self.daemon.data}/planwatch.db?mode=ro", uri=True) as database:
            return database.execute(query).fetchall()

    def sent(self):
        return self.database("SELECT count(*) FROM report")[0][0]

    def log_of_reports(self):
        return "\n".join(line for line in self.daemon.log().splitlines() if " report" in line)

    def crash(self):
        self.daemon.kill()
        ((come_as_far_as,),) = self.database("SELECT max(now) FROM plan")
        self.start((datetime.fromtimestamp(come_as_far_as / 1000, timezone.utc) + timedelta(minutes=1)).isoformat())

    def figures(self):
        """Every month's once it has begun; what a crash swallowed is handed in again."""
        plans = [self.daemon.request(f"/api/v1/plans/{plan['id']}")[1] for plan in self.daemon.request("/api/v1/plans")[1]["items"]]
        months = collections.defaultdict(list)
        for plan in plans:
            for submission in example_figures.submissions(plan, 12):
                months[submission["period"]].append(submission)
        return [months[month] for month in sorted(months)]

    def go(self):
        self.start(f"{self.year}-01-05T00:00:00+08:00")
        waiting = self.figures()
        crashes = list(self.crashes)
        deadline = time.monotonic() + 240
        wanted = 12 * len(self.plans)
        while time.monotonic() < deadline:
            if waiting and self.daemon.request("/api/v1/submissions?partial=true", waiting[0])[0] in (200, 201):
                waiting.pop(0)
            sent = self.sent()
            if crashes and sent >= crashes[0]:
                crashes.pop(0)
                self.crash()
            ((open_mails,),) = self.database("SELECT count(*) FROM message WHERE report IS NOT NULL AND state = 'waiting'")
            if sent >= wanted and not open_mails:
                return
            time.sleep(0.1)
        raise AssertionError(f"{self.sent()} of {wanted} reports were sent:\n{self.log_of_reports()}")


class ReportMail(DaemonTest):
    def years(self, mailbox):
        four = ["beichen-2023", "hongqi-2023", "jincheng-chengqu-2023", "suining-xinqu-2023"]
        years = [Year(self.folder / "a", mailbox, 2023, four, crashes=[7, 29]), Year(self.folder / "b", mailbox, 2021, ["zezhou-2021"], crashes=[5])]
        for year in years:
            self.addCleanup(lambda daemon=year.daemon: daemon.process and daemon.stop())
        return years

    def test_twelve_months_of_every_plan_go_out_once_each_and_are_whole(self):
        with Mailbox() as mailbox:
            years = self.years(mailbox)
            failures = []

            def go(year):
                try:
                    year.go()
                except BaseException as error:  # pylint: disable=broad-except
                    failures.append(error)

            threads = [threading.Thread(target=go, args=(year,)) for year in years]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            for failure in failures:
                raise failure

            stored = {}
            for year in years:
                for row in year.daemon.request("/api/v1/reports")[1]["items"]:
                    stored[row["plan"], row["period"]] = (year, row)
            self.assertEqual(len(stored), 12 * 5)
            for plan, months in collections.Counter(plan for plan, _ in stored).items():
                self.assertEqual(months, 12, plan)

            by_title = {row["title"]: (year, row) for year, row in stored.values()}
            mails = self.report_mails(mailbox)
            for address in ("leader@example.org", "office@example.org"):
                # A subject goes on behind the title with what matters most.
                titles = collections.Counter(title for (to, _), (subject, _) in mails.items() if to == address for title in by_title if subject.startswith(title))
                self.assertEqual(titles, {title: 1 for title in by_title}, address)
            for (to, _), (subject, mail) in mails.items():
                if to == "leader@example.org":
                    self.assert_whole(mail, *next(stored for title, stored in by_title.items() if subject.startswith(title)))
            for year in years:
                self.assertEqual(year.daemon.stop(), 0, year.daemon.log())
                self.assertIn("sound", run("verify", "--data", year.daemon.data).stdout)

    def report_mails(self, mailbox):
        """By address and Message-ID. One that was sent again after a crash is the same to the byte."""
        mails = {}
        raw = {}
        for recipients, content in mailbox.messages:
            mail = email.message_from_bytes(content, policy=email.policy.default)
            if not any(part.get_content_type() == SHEET for part in mail.walk()):
                continue
            (to,) = recipients
            key = to, mail["Message-ID"]
            self.assertEqual(raw.setdefault(key, content), content, "the same mail with other words")
            mails[key] = mail["Subject"], mail
        return mails

    def assert_whole(self, mail, year, row):
        self.assertEqual([defect for part in mail.walk() for defect in part.defects], [], row["title"])
        text = mail.get_body(("plain",)).get_content()
        html = mail.get_body(("html",)).get_content()
        wanted = set(re.findall(r'src="cid:([^"]+)"', html))
        images = {part["Content-ID"].strip("<>"): part.get_content() for part in mail.walk() if part.get_content_type() == "image/png"}
        self.assertEqual(set(images), wanted, row["title"])
        self.assertTrue(all(image.startswith(b"\x89PNG") for image in images.values()))
        self.assertNotIn("<script", html)
        self.assertIsNone(re.search(r'(src|href)="https?:', html))
        (sheet,) = [part for part in mail.walk() if part.get_content_type() == SHEET]
        self.assertGreater(len(openpyxl.load_workbook(io.BytesIO(sheet.get_content()), read_only=True).sheetnames), 1)
        status, stored = year.daemon.request(f"/api/v1/reports/sent/{row['id']}?format=text")
        self.assertEqual((status, text.replace("\r\n", "\n").strip()), (200, stored.strip()))


if __name__ == "__main__":
    unittest.main()

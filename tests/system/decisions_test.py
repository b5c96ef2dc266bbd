"""What people settle, in virtual time: the real binary, its command line and a real SMTP server; killed and started again between."""
import csv
import email
import email.policy
import io
import json
import subprocess
import unittest

from harness import TWO_TOWNS, DaemonTest, Mailbox, run

PLAN = TWO_TOWNS + """
[[duty]]
id = "summary"
name = "年度总结"
clause = "一"
cadence = "yearly"
due = "11-20"
units = ["east", "west"]
filing = true
"""


class Decisions(DaemonTest):
    def settings(self, mailbox):
        plan = self.folder / "plan.toml"
        plan.write_text(PLAN, encoding="utf-8")
        contacts = "".join(f"""
[[contact]]
id = "{unit}"
name = "{name}"
units = ["{unit}"]
audiences = ["reporter", "unit_head"]
mail = "{unit}@example.org"
""" for unit, name in (("east", "东镇 李站长"), ("west", "西镇 王站长")))
        path = self.folder / "planwatch.toml"
        path.write_text(f"""
plans = [{json.dumps(str(plan))}]
[mail]
from = "planwatch@example.org"
server = "{mailbox.url}"
retry_first = 1
[[contact]]
id = "office"
name = "食安办 张主任"
audiences = ["office", "leaders"]
mail = "office@example.org"
{contacts}""", encoding="utf-8")
        return path

    def at(self, moment):
        """The same data, some virtual days later; the process before died without a word."""
        if self.watch.process:
            self.watch.kill()
        self.watch.arguments = ("--config", self.config, "--clock", moment)
        self.watch.start()

    def cli(self, *arguments, check=True):
        return run(*arguments, "--server", self.watch.url, "--token-file", self.token, check=check)

    def alerts(self, **query):
        text = "&".join(f"{name}={value}" for name, value in query.items())
        return {item["id"]: item for item in self.watch.request("/api/v1/alerts?" + text)[1]["items"]}

    def steps(self, alert):
        """Step and state of each notice."""
        return [(notice["step"], notice["state"]) for notice in self.watch.request(f"/api/v1/alerts/{alert}/explain")[1]["notices"]]

    def letters(self, to, word):
        found = [email.message_from_bytes(content, policy=email.policy.default) for rcpt, content in list(self.mailbox.messages) if rcpt == [to]]
        return [letter for letter in found if word in letter["Subject"] or word in letter.get_body(("plain",)).get_content()]

    def test_what_is_settled_holds_over_kills_and_is_told(self):
        with Mailbox() as self.mailbox:
            self.config = self.settings(self.mailbox)
            self.watch = self.daemon()
            self.token = self.folder / "token"
            self.token.write_text(self.watch.token, encoding="utf-8")
            east, west = (f"small-2023:overdue:report:{unit}:2023" for unit in ("east", "west"))

            self.at("2023-10-20T10:00:00+08:00")
            said = self.cli("extend", "small-2023:summary:east:2023", "--until", "2023-11-30", "--reason", "数据核对").stdout
            self.assertIn("延期至 2023-11-30", said)
            silence = self.cli("silence", "create", "--plan", "small-2023", "--unit", "west", "--kind", "overdue", "--until", "2023-11-30",
                               "--comment", "系统切换").stdout.split()[0]
            refused = self.cli("extend", "small-2023:sumary:east:2023", "--until", "2023-11-30", "--reason", "x", check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("summary", refused.stderr)

            # The due moment has passed: east's people are told, west's are not.
            self.at("2023-11-02T09:30:00+08:00")
            self.assertEqual(set(self.alerts(kind="overdue")), {east, west})
            self.wait_for(lambda: self.letters("east@example.org", "逾期"), "the letter to east")
            self.cli("ack", east, "--for", "30d", "--comment", "已电话催办")
            told_east = self.steps(east)
            self.assertTrue(told_east and all(state != "held" for _, state in told_east), told_east)
            self.assertTrue(all(state in ("held", "superseded") for _, state in self.steps(west)), self.steps(west))

            # Five working days later: the ladder of neither has told anybody further. East's summary has a later day.
            self.at("2023-11-09T12:00:00+08:00")
            climbed = [(step, state) for step, state in self.steps(east) if (step, state) not in told_east]
            self.assertTrue(all(state in ("held", "superseded") for _, state in climbed), climbed)
            self.assertEqual(self.letters("west@example.org", "逾期"), [])
            self.assertEqual(set(self.alerts(kind="due_soon")), {"small-2023:due_soon:summary:west:2023"})
            slot = self.watch.request("/api/v1/slots?unit=east&duty=summary")[1]["items"][0]
            self.assertEqual((slot["due_date"], slot["first_due"], slot["extended"]["reason"]), ("2023-11-30", "2023-11-21T00:00:00+08:00", "数据核对"))

            why = self.cli("explain", "--unit", "west", "--at", "2023-11-09 11:00").stdout
            self.assertIn("系统切换", why)
            self.assertIn("此刻没有发出", why)
            why = self.cli("explain", "--unit", "east", "--at", "2023-11-09 11:00").stdout
            self.assertIn("已签收", why)
            self.assertIn("同意 summary 2023 延期至 2023-11-30：数据核对", why)
            self.assertIn("已有人收到通知", why)

            # The silence ends: what waited and is still true is told at the next hour, or at once.
            self.assertIn("active", self.cli("silence", "list").stdout)
            self.cli("silence", "end", silence)
            self.at("2023-11-10T09:00:01+08:00")
            self.wait_for(lambda: self.letters("west@example.org", "逾期"), "the letter to west")

            # A waiver ends it, and who was told learns so at the next hour.
            self.cli("waive", "small-2023:report:west:2023", "--reason", "机构改革")
            self.assertNotIn(west, self.alerts(kind="overdue"))
            self.at("2023-11-21T12:00:00+08:00")
            self.wait_for(lambda: self.letters("west@example.org", "机构改革"), "that it is over")
            self.assertIn("small-2023:due_soon:summary:east:2023", self.alerts(kind="due_soon"))
            waived = self.watch.request("/api/v1/slots?unit=west&duty=report")[1]["items"][0]
            self.assertEqual((waived["state"], waived["waived"]["reason"]), ("waived", "机构改革"))
            kinds = [item["kind"] for item in self.watch.request("/api/v1/decisions?plan=small-2023")[1]["items"]]
            self.assertEqual(kinds, ["extension", "waiver"])

            self.shows_history(west)
            self.assertEqual(self.watch.stop(), 0)
        self.assertIn("sound", run("verify", "--data", self.watch.data).stdout)
        self.tells_the_past_again(east)

    def tells_the_past_again(self, east):
        past = [json.loads(line) for line in run("simulate", "--ledger", self.watch.data, "--format", "json").stdout.splitlines()]
        fired = [line["at"] for line in past if line["event"] == "alert" and line["id"] == east and line["transition"] == "firing"]
        self.assertEqual(fired, ["2023-11-02T00:00:00+08:00"])

        changed = self.folder / "changed.toml"
        changed.write_text(PLAN.replace('due = "11-01"', 'due = "11-03"').replace('id = "summary"', 'id = "digest"'), encoding="utf-8")
        done = run("simulate", "--ledger", self.watch.data / "planwatch.db", "--with", changed, "--format", "json")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        of_east, = [line for line in lines if line["compared"] == "alert" and line["alert"] == east]
        self.assertEqual((of_east["difference"], of_east["was"]["fired"], of_east["would_be"]["fired"]),
                         ("moves", "2023-11-02T00:00:00+08:00", "2023-11-04T00:00:00+08:00"))
        self.assertEqual({line["difference"] for line in lines if line["compared"] == "alert" and ":summary:" in line["alert"]}, {"goes"})
        self.assertEqual({line["difference"] for line in lines if line["compared"] == "alert" and ":digest:" in line["alert"]}, {"comes"})
        person, = [line for line in lines if line["compared"] == "person" and line["recipient"] == "east"]
        sent = [line for line in lines if line["compared"] == "message" and line["recipient"] == "east"]
        self.assertEqual(person["messages_were"], len([line for line in sent if line["was"]]))
        self.assertEqual(person["messages_would_be"], len([line for line in sent if line["would_be"]]))
        self.assertIn("left out 1 time, first at 2023-10-20", done.stderr)
        self.assertIn("unknown duty 'summary'", done.stderr)
        self.assertIn("改期", run("simulate", "--ledger", self.watch.data, "--with", changed).stdout)

    def shows_history(self, alert):
        rows = list(csv.DictReader(io.StringIO(self.cli("alerts", "--history", "--unit", "west", "--kind", "overdue", "--format", "csv").stdout)))
        self.assertEqual([row["event"] for row in rows if row["alert"] == alert and row["event"] in ("firing", "resolved")], ["firing", "resolved"])
        self.assertIn("delivered", {row["event"] for row in rows})
        self.assertEqual({(row["unit"], row["kind"]) for row in rows}, {("west", "overdue")})
        as_json = json.loads(self.cli("alerts", "--history", "--unit", "west", "--kind", "overdue", "--format", "json").stdout)["items"]
        self.assertEqual([row["at"] for row in as_json], [row["at"] for row in rows])
        stored = json.loads(run("alerts", "--history", "--unit", "west", "--kind", "overdue", "--format", "json", "--data", self.watch.data).stdout)["items"]
        self.assertEqual(stored, as_json)
        curl = subprocess.run(["curl", "-sS", "-H", f"Authorization: Bearer {self.watch.token}",
                               self.watch.url + "/api/v1/history?unit=west&kind=overdue&format=csv"], capture_output=True, check=True).stdout.decode()
        self.assertEqual(list(csv.DictReader(io.StringIO(curl))), rows)
        narrow = self.cli("alerts", "--history", "--from", "2023-11-02", "--to", "2023-11-02").stdout
        self.assertIn("生效", narrow)
        self.assertNotIn("2023-11-10T", narrow)
        self.assertIn("免报", self.cli("explain", alert).stdout)


if __name__ == "__main__":
    unittest.main()

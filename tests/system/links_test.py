"""Acknowledging by the link in a mail: the real binary, a real SMTP server, virtual time."""
import email
import email.policy
import re
import sqlite3
import unittest
import urllib.error
import urllib.parse
import urllib.request

from harness import JINCHENG, DaemonTest, Mailbox, run


class Greylist(Mailbox):
    """Takes every letter at its second try only, and keeps all tries."""

    def __init__(self):
        super().__init__()
        self.tries = {}

    async def handle_DATA(self, server, session, envelope):
        tries = self.tries.setdefault(email.message_from_bytes(envelope.content)["Message-ID"], [])
        tries.append(envelope.content)
        return await super().handle_DATA(server, session, envelope) if len(tries) > 1 else "451 try again later"


class Links(DaemonTest):
    def setUp(self):
        super().setUp()
        self.mailbox = Greylist().__enter__()
        self.addCleanup(self.mailbox.__exit__)

    def write_settings(self, public_url):
        (self.folder / "planwatch.toml").write_text(f"""
plans = ["{JINCHENG}"]
[mail]
retry_first = 1
retry_longest = 1
give_up_after = 2592000
from = "planwatch@example.org"
server = "{self.mailbox.url}"
[notices]
{f'public_url = "{public_url}"' if public_url else ''}
[log]
level = "debug"
[[contact]]
id = "agri"
name = "农业 李科长"
units = ["agri"]
audiences = ["reporter", "unit_head"]
mail = "agri@example.org"
[[contact]]
id = "edu"
name = "教育 赵科长"
units = ["edu"]
audiences = ["reporter", "unit_head"]
mail = "edu@example.org"
[[contact]]
id = "office"
name = "食安办 王主任"
audiences = ["office", "leaders"]
mail = "office@example.org"
""", encoding="utf-8")

    def start(self, clock, linked=True):
        """A daemon at that moment; the same database, port and settings each time."""
        if not hasattr(self, "running"):
            self.running = self.daemon()
            self.write_settings(self.running.url if linked else "")
        self.running.arguments = ("--config", self.folder / "planwatch.toml", "--clock", clock)
        return self.running.start()

    def letters(self, to, about):
        read = [(each, email.message_from_bytes(content, policy=email.policy.default)) for each, content in list(self.mailbox.messages)]
        return [letter.get_body(("plain",)).get_content() for each, letter in read if each == [to] and about in letter["Subject"]]

    def visit(self, url, method=None, fields=None, kind="application/x-www-form-urlencoded"):
        data = None if fields is None else fields if isinstance(fields, bytes) else urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(url, data, {"Content-Type": kind} if data is not None else {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), error.headers

    def acknowledged(self, alert):
        return self.running.request(f"/api/v1/alerts/{urllib.parse.quote(alert)}")[1]

    def test_a_visit_does_nothing_the_button_acknowledges_once_and_the_ladder_rests(self):
        daemon = self.start("2023-11-02T08:59:58+08:00")
        letter = self.wait_for(lambda: self.letters("agri@example.org", "年度食品安全工作报告"), "the letter that agri's report is overdue")[0]
        tries = next(tries for tries in self.mailbox.tries.values() if b"agri@example.org" in tries[0] and len(tries) > 1)
        self.assertEqual(tries[0], tries[1], "a try that may have arrived is made again to the byte")
        links = re.findall(re.escape(daemon.url) + r"/ack/[A-Za-z0-9_-]+", letter)
        self.assertEqual(len(links), 1, letter)
        link = links[0]
        alert = re.search(r"jincheng-chengqu-2023:overdue:annual_report:agri:\S+", letter).group()

        for method in ("HEAD", "GET", "GET"):  # a mail server's scanner
            status, page, headers = self.visit(link, method)
            self.assertEqual(status, 200)
        self.assertIn("确认收到", page)
        self.assertIn("农业 李科长", page)
        self.assertNotIn("<script", page)
        self.assertNotIn("http://", page.replace(daemon.url + "/api/v1/", ""))
        self.assertEqual((headers["Cache-Control"], headers["Referrer-Policy"]), ("no-store", "no-referrer"))
        self.assertIn("form-action 'self'", headers["Content-Security-Policy"])
        self.assertIsNone(self.acknowledged(alert)["acknowledged_until"])

        self.assertEqual(self.visit(link, fields={"rest": "forever"})[0], 422)
        self.assertEqual(self.visit(link, fields=b"rest=7d", kind="text/plain")[0], 415)
        self.assertEqual(self.visit(link, fields={"rest": "7d", "comment": "x" * 20000})[0], 413)
        self.assertEqual(self.visit(link[:-2] + ("AA" if link[-2:] != "AA" else "BB"))[0], 404)
        self.assertEqual(self.visit(link, "DELETE")[0], 405)
        self.assertIsNone(self.acknowledged(alert)["acknowledged_until"])

        status, page, _ = self.visit(link, fields={"rest": "7d", "comment": "材料正在会签\r\n<b>周五前</b>报送"})
        self.assertEqual(status, 200, page)
        self.assertIn("已确认收到", page)
        after = self.acknowledged(alert)
        self.assertEqual((after["acknowledged_by"], after["acknowledged_until"][:10]), ("农业 李科长 (agri)", "2023-11-09"))
        status, page, _ = self.visit(link, fields={"rest": "3d"})
        self.assertEqual(status, 410)
        self.assertIn("此链接已使用过", page)
        self.assertIn("农业 李科长 (agri) 已于11月2日（周四）09:00确认收到", page)
        self.assertEqual(self.acknowledged(alert), after)
        self.assertEqual(daemon.stop(), 0)

        daemon = self.start("2023-11-08T10:00:00+08:00")
        self.assertIn("此链接已使用过", self.visit(link)[1])
        about_agri = lambda: [text for text in self.letters("agri@example.org", "") + self.letters("office@example.org", "") if alert in text]
        before = len(about_agri())
        self.wait_for(lambda: len(self.letters("edu@example.org", "年度食品安全工作报告")) > 1, "the next step of an alert that nobody acknowledged")
        self.assertEqual(len(about_agri()), before)
        self.assertEqual(daemon.stop(), 0)
        self.start("2023-11-13T10:00:00+08:00")
        self.wait_for(lambda: len(about_agri()) > before, "what was owed to be told when the rest was over")
        self.assertEqual(daemon.stop(), 0)

        self.assertIn("sound", run("verify", "--data", daemon.data).stdout)
        database = sqlite3.connect(daemon.data / "planwatch.db")
        payload, = database.execute("SELECT payload FROM ledger WHERE seq = (SELECT entry FROM used_link)").fetchone()
        self.assertIn("周五前", payload)
        key, = database.execute("SELECT value FROM meta WHERE name = 'link_key'").fetchone()
        self.assertNotIn(key, daemon.log())
        self.assertNotIn(link.rsplit("/", 1)[1], daemon.log())
        self.wait_for(lambda: "POST /ack/ 200" in daemon.log(), "the request to be logged")

    def test_there_is_no_link_where_nobody_said_how_to_reach_the_daemon(self):
        daemon = self.start("2023-11-02T08:59:58+08:00", linked=False)
        letter = self.wait_for(lambda: self.letters("agri@example.org", "逾期"), "the letter")[0]
        self.assertNotIn("/ack/", letter)
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main()

"""Robots, webhooks and Alertmanager: the real binary beside stand-ins that check what the vendors check, and Debian's Alertmanager."""
import datetime
import json
import os
import pathlib
import subprocess
import unittest
import urllib.request

from harness import DaemonTest, Mailbox, free_port, run
from robots import DingTalk, Feishu, Robots, WeCom, Webhook

SETTINGS = """
data = "data"

[mail]
from = "planwatch@example.org"
server = "{mail}"
timeout = 5

[[receiver]]
id = "wecom-group"
kind = "wecom"
url_file = "wecom.url"

[[receiver]]
id = "dingtalk-group"
kind = "dingtalk"
url_file = "dingtalk.url"
secret_file = "dingtalk.secret"

[[receiver]]
id = "feishu-group"
kind = "feishu"
url_file = "feishu.url"
secret_file = "feishu.secret"

[[receiver]]
id = "hook"
kind = "webhook"
url_file = "hook.url"
secret_file = "hook.secret"

[[contact]]
id = "zhang"
name = "张三"
audiences = ["office"]
mobile = "13800000000"
wecom = "wecom-group"
dingtalk = "dingtalk-group"
feishu = "feishu-group"
webhook = "hook"
mail = "zhang@example.org"
"""
SECRETS = [WeCom.KEY, DingTalk.TOKEN, DingTalk.SECRET, Feishu.TOKEN, Feishu.SECRET, Webhook.SECRET]


class ChannelsTest(DaemonTest):
    def setUp(self):
        super().setUp()
        self.robots = self.enterContext(Robots())
        self.mailbox = self.enterContext(Mailbox())
        self.write("wecom.url", self.robots.wecom.url(self.robots.base))
        self.write("dingtalk.url", self.robots.dingtalk.url(self.robots.base))
        self.write("dingtalk.secret", DingTalk.SECRET)
        self.write("feishu.url", self.robots.feishu.url(self.robots.base))
        self.write("feishu.secret", Feishu.SECRET)
        self.write("hook.url", self.robots.webhook.url(self.robots.base))
        self.write("hook.secret", Webhook.SECRET)
        self.config = self.write("planwatch.toml", SETTINGS.format(mail=self.mailbox.url))

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text + "\n", encoding="utf-8")
        return path

    def notify(self, receiver, code):
        told = run("notify", "test", receiver, "--config", self.config, check=False)
        self.assertEqual(told.returncode, code, told.stdout + told.stderr)
        for secret in SECRETS:
            self.assertNotIn(secret, told.stdout + told.stderr)
        return told.stdout + told.stderr


class NotifyTest(ChannelsTest):
    def test_every_channel_of_a_contact_gets_one(self):
        told = self.notify("zhang", 0).splitlines()
        self.assertEqual([line.split(": ")[:2] for line in told], [
            ["wecom wecom-group", "delivered"], ["dingtalk dingtalk-group", "delivered"], ["feishu feishu-group", "delivered"],
            ["webhook hook", "delivered"], ["mail zhang@example.org", "delivered"]])
        self.assertEqual(len(self.mailbox.messages), 1)
        self.assertEqual(self.robots.accepted["wecom"][0]["text"]["mentioned_mobile_list"], ["13800000000"])
        self.assertEqual(self.robots.accepted["dingtalk"][0]["at"]["atMobiles"], ["13800000000"])
        self.assertIn("张三", self.robots.accepted["feishu"][0]["card"]["body"]["elements"][0]["content"])
        self.assertTrue(self.robots.accepted["webhook"][0]["test"])
        self.assertFalse(self.robots.refused)

    def test_a_receiver_or_an_address_by_itself(self):
        self.assertEqual(self.notify("wecom-group", 0), "wecom wecom-group: delivered: 0 ok\n")
        self.assertIn("mail li@example.org: delivered: 250", self.notify("li@example.org", 0))
        self.assertEqual(self.mailbox.messages[0][0], ["li@example.org"])

    def test_what_a_server_does_not_take_is_told_in_words(self):
        self.write("feishu.secret", "another")
        self.assertIn("19021 sign match fail", self.notify("feishu-group", 3))
        self.write("dingtalk.secret", "another")
        self.assertIn("310000 sign not match", self.notify("dingtalk-group", 3))
        self.write("wecom.url", self.robots.base + "/cgi-bin/webhook/send?key=anotherkey")
        told = self.notify("wecom-group", 3)
        self.assertIn("93000", told)
        self.assertNotIn("anotherkey", told)
        self.robots.webhook.status = 422
        self.assertIn("webhook hook: refused for good: 422", self.notify("hook", 1))
        self.write("hook.url", f"http://127.0.0.1:{free_port()}/hook")
        self.assertIn("no answer from http://127.0.0.1", self.notify("hook", 3))

    def test_what_cannot_be_is_refused_before_anything_is_sent(self):
        self.assertIn("did you mean 'zhang'", self.notify("zhong", 1))
        self.write("hook.url", "http://192.0.2.1/hook")
        self.assertIn("use https://", self.notify("hook", 1))
        os.remove(self.folder / "hook.secret")
        self.assertIn("hook.secret", self.notify("hook", 1))


PLAN = """
[plan]
id = "example-{year}"
name = "示例区{year}年食品安全监督管理计划"
issued = {year}-01-01
year = {year}
time_zone = "Asia/Shanghai"

[[unit]]
id = "samr"
name = "区市场监管局"

[[unit]]
id = "agri"
name = "区农业农村局"

[[clause]]
id = "一"
title = "报告"
units = [ {{ unit = "samr", role = "lead" }}, {{ unit = "agri", role = "cooperate" }} ]

[[duty]]
id = "report"
name = "工作报告"
clause = "一"
cadence = "yearly"
due = "period_start + 1d"
units = ["samr", "agri"]
filing = true
"""


class AlertmanagerTest(DaemonTest):
    """Debian's own, on loopback."""

    def start_alertmanager(self):
        config = self.folder / "alertmanager.yml"
        config.write_text("route: {receiver: nobody, group_by: [plan, alertname], group_wait: 0s}\nreceivers: [{name: nobody}]\n")
        with open(self.folder / "alertmanager.log", "ab") as log:
            process = subprocess.Popen(["prometheus-alertmanager", f"--config.file={config}", f"--storage.path={self.folder}/alertmanager",
                                        f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address="], stdout=log, stderr=log)
        self.addCleanup(lambda: (process.kill(), process.wait()))
        return process

    def ask(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v2/{path}", timeout=5) as answer:
                return json.load(answer)
        except OSError:
            return None

    def units(self):
        """Who is overdue, as Alertmanager has it."""
        alerts = self.ask("alerts")
        return None if alerts is None else sorted(alert["labels"]["unit"] for alert in alerts)

    def hand_in(self, daemon, unit):
        status, answer = daemon.request("/api/v1/filings", {"plan": self.plan, "unit": unit, "duty": "report", "period": str(self.year), "title": "报告"})
        self.assertEqual(status, 201, answer)

    def setUp(self):
        super().setUp()
        self.port = free_port()
        # What is overdue by the real clock: since the second of January of this year, or of the last.
        today = datetime.date.today()
        self.year = today.year if today > datetime.date(today.year, 1, 5) else today.year - 1
        self.plan = f"example-{self.year}"
        (self.folder / "plan.toml").write_text(PLAN.format(year=self.year), encoding="utf-8")
        settings = self.folder / "planwatch.toml"
        settings.write_text(f'plans = ["plan.toml"]\n[alertmanager]\nurl = "http://127.0.0.1:{self.port}"\n')
        self.arguments = ("--config", settings)

    def test_it_receives_groups_and_resolves(self):
        self.start_alertmanager()
        daemon = self.daemon(*self.arguments).start()
        self.wait_for(lambda: self.units() == ["agri", "samr"], "both alerts")
        alert = self.ask("alerts")[0]
        self.assertEqual(alert["labels"] | {"unit": "", "severity": ""}, {"alertname": "overdue", "service": "planwatch", "plan": self.plan,
                                                                       "duty": "report", "period": str(self.year), "unit": "", "severity": ""})
        self.assertIn("工作报告", alert["annotations"]["summary"])
        self.assertTrue(alert["generatorURL"].startswith(daemon.url))
        self.assertEqual(daemon.request(alert["generatorURL"].removeprefix(daemon.url))[0], 200)
        groups = self.ask("alerts/groups")
        self.assertEqual([(group["labels"], len(group["alerts"])) for group in groups], [({"alertname": "overdue", "plan": self.plan}, 2)])
        self.hand_in(daemon, "agri")
        self.wait_for(lambda: self.units() == ["samr"], "the end of one")
        self.hand_in(daemon, "samr")
        self.wait_for(lambda: self.units() == [], "the end of both")
        none = 'planwatch_alertmanager_firing_alerts{alertmanager="http://127.0.0.1:%d"} 0' % self.port
        self.wait_for(lambda: none in daemon.request("/metrics")[1], "no alert to be counted")

    def test_an_outage_loses_neither_beginning_nor_end(self):
        daemon = self.daemon(*self.arguments).start()
        self.hand_in(daemon, "agri")  # while it is not there
        metrics = self.wait_for(lambda: (text := daemon.request("/metrics")[1]) and 'result="failed"} 1' in text and text, "a failure that is counted")
        self.assertIn("planwatch_alertmanager_requests_total", metrics)
        self.start_alertmanager()
        self.wait_for(lambda: self.units() == ["samr"], "what fires, and what ended not")
        self.wait_for(lambda: "takes alerts again" in daemon.log(), "the end of the outage to be told")


class DeliveryTest(ChannelsTest):
    """What the daemon has to say, by the channels that its people have."""

    CONTACTS = """
[notices]
hand_over_after = 60

[[contact]]
id = "group"
name = "食安工作群"
plans = ["jincheng-chengqu-2023"]
audiences = ["office"]
{first}
mail = "office@example.org"

[[contact]]
id = "machine"
name = "值班系统"
audiences = ["office"]
webhook = "hook"
"""

    def settings(self, first):
        head = SETTINGS.format(mail=self.mailbox.url).split("[[contact]]", maxsplit=1)[0].replace("timeout = 5", "timeout = 5\nretry_first = 30")
        plan = pathlib.Path(os.environ["PLANWATCH_SOURCE"]) / "config/plans/jincheng-chengqu-2023.toml"
        return self.write("planwatch.toml", f'plans = ["{plan}"]\n' + head + self.CONTACTS.format(first=first))

    def mails_to(self, address):
        return [content for to, content in list(self.mailbox.messages) if to == [address]]

    def test_a_group_gets_one_digest_at_nine_and_a_machine_each_notice_at_once(self):
        daemon = self.daemon("--config", self.settings('dingtalk = "dingtalk-group"'), "--clock", "2023-11-01T23:59:50+08:00", "--speed", "2000").start()
        self.wait_for(lambda: self.robots.accepted["webhook"], "the webhook's first", 60)
        first = self.robots.accepted["webhook"][0]["message"]
        self.assertEqual((len(first["alerts"]), first["recipient"]["id"]), (1, "machine"))
        self.wait_for(lambda: self.robots.accepted["dingtalk"], "the digest", 60)
        self.assertIn("逾期", self.robots.accepted["dingtalk"][0]["markdown"]["title"])
        self.assertFalse(self.mails_to("office@example.org"))
        self.assertFalse(self.robots.refused)
        self.assertEqual(daemon.stop(), 0)
        ids = [body["id"] for body in self.robots.accepted["webhook"]]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertIn("sound", run("verify", "--data", daemon.data).stdout)
        for secret in SECRETS:
            self.assertNotIn(secret, daemon.log())

    def test_a_channel_that_fails_hands_over_to_the_next(self):
        self.write("dingtalk.secret", "another")
        daemon = self.daemon("--config", self.settings('dingtalk = "dingtalk-group"'), "--clock", "2023-11-02T08:59:58+08:00", "--speed", "60").start()
        self.wait_for(lambda: self.mails_to("office@example.org"), "the mail that takes over", 60)
        self.wait_for(lambda: "mail takes over" in daemon.log(), "the handing over to be told")
        self.assertFalse(self.robots.accepted["dingtalk"])
        self.assertEqual(daemon.stop(), 0)
        self.assertIn("sound", run("verify", "--data", daemon.data).stdout)


if __name__ == "__main__":
    unittest.main()

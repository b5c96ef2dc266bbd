"""Killed at random moments under load: no answered submission and no notice is missing, and no letter exists twice under two
Message-IDs. PLANWATCH_KILLS sets how often (200); PLANWATCH_SEED repeats a run's moments."""
import collections
import datetime
import email
import email.policy
import http.client
import json
import os
import random
import sqlite3
import threading
import time
import unittest

from harness import DaemonTest, Mailbox, run

KILLS = int(os.environ.get("PLANWATCH_KILLS", "200"))
SEED = int(os.environ.get("PLANWATCH_SEED", str(random.randrange(1 << 32))))
UNITS = [f"u{number}" for number in range(6)]
BEGIN = datetime.datetime.fromisoformat("2023-03-01T00:00:00+08:00")


def plan_text():
    """Six units that owe a figure every day: each virtual day brings deadlines, alerts, letters and their ends."""
    text = """
[plan]
id = "crash-2023"
name = "崩溃测试"
issued = 2023-02-27
year = 2023
time_zone = "Asia/Shanghai"
[[clause]]
id = "一"
title = "每日报数"
units = [ { unit = "u0", role = "lead" } ]
[[indicator]]
id = "checks"
name = "检查次数"
clause = "一"
measure = "count"
target = "at_least 1000000 次"
pace = "linear"
units = ["@departments"]
[[duty]]
id = "daily"
name = "每日检查"
clause = "一"
cadence = "daily"
due = "period_end"
units = ["@departments"]
indicators = ["checks"]
first = "2023-03-01"
[[ladder]]
id = "short"
steps = [ { at = "due", severity = "warning", tell = ["reporter", "office"] }, { at = "+1d 09:00", severity = "warning", tell = ["office"] } ]
"""
    return text + "".join(f'[[unit]]\nid = "{unit}"\nname = "单位{unit}"\n' for unit in UNITS)


class Reporter(threading.Thread):
    """Hands in one unit's figures, each larger than the last, and remembers what was answered and what was under way."""

    def __init__(self, daemon, unit, stop, answered, underway):
        super().__init__(daemon=True)
        self.target_daemon, self.unit, self.stop = daemon, unit, stop
        self.answered, self.underway = answered, underway
        self.count = max([0, *(value for (owner, _), value in {**answered, **underway}.items() if owner == unit)])

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.target_daemon.port, timeout=20)
        headers = {"Authorization": "Bearer " + self.target_daemon.token, "Content-Type": "application/json"}
        days = random.Random(self.unit + str(self.count))
        while not self.stop.is_set():
            self.count += 1
            day = (datetime.date(2023, 3, 1) + datetime.timedelta(days=days.randrange(2))).isoformat()
            body = {"plan": "crash-2023", "unit": self.unit, "period": day, "values": {"checks": self.count}}
            self.underway[self.unit, day] = self.count
            try:
                connection.request("POST", "/api/v1/submissions", json.dumps(body), headers)
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                return
            if answer.status == 201:
                self.answered[self.unit, day] = self.count
            elif answer.status != 422:  # the second day may not have begun
                raise AssertionError(f"{answer.status}: {text}")


class Crash(DaemonTest):
    def settings(self, mailbox):
        (self.folder / "plan.toml").write_text(plan_text(), encoding="utf-8")
        contacts = "".join(f'[[contact]]\nid = "c{unit}"\nname = "{unit}"\nunits = ["{unit}"]\naudiences = ["reporter"]\nmail = "{unit}@example.org"\n'
                           for unit in UNITS)
        config = self.folder / "planwatch.toml"
        config.write_text(f"""
plans = ["plan.toml"]
[mail]
from = "planwatch@example.org"
server = "{mailbox.url}"
retry_first = 1
retry_longest = 1
[[contact]]
id = "office"
name = "食安办"
audiences = ["office"]
mail = "office@example.org"
{contacts}""", encoding="utf-8")
        return config

    def stored(self, daemon):
        _, answer = daemon.request("/api/v1/submissions?latest=true&plan=crash-2023")
        figures = collections.defaultdict(int)
        with sqlite3.connect(f"file:{daemon.data / 'planwatch.db'}?mode=ro", uri=True) as database:
            rows = database.execute("SELECT s.unit, f.period, f.numerator FROM figure f JOIN series s ON s.id = f.series ORDER BY f.id")
            for unit, period, micros in rows:
                figures[unit, (datetime.date(1970, 1, 1) + datetime.timedelta(days=period & 0xFFFFFF)).isoformat()] = micros // 1_000_000
        self.assertTrue(answer["items"] or not figures, answer)
        return figures

    def test_nothing_answered_is_lost_and_no_letter_is_doubled(self):
        print(f"seed {SEED}, {KILLS} kills", flush=True)
        chance = random.Random(SEED)
        answered, underway = {}, {}
        with Mailbox() as mailbox:
            config = self.settings(mailbox)
            for kill in range(KILLS + 1):
                begin = BEGIN + datetime.timedelta(hours=6 * kill)
                # The last one lives on in calm: no day passes that would bring new letters while the waiting ones go out.
                speed = "40000" if kill < KILLS else "1"
                arguments = ["--config", config, "--clock", begin.isoformat(), "--speed", speed]
                if kill == 0:
                    daemon = self.daemon(*arguments)
                daemon.arguments = arguments
                daemon.start()
                figures = self.stored(daemon)
                for key, value in answered.items():
                    self.assertIn(figures[key], {value, underway[key]}, f"{key} after kill {kill}, seed {SEED}")
                answered.update({key: figures[key] for key in answered})
                if kill == KILLS:
                    break
                stop = threading.Event()
                reporters = [Reporter(daemon, unit, stop, answered, underway) for unit in UNITS]
                for reporter in reporters:
                    reporter.start()
                time.sleep(chance.uniform(0.0, 0.25))
                daemon.kill()
                stop.set()
                for reporter in reporters:
                    reporter.join()
            self.check_letters(daemon, mailbox)
        self.assertGreater(len(answered), len(UNITS))

    def check_letters(self, daemon, mailbox):
        def waiting():
            with sqlite3.connect(f"file:{daemon.data / 'planwatch.db'}?mode=ro", uri=True) as database:
                return database.execute("SELECT count(*) FROM message WHERE state = 'waiting'").fetchone()[0]

        self.wait_for(lambda: waiting() == 0, "the outbox to empty", 120)
        self.assertEqual(daemon.stop(), 0)
        self.assertIn("sound", run("verify", "--data", daemon.data).stdout)
        with sqlite3.connect(f"file:{daemon.data / 'planwatch.db'}?mode=ro", uri=True) as database:
            delivered = {row[0] for row in database.execute("SELECT message_id FROM message WHERE state = 'delivered'")}
            known = {row[0] for row in database.execute("SELECT message_id FROM message")}
        self.assertGreater(len(delivered), KILLS // 4, "too few letters to show anything")
        letters = collections.defaultdict(set)
        for to, content in mailbox.messages:
            letter = email.message_from_bytes(content, policy=email.policy.default)
            letters[to[0], letter["Subject"], letter.get_body(("plain",)).get_content()].add(letter["Message-ID"])
        sent = set().union(*letters.values())
        self.assertEqual(delivered - sent, set(), "recorded as delivered, never seen by the server")
        self.assertEqual(sent - known, set(), "sent, and not in the outbox")
        self.assertEqual([key for key, ids in letters.items() if len(ids) > 1], [], "one letter under two Message-IDs")


if __name__ == "__main__":
    unittest.main()

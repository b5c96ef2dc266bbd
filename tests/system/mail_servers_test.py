"""Mail through servers that are slow to trust, refuse, hang, are gone for days, or want TLS and a login: the real binary, real SMTP servers."""
import collections
import email
import email.policy
import json
import socket
import sqlite3
import ssl
import subprocess
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from harness import TWO_TOWNS, DaemonTest, Mailbox, free_port, run


class Moody(Mailbox):
    """Answers each try at an address from its list, then takes what comes. Keeps the Message-IDs of all tries."""

    def __init__(self, port=None, **moods):
        self.moods = {f"{name}@example.org": list(answers) for name, answers in moods.items()}
        self.tries = collections.defaultdict(list)
        super().__init__()
        if port:
            self.server = Controller(self, hostname="127.0.0.1", port=port, server_hostname="mail.test")

    def answer(self, address, verb):
        mood = self.moods.get(address) or []
        return mood.pop(0)[1] if mood and mood[0][0] == verb else None

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if refused := self.answer(address, "RCPT"):
            return refused
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        self.tries[address].append(email.message_from_bytes(envelope.content)["Message-ID"])
        return self.answer(address, "DATA") or await super().handle_DATA(server, session, envelope)

    def letters(self, to):
        return [email.message_from_bytes(content, policy=email.policy.default) for rcpt, content in list(self.messages) if rcpt == [f"{to}@example.org"]]


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Silence:
    """Takes connections and says nothing."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                self.open.append(self.listener.accept()[0])
            except OSError:
                return

    def close(self):
        if self.listener.fileno() >= 0:
            self.listener.shutdown(socket.SHUT_RDWR)  # or the thread that accepts keeps the port
        self.listener.close()
        for each in self.open:
            each.close()


class MailServers(DaemonTest):
    def configure(self, server, mail="retry_first = 1\nretry_longest = 2", hook=None, clock="2023-11-02T08:59:59+08:00", speed=1):
        (self.folder / "plan.toml").write_text(TWO_TOWNS, encoding="utf-8")
        receiver = ""
        if hook:
            (self.folder / "hook.url").write_text(f"http://127.0.0.1:{hook}/\n")
            (self.folder / "hook.url").chmod(0o600)
            receiver = '[[receiver]]\nid = "hook"\nkind = "webhook"\nurl_file = "hook.url"\n'
        contacts = "".join(f"""
[[contact]]
id = "{unit}"
name = "{unit} 站长"
units = ["{unit}"]
audiences = ["reporter", "unit_head"]
mail = "{unit}@example.org"
{'webhook = "hook"' if hook and unit == "west" else ""}
""" for unit in ("east", "west"))
        (self.folder / "planwatch.toml").write_text(f"""
plans = ["plan.toml"]
[mail]
from = "planwatch@example.org"
server = "{server}"
timeout = 1
{mail}
{receiver}
[[contact]]
id = "office"
name = "食安办"
audiences = ["office", "leaders"]
mail = "office@example.org"
{contacts}""", encoding="utf-8")
        return self.daemon("--config", self.folder / "planwatch.toml", "--clock", clock, "--speed", speed)

    def rows(self, daemon, sql):
        with sqlite3.connect(f"file:{daemon.data}/planwatch.db?mode=ro", uri=True, timeout=10) as database:
            return database.execute(sql).fetchall()

    def is_sound(self, daemon):
        self.assertEqual(daemon.stop(), 0)
        self.assertIn("sound", run("verify", "--data", daemon.data).stdout)

    def each_once(self, mailbox):
        ids = [email.message_from_bytes(content)["Message-ID"] for _, content in mailbox.messages]
        self.assertEqual(sorted(ids), sorted(set(ids)), "a letter came twice")
        return set(ids)

    def test_greylisting_and_busy_mailboxes_are_tried_again_until_they_take_it_once(self):
        moods = {"east": [("DATA", "451 4.7.1 greylisted, come back"), ("DATA", "421 4.3.2 closing")], "west": [("RCPT", "450 4.2.1 mailbox busy")]}
        with Moody(**moods) as mailbox:
            daemon = self.configure(mailbox.url).start()
            for unit in ("east", "west", "office"):
                self.wait_for(lambda u=unit: mailbox.letters(u), f"the letter to {unit}")
            self.assertEqual(len(mailbox.tries["east@example.org"]), 3)
            self.assertEqual(len(set(mailbox.tries["east@example.org"])), 1, "the same Message-ID on each try")
            self.each_once(mailbox)
            said = [answer for answer, in self.rows(daemon, "SELECT answer FROM attempt WHERE result = 'retry' ORDER BY id")]
            self.assertEqual({answer[:3] for answer in said}, {"451", "421", "450"})
            self.is_sound(daemon)

    def test_a_refusal_for_good_goes_to_the_next_channel_or_to_the_offices_knowledge(self):
        hook = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
        hook.bodies = []
        threading.Thread(target=hook.serve_forever, daemon=True).start()
        self.addCleanup(hook.server_close)
        self.addCleanup(hook.shutdown)
        no_such_user = [("RCPT", "550 5.1.1 no such user")] * 9
        with Moody(east=no_such_user, west=no_such_user) as mailbox:
            daemon = self.configure(mailbox.url, hook=hook.server_port).start()
            self.wait_for(lambda: hook.bodies, "west's message by the next channel")
            alert = "small-2023:undeliverable:east:-:-"
            self.wait_for(lambda: daemon.request(f"/api/v1/alerts/{alert}")[0] == 200, "the alert that east cannot be reached")
            self.assertIn("550 5.1.1 no such user", daemon.request(f"/api/v1/alerts/{alert}")[1]["why"])
            self.assertEqual(daemon.request("/api/v1/alerts/small-2023:undeliverable:west:-:-")[0], 404, "the webhook took it")
            self.assertEqual(len(mailbox.letters("office")), 1)
            daemon.kill()
            # The office hears of it with the next digest.
            daemon.arguments = ("--config", self.folder / "planwatch.toml", "--clock", "2023-11-03T08:59:59+08:00")
            daemon.start()
            self.wait_for(lambda: any("no such user" in letter.get_body(("plain",)).get_content() for letter in mailbox.letters("office")), "the office's letter")
            self.is_sound(daemon)

    def test_a_server_that_hangs_holds_nobody_up_for_longer_than_the_timeout(self):
        silence = Silence()
        self.addCleanup(silence.close)
        daemon = self.configure(f"smtp://127.0.0.1:{silence.port}").start()
        failed = lambda: self.rows(daemon, "SELECT answer FROM attempt WHERE result = 'retry'")
        self.wait_for(failed, "a try that timed out")
        self.assertIn("imed out", failed()[0][0])
        self.assertEqual(daemon.request("/-/healthy")[0], 200, "the API goes on meanwhile")
        silence.close()
        with Moody(port=silence.port) as mailbox:
            for unit in ("east", "west", "office"):
                self.wait_for(lambda u=unit: mailbox.letters(u), f"the letter to {unit}")
            self.each_once(mailbox)
            self.is_sound(daemon)

    def test_a_server_gone_for_three_days_gets_every_letter_once_when_it_is_back(self):
        port = free_port()
        daemon = self.configure(f"smtp://127.0.0.1:{port}", mail="", clock="2023-11-01T08:59:00+08:00", speed=60_000)  # tries and patience as they are in life
        daemon.start()
        virtual = lambda: self.rows(daemon, "SELECT max(at) FROM attempt")[0][0] or 0
        gone_until = 1_698_800_400_000 + 3 * 86_400_000  # three days from 2023-11-01T09:00+08:00
        self.wait_for(lambda: virtual() > gone_until, "three virtual days", 60)
        self.assertEqual(self.rows(daemon, "SELECT count(*) FROM message WHERE state != 'waiting'"), [(0,)], "nothing is given up")
        with Moody(port=port) as mailbox:
            self.wait_for(lambda: self.rows(daemon, "SELECT count(*) FROM message WHERE state = 'waiting'") == [(0,)], "the last letter", 60)
            self.is_sound(daemon)
            sent = {each for each, in self.rows(daemon, "SELECT message_id FROM message")}
            self.assertGreaterEqual(len(sent), 3)
            self.assertEqual(self.each_once(mailbox), sent)
            self.assertEqual(self.rows(daemon, "SELECT count(*) FROM message WHERE state = 'dead'"), [(0,)])

    def test_starttls_with_a_login(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.folder / "key.pem", "-out", self.folder / "certificate.pem"],
                       check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "certificate.pem", self.folder / "key.pem")
        given = []

        def authenticate(_server, _session, _envelope, _mechanism, data):
            given.append((data.login, data.password))
            return AuthResult(success=given[-1] == (b"planwatch", b"secret-42"))

        mailbox = Moody()
        mailbox.server = Controller(mailbox, hostname="127.0.0.1", port=free_port(), server_hostname="mail.test", tls_context=context, require_starttls=True,
                                    authenticator=authenticate, auth_required=True)
        (self.folder / "password").write_text("secret-42\n")
        (self.folder / "password").chmod(0o600)
        with mailbox:
            daemon = self.configure(mailbox.url, 'tls = "starttls"\nuser = "planwatch"\npassword_file = "password"\nca_file = "certificate.pem"\n')
            daemon.start()
            self.wait_for(lambda: mailbox.letters("east"), "the letter to east")
            self.assertIn((b"planwatch", b"secret-42"), given)
            self.assertNotIn("secret-42", daemon.log())
            self.is_sound(daemon)


if __name__ == "__main__":
    unittest.main()

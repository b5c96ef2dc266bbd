"""What the system tests share: the binary, a daemon on loopback, a real SMTP server. Servers are started and stopped here."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

from aiosmtpd.controller import Controller

PLANWATCH = os.environ["PLANWATCH"]
SOURCE = pathlib.Path(os.environ["PLANWATCH_SOURCE"])
BEICHEN = SOURCE / "config" / "plans" / "beichen-2023.toml"
JINCHENG = SOURCE / "config" / "plans" / "jincheng-chengqu-2023.toml"

# A plan of the least that has an office, two who report, and something that falls due.
TWO_TOWNS = """
[plan]
id = "small-2023"
name = "小计划"
issued = 2023-08-24
year = 2023
time_zone = "Asia/Shanghai"
[[unit]]
id = "fso"
name = "食安办"
kind = "office"
[[unit]]
id = "east"
name = "东镇"
kind = "town"
[[unit]]
id = "west"
name = "西镇"
kind = "town"
[[clause]]
id = "一"
title = "报告"
units = [ { unit = "east", role = "responsible" }, { unit = "west", role = "responsible" } ]
[[duty]]
id = "report"
name = "年度报告"
clause = "一"
cadence = "yearly"
due = "11-01"
units = ["east", "west"]
filing = true
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(*arguments, check=True):
    return subprocess.run([PLANWATCH, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=check)


class Mailbox:
    """A real SMTP server that keeps what it is given."""

    def __init__(self):
        self.messages = []
        self.lock = threading.Lock()
        # Without a name of its own it looks up the machine's for every letter, which takes seconds where no resolver answers.
        self.server = Controller(self, hostname="127.0.0.1", port=free_port(), server_hostname="mail.test")

    async def handle_DATA(self, _server, _session, envelope):
        with self.lock:
            self.messages.append((envelope.rcpt_tos, envelope.content))
        return "250 kept"

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server.port}"

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *_):
        self.server.stop()


class Daemon:
    """`planwatch serve` in a folder; may be killed and started again in it."""

    def __init__(self, folder, *arguments):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.address = "127.0.0.1"
        self.trust = None  # an SSLContext, where the url is https
        self.environment = {}
        self.arguments = arguments
        self.token = run("token", "create", "--data", self.data, "--role", "admin").stdout.strip()
        self.process = None

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([PLANWATCH, "serve", "--data", self.data, "--listen", f"{self.address}:{self.port}",
                                             *map(str, self.arguments)], stdout=log, stderr=log, env={**os.environ, **self.environment})
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the daemon ended with {self.process.returncode}:\n{self.log()}")
            try:
                urllib.request.urlopen(self.url + "/-/ready", timeout=5, context=self.trust).read()
                return self
            except OSError:
                time.sleep(0.02)
        raise AssertionError("the daemon did not become ready:\n" + self.log())

    def log(self):
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Asks it to end, and gives its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def request(self, path, body=None, content_type="application/json", token=None):
        """Status and answer; JSON where it is JSON."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": "Bearer " + (token or self.token), "Content-Type": content_type}
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, data, headers), timeout=60, context=self.trust) as answer:
                status, text, kind = answer.status, answer.read(), answer.headers.get_content_type()
        except urllib.error.HTTPError as error:
            status, text, kind = error.code, error.read(), error.headers.get_content_type()
        return status, json.loads(text) if kind.endswith("json") else text.decode()


class DaemonTest(unittest.TestCase):
    """Gives each test a scratch folder, and stops its daemons."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def daemon(self, *arguments):
        daemon = Daemon(self.folder, *arguments)
        self.addCleanup(lambda: daemon.process and daemon.stop())
        return daemon

    def wait_for(self, condition, what, seconds=30):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if result := condition():
                return result
            time.sleep(0.05)
        self.fail(f"waited {seconds} s in vain for {what}")

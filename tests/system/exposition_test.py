"""/metrics read by those who will read it: Python's prometheus_client, promtool, and a real Prometheus."""
import gzip
import http.server
import json
import math
import os
import shutil
import struct
import subprocess
import threading
import unittest
import urllib.parse
import urllib.request

from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from harness import BEICHEN, JINCHENG, DaemonTest, free_port

SAMPLE = os.environ["PLANWATCH_EXPOSITION_SAMPLE"]
TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
# What Prometheus 2.42 sends.
PROMETHEUS_ACCEPT = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"

HOSTILE_PLAN = r'''
[plan]
id = "hostile-2023"
name = "引号\"反斜杠\\计划，# {x=\"y\"} 1"
issued = 2023-07-18
year = 2023
time_zone = "Asia/Shanghai"
[[unit]]
id = "samr"
name = "“区”\\市场\"监管局\""
[[clause]]
id = "一（一）"
title = "抽检"
units = [ { unit = "samr", role = "lead" } ]
[[indicator]]
id = "batches"
name = "批次 \\\"\\n"
clause = "一（一）"
measure = "count"
target = "at_least 120 批次"
pace = "linear"
units = ["samr"]
[[duty]]
id = "monthly"
name = "月报"
clause = "一（一）"
cadence = "monthly"
due = "period_end + 10d"
units = ["samr"]
indicators = ["batches"]
'''


def fetch(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()}), timeout=60) as answer:
        return answer.headers, answer.read()


def samples(families):
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def bits(value):
    return struct.pack(">d", value).hex()


class Exposition(DaemonTest):
    def hostile_daemon(self):
        plan = self.folder / "hostile.toml"
        plan.write_text(HOSTILE_PLAN, encoding="utf-8")
        daemon = self.daemon("--plan", plan, "--plan", BEICHEN, "--plan", JINCHENG, "--clock", "2023-10-20T08:00:00+08:00").start()
        figure = {"plan": "hostile-2023", "unit": "samr", "period": "2023-09", "values": {"batches": "0.000001"}}
        status, answer = daemon.request("/api/v1/submissions", figure)
        if status == 422:
            figure["values"]["batches"] = 7
            status, answer = daemon.request("/api/v1/submissions", figure)
        self.assertEqual(status, 201, answer)
        return daemon

    def test_both_formats_say_the_same_to_the_reference_parsers(self):
        daemon = self.hostile_daemon()
        headers, body = fetch(daemon.url + "/metrics")
        self.assertEqual((headers["Content-Type"], headers["Content-Encoding"]), (TEXT, None))
        text = list(read_text(body.decode()))
        headers, body = fetch(daemon.url + "/metrics", Accept=PROMETHEUS_ACCEPT, Accept_Encoding="gzip")
        self.assertEqual((headers["Content-Type"], headers["Content-Encoding"]), (OPENMETRICS, "gzip"))
        self.assertIn("Accept-Encoding", headers["Vary"])
        open_text = gzip.decompress(body).decode()
        openmetrics = list(read_openmetrics(open_text))
        self.assertGreaterEqual(len(text), 40)
        moving = "process_", "planwatch_commit", "planwatch_evaluation", "planwatch_d", "planwatch_notification", "planwatch_ledger", "planwatch_report"  # between two scrapes
        own = [samples(f for f in families if not f.name.startswith(moving))
               for families in (text, openmetrics)]
        self.assertEqual(*own)
        units = {family.name: family.unit for family in openmetrics}
        self.assertEqual((units["planwatch_commit_duration_seconds"], units["process_resident_memory_bytes"]), ("seconds", "bytes"))
        types = {family.name: family.type for family in openmetrics}
        self.assertEqual((types["planwatch_submissions"], types["planwatch_plan"], types["planwatch_indicator_value_count"]), ("counter", "info", "unknown"))

        names = {family.name: {s.labels["plan"]: s.labels["name"] for s in family.samples} for family in text
                 if family.name in ("planwatch_plan_info", "planwatch_indicator_info", "planwatch_unit_info")}
        self.assertEqual(names["planwatch_plan_info"]["hostile-2023"], '引号"反斜杠\\计划，# {x="y"} 1')
        self.assertEqual(names["planwatch_indicator_info"]["hostile-2023"], '批次 \\"\\n')
        self.assertEqual(names["planwatch_unit_info"]["hostile-2023"], '“区”\\市场"监管局"')

    def test_a_head_request_says_how_long_the_answer_would_be(self):
        daemon = self.hostile_daemon()
        request = urllib.request.Request(daemon.url + "/metrics", method="HEAD")
        with urllib.request.urlopen(request, timeout=60) as answer:
            self.assertGreater(int(answer.headers["Content-Length"]), 10_000)
            self.assertEqual(answer.read(), b"")

    def test_a_family_that_is_full_says_so(self):
        config = self.folder / "planwatch.toml"
        config.write_text(f'plans = ["{BEICHEN}", "{JINCHENG}"]\n[metrics]\nseries_per_family = 10\n', encoding="utf-8")
        daemon = self.daemon("--config", config, "--clock", "2023-10-20T08:00:00+08:00").start()
        _, body = fetch(daemon.url + "/metrics")
        found = samples(read_text(body.decode()))
        refused = found[("planwatch_exposition_series_refused", (("family", "planwatch_unit_info"),))]
        self.assertGreater(refused, 0)
        self.assertEqual(sum(name == "planwatch_unit_info" for name, _ in found), 10)
        self.wait_for(lambda: "series of planwatch_unit_info: the family is full" in daemon.log(), "the warning")
        fetch(daemon.url + "/metrics")
        self.assertEqual(daemon.log().count("series of planwatch_unit_info: the family is full"), 1)


class Sample(unittest.TestCase):
    """What no plan can hold, from the serializer alone."""

    def sample(self, form):
        return subprocess.run([SAMPLE, form], capture_output=True, check=True, timeout=60).stdout.decode("utf-8")

    def check(self, families, reads_integers=False):
        families = {family.name: family for family in families}
        self.assertIn("\ufffd", families["sample_text"].documentation)
        self.assertIn('line\nbreak, a \\ and "quotes", 中文, \u202e', families["sample_text"].documentation)
        self.assertEqual(len(families["sample_double"].samples), 10_016)
        for sample in families["sample_double"].samples:
            if math.isnan(sample.value) or (reads_integers and sample.value == 0):
                continue  # that parser takes what has no point for an integer, which has no -0
            self.assertEqual(bits(float(sample.value)), sample.labels["bits"])
        texts = {bytes.fromhex(sample.labels["bytes"]): sample.labels["text"] for sample in families["sample_text"].samples}
        self.assertEqual(len(texts), 11)
        for raw, text in texts.items():
            try:
                expected = raw.decode("utf-8")
            except UnicodeDecodeError:
                expected = None
            if expected is None or "\0" in expected:
                self.assertIn("\ufffd", text)
            else:
                self.assertEqual(text, expected)

    def test_the_reference_parser_of_the_text_format(self):
        self.check(read_text(self.sample("text")))

    def test_the_reference_parser_of_openmetrics(self):
        self.check(read_openmetrics(self.sample("openmetrics")), reads_integers=True)

    def test_promtool(self):
        checked = subprocess.run([shutil.which("promtool"), "check", "metrics"], input=self.sample("text"), capture_output=True, text=True, check=False)
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "", ""))


class ThroughPrometheus(DaemonTest):
    def serve_samples(self):
        """Serves each format at a path of its own; the address."""
        bodies = {f"/{form}": (kind, subprocess.run([SAMPLE, form], capture_output=True, check=True, timeout=60).stdout)
                  for form, kind in (("text", TEXT), ("openmetrics", OPENMETRICS))}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                kind, body = bodies[self.path]
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"127.0.0.1:{server.server_address[1]}"

    def prometheus(self, jobs):
        """Scrapes every job (name → address and path) once a second; its address."""
        config = {"global": {"scrape_interval": "1s"},
                  "scrape_configs": [{"job_name": name, "metrics_path": path, "static_configs": [{"targets": [address]}]}
                                     for name, (address, path) in jobs.items()]}
        (self.folder / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
        port = free_port()
        with open(self.folder / "prometheus.log", "wb") as log:
            process = subprocess.Popen(["prometheus", f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/tsdb",
                                        f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"], stdout=log, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        return f"http://127.0.0.1:{port}"

    def ask(self, prometheus, query):
        try:
            _, body = fetch(prometheus + "/api/v1/query?" + urllib.parse.urlencode({"query": query}))
        except OSError:
            return []  # it is still coming up
        return json.loads(body)["data"]["result"]

    def test_every_double_comes_back_the_same_and_the_daemon_is_up(self):
        daemon = self.daemon("--plan", BEICHEN).start()
        address = self.serve_samples()
        server = self.prometheus({"text": (address, "/text"), "openmetrics": (address, "/openmetrics"),
                                  "planwatch": (daemon.url.removeprefix("http://"), "/metrics")})
        self.wait_for(lambda: len(self.ask(server, "up == 1")) == 3, "three targets that are up: " + str(self.ask(server, "up")), 60)
        for job in ("text", "openmetrics"):
            found = self.ask(server, f'sample_double{{job="{job}"}}')
            self.assertEqual(len(found), 10_016)
            for series in found:
                value = float(series["value"][1])
                if math.isnan(value):
                    self.assertTrue(math.isnan(struct.unpack(">d", bytes.fromhex(series["metric"]["bits"]))[0]))
                else:
                    self.assertEqual(bits(value), series["metric"]["bits"])
            texts = self.ask(server, f'sample_text{{job="{job}"}}')
            self.assertEqual(len(texts), 11)
            nasty = "a\nb\\nc\\"
            self.assertEqual([s["metric"].get("text") for s in texts if s["metric"].get("bytes") == nasty.encode().hex()], [nasty])
        info = self.ask(server, 'planwatch_plan_info{plan="beichen-2023"}')
        self.assertEqual([s["metric"]["name"] for s in info], ["北辰区2023年食品安全监督管理计划"])
        joined = self.ask(server, "planwatch_indicator_target_timestamp_seconds * on (plan, indicator) group_left (name) planwatch_indicator_info")
        self.assertGreater(len(joined), 3)


if __name__ == "__main__":
    unittest.main()

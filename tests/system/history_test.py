"""History true to its period, in real servers: blocks that promtool makes and Prometheus reads, VictoriaMetrics and Prometheus taking what
the daemon pushes while either of them is killed."""
import collections
import datetime
import http.server
import json
import math
import re
import subprocess
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

from harness import BEICHEN, TWO_TOWNS, DaemonTest, free_port, run

ZONE = datetime.timezone(datetime.timedelta(hours=8))
SAMPLED = 'planwatch_indicator_value_count{plan="beichen-2023",indicator="samr_sampling_batches"}'
LINE = re.compile(r"(\w+)(?:\{(.*)\})? (\S+) (\S+)")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def seconds(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


def series_of(name, labels):
    return (name, *sorted(labels.items()))


def same(one, two):
    """But for VictoriaMetrics, which keeps values as decimals of some fourteen digits."""
    return one is not None and math.isclose(one, two, rel_tol=1e-12)


def samples_in(text):
    """{series: {milliseconds: value}} of an export."""
    found = collections.defaultdict(dict)
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, labels, value, at = LINE.fullmatch(line).groups()
        points = found[series_of(name, dict(LABEL.findall(labels or "")))]
        milliseconds = round(float(at) * 1000)
        assert milliseconds not in points, line
        points[milliseconds] = float(value)
    return dict(found)


class Server:
    """A server on loopback in a folder of its own; may be killed and started again."""

    def __init__(self, folder, ready, *command):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.ready = ready
        self.command = [part.replace("PORT", str(self.port)) for part in command]
        self.process = None

    def start(self):
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(self.url + self.ready, timeout=5).read()
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError((self.folder / "server.log").read_text())

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def get(self, path, **query):
        with urllib.request.urlopen(f"{self.url}{path}?{urllib.parse.urlencode(query, doseq=True)}", timeout=30) as answer:
            return answer.read().decode()

    def query(self, what, at):
        return json.loads(self.get("/api/v1/query", query=what, time=at))["data"]["result"]

    def value(self, what, at):
        result = self.query(what, at)
        return float(result[0]["value"][1]) if result else None


class HistoryTest(DaemonTest):
    def server(self, ready, *command):
        server = Server(self.folder, ready, *command)
        self.addCleanup(server.kill)
        return server

    def victoria_metrics(self):
        # Without a retention of its own it would drop a year that has passed; a sample that came twice counts once.
        return self.server("/health", "victoria-metrics", "-httpListenAddr=127.0.0.1:PORT", f"-storageDataPath={self.folder / 'vm'}",
                           "-retentionPeriod=100y", "-dedup.minScrapeInterval=1ms")

    def prometheus(self, data, *arguments, window="800d", scrape="[]"):
        config = self.folder / "prometheus.yml"
        config.write_text(f"storage: {{tsdb: {{out_of_order_time_window: {window}}}}}\nscrape_configs: {scrape}\n")
        return self.server("/-/ready", "prometheus", f"--config.file={config}", f"--storage.tsdb.path={data}", "--storage.tsdb.retention.time=100y",
                           "--web.listen-address=127.0.0.1:PORT", *arguments)

    def config(self, history="", plans=(BEICHEN,)):
        path = self.folder / "planwatch.toml"
        path.write_text(f"plans = {json.dumps([str(plan) for plan in plans])}\n{history}")
        return path

    def at(self, daemon, config, clock):
        daemon.arguments = ("--config", config, "--clock", clock + "+08:00")
        return daemon.start()

    def submit(self, daemon, period, batches):
        status, answer = daemon.request("/api/v1/submissions", {"plan": "beichen-2023", "unit": "samr", "period": period,
                                                                "values": {"samr_sampling_batches": batches}})
        self.assertEqual(status, 201, answer)

    def year(self, daemon, config, after=lambda month: None):
        """The plan's year: adopted in August, a figure a month, September corrected in November; the daemon is killed after each."""
        self.at(daemon, config, "2023-08-05T09:00:00")
        for month in range(1, 8):
            self.submit(daemon, f"2023-{month:02}", 300 + month)
        after(7)
        daemon.kill()
        for month in range(8, 13):
            self.at(daemon, config, f"2023-{month + 1:02}-09T10:00:00" if month < 12 else "2024-01-09T10:00:00")
            self.submit(daemon, f"2023-{month:02}", 300 + month)
            if month == 10:
                self.submit(daemon, "2023-09", 412)
            after(month)
            daemon.kill()
        self.at(daemon, config, "2024-01-20T10:00:00")

    def exported(self, daemon, *arguments):
        return samples_in(run("export", "openmetrics", "--data", daemon.data, *arguments).stdout)

    def metric(self, daemon, name):
        found = re.search(rf"^{re.escape(name)} (\S+)$", daemon.request("/metrics")[1], re.MULTILINE)
        return float(found[1]) if found else None

    def wait_until_taken(self, daemon):
        self.wait_for(lambda: self.metric(daemon, "planwatch_history_lag_seconds") == 0, "the receiver to have all of it")

    def assert_same(self, taken, wanted):
        """All of `wanted` was taken, nothing twice, and beside it nothing but what was later said again of the same minute."""
        self.assertEqual(set(taken), set(wanted))
        for series, points in wanted.items():
            for at, value in points.items():
                self.assertTrue(same(taken[series].get(at), value), (series, at, value, taken[series].get(at)))
            newest = {}
            for at in points:
                newest[at // 60_000] = max(at, newest.get(at // 60_000, 0))
            for at in set(taken[series]) - set(points):
                self.assertLess(at, newest.get(at // 60_000, 0), (series, at))

    # ---- promtool and Prometheus

    def test_a_prometheus_on_blocks_of_the_export_shows_septembers_figure_in_september(self):
        daemon = self.daemon()
        self.year(daemon, self.config())
        history, blocks = self.folder / "history.txt", self.folder / "blocks"
        run("export", "openmetrics", "--data", daemon.data, "--output", history)  # while it runs
        text = history.read_text(encoding="utf-8")
        self.assertTrue(text.endswith("# EOF\n"))
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "--max-block-duration=768h", "openmetrics", history, blocks],
                       check=True, capture_output=True, timeout=60)
        server = self.prometheus(blocks).start()

        sum_until = {month: sum(300 + m for m in range(1, month + 1)) + (412 - 309 if month >= 9 else 0) for month in range(1, 13)}
        for month, day in ((1, 31), (8, 31), (9, 30), (10, 31), (12, 31)):
            self.assertEqual(server.value(SAMPLED, seconds(f"2023-{month:02}-{day}T23:59:59")), sum_until[month], month)
        self.assertAlmostEqual(server.value('planwatch_indicator_attainment_ratio{indicator="samr_sampling_batches"}', seconds("2023-09-30T23:59:59")),
                               sum_until[9] / 5225)
        # The slots as they stood: the third quarter's are overdue from the end of their day on, each with an alert of its own.
        late = [slot for slot in daemon.request("/api/v1/slots?plan=beichen-2023")[1]["items"] if slot["due"] == "2023-10-11T00:00:00+08:00"]
        self.assertGreater(len(late), 10)
        for what in ('planwatch_slots{state="overdue"}', 'planwatch_alerts{state="firing",kind="overdue"}'):
            stood = [server.value(f"sum(last_over_time({what}[40d]))", seconds(f"2023-10-{moment}")) for moment in ("10T23:59:59", "11T00:00:00")]
            self.assertEqual(stood[1] - stood[0], len(late), what)

        wanted = samples_in(text)
        taken = {series_of(result["metric"].pop("__name__"), result["metric"]): {round(float(at) * 1000): float(value) for at, value in result["values"]}
                 for result in server.query('{__name__=~"planwatch_.+"}[2y]', seconds("2024-02-01T00:00:00"))}
        self.assertEqual(taken, wanted)

    def test_an_export_can_be_bounded_and_says_what_is_wrong(self):
        daemon = self.daemon()
        self.at(daemon, self.config(), "2023-10-09T10:00:00")
        self.submit(daemon, "2023-09", 412)
        whole = self.exported(daemon, "--plan", "beichen-2023")
        part = self.exported(daemon, "--from", "2023-09-30", "--to", "2023-09-30")
        first, last = (round(seconds(text) * 1000) for text in ("2023-09-30T00:00:00", "2023-10-01T00:00:00"))
        kept = {series: {at: value for at, value in points.items() if first <= at < last} for series, points in whole.items()}
        self.assertEqual(part, {series: points for series, points in kept.items() if points})
        self.assertEqual(list(part[series_of("planwatch_indicator_value_count", {"plan": "beichen-2023", "indicator": "samr_sampling_batches"})].values()), [412])
        for arguments, code, complaint in ((("--plan", "beichen-2032"), 2, "beichen-2023"), (("--from", "soon"), 2, "--from"),
                                           (("--from", "2023-10-01", "--to", "2023-09-30T23:00:00+08:00"), 2, "--to lies before --from"),
                                           (("--output", self.folder / "no" / "file"), 3, "cannot be written")):
            result = run("export", "openmetrics", "--data", daemon.data, *arguments, check=False)
            self.assertEqual(result.returncode, code, result.stderr)
            self.assertIn(complaint, result.stderr)

    # ---- pushed

    def test_victoria_metrics_has_the_year_though_it_and_the_daemon_were_killed(self):
        server = self.victoria_metrics().start()
        config = self.config(f'[history]\nurl = "{server.url}/api/v1/import/prometheus"\nretry_first = 1\nretry_longest = 1\n')
        daemon = self.daemon()

        def after(month):
            if month in (7, 10):
                self.wait_for(lambda: self.metric(daemon, 'planwatch_history_samples_total{result="stored"}'), "the first samples")
            if month == 8:
                server.kill()
            if month == 9:
                self.wait_for(lambda: self.metric(daemon, "planwatch_history_failures_total"), "a failure")
                server.start()

        self.year(daemon, config, after)
        self.wait_until_taken(daemon)
        # It answers before what it was given is on its disk: killed at once, it has lost some of that, and is given it again.
        server.kill()
        server.start()
        self.submit(daemon, "2023-12", 500)
        wanted = self.exported(daemon)

        def taken():
            found = {}
            for line in server.get("/api/v1/export", **{"match[]": '{__name__!=""}', "start": 0}).splitlines():
                series = json.loads(line)
                self.assertEqual(len(set(series["timestamps"])), len(series["timestamps"]), series["metric"])
                found[series_of(series["metric"].pop("__name__"), series["metric"])] = dict(zip(series["timestamps"], map(float, series["values"])))
            return found

        def lacking():
            found = taken()
            return sum(not same(found.get(series, {}).get(at), value) for series, points in wanted.items() for at, value in points.items())

        self.wait_for(lambda: lacking() == 0, "all of it to be seen")
        self.assert_same(taken(), wanted)
        self.assertEqual(self.metric(daemon, 'planwatch_history_samples_total{result="refused"}'), 0)
        # The correction stands right behind what was said before.
        september = seconds("2023-09-30T23:59:59")
        self.assertEqual(server.value(f"last_over_time({SAMPLED}[1m])", september), sum(range(301, 310)) + 412 - 309)
        self.assertEqual(daemon.stop(), 0)

    def test_a_prometheus_takes_it_by_remote_write(self):
        server = self.prometheus(self.folder / "prometheus", "--web.enable-remote-write-receiver").start()
        config = self.config(f'[history]\nurl = "{server.url}/api/v1/write"\nkind = "remote-write"\nretry_first = 1\nretry_longest = 1\n')
        daemon = self.daemon()

        def after(month):
            if month == 9:
                self.wait_until_taken(daemon)
                server.kill()
            if month == 10:
                server.start()

        self.year(daemon, config, after)
        self.wait_until_taken(daemon)
        self.assertEqual(self.metric(daemon, 'planwatch_history_samples_total{result="refused"}'), 0)
        taken = {series_of(result["metric"].pop("__name__"), result["metric"]): {round(float(at) * 1000): float(value) for at, value in result["values"]}
                 for result in server.query('{__name__=~"planwatch_.+"}[2y]', seconds("2024-02-01T00:00:00"))}
        self.assert_same(taken, self.exported(daemon))
        self.assertEqual(server.value(SAMPLED, seconds("2023-09-30T23:59:59")), sum(range(301, 310)) + 412 - 309)

    def test_what_is_too_old_for_a_prometheus_is_refused_once_and_holds_up_no_other_plan(self):
        # One that scrapes, though nobody answers it, has a present; what lies its window before that is too old for it.
        server = self.prometheus(self.folder / "prometheus", "--web.enable-remote-write-receiver", window="400d",
                                 scrape="[{job_name: itself, scrape_interval: 1s, static_configs: [{targets: ['127.0.0.1:1']}]}]").start()
        self.wait_for(lambda: server.query("up", time.time()), "a first sample of its own")
        today = datetime.date.today()
        past, present = self.folder / "past.toml", self.folder / "present.toml"
        past.write_text(TWO_TOWNS, encoding="utf-8")
        present.write_text(TWO_TOWNS.replace("small-2023", "small").replace("issued = 2023-08-24", f"issued = {today.year}-01-01")
                           .replace("year = 2023", f"year = {today.year}"), encoding="utf-8")
        config = self.config(f'[history]\nurl = "{server.url}/api/v1/write"\nkind = "remote-write"\nretry_first = 1\nretry_longest = 1\n', (past, present))
        daemon = self.daemon("--config", config)
        daemon.start()
        status, answer = daemon.request("/api/v1/filings", {"plan": "small", "unit": "east", "duty": "report", "title": "年度报告"})
        self.assertEqual(status, 201, answer)
        self.wait_for(lambda: server.query('planwatch_slots{plan="small",state=~"on_time|late"} > 0', time.time()), "the filing of this year", seconds=60)
        # Its time is the real one, and runs on.
        self.wait_for(lambda: (lag := self.metric(daemon, "planwatch_history_lag_seconds")) is not None and lag < 60, "all of it to be taken or refused", seconds=60)
        refused = self.metric(daemon, 'planwatch_history_samples_total{result="refused"}')
        self.assertGreater(refused, 0)
        self.assertEqual(self.metric(daemon, "planwatch_history_failures_total"), 0)
        self.assertEqual(daemon.request("/api/v1/filings", {"plan": "small", "unit": "west", "duty": "report", "title": "年度报告"})[0], 201)
        self.wait_for(lambda: server.query('sum(planwatch_slots{plan="small",state=~"on_time|late"}) == 2', time.time()), "the next one", seconds=60)
        self.assertEqual(self.metric(daemon, 'planwatch_history_samples_total{result="refused"}'), refused)

    def test_a_receiver_that_is_gone_leaves_a_lag_also_after_a_restart(self):
        plan = self.folder / "plan.toml"
        plan.write_text(TWO_TOWNS, encoding="utf-8")
        config = self.config(f'[history]\nurl = "http://127.0.0.1:{free_port()}/write"\nretry_first = 1\nretry_longest = 1\n', (plan,))
        daemon = self.daemon()
        for clock in ("2023-10-09T10:00:00", "2023-10-10T10:00:00"):
            self.at(daemon, config, clock)
            self.wait_for(lambda: self.metric(daemon, "planwatch_history_failures_total"), "a failure")
            self.assertGreater(self.metric(daemon, "planwatch_history_lag_seconds"), 3600)
            daemon.kill()

    def test_a_receiver_that_refuses_is_asked_again_for_what_may_be_mended_and_never_sees_its_secret_logged(self):
        asked = []
        answers = iter([(401, "who are you, top-secret?"), (503, "later")])

        class Receiver(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                asked.append((dict(self.headers), body))
                code, text = next(answers, (400, "this sample I will not have") if len(asked) == 3 else (204, ""))
                self.send_response(code)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        self.addCleanup(receiver.server_close)
        self.addCleanup(receiver.shutdown)
        (self.folder / "secret").write_text("top-secret\n")
        config = self.config(f'[history]\nurl = "http://127.0.0.1:{receiver.server_port}/write?tenant=1"\nkind = "remote-write"\n'
                             'secret_file = "secret"\nretry_first = 1\n')
        daemon = self.daemon()
        self.at(daemon, config, "2023-10-09T10:00:00")
        self.submit(daemon, "2023-09", 412)
        self.wait_until_taken(daemon)
        self.assertGreaterEqual(len(asked), 5)  # refused twice for good reasons, then cut in halves, both of which are taken
        headers = asked[0][0]
        self.assertEqual([headers[name] for name in ("Authorization", "Content-Type", "Content-Encoding", "X-Prometheus-Remote-Write-Version")],
                         ["Bearer top-secret", "application/x-protobuf", "snappy", "0.1.0"])
        self.assertEqual(self.metric(daemon, "planwatch_history_failures_total"), 2)
        self.assertEqual(self.metric(daemon, 'planwatch_history_samples_total{result="refused"}'), 0)
        self.assertGreaterEqual(self.metric(daemon, 'planwatch_history_samples_total{result="stored"}'), sum(map(len, self.exported(daemon).values())))
        self.assertIn("401 who are you, *?", daemon.log())
        self.assertNotIn("top-secret", daemon.log())
        self.assertNotIn("tenant", daemon.log())
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main()

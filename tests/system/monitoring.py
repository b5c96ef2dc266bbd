"""Prometheus, its Alertmanager and VictoriaMetrics from Debian, each in a folder and on a free port of loopback, ended with its test."""
import json
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from harness import free_port


class Server:
    """A program that answers 200 at `ready` once it is up."""

    def __init__(self, folder, program, ready, arguments):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ready = ready
        self.command = [program, *(argument.format(port=self.port) for argument in arguments)]
        self.process = None

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(self.command, cwd=self.folder, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(self.url + self.ready, timeout=5).read()
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"{self.command[0]} did not become ready:\n" + (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:])

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def get(self, path, **parameters):
        """The answer, as JSON; what the server says is wrong is an error of the test."""
        url = f"{self.url}{path}?{urllib.parse.urlencode(parameters, doseq=True)}"
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{self.command[0]}: {error.code} for {url}\n{error.read().decode(errors='replace')}") from error

    def series(self, query, at=None):
        """What the query gives now: metric and value."""
        answer = self.get("/api/v1/query", query=query, **({} if at is None else {"time": at}))
        return [(each["metric"], float(each["value"][1])) for each in answer["data"]["result"]]

    def ranges(self, query, start, end, step):
        answer = self.get("/api/v1/query_range", query=query, start=start, end=end, step=step)
        return [(each["metric"], [(float(at), float(value)) for at, value in each["values"]]) for each in answer["data"]["result"]]


def scrape_configuration(target, path):
    """What README tells IT to write, but asking each second."""
    path.write_text(f"""
scrape_configs:
  - job_name: planwatch
    scrape_interval: 1s
    static_configs: [{{targets: ["{target}"]}}]
""", encoding="utf-8")
    return path


def alertmanager(folder):
    folder.mkdir(parents=True)
    (folder / "alertmanager.yml").write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n", encoding="utf-8")
    return Server(folder, "prometheus-alertmanager", "/-/ready", ["--config.file=alertmanager.yml", "--storage.path=data", "--cluster.listen-address=",
                                                                  "--web.listen-address=127.0.0.1:{port}"])


def prometheus(folder, configuration):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "prometheus.yml").write_text(configuration, encoding="utf-8")
    return Server(folder, "prometheus", "/-/ready", ["--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address=127.0.0.1:{port}",
                                                     "--storage.tsdb.retention.time=10y"])


def victoria_metrics(folder, *arguments):
    # It hides the newest half minute, lest a graph's end be half full; a test has no half minute to wait.
    return Server(folder, "victoria-metrics", "/health", ["-storageDataPath=data", "-httpListenAddr=127.0.0.1:{port}", "-retentionPeriod=10y",
                                                          "-search.latencyOffset=0s", *arguments])

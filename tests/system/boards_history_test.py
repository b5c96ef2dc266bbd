"""The boards on a year's history alone, exported to Prometheus and pushed to VictoriaMetrics: September's figure stands in
September, and every panel about plans has an answer though no server has ever scraped the daemon."""
import datetime
import pathlib
import re
import subprocess
import tempfile
import time
import unittest
import urllib.request

from board_viewer import ALL, Viewer, boards, variables
from example_figures import submissions
from harness import SOURCE, Daemon, run
from monitoring import prometheus, victoria_metrics

PLAN = "beichen-2023"
EXPORTED = datetime.datetime.fromisoformat("2023-10-20T09:00:00+08:00").timestamp()

# What a history does not tell, and why. Reviewed by hand; what is needed no more fails the test.
EMPTY = {
    "Next due": "a countdown is of now, and a history ends before it",
    "Next due in": "the same",
    "Calendar of what is due": "the same",
    "Target due in": "the same",
}


class History(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.victoria = victoria_metrics(cls.folder / "victoria", "-dedup.minScrapeInterval=1ms")
        cls.addClassCleanup(cls.victoria.stop)
        cls.victoria.start()

        plans = ", ".join(f'"{path}"' for path in sorted((SOURCE / "config" / "plans").glob("*.toml")))
        settings = cls.folder / "planwatch.toml"
        settings.write_text(f'plans = [{plans}]\n[history]\nurl = "{cls.victoria.url}/api/v1/import/prometheus"\n', encoding="utf-8")
        daemon = Daemon(cls.folder, "--config", settings, "--clock", "2023-07-19T08:00:00+08:00")
        cls.addClassCleanup(lambda: daemon.process and daemon.stop())
        daemon.start().stop()  # and it sleeps until October: what fell due meanwhile is told of with its own time
        daemon.arguments = ("--config", settings, "--clock", "2023-10-20T08:00:00+08:00")
        daemon.start()
        cls.plans = [plan["id"] for plan in daemon.request("/api/v1/plans")[1]["items"]]
        cls.handed_in = {plan: submissions(daemon.request(f"/api/v1/plans/{plan}")[1], 9) for plan in cls.plans}
        for figures in cls.handed_in.values():
            status, answer = daemon.request("/api/v1/submissions", figures)
            assert status == 201, answer
        cls.history = cls.folder / "history.txt"
        run("export", "openmetrics", "--data", daemon.data, "--output", cls.history)
        cls.wait_until_pushed(daemon)
        daemon.stop()

    @classmethod
    def wait_until_pushed(cls, daemon):
        """Until every series is there, and the figure that is looked at closely is as handed in; of a plan all or nothing is pushed at once."""
        series = {line.rsplit(" ", 2)[0] for line in cls.history.read_text(encoding="utf-8").splitlines() if not line.startswith("#")}
        deadline = time.monotonic() + 90
        while True:
            urllib.request.urlopen(cls.victoria.url + "/internal/force_flush", timeout=60).read()
            there = cls.victoria.series('count(last_over_time({__name__=~"planwatch_.+"}[3y]))', EXPORTED)
            if there == [({}, len(series))] and cls.course(cls.victoria) == cls.handed_in_course():
                return
            assert time.monotonic() < deadline, f"of {len(series)} series of history {there} are there\n" + daemon.log()[-2000:]
            time.sleep(0.2)

    @classmethod
    def handed_in_course(cls):
        """What was sampled from January to the end of each month, as it was handed in."""
        by_month = [sum(figure["values"].get("samr_sampling_batches", 0) for figure in cls.handed_in[PLAN] if figure["period"] == f"2023-{month:02d}")
                    for month in range(1, 9)]
        return [sum(by_month[:month]) for month in range(1, 9)]

    @staticmethod
    def course(server):
        """The same, as a server shows it at the first moment of the month after."""
        sampled = 'max(last_over_time(planwatch_indicator_value_count{plan="beichen-2023",indicator="samr_sampling_batches"}[32d]))'
        moments = [datetime.datetime.fromisoformat(f"2023-{month + 1:02d}-01T00:00:00+08:00").timestamp() for month in range(1, 9)]
        return [value for moment in moments for _, value in server.series(sampled, moment)]

    def prometheus(self):
        blocks = self.folder / "prometheus" / "data"
        blocks.mkdir(parents=True)
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "--quiet", "--max-block-duration=768h", "openmetrics", self.history, blocks], check=True,
                       capture_output=True, timeout=120)
        return prometheus(self.folder / "prometheus", "global: {}\n")

    def look(self, server):
        viewer = Viewer(server, end=EXPORTED, seconds=290 * 86400, steps=290)
        self.assertEqual(self.course(server), self.handed_in_course())
        answered = {}
        for name, board in boards().items():
            if name == "daemon":  # a history is of plans
                continue
            plans = [value for _, value in viewer.options(board, "plan", {})]
            self.assertEqual(set(plans), set(self.plans))
            for plan in [plans, PLAN] if variables(board)["plan"]["multi"] else [PLAN]:
                chosen = {"plan": plan, "unit": ALL, "indicator": "samr_sampling_batches"}
                self.assertTrue(viewer.options(board, "unit", chosen))
                for panel in board["panels"]:
                    title = panel["title"].split(" · ")[1]
                    answers = [bool(viewer.ask(target, chosen)) for target in panel["targets"]]
                    answered[name, title] = any(answers)
                    with self.subTest(f"{name}: {title}", plan=plan):
                        self.assertEqual(any(answers), title not in EMPTY)
        self.assertEqual({title for (_, title), answer in answered.items() if not answer}, set(EMPTY))

        # Who handed in last in October is still to be seen in December: a quarter is often silent.
        later = Viewer(server, end=EXPORTED + 46 * 86400)
        for board in (board for name, board in boards().items() if name != "daemon"):
            for panel in (panel for panel in board["panels"] if "Last figure" in panel["title"]):
                for target in panel["targets"]:
                    if "last_submission" in target["expr"] and "_info{" not in target["expr"]:  # names are of now
                        chosen = {"plan": PLAN, "unit": ALL, "indicator": "samr_sampling_batches"}
                        self.assertTrue(later.ask(target, chosen), panel["title"])

    def test_boards_on_what_is_exported_to_prometheus(self):
        server = self.prometheus()
        self.addCleanup(server.stop)
        self.look(server.start())

    def test_boards_on_what_is_pushed_to_victoria_metrics(self):
        self.look(self.victoria)


if __name__ == "__main__":
    unittest.main()

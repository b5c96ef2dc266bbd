"""Opens our boards as Grafana does, without drawing: finds the choices of their variables and asks a server what their panels ask."""
import re
import sys
import time

from harness import SOURCE

sys.path.insert(0, str(SOURCE / "tests" / "exporters" / "grafana"))
from boards import boards, filled, inside_query, variables  # noqa: E402,F401 (boards and variables are for the tests)

ALL = ".*"


class Viewer:
    """Looks at a server's data up to `end`, the present by default, over the `seconds` before it, in `steps` steps."""

    def __init__(self, server, end=None, seconds=60, steps=60):
        self.server = server
        self.end = end
        self.seconds = seconds
        self.step = seconds / steps

    def fill(self, text, chosen):
        return filled(text, chosen, interval=f"{max(60, round(self.step))}s", window=f"{self.seconds + 3600}s")

    def options(self, board, name, chosen):
        """The choices of a variable: (text, value)."""
        variable = variables(board)[name]
        query = self.fill(inside_query(variable), chosen)
        end = self.end or time.time()
        if variable["query"].startswith("label_values"):
            label = re.search(r", ?([a-z_]+)\)$", variable["query"])[1]
            return [(value, value) for value in self.server.get(f"/api/v1/label/{label}/values", **{"match[]": query, "start": end - 3600, "end": end})["data"]]
        rows = ["{" + ",".join(f'{key}="{value}"' for key, value in metric.items()) + "} 1" for metric, _ in self.server.series(query, end)]
        pattern = re.compile(variable["regex"].strip("/").replace("(?<", "(?P<"))
        return [(found["text"] or found["value"], found["value"]) for found in map(pattern.search, rows) if found]

    def ask(self, target, chosen):
        """The series of a panel's query; of an instant one with one value each."""
        query = self.fill(target["expr"], chosen)
        end = self.end or time.time()
        if target["instant"]:
            return self.server.series(query, end)
        return self.server.ranges(query, end - self.seconds, end, self.step)

"""What the tests of the boards share: reading them, and filling in Grafana's variables as Grafana does."""
import json
import pathlib
import re

GRAFANA = pathlib.Path(__file__).resolve().parents[3] / "exporters" / "grafana"


def boards():
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((GRAFANA / "boards").glob("*.json"))}


def variables(board):
    return {variable["name"]: variable for variable in board["templating"]["list"]}


def filled(text, values, interval="1m", window="1h"):
    """A query with its variables filled in. `values`: of each variable one value or several; several become a group, as for a regex."""
    for name, of_grafana in {"__rate_interval": "5m", "__interval": interval, "__range": window}.items():
        text = text.replace(f"${name}", of_grafana)
    for name, value in values.items():
        regex = value if isinstance(value, str) else "(" + "|".join(re.escape(item) for item in value) + ")"
        text = text.replace(f"${name}", regex.replace("\\", "\\\\"))
    return text


def inside_query(variable):
    """The PromQL of label_values(promql, label) or query_result(promql)."""
    found = re.fullmatch(r"label_values\((.+), ?[a-z_]+\)|query_result\((.+)\)", variable["query"])
    return found and (found[1] or found[2])

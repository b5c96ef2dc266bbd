"""Every board against the types of current Grafana: @grafana/schema and TypeScript, installed by npm into the build folder."""
import json
import os
import pathlib
import shutil
import subprocess
import unittest

HERE = pathlib.Path(__file__).resolve().parent
BOARDS = HERE.parents[2] / "exporters" / "grafana" / "boards"
FOLDER = pathlib.Path(os.environ["PLANWATCH_NPM"])


def install():
    """Once for each set of versions; asks nothing of the network when they are there."""
    wanted = (HERE / "package.json").read_bytes()
    there = FOLDER / "installed.json"
    if not there.exists() or there.read_bytes() != wanted:
        FOLDER.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "package.json", FOLDER)
        subprocess.run(["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], cwd=FOLDER, check=True,
                       timeout=300)
        there.write_bytes(wanted)
    shutil.copy(HERE / "board.ts", FOLDER)


def complaints(boards):
    """What the compiler says of them. A literal in a source is checked more strictly than imported JSON: for keys that no type has, too."""
    sources = []
    for name, board in boards.items():
        source = FOLDER / f"{name}.board.ts"
        source.write_text(f"import type {{ Board }} from './board';\nexport const board: Board = {json.dumps(board, ensure_ascii=False, indent=1)};\n",
                          encoding="utf-8")
        sources.append(source.name)
    checked = subprocess.run([FOLDER / "node_modules" / ".bin" / "tsc", "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext",
                              "--moduleResolution", "bundler", "--pretty", "false", *sources], cwd=FOLDER, capture_output=True, text=True, timeout=300, check=False)
    return checked.stdout + checked.stderr


class Schema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        install()
        cls.boards = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(BOARDS.glob("*.json"))}

    def test_every_board_is_what_grafana_expects(self):
        self.assertEqual(len(self.boards), 5)
        self.assertEqual(complaints(self.boards), "")

    def test_the_check_finds_what_is_wrong(self):
        def panel(board, kind):
            return next(panel for panel in board["panels"] if panel["type"] == kind)

        faults = {
            "a_mode_that_no_stat_has": lambda board: panel(board, "stat")["options"].update(colorMode="loud"),
            "an_option_of_another_panel": lambda board: panel(board, "stat")["options"].update(cellHeight="sm"),
            "an_option_left_out": lambda board: panel(board, "timeseries")["options"].pop("tooltip"),
            "a_kind_of_panel_unknown": lambda board: panel(board, "table").update(type="tabel"),
            "a_field_setting_misspelt": lambda board: panel(board, "timeseries")["fieldConfig"]["defaults"]["custom"].update(lineWith=2),
            "a_threshold_without_colour": lambda board: panel(board, "stat")["fieldConfig"]["defaults"]["thresholds"]["steps"][0].pop("color"),
            "a_query_without_expression": lambda board: panel(board, "table")["targets"][0].pop("expr"),
            "a_variable_of_no_type": lambda board: board["templating"]["list"][1].update(type="question"),
            "a_refresh_as_text": lambda board: board["templating"]["list"][1].update(refresh="2"),
            "a_number_as_text": lambda board: panel(board, "table")["gridPos"].update(w="12"),
            "an_override_of_the_wrong_type": lambda board: panel(board, "table")["fieldConfig"]["overrides"][0]["properties"][0].update(value=7),
        }
        sound = self.boards["plan"]
        sound = sound | {"panels": [panel(sound, kind) for kind in ("stat", "table", "timeseries")]}
        broken = {}
        for name, fault in faults.items():
            broken[name] = json.loads(json.dumps(sound))
            fault(broken[name])
        said = complaints(broken)
        for name in faults:
            with self.subTest(name):
                self.assertIn(f"{name}.board.ts", said)


if __name__ == "__main__":
    unittest.main()

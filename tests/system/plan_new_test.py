"""planwatch plan new with flags and on a terminal, and the worked example of config/README.md as a person would follow it."""
import os
import pathlib
import pty
import re
import select
import shlex
import signal
import subprocess
import tempfile
import time
import unittest

PLANWATCH = os.environ["PLANWATCH"]
SOURCE = pathlib.Path(os.environ["PLANWATCH_SOURCE"])
NAME = "东山区2026年食品安全工作计划"
ESSENTIAL = ("--name", NAME, "--issued", "2026-03-01")


class Scratch(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_in_folder(self, *arguments):
        return subprocess.run([PLANWATCH, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False, cwd=self.folder,
                              stdin=subprocess.DEVNULL)

    def succeed(self, *arguments):
        done = self.run_in_folder(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
        return done.stdout


class FromFlags(Scratch):
    def test_a_plan_is_written_that_passes_check_and_says_what_is_next(self):
        said = self.succeed("plan", "new", "--id", "dongshan-2026", *ESSENTIAL, "--unit", "edu=区教育局", "--unit", "dayang:town=大阳镇", "--population", "420000",
                            "--report", "yearly:11-20", "--report", "monthly:15", "--indicator", "batches:count:5225 批次=监督抽检批次@三（十二）", "--examples")
        self.assertTrue(said.startswith("wrote dongshan-2026.toml\n"), said)
        self.assertTrue(said.endswith("then: planwatch check dongshan-2026.toml\n"), said)
        lines = (self.folder / "dongshan-2026.toml").read_text(encoding="utf-8").splitlines()
        guesses = [number for number, line in enumerate(lines, 1) if line.startswith("assumed = ")]
        self.assertEqual([int(number) for number in re.findall(r"^  dongshan-2026\.toml:(\d+): ", said, re.M)], guesses)
        summary = self.succeed("check", "dongshan-2026.toml", "--at", "2026-03-01")
        self.assertIn(f"{NAME} (dongshan-2026), issued 2026-03-01\n  2 units, 5 clauses, 3 indicators, 2 duties", summary)
        self.assertNotIn("warnings", summary)
        self.assertIn("dayang", self.succeed("schedule", "dongshan-2026.toml"))

    def test_a_file_gives_its_name_to_the_plan(self):
        self.succeed("plan", "new", "xishan-2026.toml", *ESSENTIAL, "--no-questions")
        self.assertIn("(xishan-2026)", self.succeed("check", "xishan-2026.toml"))

    def test_a_file_behind_a_repeated_flag_is_the_file(self):
        self.succeed("plan", "new", *ESSENTIAL, "--unit", "edu=区教育局", "xishan-2026.toml")
        self.assertIn('name = "区教育局"', (self.folder / "xishan-2026.toml").read_text(encoding="utf-8"))

    def test_a_dash_is_the_standard_output_alone(self):
        text = self.succeed("plan", "new", "-", "--id", "dongshan-2026", *ESSENTIAL)
        self.assertIn('id = "dongshan-2026"', text)
        self.assertNotIn("wrote", text)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_file_that_is_there_is_never_written_over(self):
        file = self.folder / "dongshan-2026.toml"
        file.write_text("mine\n", encoding="utf-8")
        for arguments in (("dongshan-2026.toml",), ("--id", "dongshan-2026")):
            done = self.run_in_folder("plan", "new", *arguments, *ESSENTIAL)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertEqual(done.stderr, "dongshan-2026.toml: exists already; name another file, or remove this one first\n")
        self.assertEqual(file.read_text(encoding="utf-8"), "mine\n")
        self.assertEqual(list(self.folder.iterdir()), [file], "nothing half-written stays")

    def test_a_folder_that_is_not_there_is_the_environments_fault(self):
        done = self.run_in_folder("plan", "new", "nowhere/dongshan-2026.toml", *ESSENTIAL)
        self.assertEqual(done.returncode, 3)
        self.assertIn("cannot write nowhere/dongshan-2026.toml", done.stderr)

    def test_without_a_terminal_what_is_missing_is_named(self):
        done = self.run_in_folder("plan", "new", "--issued", "2026-03-01")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("a plan needs also --id ID, --name TEXT (", done.stderr)
        self.assertNotIn("--issued", done.stderr)

    def test_every_wrong_flag_is_told_at_once(self):
        done = self.run_in_folder("plan", "new", "--id", "A", "--name", "一\n二", "--issued", "soon", "--unit", "samr", "--report", "yerly")
        self.assertEqual(done.returncode, 2)
        for flag, problem in (("id", "'A' is no id"), ("name", "U+000A"), ("issued", "'soon' is no date"), ("unit", "ID[:KIND]=NAME"), ("report", "'yearly'?")):
            self.assertRegex(done.stderr, rf"(?m)--{flag}: .*{re.escape(problem)}")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_hostile_names_are_escaped(self):
        for name in ('"', '"""', "'''", "反\\斜\\u0041", "]][[unit]]", "#", "食" * 200, "{}%s"):
            text = self.succeed("plan", "new", "-", "--id", "p", "--name", name, "--issued", "2026-03-01", "--unit", f"u={name}", "--clause", f"一={name}",
                                "--indicator", f"a:ratio={name}", "--report", f"yearly:11-01={name}")
            file = self.folder / "p.toml"
            file.write_text(text, encoding="utf-8")
            self.assertIn(name, self.succeed("plan", "show", "p.toml"))


class Conversation:
    """The program on a pseudo-terminal, as a person has it."""

    def __init__(self, folder, *arguments):
        self.said = ""
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execv(PLANWATCH, [PLANWATCH, "plan", "new", *arguments])

    def wait_for(self, prompt, seconds=30):
        """What was said up to `prompt`."""
        deadline = time.monotonic() + seconds
        while prompt not in self.said:
            if time.monotonic() > deadline or not self.read():
                raise AssertionError(f"waited in vain for {prompt!r} in {self.said!r}")
        before, self.said = self.said.split(prompt, 1)
        return before

    def read(self):
        try:
            ready, _, _ = select.select([self.terminal], [], [], 1)
            if ready:
                self.said += os.read(self.terminal, 1 << 16).decode(errors="replace").replace("\r\n", "\n")
            return True
        except OSError:  # the program has ended
            return False

    def answer(self, prompt, text):
        before = self.wait_for(prompt)
        os.write(self.terminal, text.encode() + b"\n")
        return before

    def end(self):
        """The exit code, and what was said last."""
        while self.read():
            pass
        _, status = os.waitpid(self.process, 0)
        os.close(self.terminal)
        self.process = None
        return os.waitstatus_to_exitcode(status), self.said

    def abandon(self):
        if self.process is not None:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
            os.close(self.terminal)


class OnATerminal(Scratch):
    def converse(self, *arguments):
        talk = Conversation(self.folder, *arguments)
        self.addCleanup(talk.abandon)
        return talk

    def test_what_flags_leave_out_is_asked_in_order_with_defaults_and_examples(self):
        talk = self.converse("--zone", "Asia/Shanghai")
        self.assertIn("such as dongshan-2026", talk.answer("\nid: ", "dongshan-2026"))
        talk.answer("\nname: ", NAME)
        talk.answer("\nissued: ", "2026-03-01")
        talk.answer("\nyear [2026]: ", "")
        talk.answer("\npopulation [none]: ", "")
        self.assertIn("one a line, an empty line goes on", talk.answer("\nunit [the office alone, fso=食安办]: ", "edu=区教育局"))
        talk.answer("\nunit: ", "dayang:town=大阳镇")
        talk.answer("\nunit: ", "")
        talk.answer("\nclause [none]: ", "")
        talk.answer("\nreport [none]: ", "quarterly=工作进展@八（三十二）")
        talk.answer("\nreport: ", "")
        talk.answer("\nindicator [none]: ", "")
        talk.answer("\nexamples [n]: ", "y")
        code, said = talk.end()
        self.assertEqual(code, 0, said)
        self.assertIn("wrote dongshan-2026.toml", said)
        self.assertIn("2 units, 3 clauses, 2 indicators, 1 duties", self.succeed("check", "dongshan-2026.toml"))

    def test_a_wrong_answer_is_told_and_asked_again(self):
        talk = self.converse("xishan-2026.toml", "--name", NAME)
        talk.answer("\nissued: ", "1 March")
        self.assertIn("'1 March' is no date; expected YYYY-MM-DD", talk.answer("\nissued: ", ""))
        self.assertIn("is no date", talk.answer("\nissued: ", "2026-03-01"))
        talk.answer("\nyear [2026]: ", "2031")
        self.assertIn("expected a day within a year of 2031", talk.answer("\nyear [2026]: ", ""))
        talk.answer("\nzone [Asia/Shanghai]: ", "")
        talk.answer("\npopulation [none]: ", "")
        talk.answer("食安办]: ", "edu:twon=区教育局")
        self.assertIn("did you mean 'town'?", talk.answer("食安办]: ", "edu=区教育局"))
        talk.answer("\nunit: ", "edu=区教育局")
        self.assertIn("the unit 'edu' stands twice", talk.answer("\nunit: ", ""))
        for prompt in ("clause [none]", "report [none]", "indicator [none]", "examples [n]"):
            talk.answer(f"\n{prompt}: ", "")
        code, said = talk.end()
        self.assertEqual(code, 0, said)
        self.assertIn("(xishan-2026), issued 2026-03-01\n  1 units", self.succeed("check", "xishan-2026.toml"))

    def test_an_end_of_the_answers_writes_nothing(self):
        talk = self.converse("xishan-2026.toml", *ESSENTIAL)
        talk.wait_for("year [2026]: ")
        os.write(talk.terminal, b"\x04")
        code, said = talk.end()
        self.assertEqual(code, 2)
        self.assertIn("no plan was written", said)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_no_questions_are_asked_where_none_are_wanted(self):
        code, said = self.converse("xishan-2026.toml", "--no-questions", *ESSENTIAL).end()
        self.assertEqual(code, 0, said)
        self.assertTrue(said.startswith("wrote xishan-2026.toml"), said)

    def test_a_file_that_is_there_is_refused_before_anything_is_asked(self):
        (self.folder / "xishan-2026.toml").write_text("mine\n", encoding="utf-8")
        code, said = self.converse("xishan-2026.toml").end()
        self.assertEqual(code, 1)
        self.assertNotIn("name:", said)


class WorkedExample(Scratch):
    """From a sentence to an alert: the section's files are written and its commands run; each must say what is printed there."""

    def setUp(self):
        super().setUp()
        text = (SOURCE / "config" / "README.md").read_text(encoding="utf-8")
        self.section = text.split("## From a sentence to an alert\n", 1)[1].split("\n## ", 1)[0]
        self.blocks = re.findall(r"```(\w*)\n(.*?)```", self.section, re.S)

    def write(self, kind, text):
        """A file of the example, where its text says that it stands."""
        if kind == "json":
            name = "handed-in.ndjson"
        elif kind == "":
            name = "plans/dongshan-2026.rules"
        else:
            name = "plans/dongshan-2026.toml" if text.startswith("[plan]") else "overlays/dongshan-2026.toml"
        file = self.folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def test_every_command_says_what_is_printed(self):
        (self.folder / "plans").mkdir()
        for kind, text in self.blocks:
            if kind != "console":
                self.write(kind, text)
                continue
            command, printed = text.replace("\\\n", " ").split("\n", 1)
            self.assertTrue(command.startswith("$ planwatch "), command)
            said = self.succeed(*shlex.split(command)[2:])
            self.assert_is_part(printed.splitlines(), said.splitlines())
        self.assertEqual([kind for kind, _ in self.blocks], ["console", "toml", "console", "toml", "", "console", "json", "console"])

    def assert_is_part(self, printed, said):
        """All that was said is printed in the section; there, … stands for any lines."""
        pattern = "".join("(?:.*\n)*" if line == "…" else re.escape(line.rstrip()) + " *\n" for line in printed)
        text = "".join(line + "\n" for line in said)
        self.assertIsNotNone(re.fullmatch(pattern, text), "printed:\n" + "\n".join(printed) + "\nsaid:\n" + text)

    def test_the_overlay_decides_the_day_alone(self):
        for kind, text in self.blocks:
            if kind == "toml":
                self.write(kind, text)
        said = self.succeed("check", "plans/dongshan-2026.toml", "--at", "2026-03-02")
        self.assertIn("duty quarterly_progress: due\n          period_end + 10d -> period_end + 5wd", said)
        assumptions = said.split("  assumptions (1)\n")[1]
        self.assertIn("indicator 'kitchen_coverage'", assumptions)


if __name__ == "__main__":
    unittest.main()

"""Shell completion, asked of the shells themselves; the manual pages against `--help`."""
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from harness import SOURCE, run

MANUALS = SOURCE / "config" / "deploy" / "man"


def commands(path=()):
    """Every command as a tuple of words with its help; a command with subcommands is not asked for what they have."""
    text = run(*path, "--help").stdout
    below = text.split("Subcommands:")[1] if "Subcommands:" in text else ""
    names = re.findall(r"^  ([a-z][a-z-]*)", below, re.M)
    yield path, text
    for name in names:
        yield from commands((*path, name))


class Bash(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.script = run("completion", "bash").stdout

    def complete(self, *words, where=None):
        """What bash offers for the last word."""
        line = f'COMP_WORDS=({" ".join(repr(word) for word in ("planwatch", *words))}); COMP_CWORD={len(words)}; _planwatch; printf "%s\\n" "${{COMPREPLY[@]}}"'
        done = subprocess.run(["bash", "--norc", "-c", f"compopt() {{ :; }}\n{self.script}\n{line}"], capture_output=True, text=True, check=True, cwd=where)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_every_command_and_every_option_is_offered(self):
        for path, text in commands():
            offered = self.complete(*path, "")
            for name in re.findall(r"^  ([a-z][a-z-]*)", text.split("Subcommands:")[1] if "Subcommands:" in text else "", re.M):
                self.assertIn(name, offered)
            options = re.findall(r"^  (?:-\w,)?(--[a-z-]+)", text, re.M)
            self.assertTrue(options, path)
            self.assertEqual(set(options) - set(self.complete(*path, "-")), set(), path)

    def test_values_are_offered_where_they_are_known(self):
        self.assertEqual(self.complete("token", "create", "--role", ""), ["admin", "read", "submit"])
        self.assertEqual(self.complete("check", "--format", "j"), ["json"])
        self.assertEqual(self.complete("schedule", "--unit", ""), [])
        self.assertEqual(self.complete("tok"), ["token"])
        self.assertIn("planwatch.toml", self.complete("serve", "--config", "plan", where=SOURCE / "config"))
        self.assertIn("planwatch.toml", self.complete("check", "plan", where=SOURCE / "config"))


@unittest.skipUnless(shutil.which("fish"), "needs Debian's fish")
class Fish(unittest.TestCase):
    def test_commands_options_and_values_are_offered(self):
        script = run("completion", "fish").stdout

        def complete(line):
            done = subprocess.run(["fish", "--no-config", "-c", f"{script}\ncomplete -C {line!r}"], capture_output=True, text=True, check=True)
            self.assertEqual(done.stderr, "")
            return [each.split("\t")[0] for each in done.stdout.splitlines()]
        self.assertIn("serve", complete("planwatch s"))
        self.assertEqual(complete("planwatch token create --role "), ["admin", "read", "submit"])
        self.assertIn("--ca-file", complete("planwatch status --c"))
        self.assertNotIn("--role", complete("planwatch status --"))


class Manuals(unittest.TestCase):
    def test_every_page_is_free_of_faults(self):
        pages = sorted(MANUALS.glob("*.[15]"))
        self.assertEqual([page.name for page in pages], ["planwatch-plan.5", "planwatch.1", "planwatch.toml.5"])
        for page in pages:
            linted = subprocess.run(["mandoc", "-Tlint", "-W", "style", page], capture_output=True, text=True, check=False)
            faults = [line for line in linted.stdout.splitlines() if not re.search("referenced manual not found|longer than 80 bytes", line)]
            self.assertEqual(faults, [], page.name)
            shown = subprocess.run(["man", "--warnings", "-l", page], capture_output=True, text=True, check=False,
                                   env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANROFFSEQ": ""})
            self.assertEqual((shown.returncode, shown.stderr), (0, ""), page.name)

    def test_the_commands_page_has_every_command_and_every_option_and_no_other(self):
        documented = {}
        for section in (MANUALS / "planwatch.1").read_text(encoding="utf-8").split("\n.Ss ")[1:]:
            name = section.split("\n", 1)[0].strip('"').split()
            body = section.split("\n.Sh ")[0]
            documented[tuple(name)] = set(re.findall(r"^\.It Fl -([a-z-]+)", body, re.M))
        known = {}
        for path, text in commands():
            if path and "Subcommands:" not in text:
                known[path] = set(re.findall(r"^  (?:-\w,)?--([a-z-]+)", text, re.M)) - {"help"}  # --help is told of once
        self.assertEqual(documented, known)

    def test_the_pages_of_the_files_have_every_key_of_the_readme_and_no_other(self):
        readme = (SOURCE / "config" / "README.md").read_text(encoding="utf-8")
        for page, chapter in (("planwatch.toml.5", "\n## Settings:"), ("planwatch-plan.5", "\n## A plan:")):
            block = re.search(r"```toml\n(.*?)```", readme[readme.index(chapter):], re.S)[1]
            known, section = {"": set()}, ""
            for line in block.splitlines():
                if header := re.match(r"(\[+[\w.]+\]+)", line):
                    section = header[1]
                    known[section] = set()
                elif key := re.match(r"(\w+) = ", line):
                    known[section].add(key[1])
            text = (MANUALS / page).read_text(encoding="utf-8").split("\n.Sh DESCRIPTION")[1]
            documented = {}
            for part in ("\n.Ss \n" + text).split("\n.Ss ")[1:]:
                name = part.split("\n", 1)[0].removesuffix("\\&")
                keys = set(re.findall(r"^\.It Ic (\w+)", part, re.M))
                if keys:
                    documented[name] = keys
            self.assertEqual(documented, {section: keys for section, keys in known.items() if keys}, page)


if __name__ == "__main__":
    unittest.main()

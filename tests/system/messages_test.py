"""Templates of messages that an office wrote itself: `check`, the start and a reload refuse those that would not do."""
import os
import signal
import unittest

from harness import BEICHEN, DaemonTest, run

SUBJECT = "[北辰] {{SUBJECT}}\n"


class OwnTemplates(DaemonTest):
    def setUp(self):
        super().setUp()
        self.settings = self.folder / "planwatch.toml"
        self.settings.write_text(f'plans = ["{BEICHEN}"]\n[notices]\ntemplates = "own"\n', encoding="utf-8")
        (self.folder / "own").mkdir()
        self.put("subject.tpl", SUBJECT)

    def put(self, name, text):
        (self.folder / "own" / name).write_text(text, encoding="utf-8")

    def test_check_tells_every_problem_with_its_place(self):
        self.assertEqual(run("check", "--config", self.settings, check=False).returncode, 0)
        self.put("subject.tpl", "{{SUBJET}}\n")
        self.put("html.tpl", "<html>\n{{#PART}}{{#ITEM}}{{HEADLINE}}{{#LINKS}}{{#LINK}}\n<a href={{URL}}>x</a>{{/LINK}}{{/LINKS}}{{/ITEM}}{{/PART}}\n")
        self.put("letter.tpl", "")
        done = run("check", "--config", self.settings, check=False)
        self.assertEqual(done.returncode, 1)
        said = done.stdout + done.stderr
        self.assertIn(f"{self.folder}/own/subject.tpl:1:1: no value SUBJET is known here; did you mean 'SUBJECT'?", said)
        self.assertIn(f"{self.folder}/own/html.tpl:3: Auto-Escape: Value of URL attribute \"href\" must be enclosed in quotes.", said)
        self.assertIn(f"{self.folder}/own/letter.tpl: no template has this name", said)

    def test_a_folder_that_is_not_there_is_told(self):
        self.settings.write_text(f'plans = ["{BEICHEN}"]\n[notices]\ntemplates = "gone"\n', encoding="utf-8")
        done = run("check", "--config", self.settings, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"{self.folder}/gone", done.stderr)

    def test_the_daemon_starts_with_none_that_is_broken_and_keeps_the_old_ones_at_a_reload(self):
        daemon = self.daemon("--config", self.settings)
        daemon.start()
        self.put("text.tpl", "{{SUMMARY}}\n")
        os.kill(daemon.process.pid, signal.SIGHUP)
        self.wait_for(lambda: "reload refused" in daemon.log(), "the refusal")
        self.assertIn("text.tpl: an example message comes out without its headline", daemon.log())
        self.assertIsNone(daemon.process.poll())
        daemon.stop()
        with self.assertRaisesRegex(AssertionError, "comes out without its headline"):
            daemon.start()
        self.assertEqual(daemon.process.wait(timeout=30), 1)


if __name__ == "__main__":
    unittest.main()

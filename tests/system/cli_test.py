"""The command line of the real binary: exit codes, and what `schedule` and `simulate` say of the two real plans."""
import datetime
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

PLANWATCH = os.environ["PLANWATCH"]
SOURCE = pathlib.Path(os.environ["PLANWATCH_SOURCE"])
PLANS = SOURCE / "config" / "plans"
BEICHEN = str(PLANS / "beichen-2023.toml")
JINCHENG = str(PLANS / "jincheng-chengqu-2023.toml")
DUE = "2023-11-02T00:00:00+08:00"


def run(*arguments, **options):
    return subprocess.run([PLANWATCH, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False, **options)


class Scratch(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def succeed(self, *arguments):
        done = run(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout


class ExitCodes(Scratch):
    def test_help_and_version_are_fine(self):
        for arguments in (["--help"], ["--version"], ["check", "--help"], ["plan", "show", "--help"], ["token", "create", "--help"]):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
            self.assertTrue(done.stdout)

    def test_every_command_has_help_with_an_example_or_options(self):
        listed = run("--help").stdout.split("Subcommands:")[1]
        for command in [line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "]:
            done = run(command, "--help")
            self.assertEqual(done.returncode, 0, command)
            self.assertIn("Usage:", done.stdout)

    def test_wrong_use_is_2(self):
        for arguments in (
            [],
            ["no-such-command"],
            ["check"],
            ["check", "no-such-plan"],
            ["plan", "show", BEICHEN, "--format", "xml"],
            ["schedule", BEICHEN, "--from", "yesterday"],
            ["schedule", BEICHEN, "--unit", "nobody"],
            ["simulate", BEICHEN, "--from", "2023-11-01"],
            ["simulate", BEICHEN, "--from", "2023-11-02", "--to", "2023-10-01"],
            ["schedule", BEICHEN, "--from", "2023-11-02", "--to", "2023-11-01"],
            ["alerts", "--data", self.folder, "--history", "--from", "2023-11-02", "--to", "2023-10-01"],
            ["token", "no-such-command"],
            ["serve", "--data", self.folder, "--plan", BEICHEN, "--clock", "2023-10-20", "--speed", "0"],
            ["token", "create", "--data", self.folder, "--role", "king"],
            ["token", "create", "--data", self.folder, "--role", "read", "--unit", "agri"],
            ["token", "create", "--data", self.folder, "--role", "submit"],
            ["token", "create", "--data", self.folder, "--role", "submit", "--plan", BEICHEN],
            ["token", "create", "--data", self.folder, "--role", "submit", "--plan", BEICHEN, "--unit", "agri", "--all-units"],
            ["token", "create", "--data", self.folder, "--role", "admin", "--all-units"],
            ["token", "create", "--data", self.folder, "--role", "admin", "--expires", "soon"],
            ["token", "create", "--data", self.folder, "--role", "admin", "--expires", "0d"],
            ["token", "create", "--data", self.folder, "--role", "admin", "--expires", "99999999999d"],
            ["token", "create", "--data", self.folder, "--role", "admin", "--expires", "2020-01-01"],
            ["serve", "--data", self.folder],
        ):
            done = run(*arguments)
            self.assertEqual(done.returncode, 2, (arguments, done.stderr))
            self.assertTrue(done.stderr, arguments)

    def test_an_unknown_command_is_named_with_the_nearest(self):
        self.assertEqual(run("alert").stderr, "planwatch: there is no command 'planwatch alert'; did you mean 'alerts'?\nRun planwatch --help for more information.\n")
        self.assertEqual(run("nope").stderr, "planwatch: there is no command 'planwatch nope'\nRun planwatch --help for more information.\n")
        self.assertIn("'planwatch token crate'; did you mean 'create'?\nRun planwatch token --help", run("token", "crate").stderr)
        self.assertEqual(run("nope", "--help").returncode, 2)

    def test_a_speed_that_is_none_is_told_briefly(self):
        for speed in ("-1", "0", "inf", "nan", "1e999", "fast", "1x"):
            done = run("serve", "--data", self.folder, "--plan", BEICHEN, "--clock", "2023-10-20", f"--speed={speed}")
            self.assertEqual(done.returncode, 2, speed)
            self.assertIn(f"'{speed}' is no speed; expected a number above 0", done.stderr)
            self.assertLess(len(done.stderr), 200)

    def test_a_file_where_the_data_folder_should_be_is_told(self):
        file = self.write("notes.txt", "mine")
        for command in (["serve", "--plan", BEICHEN], ["token", "create", "--role", "admin"]):
            done = run(*command, "--data", file)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn(f"the data folder {file} is a file; name a folder with --data", done.stderr)
            done = run(*command, "--data", file / "below")
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn(f"the data folder {file / 'below'} cannot be made: Not a directory", done.stderr)
        self.assertEqual(file.read_text(), "mine")

    def test_an_unknown_id_names_the_nearest(self):
        settings = self.write("planwatch.toml", f'plans = ["{BEICHEN}"]\n')
        done = run("plan", "show", "beichen-2032", "--config", settings)
        self.assertEqual(done.returncode, 2)
        self.assertIn("did you mean 'beichen-2023'", done.stderr)

    def test_faulty_input_is_1_and_every_problem_has_its_place(self):
        broken = pathlib.Path(BEICHEN).read_text(encoding="utf-8").replace('cadence = "yearly"', 'cadence = "yerly"').replace(
            'year = 2023', 'year = 2023\nyaer = 2023')
        done = run("check", self.write("broken.toml", broken))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"broken\.toml:\d+:\d+: .*yerly")
        self.assertRegex(done.stderr, r"broken\.toml:\d+:\d+: .*yaer")

    def test_broken_settings_are_1(self):
        done = run("check", "--config", self.write("planwatch.toml", "plans = 3\ncolour = 1\n"))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"planwatch\.toml:1:\d+: ")
        self.assertRegex(done.stderr, r"planwatch\.toml:2:\d+: ")

    def test_problems_of_settings_stand_beside_those_of_plans(self):
        plan = self.write("broken.toml", "[plan]\nid = 3\n")
        settings = self.write("planwatch.toml", f'plans = ["{plan}"]\ncolour = 1\n[http]\nmax_body = "large"\n')
        for command in (("check",), ("serve", "--data", self.folder / "data")):
            done = run(*command, "--config", settings)
            self.assertEqual(done.returncode, 1, done.stderr)
            for place in (r"planwatch\.toml:2:\d+: ", r"planwatch\.toml:4:\d+: ", r"broken\.toml:2:\d+: "):
                self.assertRegex(done.stderr, place)
        self.assertFalse((self.folder / "data").exists())

    def test_a_failing_environment_is_3(self):
        figures = self.write("figures.json", '{"plan":"p","unit":"u","period":"2023-09","values":{"a":1}}')
        for arguments in (
            ["submit", figures, "--server", "http://127.0.0.1:1"],
            ["status", "--server", "http://127.0.0.1:1"],
            ["verify", "--data", self.folder],
            ["alerts", "--data", self.folder],
        ):
            done = run(*arguments)
            self.assertEqual(done.returncode, 3, (arguments, done.stderr))
            self.assertTrue(done.stderr.startswith("planwatch: "), done.stderr)

    def test_output_that_cannot_be_written_is_3(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([PLANWATCH, "plan", "show", BEICHEN], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 3, done.stderr)


class Check(Scratch):
    def test_sums_up_a_sound_plan_and_lists_what_it_assumes(self):
        text = self.succeed("check", BEICHEN)
        self.assertRegex(text, r"\d+ units, \d+ clauses, \d+ indicators, \d+ duties, \d+ slots")
        self.assertRegex(text, r"assumptions \(\d+\)\n +\S*beichen-2023\.toml:\d+:\d+: ")

    def test_json_holds_the_same(self):
        report = json.loads(self.succeed("check", BEICHEN, JINCHENG, "--format", "json"))
        self.assertEqual([plan["id"] for plan in report["plans"]], ["beichen-2023", "jincheng-chengqu-2023"])
        self.assertEqual(report["problems"], [])
        self.assertTrue(all(plan["slots"] > 0 for plan in report["plans"]))
        self.assertIn("assumption", {finding["level"] for finding in report["plans"][0]["findings"]})


    def test_proves_that_every_step_reaches_somebody_and_names_the_first_that_does_not(self):
        units = [unit["id"] for unit in json.loads(self.succeed("plan", "show", BEICHEN, "--format", "json"))["units"]]

        def settings(reported, route="beichen-2023"):
            return self.write("planwatch.toml", f'''plans = ["{BEICHEN}"]
[[contact]]
id = "office"
name = "示例值班"
audiences = ["office"]
mail = "office@example.org"
[[contact]]
id = "clerk"
name = "示例联络员"
units = {json.dumps(reported)}
audiences = ["reporter", "unit_head"]
mail = "clerk@example.org"
deputy = "office"
absent = [ {{ from = 2023-01-01, to = 2024-12-31 }} ]
[[route]]
plans = ["{route}"]
to = ["office"]
''')

        whole = self.succeed("check", "--config", settings(units), "--at", "2023-08-01")
        looked_at = re.search(r"(\d+) of (\d+) ladder steps .* and routes reach somebody\n", whole)
        self.assertEqual(looked_at[1], looked_at[2], whole)
        self.assertNotIn("reach nobody", whole)

        left_out = units[-1]
        reach = json.loads(self.succeed("check", "--config", settings(units[:-1]), "--at", "2023-08-01", "--format", "json"))["plans"][0]["reach"]
        self.assertEqual(reach["looked_at"], int(looked_at[2]))
        self.assertGreater(reach["holes"], 0)
        self.assertRegex(reach["first"], f"^plan beichen-2023 -> .* -> ladder default -> step .* -> unit {left_out} -> no contact$")

        done = run("check", "--config", settings(units, route="beichen-2032"))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"planwatch\.toml:\d+:\d+: the route is for the plan 'beichen-2032', which is nowhere; did you mean 'beichen-2023'\?")

    def overlaid(self, plan_id):
        """zezhou in a folder of its own with the shipped example as overlay, for the plan `plan_id`"""
        root = pathlib.Path(self.folder)
        for folder in ("plans", "overlays"):
            (root / folder).mkdir(exist_ok=True)
        config = pathlib.Path(BEICHEN).parent.parent
        plan = root / "plans" / "zezhou-2021.toml"
        plan.write_text((config / "plans" / "zezhou-2021.toml").read_text(encoding="utf-8"), encoding="utf-8")
        example = (config / "overlays" / "zezhou-2021.toml.example").read_text(encoding="utf-8")
        (root / "overlays" / "office.toml").write_text(example.replace('"zezhou-2021"', f'"{plan_id}"'), encoding="utf-8")
        return plan

    def test_says_which_overlay_changed_what_and_why(self):
        plan = self.overlaid("zezhou-2021")
        text = self.succeed("check", plan, "--at", "2021-10-12")
        self.assertRegex(text, r"changed by overlays \(\d+\)\n +县食安办: .*决定\n")
        self.assertRegex(text, r"office\.toml:\d+:\d+: duty annual_report: due\n +11-20 -> 11-11\n")
        change = {each["what"]: each for each in json.loads(self.succeed("check", plan, "--format", "json"))["plans"][0]["overrides"]}
        self.assertEqual(change["duty annual_report: due"]["author"], "县食安办")
        self.assertRegex(change["contact zezhou_dayang"]["path"], r"office\.toml:\d+:\d+$")

    def test_an_overlay_for_no_plan_is_an_error_with_the_nearest_id(self):
        done = run("check", self.overlaid("zezou-2021"))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"office\.toml:\d+:\d+: .*'zezou-2021'.*did you mean 'zezhou-2021'\?")

    def test_what_can_still_be_reached_depends_on_the_day(self):
        self.assertIn("on 2024-01-01 the day of ", self.succeed("check", BEICHEN, "--at", "2024-01-01"))
        self.assertNotIn(" has passed", self.succeed("check", BEICHEN, "--at", "2023-07-18"))


class Schedule(Scratch):
    def slots(self, *arguments):
        return json.loads(self.succeed("schedule", *arguments, "--format", "json"))

    def test_the_scheme_of_beichen_is_due_30_days_after_issue_and_says_why(self):
        slots = [slot for slot in self.slots(BEICHEN, "--at", "2023-07-18") if slot["duty"] == "implementation_plan"]
        self.assertTrue(slots)
        for slot in slots:
            self.assertEqual((slot["due_date"], slot["due"], slot["state"]), ("2023-08-17", "2023-08-18T00:00:00+08:00", "upcoming"))
            self.assertIn("2023-07-18", slot["why"])
            self.assertIn("30", slot["why"])

    def test_slots_carry_what_programs_rely_on(self):
        slot = self.slots(BEICHEN)[0]
        for field in ("plan", "duty", "unit", "period", "due", "due_date", "state", "provisional", "assumed", "clause", "why"):
            self.assertIn(field, slot)

    def test_from_and_to_are_due_dates_and_both_included(self):
        slots = self.slots(BEICHEN, "--from", "2023-08-17", "--to", "2023-08-17")
        self.assertEqual({slot["due_date"] for slot in slots}, {"2023-08-17"})
        self.assertEqual(self.slots(BEICHEN, "--from", "2023-08-18", "--to", "2023-08-18"), [])

    def test_a_unit_sees_its_own(self):
        self.assertEqual({slot["unit"] for slot in self.slots(BEICHEN, "--unit", "agri")}, {"agri"})

    def test_states_are_those_of_the_moment_asked_for(self):
        states = lambda at: {slot["state"] for slot in self.slots(JINCHENG, "--at", at, "--unit", "agri") if slot["duty"] == "annual_report"}
        self.assertEqual(states("2023-10-01"), {"upcoming"})
        self.assertEqual(states("2023-10-24"), {"due_soon"})
        self.assertEqual(states("2023-11-02"), {"overdue"})

    def test_the_other_formats_hold_every_slot(self):
        count = len(self.slots(BEICHEN))
        self.assertEqual(len(self.succeed("schedule", BEICHEN, "--format", "csv").strip().splitlines()), count + 1)
        self.assertEqual(self.succeed("schedule", BEICHEN, "--format", "ics").count("BEGIN:VEVENT"), count)
        self.assertEqual(len(self.succeed("schedule", BEICHEN).strip().splitlines()), count + 2)


class Simulate(Scratch):
    WINDOW = ("--from", "2023-10-20", "--to", "2023-11-10", "--format", "json")

    def happenings(self, *arguments):
        return [json.loads(line) for line in self.succeed("simulate", JINCHENG, *self.WINDOW, *arguments).splitlines()]

    def reporting_units(self):
        slots = json.loads(self.succeed("schedule", JINCHENG, "--format", "json"))
        return {slot["unit"] for slot in slots if slot["duty"] == "annual_report"}

    def filing(self, at, unit):
        return self.write("filings.ndjson", json.dumps(
            {"at": at, "plan": "jincheng-chengqu-2023", "unit": unit, "duty": "annual_report", "period": "2023", "title": "报告"}) + "\n")

    @staticmethod
    def of(happenings, **fields):
        return [each for each in happenings if all(each.get(name) == value for name, value in fields.items())]

    def test_with_nothing_handed_in_every_unit_is_reminded_and_overdue_is_stamped_with_the_due_moment(self):
        happenings = self.happenings()
        units = self.reporting_units()
        self.assertGreater(len(units), 20)
        for unit in units:
            alert = f"jincheng-chengqu-2023:due_soon:annual_report:{unit}:2023"
            reminders = [notice["at"] for notice in self.of(happenings, event="notice", alert=alert) if notice["at"] < "2023-11-01"]
            self.assertTrue(reminders, unit)
            overdue = self.of(happenings, event="alert", kind="overdue", transition="firing", duty="annual_report", unit=unit)
            self.assertEqual([alert["at"] for alert in overdue], [DUE], unit)

    def test_lines_are_in_order_of_time_and_carry_what_programs_rely_on(self):
        happenings = self.happenings()
        self.assertEqual([each["at"] for each in happenings], sorted(each["at"] for each in happenings))
        for each in happenings:
            fields = ("recipient", "channel", "step", "alert") if each["event"] == "notice" else (
                "transition", "kind", "severity", "plan", "unit", "period", "why", "id")
            for field in fields:
                self.assertIn(field, each)

    def test_a_filing_in_time_ends_reminders_and_is_never_overdue(self):
        happenings = self.happenings("--submissions", self.filing("2023-10-30T10:00:00+08:00", "agri"))
        self.assertEqual(self.of(happenings, kind="overdue", duty="annual_report", unit="agri"), [])
        resolved = self.of(happenings, kind="due_soon", duty="annual_report", unit="agri", transition="resolved")
        self.assertEqual([alert["at"] for alert in resolved], ["2023-10-30T10:00:00+08:00"])
        notices = self.of(happenings, event="notice", alert="jincheng-chengqu-2023:due_soon:annual_report:agri:2023")
        self.assertTrue(all(notice["at"] <= "2023-10-30T10:00:00+08:00" for notice in notices))
        self.assertTrue(self.of(happenings, kind="overdue", duty="annual_report", unit="samr", transition="firing"))

    def test_a_late_filing_resolves_the_alert_and_the_slot_stays_late(self):
        filing = self.filing("2023-11-03T15:00:00+08:00", "agri")
        overdue = self.of(self.happenings("--submissions", filing), kind="overdue", duty="annual_report", unit="agri")
        self.assertEqual([(alert["transition"], alert["at"]) for alert in overdue],
                         [("firing", DUE), ("resolved", "2023-11-03T15:00:00+08:00")])
        script = self.write("late.rules", f'plan "{JINCHENG}"\nat 2023-11-03 15:00\nfile agri annual_report 2023 "报告"\n'
                                          "at 2023-12-31\nexpect slot annual_report agri 2023 late due 2023-11-01\n")
        self.assertIn("1 passed, 0 failed", self.succeed("test", script))

    def test_the_same_input_gives_the_same_bytes(self):
        arguments = ("simulate", BEICHEN, JINCHENG, "--from", "2023-07-18", "--to", "2024-01-31", "--format", "json")
        first = self.succeed(*arguments)
        self.assertTrue(first)
        self.assertEqual(self.succeed(*arguments), first)

    def test_the_table_closes_with_sums(self):
        text = self.succeed("simulate", JINCHENG, "--from", "2023-10-20", "--to", "2023-11-10")
        units = len(self.reporting_units())
        self.assertRegex(text, rf"逾期未报 +{units} +0")

    def test_a_refused_submission_is_told_and_exits_1(self):
        done = run("simulate", JINCHENG, *self.WINDOW, "--submissions", self.filing("2023-10-30T10:00:00+08:00", "nobody"))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"line 1: /unit: unknown unit 'nobody'")
        self.assertIn("nobody", done.stderr)

    def test_what_comes_after_the_end_is_counted(self):
        lines = [json.dumps({"plan": "beichen-2023", "unit": "samr", "period": period, "values": {"samr_sampling_batches": 1}, "at": at})
                 for period, at in (("2023-09", "2023-10-12T10:00:00+08:00"), ("2023-10", "2023-11-01T00:00:00+08:00"), ("2023-11", "2023-12-12T10:00:00+08:00"))]
        span = ("simulate", BEICHEN, "--from", "2023-10-01", "--to", "2023-10-31", "--format", "json", "--submissions")
        all_three = run(*span, self.write("figures.ndjson", "\n".join(lines)))
        self.assertEqual((all_three.returncode, all_three.stderr), (0, "planwatch: 1 of 3 submissions come after --to and are left out\n"))
        first_two = run(*span, self.write("figures.ndjson", "\n".join(lines[:2])))
        self.assertEqual((first_two.returncode, first_two.stderr), (0, ""))
        self.assertEqual(all_three.stdout, first_two.stdout)

    def test_a_broken_submission_file_is_told_with_its_line(self):
        broken = self.write("broken.ndjson", '{"at": "2023-10-30T10:00:00+08:00"}\n{"at": }\n')
        done = run("simulate", JINCHENG, *self.WINDOW, "--submissions", broken)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, r"broken\.ndjson: line 1")
        self.assertRegex(done.stderr, r"broken\.ndjson: line 2")

    def test_form_and_names_of_what_is_handed_in_are_told_in_one_round(self):
        lines = ['{"at": "2023-10-30T10:00:00+08:00", "plan": "jincheng-chengqu-2023", "unit": "agr", "duty": "annual_report", "title": "t", "n": 1}',
                 '{"plan": "jincheng-chengqu-2023", "unit": "agri", "period": "2023-Q9", "values": {"agri_test_batches": "many"}}']
        done = run("simulate", JINCHENG, *self.WINDOW, "--submissions", self.write("faulty.ndjson", "\n".join(lines)))
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        told = [re.sub(r".*faulty\.ndjson: (line \d: [^:]*):.*", r"\1", line) for line in done.stderr.splitlines() if "faulty" in line]
        self.assertEqual(told, ["line 1: /unit", "line 1: /n", "line 2: /period", "line 2: /values/agri_test_batches", "line 2: /at"])


class RuleTests(Scratch):
    def test_the_scripts_beside_the_plans_pass(self):
        scripts = sorted(PLANS.glob("*.rules"))
        self.assertGreaterEqual(len(scripts), 2)
        self.assertRegex(self.succeed("test", *scripts), r"\n?\d{2,} passed, 0 failed\n$")

    def test_a_failure_exits_1_and_shows_both_sides(self):
        script = self.write("wrong.rules", f'plan "{BEICHEN}"\nat 2023-08-18\nexpect slot implementation_plan agri 2023 on_time\n')
        done = run("test", script)
        self.assertEqual(done.returncode, 1)
        self.assertIn("wrong.rules:3: expect slot", done.stdout)
        self.assertRegex(done.stdout, r"expected +on_time\n +actual +overdue due 2023-08-17")
        self.assertIn("0 passed, 1 failed", done.stdout)

    def test_a_broken_script_lists_every_problem(self):
        done = run("test", self.write("broken.rules", f'plan "{BEICHEN}"\nat soon\nexpect firing overdue anual_report court\nexpect nothing\n'))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"broken\.rules:2:4: (?s:.*)broken\.rules:3:23: .*did you mean(?s:.*)broken\.rules:4:8: ")


class Tokens(Scratch):
    def test_a_token_can_be_made_before_the_daemon_first_runs_and_is_shown_once(self):
        data = self.folder / "data"
        token = self.succeed("token", "create", "--data", data, "--plan", BEICHEN, "--role", "submit", "--unit", "samr", "--label", "clerk")
        self.assertRegex(token, r"^pw_[A-Za-z0-9_-]{43}\n$")
        listed = self.succeed("token", "list", "--data", data)
        self.assertIn("clerk", listed)
        self.assertIn("beichen-2023", listed)
        self.assertNotIn(token.strip(), listed)

    def test_a_revoked_token_is_listed_so_and_cannot_be_revoked_again(self):
        self.succeed("token", "create", "--data", self.folder, "--role", "admin")
        self.succeed("token", "revoke", "1", "--data", self.folder)
        self.assertTrue(json.loads(self.succeed("token", "list", "--data", self.folder, "--format", "json"))[0]["revoked"])
        self.assertEqual(run("token", "revoke", "1", "--data", self.folder).returncode, 1)

    def test_a_token_can_end(self):
        data = self.folder / "data"
        self.succeed("token", "create", "--data", data, "--role", "read")
        self.succeed("token", "create", "--data", data, "--role", "read", "--expires", "90d")
        self.succeed("token", "create", "--data", data, "--plan", BEICHEN, "--role", "submit", "--all-units", "--expires", "2099-01-01")
        never, days, date = json.loads(self.succeed("token", "list", "--data", data, "--format", "json"))
        self.assertIsNone(never["expires"])
        created, ends = (datetime.datetime.fromisoformat(days[key].replace("Z", "+00:00")) for key in ("created", "expires"))
        self.assertEqual(ends - created, datetime.timedelta(days=90))
        self.assertEqual(date["expires"], "2098-12-31T16:00:00Z")  # midnight in the plan's zone
        self.assertIn("2098-12-31T16:00:00Z", self.succeed("token", "list", "--data", data))

    def test_a_unit_that_the_plan_does_not_have_is_refused(self):
        done = run("token", "create", "--data", self.folder, "--plan", BEICHEN, "--role", "submit", "--unit", "smar")
        self.assertEqual(done.returncode, 2)
        self.assertIn("did you mean 'samr'", done.stderr)

    def test_backup_and_verify_of_a_fresh_database(self):
        self.succeed("token", "create", "--data", self.folder, "--role", "admin")
        self.assertIn("sound", self.succeed("verify", "--data", self.folder))
        copy = self.folder / "copy.db"
        self.succeed("backup", copy, "--data", self.folder)
        self.assertGreater(copy.stat().st_size, 0)
        self.assertEqual(run("backup", copy, "--data", self.folder).returncode, 3)


if __name__ == "__main__":
    unittest.main()

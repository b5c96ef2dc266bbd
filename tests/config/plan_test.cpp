#include "config/plan.hpp"

#include "tests/config/plan_text.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

std::string plan_problems(const std::string& text)
{
    const auto parsed = parse_plan({"p.toml", text});
    return parsed ? "none" : to_text(parsed.error());
}

ParsedPlan parsed_plan(const std::string& text)
{
    auto result = parse_plan({"p.toml", text});
    if (!result) throw std::runtime_error{to_text(result.error())};
    return std::move(*result);
}

TEST(Plan, is_understood_with_its_defaults)
{
    const ParsedPlan read = parsed_plan(small_plan);
    const Plan& plan = read.plan;
    EXPECT_EQ(plan.id, "p-2023");
    EXPECT_EQ(format_day(plan.starts), "2023-01-01");
    EXPECT_EQ(format_day(plan.ends), "2023-12-31");
    EXPECT_EQ(plan.population, Decimal{1000});
    EXPECT_EQ(plan.lock_after_days, std::nullopt);
    ASSERT_EQ(plan.units.size(), 2U);
    EXPECT_EQ(plan.units[1].parent, UnitIndex{0});
    const Indicator& batches = plan.indicators.at(0);
    EXPECT_EQ(batches.reported, Reported::increment);
    EXPECT_EQ(batches.target.value().value, Decimal{5225});
    EXPECT_EQ(batches.target->unit, "批次");
    EXPECT_EQ(format_day(batches.target->by), "2023-12-31");
    EXPECT_EQ(batches.pace.kind, Pace::Kind::linear);
    EXPECT_EQ(format_day(batches.pace.from), "2023-01-01");
    EXPECT_EQ(batches.pace.tolerance.to_string(), "0.1");
    const Duty& duty = plan.duties.at(0);
    EXPECT_EQ(duty.units, (std::vector<UnitIndex>{0, 1}));
    EXPECT_EQ(duty.indicators, (std::vector<IndicatorIndex>{0}));
    EXPECT_EQ(duty.periods.size(), 4U);
    EXPECT_EQ(read.position("duty/progress"), "p.toml:30:1");
    EXPECT_EQ(read.position("indicator/batches"), "p.toml:22:1");
    EXPECT_EQ(read.position("duty/other"), "");
}

TEST(Plan, takes_what_an_author_may_say)
{
    std::string text = with(small_plan, "population = 1000", "population = { value = 950000, assumed = \"guessed\" }\nlock_after = \"120d\"\nissued_assumed = \"no date\"");
    text = with(text, "pace = \"linear\"", "by = 2023-11-30\ntolerance = 0.05\ngrace = \"7d\"\npace = [ { day = 2023-06-30, value = 2600 }, { day = 2023-09-30, value = 4000.5 } ]");
    text = with(text, "indicators = [\"batches\"]\n", "indicators = [\"batches\"]\nfiling = true\nfirst = \"2023-Q3\"\nladder = \"gentle\"\nassumed = \"no day\"\n"
                "[[ladder]]\nid = \"gentle\"\nsteps = [ { at = \"-3wd 09:00\", severity = \"info\", tell = [\"reporter\"] },\n"
                "  { at = \"0 08:30\", severity = \"info\", tell = [\"reporter\"] }, { at = \"due\", severity = \"warning\", tell = [\"office\", \"leaders\"] },\n"
                "  { at = \"+7d 09:00\", severity = \"critical\", tell = [\"leaders\"] } ]\n");
    const ParsedPlan read = parsed_plan(text);
    EXPECT_EQ(read.plan.population, Decimal{950000});
    EXPECT_EQ(read.plan.population_assumed, "guessed");
    EXPECT_EQ(read.plan.issued_assumed, "no date");
    EXPECT_EQ(read.position("plan/population/assumed"), "p.toml:7:42");
    EXPECT_EQ(read.plan.lock_after_days, 120);
    const Indicator& batches = read.plan.indicators.at(0);
    EXPECT_EQ(format_day(batches.target.value().by), "2023-11-30");
    EXPECT_EQ(batches.pace.grace, std::chrono::days{7});
    ASSERT_EQ(batches.pace.milestones.size(), 2U);
    EXPECT_EQ(batches.pace.milestones[1].value.to_string(), "4000.5");
    const Duty& duty = read.plan.duties.at(0);
    EXPECT_TRUE(duty.filing);
    ASSERT_EQ(duty.periods.size(), 2U);
    EXPECT_EQ(duty.periods.front().to_string(), "2023-Q3");
    EXPECT_EQ(duty.ladder, "gentle");
    ASSERT_EQ(read.ladders.size(), 1U);
    const Ladder& gentle = read.ladders.front();
    ASSERT_EQ(gentle.steps.size(), 4U);
    EXPECT_EQ(gentle.steps[0].name(), "-3wd");
    EXPECT_EQ(gentle.steps[1].name(), "0");
    EXPECT_EQ(gentle.steps[2].name(), "due");
    EXPECT_EQ(gentle.steps[2].audiences, (std::vector{Audience::office, Audience::leaders}));
    EXPECT_EQ(gentle.steps[3].name(), "+7d");
    EXPECT_EQ(gentle.steps[3].time, std::chrono::minutes{9 * 60});
}

TEST(Plan, a_step_names_people_and_channels_beside_what_they_are_told_as)
{
    const ParsedPlan read = parsed_plan(with(small_plan, "[[indicator]]", R"([[ladder]]
id = "slow"
kinds = ["behind_pace", "below_hold"]
steps = [ { at = "fired", severity = "warning", tell = ["reporter"] }, { at = "+5wd", severity = "critical", contacts = ["boss"], channels = ["wecom", "mail"] } ]
[[ladder]]
id = "usual"
steps = [ { at = "-2d", severity = "info", tell = ["reporter"], contacts = ["zhang"] }, { at = "due", severity = "warning", tell = ["office"] } ]
[[indicator]])"));
    ASSERT_EQ(read.ladders.size(), 2U);
    const Ladder& slow = read.ladders[0];
    EXPECT_EQ(slow.kinds, (std::vector{AlertKind::behind_pace, AlertKind::below_hold}));
    ASSERT_EQ(slow.steps.size(), 2U);
    EXPECT_TRUE(slow.steps[0].stands_at_due());
    EXPECT_TRUE(slow.steps[1].audiences.empty());
    EXPECT_EQ(slow.steps[1].contacts, std::vector<std::string>{"boss"});
    EXPECT_EQ(slow.steps[1].channels, (std::vector<std::string>{"wecom", "mail"}));
    EXPECT_EQ(slow.steps[1].time, std::chrono::hours{9}) << "nine o'clock where no time stands";
    EXPECT_EQ(read.ladders[1].steps[0].contacts, std::vector<std::string>{"zhang"});
    EXPECT_EQ(read.ladders[1].steps[0].time, std::chrono::hours{9});
    EXPECT_FALSE(read.ladders[1].steps[0].working);
}

TEST(Plan, a_duty_of_once_reports_on_the_plans_year)
{
    const ParsedPlan read = parsed_plan(with(small_plan, "cadence = \"quarterly\"", "cadence = \"once\""));
    ASSERT_EQ(read.plan.duties[0].periods.size(), 1U);
    EXPECT_EQ(read.plan.duties[0].periods[0].to_string(), "2023");
}

TEST(Plan, a_done_indicator_is_a_state_of_affairs_and_has_a_target_by_itself)
{
    std::string text = with(small_plan, "measure = \"count\"\ntarget = \"at_least 5225 批次\"\npace = \"linear\"\n", "measure = \"done\"\n");
    const Indicator done = parsed_plan(text).plan.indicators.at(0);
    EXPECT_EQ(done.reported, Reported::level);
    EXPECT_EQ(done.target.value().value, Decimal{1});
    EXPECT_EQ(done.target->comparator, Comparator::at_least);
}

TEST(Plan, groups_of_kinds_are_there_by_themselves)
{
    std::string text = with(small_plan, "parent = \"samr\"", "kind = \"town\"");
    EXPECT_EQ(parsed_plan(with(text, "[\"@members\"]", "[\"@departments\"]")).plan.duties[0].units, (std::vector<UnitIndex>{0}));
    EXPECT_EQ(parsed_plan(with(text, "[\"@members\"]", "[\"@all\"]")).plan.duties[0].units, (std::vector<UnitIndex>{0, 1}));
    const std::string nested = with(with(text, "[\"@members\"]", "[\"@both\"]"), "members = [\"samr\", \"agri\"]", "members = [\"samr\"]\nboth = [\"@towns\", \"@members\"]");
    EXPECT_EQ(parsed_plan(nested).plan.duties[0].units, (std::vector<UnitIndex>{1, 0}));
}

struct Case {
    const char* name;
    const char* from;
    const char* to;
    const char* problems;
};

const Case broken_plans[] = {
    {"no TOML", "id = \"p-2023\"", "id = ", "p.toml:2:6: not TOML: Error while parsing key-value pair: expected value, saw '\\n'"},
    {"a plan's id has small letters", "id = \"p-2023\"", "id = \"P 2023\"", "p.toml:2:6: 'P 2023' is no id of a plan; expected small letters, digits and '-'"},
    {"a key must be there", "name = \"计划\"\n", "", "p.toml:1:1: [plan] has no 'name'; expected the document's name"},
    {"a key must not be empty", "\"计划\"", "\"\"", "p.toml:3:8: 'name' is empty; expected the document's name"},
    {"a key of the wrong type", "issued = 2023-07-18", "issued = \"2023-07-18\"",
     "p.toml:4:10: 'issued' is a string; expected a date such as 2023-12-31, without quotes"},
    {"a day far from the plan's year", "issued = 2023-07-18", "issued = 2032-07-18", "p.toml:4:10: 'issued' is 2032-07-18; expected a day within a year of 2023"},
    {"a year out of range", "year = 2023", "year = 23", "p.toml:5:8: 'year' is 23; expected a whole number from 2000 to 2100"},
    {"a plan that ends before it starts", "year = 2023", "year = 2023\nstarts = 2023-06-01\nends = 2023-05-01",
     "p.toml:7:8: the plan ends on 2023-05-01, before it starts on 2023-06-01"},
    {"an unknown zone", "Asia/Shanghai", "Asia/Shangai", "p.toml:6:13: unknown time zone 'Asia/Shangai'; expected an IANA name such as Asia/Shanghai"},
    {"an unknown key, with the nearest", "population = 1000", "populaton = 1000",
     "p.toml:7:1: unknown key 'populaton' in [plan]; did you mean 'population'?"},
    {"no people", "population = 1000", "population = 0", "p.toml:7:14: 'population' is 0; expected the number of people"},
    {"a lock that is no number of days", "population = 1000", "lock_after = \"4 months\"",
     "p.toml:7:14: 'lock_after' is '4 months'; expected days up to 3660, such as \"120d\""},
    {"an id twice", "id = \"agri\"", "id = \"samr\"",
     "p.toml:13:6: the unit 'samr' stands twice; expected each id once\np.toml:17:20: unknown unit 'agri'; known: samr, samr"},
    {"a unit's id", "id = \"agri\"", "id = \"members\"",
     "p.toml:13:6: 'members' cannot be a unit's id: @members is the usual group's name\np.toml:17:20: unknown unit 'agri'; known: samr, members"},
    {"an unknown kind", "parent = \"samr\"", "kind = \"twn\"", "p.toml:15:8: unknown kind 'twn'; did you mean 'town'?"},
    {"an unknown parent, with the nearest", "parent = \"samr\"", "parent = \"sarm\"", "p.toml:15:10: unknown unit 'sarm'; did you mean 'samr'?"},
    {"a circle of parents", "parent = \"samr\"", "parent = \"agri\"", "p.toml:15:10: the unit 'agri' is its own ancestor; expected a tree"},
    {"a control character in a name", "农业农村委", "农业\\u202E委", "p.toml:14:8: 'name' holds the invisible character U+202E; expected one line of plain text"},
    {"a group that is there by itself", "members = [", "towns = [", "p.toml:17:9: the group '@towns' is there by itself; expected another name\n"
     "p.toml:36:10: unknown group '@members'; known: @all, @businesses, @departments, @towns\n"
     "p.toml:37:15: no unit of this duty reports 'batches'; expected one of its units here"},
    {"an empty group", "members = [\"samr\", \"agri\"]", "members = []", "p.toml:17:11: the group '@members' is empty\n"
     "p.toml:37:15: no unit of this duty reports 'batches'; expected one of its units here"},
    {"a role that is none", "role = \"lead\"", "role = \"leader\"", "p.toml:21:35: unknown role 'leader'; did you mean 'lead'?"},
    {"a unit twice in a clause", "{ unit = \"samr\", role = \"lead\" }", "{ unit = \"samr\", role = \"lead\" }, { unit = \"samr\", role = \"lead\" }",
     "p.toml:21:54: the unit 'samr' stands twice in this clause as lead; expected each role once"},
    {"an unknown clause", "name = \"抽检批次\"\nclause = \"一\"", "name = \"抽检批次\"\nclause = \"二\"", "p.toml:25:10: unknown clause '二'; known: 一"},
    {"an unknown measure", "measure = \"count\"", "measure = \"counts\"", "p.toml:26:11: unknown measure 'counts'; did you mean 'count'?"},
    {"a target that cannot be read", "at_least 5225 批次", ">= 5225", "p.toml:27:10: '>= 5225' is no target; expected at_least, at_most or exactly, a number and "
     "its unit, such as \"at_least 91 %\""},
    {"a ratio's target in pieces", "measure = \"count\"", "measure = \"ratio\"",
     "p.toml:27:10: the target of a ratio is in '批次'; expected '%', such as \"at_least 91 %\""},
    {"a share of a count", "5225 批次", "91 %", "p.toml:27:10: a target in % needs the measure ratio or done"},
    {"a share above the whole", "measure = \"count\"\ntarget = \"at_least 5225 批次\"", "measure = \"ratio\"\ntarget = \"at_least 120 %\"",
     "p.toml:27:10: 120 % is more than 100 %"},
    {"by and hold", "pace = \"linear\"", "by = 2023-11-01\nhold = true",
     "p.toml:28:6: both 'by' and 'hold'; expected one: to reach by a day, or to hold in every period"},
    {"by outside the plan", "pace = \"linear\"", "by = 2024-01-01", "p.toml:28:6: 'by' is 2024-01-01; expected a day of the plan, 2023-01-01 to 2023-12-31"},
    {"a pace that must hold", "pace = \"linear\"", "pace = \"linear\"\nhold = true", "p.toml:28:8: both 'pace' and 'hold'; what must hold in every period has no way to go"},
    {"a pace to nowhere", "target = \"at_least 5225 批次\"\n", "", "p.toml:27:8: 'pace' without a 'target'; expected the target that it leads to"},
    {"a pace to an upper bound", "at_least", "at_most", "p.toml:28:8: 'pace' leads up to a target; one that is at_most has none"},
    {"a pace that is none", "\"linear\"", "\"lineal\"", "p.toml:28:8: 'pace' must be \"none\", \"linear\" or an array of milestones { day = 2023-06-30, value = 2600 }"},
    {"milestones out of order", "\"linear\"", "[ { day = 2023-06-30, value = 2 }, { day = 2023-05-30, value = 1 }, { day = 2024-01-01, value = 6000 } ]",
     "p.toml:28:43: a milestone's day must lie after that of the one before\n"
     "p.toml:28:43: a milestone's value must not be below that of the one before\n"
     "p.toml:28:76: a milestone of 6000 lies beyond the target, 5225\n"
     "p.toml:28:76: a milestone on 2024-01-01; expected a day from 2023-01-01 to 2023-12-31"},
    {"a tolerance without pace", "pace = \"linear\"", "tolerance = 0.1", "p.toml:28:13: 'tolerance' without a 'pace'"},
    {"a tolerance in per cent", "pace = \"linear\"", "pace = \"linear\"\ntolerance = 10",
     "p.toml:29:13: 'tolerance' is a share of the expected value; expected 0 to 1, such as 0.1"},
    {"people of a count", "pace = \"linear\"", "population = 5", "p.toml:28:14: a population belongs to a per_thousand indicator only"},
    {"a rate without people", "population = 1000", "", "none"},
    {"a derived indicator without parts", "measure = \"count\"", "measure = \"count\"\nreported = \"derived\"",
     "p.toml:22:1: the derived indicator 'batches' has no parts; expected the indicators that it sums"},
    {"parts of what is not derived", "measure = \"count\"", "measure = \"count\"\nparts = [\"batches\"]",
     "p.toml:27:9: 'parts' belongs to a derived indicator; expected reported = \"derived\""},
    {"a part that is derived", "measure = \"count\"", "measure = \"count\"\nreported = \"derived\"\nparts = [\"batches\", \"other\"]",
     "p.toml:28:10: the part 'batches' is derived itself; expected an indicator that is reported\np.toml:28:21: unknown indicator 'other'; known: batches"},
    {"increments of what is done", "measure = \"count\"\ntarget = \"at_least 5225 批次\"", "measure = \"done\"\nreported = \"increment\"",
     "p.toml:27:12: a done indicator has no increments; expected level or cumulative"},
    {"an unknown cadence", "\"quarterly\"", "\"quartely\"", "p.toml:34:11: unknown cadence 'quartely'; did you mean 'quarterly'?"},
    {"a due rule that cannot be read", "period_end + 10d", "period_end + 10",
     "p.toml:35:7: 'due': expected a number of days from 0 to 999 with d or wd (working days) after the sign, as + 10d, found \"10\""},
    {"an unknown group", "@members", "@member", "p.toml:36:10: unknown group '@member'; did you mean '@members'?\n"
     "p.toml:37:15: no unit of this duty reports 'batches'; expected one of its units here"},
    {"an unknown indicator", "indicators = [\"batches\"]", "indicators = [\"batch\"]", "p.toml:37:15: unknown indicator 'batch'; known: batches"},
    {"an indicator that these units do not report", "[\"@members\"]", "[\"agri\"]",
     "p.toml:37:15: no unit of this duty reports 'batches'; expected one of its units here"},
    {"a first period of another kind", "indicators = [\"batches\"]", "first = \"2023-09\"",
     "p.toml:37:9: 'first' is '2023-09'; expected a quarterly period such as \"2023-Q3\""},
    {"a last period before the first", "indicators = [\"batches\"]", "first = \"2023-Q3\"\nlast = \"2023-Q2\"",
     "p.toml:38:8: 'last' is 2023-Q2, before 'first', 2023-Q3"},
    {"periods outside the plan", "indicators = [\"batches\"]", "first = \"2024-Q1\"",
     "p.toml:37:9: duty 'progress' reports on no period that ends from 2023-01-01 to 2023-12-31"},
    {"once has no first period", "cadence = \"quarterly\"", "cadence = \"once\"\nfirst = \"2023\"", "p.toml:35:9: a duty of once has no 'first' period"},
    {"an unknown ladder", "indicators = [\"batches\"]", "ladder = \"gentle\"", "p.toml:37:10: unknown ladder 'gentle'"},
    {"a ladder without the due moment", "[[indicator]]", "[[ladder]]\nid = \"l\"\nsteps = [ { at = \"-1wd 09:00\", severity = \"info\", tell = [\"reporter\"] } ]\n[[indicator]]",
     "p.toml:24:9: ladder 'l' has 0 steps at the due moment; expected exactly one, at = \"due\""},
    {"a ladder's steps in disorder", "[[indicator]]",
     "[[ladder]]\nid = \"l\"\nsteps = [\n{ at = \"due\", severity = \"info\", tell = [\"reporter\"] },\n"
     "{ at = \"-1wd 09:00\", severity = \"info\", tell = [\"boss\"] },\n{ at = \"soon\", severity = \"bad\", tell = [] } ]\n[[indicator]]",
     "p.toml:26:8: '-1wd 09:00' does not lie after the step before; expected the steps in order, one a day\n"
     "p.toml:26:49: unknown audience 'boss'; expected reporter, unit_head, lead_unit, office or leaders\n"
     "p.toml:27:8: 'soon' is no moment of a ladder; expected \"due\", or days and a time such as \"-3wd 09:00\", \"+7d 09:00\", \"0d 09:00\"\n"
     "p.toml:27:27: unknown severity 'bad'; known: info, warning, critical\n"
     "p.toml:27:41: 'tell' is empty; expected at least one audience"},
    {"a step that tells nobody, by no channel", "[[indicator]]",
     "[[ladder]]\nid = \"l\"\nsteps = [ { at = \"due\", severity = \"info\", channels = [\"fax\"] } ]\n[[indicator]]",
     "p.toml:24:11: a step has no 'tell'; expected whom, such as tell = [\"reporter\"]\np.toml:24:56: unknown channel 'fax'; known: mail, wecom, dingtalk, feishu, webhook"},
    {"a time that is none", "[[indicator]]", "[[ladder]]\nid = \"l\"\nsteps = [ { at = \"due 09:00\", severity = \"info\", tell = [\"office\"] } ]\n[[indicator]]",
     "p.toml:24:9: ladder 'l' has 0 steps at the due moment; expected exactly one, at = \"due\"\n"
     "p.toml:24:18: 'due 09:00' is no moment of a ladder; expected \"due\", or days and a time such as \"-3wd 09:00\", \"+7d 09:00\", \"0d 09:00\""},
    {"kinds that have a ladder already, or none", "[[indicator]]",
     "[[ladder]]\nid = \"a\"\nkinds = [\"behind_pace\", \"overdue\", \"behind\"]\nsteps = [ { at = \"fired\", severity = \"info\", tell = [\"office\"] } ]\n"
     "[[ladder]]\nid = \"b\"\nkinds = [\"below_hold\", \"behind_pace\"]\nsteps = [ { at = \"fired\", severity = \"info\", tell = [\"office\"] } ]\n"
     "[[ladder]]\nid = \"c\"\nkinds = []\nsteps = [ { at = \"fired\", severity = \"info\", tell = [\"office\"] } ]\n[[indicator]]",
     "p.toml:24:25: 'overdue' is about what is owed, and has the ladder of its duty; expected none of 'kinds', or behind_pace, target_missed, below_hold, implausible, "
     "undeliverable, silence_ending\n"
     "p.toml:24:36: unknown kind 'behind'; known: behind_pace, target_missed, below_hold, implausible, undeliverable, silence_ending\n"
     "p.toml:28:24: 'behind_pace' has a ladder already, 'a'; expected each kind once\n"
     "p.toml:32:9: 'kinds' is empty; expected such as kinds = [\"behind_pace\"], or none of it for a ladder of duties"},
    {"steps before an alert fires", "[[indicator]]",
     "[[ladder]]\nid = \"l\"\nkinds = [\"behind_pace\"]\nsteps = [\n{ at = \"-1wd\", severity = \"info\", tell = [\"office\"] },\n{ at = \"0d\", severity = \"info\", tell = [\"office\"] },\n"
     "{ at = \"due\", severity = \"info\", tell = [\"office\"] } ]\n[[indicator]]",
     "p.toml:25:9: ladder 'l' has 0 steps at the moment it fires; expected exactly one, at = \"fired\"\n"
     "p.toml:26:8: '-1wd' is no moment of a ladder for kinds; expected \"fired\", or days and a time such as \"+5wd 09:00\", \"+7d 09:00\"\n"
     "p.toml:27:8: '0d' is no moment of a ladder for kinds; expected \"fired\", or days and a time such as \"+5wd 09:00\", \"+7d 09:00\"\n"
     "p.toml:28:8: 'due' is no moment of a ladder for kinds; expected \"fired\", or days and a time such as \"+5wd 09:00\", \"+7d 09:00\""},
    {"a duty with a ladder for kinds", "indicators = [\"batches\"]",
     "ladder = \"l\"\n[[ladder]]\nid = \"l\"\nkinds = [\"behind_pace\"]\nsteps = [ { at = \"fired\", severity = \"info\", tell = [\"office\"] } ]",
     "p.toml:37:10: the ladder 'l' is for alerts that are not about a duty; expected one without 'kinds'"},
    {"an empty assumption", "pace = \"linear\"", "assumed = \"\"", "p.toml:28:11: 'assumed' is empty; expected what was assumed, and why"},
    {"an array in the place of a table", "[plan]\n", "plan = 3\n[other]\n",
     "p.toml:1:8: 'plan' is a whole number; expected a table [plan]\np.toml:2:2: unknown key 'other' in a plan; known: clause, composite, duty, groups, indicator, ladder, plan, unit"},
};

TEST(Plan, every_problem_is_told_with_its_place)
{
    for (const Case& each : broken_plans) {
        SCOPED_TRACE(each.name);
        EXPECT_EQ(plan_problems(with(small_plan, each.from, each.to)), each.problems);
    }
}

TEST(Plan, a_rate_needs_people)
{
    const std::string text = with(with(small_plan, "population = 1000\n", ""), "measure = \"count\"", "measure = \"per_thousand\"");
    EXPECT_EQ(plan_problems(text), "p.toml:21:1: indicator 'batches' counts per 1,000 people; expected a 'population' here or in [plan]");
    EXPECT_EQ(plan_problems(with(text, "pace = \"linear\"", "pace = \"linear\"\npopulation = 950000")), "none");
}

TEST(Plan, all_problems_come_at_once_in_the_files_order)
{
    const std::string text = with(with(with(small_plan, "2023-07-18", "true"), "\"count\"", "\"sum\""), "\"period_end + 10d\"", "7");
    EXPECT_EQ(plan_problems(text), "p.toml:4:10: 'issued' is true or false; expected a date such as 2023-12-31, without quotes\n"
                                 "p.toml:26:11: unknown measure 'sum'; known: count, ratio, per_thousand, average, done\n"
                                 "p.toml:35:7: 'due' is a whole number; expected a string");
}

TEST(Plan, an_empty_file_says_what_it_lacks)
{
    EXPECT_EQ(plan_problems(""), "p.toml:1:1: a plan has no 'plan'; expected a table [plan] with id, name, issued, year and time_zone\n"
                               "p.toml:1:1: no [[unit]]; expected at least one unit that reports");
}

TEST(Plan, bytes_that_are_no_utf_8_are_told_with_their_place)
{
    EXPECT_EQ(plan_problems("# ok\n# 中\xff"), "p.toml:2:4: not UTF-8; expected a text file in UTF-8");
}

}  // namespace
}  // namespace planwatch

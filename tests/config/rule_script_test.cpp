#include "config/rule_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

RuleScript parsed_script(const std::string& lines)
{
    RuleScript script = parse_rule_script({"s.rules", "plan p\n" + lines});
    EXPECT_EQ(to_text(problems_of(script)), "");
    return script;
}

template <class What>
What only(const std::string& line)
{
    const RuleScript script = parsed_script(line);
    if (script.years.size() != 1 || script.years[0].steps.size() != 1 || !std::holds_alternative<What>(script.years[0].steps[0].what)) {
        ADD_FAILURE() << "not the one statement of its kind: " << line;
        return {};
    }
    return std::get<What>(script.years[0].steps[0].what);
}

std::vector<std::string> problems(const std::string& text)
{
    std::vector<std::string> lines;
    for (const Problem& problem : problems_of(parse_rule_script({"s.rules", text}))) lines.push_back(to_text({problem}));
    return lines;
}

LocalTime local(int year, unsigned month, unsigned day, int hour = 0, int minute = 0)
{
    return LocalTime{std::chrono::local_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)}} + std::chrono::hours{hour} +
           std::chrono::minutes{minute};
}

TEST(RuleScript, names_its_plan_and_keeps_statements_with_their_lines)
{
    const auto script = parse_rule_script({"x/s.rules", "# a year\n\nplan \"my plan.toml\"\r\n  at 2023-10-15   # morning\r\n"});
    EXPECT_EQ(to_text(problems_of(script)), "");
    EXPECT_EQ(script.name, "x/s.rules");
    EXPECT_EQ(script.plan, "my plan.toml");
    ASSERT_EQ(script.years.size(), 1U);
    ASSERT_EQ(script.years[0].steps.size(), 1U);
    EXPECT_EQ(script.years[0].steps[0].line, 4U);
    EXPECT_EQ(script.years[0].steps[0].text, "at 2023-10-15   # morning");
}

TEST(RuleScript, a_year_begins_the_time_anew)
{
    const RuleScript script = parsed_script("at 2023-12-31\n"
                                            "year \"全年按时\"   # all in time\n"
                                            "at 2023-07-18\n"
                                            "at 2023-12-31\n"
                                            "year \"全年迟报\"\n");
    ASSERT_EQ(script.years.size(), 3U);
    EXPECT_EQ(script.years[0].title, "");
    EXPECT_EQ(script.years[0].steps.size(), 1U);
    EXPECT_EQ(script.years[1].title, "全年按时");
    ASSERT_EQ(script.years[1].steps.size(), 2U);
    EXPECT_EQ(script.years[1].steps[0].line, 4U);
    EXPECT_EQ(script.years[2].title, "全年迟报");
    EXPECT_TRUE(script.years[2].steps.empty());
}

TEST(RuleScript, a_script_whose_statements_all_stand_in_titled_years_has_no_other)
{
    const RuleScript script = parsed_script("year \"a\"\nat 2023-07-18\n");
    ASSERT_EQ(script.years.size(), 1U);
    EXPECT_EQ(script.years[0].title, "a");
}

TEST(RuleScript, names_the_register_of_its_businesses_behind_its_plan)
{
    const RuleScript script = parsed_script("register ../registers/example.csv\nat 2023-07-18\n");
    ASSERT_TRUE(script.register_file);
    EXPECT_EQ(script.register_file->text, "../registers/example.csv");
    EXPECT_EQ(script.register_file->column, 10U);
    EXPECT_FALSE(parsed_script("at 2023-07-18\n").register_file);
}

TEST(RuleScript, a_register_stands_nowhere_else)
{
    EXPECT_THAT(problems("plan p\nregister a.csv\nregister b.csv\n"), ElementsAre(HasSubstr("s.rules:3:1: one register of businesses")));
    EXPECT_THAT(problems("plan p\nyear \"a\"\nregister b.csv\n"), ElementsAre(HasSubstr("s.rules:3:1: one register of businesses")));
    EXPECT_THAT(problems("plan p\nat 2023-07-18\nregister b.csv\n"), ElementsAre(HasSubstr("s.rules:3:1: one register of businesses")));
    EXPECT_THAT(problems("register b.csv\n"), ElementsAre(HasSubstr("s.rules:1:1: a script begins with 'plan'")));
}

TEST(RuleScript, reads_moments)
{
    EXPECT_EQ(only<MoveTo>("at 2023-10-15").to, local(2023, 10, 15));
    EXPECT_EQ(only<MoveTo>("at 2023-10-15 09:30").to, local(2023, 10, 15, 9, 30));
    EXPECT_EQ(only<MoveTo>("at 2023-10-15 09:30:15").to, local(2023, 10, 15, 9, 30) + std::chrono::seconds{15});
}

TEST(RuleScript, an_acknowledgement_until_a_day_lasts_to_that_days_end)
{
    EXPECT_EQ(only<Acknowledge>("ack overdue report court 2023 until 2023-11-20").until, local(2023, 11, 21));
    EXPECT_EQ(only<Acknowledge>("ack overdue report until 2023-11-20 12:00").until, local(2023, 11, 20, 12));
}

TEST(RuleScript, reads_what_is_handed_in)
{
    const HandIn figures = only<HandIn>("submit samr 2023-Q3 batches = 412, kitchens = 37/38");
    EXPECT_FALSE(figures.refused);
    const RawSubmission expected{.unit = "samr", .period = "2023-Q3",
                                 .values = {{.indicator = "batches", .value = Decimal{412}},
                                            {.indicator = "kitchens", .numerator = Decimal{37}, .denominator = Decimal{38}}}};
    EXPECT_EQ(std::get<RawSubmission>(figures.what), expected);

    const HandIn refused = only<HandIn>("refuse submit nobody 2023-Q9 batches = -1.5");
    EXPECT_TRUE(refused.refused);
    EXPECT_EQ(std::get<RawSubmission>(refused.what).period, "2023-Q9");

    EXPECT_EQ(std::get<RawFiling>(only<HandIn>("file agri report 2023 \"年度 # 报告\"").what),
              (RawFiling{.unit = "agri", .duty = "report", .period = "2023", .title = "年度 # 报告"}));
    EXPECT_EQ(std::get<RawFiling>(only<HandIn>("file agri report \"t\"").what), (RawFiling{.unit = "agri", .duty = "report", .title = "t"}));
    EXPECT_EQ(std::get<RawFiling>(only<HandIn>("file agri report").what), (RawFiling{.unit = "agri", .duty = "report"}));
}

TEST(RuleScript, an_alert_may_be_named_in_part)
{
    const struct { const char* line; const char* subject; const char* unit; const char* period; } cases[] = {
        {"expect firing overdue report agri 2023-Q4", "report", "agri", "2023-Q4"},
        {"expect firing overdue report agri", "report", "agri", ""},
        {"expect firing overdue report 2023-Q4", "report", "", "2023-Q4"},
        {"expect firing overdue report * 2023-Q4", "report", "", "2023-Q4"},
        {"expect firing overdue report", "report", "", ""},
        {"expect firing overdue *", "", "", ""},
    };
    for (const auto& [line, subject, unit, period] : cases) {
        const AlertPattern alert = only<ExpectAlert>(line).alert;
        EXPECT_EQ(alert.subject.text, subject) << line;
        EXPECT_EQ(alert.unit.text, unit) << line;
        EXPECT_EQ(alert.period.text, period) << line;
    }
}

TEST(RuleScript, a_pattern_matches_the_alerts_that_it_names)
{
    const AlertPattern alert = only<ExpectAlert>("expect no firing overdue report agri").alert;
    EXPECT_TRUE(alert.matches({AlertKind::overdue, "report", "agri", "2023"}));
    EXPECT_TRUE(alert.matches({AlertKind::overdue, "report", "agri", "2024"}));
    EXPECT_FALSE(alert.matches({AlertKind::due_soon, "report", "agri", "2023"}));
    EXPECT_FALSE(alert.matches({AlertKind::overdue, "report", "court", "2023"}));
    EXPECT_FALSE(alert.matches({AlertKind::overdue, "scheme", "agri", "2023"}));
}

TEST(RuleScript, reads_expectations)
{
    EXPECT_EQ(only<ExpectAlert>("expect firing overdue r").state, ExpectAlert::State::firing);
    EXPECT_EQ(only<ExpectAlert>("expect no firing overdue r").state, ExpectAlert::State::not_firing);
    EXPECT_EQ(only<ExpectAlert>("expect resolved overdue r").state, ExpectAlert::State::resolved);

    const ExpectSlot slot = only<ExpectSlot>("expect slot report agri 2023-H2 late due 2023-11-01");
    EXPECT_EQ(slot.period.to_string(), "2023-H2");
    EXPECT_EQ(slot.state, SlotState::late);
    EXPECT_EQ(slot.due.value(), Day{std::chrono::year{2023} / 11 / 1});
    EXPECT_FALSE(only<ExpectSlot>("expect slot report agri 2023-H2 late").due);

    const ExpectSlots slots = only<ExpectSlots>("expect slots overdue report = 23");
    EXPECT_EQ(slots.duty.text, "report");
    EXPECT_EQ(slots.count, 23);
    EXPECT_EQ(only<ExpectSlots>("expect slots waived = 0").duty.text, "");

    const ExpectValue value = only<ExpectValue>("expect value kitchens edu ~ 97.37");
    EXPECT_EQ(value.unit.text, "edu");
    EXPECT_EQ(value.comparison, ExpectValue::Comparison::about);
    EXPECT_EQ(value.value, Decimal::parse("97.37"));
    EXPECT_EQ(only<ExpectValue>("expect value batches >= 5225").comparison, ExpectValue::Comparison::at_least);
    EXPECT_EQ(only<ExpectValue>("expect value batches<=5225").comparison, ExpectValue::Comparison::at_most);

    EXPECT_EQ(only<ExpectStatus>("expect pace batches behind").status, Status::behind);
    EXPECT_EQ(only<ExpectStatus>("expect status batches samr on_track").unit.text, "samr");

    const ExpectNotice notice = only<ExpectNotice>("expect notice -7wd due_soon report agri 2023 to unit:agri");
    EXPECT_TRUE(notice.sent);
    EXPECT_EQ(notice.step, "-7wd");
    EXPECT_EQ(notice.alert.period.text, "2023");
    EXPECT_EQ(notice.recipient, "unit:agri");
    EXPECT_FALSE(only<ExpectNotice>("expect no notice due overdue report agri to zhang").sent);
}

TEST(RuleScript, tells_every_problem_with_line_and_column)
{
    EXPECT_THAT(problems("plan p\n"
                         "expect fring overdue r\n"
                         "  submit 单位 2023-Q3 batches 412\n"
                         "at yesterday\n"
                         "at 2023-10-15 25:00\n"
                         "expect slot r agri 2023-Q5 late\n"
                         "expect slot r agri 2023-Q4 lat\n"
                         "file agri report \"open\n"
                         "expect value batches = many\n"
                         "expect slots overdue = 1.5\n"
                         "expect firing overdue r a 2023 b\n"
                         "at\n"
                         "year 全年按时\n"
                         "year\n"
                         "year \"a\" b\n"
                         "yaer \"a\"\n"),
                ElementsAre(HasSubstr("s.rules:2:8: expected one of: firing"), HasSubstr("s.rules:3:29: '=' was expected, not '412'"),
                            HasSubstr("s.rules:4:4: 'yesterday' is no date"), HasSubstr("s.rules:5:15: '25:00' is no time of day"),
                            HasSubstr("s.rules:6:20: '2023-Q5' is no period"),
                            HasSubstr("s.rules:7:28: 'lat' is no slot state; did you mean 'late'?"),
                            HasSubstr("s.rules:8:18: this quote is never closed"), HasSubstr("s.rules:9:24: 'many' is no number"),
                            HasSubstr("s.rules:10:24: '1.5' is no whole number"), HasSubstr("s.rules:11:32: the statement should end here, not 'b'"),
                            HasSubstr("s.rules:12:3: date (YYYY-MM-DD) was expected here"),
                            HasSubstr("s.rules:13:6: a year has a title in quotes"), HasSubstr("s.rules:14:5: a year has a title in quotes"),
                            HasSubstr("s.rules:15:10: the statement should end here, not 'b'"),
                            HasSubstr("s.rules:16:1: a statement begins with one of: year, at,")));
}

TEST(RuleScript, time_does_not_run_backwards)
{
    EXPECT_THAT(problems("plan p\nat 2023-10-15 09:00\nat 2023-10-15 08:59\nat 2023-10-15 08:59\nyear \"a\"\nat 2023-10-16\nat 2023-10-15\n"),
                ElementsAre(HasSubstr("s.rules:3:1: time does not run backwards"), HasSubstr("s.rules:7:1: time does not run backwards")));
}

TEST(RuleScript, begins_with_its_one_plan)
{
    EXPECT_THAT(problems(""), ElementsAre(HasSubstr("s.rules:1:1: a script begins with 'plan'")));
    EXPECT_THAT(problems("# only words\n"), ElementsAre(HasSubstr("begins with 'plan'")));
    EXPECT_THAT(problems("at 2023-10-15\nat 2023-10-16\n"), ElementsAre(HasSubstr("s.rules:1:1: a script begins with 'plan'")));
    EXPECT_THAT(problems("plan a\nplan b\n"), ElementsAre(HasSubstr("s.rules:2:1: one plan is named in a script, first of all")));
}

TEST(RuleScript, refuses_what_is_no_utf8)
{
    EXPECT_THAT(problems("plan p\nat 2023-10-15 # \xff\n"), ElementsAre("s.rules:2:1: this line is not UTF-8"));
}

TEST(RuleScript, points_at_names_that_the_plan_does_not_know)
{
    Plan plan;
    plan.units = {{.id = "agri"}, {.id = "samr"}};
    plan.duties = {{.id = "report"}};
    plan.indicators = {{.id = "batches"}};
    const RuleScript script = parsed_script("expect firing overdue report agri\n"
                                     "year \"another\"\n"
                                     "expect no firing overdue reprot agri\n"
                                     "expect no firing behind_pace report\n"
                                     "expect slot report argi 2023 late\n"
                                     "expect value batchs samr = 1\n"
                                     "expect no notice due overdue report agri to anyone\n"
                                     "submit nobody 2023 nothing = 1\n");
    std::vector<std::string> lines;
    for (const Problem& problem : problems_of(script, plan)) lines.push_back(to_text({problem}));
    EXPECT_THAT(lines, ElementsAre("s.rules:4:26: the plan has no duty 'reprot'; did you mean 'report'?",
                                   HasSubstr("s.rules:5:30: the plan has no indicator 'report'"),
                                   "s.rules:6:20: the plan has no unit 'argi'; did you mean 'agri'?",
                                   "s.rules:7:14: the plan has no indicator 'batchs'; did you mean 'batches'?"));
}

TEST(RuleScript, tells_form_and_names_together_in_the_order_of_the_script)
{
    Plan plan;
    plan.units = {{.id = "agri"}};
    plan.duties = {{.id = "report"}};
    const RuleScript script = parse_rule_script({"s.rules", "plan p\n"
                                                            "expect slot reprot agri 2023 lat\n"
                                                            "expect firing overdue report argi\n"
                                                            "at soon\n"
                                                            "expect slot report argi\n"});
    std::vector<std::string> lines;
    for (const Problem& problem : problems_of(script, plan)) lines.push_back(to_text({problem}));
    EXPECT_THAT(lines, ElementsAre("s.rules:2:13: the plan has no duty 'reprot'; did you mean 'report'?",
                                   "s.rules:2:30: 'lat' is no slot state; did you mean 'late'?",
                                   "s.rules:3:30: the plan has no unit 'argi'; did you mean 'agri'?", HasSubstr("s.rules:4:4: "),
                                   "s.rules:5:20: the plan has no unit 'argi'; did you mean 'agri'?", HasSubstr("s.rules:5:24: period was expected")));
}

}  // namespace
}  // namespace planwatch

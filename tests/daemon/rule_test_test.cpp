#include "daemon/rule_test.hpp"
#include "tests/daemon/small_plan.hpp"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using example::small_policy;
using ::testing::HasSubstr;

RuleTestReport run(const std::string& lines)
{
    const RuleScript script = parse_rule_script({"small.rules", "plan small-2023\n" + lines});
    const auto policy = small_policy();
    if (const Problems problems = problems_of(script, policy->plan); !problems.empty()) throw std::runtime_error{to_text(problems)};
    return run_rule_test(script, policy);
}

std::string failures(const RuleTestReport& report)
{
    std::string text;
    for (const RuleTestFailure& failure : report.failures) text += to_text(failure);
    return text;
}

// The one failure of `lines`, as people see it.
std::string failure(const std::string& lines)
{
    const RuleTestReport report = run(lines);
    EXPECT_EQ(report.failures.size(), 1U) << failures(report);
    return failures(report);
}

TEST(RuleTest, a_year_that_goes_as_expected_passes)
{
    const RuleTestReport report = run(R"(
at 2023-10-09 09:00
submit east 2023-Q3 batches = 60, kitchens = 37/38
expect value batches = 60
expect value kitchens ~ 97.37
expect status kitchens not_held
expect firing below_hold kitchens
at 2023-10-25
expect firing due_soon report
expect slot report east 2023 due_soon due 2023-11-01
file east report 2023 "年度报告"
expect no firing due_soon report east
expect resolved due_soon report east
expect slot report east 2023 on_time
at 2023-11-02
expect firing overdue report west 2023
expect no firing overdue report east
expect notice due overdue report west to unit:west
expect no notice due overdue report east to unit:east
expect slots overdue report = 1
at 2023-11-03 10:00
file west report "补报"
expect resolved overdue report west
expect slot report west 2023 late
)");
    EXPECT_EQ(failures(report), "");
    EXPECT_EQ(report.passed, 16U);
}

TEST(RuleTest, a_refusal_that_is_expected_passes)
{
    const RuleTestReport report = run("at 2023-10-09\nrefuse submit west 2023-Q3 batches = 1\nrefuse file north report \"x\"\n");
    EXPECT_EQ(failures(report), "");
    EXPECT_EQ(report.passed, 2U);
}

TEST(RuleTest, a_failure_shows_expected_and_actual_and_why)
{
    const std::string text = failure("at 2023-10-09\nsubmit east 2023-Q3 batches = 60\nexpect value batches = 61\n");
    EXPECT_THAT(text, HasSubstr("small.rules:4: expect value batches = 61\n"));
    EXPECT_THAT(text, HasSubstr("expected  = 61\n"));
    EXPECT_THAT(text, HasSubstr("actual    60\n"));
    EXPECT_THAT(text, HasSubstr("目标 ≥ 100 批次")) << "the arithmetic is shown";
}

TEST(RuleTest, each_year_begins_with_nothing_handed_in)
{
    const RuleTestReport report = run(R"(
at 2023-10-25
file east report 2023 "年度报告"
submit east 2023-Q3 batches = 100
at 2023-11-02
expect firing overdue report west
expect slot report east 2023 on_time
expect status batches reached
year "一份未交"
at 2023-10-09
expect slot report east 2023 upcoming
expect status batches no_data
expect no firing overdue *
at 2023-11-02
expect resolved due_soon report east
expect slot report east 2023 overdue
year "补交"
at 2023-11-03
file east report 2023 "补报"
expect slot report east 2023 late
)");
    EXPECT_EQ(failures(report), "");
    EXPECT_EQ(report.passed, 9U);
}

TEST(RuleTest, neither_resolved_alerts_nor_notices_reach_into_the_next_year)
{
    const RuleTestReport report = run(R"(
at 2023-11-03
file east report 2023 "补报"
expect resolved overdue report east
expect notice due overdue report east to unit:east
year "下一年"
expect resolved overdue report east
expect notice due overdue report east to unit:east
)");
    EXPECT_EQ(report.passed, 2U);
    ASSERT_EQ(report.failures.size(), 2U) << failures(report);
    EXPECT_EQ(report.failures[0].actual, "never fired");
    EXPECT_EQ(report.failures[1].actual, "not sent");
}

TEST(RuleTest, a_failure_names_the_year_it_happened_in)
{
    const RuleTestReport report = run("expect value batches = 1\nyear \"全年按时\"\nexpect value batches = 2\n");
    ASSERT_EQ(report.failures.size(), 2U);
    EXPECT_THAT(to_text(report.failures[0]), ::testing::StartsWith("small.rules:2: expect value batches = 1\n"));
    EXPECT_EQ(report.failures[1].year, "全年按时");
    EXPECT_THAT(to_text(report.failures[1]), ::testing::StartsWith("small.rules:4 (全年按时): expect value batches = 2\n"));
}

TEST(RuleTest, what_was_firing_is_shown_where_something_else_was_expected)
{
    const std::string text = failure("at 2023-11-02\nexpect firing overdue figures east 2023-Q4\n");
    EXPECT_THAT(text, HasSubstr("expected  firing: overdue figures east 2023-Q4"));
    EXPECT_THAT(text, HasSubstr("actual    not firing"));
    EXPECT_THAT(text, HasSubstr("overdue report west 2023: "));
}

TEST(RuleTest, each_kind_of_expectation_can_fail)
{
    const struct {
        const char* lines;
        const char* expected;
        const char* actual;
    } cases[] = {
        {"at 2023-11-02\nexpect no firing overdue report east\n", "not firing: overdue report east", "firing"},
        {"at 2023-11-02\nexpect resolved overdue report east\n", "resolved: overdue report east", "firing"},
        {"expect resolved overdue report east\n", "resolved: overdue report east", "never fired"},
        {"at 2023-11-02\nexpect slot report east 2023 on_time\n", "on_time", "overdue due 2023-11-01"},
        {"expect slot report east 2023 upcoming due 2023-11-11\n", "upcoming due 2023-11-11", "upcoming due 2023-11-01"},
        {"expect slot report fso 2023 upcoming\n", "upcoming", "no such slot: nobody owes report fso 2023"},
        {"at 2023-11-02\nexpect slots overdue report = 1\n", "1 overdue", "2 overdue"},
        {"expect value batches = 0\n", "= 0", "no value: nothing was reported"},
        {"expect status batches reached\n", "reached", "no_data"},
        {"at 2023-11-02\nexpect notice due overdue report east to nobody\n", "due to nobody", "not sent"},
        {"at 2023-11-02\nexpect no notice due overdue report east to unit:east\n", "not sent",
         "due to unit:east at 2023-11-02T00:00:00+08:00"},
        {"ack overdue report until 2023-11-20\n", "overdue report to acknowledge", "not firing"},
        {"at 2023-10-09\nrefuse submit east 2023-Q3 batches = 1\n", "refused", "accepted"},
        {"at 2023-10-09\nsubmit west 2023-Q3 batches = 1\n", "accepted", "refused"},
    };
    for (const auto& [lines, expected, actual] : cases) {
        const RuleTestReport report = run(lines);
        ASSERT_EQ(report.failures.size(), 1U) << lines << failures(report);
        EXPECT_EQ(report.failures[0].expected, expected) << lines;
        EXPECT_EQ(report.failures[0].actual, actual) << lines;
    }
}

TEST(RuleTest, an_acknowledged_alert_goes_on_firing_and_the_ladder_rests)
{
    const RuleTestReport report = run(R"(
at 2023-11-02 08:00
ack overdue report east until 2023-11-30
at 2023-11-20
expect firing overdue report east
expect notice +1wd overdue report west to unit:west
expect no notice +1wd overdue report east to unit:east
)");
    EXPECT_EQ(failures(report), "");
}

const std::filesystem::path plan_folder = SOURCE_DIR "/config/plans";

// A script about one of the plans in config/plans, from that folder.
RuleTestReport run_shipped(const SourceFile& file)
{
    const RuleScript script = parse_rule_script(file);
    Sources sources = load_sources(plan_folder / (script.plan + ".toml"), {}, {});
    if (script.register_file) sources.businesses = read_file(plan_folder / script.register_file->text);
    const auto policy = compile(sources);
    if (!policy) throw std::runtime_error{to_text(policy.error())};
    if (const Problems problems = problems_of(script, (*policy)->plan); !problems.empty()) throw std::runtime_error{to_text(problems)};
    return run_rule_test(script, *policy);
}

TEST(ShippedScripts, all_come_true)
{
    std::size_t scripts = 0;
    for (const auto& entry : std::filesystem::directory_iterator{plan_folder}) {
        if (entry.path().extension() != ".rules") continue;
        ++scripts;
        const RuleTestReport report = run_shipped(read_file(entry.path()));
        EXPECT_EQ(failures(report), "");
        EXPECT_GT(report.passed, 0U) << entry.path();
    }
    EXPECT_GT(scripts, 0U);
}

TEST(ShippedScripts, the_example_in_the_description_of_the_language_comes_true)
{
    const std::string text = read_file(SOURCE_DIR "/config/README.md").text;
    const std::string fence = "```\n";
    const std::size_t begin = text.find(fence + "plan beichen-2023 ");
    ASSERT_NE(begin, std::string::npos);
    const std::size_t first = begin + fence.size();
    const RuleTestReport report = run_shipped({"README.md", text.substr(first, text.find(fence, first) - first)});
    EXPECT_EQ(failures(report), "");
    EXPECT_EQ(report.passed, 10U);
}

}  // namespace
}  // namespace planwatch

// Every plan in config/plans ships a rule script that walks through its whole year. What the scripts claim is run by
// `planwatch test`; here it is only whether they claim enough.
#include "config/calendar.hpp"
#include "config/policy.hpp"
#include "config/rule_script.hpp"
#include "rules/policy.hpp"
#include "tests/config/plan_text.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace planwatch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What the years of a script show, all of them together.
struct Shown {
    std::set<std::pair<std::string, SlotState>> slots;
    std::set<std::pair<std::string, Status>> statuses;
    std::set<std::string> refused_filings;  // their duties
};

void note(Shown& shown, const ScriptStep& step)
{
    if (const auto* slot = std::get_if<ExpectSlot>(&step.what)) shown.slots.emplace(slot->duty.text, slot->state);
    if (const auto* status = std::get_if<ExpectStatus>(&step.what)) shown.statuses.emplace(status->indicator.text, status->status);
    if (const auto* hand_in = std::get_if<HandIn>(&step.what); hand_in && hand_in->refused)
        if (const auto* filing = std::get_if<RawFiling>(&hand_in->what)) shown.refused_filings.insert(filing->duty);
}

Shown shown_by(const RuleScript& script)
{
    Shown shown;
    for (const ScriptYear& year : script.years)
        for (const ScriptStep& step : year.steps) note(shown, step);
    return shown;
}

std::set<DutyIndex> duties_owed(const Policy& policy)
{
    std::set<DutyIndex> owed;
    for (const Deadline& deadline : deadlines_of(policy)) owed.insert(deadline.duty);
    return owed;
}

std::vector<std::string> duties_lacking(const Policy& policy, const Shown& shown)
{
    using enum SlotState;
    std::vector<std::string> lines;
    const std::set<DutyIndex> owed = duties_owed(policy);
    for (DutyIndex i = 0; i < policy.plan.duties.size(); ++i) {
        const std::string& duty = policy.plan.duties[i].id;
        if (!owed.contains(i)) {  // all of it lay before the issue: there is no slot to expect
            if (!shown.refused_filings.contains(duty))
                lines.push_back(fmt::format("refuse file … {}: nothing of it is owed", duty));
            continue;
        }
        for (const SlotState state : {on_time, late, overdue})
            if (!shown.slots.contains({duty, state})) lines.push_back(fmt::format("expect slot {} … {}", duty, to_string(state)));
    }
    return lines;
}

std::vector<std::string> targets_lacking(const Plan& plan, const Shown& shown)
{
    using enum Status;
    std::vector<std::string> lines;
    for (const Indicator& indicator : plan.indicators) {
        if (!indicator.target) continue;
        for (const Status status : indicator.target->hold ? std::array{held, not_held} : std::array{reached, missed})
            if (!shown.statuses.contains({indicator.id, status}))
                lines.push_back(fmt::format("expect status {} {}", indicator.id, to_string(status)));
    }
    return lines;
}

// The statements that a script lacks, one a line.
std::vector<std::string> lacking(const Policy& policy, const RuleScript& script)
{
    const Shown shown = shown_by(script);
    std::vector<std::string> lines = duties_lacking(policy, shown);
    std::ranges::move(targets_lacking(policy.plan, shown), std::back_inserter(lines));
    return lines;
}

std::vector<std::string> lacking(const std::string& plan, const std::string& script)
{
    const auto policy = compile({.plan = {"p.toml", plan}, .calendar = builtin_calendar()});
    if (!policy) throw std::runtime_error{to_text(policy.error())};
    return lacking(**policy, parse_rule_script({"p.rules", "plan p-2023\n" + script}));
}

const std::string one_duty_and_one_target = R"(
expect slot progress samr 2023-Q3 on_time
expect slot progress agri 2023-Q3 late
expect status batches reached
year "未报"
expect slot progress samr 2023-Q4 overdue
expect pace batches missed
)";

TEST(ScriptCoverage, is_whole_where_the_years_show_everything_between_them)
{
    EXPECT_THAT(lacking(small_plan, one_duty_and_one_target), IsEmpty());
}

TEST(ScriptCoverage, names_every_statement_that_lacks)
{
    EXPECT_THAT(lacking(small_plan, ""),
                ElementsAre("expect slot progress … on_time", "expect slot progress … late", "expect slot progress … overdue",
                            "expect status batches reached", "expect status batches missed"));
}

TEST(ScriptCoverage, a_count_of_slots_or_an_alert_is_no_slot_shown)
{
    const std::string script = with(one_duty_and_one_target, "expect slot progress samr 2023-Q4 overdue",
                                    "expect slots overdue progress = 1\nexpect firing overdue progress samr 2023-Q4");
    EXPECT_THAT(lacking(small_plan, script), ElementsAre("expect slot progress … overdue"));
}

TEST(ScriptCoverage, what_is_to_be_held_is_shown_held_and_not)
{
    const std::string plan = with(small_plan, "pace = \"linear\"", "hold = true");
    EXPECT_THAT(lacking(plan, one_duty_and_one_target),
                ElementsAre("expect status batches held", "expect status batches not_held"));
}

TEST(ScriptCoverage, a_duty_that_lay_before_the_issue_is_shown_to_be_owed_no_more)
{
    const std::string plan = with(small_plan, "period_end + 10d", "06-30");
    EXPECT_THAT(lacking(plan, one_duty_and_one_target), ElementsAre("refuse file … progress: nothing of it is owed"));
    EXPECT_THAT(lacking(plan, one_duty_and_one_target + "refuse file samr progress 2023-Q1 \"一季度\"\n"), IsEmpty());
}

std::vector<std::filesystem::path> shipped_plans()
{
    std::vector<std::filesystem::path> plans;
    for (const auto& entry : std::filesystem::directory_iterator{SOURCE_DIR "/config/plans"})
        if (entry.path().extension() == ".toml") plans.push_back(entry.path());
    std::ranges::sort(plans);
    return plans;
}

// The plan as `planwatch test` loads it for the script.
Result<std::shared_ptr<const Policy>> policy_for(const RuleScript& script, const std::filesystem::path& plan)
{
    Sources sources = load_sources(plan, {}, {});
    if (script.register_file) sources.businesses = read_file(plan.parent_path() / script.register_file->text);
    return compile(sources);
}

class ShippedScript : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(ShippedScript, shows_every_duty_met_missed_and_late_and_every_target_reached_and_missed)
{
    const std::filesystem::path file = std::filesystem::path{GetParam()}.replace_extension(".rules");
    ASSERT_TRUE(std::filesystem::exists(file)) << "the plan ships no " << file.filename();
    const RuleScript script = parse_rule_script(read_file(file));
    const auto policy = policy_for(script, GetParam());
    ASSERT_TRUE(policy) << to_text(policy.error());
    EXPECT_EQ(script.plan, (*policy)->plan.id);
    EXPECT_EQ(to_text(problems_of(script, (*policy)->plan)), "");
    const std::vector<std::string> lines = lacking(**policy, script);
    EXPECT_TRUE(lines.empty()) << file.filename() << " lacks\n" << fmt::format("{}", fmt::join(lines, "\n"));
}

std::string plan_name(const ::testing::TestParamInfo<std::filesystem::path>& plan)
{
    std::string name = plan.param.stem().string();
    std::ranges::replace(name, '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Plans, ShippedScript, ::testing::ValuesIn(shipped_plans()), plan_name);

}  // namespace
}  // namespace planwatch

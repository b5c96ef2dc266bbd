#include "daemon/simulator.hpp"
#include "exporters/views.hpp"
#include "tests/daemon/small_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using example::small_policy;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Instant moment(const char* text) { return parse_instant(text).value(); }

struct Told {
    std::vector<std::string> lines;  // "2023-11-02T00:00:00+08:00 firing overdue report east"
    std::string json;
    std::vector<Problems> refused;  // of each input
};

std::string line_of(const Happening& happening)
{
    const Zone& zone = happening.policy->zone;
    if (const auto* notice = std::get_if<Notice>(&happening.what))
        return format_instant(notice->at, zone) + " notice " + notice->step + " " + notice->alert.text() + " to " + notice->recipient.id.text();
    const auto& transition = std::get<Transition>(happening.what);
    const AlertKey& key = transition.alert.key;
    return format_instant(transition.at, zone) + (transition.event == AlertEvent::fired ? " firing " : " resolved ") +
           std::string{to_string(key.kind)} + " " + key.subject + " " + key.unit;
}

Told tell(const char* from, const char* to, const std::vector<Timed>& inputs = {})
{
    const std::vector<SimulatedPlan> plans{{small_policy(), moment(from), moment(to)}};
    Told told;
    told.refused = simulate(plans, inputs, [&](const Happening& happening) {
        if (std::holds_alternative<Message>(happening.what)) return;
        told.lines.push_back(line_of(happening));
        const auto* transition = std::get_if<Transition>(&happening.what);
        told.json += transition ? transition_line(*happening.policy, *transition)
                                : notice_line(*happening.policy, std::get<Notice>(happening.what));
        told.json += '\n';
    });
    return told;
}

Told autumn(const std::vector<Timed>& inputs = {})
{
    return tell("2023-10-20T00:00:00+08:00", "2023-11-11T00:00:00+08:00", inputs);
}

Timed filing(const char* at, const char* unit)
{
    return {moment(at), RawFiling{.plan = "small-2023", .unit = unit, .duty = "report", .period = "2023", .title = "报告"}};
}

Timed batches(const char* at, const char* period, int value)
{
    return {moment(at),
            RawSubmission{.plan = "small-2023", .unit = "east", .period = period, .values = {{.indicator = "batches", .value = Decimal{value}}}}};
}

TEST(Simulator, reminds_every_unit_before_the_due_date)
{
    const std::vector<std::string> lines = autumn().lines;
    for (const char* unit : {"east", "west"}) {
        const std::string alert = std::string{"small-2023:due_soon:report:"} + unit + ":2023 to unit:" + unit;
        EXPECT_THAT(lines, Contains("2023-10-23T09:00:00+08:00 notice -7wd " + alert));
        EXPECT_THAT(lines, Contains("2023-10-31T09:00:00+08:00 notice -1wd " + alert));
    }
}

TEST(Simulator, stamps_overdue_with_the_due_moment_and_ends_the_reminder_then)
{
    const std::vector<std::string> lines = autumn().lines;
    for (const char* unit : {"east", "west"}) {
        EXPECT_THAT(lines, Contains(std::string{"2023-11-02T00:00:00+08:00 firing overdue report "} + unit));
        EXPECT_THAT(lines, Contains(std::string{"2023-11-02T00:00:00+08:00 resolved due_soon report "} + unit));
    }
}

TEST(Simulator, a_filing_in_time_ends_reminders_and_never_becomes_overdue)
{
    const std::vector<std::string> lines = autumn({filing("2023-10-30T10:00:00+08:00", "east")}).lines;
    EXPECT_THAT(lines, Contains("2023-10-30T10:00:00+08:00 resolved due_soon report east"));
    EXPECT_THAT(lines, Not(Contains(HasSubstr("firing overdue report east"))));
    EXPECT_THAT(lines, Not(Contains(HasSubstr("2023-10-31T09:00:00+08:00 notice -1wd small-2023:due_soon:report:east"))));
    EXPECT_THAT(lines, Contains(HasSubstr("firing overdue report west")));
}

TEST(Simulator, a_late_filing_resolves_the_alert_and_the_slot_stays_late)
{
    EXPECT_THAT(autumn({filing("2023-11-03T15:00:00+08:00", "east")}).lines,
                Contains("2023-11-03T15:00:00+08:00 resolved overdue report east"));

    Simulator simulator{small_policy(), [](const Changes&) {}};
    const RawFiling late = std::get<RawFiling>(filing("2023-11-03T15:00:00+08:00", "east").what);
    ASSERT_TRUE(simulator.file(late, moment("2023-11-03T15:00:00+08:00")));
    simulator.advance(moment("2023-12-31T00:00:00+08:00"));
    const std::vector<SlotRow> rows = slot_rows(simulator.engine(), {.unit = "east", .duty = "report"});
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].slot.state, SlotState::late);
}

TEST(Simulator, tells_in_order_of_time_and_only_what_lies_in_the_window)
{
    const std::vector<std::string> lines = autumn().lines;
    ASSERT_FALSE(lines.empty());
    std::vector<std::string> times;
    for (const std::string& line : lines) times.push_back(line.substr(0, 25));
    EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
    EXPECT_GE(times.front(), "2023-10-20T00:00:00+08:00");
    EXPECT_LE(times.back(), "2023-11-11T00:00:00+08:00");
}

TEST(Simulator, both_ends_of_the_window_are_told)
{
    const std::vector<std::string> lines = tell("2023-11-02T00:00:00+08:00", "2023-11-02T00:00:00+08:00").lines;
    EXPECT_THAT(lines, Contains("2023-11-02T00:00:00+08:00 firing overdue report east"));
    for (const std::string& line : lines) EXPECT_EQ(line.substr(0, 25), "2023-11-02T00:00:00+08:00");
}

TEST(Simulator, the_same_input_gives_the_same_bytes)
{
    const auto inputs = [] {
        return std::vector<Timed>{filing("2023-11-03T15:00:00+08:00", "east"),
                                           batches("2023-10-21T09:00:00+08:00", "2023-Q3", 30)};
    };
    const std::string once = autumn(inputs()).json;
    EXPECT_FALSE(once.empty());
    EXPECT_EQ(autumn(inputs()).json, once);
}

TEST(Simulator, the_order_of_inputs_that_come_at_different_times_does_not_count)
{
    const Timed early = batches("2023-10-21T09:00:00+08:00", "2023-Q3", 30),
                         late = batches("2023-11-01T09:00:00+08:00", "2023-Q3", 60);
    EXPECT_EQ(autumn({early, late}).json, autumn({late, early}).json);
}

TEST(Simulator, refused_inputs_are_named_and_change_nothing)
{
    Timed stranger = filing("2023-10-30T10:00:00+08:00", "north");
    Timed elsewhere = filing("2023-10-30T10:00:00+08:00", "east");
    std::get<RawFiling>(elsewhere.what).plan = "other-2023";
    const Told told = autumn({stranger, elsewhere});
    ASSERT_EQ(told.refused.size(), 2U);
    EXPECT_EQ(to_text(told.refused[0]), "/unit: unknown unit 'north' in plan small-2023");
    EXPECT_EQ(to_text(told.refused[1]), "/plan: plan 'other-2023' is not simulated here");
    EXPECT_EQ(told.json, autumn().json);
}

TEST(Simulator, inputs_that_could_not_be_read_whole_are_looked_at_all_the_same)
{
    Timed never = filing("2023-10-30T10:00:00+08:00", "north");
    never.at = Instant::max();
    std::get<RawFiling>(never.what).faults = {{"/at", "is missing"}};
    Timed elsewhere = never;
    std::get<RawFiling>(elsewhere.what).plan = "other-2023";
    const Told told = autumn({never, elsewhere});
    EXPECT_THAT(to_text(told.refused[0]), HasSubstr("/unit: unknown unit 'north'"));
    EXPECT_THAT(to_text(told.refused[0]), HasSubstr("/at: is missing"));
    EXPECT_EQ(to_text(told.refused[1]), "/plan: plan 'other-2023' is not simulated here\n/at: is missing");
    EXPECT_EQ(told.json, autumn().json);
}

TEST(Simulator, figures_bring_a_lagging_indicator_back)
{
    const std::vector<Timed> inputs{batches("2023-10-09T09:00:00+08:00", "2023-Q3", 5),
                                             batches("2023-10-25T09:00:00+08:00", "2023-10", 95)};
    const std::vector<std::string> lines = tell("2023-08-24T00:00:00+08:00", "2023-12-31T00:00:00+08:00", inputs).lines;
    EXPECT_THAT(lines, Contains(HasSubstr("firing behind_pace batches")));
    EXPECT_THAT(lines, Contains("2023-10-25T09:00:00+08:00 resolved behind_pace batches east"));
}

TEST(Simulator, several_plans_are_merged_in_order_of_time)
{
    const auto policy = small_policy();
    Policy other = *policy;
    other.plan.id = "other-2023";
    const Instant from = moment("2023-11-02T00:00:00+08:00");
    const std::vector<SimulatedPlan> plans{{policy, from, from}, {std::make_shared<const Policy>(other), from, from}};
    std::vector<std::string> order;
    simulate(plans, {}, [&](const Happening& happening) {
        if (order.empty() || order.back() != happening.policy->plan.id) order.push_back(happening.policy->plan.id);
    });
    EXPECT_THAT(order, ElementsAre("small-2023", "other-2023"));
}

}  // namespace
}  // namespace planwatch

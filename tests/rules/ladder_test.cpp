#include "rules/ladder.hpp"

#include "tests/rules/values.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace planwatch::testing;
using namespace std::chrono_literals;

TEST(DefaultLadder, ClimbsFromTheReporterToTheLeaders)
{
    std::string text;
    for (const LadderStep& step : default_ladder().steps) {
        text += fmt::format("{} {}", step.name(), to_string(step.severity));
        for (const Audience audience : step.audiences) text += fmt::format(" {}", to_string(audience));
        text += '\n';
    }
    EXPECT_EQ(text,
              "-7wd info reporter\n"
              "-3wd info reporter\n"
              "-1wd info reporter unit_head\n"
              "0 info reporter unit_head\n"
              "due warning reporter unit_head office\n"
              "+1wd warning reporter office\n"
              "+3wd warning reporter unit_head office\n"
              "+7wd critical reporter unit_head office leaders\n");
}

TEST(DefaultLadder, StandsAroundADueDateInWorkingDays)
{
    // Due on Sunday 8 October 2023, which is worked; the eight days off before it are not counted.
    const Day date = day("2023-10-08");
    const Instant moment = instant("2023-10-09T00:00:00+08:00");
    std::vector<std::string> found;
    for (const LadderStep& step : default_ladder().steps)
        found.push_back(format_instant(step_instant(step, date, moment, autumn_calendar(), shanghai()), shanghai()));
    const std::vector<std::string> want{"2023-09-21T09:00:00+08:00", "2023-09-27T09:00:00+08:00", "2023-10-07T09:00:00+08:00",
                                        "2023-10-08T09:00:00+08:00", "2023-10-09T00:00:00+08:00", "2023-10-09T09:00:00+08:00",
                                        "2023-10-11T09:00:00+08:00", "2023-10-17T09:00:00+08:00"};
    EXPECT_EQ(found, want);
}

TEST(LadderSteps, AreNamedByTheirOffset)
{
    EXPECT_EQ((LadderStep{.offset = -3, .working = false}).name(), "-3d");
    EXPECT_EQ((LadderStep{.offset = 10, .working = true}).name(), "+10wd");
    EXPECT_EQ((LadderStep{.offset = 0, .time = 9h}).name(), "0");
    EXPECT_EQ(LadderStep{}.name(), "due");
}

TEST(LadderSteps, InCalendarDaysNeedNoCalendar)
{
    const Day date = day("2023-10-08");
    const Instant moment = instant("2023-10-08T17:00:00+08:00");
    const auto at = [&](const LadderStep& step) { return step_instant(step, date, moment, autumn_calendar(), shanghai()); };
    EXPECT_EQ(at({.offset = -3, .working = false, .time = 9h + 30min}), instant("2023-10-05T09:30:00+08:00"));
    EXPECT_EQ(at({.offset = 2, .working = false}), instant("2023-10-10T00:00:00+08:00"));
    EXPECT_EQ(at({}), moment);
}

}  // namespace
}  // namespace planwatch

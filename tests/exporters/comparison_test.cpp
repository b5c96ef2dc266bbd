#include "exporters/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const Zone utc{};

Instant at(const char* text) { return parse_instant(std::string{text} + ":00Z").value(); }

Transition transition(AlertEvent event, const char* unit, const char* when)
{
    return {at(when), event, {.key = {AlertKind::overdue, "report", unit, "2023"}}};
}

Message message(const char* person, const char* when, std::initializer_list<const char*> said, const char* channel = "mail")
{
    Message made{.at = at(when), .recipient = {person, person, channel, "x"}};
    for (const char* each : said) made.notices.push_back({.alert = std::string{"p:overdue:report:"} + each + ":2023", .step = "+1wd"});
    return made;
}

std::vector<std::string> differences(const Comparison& comparison)
{
    std::vector<std::string> all;
    for (const ComparedAlert& each : comparison.alerts) all.push_back(each.key.unit + " " + std::string{to_string(each.difference)});
    for (const ComparedMessage& each : comparison.messages)
        all.push_back((each.was ? *each.was : *each.would_be).recipient.id + " " + std::string{to_string(each.difference)});
    return all;
}

Comparison compare_november(const Course& was, const Course& would_be)
{
    return compare(was, would_be, at("2023-11-01T00:00"), at("2023-11-30T00:00"), utc);
}

TEST(Comparison, OfTheSameCourseIsAllTheSame)
{
    const Course course{{transition(AlertEvent::fired, "east", "2023-11-02T00:00"), transition(AlertEvent::resolved, "east", "2023-11-03T00:00")},
                        {message("zhao", "2023-11-02T09:00", {"east"})}};
    EXPECT_THAT(differences(compare_november(course, course)), ElementsAre("east same", "zhao same"));
}

TEST(Comparison, TellsWhatComesGoesAndMoves)
{
    const Course was{{transition(AlertEvent::fired, "east", "2023-11-02T00:00"), transition(AlertEvent::fired, "west", "2023-11-02T00:00"),
                      transition(AlertEvent::fired, "old", "2023-10-02T00:00"), transition(AlertEvent::resolved, "old", "2023-10-03T00:00")},
                     {}};
    const Course would_be{{transition(AlertEvent::fired, "east", "2023-11-04T00:00"), transition(AlertEvent::fired, "north", "2023-11-05T00:00")}, {}};
    EXPECT_THAT(differences(compare_november(was, would_be)), ElementsAre("east moves", "west goes", "north comes")) << "what was over before is left out";
}

TEST(Comparison, AnAlertThatEndsAtAnotherMomentMoves)
{
    const Course was{{transition(AlertEvent::fired, "east", "2023-11-02T00:00"), transition(AlertEvent::resolved, "east", "2023-11-03T00:00")}, {}};
    const Course would_be{{transition(AlertEvent::fired, "east", "2023-11-02T00:00")}, {}};
    EXPECT_THAT(differences(compare_november(was, would_be)), ElementsAre("east moves"));
}

TEST(Comparison, PairsMessagesByMomentThenByWhatTheyHaveInCommon)
{
    const Course was{{}, {message("zhao", "2023-11-02T09:00", {"east", "west"}), message("zhao", "2023-11-03T09:00", {"north"}),
                          message("zhao", "2023-11-06T09:00", {"south"}), message("li", "2023-11-06T09:00", {"south"})}};
    const Course would_be{{}, {message("zhao", "2023-11-02T09:00", {"east"}), message("zhao", "2023-11-07T09:00", {"north", "else"}),
                               message("zhao", "2023-11-08T09:00", {"new"}), message("li", "2023-11-06T09:00", {"south"}, "wecom")}};
    const Comparison comparison = compare_november(was, would_be);
    EXPECT_THAT(differences(comparison), ElementsAre("zhao changes", "zhao moves", "li changes", "zhao goes", "zhao comes"));
    const ComparedPerson& zhao = comparison.people.at("zhao");
    EXPECT_EQ(zhao.was.messages, 3U);
    EXPECT_EQ(zhao.was.most_a_week, 2U);
    EXPECT_EQ(zhao.would_be.most_a_week, 2U);
    EXPECT_EQ(zhao.differences.at(Difference::goes), 1U);
}

TEST(Comparison, AReportIsNamedAndPairedWithAReport)
{
    Message report{.at = at("2023-11-03T09:00"), .recipient = {"zhao", "zhao", "mail", "x"}, .report = true};
    Message later = report;
    later.at = at("2023-11-06T09:00");
    const Course was{{}, {message("zhao", "2023-11-03T09:00", {"east"}), report}};
    const Comparison same = compare_november(was, {{}, {report}});
    EXPECT_THAT(differences(same), ElementsAre("zhao same", "zhao goes"));
    const Comparison moved = compare_november(was, {{}, {message("zhao", "2023-11-03T09:00", {"east"}), later}});
    EXPECT_THAT(differences(moved), ElementsAre("zhao same", "zhao moves"));
    const Comparison fewer = compare_november(was, {{}, {message("zhao", "2023-11-03T09:00", {"east"})}});
    EXPECT_THAT(comparison_table(fewer, "p", utc), HasSubstr("取消  zhao    2023-11-03T09:00:00+00:00  报告    -         -         报告\n"));
    EXPECT_THAT(comparison_lines(fewer, "p", utc), HasSubstr(R"("notices":[],"report":true)"));
}

TEST(Comparison, IsShownSideBySide)
{
    const Course was{{transition(AlertEvent::fired, "east", "2023-11-02T00:00")}, {message("zhao", "2023-11-02T09:00", {"east", "west"})}};
    const Course would_be{{}, {message("zhao", "2023-11-02T09:00", {"east"})}};
    const Comparison comparison = compare_november(was, would_be);
    const std::string table = comparison_table(comparison, "p", utc);
    EXPECT_THAT(table, HasSubstr("取消"));
    EXPECT_THAT(table, HasSubstr("－逾期未报 report west 2023 +1wd"));
    EXPECT_THAT(table, Not(HasSubstr("＋")));
    const std::string lines = comparison_lines(comparison, "p", utc);
    EXPECT_THAT(lines, HasSubstr(R"({"compared":"alert","plan":"p","difference":"goes","alert":"p:overdue:report:east:2023",)"
                                 R"("was":{"fired":"2023-11-02T00:00:00+00:00","resolved":null},"would_be":null})"));
    EXPECT_THAT(lines, HasSubstr(R"("compared":"person","plan":"p","recipient":"zhao","name":"zhao","messages_were":1,"messages_would_be":1,)"));
}

}  // namespace
}  // namespace planwatch

#include "config/settings.hpp"

#include <gmock/gmock.h>

namespace planwatch {
namespace {

constexpr const char* a_contact = "[[contact]]\nid = 'wang'\nname = '王'\naudiences = ['office']\nmail = 'wang@example.org'\n";

Settings read(const std::string& text)
{
    const auto settings = parse_settings({"planwatch.toml", a_contact + text});
    if (!settings) throw std::runtime_error{to_text(settings.error())};
    return *settings;
}

std::string report_problems(const std::string& text)
{
    const auto settings = parse_settings({"f", a_contact + text});
    return settings ? "none" : to_text(settings.error());
}

TEST(ReportSettings, without_a_word_the_monthly_report_alone_is_sent_and_units_are_ranked)
{
    const ReportRules reports = read("").office.reports;
    EXPECT_EQ(reports, ReportRules{});
    EXPECT_TRUE(reports.ranked);
    for (const ReportKind kind : all_report_kinds) EXPECT_EQ(reports.of(kind).send, kind == ReportKind::monthly) << to_string(kind);
    EXPECT_EQ(reports.of(ReportKind::monthly).when.to_string(), "period_end + 3wd 09:00");
}

TEST(ReportSettings, a_table_of_a_kind_has_it_sent_and_keeps_the_default_of_what_it_leaves_out)
{
    const Settings settings = read("[reports]\nranking = false\n[reports.bulletin]\n[reports.quarterly]\nwhen = 'next day 8 10:30 roll forward'\n"
                                   "plans = ['beichen-2023']\ntell = ['lead_unit']\ncontacts = ['wang']\n[reports.monthly]\nsend = false\n");
    const ReportRules& reports = settings.office.reports;
    EXPECT_FALSE(reports.ranked);
    EXPECT_FALSE(reports.of(ReportKind::monthly).send);
    ReportRule bulletin = ReportRules{}.of(ReportKind::bulletin);
    bulletin.send = true;
    EXPECT_EQ(reports.of(ReportKind::bulletin), bulletin);
    const ReportRule& quarterly = reports.of(ReportKind::quarterly);
    EXPECT_EQ(quarterly.when.to_string(), "next day 8 10:30 roll forward");
    EXPECT_THAT(quarterly.plans, ::testing::ElementsAre("beichen-2023"));
    EXPECT_THAT(quarterly.audiences, ::testing::ElementsAre(Audience::lead_unit));
    EXPECT_THAT(quarterly.contacts, ::testing::ElementsAre("wang"));
    EXPECT_EQ(settings.report_places[static_cast<std::size_t>(ReportKind::quarterly)], "planwatch.toml:9:1");
    EXPECT_EQ(settings.report_places[static_cast<std::size_t>(ReportKind::reminder)], "");
}

TEST(ReportSettings, contacts_alone_may_be_told)
{
    const ReportRule rule = read("[reports.inspection]\ntell = []\ncontacts = ['wang']\n").office.reports.of(ReportKind::inspection);
    EXPECT_TRUE(rule.audiences.empty());
    EXPECT_THAT(rule.contacts, ::testing::ElementsAre("wang"));
}

TEST(ReportSettings, every_problem_is_told_with_its_place_and_the_nearest_name)
{
    EXPECT_EQ(report_problems("[reports]\nrankings = true\n[reports.monthy]\n[reports.monthly]\nwhen = 'period_end + 3wd'\ntell = ['leader']\n"
                              "contacts = ['wnag']\nto = 'x'\n[reports.bulletin]\nwhen = 'issued + 3d 09:00'\ntell = []\n[reports.reminder]\n"
                              "when = 'third working day'\nsend = 'yes'\n"),
              "f:7:1: unknown key 'rankings' in [reports]; did you mean 'ranking'?\n"
              "f:8:10: unknown key 'monthy' in [reports]; did you mean 'monthly'?\n"
              "f:10:8: 'period_end + 3wd' has no time of day; expected such as \"period_end + 3wd 09:00\"\n"
              "f:11:9: unknown audience 'leader'; did you mean 'leaders'?\n"
              "f:12:13: unknown contact 'wnag'; did you mean 'wang'?\n"
              "f:13:1: unknown key 'to' in [reports.monthly]; known: contacts, plans, send, tell, when\n"
              "f:15:8: 'issued + 3d 09:00' is the same moment for every period; expected one such as \"period_end + 3wd 09:00\" (the third working day "
              "after the period) or \"next day 5 09:00\"\n"
              "f:16:8: 'tell' is empty, and there are no 'contacts'; expected whom, such as tell = [\"office\"], or send = false\n"
              "f:18:8: 'third working day' is no moment: expected an anchor: period_start, period_end, issued, MM-DD, day N or next day N, found \"third "
              "working day\"; write it such as \"period_end + 3wd 09:00\" (the third working day after the period) or \"next day 5 09:00\"\n"
              "f:19:8: 'send' is a string; expected true or false");
}

}  // namespace
}  // namespace planwatch

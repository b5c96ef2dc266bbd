#include "daemon/history.hpp"

#include "tests/daemon/api_fixture.hpp"

#include <boost/asio/detached.hpp>
#include <fmt/format.h>

#include <cmath>
#include <random>

namespace planwatch::testing {
namespace {

using Points = std::map<std::int64_t, double>;                // by milliseconds
using AllPoints = std::map<std::string, Points>;              // by series

AllPoints points_of(const TimedSamples& samples)
{
    AllPoints all;
    for (const auto& [name, family] : samples.families())
        for (const auto& [text, series] : family.series)
            for (const TimedSamples::Point& point : series.points) {
                EXPECT_TRUE(all[text].emplace(point.at, point.value).second) << text << " stands twice at " << point.at;
                EXPECT_EQ(all[text].rbegin()->first, point.at) << text << " runs back";
            }
    return all;
}

// A plan that was adopted on 20 October; the clock is turned by hand.
class HistoryOfAPlan : public ApiTest {
protected:
    void hand_in(const char* when, const char* unit, const char* month, int batches)
    {
        clock_.time = at(when);
        ASSERT_EQ(submit(fmt::format(R"({{"plan": "example-2023", "unit": "{}", "period": "{}", "values": {{"batches": {}}}}})", unit, month, batches)).status, 201);
    }
    TimedSamples whole()
    {
        History history{"example-2023"};
        history.read(reader_, reader_.newest_position("example-2023"));
        return history.take();
    }
    // The value and how many milliseconds behind the minute it was said; "-" where nothing stands in that minute.
    std::string said(const AllPoints& all, const std::string& series, const char* minute)
    {
        const auto found = all.find(series);
        if (found == all.end()) return "-";
        const std::int64_t from = at(minute).time_since_epoch().count();
        const auto point = found->second.lower_bound(from);
        if (point == found->second.end() || point->first >= from + 60'000) return "-";
        return fmt::format("{} +{}", point->second, point->first - from);
    }

    const std::string total_ = R"(planwatch_indicator_value_count{plan="example-2023",indicator="batches"})";
    const std::string samr_part_ = R"(planwatch_unit_indicator_value_count{plan="example-2023",indicator="batches",unit="samr"})";
    const std::string agri_part_ = R"(planwatch_unit_indicator_value_count{plan="example-2023",indicator="batches",unit="agri"})";
    const std::string expected_ = R"(planwatch_indicator_expected_ratio{plan="example-2023",indicator="batches"})";
    const std::string last_ = R"(planwatch_indicator_last_submission_timestamp_seconds{plan="example-2023",indicator="batches"})";
};

TEST_F(HistoryOfAPlan, a_figure_stands_in_the_last_minute_of_its_period)
{
    hand_in("2023-10-20T10:00:00+08:00", "samr", "2023-08", 30);
    hand_in("2023-10-20T10:00:05+08:00", "samr", "2023-09", 40);
    hand_in("2023-10-20T10:00:10+08:00", "agri", "2023-09", 5);
    const AllPoints all = points_of(whole());
    EXPECT_EQ(said(all, total_, "2023-08-31T23:59:00+08:00"), "30 +1");
    EXPECT_EQ(said(all, total_, "2023-09-30T23:59:00+08:00"), "75 +3");
    EXPECT_EQ(said(all, samr_part_, "2023-09-30T23:59:00+08:00"), "70 +2");
    EXPECT_EQ(said(all, agri_part_, "2023-09-30T23:59:00+08:00"), "5 +1");
    EXPECT_EQ(said(all, total_, "2023-07-31T23:59:00+08:00"), "-");
    EXPECT_EQ(said(all, last_, "2023-09-30T23:59:00+08:00"), "-") << "when a figure came in is told when it did";
    EXPECT_EQ(all.at(last_).rbegin()->first, at("2023-10-20T10:00:10+08:00").time_since_epoch().count());
}

TEST_F(HistoryOfAPlan, of_a_period_that_still_runs_it_stands_in_the_minute_it_came_in)
{
    hand_in("2023-10-20T10:00:30+08:00", "samr", "2023-10", 11);
    hand_in("2023-10-24T10:00:30+08:00", "samr", "2023-10", 12);
    hand_in("2023-11-02T10:00:30+08:00", "samr", "2023-10", 13);
    const AllPoints all = points_of(whole());
    EXPECT_EQ(said(all, samr_part_, "2023-10-20T10:00:00+08:00"), "11 +1");
    EXPECT_EQ(said(all, samr_part_, "2023-10-24T10:00:00+08:00"), "12 +1");
    EXPECT_EQ(said(all, samr_part_, "2023-10-31T23:59:00+08:00"), "13 +1");
    EXPECT_EQ(said(all, samr_part_, "2023-11-02T10:00:00+08:00"), "-");
}

TEST_F(HistoryOfAPlan, a_correction_says_its_period_and_all_later_ones_again_right_behind)
{
    hand_in("2023-10-20T10:00:00+08:00", "samr", "2023-08", 30);
    hand_in("2023-10-20T10:01:00+08:00", "samr", "2023-09", 40);
    History history{"example-2023"};
    history.read(reader_, reader_.newest_position("example-2023"));
    const AllPoints first = points_of(history.take());
    hand_in("2023-11-03T10:00:00+08:00", "samr", "2023-08", 33);
    ASSERT_TRUE(history.read(reader_, reader_.newest_position("example-2023")));
    const AllPoints news = points_of(history.take());
    EXPECT_EQ(said(first, total_, "2023-08-31T23:59:00+08:00"), "30 +1");
    EXPECT_EQ(said(first, total_, "2023-09-30T23:59:00+08:00"), "70 +2");
    EXPECT_EQ(said(news, total_, "2023-08-31T23:59:00+08:00"), "33 +2");
    EXPECT_EQ(said(news, total_, "2023-09-30T23:59:00+08:00"), "73 +3");
    EXPECT_EQ(said(news, total_, "2023-10-31T23:59:00+08:00"), "73 +1");
    EXPECT_EQ(said(news, agri_part_, "2023-09-30T23:59:00+08:00"), "-");
    EXPECT_FALSE(history.read(reader_, reader_.newest_position("example-2023")));
    EXPECT_TRUE(history.take().empty());
}

TEST_F(HistoryOfAPlan, pace_is_the_one_of_what_had_come_in_or_fallen_due)
{
    hand_in("2023-10-20T10:00:00+08:00", "samr", "2023-09", 30);
    hand_in("2023-12-01T10:00:00+08:00", "samr", "2023-10", 30);
    const AllPoints all = points_of(whole());
    const auto days = [&](const char* minute) {
        const std::string text = said(all, expected_, minute);
        return text == "-" ? -1 : static_cast<int>(std::lround(std::stod(text) * 365));
    };
    EXPECT_EQ(days("2023-10-31T23:59:00+08:00"), 273);  // September's day came on 10 October; October's has not
    EXPECT_EQ(days("2023-11-11T00:00:00+08:00"), 304);
}

TEST_F(HistoryOfAPlan, slots_and_alerts_stand_when_they_changed_and_at_each_months_end)
{
    hand_in("2023-12-01T10:00:00+08:00", "samr", "2023-08", 30);
    const AllPoints all = points_of(whole());
    const auto at_moment = [&](const std::string& series, const char* moment) {
        const Points& points = all.at(series);
        const auto after = points.upper_bound(at(moment).time_since_epoch().count());
        return after == points.begin() ? -1 : std::prev(after)->second;
    };
    const std::string overdue_slots = R"(planwatch_slots{plan="example-2023",state="overdue"})";
    EXPECT_EQ(at_moment(overdue_slots, "2023-08-10T23:59:59+08:00"), 0);
    EXPECT_EQ(at_moment(overdue_slots, "2023-08-11T00:00:00+08:00"), 2);   // July's, of both units
    EXPECT_EQ(at_moment(overdue_slots, "2023-11-20T23:59:59+08:00"), 8);
    EXPECT_EQ(at_moment(overdue_slots, "2023-11-21T00:00:00+08:00"), 10);  // and the annual report
    for (const char* end : {"2023-08-31T23:59:00+08:00", "2023-09-30T23:59:00+08:00", "2023-11-30T23:59:00+08:00"})
        EXPECT_TRUE(all.at(overdue_slots).contains(at(end).time_since_epoch().count())) << end;
    const std::string firing = R"(planwatch_alerts{plan="example-2023",severity="warning",state="firing",kind="overdue"})";
    EXPECT_EQ(at_moment(firing, "2023-08-10T23:59:59+08:00"), 0);
    EXPECT_GT(at_moment(firing, "2023-11-21T00:00:01+08:00"), 0);
}

TEST_F(HistoryOfAPlan, a_changed_plan_leaves_what_was_said_before_it)
{
    hand_in("2023-10-20T10:00:00+08:00", "samr", "2023-09", 60);
    const std::string attained = R"(planwatch_indicator_attainment_ratio{plan="example-2023",indicator="batches"})";
    const Sources changed = sources_with("at_least 120", "at_least 240");
    clock_.time = at("2023-11-15T09:00:00+08:00");
    service_.adopt({{changed, compiled(changed)}});
    hand_in("2023-12-02T10:00:00+08:00", "agri", "2023-11", 60);
    const AllPoints all = points_of(whole());
    EXPECT_EQ(said(all, attained, "2023-09-30T23:59:00+08:00"), "0.5 +1");
    EXPECT_EQ(said(all, attained, "2023-10-31T23:59:00+08:00"), "0.5 +0");
    EXPECT_EQ(said(all, attained, "2023-11-15T09:00:00+08:00"), "0.25 +1");
    EXPECT_EQ(said(all, attained, "2023-11-30T23:59:00+08:00"), "0.5 +1");
}

TEST_F(HistoryOfAPlan, of_a_plan_that_was_never_adopted_there_is_none)
{
    EXPECT_EQ(reader_.newest_position("nowhere-2023"), HistoryPosition{});
    History history{"nowhere-2023"};
    EXPECT_FALSE(history.read(reader_, {}));
    EXPECT_TRUE(history.take().empty());
}

TEST_F(HistoryOfAPlan, the_receivers_position_is_kept_for_each_receiver)
{
    const HistoryPosition position{7, at("2023-10-20T10:00:00+08:00")};
    asio::co_spawn(io_, service_.record_history("example-2023", "victoria-metrics http://a", position), asio::detached);
    io_.restart();
    io_.run();
    EXPECT_EQ(reader_.taken_position("example-2023", "victoria-metrics http://a"), position);
    EXPECT_EQ(reader_.taken_position("example-2023", "remote-write http://a"), HistoryPosition{});
}

// Told piece by piece, as the exporter does, or at once, as the export does: it is the same history. Whatever order figures come in,
// no sample is said twice, and what is said again stands behind what it replaces.
TEST_F(HistoryOfAPlan, told_in_pieces_it_is_the_history_told_at_once)
{
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random{seed};
    const auto any = [&](int from, int to) { return std::uniform_int_distribution{from, to}(random); };

    auto history = std::make_unique<History>("example-2023");
    AllPoints told;
    const auto tell = [&] {
        history->read(reader_, reader_.newest_position("example-2023"));
        for (const auto& [series, points] : points_of(history->take()))
            for (const auto& [moment, value] : points) EXPECT_TRUE(told[series].emplace(moment, value).second) << series << " is told again at " << moment;
    };
    for (int step = 0; step < 60; ++step) {
        clock_.time += std::chrono::milliseconds{any(0, 3) == 0 ? any(0, 2) : any(0, 4 * 86'400'000)};
        const Day today = compiled(sources())->zone.day_of(clock_.time);
        Period month = Period::containing(Period::Kind::month, std::min(today, compiled(sources())->plan.ends));
        for (int back = any(0, 4); back > 0; --back) month = month.previous();
        const bool samr = any(0, 1) == 0;
        submit(fmt::format(R"({{"plan": "example-2023", "unit": "{}", "period": "{}", "values": {{"batches": {}}}}})", samr ? "samr" : "agri",
                           month.to_string(), any(0, 50)));
        if (step == 30) {
            const Sources changed = sources_with("at_least 120", "at_least 240");
            service_.adopt({{changed, compiled(changed)}});
        }
        if (any(0, 2) == 0) tell();
        if (any(0, 9) == 0) {  // the exporter starts again where the receiver's position stands
            const HistoryPosition taken = history->position();
            history = std::make_unique<History>("example-2023");
            history->read(reader_, taken);
            history->forget();
        }
    }
    tell();
    const AllPoints at_once = points_of(whole());
    for (const auto& [series, points] : at_once) {
        for (const auto& [moment, value] : points) {
            ASSERT_TRUE(told[series].contains(moment)) << series << " lacks " << moment;
            EXPECT_EQ(told[series][moment], value) << series << " at " << moment;
            told[series].erase(moment);
        }
        for (const auto& [moment, value] : told[series]) {
            const auto replaced = points.lower_bound(moment);
            ASSERT_NE(replaced, points.end()) << series;
            EXPECT_EQ(replaced->first / 60'000, moment / 60'000) << series << " at " << moment << " is not in the history told at once";
        }
    }
    for (const auto& [series, points] : told) EXPECT_TRUE(at_once.contains(series)) << series;
}

}  // namespace
}  // namespace planwatch::testing

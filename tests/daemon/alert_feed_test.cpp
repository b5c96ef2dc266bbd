#include "daemon/alert_feed.hpp"

#include "tests/daemon/store_fixture.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace planwatch::testing;
using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// As Alertmanager sees it: what it was told last of each set of labels.
class AlertFeedTest : public ::testing::Test {
protected:
    AlertFeedTest()
    {
        engine_.advance(at("2023-10-20T09:00:00+08:00"));
        firing_ = count_firing();
    }

    std::size_t count_firing() const
    {
        return static_cast<std::size_t>(std::ranges::count_if(engine_.alerts(), [](const auto& each) { return each.second.state.phase == Phase::firing; }));
    }

    // All that is due now; returns how many alerts were sent.
    std::size_t exchange(bool accepted = true)
    {
        std::size_t sent = 0;
        while (feed_.due(now_)) {
            const std::string batch = feed_.next_batch(engines_, now_);
            if (batch.empty()) continue;
            const boost::json::array alerts = boost::json::parse(batch).as_array();
            sent += alerts.size();
            for (const boost::json::value& alert : alerts)
                if (accepted) known_[boost::json::serialize(alert.at("labels"))] = parse_instant(std::string{alert.at("endsAt").as_string()}).value();
            feed_.answered(accepted, now_);
        }
        return sent;
    }
    std::size_t known_to_fire() const
    {
        return static_cast<std::size_t>(std::ranges::count_if(known_, [&](const auto& each) { return each.second > now_; }));
    }
    void apply(const Changes& changes) { feed_.changed(engine_, changes); }
    Changes hand_in(std::string unit, std::string when)
    {
        const RawSubmission raw{.plan = "example-2023", .unit = std::move(unit), .period = std::move(when), .values = {{.indicator = "batches", .value = 120}}};
        return engine_.apply(engine_.admit(std::span{&raw, 1}, engine_.now()).value().front(), engine_.now());
    }

    Engine engine_{compiled(sources())};
    std::vector<const Engine*> engines_{&engine_};
    AlertFeed feed_{"http://127.0.0.1:9919"};
    Instant now_ = at("2026-11-22T10:00:00Z");  // the world's clock is not the plan's
    std::size_t firing_ = 0;
    std::map<std::string, Instant> known_;
};

TEST_F(AlertFeedTest, all_that_fires_is_told_at_once_and_again_each_minute)
{
    ASSERT_GT(firing_, 4U);
    EXPECT_EQ(exchange(), firing_);
    EXPECT_EQ(known_to_fire(), firing_);
    EXPECT_FALSE(feed_.due(now_ + 59s));
    EXPECT_EQ(feed_.next_round(), now_ + 1min);
    for (int minute = 0; minute < 10; ++minute) {
        now_ += 1min;
        EXPECT_EQ(exchange(), firing_);
        EXPECT_EQ(known_to_fire(), firing_);
    }
    EXPECT_EQ(feed_.firing(), firing_);
}

TEST_F(AlertFeedTest, a_change_is_told_alone_and_at_once)
{
    exchange();
    apply(hand_in("agri", "2023-09"));
    const std::size_t left = count_firing();
    ASSERT_LT(left, firing_);
    EXPECT_TRUE(feed_.due(now_));
    EXPECT_LE(exchange(), firing_ - left + 2);  // the ends, and what else the figures changed
    EXPECT_EQ(known_to_fire(), left);
    EXPECT_EQ(feed_.firing(), left);
    EXPECT_EQ(exchange(), 0U);  // what was taken is not told again
}

TEST_F(AlertFeedTest, an_end_is_repeated_until_it_is_taken)
{
    exchange();
    apply(hand_in("agri", "2023-09"));
    const std::size_t left = count_firing();
    exchange(false);
    EXPECT_EQ(known_to_fire(), firing_);
    EXPECT_FALSE(feed_.due(now_));
    for (int i = 0; i < 5; ++i) {
        now_ += AlertFeed::retry;
        EXPECT_GT(exchange(false), 0U);
    }
    now_ += AlertFeed::retry;
    exchange();
    EXPECT_EQ(known_to_fire(), left);
    EXPECT_EQ(feed_.firing(), left);
}

TEST_F(AlertFeedTest, an_end_tells_when_it_came_and_not_when_it_was_taken)
{
    exchange();
    apply(hand_in("agri", "2023-09"));
    exchange(false);
    const Instant broken = now_;
    now_ += 10min;
    exchange();
    for (const auto& [labels, ends] : known_) EXPECT_TRUE(ends > now_ || ends <= broken + AlertFeed::retry) << labels;
}

TEST_F(AlertFeedTest, while_it_is_down_it_is_tried_once_in_a_while)
{
    EXPECT_TRUE(feed_.due(now_));
    ASSERT_FALSE(feed_.next_batch(engines_, now_).empty());
    EXPECT_TRUE(feed_.answered(false, now_)) << "the failure is news";
    apply(hand_in("agri", "2023-09"));
    EXPECT_FALSE(feed_.due(now_)) << "a change does not hasten it";
    now_ += AlertFeed::retry;
    ASSERT_TRUE(feed_.due(now_));
    ASSERT_FALSE(feed_.next_batch(engines_, now_).empty());
    EXPECT_FALSE(feed_.answered(false, now_)) << "the second is not";
    now_ += AlertFeed::retry;
    ASSERT_FALSE(feed_.next_batch(engines_, now_).empty());
    EXPECT_TRUE(feed_.answered(true, now_)) << "that it is back is";
}

TEST_F(AlertFeedTest, a_change_of_severity_ends_the_old_labels)
{
    exchange();
    Snapshot rows = engine_.snapshot();
    Changes changes;
    for (Alert& alert : rows.alerts) {
        if (alert.key.kind != AlertKind::overdue) continue;
        alert.severity = alert.severity == Severity::critical ? Severity::warning : Severity::critical;
        changes.transitions.push_back({engine_.now(), AlertEvent::none, alert});
    }
    engine_ = Engine{compiled(sources()), rows};
    apply(changes);
    EXPECT_EQ(exchange(), 2 * changes.transitions.size()) << "the end of each, and its new beginning";
    EXPECT_EQ(known_to_fire(), firing_);
    EXPECT_EQ(feed_.firing(), firing_);
    EXPECT_EQ(known_.size(), firing_ + changes.transitions.size());
}

TEST_F(AlertFeedTest, a_plan_that_was_taken_out_ends_with_the_next_round)
{
    exchange();
    engines_.clear();
    EXPECT_EQ(exchange(), 0U);
    now_ += 1min;
    EXPECT_EQ(exchange(), firing_);
    EXPECT_EQ(known_to_fire(), 0U);
    EXPECT_EQ(feed_.firing(), 0U);
    now_ += 1min;
    EXPECT_EQ(exchange(), 0U);
}

TEST_F(AlertFeedTest, what_was_missed_is_made_good_by_the_next_round)
{
    exchange();
    hand_in("agri", "2023-09");  // nobody says so
    now_ += 1min;
    exchange();
    EXPECT_EQ(known_to_fire(), count_firing());
}

TEST(AlertFeedBatches, thousands_go_in_several_requests)
{
    std::string plan = small_plan, units;
    for (int i = 0; i < 700; ++i) {
        plan += "\n[[unit]]\nid = \"town" + std::to_string(i) + "\"\nname = \"示例镇" + std::to_string(i) + "\"\n";
        units += ", \"town" + std::to_string(i) + "\"";
    }
    plan.replace(plan.find("units = [\"samr\", \"agri\"]\nfiling"), 24, "units = [\"samr\", \"agri\"" + units + "]");
    Engine engine{compiled(sources(plan))};
    engine.advance(at("2023-11-25T09:00:00+08:00"));
    const std::array engines{static_cast<const Engine*>(&engine)};
    AlertFeed feed{""};
    const Instant now = at("2026-11-22T10:00:00Z");
    std::size_t requests = 0, alerts = 0;
    while (feed.due(now)) {
        const std::string batch = feed.next_batch(engines, now);
        if (batch.empty()) continue;
        const std::size_t size = boost::json::parse(batch).as_array().size();
        EXPECT_LE(size, AlertFeed::most_in_batch);
        alerts += size;
        ++requests;
        feed.answered(true, now);
    }
    EXPECT_GE(requests, 2U);
    EXPECT_GE(alerts, 702U);
    EXPECT_EQ(alerts, feed.firing());
}

}  // namespace
}  // namespace planwatch

#include "daemon/rate_limiter.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace std::chrono_literals;

// 10:05, far from the half hours.
const Instant start = Instant{std::chrono::sys_days{std::chrono::year{2023} / 10 / 20}} + 10h + 5min;

// How many leave within `span` when as many as possible are sent, each answered after `takes`.
std::size_t leave_within(RateLimiter& limiter, Instant now, std::chrono::milliseconds span, std::chrono::milliseconds takes = 0ms)
{
    const Instant end = now + span;
    std::size_t count = 0;
    for (now = limiter.free_at(now); now < end; now = limiter.free_at(now)) {
        limiter.left(now);
        ++count;
        limiter.answered(now, now + takes);
        now += takes;
    }
    return count;
}

TEST(RateLimiter, twenty_a_minute_for_wecom_and_dingtalk)
{
    for (const DestinationKind kind : {DestinationKind::wecom, DestinationKind::dingtalk}) {
        RateLimiter limiter{rate_of({.kind = kind})};
        EXPECT_EQ(leave_within(limiter, start, 60s), 20U);
        EXPECT_EQ(limiter.free_at(start + 60s), start + 60s);
        EXPECT_EQ(leave_within(limiter, start + 60s, 10min), 200U);
    }
}

TEST(RateLimiter, no_minute_holds_more_than_twenty_wherever_it_begins)
{
    RateLimiter limiter{rate_of({.kind = DestinationKind::wecom})};
    std::vector<Instant> left;
    for (Instant now = start; left.size() < 100; now = limiter.free_at(now + 700ms)) {
        limiter.left(now);
        left.push_back(now);
    }
    for (std::size_t i = 20; i < left.size(); ++i) EXPECT_GE(left[i] - left[i - 20], 60s);
}

TEST(RateLimiter, a_message_counts_from_its_answer)
{
    RateLimiter limiter{rate_of({.kind = DestinationKind::wecom})};
    limiter.left(start);
    limiter.answered(start, start + 9s);
    for (int i = 0; i < 19; ++i) limiter.left(start + 10s);
    EXPECT_EQ(limiter.free_at(start + 11s), start + 69s);
}

TEST(RateLimiter, feishu_takes_five_a_second_and_a_hundred_a_minute)
{
    RateLimiter limiter{rate_of({.kind = DestinationKind::feishu})};
    EXPECT_EQ(leave_within(limiter, start, 1s), 5U);
    EXPECT_EQ(leave_within(limiter, start + 1s, 1s), 5U);
    EXPECT_EQ(leave_within(limiter, start + 2s, 58s), 90U);
    EXPECT_EQ(limiter.free_at(start + 60s), start + 60s);
}

TEST(RateLimiter, feishu_is_let_alone_on_the_half_hour)
{
    const Instant hour = start + 55min;
    RateLimiter limiter{rate_of({.kind = DestinationKind::feishu})};
    EXPECT_EQ(limiter.free_at(hour - 1ms), hour - 1ms);
    EXPECT_EQ(limiter.free_at(hour), hour + 1min);
    EXPECT_EQ(limiter.free_at(hour + 59s), hour + 1min);
    EXPECT_EQ(limiter.free_at(hour + 1min), hour + 1min);
    EXPECT_EQ(limiter.free_at(hour + 30min), hour + 31min);
    // What waits for its turn does not wake into it either.
    for (int i = 0; i < 5; ++i) limiter.left(hour - 500ms);
    EXPECT_EQ(limiter.free_at(hour - 400ms), hour + 1min);
}

TEST(RateLimiter, a_robot_that_closed_is_let_alone)
{
    RateLimiter limiter{rate_of({.kind = DestinationKind::dingtalk})};
    limiter.close_until(start + 10min);
    EXPECT_EQ(limiter.free_at(start + 1s), start + 10min);
    EXPECT_EQ(limiter.free_at(start + 10min), start + 10min);
}

TEST(RateLimiter, a_webhook_has_no_bound)
{
    RateLimiter limiter{rate_of({.kind = DestinationKind::webhook})};
    for (int i = 0; i < 1000; ++i) limiter.left(start);
    EXPECT_EQ(limiter.free_at(start), start);
}

TEST(RateLimiter, the_settings_may_bound_it_otherwise)
{
    RateLimiter limiter{rate_of({.kind = DestinationKind::webhook, .per_minute = 3})};
    EXPECT_EQ(leave_within(limiter, start, 60s), 3U);
}

TEST(RateLimiter, a_clock_put_back_costs_no_more_than_one_window)
{
    RateLimiter limiter{rate_of({.kind = DestinationKind::dingtalk})};
    for (int i = 0; i < 20; ++i) limiter.left(start);
    EXPECT_EQ(limiter.free_at(start - 1h), start - 1h + 60s);
    EXPECT_EQ(limiter.free_at(start - 1h + 60s), start - 1h + 60s);
    limiter.close_until(start + 10min);
    EXPECT_EQ(limiter.free_at(start - 1h), start - 1h + 10min);
    EXPECT_EQ(limiter.free_at(start - 50min), start - 50min);
}

}  // namespace
}  // namespace planwatch

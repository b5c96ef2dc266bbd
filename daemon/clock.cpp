#include "daemon/clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace planwatch {

namespace {

// Long sleeps are cut, so that a step of the wall clock is noticed and no duration overflows.
constexpr std::chrono::nanoseconds longest_nap = std::chrono::seconds{10};

asio::awaitable<void> nap(std::chrono::nanoseconds wait)
{
    asio::steady_timer timer{co_await asio::this_coro::executor, wait};
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

Instant SystemClock::now() const { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

asio::awaitable<void> SystemClock::sleep_until(Instant moment)
{
    for (;;) {
        const auto wait = std::chrono::time_point_cast<std::chrono::nanoseconds>(moment) - std::chrono::system_clock::now();
        if (wait <= std::chrono::nanoseconds{0}) co_return;
        co_await nap(std::min<std::chrono::nanoseconds>(wait, longest_nap));
    }
}

ScaledClock::ScaledClock(Instant start, double speed) : start_{start}, speed_{speed}, began_{std::chrono::steady_clock::now()} {}

Instant ScaledClock::now() const
{
    const std::chrono::duration<double, std::milli> gone = std::chrono::steady_clock::now() - began_;
    return start_ + std::chrono::milliseconds{static_cast<std::int64_t>(gone.count() * speed_)};
}

asio::awaitable<void> ScaledClock::sleep_until(Instant moment)
{
    for (;;) {
        const auto left = moment - now();
        if (left.count() <= 0) co_return;
        const std::chrono::duration<double, std::milli> wait{std::min(static_cast<double>(left.count()) / speed_, 10'000.0)};
        co_await nap(std::max(std::chrono::duration_cast<std::chrono::nanoseconds>(wait), std::chrono::nanoseconds{50'000}));
    }
}

}  // namespace planwatch

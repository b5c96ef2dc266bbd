// The one place where the daemon learns what time it is. Real for an office, scaled for a demonstration,
// turned by hand in tests.
#pragma once

#include "rules/time.hpp"

#include <boost/asio/awaitable.hpp>

namespace planwatch {

namespace asio = boost::asio;

class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
    // Returns at `moment` or soon after; never before it. May be cancelled.
    virtual asio::awaitable<void> sleep_until(Instant moment) = 0;
};

class SystemClock final : public Clock {
public:
    Instant now() const override;
    asio::awaitable<void> sleep_until(Instant moment) override;
};

// Starts at `start` when it is made and runs `speed` times as fast as real time.
class ScaledClock final : public Clock {
public:
    ScaledClock(Instant start, double speed);
    Instant now() const override;
    asio::awaitable<void> sleep_until(Instant moment) override;

private:
    Instant start_;
    double speed_;
    std::chrono::steady_clock::time_point began_;
};

}  // namespace planwatch

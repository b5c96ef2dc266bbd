// When a robot may be sent the next message, so that its vendor never has to refuse one. Has no clock: it is given the time.
#pragma once

#include "exporters/destination.hpp"
#include "rules/time.hpp"

#include <cstdint>
#include <deque>

namespace planwatch {

// 0: no bound.
struct Rate {
    std::uint32_t a_minute = 0;
    std::uint32_t a_second = 0;
    bool keeps_off_half_hours = false;  // nothing in the minutes :00 and :30, when everybody's timers go off
};

// As the vendors give it, unless the settings set a bound a minute; a webhook has none by itself.
Rate rate_of(const Destination& to);

class RateLimiter {
public:
    explicit RateLimiter(Rate rate) : rate_{rate} {}
    void set(Rate rate) { rate_ = rate; }

    // `now`, or the first instant at which a message may leave. A clock that was put back does not make it wait longer than it did
    // before: what seems to lie ahead counts as of now.
    Instant free_at(Instant now);
    void left(Instant at);
    // It counts from when its answer came: only then has it reached the vendor for certain.
    void answered(Instant left, Instant at);
    // The vendor said that it was too many.
    void close_until(Instant moment) { closed_until_ = moment; }

private:
    Instant window_ends(std::uint32_t most, std::chrono::seconds window, Instant now) const;

    Rate rate_;
    std::deque<Instant> messages_;  // the last `a_minute`, ascending
    Instant closed_until_{};
};

}  // namespace planwatch

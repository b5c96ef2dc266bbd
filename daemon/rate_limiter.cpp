#include "daemon/rate_limiter.hpp"

#include <algorithm>

namespace planwatch {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::minutes longest_closure{10};

Instant off_half_hours(Instant moment)
{
    const auto minute = std::chrono::floor<std::chrono::minutes>(moment);
    return minute.time_since_epoch() % 30min == 0min ? minute + 1min : moment;
}

Rate vendors_rate(DestinationKind kind)
{
    switch (kind) {
        case DestinationKind::wecom:
        case DestinationKind::dingtalk: return {.a_minute = 20};
        case DestinationKind::feishu: return {.a_minute = 100, .a_second = 5, .keeps_off_half_hours = true};
        case DestinationKind::webhook: break;
    }
    return {};
}

}  // namespace

Rate rate_of(const Destination& to)
{
    Rate rate = vendors_rate(to.kind);
    rate.a_minute = to.per_minute.value_or(rate.a_minute);
    return rate;
}

Instant RateLimiter::window_ends(std::uint32_t most, std::chrono::seconds window, Instant now) const
{
    if (most == 0 || messages_.size() < most) return now;
    return std::max(now, messages_[messages_.size() - most] + window);
}

Instant RateLimiter::free_at(Instant now)
{
    for (Instant& message : messages_) message = std::min(message, now);
    closed_until_ = std::min<Instant>(closed_until_, now + longest_closure);
    const Instant free = std::max({now, closed_until_, window_ends(rate_.a_minute, 60s, now), window_ends(rate_.a_second, 1s, now)});
    return rate_.keeps_off_half_hours ? off_half_hours(free) : free;
}

void RateLimiter::left(Instant at)
{
    messages_.push_back(at);
    while (messages_.size() > rate_.a_minute) messages_.pop_front();
}

void RateLimiter::answered(Instant left, Instant at)
{
    const auto message = std::find(messages_.begin(), messages_.end(), left);
    if (message == messages_.end()) return;
    messages_.erase(message);
    messages_.push_back(at);
}

}  // namespace planwatch

// The channels other than mail: chat robots and webhooks. Given a message's words it cuts, signs and sends them, keeps each
// robot's rate, and says what the server answered. The courier decides what that means for the message.
#pragma once

#include "daemon/clock.hpp"
#include "daemon/rate_limiter.hpp"
#include "exporters/dispatch.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

class Channels {
public:
    // `clock` is the world's, also where the daemon lives in virtual time: signatures and rates are held against the vendors'.
    explicit Channels(const Clock& clock) : clock_{clock} {}

    // At start, and after each reload.
    void adopt(std::vector<Destination> destinations) { destinations_ = std::move(destinations); }
    const Destination* find(std::string_view id) const;  // null where there is none

    // Hands the message over; the calling executor goes on meanwhile. `later` where the rate is used up; of a message cut into several
    // parts only the rest is sent when it is handed in again with the same id.
    asio::awaitable<SendResult> send(Destination to, Dispatch dispatch);

private:
    struct Desk {
        RateLimiter limiter{{}};
        std::map<std::string, std::size_t> parts_delivered;  // by message; of those that are cut and under way
    };

    const Clock& clock_;
    std::vector<Destination> destinations_;
    std::map<std::string, Desk> desks_;  // by URL: two destinations of one robot share its rate
    asio::thread_pool threads_{4};       // libcurl blocks; one server that hangs does not hold up the others
};

}  // namespace planwatch

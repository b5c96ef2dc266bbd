// The channels other than mail: chat robots and webhooks. Given a message's words it cuts, signs and sends them, keeps each
// robot's rate, and says what the server answered. The courier decides what that means for the message.
#pragma once

#include "daemon/clock.hpp"
#include "daemon/rate_limiter.hpp"
#include "exporters/chat.hpp"
#include "exporters/http_post.hpp"
#include "exporters/receiver.hpp"
#include "exporters/send_result.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

// What a receiver is handed of a message.
struct Dispatch {
    std::string id;    // the message's, the same on every try
    ChatText text;     // for a robot
    std::string json;  // for a webhook: webhook_json()
};

class Channels {
public:
    // `clock` is the world's, also where the daemon lives in virtual time: signatures and rates are held against the vendors'.
    explicit Channels(const Clock& clock) : clock_{clock} {}

    // At start, and after each reload.
    void adopt(std::vector<Receiver> receivers) { receivers_ = std::move(receivers); }
    const Receiver* receiver(std::string_view id) const;  // null where there is none

    // Hands the message over; the calling executor goes on meanwhile. `later` where the robot's rate is used up: the rest of a message
    // cut into several is sent when it is handed in again with the same id.
    asio::awaitable<SendResult> send(Receiver receiver, Dispatch dispatch);

private:
    struct Desk {
        RateLimiter limiter;
        std::map<std::string, std::size_t> parts_delivered;  // by message; of those that are cut and under way
    };

    asio::awaitable<SendResult> send_to_robot(const Receiver& robot, const Dispatch& dispatch);
    asio::awaitable<HttpReply> hand_over(const HttpPost& request);

    const Clock& clock_;
    std::vector<Receiver> receivers_;
    std::map<std::string, Desk> desks_;  // by URL: two receivers of one robot share its rate
    asio::thread_pool threads_{4};       // libcurl blocks; one server that hangs does not hold up the others
};

}  // namespace planwatch

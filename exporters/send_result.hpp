// What became of one try to hand a message to its channel's server; the same for every channel.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace planwatch {

struct SendResult {
    // refused: the server said for good that it will not take this message or this recipient; trying again is no use.
    // later:   nothing is wrong, the channel's rate is used up: no try, the message waits for `wait`.
    // retry:   everything else that went wrong, our own login, keys and certificates included, for an operator can mend these.
    enum class Outcome : std::uint8_t { delivered, retry, refused, later };
    Outcome outcome = Outcome::retry;
    std::string answer;  // what the server said, or what hindered the connection; never a secret
    std::chrono::milliseconds wait{};  // of later and retry: no sooner than this; 0 leaves it to the sender
};

}  // namespace planwatch

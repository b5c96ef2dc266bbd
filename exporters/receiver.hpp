// Whom a channel other than mail sends to, as the sender needs it: the settings' [[receiver]] with its files read.
#pragma once

#include <cstdint>
#include <string>

namespace planwatch {

enum class ReceiverKind : std::uint8_t { wecom, dingtalk, feishu, webhook };

struct Receiver {
    std::string id;
    ReceiverKind kind = ReceiverKind::webhook;
    std::string url;     // holds the password of a robot: never shown (masked_url)
    std::string secret;  // for signatures; may be empty where the robot is not set to check any
};

}  // namespace planwatch

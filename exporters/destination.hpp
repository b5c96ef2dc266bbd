// Where a channel other than mail sends to, as the sender needs it: a [[receiver]] of the settings with its files read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace planwatch {

enum class DestinationKind : std::uint8_t { wecom, dingtalk, feishu, webhook };

struct Destination {
    std::string id;
    DestinationKind kind = DestinationKind::webhook;
    std::string url;     // holds the password of a robot: never shown (masked_url)
    std::string secret;  // for signatures; may be empty where the robot is not set to check any
    std::optional<std::uint32_t> per_minute;  // messages; none: what its vendor allows
};

}  // namespace planwatch

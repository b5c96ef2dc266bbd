// The links in messages by which somebody acknowledges an alert without a login. A link is 43 characters of base64url: the number
// of the notice that it was sent with, which names plan, alert, recipient and message; when it expires; and half an HMAC-SHA256 of
// these under a key that was made with the database. It is made of nothing else, so that a message that is sent again is the same.
//
// Who has the link may use it: it must not reach a log.
#pragma once

#include "rules/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace planwatch {

struct Link {
    std::uint32_t plan = 0;    // the plan's row in the database
    std::uint64_t notice = 0;  // its number within the plan
    Instant expires{};         // whole seconds, up to 2106
    friend bool operator==(const Link&, const Link&) = default;
};

// From the message's own time on. Long enough for a holiday week and the days around it.
inline constexpr std::chrono::hours link_lasts{24 * 14};

inline constexpr std::string_view link_path = "/ack/";  // the link follows

class LinkSigner {
public:
    explicit LinkSigner(std::string key) : key_{std::move(key)} {}

    std::string sign(const Link& link) const;
    // The link, though it may have expired; empty where it was not signed with this key, or is anything but what `sign` made.
    // Takes the same time for each text of a link's length.
    std::optional<Link> read(std::string_view text) const;

private:
    std::string mac(std::string_view content) const;

    std::string key_;
};

}  // namespace planwatch

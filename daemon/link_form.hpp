// What the form of a link's page sends, as a browser encodes it (application/x-www-form-urlencoded).
#pragma once

#include "exporters/link_words.hpp"
#include "rules/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace planwatch {

inline constexpr std::size_t longest_link_form = 16'384;  // bytes

enum class LinkRest : std::uint8_t { next_opening, three_days, seven_days };

// What the form calls it: "opening", "3d", "7d".
std::string_view to_string(LinkRest rest);

struct LinkForm {
    LinkRest rest = LinkRest::next_opening;
    std::string comment;  // UTF-8, at most 2,000 bytes, without control characters but line feeds; may be empty
    friend bool operator==(const LinkForm&, const LinkForm&) = default;
};

// The problems are in the page's words: it shows them to whoever filled it in.
Result<LinkForm> parse_link_form(std::string_view body, const LinkWords& words);

}  // namespace planwatch

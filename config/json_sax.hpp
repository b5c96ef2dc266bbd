// Drives boost::json's push parser over one whole text. For the .cpp files of this folder only.
#pragma once

#include "config/json.hpp"
#include "config/text.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>
#include <functional>
#include <optional>

namespace planwatch {

// What a handler must have besides its on_… functions.
struct SaxLimits {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
};

struct TextPosition {
    std::size_t line = 1;
    std::size_t column = 1;  // in characters
};

inline TextPosition position_of(std::string_view text, std::size_t offset)
{
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    return {static_cast<std::size_t>(1 + std::count(before.begin(), before.end(), '\n')),
            1 + length(before.substr(before.rfind('\n') + 1))};
}

inline bool lies_in(std::string_view part, std::string_view text)
{
    return !std::less<>{}(part.data(), text.data()) && std::less<>{}(part.data(), text.data() + text.size());
}

struct SaxFault {
    std::size_t offset = 0;
    std::string message;
};

// The words for an error of the parser, which stopped at `offset`.
std::string describe_json_error(const boost::system::error_code& error, std::string_view text, std::size_t offset);

// Feeds `text` to `parser`'s handler. Nothing: it is one document, and the handler has seen all of it.
template <class Parser>
std::optional<SaxFault> parse_with(Parser& parser, std::string_view text)
{
    boost::system::error_code error;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
    if (error) return SaxFault{used, describe_json_error(error, text, used)};
    if (used < text.size()) return SaxFault{used, "more text after the end of the document; expected nothing"};
    return {};
}

inline boost::json::parse_options strict_json()
{
    boost::json::parse_options options;
    options.max_depth = max_json_depth;
    return options;
}

}  // namespace planwatch

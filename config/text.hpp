// Small helpers for text from outside.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace planwatch {

// Why `text` (UTF-8) must not be shown to people as it is: it holds control characters, or invisible ones that turn the direction
// of writing around (U+202A to U+202E, U+2066 to U+2069, U+200E, U+200F, U+061C) or mark a byte order (U+FEFF). Names the first one.
std::optional<std::string> text_problem(std::string_view text);

// The position of the first byte that makes `text` no UTF-8 (overlong forms and surrogates are none); none when it is.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

// Characters (code points) of valid UTF-8.
std::size_t length(std::string_view text);

// "09:00"
std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text);

}  // namespace planwatch

#include "config/text.hpp"

#include "rules/scan.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>

namespace planwatch {
namespace {

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f); }

bool is_invisible(char32_t c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x061c || c == 0xfeff;
}

// Almost every text needs no look at its characters: only these lead bytes can begin a refused one (besides the ASCII controls).
bool is_suspect(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f || byte == 0xc2 || byte == 0xd8 || byte == 0xe2 || byte == 0xef;
}

char32_t decode(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) -> char32_t { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const char32_t lead = byte(at);
    if (lead < 0x80) return lead;
    if (lead < 0xe0) return (lead & 0x1f) << 6 | (byte(at + 1) & 0x3f);
    return (lead & 0x0f) << 12 | (byte(at + 1) & 0x3f) << 6 | (byte(at + 2) & 0x3f);
}

}  // namespace

std::optional<std::string> text_problem(std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_suspect(text[i])) continue;
        const char32_t c = decode(text, i);
        if (is_control(c)) return fmt::format("holds the control character U+{:04X}", static_cast<std::uint32_t>(c));
        if (is_invisible(c)) return fmt::format("holds the invisible character U+{:04X}", static_cast<std::uint32_t>(c));
    }
    return {};
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    for (std::size_t i = 0; i < text.size();) {
        const unsigned lead = byte(i);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        if (lead < 0xc2 || lead > 0xf4 || i + size > text.size()) return i;
        // The second byte's range shuts out overlong forms, surrogates and what lies past U+10FFFF.
        const unsigned low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        const unsigned high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        if (byte(i + 1) < low || byte(i + 1) > high) return i;
        for (std::size_t k = 2; k < size; ++k)
            if ((byte(i + k) & 0xc0) != 0x80) return i;
        i += size;
    }
    return {};
}

std::size_t length(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text)
{
    constexpr int last_hour = 23;
    constexpr int last_minute = 59;
    Scan scan{text};
    const auto hour = scan.digits(2);
    if (!hour || *hour > last_hour || !scan.take(":")) return {};
    const auto minute = scan.digits(2);
    if (!minute || *minute > last_minute || !scan.done()) return {};
    return std::chrono::hours{*hour} + std::chrono::minutes{*minute};
}

}  // namespace planwatch

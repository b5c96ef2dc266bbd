#include "exporters/utf8.hpp"

#include <glib.h>

#include <algorithm>
#include <memory>

namespace planwatch {
namespace {

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

}  // namespace

// No early end, so that it is done sixteen bytes at a time.
bool is_ascii(std::string_view text)
{
    unsigned char all = 0;
    for (const char byte : text) all |= static_cast<unsigned char>(byte);
    return all < 0x80;
}

// Nearly every text is ASCII.
bool is_valid_utf8(std::string_view text)
{
    const bool is_plain = is_ascii(text) && text.find('\0') == std::string_view::npos;
    return is_plain || g_utf8_validate_len(text.data(), text.size(), nullptr) != FALSE;
}

std::string to_valid_utf8(std::string_view text)
{
    if (is_valid_utf8(text)) return std::string{text};
    const std::unique_ptr<char, decltype(&g_free)> valid{g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())), &g_free};
    return valid.get();
}

std::string to_one_line(std::string_view text)
{
    std::string line = to_valid_utf8(text);
    std::ranges::replace_if(line, [](char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f; }, ' ');
    return line;
}

std::string to_xml_line(std::string_view text)
{
    std::string line = to_one_line(text);
    for (const std::string_view noncharacter : {"\xef\xbf\xbe", "\xef\xbf\xbf"})
        for (std::size_t at = line.find(noncharacter); at != std::string::npos; at = line.find(noncharacter, at)) line.replace(at, 3, "\xef\xbf\xbd");
    return line;
}

std::size_t display_width(std::string_view text)
{
    std::size_t width = 0;
    while (!text.empty()) {
        const gunichar character = g_utf8_get_char_validated(text.data(), static_cast<gssize>(text.size()));
        const bool valid = character < 0x11'0000;
        if (!valid || !g_unichar_iszerowidth(character)) width += valid && g_unichar_iswide(character) ? 2 : 1;
        text.remove_prefix(valid ? static_cast<std::size_t>(g_utf8_skip[static_cast<unsigned char>(text.front())]) : 1);
    }
    return width;
}

std::size_t prefix_at_character(std::string_view text, std::size_t limit)
{
    if (text.size() <= limit) return text.size();
    std::size_t end = limit;
    while (end > 0 && continues_character(text[end])) --end;
    if (end > 0) return end;
    end = 1;  // the first character alone is longer than the limit
    while (end < text.size() && continues_character(text[end])) ++end;
    return end;
}

std::string excerpt(std::string_view text, std::size_t limit)
{
    constexpr std::size_t longest_character = 4;
    std::string line = to_valid_utf8(text.substr(0, limit + longest_character));
    line.resize(prefix_at_character(line, limit));
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return line;
}

}  // namespace planwatch

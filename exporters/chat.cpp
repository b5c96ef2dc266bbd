#include "exporters/chat.hpp"

#include "exporters/utf8.hpp"

#include <algorithm>

namespace planwatch {
namespace {

constexpr std::size_t longest_tag = 64;

struct Link {
    std::string_view text, url;
    std::size_t size = 0;  // of the whole, "[text](url)"; 0: there is none
};

Link link_at(std::string_view text)
{
    if (!text.starts_with('[')) return {};
    const std::size_t middle = text.find_first_of("[]", 1);
    if (middle == std::string_view::npos || !text.substr(middle).starts_with("](")) return {};
    const std::size_t end = text.find_first_of("() ", middle + 2);
    if (end == std::string_view::npos || text[end] != ')') return {};
    return {text.substr(1, middle - 1), text.substr(middle + 2, end - middle - 2), end + 1};
}

// "<font color=\"warning\">", "</font>"
std::size_t tag_at(std::string_view text)
{
    if (text.size() < 3 || text[0] != '<' || !(text[1] == '/' || (text[1] >= 'a' && text[1] <= 'z'))) return 0;
    const std::size_t end = text.substr(0, longest_tag).find_first_of("<>", 1);
    return end == std::string_view::npos || text[end] != '>' ? 0 : end + 1;
}

// What stays together at the beginning of a text: a link, a tag, or one character.
std::size_t atom_at(std::string_view text, std::size_t limit, TextSize size)
{
    for (const std::size_t whole : {link_at(text).size, tag_at(text)})
        if (whole > 0 && size(text.substr(0, whole)) <= limit) return whole;
    return prefix_at_character(text, 1);
}

std::vector<std::string_view> pieces_of(std::string_view row, std::size_t limit, TextSize size)
{
    std::vector<std::string_view> pieces;
    while (size(row) > limit) {
        std::size_t end = 0, taken = 0;
        while (end < row.size()) {
            const std::size_t atom = atom_at(row.substr(end), limit, size);
            const std::size_t more = size(row.substr(end, atom));
            if (end > 0 && taken + more > limit) break;
            end += atom;
            taken += more;
        }
        pieces.push_back(row.substr(0, end));
        row.remove_prefix(end);
    }
    pieces.push_back(row);
    return pieces;
}

}  // namespace

std::size_t raw_size(std::string_view text) { return text.size(); }

std::size_t json_size(std::string_view text)
{
    return text.size() + static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return c == '"' || c == '\\' || c == '\n'; }));
}

std::vector<std::string> split_rows(const std::vector<std::string>& rows, std::string_view separator, std::size_t limit, TextSize size)
{
    std::vector<std::string> parts;
    std::size_t taken = 0;
    for (const std::string& row : rows) {
        for (const std::string_view piece : pieces_of(row, limit, size)) {
            const std::size_t more = size(piece);
            if (!parts.empty() && taken + size(separator) + more <= limit) {
                parts.back().append(separator).append(piece);
                taken += size(separator) + more;
            } else {
                parts.emplace_back(piece);
                taken = more;
            }
        }
    }
    if (parts.empty()) parts.emplace_back();
    return parts;
}

std::string plain_row(std::string_view row)
{
    row.remove_prefix(std::min(row.find_first_not_of("#> "), row.size()));
    std::string plain;
    while (!row.empty()) {
        if (const Link link = link_at(row); link.size > 0) {
            plain.append(link.text).append(" ").append(link.url);
            row.remove_prefix(link.size);
        } else if (const std::size_t tag = tag_at(row); tag > 0) {
            row.remove_prefix(tag);
        } else if (row.starts_with("**")) {
            row.remove_prefix(2);
        } else {
            plain += row.front();
            row.remove_prefix(1);
        }
    }
    return plain;
}

std::string without_calls(std::string row)
{
    for (char& c : row)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    constexpr std::string_view opening = "＜";  // looks the same and opens nothing
    for (std::size_t at = row.find('<'); at != std::string::npos; at = row.find('<', at + 1)) {
        const std::string_view rest = std::string_view{row}.substr(at + 1);
        if (rest.starts_with('@') || rest.starts_with("at ") || rest.starts_with("at>")) row.replace(at, 1, opening);
    }
    return row;
}

}  // namespace planwatch

// How a chat's rows of markdown are cut into parts that a robot takes: at rows; a row too long at characters, never inside a UTF-8
// character, a link or a tag.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

// What a piece of text takes of a limit. Must be additive over characters.
using TextSize = std::size_t (*)(std::string_view);
std::size_t raw_size(std::string_view text);   // bytes
std::size_t json_size(std::string_view text);  // bytes inside the quotes of a JSON string; of a text whose only control character is \n

// The rows in order, joined by `separator`, in as few parts as fit `limit`; at least one part, and no row is lost. Only a link
// that alone is longer than the limit is cut.
std::vector<std::string> split_rows(const std::vector<std::string>& rows, std::string_view separator, std::size_t limit, TextSize size);

// The row without its markdown: links as "text url", no stars, hashes and tags.
std::string plain_row(std::string_view row);

// One line that calls nobody: what was typed into a form must not call a whole group (`<at id=all>`, `<@all>`). Control characters
// become blanks.
std::string without_calls(std::string row);

}  // namespace planwatch

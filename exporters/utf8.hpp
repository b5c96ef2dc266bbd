// What every writer of text needs to know of UTF-8: that it is valid, and how many columns it takes on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace planwatch {

bool is_ascii(std::string_view text);
bool is_valid_utf8(std::string_view text);  // NUL counts as invalid: no format that we write can carry it

// Every byte that is no part of a character, and every NUL, replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);

// The same as one line: control characters, line breaks above all, become blanks. For a header, a title, a value in a message.
std::string to_one_line(std::string_view text);
// The same without what XML 1.0 cannot carry (U+FFFE, U+FFFF), which becomes U+FFFD.
std::string to_xml_line(std::string_view text);

// Columns on a terminal: wide East Asian characters take two, combining marks none. A byte that is no part of a
// character takes one.
std::size_t display_width(std::string_view text);

// The length in bytes of the longest prefix of at most `limit` bytes that ends between two characters; never 0 for a
// text that is not empty, so that a loop over it ends.
std::size_t prefix_at_character(std::string_view text, std::size_t limit);

// The beginning of `text`, whatever bytes it holds, as one line of valid UTF-8 of at most `limit` bytes; control characters become blanks.
std::string excerpt(std::string_view text, std::size_t limit);

}  // namespace planwatch

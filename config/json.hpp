// JSON from outside, strictly: what another reader could understand differently is refused. For bodies
// that are no submissions; those have a reader of their own (config/submission.hpp) that builds no tree.
#pragma once

#include "rules/result.hpp"

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace planwatch {

inline constexpr std::size_t max_json_depth = 16;

// One document and nothing after it. A problem's path is "line:column"; the column counts characters. Refused: duplicate
// keys (each is listed; the place of one written with escapes is that of the string before it), numbers that are not finite, invalid UTF-8, nesting deeper than `max_json_depth`.
Result<boost::json::value> parse_json(std::string_view text, boost::json::storage_ptr storage = {});

// `text` with its quotes, so that it can stand in a JSON document. `text` is UTF-8.
void append_json_string(std::string& out, std::string_view text);

}  // namespace planwatch

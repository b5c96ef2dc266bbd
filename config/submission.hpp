// What reporting units hand in, as text: JSON, NDJSON or CSV in, names and exact numbers out. Every problem of a text is
// listed at once; nothing here knows a plan (Engine::admit does). The first half is the hot path of the daemon.
//
// Paths of problems: "/3/values/disposal/numerator" in JSON (a lone object has no number in front), "line 3: /values/disposal" in
// NDJSON, "line 4, column value" in CSV; "line:column" where a text is no JSON at all.
#pragma once

#include "rules/event.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace planwatch {

inline constexpr std::size_t max_id_length = 128;     // characters: plan, unit, period, duty, indicator
inline constexpr std::size_t max_note_length = 2000;  // characters: note, title, reference

// {"plan", "unit", "period", "values": {indicator: 412 | {"value": 412} | {"numerator": 37, "denominator": 38}}, "note"?},
// or an array of these. Numbers: not negative, at most six decimal places and Decimal::limit.
Result<std::vector<RawSubmission>> parse_submissions(std::string_view json);
Result<std::vector<RawSubmission>> parse_submissions_ndjson(std::string_view text);
// Header row: plan, unit, period, indicator, and value or numerator and denominator, and perhaps note, in any order. Consecutive rows
// of one (plan, unit, period) are one submission.
Result<std::vector<RawSubmission>> parse_submissions_csv(std::string_view text);

// {"plan", "unit", "duty", "period"?, "title"?, "reference"?, "note"?}, or an array of these.
Result<std::vector<RawFiling>> parse_filings(std::string_view json);
// Header row: plan, unit, duty, and perhaps period, title, reference, note, in any order.
Result<std::vector<RawFiling>> parse_filings_csv(std::string_view text);

// Input for the simulator: the same objects with "at" (RFC 3339), as NDJSON or a JSON array; one with "duty" is a filing. In the order
// of the text, which need not be that of time. An empty text is an empty list.
struct Timed {
    Instant at{};
    std::variant<RawSubmission, RawFiling> what;
    friend bool operator==(const Timed&, const Timed&) = default;
};
Result<std::vector<Timed>> parse_timed(std::string_view text);

// Compact, keys in a fixed order, numbers exact: the ledger's payload. The parsers above read it back equal.
std::string to_json(const RawSubmission& submission);
std::string to_json(const RawFiling& filing);
void append_json(std::string& out, const RawSubmission& submission);
void append_json(std::string& out, const RawFiling& filing);

}  // namespace planwatch

// What reporting units hand in, as text: JSON, NDJSON or CSV in, names and exact numbers out. Nothing here knows a plan: what is
// wrong with the form of a record goes with it, as its `faults`, to Engine::admit, which tells it together with what is wrong with
// names, periods and figures. The first half is the hot path of the daemon.
//
// Paths of problems: "/3/values/disposal/numerator" in JSON (a lone object has no number in front), "line 3: /values/disposal" in
// NDJSON, "line 4, column value" in CSV; "line:column" where a text is no JSON at all.
#pragma once

#include "config/places.hpp"
#include "rules/event.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace planwatch {

inline constexpr std::size_t max_id_length = 128;     // characters: plan, unit, period, duty, indicator
inline constexpr std::size_t max_note_length = 2000;  // characters: note, title, reference

// The records of a text in its order, and where each stands. One that could not be read at all is there too, with a fault of "".
template <class Record>
struct Reading {
    std::vector<Record> records;
    Places places;
};

// An error is a text that is none of its kind, holds no record, or has more than 1,000 faults: then what is wrong as far as it was
// read, and that alone.
template <class Record>
using Read = Result<Reading<Record>>;

// {"plan", "unit", "period", "values": {indicator: 412 | {"value": 412} | {"numerator": 37, "denominator": 38}}, "note"?},
// or an array of these. Numbers: not negative, at most six decimal places and Decimal::limit.
Read<RawSubmission> parse_submissions(std::string_view json);
Read<RawSubmission> parse_submissions_ndjson(std::string_view text);
// Header row: plan, unit, period, indicator, and value or numerator and denominator, and perhaps note, in any order. Consecutive rows
// of one (plan, unit, period) are one submission.
Read<RawSubmission> parse_submissions_csv(std::string_view text);

// {"plan", "unit", "duty", "period"?, "title"?, "reference"?, "note"?}, or an array of these.
Read<RawFiling> parse_filings(std::string_view json);
// Header row: plan, unit, duty, and perhaps period, title, reference, note, in any order.
Read<RawFiling> parse_filings_csv(std::string_view text);

// Input for the simulator: the same objects with "at" (RFC 3339), as NDJSON or a JSON array; one with "duty" is a filing. In the order
// of the text, which need not be that of time. An empty text is an empty list. Where "at" cannot be read it is the end of all time.
struct Timed {
    Instant at{};
    std::variant<RawSubmission, RawFiling> what;
    friend bool operator==(const Timed&, const Timed&) = default;
};
Read<Timed> parse_timed(std::string_view text);

const Problems& faults_of(const RawSubmission& record);
const Problems& faults_of(const RawFiling& record);
const Problems& faults_of(const Timed& record);
// The faults of all the records, each with its place in the text.
template <class Record>
Problems faults_of(const Reading<Record>& reading);
// The records of a text without any fault, else every one.
template <class Record>
Result<std::vector<Record>> faultless(Read<Record> read);

// Compact, keys in a fixed order, numbers exact: the ledger's payload. The parsers above read it back equal.
std::string to_json(const RawSubmission& submission);
std::string to_json(const RawFiling& filing);
void append_json(std::string& out, const RawSubmission& submission);
void append_json(std::string& out, const RawFiling& filing);

// ---- implementation

template <class Record>
Problems faults_of(const Reading<Record>& reading)
{
    Problems problems;
    for (std::size_t i = 0; i < reading.records.size(); ++i)
        for (const Problem& fault : faults_of(reading.records[i])) problems.push_back({reading.places.path(i, fault.path), fault.message});
    return problems;
}

template <class Record>
Result<std::vector<Record>> faultless(Read<Record> read)
{
    if (!read) return tl::unexpected{std::move(read.error())};
    if (Problems faults = faults_of(*read); !faults.empty()) return tl::unexpected{std::move(faults)};
    return std::move(read->records);
}

}  // namespace planwatch

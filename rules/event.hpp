// What happens to a plan. Events are what the ledger records; all else is derived from them.
#pragma once

#include "rules/alert.hpp"
#include "rules/assessment.hpp"
#include "rules/report_kind.hpp"
#include "rules/result.hpp"

#include <string>
#include <variant>
#include <vector>

namespace planwatch {

// As it arrives: names, not positions.
struct RawValue {
    std::string indicator;
    std::optional<Decimal> value;        // count, done, per_thousand
    std::optional<Decimal> numerator;    // ratio, average
    std::optional<Decimal> denominator;
    friend bool operator==(const RawValue&, const RawValue&) = default;
};

// `faults`: what its reader found wrong with its form, with paths within the record ("/values/disposal/numerator", "" for the whole);
// what they name may then be empty or half of what was meant. Nothing with faults is admitted.
struct RawSubmission {
    std::string plan;
    std::string unit;
    std::string period;
    std::vector<RawValue> values;
    std::string note;
    Problems faults = {};
    friend bool operator==(const RawSubmission&, const RawSubmission&) = default;
};

struct RawFiling {
    std::string plan;
    std::string unit;
    std::string duty;
    std::string period;  // may be empty where the duty has a single one
    std::string title;
    std::string reference;
    std::string note;
    Problems faults = {};
    friend bool operator==(const RawFiling&, const RawFiling&) = default;
};

// The same, admitted: every name is known, the unit reports these indicators, the period has begun and is open.
struct SubmittedValue {
    IndicatorIndex indicator = 0;
    std::uint32_t series = 0;  // position among the plan's series, see Engine::series_of
    Figure figure;
};

struct Submission {
    UnitIndex unit = 0;
    Period period;
    std::vector<SubmittedValue> values;
    std::string note;
};

struct Filing {
    UnitIndex unit = 0;
    std::uint32_t deadline = 0;  // position in Engine::deadlines
    std::string title;
    std::string reference;
    std::string note;
};

struct Acknowledgement {
    std::string alert;  // id
    std::string by;
    Instant until{};
    std::string comment;
};

// Which alerts a silence covers. What is empty matches all.
struct Matchers {
    std::vector<AlertKind> kinds;
    std::vector<std::string> subjects;  // duties and indicators, by id
    std::vector<std::string> units;     // the alert's own; an alert of the whole plan matches no unit
    Severity most = Severity::critical; // graver alerts than this are told of all the same
    friend bool operator==(const Matchers&, const Matchers&) = default;
};

// Nobody is told of the alerts that it covers, from `from` (included) to `until` (excluded). What would have been told and is still
// true is told when it ends. It is never changed: another takes its place.
struct Silence {
    std::string id;
    Matchers matchers;
    Instant from{}, until{};
    std::string by;
    std::string comment;
    friend bool operator==(const Silence&, const Silence&) = default;
};

struct SilenceEnd {
    std::string id;
    std::string by;
};

// A later last day (included) for one slot that has not fallen due.
struct RawExtension {
    std::string duty, unit, period;
    Day until{};
    std::string by;
    std::string reason;
};

// One slot that need not be handed in.
struct RawWaiver {
    std::string duty, unit, period;
    std::string by;
    std::string reason;
};

struct Extension {
    std::uint32_t deadline = 0;  // position in Engine::deadlines
    UnitIndex unit = 0;
    Day until{};
    std::string by;
    std::string reason;
};

struct Waiver {
    std::uint32_t deadline = 0;
    UnitIndex unit = 0;
    std::string by;
    std::string reason;
};

// What became of a message for good: delivered, or given up (a dead letter).
struct Delivery {
    std::uint64_t message = 0;
    Recipient recipient;
    bool delivered = false;
    std::string channel;  // the one that had the last word
    std::string answer;   // the server's last word
};

// A report that goes out, and to whom. Once only for its kind, period, unit and composite.
struct ReportSent {
    ReportKind kind = ReportKind::monthly;
    Period period;
    std::string unit;       // id, of a letter to one
    std::string composite;  // id, of scores
    Instant as_of{};        // what was known then
    std::string title;
    std::string sha256;     // of the paper, in hex
    std::vector<Recipient> recipients;
    friend bool operator==(const ReportSent&, const ReportSent&) = default;
};

using Event = std::variant<Submission, Filing, Acknowledgement, Silence, SilenceEnd, Extension, Waiver, Delivery, ReportSent>;

}  // namespace planwatch

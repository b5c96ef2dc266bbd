// What happens to a plan. Events are what the ledger records; all else is derived from them.
#pragma once

#include "rules/assessment.hpp"
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

// What became of a notice for good: delivered, or given up (a dead letter).
struct Delivery {
    std::uint64_t notice = 0;
    Recipient recipient;
    bool delivered = false;
    std::string answer;  // the server's last word
};

using Event = std::variant<Submission, Filing, Acknowledgement, Delivery>;

}  // namespace planwatch

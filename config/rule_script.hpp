// Rule tests (`planwatch test`): what a plan should do in the course of its year, as a script in virtual time that a food-safety
// officer can read. One statement a line; `#` begins a comment; times are the plan's own.
//
//     plan beichen-2023                                     first of all: a plan's id, or its file (from the script's folder)
//     register ../registers/example.csv                     right behind it: the businesses that are in the plan (from the script's folder)
//     year "全年按时"                                       the plan's year anew: from the issue, nothing handed in; statements before the
//                                                           first one are a year without a title
//     at 2023-10-15 09:00                                   time moves on, never back
//     submit samr 2023-Q3 samr_sampling_batches = 412       `= 37/38` for a ratio or an average; several after commas
//     file agri annual_report 2023 "年度报告"               the period may be left out where the duty has one only
//     refuse submit samr 2023-Q9 samr_sampling_batches = 1  (or `refuse file …`): must not be accepted
//     ack overdue annual_report court until 2023-11-20      until the end of that day, or `until 2023-11-20 12:00`
//
//     expect firing KIND SUBJECT [UNIT] [PERIOD]            at this moment; a part left out, or `*`, is any
//     expect no firing KIND SUBJECT [UNIT] [PERIOD]
//     expect resolved KIND SUBJECT [UNIT] [PERIOD]          was firing and is no more
//     expect slot DUTY UNIT PERIOD STATE [due DATE]
//     expect slots STATE [DUTY] = 3                         how many are in that state
//     expect value INDICATOR [UNIT] = 5225                  or >=, <=, ~ (within 0.01); with a unit: its own part
//     expect status INDICATOR [UNIT] on_track               no_data on_track behind reached missed held not_held; `pace` is the same
//     expect notice STEP KIND SUBJECT UNIT [PERIOD] to RECIPIENT     was sent by now; STEP as in -7wd, due, fired, resolved
//     expect no notice …
#pragma once

#include "config/file.hpp"
#include "rules/engine.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace planwatch {

// A name out of a script, and the column (1, 2, …, in characters) to point at where nothing goes by it.
struct ScriptName {
    std::string text;  // empty: any
    std::size_t column = 0;
};

struct AlertPattern {
    AlertKind kind = AlertKind::due_soon;
    ScriptName subject;
    ScriptName unit;
    ScriptName period;

    bool matches(const AlertKey& key) const;
};

struct MoveTo {
    LocalTime to;
};

struct HandIn {
    std::variant<RawSubmission, RawFiling> what;  // `plan` is left empty
    bool refused = false;                         // must be
};

struct Acknowledge {
    AlertPattern alert;
    LocalTime until;
};

struct ExpectAlert {
    enum class State : std::uint8_t { firing, not_firing, resolved };
    State state = State::firing;
    AlertPattern alert;
};

struct ExpectSlot {
    ScriptName duty;
    ScriptName unit;
    Period period;
    SlotState state = SlotState::upcoming;
    std::optional<Day> due;  // the due date, as people are shown it
};

struct ExpectSlots {
    SlotState state = SlotState::upcoming;
    ScriptName duty;
    std::int64_t count = 0;
};

struct ExpectValue {
    enum class Comparison : std::uint8_t { equal, at_least, at_most, about };
    ScriptName indicator;
    ScriptName unit;
    Comparison comparison = Comparison::equal;
    Decimal value;
};

struct ExpectStatus {
    ScriptName indicator;
    ScriptName unit;
    Status status = Status::no_data;
};

struct ExpectNotice {
    bool sent = true;
    std::string step;
    AlertPattern alert;
    std::string recipient;
};

struct ScriptStep {
    std::size_t line = 0;
    std::string text;  // the statement as it stands
    std::variant<MoveTo, HandIn, Acknowledge, ExpectAlert, ExpectSlot, ExpectSlots, ExpectValue, ExpectStatus, ExpectNotice> what;
};

// One course of the plan's year, from its issue. Its moments do not run backwards.
struct ScriptYear {
    std::string title;  // empty: the statements before the first `year`
    std::vector<ScriptStep> steps;
};

// Line and column count from 1.
struct ScriptFault {
    std::size_t line = 0;
    std::size_t column = 0;
    std::string message;
};

// A statement with a fault is kept as far as it could be read, for the names in it; a script with faults is not run.
struct RuleScript {
    std::string name;                         // the file's
    std::string plan;                         // an id or a path, as written
    std::optional<ScriptName> register_file;  // a path, as written: relative to the script's folder
    std::vector<ScriptYear> years;            // in their order; each knows nothing of the others
    std::vector<ScriptFault> faults;
};

RuleScript parse_rule_script(const SourceFile& file);

// Every problem of the script in its order, as "file:line:column": its faults, and with a plan the names in expectations and
// acknowledgements that it does not know (an expectation about a name that is misspelt would else hold without meaning anything). What
// is handed in is left to the engine, which may be meant to refuse it.
Problems problems_of(const RuleScript& script);
Problems problems_of(const RuleScript& script, const Plan& plan);

std::string_view to_string(ExpectValue::Comparison);  // =, >=, <=, ~

}  // namespace planwatch

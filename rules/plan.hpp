// A plan (计划) as understood: one jurisdiction, one year, one document. Plain values, made and
// checked by `config`; names are resolved to positions in the vectors below.
#pragma once

#include "rules/decimal.hpp"
#include "rules/due.hpp"
#include "rules/period.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace planwatch {

using UnitIndex = std::uint32_t;
using ClauseIndex = std::uint32_t;
using IndicatorIndex = std::uint32_t;
using DutyIndex = std::uint32_t;

enum class Role : std::uint8_t { lead, cooperate, by_duty, responsible };
enum class UnitKind : std::uint8_t { department, town, business, office, group };

struct Unit {
    std::string id;
    std::string name;
    std::vector<std::string> aliases;  // other spellings in the document
    std::optional<UnitIndex> parent;
    UnitKind kind = UnitKind::department;
    std::string assumed;
    std::uint16_t trade = 0;  // of a business: what it does and its risk grade, as positions in Plan::trades and Plan::risks
    std::uint16_t risk = 0;
};

struct Responsibility {
    UnitIndex unit = 0;
    Role role = Role::responsible;
};

struct Clause {
    std::string id;     // as the document numbers it: 三（十二）, 五（十七）.2
    std::string title;  // our own short title
    std::vector<Responsibility> units;
    std::vector<std::string> scopes;  // counts that only bound a scope ("11 key products"): notes, not targets
    std::string assumed;
};

enum class Measure : std::uint8_t { count, ratio, per_thousand, average, done };

// How a figure stands to those before it.
enum class Reported : std::uint8_t {
    increment,   // this period alone; the value is the sum
    cumulative,  // the year so far; the value is the latest, and it must not fall
    level,       // how things stand at the period's end; the value is the latest
    derived,     // the sum of `parts`; a stated total is checked against them and never used
};

enum class Comparator : std::uint8_t { at_least, at_most, exactly };

struct Target {
    Comparator comparator = Comparator::at_least;
    Decimal value;     // as the document gives it: 91 with unit "%", 6.5 with "批次/千人"
    std::string unit;
    bool hold = false;  // must be true in every period (保持)
    Day by{};           // not for hold: the last day on which reaching it counts
};

struct Milestone {
    Day day;
    Decimal value;  // in the target's unit
};

struct Pace {
    enum class Kind : std::uint8_t { none, linear, milestones };
    Kind kind = Kind::none;
    Day from{};                          // linear: nothing is expected before this day
    std::vector<Milestone> milestones;   // ascending; each counts from the end of its day
    std::chrono::days grace{0};          // how long it must be behind before that counts
    Decimal tolerance = Decimal::from_micros(100'000);  // share of the expected value that may lack: 0.1
};

struct Indicator {
    std::string id;
    std::string name;
    ClauseIndex clause = 0;
    Measure measure = Measure::count;
    Reported reported = Reported::increment;
    std::optional<Target> target;
    Pace pace;
    std::vector<UnitIndex> units;       // who reports it (for a derived one: who answers for it)
    std::vector<IndicatorIndex> parts;  // of a derived one
    bool each = false;                  // every unit must reach the target by itself, not the sum
    std::optional<Decimal> population;  // people, for per_thousand; the plan's by default
    std::string assumed;
};

enum class Cadence : std::uint8_t { once, daily, weekly, monthly, quarterly, half_yearly, yearly };

// The kind of period that a cadence reports on; `once` reports on the year.
Period::Kind period_kind(Cadence cadence);

struct Duty {
    std::string id;
    std::string name;
    ClauseIndex clause = 0;
    Cadence cadence = Cadence::once;
    DueRule due;
    std::vector<UnitIndex> units;
    std::vector<IndicatorIndex> indicators;  // figures owed, by those units that report them
    bool filing = false;                     // a document is owed (by units that owe no figures, always)
    std::vector<Period> periods;             // the periods reported on, ascending; set by `config`
    std::string ladder;                      // name of the ladder; empty for the default one
    std::string assumed;
};

// What one part of a composite is, for one unit and one period; each is a score from 0 to 100.
struct CompositePart {
    enum class Kind : std::uint8_t {
        indicator,           // of the unit's own figure: see score_of in rules/composite.hpp
        on_time,             // share of what it had to hand in that came in on time
        businesses_on_time,  // the same of the businesses under it
    };
    Kind kind = Kind::indicator;
    IndicatorIndex indicator = 0;
    Decimal weight;          // above 0; of the sum of all
};

struct Grade {
    std::string name;
    Decimal least;  // the lowest score that earns it
};

// A weighted composite (食品安全指数, 市场评分) of some units, by which they are compared.
struct Composite {
    std::string id;
    std::string name;
    ClauseIndex clause = 0;
    std::vector<UnitIndex> units;
    Cadence cadence = Cadence::quarterly;  // of what a score is made; over a longer period it is the mean of these
    Cadence ranked = Cadence::quarterly;   // of periods so long or longer the units are ranked
    Cadence graded = Cadence::quarterly;   // of periods so long or longer they are graded
    std::vector<CompositePart> parts;
    std::vector<Grade> grades;             // descending; none: no grades
    std::string assumed;
};

struct Plan {
    std::string id;
    std::string name;
    Day issued{};
    std::string issued_assumed;  // set where the document carries no date
    int year = 0;
    Day starts{};  // 1 January of `year` unless the plan says otherwise
    Day ends{};    // 31 December of `year` unless the plan says otherwise
    std::string time_zone;
    std::optional<Decimal> population;
    std::string population_assumed;
    std::optional<int> lock_after_days;  // figures of a period are locked this many days after its end
    std::vector<Unit> units;
    std::vector<std::string> trades{""};  // 餐饮服务, …; the first is that of who gave none
    std::vector<std::string> risks{""};   // A to D
    std::vector<Clause> clauses;
    std::vector<Indicator> indicators;
    std::vector<Duty> duties;
    std::vector<Composite> composites;

    std::optional<UnitIndex> unit(std::string_view id) const;
    std::optional<IndicatorIndex> indicator(std::string_view id) const;
    std::optional<DutyIndex> duty(std::string_view id) const;
};

// What was assumed for the indicator's figure: its own assumption, and the population that it is counted per 1,000 of where that is
// the plan's and assumed. Empty where nothing is.
std::string assumed_of(const Plan& plan, const Indicator& indicator);

// The spellings of the plan file, the API and the ledger, in one place each.
std::string_view to_string(Role);
std::string_view to_string(UnitKind);
std::string_view to_string(Measure);
std::string_view to_string(Reported);
std::string_view to_string(Cadence);
std::string_view to_string(CompositePart::Kind);
std::string_view to_string(Comparator);      // at_least, at_most, exactly
std::string_view comparator_sign(Comparator);  // >=, <=, =
std::string_view role_name(Role);            // 牵头, 配合, 按职责分工, 负责

}  // namespace planwatch

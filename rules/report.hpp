// What a report says (报告): an office's papers about one plan and one period, as facts. Pure values; `exporters` set them as text, HTML,
// pictures, workbook and JSON, and `daemon` makes them from the ledger. All kinds share this one shape; a kind leaves empty what it does
// not say.
#pragma once

#include "rules/engine.hpp"
#include "rules/report_kind.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace planwatch {

// Ascending by day. A value is what all figures for periods that had ended by the day add up to, as known at the report's `as_of`.
struct TrendPoint {
    Day day;
    std::optional<double> value;     // in the target's unit; empty: nothing was reported up to then
    std::optional<double> expected;  // the pace; empty without one
};

// Where the target will stand at its day, if things go on as they did.
struct Forecast {
    Day by{};
    double value = 0;  // in the target's unit
    double low = 0;    // the range that holds four of five times
    double high = 0;
    bool reaches = false;       // `value` meets the target
    std::uint32_t points = 0;   // figures' periods that it rests on
    // Back-tested on the figures as they are known now: forecasts that the same rule would have made after each earlier period, of each
    // period that followed.
    std::uint32_t tested = 0;   // how many
    std::uint32_t within = 0;   // of them, within the range given then
    double mean_miss = 0;       // mean distance from the truth, as a share of the truth; meaningful where tested > 0
};

enum class Standing : std::uint8_t { missed, behind, on_track, reached, unknown };  // the groups of indicators, in the order they are shown
std::string_view to_string(Standing);                        // missed, behind, …: the spelling of JSON
std::string_view standing_name(Standing);                    // 未达标, 落后, 达序时, 已达标, 无数据
Standing standing_of(Status);                                // a target that is to be held is missed while it is not held, else on track; what is doubtful is unknown

struct IndicatorLine {
    IndicatorIndex indicator = 0;
    Standing standing = Standing::unknown;
    Assessment now;
    std::optional<Assessment> before;           // as known at `before`; empty where the plan had not begun
    std::optional<double> attainment;           // exporters' and metrics' attainment: value over target
    std::optional<double> attainment_before;
    std::vector<TrendPoint> trend;              // a point a month, from the plan's first to the report's
    std::optional<Forecast> forecast;           // of targets with a day that lies ahead
    std::string no_forecast;                    // why there is none, for people; empty where there is one or none is due
    std::string assumed;                        // what was assumed for it; empty: nothing
    std::string why;                            // the arithmetic
};

struct Person {
    std::string name;
    std::string mobile;  // may be empty
    std::string mail;    // may be empty
};

// Something that needs a call: the gravest first.
struct Call {
    std::string what;             // one line
    std::string why;              // the evidence; one line
    std::optional<UnitIndex> unit;
    std::vector<Person> people;   // who answers for it; empty: nobody is named in the settings
};

struct Change {
    enum class Kind : std::uint8_t { worse, better, plan };  // plan: the plan itself changed (a target, a day)
    Kind kind = Kind::worse;
    std::optional<IndicatorIndex> indicator;
    std::string text;             // one line
};

// One unit over the report's period, and over the plan's year up to `as_of`.
struct UnitLine {
    UnitIndex unit = 0;
    struct Slots {
        std::uint32_t due = 0;     // fell due, waived ones aside
        std::uint32_t on_time = 0;
        std::uint32_t late = 0;
        std::uint32_t overdue = 0;
        std::uint32_t waived = 0;
    };
    Slots period, year;
    std::optional<double> on_time;      // of the year: on_time / due; empty where nothing fell due
    std::optional<double> attainment;   // mean over the targets that it has a part in, each at most 1; empty where there is none
    std::optional<std::uint32_t> on_time_rank, attainment_rank;  // 1, 2, 2, 4, …; empty: not ranked
    std::vector<std::uint32_t> indicators;  // positions in Report::indicators that it reports or answers for
};

struct SlotLine {
    std::uint32_t deadline = 0;  // of the engine that the report was made with
    DutyIndex duty = 0;
    UnitIndex unit = 0;
    Period period;
    Day due{};
    SlotState state = SlotState::upcoming;
    int days = 0;                // overdue or late by: days after the due date; upcoming: days until it
    std::string why;             // how the day came about
};

// A figure that an earlier report told and that is another now (更正).
struct Correction {
    IndicatorIndex indicator = 0;
    UnitIndex unit = 0;
    Period period;
    Figure before, after;
    Instant at{};
    std::string by;
    std::string told_in;         // the earlier report's title; empty where none was sent
};

// A composite's value of one unit over one period: see rules/composite.hpp.
struct ScorePart {
    std::string name;
    double weight = 0;
    std::optional<double> score;  // 0 to 100; empty: nothing known, and it counts neither way
    std::string why;              // the arithmetic
};
struct ScoreLine {
    UnitIndex unit = 0;
    std::optional<double> score;  // 0 to 100
    std::optional<double> before; // of the period before
    std::optional<std::uint32_t> rank;
    std::string grade;            // empty: none is given for this period
    bool whole = true;            // every part is known
    std::vector<ScorePart> parts;
};
struct ScoreTable {
    std::string id, name, clause;
    Period period;
    std::string note;             // how it is made, for people
    std::string assumed;
    std::vector<ScoreLine> lines; // by rank, then as the plan lists the units; unknown ones last
};

// A figure that came in, its newest revision.
struct FigureLine {
    IndicatorIndex indicator = 0;
    UnitIndex unit = 0;
    Period period;
    std::uint32_t revision = 0;  // 1, 2, …
    Figure figure;
    Instant at{};
};

struct Report {
    ReportKind kind = ReportKind::monthly;
    std::shared_ptr<const Policy> policy;  // as of `as_of`; never null
    Period period;
    std::optional<UnitIndex> unit;         // of a reminder letter
    Instant as_of{};                       // what was known then
    Instant before{};                      // what it is compared with
    std::string title;                     // 北辰区… 2023年9月指标报告
    std::string summary;                   // one sentence
    std::vector<Change> changes;
    std::vector<Call> calls;               // at most three in a monthly report
    std::vector<IndicatorLine> indicators; // by standing, then as the plan lists them
    std::vector<UnitLine> units;           // by rank where ranked, else as the plan lists them; businesses aside
    bool ranked = true;
    std::vector<SlotLine> overdue;         // the longest first
    std::vector<SlotLine> late;            // handed in late since `before`
    std::vector<SlotLine> next;            // what falls due in the period after, by day
    std::vector<Correction> corrections;
    std::vector<ScoreTable> scores;
    std::vector<std::string> notes;        // what a reader must know: thin data, a plan that began in mid-year, …
    std::uint32_t business_overdue = 0;    // slots of registered businesses, told as numbers alone
    std::uint32_t business_due = 0;
    std::vector<FigureLine> figures;       // of periods that ended in the report's, for the workbook: by indicator, unit, period; businesses aside
};

}  // namespace planwatch

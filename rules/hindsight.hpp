// How indicators stood at the end of a day, by what an engine knows now: of all its figures those that count for days up to then, the
// ones that came in late and the corrections included. A figure counts at its period's end; one of a period that still ran when it
// came in, on the day it did. The engine must outlive it.
#pragma once

#include "rules/engine.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace planwatch {

class Hindsight {
public:
    explicit Hindsight(const Engine& engine);

    // Judged at the instant `at`: what had fallen due by then counts as due. `unit`: that unit's own part, as in the engine.
    Assessment assessment(IndicatorIndex indicator, Day end, Instant at, std::optional<UnitIndex> unit = {}) const;
    // The day up to `end` through which every unit has reported, or should have by `at`; empty before the first.
    std::optional<Day> whole_through(IndicatorIndex indicator, Day end, Instant at) const;
    // The day from which the newest of its figures (of its parts') up to `end` counts; empty where there is none.
    std::optional<Day> newest_figure(IndicatorIndex indicator, Day end) const;
    // Whether a unit's figures tell of the days around the end of `end` as one: of a period that has begun and not ended then. What a unit
    // that has not reported yet will tell is taken to be of periods like its newest. `unit`: of that one alone.
    bool amid_a_period(IndicatorIndex indicator, Day end, std::optional<UnitIndex> unit = {}) const;
    // Of the unit's figures those that count from `first` to `end` alone: their sum where they are increments, else the newest. Empty where
    // there is none. The indicator is not derived.
    std::optional<Figure> figure_within(IndicatorIndex indicator, UnitIndex unit, Day first, Day end) const;
    // What the plan expects at the end of the day; empty without a pace.
    std::optional<double> expected(IndicatorIndex indicator, Day end, Instant at) const;

private:
    struct Counted {
        Day day;  // from which it counts
        Period period;
        Figure figure;
    };
    struct DueFigures {
        Day through;   // the period's last day
        Instant moment;
    };

    std::optional<Figure> sum_of(IndicatorIndex indicator, Day end, std::optional<UnitIndex> unit, bool hold) const;
    std::optional<Figure> figure(IndicatorIndex indicator, Day end, std::optional<UnitIndex> unit) const;
    std::optional<Day> due_through(IndicatorIndex indicator, Day end, Instant at) const;
    std::optional<Day> known_through(IndicatorIndex indicator, Day end, Instant at, std::optional<UnitIndex> unit) const;
    std::optional<Day> through(IndicatorIndex indicator, Day end, Instant at, std::optional<UnitIndex> unit) const;

    const Engine& engine_;
    const Plan& plan_;
    std::vector<std::uint32_t> first_series_;         // by indicator, and the end
    std::vector<std::vector<Counted>> series_;        // ascending by the period's end
    std::vector<std::vector<Day>> wholes_;            // by indicator: of the periods that every unit has reported, the day the last figure counts from
    std::vector<std::vector<DueFigures>> dues_;       // by indicator: of the duties that collect it; ascending by moment
};

}  // namespace planwatch

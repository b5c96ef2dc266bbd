// The parts that a report is put together of: for report_*.cpp alone.
#pragma once

#include "rules/hindsight.hpp"
#include "rules/report_builder.hpp"

namespace planwatch {

// What all parts of one report are made from.
struct Making {
    const Engine& engine;
    const Hindsight& hindsight;
    const Earlier* earlier;
    const ReportTask& task;
    Instant judged;  // what had fallen due by then counts as due
    Day end;         // the last day that the report is about

    const Plan& plan() const { return engine.policy().plan; }
    Day today() const { return engine.policy().zone.day_of(engine.now()); }
};

void add_indicators(const Making& making, Report& report);
void add_slots(const Making& making, Report& report);   // and the units, but for their indicators
void add_attainment(const Making& making, Report& report);  // of units, and their indicators
void rank_units(Report& report);

}  // namespace planwatch

// The parts that a report is put together of: for report_*.cpp alone.
#pragma once

#include "rules/hindsight.hpp"
#include "rules/report_builder.hpp"

namespace planwatch {

inline constexpr std::size_t most_calls = 3;  // in a monthly report

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
void add_changes(const Making& making, Report& report);
void add_calls(const Making& making, Report& report);   // of all units that give reason to; the gravest first
void add_corrections(const Making& making, std::span<const Revision> revisions, Report& report);
void add_submitted(const Making& making, Report& report);  // figures of the period, for the workbook
void add_notes(const Making& making, Report& report);
std::string summary_of(const Making& making, const Report& report);
std::string summary_of(const ScoreTable& table, const Report& report);

}  // namespace planwatch

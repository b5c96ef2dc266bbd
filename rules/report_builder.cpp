#include "rules/report_builder.hpp"

#include "rules/composite.hpp"
#include "rules/report_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace planwatch {

namespace {

std::string title_of(const Making& making)
{
    const Plan& plan = making.plan();
    const std::string period = period_name(making.task.period);
    switch (making.task.kind) {
        case ReportKind::monthly: return fmt::format("{}：{}指标报告", plan.name, period);
        case ReportKind::bulletin: return fmt::format("{}：{}通报", plan.name, period);
        case ReportKind::reminder: return fmt::format("{}：{}催办单（{}）", plan.name, period, plan.units[*making.task.unit].name);
        case ReportKind::quarterly: return fmt::format("{}：{}提醒", plan.name, period);
        case ReportKind::inspection: return fmt::format("{}：{}督查清单", plan.name, period);
        case ReportKind::scores: break;
    }
    return fmt::format("{}：{}{}", plan.name, period, plan.composites[making.task.composite].name);
}

std::uint32_t count_overdue(const Engine& engine)
{
    const Plan& plan = engine.policy().plan;
    std::uint32_t overdue = 0;
    for (std::uint32_t d = 0; d < engine.deadlines().size(); ++d) {
        if (engine.counts_of(d)[static_cast<std::size_t>(SlotState::overdue)] == 0) continue;
        const auto& units = plan.duties[engine.deadlines()[d].duty].units;
        for (std::uint32_t position = 0; position < units.size(); ++position)
            if (plan.units[units[position]].kind != UnitKind::business && engine.slot_at(d, position).state == SlotState::overdue) ++overdue;
    }
    return overdue;
}

}  // namespace

std::string period_name(const Period& period)
{
    const std::chrono::year_month_day first{period.first()};
    const auto month = static_cast<unsigned>(first.month());
    switch (period.kind()) {
        case Period::Kind::day: return fmt::format("{}年{}月{}日", period.year(), month, static_cast<unsigned>(first.day()));
        case Period::Kind::week: return fmt::format("{}年第{}周", period.year(), period.to_string().substr(6));
        case Period::Kind::month: return fmt::format("{}年{}月", period.year(), month);
        case Period::Kind::quarter: {
            constexpr const char* names[] = {"一", "二", "三", "四"};
            return fmt::format("{}年第{}季度", period.year(), names[month / 3]);
        }
        case Period::Kind::half_year: return fmt::format("{}年{}半年", period.year(), month == 1 ? "上" : "下");
        case Period::Kind::year: break;
    }
    return fmt::format("{}年", period.year());
}

Earlier look_back(const Engine& engine, const Period& period)
{
    const Hindsight hindsight{engine};
    const Day end = std::min(period.last(), engine.policy().zone.day_of(engine.now()));
    Earlier earlier{.policy = engine.policy_ptr(), .assessments = {}, .overdue = count_overdue(engine)};
    for (IndicatorIndex i = 0; i < engine.policy().plan.indicators.size(); ++i)
        earlier.assessments.push_back(hindsight.assessment(i, end, engine.now()));
    return earlier;
}

Report build_report(const Engine& engine, const Earlier* earlier, std::span<const Revision> revisions, const ReportTask& task)
{
    const Hindsight hindsight{engine};
    const Instant judged = std::min(engine.now(), task.moment);
    const Making making{engine, hindsight, earlier, task, judged, std::min(task.period.last(), engine.policy().zone.day_of(judged))};
    Report report;
    report.kind = task.kind;
    report.policy = engine.policy_ptr();
    report.period = task.period;
    report.unit = task.unit;
    report.as_of = engine.now();
    report.before = task.before;
    report.title = title_of(making);
    report.ranked = engine.policy().reports.ranked && !task.unit;
    if (task.kind == ReportKind::scores) {
        report.scores.push_back(score_table(engine, hindsight, engine.policy().plan.composites[task.composite], task.period, judged));
        report.summary = summary_of(report.scores.front(), report);
        return report;
    }
    add_indicators(making, report);
    add_slots(making, report);
    add_attainment(making, report);
    if (report.ranked) rank_units(report);
    if (task.kind == ReportKind::monthly || task.kind == ReportKind::inspection) add_calls(making, report);
    add_changes(making, report);
    add_corrections(making, revisions, report);
    add_submitted(making, report);
    add_notes(making, report);
    report.summary = summary_of(making, report);
    return report;
}

}  // namespace planwatch

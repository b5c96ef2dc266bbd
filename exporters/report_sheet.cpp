#include "exporters/report_sheet.hpp"

#include "exporters/report_sections.hpp"
#include "exporters/report_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace planwatch {
namespace {

using Section = ReportSheet::Section;

constexpr std::array standings{Standing::missed, Standing::behind, Standing::on_track, Standing::reached, Standing::unknown};

enum class Part : std::uint8_t { changes, calls, corrections, indicators, others, troubles, units, checklist, overdue, late, next, forecast, scores, notes, assumptions };

// What a kind says, in the order in which its readers want it.
std::span<const Part> parts_of(ReportKind kind)
{
    using enum Part;
    static constexpr std::array monthly{changes, calls, corrections, indicators, units, overdue, late, next, forecast, scores, others, notes, assumptions};
    static constexpr std::array bulletin{changes, corrections, indicators, units, overdue, late, next, scores, others, notes, assumptions};
    static constexpr std::array reminder{overdue, troubles, next, late, corrections, notes, assumptions};
    static constexpr std::array quarterly{overdue, next, troubles, units, forecast, scores, corrections, notes, assumptions};
    static constexpr std::array inspection{checklist, overdue, late, indicators, scores, others, corrections, notes, assumptions};
    static constexpr std::array scored{scores, corrections, notes, assumptions};
    switch (kind) {
        case ReportKind::monthly: return monthly;
        case ReportKind::bulletin: return bulletin;
        case ReportKind::reminder: return reminder;
        case ReportKind::quarterly: return quarterly;
        case ReportKind::inspection: return inspection;
        case ReportKind::scores: break;
    }
    return scored;
}

std::vector<Section> sections_of(const SheetContext& context, Part part)
{
    switch (part) {
        case Part::changes: return {changes_section(context)};
        case Part::calls: return {calls_section(context)};
        case Part::corrections: return {corrections_section(context)};
        case Part::units: return {units_section(context)};
        case Part::checklist: return {checklist_section(context)};
        case Part::overdue: return {overdue_section(context)};
        case Part::late: return {late_section(context)};
        case Part::next: return {next_section(context)};
        case Part::forecast: return {forecast_section(context)};
        case Part::notes: return {notes_section(context)};
        case Part::assumptions: return {assumptions_section(context)};
        case Part::others: return {others_section(context)};
        case Part::indicators: return indicator_sections(context, standings);
        case Part::troubles: return indicator_sections(context, std::span{standings}.first(2));
        case Part::scores: break;
    }
    std::vector<Section> sections;
    for (const ScoreTable& table : context.report.scores) sections.push_back(score_section(context, table));
    return sections;
}

bool says_something(const Section& section) { return !section.items.empty() || !section.table.rows.empty() || !section.lead.empty(); }

std::vector<ReportSheet::Tally> tally_of(const Report& report)
{
    if (report.indicators.empty() || report.kind == ReportKind::scores || report.kind == ReportKind::reminder) return {};
    // Of targets alone.
    std::vector<ReportSheet::Tally> tally;
    for (const Standing standing : standings) {
        const auto stands = [&](const IndicatorLine& line) { return line.standing == standing && report.policy->plan.indicators[line.indicator].target; };
        tally.push_back({standing, static_cast<std::size_t>(std::ranges::count_if(report.indicators, stands))});
    }
    return tally;
}

// What a leader reads on a locked phone.
std::string subject_of(const Report& report, const std::vector<ReportSheet::Tally>& tally)
{
    std::string subject = clip(report.title, 120);
    std::string counts;
    const auto add = [&](std::string_view what, std::size_t count) {
        if (count > 0) counts += fmt::format("{}{}{}", counts.empty() ? "" : "、", what, count);
    };
    for (const auto& each : tally)
        if (each.standing == Standing::missed || each.standing == Standing::behind) add(standing_name(each.standing), each.count);
    if (report.kind != ReportKind::scores) add("逾期", report.overdue.size());
    return counts.empty() ? subject : subject + "：" + counts;
}

std::string greeting_of(const Report& report)
{
    if (report.unit) return clip(report.policy->plan.units[*report.unit].name, 120) + "：";
    return report.kind == ReportKind::bulletin || report.kind == ReportKind::quarterly ? "各单位：" : "";
}

// The office of the plan, where it names one.
std::vector<std::string> signature_of(const Report& report)
{
    if (greeting_of(report).empty()) return {};
    const Plan& plan = report.policy->plan;
    const std::chrono::year_month_day date{report.policy->zone.day_of(report.as_of)};
    std::vector<std::string> lines;
    if (report.unit)
        lines.push_back(report.overdue.empty() ? "请按期完成以上事项；确有困难的，请在期限前与我办联系。"
                                               : "请即补报以上逾期事项，落后的指标请说明原因和补救措施；确有困难的，请与我办联系。");
    const auto office = std::ranges::find(plan.units, UnitKind::office, &Unit::kind);
    if (office != plan.units.end()) lines.push_back(clip(office->name, 120));
    lines.push_back(fmt::format("{}年{}月{}日", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())));
    return lines;
}

}  // namespace

SheetLimits SheetLimits::tighter() const
{
    SheetLimits less = *this;
    less.rows = rows / 2;
    if (rows > 20) return less;
    less.text = text / 2 + 20;
    less.names = names / 2 + 1;
    if (rows > 10) return less;
    less.units = units / 2;
    less.cards = cards / 2;
    less.trends = trends / 2;
    return less;
}

ReportSheet report_sheet(const Report& report, const SheetLimits& limits)
{
    ReportSheet sheet;
    const Policy& policy = *report.policy;
    sheet.title = clip(report.title, 200);
    sheet.source = fmt::format("{} · 数据截至 {}", report_name(report.kind), moment_text(report.as_of, policy.zone));
    sheet.greeting = greeting_of(report);
    const std::string_view summary = report.summary;
    const bool greets = !sheet.greeting.empty() && summary.starts_with(sheet.greeting);
    sheet.summary = clip(greets ? summary.substr(sheet.greeting.size()) : summary, 2 * limits.text);
    sheet.tally = tally_of(report);
    sheet.subject = subject_of(report, sheet.tally);
    const SheetContext context{report, limits, sheet.charts};
    for (const Part part : parts_of(report.kind))
        for (Section& section : sections_of(context, part))
            if (says_something(section)) sheet.sections.push_back(std::move(section));
    sheet.signature = signature_of(report);
    sheet.footer.push_back("计划：" + clip(policy.plan.name, 200));
    sheet.footer.push_back("只算数据截止时刻以前报来的数；此后的更正，在下一期中说明。");
    sheet.footer.push_back("全部指标、单位、应报项和图表见附件工作簿。");
    return sheet;
}

}  // namespace planwatch

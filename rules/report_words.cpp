// What a report says in words: what changed, what was corrected, what a reader must know, and the one sentence of summary.
#include "rules/index.hpp"
#include "rules/report_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace planwatch {

namespace {

constexpr std::size_t names_told = 3;

// 甲、乙、丙等8个
std::string some_of(const std::vector<std::string>& names, std::string_view counter)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), names_told); ++i) text += (i == 0 ? "" : "、") + names[i];
    if (names.size() > names_told) text += fmt::format("等{}{}", names.size(), counter);
    return text;
}

std::string date_of(Day day)
{
    const std::chrono::year_month_day date{day};
    return fmt::format("{}年{}月{}日", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

// ---- what changed

std::string target_text_of(const Indicator& indicator)
{
    if (!indicator.target) return "无目标";
    const Target& target = *indicator.target;
    constexpr std::string_view signs[] = {"≥", "≤", "="};
    return fmt::format("{}{}{}（{}）", signs[static_cast<std::size_t>(target.comparator)], target.value.to_string(), target.unit,
                       target.hold ? "每期保持" : "至 " + format_day(target.by));
}

void add_plan_changes(const Plan& before, const Plan& now, Report& report)
{
    const auto tell = [&](std::optional<IndicatorIndex> indicator, std::string text) { report.changes.push_back({Change::Kind::plan, indicator, std::move(text)}); };
    const NameIndex old_indicators{before.indicators}, old_duties{before.duties}, new_indicators{now.indicators}, new_duties{now.duties};
    for (IndicatorIndex i = 0; i < now.indicators.size(); ++i) {
        const Indicator& indicator = now.indicators[i];
        const auto old = old_indicators.find(indicator.id);
        if (!old) {
            tell(i, fmt::format("计划新增指标“{}”：{}", indicator.name, target_text_of(indicator)));
            continue;
        }
        const std::string was = target_text_of(before.indicators[*old]), is = target_text_of(indicator);
        if (was != is) tell(i, fmt::format("“{}”的目标由 {} 改为 {}", indicator.name, was, is));
    }
    for (const Indicator& indicator : before.indicators)
        if (!new_indicators.find(indicator.id)) tell({}, fmt::format("指标“{}”已不在计划中", indicator.name));
    for (const Duty& duty : now.duties) {
        const auto old = old_duties.find(duty.id);
        if (!old) tell({}, fmt::format("计划新增报送“{}”", duty.name));
        else if (before.duties[*old].due != duty.due) tell({}, fmt::format("“{}”的报送时限由 {} 改为 {}", duty.name, before.duties[*old].due.to_string(), duty.due.to_string()));
    }
    for (const Duty& duty : before.duties)
        if (!new_duties.find(duty.id)) tell({}, fmt::format("报送“{}”已不在计划中", duty.name));
}

// How good a standing is; what is not known is neither.
int rank_of(Standing standing) { return standing == Standing::unknown ? 1 : static_cast<int>(standing); }

void add_standing_change(const Plan& plan, const IndicatorLine& line, Report& report)
{
    const Standing was = standing_of(line.before->status);
    if (was == line.standing) return;
    const Indicator& indicator = plan.indicators[line.indicator];
    const auto kind = rank_of(line.standing) > rank_of(was) ? Change::Kind::better : Change::Kind::worse;
    report.changes.push_back({kind, line.indicator, fmt::format("{}：{} → {}，由 {} 到 {}", indicator.name, standing_name(was), standing_name(line.standing),
                                                                shown_value(indicator, *line.before), shown_value(indicator, line.now))});
}

// ---- the summary

struct Tally {
    std::array<std::size_t, 5> by_standing{};  // targets alone
    std::size_t targets = 0;
    std::size_t not_reaching = 0;              // by the forecast, of those not missed yet
    UnitLine::Slots period;
};

Tally tally_of(const Plan& plan, const Report& report)
{
    Tally tally;
    for (const IndicatorLine& line : report.indicators) {
        if (!plan.indicators[line.indicator].target) continue;
        ++tally.targets;
        ++tally.by_standing[static_cast<std::size_t>(line.standing)];
        if (line.forecast && !line.forecast->reaches) ++tally.not_reaching;
    }
    for (const UnitLine& unit : report.units) {
        tally.period.due += unit.period.due;
        tally.period.on_time += unit.period.on_time;
        tally.period.late += unit.period.late;
    }
    return tally;
}

std::string targets_text(const Tally& tally)
{
    if (tally.targets == 0) return "本计划没有可衡量的目标";
    std::string text = fmt::format("{}项目标中", tally.targets);
    bool any = false;
    for (const Standing standing : {Standing::reached, Standing::on_track, Standing::behind, Standing::missed, Standing::unknown}) {
        const std::size_t count = tally.by_standing[static_cast<std::size_t>(standing)];
        if (count > 0) text += fmt::format("{}{}项{}", std::exchange(any, true) ? "、" : "", count, standing_name(standing));
    }
    return text;
}

std::string slots_text(const Report& report, const Tally& tally)
{
    std::string text = tally.period.due > 0 ? fmt::format("；本期应报{}项、按时{}项", tally.period.due, tally.period.on_time) : "；本期没有到期的报送";
    if (tally.period.late > 0) text += fmt::format("、迟报{}项", tally.period.late);
    if (report.overdue.empty()) return text + "，目前没有逾期";
    return text + fmt::format("，目前逾期{}项，最长{}天", report.overdue.size(), report.overdue.front().days);
}

std::string next_text(const Report& report) { return report.next.empty() ? "" : fmt::format("；{}将到期{}项", period_name(report.period.next()), report.next.size()); }

// ---- notes

std::vector<std::string> names_of(Status status, const Plan& plan, const Report& report)
{
    std::vector<std::string> names;
    for (const IndicatorLine& line : report.indicators)
        if (line.now.status == status) names.push_back(plan.indicators[line.indicator].name);
    return names;
}

std::vector<std::string> units_without_figures(const Plan& plan, const Report& report)
{
    std::vector<bool> lacks(plan.units.size());
    for (const SlotLine& slot : report.overdue)
        if (!plan.duties[slot.duty].indicators.empty()) lacks[slot.unit] = true;
    std::vector<std::string> names;
    for (UnitIndex unit = 0; unit < plan.units.size(); ++unit) {
        const auto owes = [&](const Indicator& indicator) { return std::find(indicator.units.begin(), indicator.units.end(), unit) != indicator.units.end(); };
        if (lacks[unit] && std::any_of(plan.indicators.begin(), plan.indicators.end(), owes)) names.push_back(plan.units[unit].name);
    }
    return names;
}

}  // namespace

void add_changes(const Making& making, Report& report)
{
    if (!making.earlier) return;
    for (const IndicatorLine& line : report.indicators)
        if (line.before) add_standing_change(making.plan(), line, report);
    const std::size_t was = making.earlier->overdue, is = report.overdue.size();
    if (is != was && !making.task.unit)
        report.changes.push_back({is > was ? Change::Kind::worse : Change::Kind::better, {}, fmt::format("逾期报送由{}项变为{}项", was, is)});
    std::stable_sort(report.changes.begin(), report.changes.end(), [](const Change& a, const Change& b) { return a.kind < b.kind; });
    if (making.earlier->policy->version != making.engine.policy().version && !making.task.unit) add_plan_changes(making.earlier->policy->plan, making.plan(), report);
}

void add_corrections(const Making& making, std::span<const Revision> revisions, Report& report)
{
    const Plan& plan = making.plan();
    const Day told = making.task.period.previous().last();
    for (const Revision& revision : revisions) {
        const auto indicator = plan.indicator(revision.indicator);
        const auto unit = plan.unit(revision.unit);
        if (!indicator || !unit || revision.period.first() > told || (making.task.unit && *making.task.unit != *unit)) continue;
        report.corrections.push_back({*indicator, *unit, revision.period, revision.before, revision.after, revision.at, revision.by, {}});
    }
}

void add_notes(const Making& making, Report& report)
{
    const Plan& plan = making.plan();
    const auto note = [&](std::string text) { report.notes.push_back(std::move(text)); };
    if (making.engine.now() < making.task.moment && making.engine.policy().zone.day_of(making.engine.now()) <= making.task.period.last())
        note(fmt::format("{}尚未结束，数据截至 {}", period_name(making.task.period), format_day(making.end)));
    if (plan.issued > making.end) note(fmt::format("计划 {} 印发，本期在印发之前", format_day(plan.issued)));
    const std::chrono::year_month_day begins{plan.starts};
    if (begins.month() != std::chrono::January || begins.day() != std::chrono::day{1})
        note(fmt::format("计划自 {} 起至 {} 止，序时和累计数均从该日算起", format_day(plan.starts), format_day(plan.ends)));
    if (!making.earlier && !making.task.unit && making.task.kind != ReportKind::inspection) note("上期报告时本计划尚未启用，没有可比的数据");
    if (const auto names = names_of(Status::no_data, plan, report); !names.empty()) note(fmt::format("尚无数据的指标：{}", some_of(names, "项")));
    if (const auto names = names_of(Status::doubtful, plan, report); !names.empty())
        note(fmt::format("所报分子大于分母、暂不评判的指标：{}", some_of(names, "项")));
    if (const auto names = units_without_figures(plan, report); !names.empty())
        note(fmt::format("{}的应报数据未到齐：缺报不按零计，合计数在补报后会变化", some_of(names, "个单位")));
    const auto thin = std::count_if(report.indicators.begin(), report.indicators.end(), [](const IndicatorLine& line) { return line.forecast && line.forecast->tested == 0; });
    if (thin > 0) note(fmt::format("{}项推算所据数据太少，尚无法回测，仅供参考", thin));
    if (std::any_of(report.next.begin(), report.next.end(), [&](const SlotLine& slot) { return making.engine.deadlines()[slot.deadline].due.provisional; }))
        note("部分下期时限落在放假安排尚未公布的年份，为暂定");
}

std::string summary_of(const Making& making, const Report& report)
{
    const Plan& plan = making.plan();
    const Tally tally = tally_of(plan, report);
    std::string text;
    if (making.task.unit) text = plan.units[*making.task.unit].name + "：";
    text += fmt::format("截至{}，", date_of(making.end));
    switch (report.kind) {
        case ReportKind::reminder:
            text += report.overdue.empty() ? "没有逾期的报送" : fmt::format("逾期{}项，最长{}天", report.overdue.size(), report.overdue.front().days);
            if (tally.targets > 0) text += "；" + targets_text(tally);
            return text + next_text(report) + "。";
        case ReportKind::inspection:
            return text + fmt::format("{}个单位需现场核查；{}{}。", report.calls.size(), targets_text(tally), slots_text(report, tally));
        case ReportKind::quarterly: return text + targets_text(tally) + slots_text(report, tally) + next_text(report) + "。";
        default: break;
    }
    text += targets_text(tally) + slots_text(report, tally);
    if (tally.not_reaching > 0) text += fmt::format("；照目前进度，预计{}项到期难以达标", tally.not_reaching);
    return text + "。";
}

std::string summary_of(const ScoreTable& table, const Report& report)
{
    std::size_t known = 0, part_known = 0;
    const ScoreLine *best = nullptr, *worst = nullptr;
    for (const ScoreLine& line : table.lines) {
        if (!line.score) continue;
        ++known;
        if (!line.whole) ++part_known;
        if (!best || *line.score > *best->score) best = &line;
        if (!worst || *line.score < *worst->score) worst = &line;
    }
    std::string text = fmt::format("{}{}：{}个单位中{}个有得分", period_name(table.period), table.name, table.lines.size(), known);
    const auto name = [&](const ScoreLine& line) { return report.policy->plan.units[line.unit].name; };
    if (known > 1) text += fmt::format("，最高{}（{:.1f}），最低{}（{:.1f}）", name(*best), *best->score, name(*worst), *worst->score);
    if (known == 1) text += fmt::format("：{}（{:.1f}）", name(*best), *best->score);
    if (part_known > 0) text += fmt::format("，其中{}个数据不全", part_known);
    return text + "。";
}

}  // namespace planwatch

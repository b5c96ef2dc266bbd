// Reports for the tests of how they look: made up, over the plans that are shipped. Every figure, person and correction in them is an
// example; nothing of it was reported by anybody.
#pragma once

#include "config/policy.hpp"
#include "example.hpp"
#include "exporters/views.hpp"
#include "rules/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

namespace planwatch::testing {

inline std::shared_ptr<const Policy> shipped_policy(const std::string& plan)
{
    const auto policy = compile(load_sources(std::string{SOURCE_DIR} + "/config/plans/" + plan + ".toml", {}, {}));
    if (!policy) throw std::runtime_error{to_text(policy.error())};
    return *policy;
}

constexpr const char* shipped_plans[] = {"beichen-2023", "hongqi-2023", "jincheng-chengqu-2023", "suining-xinqu-2023", "zezhou-2021"};

// So much of `share` × target as the measure counts it.
inline Figure figure_for(const Policy& policy, const Indicator& indicator, double share)
{
    if (!indicator.target) return {Decimal{37}, indicator.measure == Measure::ratio ? Decimal{38} : Decimal{}};
    const double target = indicator.target->value.to_double() * share;
    const auto whole = [](double value) { return Decimal{static_cast<std::int64_t>(std::llround(value))}; };
    constexpr std::int64_t base = 160;
    switch (indicator.measure) {
        case Measure::ratio: return {whole(std::min(target / (indicator.target->unit == "%" ? 100 : 1), 1.0) * base), Decimal{base}};
        case Measure::average: return {whole(target * base), Decimal{base}};
        case Measure::per_thousand: return {whole(target * indicator.population.value_or(policy.plan.population.value_or(Decimal{100'000})).to_double() / 1000), {}};
        case Measure::done: return {whole(share >= 1 ? static_cast<double>(indicator.units.size()) : 0), {}};
        case Measure::count: break;
    }
    return {whole(target), {}};
}

class ReportExample {
public:
    ReportExample(ReportKind kind, std::shared_ptr<const Policy> policy, Period period, std::string_view as_of)
    {
        report_.kind = kind;
        report_.policy = std::move(policy);
        report_.period = period;
        report_.as_of = instant(as_of);
        report_.before = report_.as_of - std::chrono::days{30};
        report_.title = fmt::format("{}{}{}（示例）", plan().name, period.to_string(), report_name(kind));
        add_indicators();
        add_units();
        add_slots();
        add_words();
    }

    Report made() const { return report_; }

private:
    const Policy& policy() const { return *report_.policy; }
    const Plan& plan() const { return report_.policy->plan; }

    // Shares of the target, one an indicator in turn: missed or behind, on the way, reached; every seventh has no figures.
    static double share_of(std::size_t position) { return std::array{0.31, 0.585, 0.74, 0.88, 1.0, 1.12, 0.0}[position % 7]; }

    Assessment assessed(const Indicator& indicator, double share, Day through, Instant now) const
    {
        if (share == 0) return assess(policy(), indicator, std::nullopt, indicator.units.size(), through, now);
        return assess(policy(), indicator, figure_for(policy(), indicator, share), indicator.units.size(), through, now);
    }

    void add_indicators()
    {
        const Day through = report_.period.last();
        for (IndicatorIndex i = 0; i < plan().indicators.size(); ++i) {
            const Indicator& indicator = plan().indicators[i];
            const double share = share_of(i);
            IndicatorLine line{.indicator = i};
            line.now = assessed(indicator, share, through, report_.as_of);
            line.before = assessed(indicator, share * 0.87, through - std::chrono::days{30}, report_.before);
            line.standing = standing_of(line.now.status);
            line.attainment = attainment(indicator, line.now);
            line.attainment_before = attainment(indicator, *line.before);
            line.assumed = assumed_of(plan(), indicator);
            line.why = explain(indicator, line.now);
            add_trend(line, indicator, share);
            report_.indicators.push_back(std::move(line));
        }
        std::ranges::stable_sort(report_.indicators, {}, &IndicatorLine::standing);
    }

    void add_trend(IndicatorLine& line, const Indicator& indicator, double share) const
    {
        const double target = indicator.target ? indicator.target->value.to_double() : 100;
        const auto months = periods_between(Period::Kind::month, plan().starts, report_.period.last());
        for (std::size_t m = 0; m < months.size(); ++m) {
            const double gone = static_cast<double>(m + 1) / static_cast<double>(months.size());
            TrendPoint point{.day = months[m].last()};
            if (line.now.known && m != 2) point.value = line.now.value * (0.35 * gone * gone + 0.65 * gone);
            if (indicator.pace.kind == Pace::Kind::linear) point.expected = target * static_cast<double>(m + 1) / 12;
            line.trend.push_back(point);
        }
        if (!line.now.known || !indicator.target || indicator.target->hold || indicator.target->by <= report_.period.last()) return;
        if (months.size() < 4 || line.standing == Standing::reached) {
            line.no_forecast = months.size() < 4 ? "只有不到四个月的数据" : "";
            return;
        }
        const double value = line.now.value * 12.0 / static_cast<double>(months.size());
        line.forecast = Forecast{.by = indicator.target->by, .value = value, .low = value * 0.93, .high = value * 1.06, .reaches = value >= target,
                                 .points = static_cast<std::uint32_t>(months.size()), .tested = 5, .within = 4, .mean_miss = share / 10};
    }

    void add_units()
    {
        for (UnitIndex unit = 0; unit < plan().units.size(); ++unit) {
            if (plan().units[unit].kind == UnitKind::business || plan().units[unit].kind == UnitKind::group) continue;
            UnitLine line{.unit = unit};
            const std::uint32_t on_time = unit % 5;
            line.period = {.due = 4, .on_time = std::min(on_time, 4U), .late = on_time < 4 ? 1U : 0U, .overdue = on_time < 3 ? 3 - on_time : 0U};
            line.year = {.due = 20, .on_time = 12 + 2 * on_time, .late = 2, .overdue = line.period.overdue, .waived = 1};
            line.on_time = static_cast<double>(line.year.on_time) / line.year.due;
            if (unit % 6 != 5) line.attainment = 0.55 + 0.11 * (unit % 5);
            for (std::uint32_t i = 0; i < report_.indicators.size(); ++i) {
                const auto& units = plan().indicators[report_.indicators[i].indicator].units;
                if (std::ranges::find(units, unit) != units.end()) line.indicators.push_back(i);
            }
            report_.units.push_back(std::move(line));
        }
        rank(&UnitLine::attainment, &UnitLine::attainment_rank);
        rank(&UnitLine::on_time, &UnitLine::on_time_rank);
    }

    void rank(std::optional<double> UnitLine::*share, std::optional<std::uint32_t> UnitLine::*place)
    {
        std::ranges::stable_sort(report_.units, std::greater{}, share);
        for (std::size_t i = 0; i < report_.units.size(); ++i) {
            UnitLine& line = report_.units[i];
            if (!(line.*share)) continue;
            const bool tie = i > 0 && report_.units[i - 1].*share == line.*share;
            line.*place = tie ? report_.units[i - 1].*place : static_cast<std::uint32_t>(i + 1);
        }
    }

    void add_slots()
    {
        for (DutyIndex d = 0; d < plan().duties.size(); ++d) {
            const Duty& duty = plan().duties[d];
            if (duty.periods.empty()) continue;
            for (std::size_t i = 0; i < duty.units.size(); ++i) {
                SlotLine slot{.duty = d, .unit = duty.units[i], .period = duty.periods[d % duty.periods.size()], .due = report_.period.last() - std::chrono::days{3}};
                slot.why = fmt::format("{}，条款{}", duty.name, plan().clauses[duty.clause].id);
                if (i % 4 == 0) {
                    slot.state = SlotState::overdue;
                    slot.days = 12;
                    report_.overdue.push_back(slot);
                } else if (i % 4 == 1) {
                    slot.state = SlotState::late;
                    slot.days = 2;
                    report_.late.push_back(slot);
                } else {
                    slot.due = report_.period.last() + std::chrono::days{20};
                    slot.days = 11;
                    report_.next.push_back(slot);
                }
            }
        }
    }

    void add_words()
    {
        const auto count = [&](Standing standing) { return std::ranges::count(report_.indicators, standing, &IndicatorLine::standing); };
        report_.summary = fmt::format("{}项目标中{}项未达标、{}项落后于序时进度，{}项报送逾期；照目前走势，年底有两项达不到目标。", report_.indicators.size(), count(Standing::missed),
                                      count(Standing::behind), report_.overdue.size());
        const IndicatorLine& first = report_.indicators.front();
        const IndicatorLine& second = report_.indicators[std::min<std::size_t>(1, report_.indicators.size() - 1)];
        const auto name = [&](const IndicatorLine& line) { return plan().indicators[line.indicator].name; };
        report_.changes = {{Change::Kind::worse, first.indicator, fmt::format("“{}”由达序时转为{}", name(first), standing_name(first.standing))},
                           {Change::Kind::better, second.indicator, fmt::format("“{}”增加了 12.5 个百分点", name(second))},
                           {Change::Kind::plan, std::nullopt, "年度总结的截止日由11月20日改为11月11日"}};
        if (report_.kind == ReportKind::inspection)
            for (const UnitLine& line : report_.units)
                if (line.year.overdue > 0)
                    report_.calls.push_back({fmt::format("{}：逾期{}项", plan().units[line.unit].name, line.year.overdue), "年度报告应于 2021-12-28 报送", line.unit, {{"示例赵六", "13800000003", ""}}});
        if (report_.kind == ReportKind::monthly) {
            report_.calls = {{fmt::format("“{}”落后最多", name(first)), first.why, plan().indicators[first.indicator].units.at(0), {{"示例张三", "13800000001", "zhang@example.org"}}},
                             {"三个单位第三季度工作进展情况逾期12天", "逾期最久", report_.units.front().unit, {{"示例李四", "+86 138-0000-0002", ""}, {"示例王五", "", "wang@example.org"}}},
                             {"食品生产企业体系检查的进度两个月没有变化", "上月、本月均为 37/60", report_.units.back().unit, {}}};
        }
        const UnitIndex unit = report_.units.front().unit;
        report_.corrections = {{.indicator = first.indicator, .unit = unit, .period = report_.period.previous(), .before = {Decimal{412}, {}}, .after = {Decimal{402}, {}},
                                .at = report_.as_of - std::chrono::hours{30}, .by = "示例张三", .told_in = "上一期指标报告（示例）"}};
        report_.figures = {{.indicator = 0, .unit = unit, .period = report_.period, .revision = 2, .figure = {Decimal{37}, Decimal{38}}, .at = report_.as_of - std::chrono::hours{50}}};
        report_.notes = {"本页为示例：数字、人名、电话均为编造。", "计划于年中印发，印发以前的报告期不追报。"};
    }

    Report report_;
};

inline ScoreTable example_scores(const Plan& plan, Period period)
{
    ScoreTable table{.id = "index", .name = "食品安全指数", .clause = plan.clauses.front().id, .period = period, .note = "各部分按权重加权平均；没有数据的部分不计入权重。",
                     .assumed = "文件未给出权重"};
    std::uint32_t rank = 0;
    for (UnitIndex unit = 0; unit < plan.units.size() && table.lines.size() < 9; ++unit) {
        if (plan.units[unit].kind != UnitKind::town && plan.units[unit].kind != UnitKind::department) continue;
        const double score = 96.5 - 4.25 * rank;
        ScoreLine line{.unit = unit, .score = score, .before = score - 1.5 + rank % 3, .rank = ++rank, .grade = rank < 3 ? "优秀" : rank < 7 ? "良好" : "一般"};
        line.parts = {{"监督抽检", 0.4, score + 2, "抽检 98 批次，目标 100 批次"}, {"问题处置", 0.35, score - 1, "处置 37/38"}, {"报送", 0.25, std::nullopt, "本期没有应报项"}};
        line.whole = false;
        table.lines.push_back(std::move(line));
    }
    return table;
}

// One of each kind; the plan of each is another where that shows more.
inline Report example_report(ReportKind kind)
{
    const auto beichen = shipped_policy("beichen-2023");
    switch (kind) {
        case ReportKind::monthly: return ReportExample{kind, beichen, period("2023-09"), "2023-10-12T09:00:00+08:00"}.made();
        case ReportKind::bulletin: return ReportExample{kind, shipped_policy("hongqi-2023"), period("2023-09"), "2023-10-12T09:00:00+08:00"}.made();
        case ReportKind::reminder: {
            Report report = ReportExample{kind, beichen, period("2023-09"), "2023-10-12T09:00:00+08:00"}.made();
            report.unit = report.overdue.front().unit;
            const auto other = [&](const SlotLine& slot) { return slot.unit != *report.unit; };
            std::erase_if(report.overdue, other);
            std::erase_if(report.late, other);
            std::erase_if(report.next, other);
            report.summary = fmt::format("{}：有{}项报送逾期，请于10月16日前补报。", report.policy->plan.units[*report.unit].name, report.overdue.size());
            return report;
        }
        case ReportKind::quarterly: return ReportExample{kind, shipped_policy("suining-xinqu-2023"), period("2023-Q3"), "2023-10-12T09:00:00+08:00"}.made();
        case ReportKind::inspection: return ReportExample{kind, shipped_policy("zezhou-2021"), period("2021"), "2022-01-06T09:00:00+08:00"}.made();
        case ReportKind::scores: break;
    }
    Report report = ReportExample{kind, beichen, period("2023-Q3"), "2023-10-12T09:00:00+08:00"}.made();
    report.scores = {example_scores(beichen->plan, report.period)};
    report.summary = "九个镇街中两个优秀，三个一般。";
    return report;
}

constexpr ReportKind every_report_kind[] = {ReportKind::monthly,   ReportKind::bulletin,   ReportKind::reminder,
                                            ReportKind::quarterly, ReportKind::inspection, ReportKind::scores};

}  // namespace planwatch::testing

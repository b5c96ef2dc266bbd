#include "exporters/report_sections.hpp"
#include "exporters/report_words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace planwatch {
namespace {

using Section = ReportSheet::Section;
using Item = ReportSheet::Item;

const Indicator& indicator_of(const SheetContext& context, const IndicatorLine& line) { return context.report.policy->plan.indicators[line.indicator]; }

std::string name_of(const SheetContext& context, const IndicatorLine& line)
{
    return clip(indicator_of(context, line).name, context.limits.text) + (line.assumed.empty() ? "" : " ※");
}

std::size_t add_chart(const SheetContext& context, Chart chart)
{
    context.charts.push_back(std::move(chart));
    return context.charts.size() - 1;
}

Chart bullet_of(const SheetContext& context, const IndicatorLine& line)
{
    const Indicator& indicator = indicator_of(context, line);
    BulletChart chart{.standing = line.standing, .expected = line.now.expected, .target = indicator.target->value.to_double()};
    if (line.now.known) chart.value = line.now.value;
    if (line.before && line.before->known) chart.before = line.before->value;
    std::string alt = fmt::format("{}，目标{}", value_words(indicator, line.now), target_words(indicator));
    if (line.now.expected) alt += fmt::format("，{}{}", pace_label(indicator), amount_text(*line.now.expected));
    return {chart, std::move(alt)};
}

// Value, target, pace, last period: side by side. Without a pace it is told by when the target is to be reached.
std::vector<ReportSheet::Fact> figures_of(const SheetContext& context, const IndicatorLine& line)
{
    const Indicator& indicator = indicator_of(context, line);
    std::vector<ReportSheet::Fact> facts{{"现值", value_words(indicator, line.now)}, {"目标", target_words(indicator, !line.now.known)}};
    if (line.now.expected)
        facts.push_back({std::string{pace_label(indicator)}, with_unit(amount_text(*line.now.expected), unit_of(indicator) == "%" ? "%" : "")});
    else
        facts.push_back({"期限", indicator.target->hold ? "每期保持" : date_text(context.report, indicator.target->by)});
    facts.push_back({std::string{last_period(context.report.period.kind())}, before_words(indicator, line.now, line.before ? &*line.before : nullptr)});
    return facts;
}

Item card_of(const SheetContext& context, const IndicatorLine& line)
{
    const Indicator& indicator = indicator_of(context, line);
    Item item{.standing = line.standing, .title = name_of(context, line)};
    if (line.attainment) item.aside = "完成 " + percent_text(*line.attainment);
    item.facts = figures_of(context, line);
    item.chart = add_chart(context, bullet_of(context, line));
    if (line.standing == Standing::missed || line.standing == Standing::behind) {
        item.lines.push_back({"责任单位", clip(unit_names(context.report.policy->plan, indicator.units, 6), context.limits.text)});
        if (!line.why.empty()) item.lines.push_back({"依据", clip(line.why, context.limits.text)});
    }
    return item;
}

std::vector<std::string> row_of(const SheetContext& context, const IndicatorLine& line)
{
    const Indicator& indicator = indicator_of(context, line);
    return {name_of(context, line), clip(value_words(indicator, line.now), 16), clip(target_words(indicator, !line.now.known), 16), line.attainment ? percent_text(*line.attainment) : "—"};
}

Section section_of(const SheetContext& context, Standing standing, std::size_t& cards)
{
    Section section{.heading = std::string{standing_name(standing)}, .standing = standing};
    section.table.columns = {{"指标"}, {"现值", true}, {"目标", true}, {"完成", true}};
    std::size_t all = 0;
    for (const IndicatorLine& line : context.report.indicators) {
        if (line.standing != standing || !indicator_of(context, line).target) continue;
        ++all;
        // Of what nothing is known there is nothing to be drawn.
        if (standing != Standing::unknown && cards > 0) {
            --cards;
            section.items.push_back(card_of(context, line));
        } else if (section.table.rows.size() < context.limits.rows) {
            section.table.rows.push_back(row_of(context, line));
        }
    }
    section.count = fmt::format("{}项", all);
    section.more = left_to_workbook(all - section.items.size() - section.table.rows.size(), "指标");
    return section;
}

std::string outlook(const Forecast& forecast) { return forecast.reaches ? "✓ 预计能达到" : "✕ 预计达不到"; }

TrendChart trend_of(const SheetContext& context, const IndicatorLine& line)
{
    const Indicator& indicator = indicator_of(context, line);
    TrendChart chart{.standing = line.standing, .points = line.trend, .unit = std::string{unit_of(indicator)}};
    chart.target = indicator.target->value.to_double();
    chart.target_text = "目标 " + target_words(indicator);
    const Forecast& forecast = *line.forecast;
    chart.forecast = TrendChart::End{forecast.by, forecast.value, forecast.low, forecast.high};
    chart.forecast_text = "预计 " + with_unit(amount_text(forecast.value), unit_of(indicator));
    return chart;
}

std::string tested_text(std::uint32_t tested, std::uint32_t within, double mean_miss)
{
    if (tested == 0) return "此前数据太少，还没有可供回测的预测";
    const bool poor = within * 5 < tested * 3;  // four of five are promised
    return fmt::format("同法回测{}次，{}次落在所给范围内，平均偏差{}{}", tested, within, percent_text(mean_miss), poor ? "，目前还不可靠" : "");
}

Item forecast_item(const SheetContext& context, const IndicatorLine& line, bool drawn)
{
    const Indicator& indicator = indicator_of(context, line);
    const Forecast& forecast = *line.forecast;
    const std::string_view unit = unit_of(indicator);
    Item item{.standing = forecast.reaches ? Standing::reached : Standing::missed, .title = name_of(context, line), .aside = outlook(forecast)};
    item.facts = {{"到" + date_text(context.report, forecast.by), with_unit(amount_text(forecast.value), unit)},
                  {"可能范围", fmt::format("{}～{}{}", amount_text(forecast.low), amount_text(forecast.high), unit == "%" ? "%" : "")},
                  {"目标", target_words(indicator, false)}};
    item.lines.push_back({"", tested_text(forecast.tested, forecast.within, forecast.mean_miss)});
    if (drawn) {
        const std::string alt = fmt::format("{}的全年走势：现为{}，{}（{}～{}），目标{}", clip(indicator.name, 40), value_words(indicator, line.now), outlook(forecast),
                                            amount_text(forecast.low), amount_text(forecast.high), target_words(indicator));
        item.chart = add_chart(context, {trend_of(context, line), alt});
    }
    return item;
}

struct ForecastCounts {
    std::size_t reaching = 0, failing = 0;
    std::uint32_t tested = 0, within = 0;
    double miss = 0;  // sum over the tests
};

ForecastCounts count_forecasts(const Report& report)
{
    ForecastCounts counts;
    for (const IndicatorLine& line : report.indicators) {
        if (!line.forecast) continue;
        ++(line.forecast->reaches ? counts.reaching : counts.failing);
        counts.tested += line.forecast->tested;
        counts.within += line.forecast->within;
        counts.miss += line.forecast->tested * line.forecast->mean_miss;
    }
    return counts;
}

// To a hundredth: ranks differ by less than a tenth.
std::string score_text(const std::optional<double>& score)
{
    if (!score) return "无数据";
    std::string text = fmt::format("{:.2f}", *score);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

std::string score_aside(const ScoreLine& line)
{
    std::string text = line.score ? score_text(line.score) + "分" : std::string{"无数据"};
    if (!line.grade.empty()) text += " · " + clip(line.grade, 20);
    return text;
}

BarChart bars_of(const SheetContext& context, const ScoreTable& table)
{
    BarChart chart{.series = {"得分（满分100）"}};
    for (const ScoreLine& line : table.lines) {
        BarChart::Bar bar{.text = score_aside(line)};
        if (line.score) bar.share = *line.score / 100;
        chart.rows.push_back({context.report.policy->plan.units[line.unit].name, {std::move(bar)}});
    }
    return chart;
}

// Every part with its weight and score, and where there is room with its arithmetic.
Item score_item(const SheetContext& context, const ScoreLine& line, bool with_arithmetic)
{
    Item item{.mark = line.rank ? fmt::format("{}.", *line.rank) : "—", .title = clip(context.report.policy->plan.units[line.unit].name, context.limits.text),
              .aside = score_aside(line)};
    double weights = 0;
    for (const ScorePart& part : line.parts) weights += part.weight;
    for (const ScorePart& part : line.parts) {
        std::string name = clip(part.name, 40);
        if (weights > 0) name += " " + percent_text(part.weight / weights);
        std::string score = score_text(part.score);
        if (with_arithmetic && !part.why.empty()) score += fmt::format("（{}）", clip(part.why, context.limits.text));
        (with_arithmetic ? item.lines : item.facts).push_back({std::move(name), std::move(score)});
    }
    std::string aside = line.before ? "上期" + score_text(line.before) + "分" : std::string{};
    if (!line.whole) aside += aside.empty() ? "数据不全" : "；本期数据不全";
    if (!aside.empty()) item.lines.push_back({"", std::move(aside)});
    return item;
}

}  // namespace

std::vector<Section> indicator_sections(const SheetContext& context, std::span<const Standing> standings)
{
    std::vector<Section> sections;
    std::size_t cards = context.limits.cards;
    for (const Standing standing : standings) {
        Section section = section_of(context, standing, cards);
        if (!section.items.empty() || !section.table.rows.empty()) sections.push_back(std::move(section));
    }
    if (!sections.empty() && !sections.front().items.empty()) {
        const bool compared = std::ranges::any_of(context.report.indicators, [](const IndicatorLine& line) { return line.before.has_value(); });
        const std::string bar = compared ? fmt::format("条形：深色为{}已有，浅色为此后新增", last_period(context.report.period.kind())) : std::string{"条形：现值"};
        sections.front().legend = bar + "；竖线为目标，▼ 为序时进度。";
    }
    return sections;
}

Section others_section(const SheetContext& context)
{
    Section section{.heading = "没有目标值的指标"};
    section.table.columns = {{"指标"}, {"现值", true}, {std::string{last_period(context.report.period.kind())}, true}};
    std::size_t all = 0;
    for (const IndicatorLine& line : context.report.indicators) {
        const Indicator& indicator = indicator_of(context, line);
        if (indicator.target || ++all > context.limits.rows / 2) continue;
        section.table.rows.push_back({name_of(context, line), clip(value_words(indicator, line.now), 16),
                                      clip(before_words(indicator, line.now, line.before ? &*line.before : nullptr), 24)});
    }
    section.count = fmt::format("{}项", all);
    section.more = left_to_workbook(all - section.table.rows.size(), "指标");
    return section;
}

// What will not be reached comes first; of what cannot be foretold the reasons are told, each once.
Section forecast_section(const SheetContext& context)
{
    const Report& report = context.report;
    Section section{.heading = "到期预测"};
    const ForecastCounts counts = count_forecasts(report);
    const std::size_t all = counts.reaching + counts.failing;
    if (all > 0) {
        section.lead.push_back(fmt::format("照目前走势，{}项目标中预计{}项到期能达到、{}项达不到。可能范围：实际值每五次约有四次落在其中。", all, counts.reaching, counts.failing));
        section.lead.push_back(tested_text(counts.tested, counts.within, counts.tested > 0 ? counts.miss / counts.tested : 0) + "。");
    }
    std::size_t trends = context.limits.trends;
    for (const bool reaches : {false, true}) {
        for (const IndicatorLine& line : report.indicators) {
            if (!line.forecast || line.forecast->reaches != reaches || section.items.size() >= context.limits.rows / 4) continue;
            const bool drawn = trends > 0 && indicator_of(context, line).target && line.trend.size() > 1;
            if (drawn) --trends;
            section.items.push_back(forecast_item(context, line, drawn));
        }
    }
    section.more = left_to_workbook(all - section.items.size(), "指标");

    std::map<std::string, std::vector<std::string>> without;
    for (const IndicatorLine& line : report.indicators)
        if (!line.no_forecast.empty()) without[line.no_forecast].push_back(clip(indicator_of(context, line).name, context.limits.text));
    for (auto& [reason, names] : without) {
        const std::size_t total = names.size();
        names.resize(std::min(total, context.limits.names));
        section.items.push_back({.mark = "·", .title = fmt::format("{}项暂不预测：{}", total, clip(reason, context.limits.text)),
                                 .lines = {{"", fmt::format("{}{}", fmt::join(names, "、"), total > names.size() ? "等" : "")}}});
        if (section.items.size() > context.limits.rows) break;
    }
    return section;
}

Section score_section(const SheetContext& context, const ScoreTable& table)
{
    const Report& report = context.report;
    Section section{.heading = fmt::format("{}（{}）", clip(table.name, context.limits.text), period_text(report, table.period)), .count = fmt::format("{}个", table.lines.size())};
    if (!table.note.empty()) section.lead.push_back(clip(table.note, context.limits.text));
    if (!table.assumed.empty()) section.lead.push_back("※ 推定：" + clip(table.assumed, context.limits.text));
    if (!table.clause.empty()) section.lead.push_back("条款：" + clip(table.clause, context.limits.text));
    constexpr std::size_t most_bars = 24;
    if (table.lines.size() > 1 && table.lines.size() <= most_bars && context.limits.trends > 0)
        section.chart = add_chart(context, {bars_of(context, table), clip(table.name, 40) + "：各单位得分"});
    const std::size_t shown = std::min(table.lines.size(), context.limits.rows / 2);
    std::size_t parts = 0;
    for (const ScoreLine& line : table.lines) parts += line.parts.size();
    for (std::size_t i = 0; i < shown; ++i) section.items.push_back(score_item(context, table.lines[i], parts <= context.limits.rows));
    section.more = left_to_workbook(table.lines.size() - shown, "评分");
    return section;
}

}  // namespace planwatch

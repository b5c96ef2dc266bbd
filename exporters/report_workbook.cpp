#include "exporters/report_workbook.hpp"

#include "exporters/report_words.hpp"
#include "exporters/workbook.hpp"
#include "rules/names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace planwatch {
namespace {

using Book = Workbook;

std::string people_text(const std::vector<Person>& people)
{
    std::string text;
    for (const Person& person : people)
        text += fmt::format("{}{}{}{}", text.empty() ? "" : "；", person.name, person.mobile.empty() ? "" : " " + person.mobile, person.mail.empty() ? "" : " " + person.mail);
    return text;
}

std::string sign_text(const Indicator& indicator)
{
    return indicator.target ? std::string{name_in({"≥", "≤", "="}, indicator.target->comparator)} : std::string{};
}

class ReportBook {
public:
    explicit ReportBook(const Report& report) : report_{report}, plan_{report.policy->plan}, book_{report.title, report.as_of} {}

    std::string make()
    {
        add_summary();
        if (!report_.indicators.empty()) add_indicators();
        if (!report_.units.empty()) add_units();
        add_slots();
        add_figures();
        add_scores();
        add_corrections();
        if (!report_.indicators.empty()) add_trends();
        return book_.finish();
    }

private:
    void add_summary()
    {
        Book::Sheet& sheet = book_.add_sheet("摘要", {{"项目", 16}, {"内容", 90}, {"依据", 60}, {"联系人", 40}});
        const auto add = [&](std::string_view what, std::string_view text) { sheet.add({std::string{what}, std::string{text}}); };
        add("标题", report_.title);
        add("种类", report_name(report_.kind));
        add("计划", plan_.name);
        add("报告期", report_.period.to_string());
        if (report_.unit) add("单位", plan_.units[*report_.unit].name);
        add("数据截至", moment_text(report_.as_of, report_.policy->zone));
        add("摘要", report_.summary);
        for (const Standing standing : {Standing::missed, Standing::behind, Standing::on_track, Standing::reached, Standing::unknown}) {
            const auto count = std::ranges::count(report_.indicators, standing, &IndicatorLine::standing);
            if (!report_.indicators.empty()) sheet.add({std::string{standing_name(standing)} + "（项）", static_cast<double>(count)});
        }
        for (const Change& change : report_.changes) add(name_in({"变差", "变好", "计划变更"}, change.kind), change.text);
        for (const Call& call : report_.calls) sheet.add({report_.kind == ReportKind::inspection ? "现场核查" : "请打电话", call.what, call.why, people_text(call.people)});
        if (report_.business_due > 0) {
            sheet.add({"经营主体应报（项）", static_cast<double>(report_.business_due)});
            sheet.add({"经营主体逾期（项）", static_cast<double>(report_.business_overdue)});
        }
        for (const std::string& note : report_.notes) add("说明", note);
    }

    void add_indicators()
    {
        Book::Sheet& sheet = book_.add_sheet("指标",
                                             {{"编号", 22}, {"指标", 34}, {"条款", 12}, {"状态", 9}, {"现值", 12}, {"单位", 11}, {"完成度", 9}, {"比较", 6},
                                              {"目标", 12}, {"目标期限", 12}, {"序时应达", 12}, {"上期值", 12}, {"上期完成度", 10}, {"分子", 12}, {"分母", 12}, {"尚差", 12},
                                              {"每周需", 10}, {"序时截至", 12}, {"到期预测", 12}, {"预测下限", 12}, {"预测上限", 12}, {"预计", 9}, {"回测次数", 9},
                                              {"落在范围内", 9}, {"平均偏差", 9}, {"不作预测的原因", 30}, {"责任单位", 40}, {"推定", 50}, {"依据", 70}},
                                             2);
        for (const IndicatorLine& line : report_.indicators) sheet.add(cells_of(line));
        const auto rows = std::min<std::uint32_t>(sheet.rows(), 40);
        book_.add_chart(rows < sheet.rows() ? fmt::format("目标完成度（前{}项）", rows) : "目标完成度", Book::ChartKind::bars,
                        {{"完成度", sheet.range(1, 0, rows), sheet.range(6, 0, rows)}}, "0%", 120 + 22 * rows);
    }

    std::vector<Cell> cells_of(const IndicatorLine& line) const
    {
        const Indicator& indicator = plan_.indicators[line.indicator];
        const Assessment& now = line.now;
        const auto known = [](const Assessment& assessment) { return assessment.known ? Cell{assessment.value} : Cell{}; };
        const bool divided = now.known && indicator.measure != Measure::count;
        const bool dated = indicator.target && !indicator.target->hold;
        std::vector<Cell> cells{indicator.id, indicator.name, plan_.clauses[indicator.clause].id, std::string{standing_name(line.standing)}, known(now),
                                std::string{unit_of(indicator)}, cell_of<Share>(line.attainment), sign_text(indicator),
                                indicator.target ? Cell{indicator.target->value.to_double()} : Cell{}, dated ? Cell{indicator.target->by} : indicator.target ? Cell{"每期保持"} : Cell{},
                                cell_of(now.expected), line.before ? known(*line.before) : Cell{}, cell_of<Share>(line.attainment_before),
                                now.known ? Cell{now.figure.numerator.to_double()} : Cell{}, divided ? Cell{now.base.to_double()} : Cell{}, now.known ? Cell{now.missing} : Cell{},
                                cell_of(now.weekly_rate), now.known ? Cell{now.through} : Cell{}};
        if (line.forecast) {
            const Forecast& forecast = *line.forecast;
            const bool tested = forecast.tested > 0;
            cells.insert(cells.end(), {forecast.value, forecast.low, forecast.high, std::string{forecast.reaches ? "能达到" : "达不到"}, static_cast<double>(forecast.tested),
                                       tested ? Cell{static_cast<double>(forecast.within)} : Cell{}, tested ? Cell{Share{forecast.mean_miss}} : Cell{}});
        } else {
            cells.resize(cells.size() + 7);
        }
        cells.insert(cells.end(), {line.no_forecast, unit_names(plan_, indicator.units, indicator.units.size()), line.assumed, line.why});
        return cells;
    }

    void add_units()
    {
        std::vector<Book::Column> columns{{"编号", 16}, {"单位", 24}, {"本期应报", 9}, {"本期按时", 9}, {"本期迟报", 9}, {"本期逾期", 9}, {"本期免报", 9},
                                          {"全年应报", 9}, {"全年按时", 9}, {"全年迟报", 9}, {"全年逾期", 9}, {"全年免报", 9}, {"全年按时率", 10}, {"目标完成度", 10}};
        if (report_.ranked) columns.insert(columns.end(), {{"按时率名次", 10}, {"完成度名次", 10}});
        Book::Sheet& sheet = book_.add_sheet("单位", columns, 2);
        for (const UnitLine& line : report_.units) {
            std::vector<Cell> cells{plan_.units[line.unit].id, plan_.units[line.unit].name};
            for (const UnitLine::Slots* slots : {&line.period, &line.year})
                for (const std::uint32_t count : {slots->due, slots->on_time, slots->late, slots->overdue, slots->waived}) cells.emplace_back(static_cast<double>(count));
            cells.push_back(cell_of<Share>(line.on_time));
            cells.push_back(cell_of<Share>(line.attainment));
            if (report_.ranked)
                for (const auto& rank : {line.on_time_rank, line.attainment_rank}) cells.push_back(rank ? Cell{static_cast<double>(*rank)} : Cell{});
            sheet.add(cells);
        }
        const auto rows = std::min<std::uint32_t>(sheet.rows(), 60);
        book_.add_chart("按时率与目标完成度", Book::ChartKind::bars,
                        {{"全年按时率", sheet.range(1, 0, rows), sheet.range(12, 0, rows)}, {"目标完成度", sheet.range(1, 0, rows), sheet.range(13, 0, rows)}}, "0%", 140 + 30 * rows);
    }

    void add_slots()
    {
        if (report_.overdue.empty() && report_.late.empty() && report_.next.empty()) return;
        Book::Sheet& sheet = book_.add_sheet("应报项", {{"类别", 10}, {"单位", 24}, {"任务", 30}, {"条款", 12}, {"报告期", 12}, {"截止日", 12}, {"天数", 8}, {"状态", 10}, {"依据", 80}}, 2);
        const auto add = [&](const char* kind, const std::vector<SlotLine>& slots) {
            for (const SlotLine& slot : slots) {
                const Duty& duty = plan_.duties[slot.duty];
                sheet.add({kind, plan_.units[slot.unit].name, duty.name, plan_.clauses[duty.clause].id, slot.period.to_string(), slot.due, static_cast<double>(slot.days),
                           std::string{state_name(slot.state)}, slot.why});
            }
        };
        add("逾期未报", report_.overdue);
        add("本期迟报", report_.late);
        add("下期到期", report_.next);
    }

    void add_figures()
    {
        if (report_.figures.empty()) return;
        Book::Sheet& sheet = book_.add_sheet("填报", {{"指标", 34}, {"单位", 24}, {"报告期", 12}, {"分子", 14}, {"分母", 14}, {"版次", 7}, {"报送时间", 20}}, 2);
        for (const FigureLine& line : report_.figures) {
            const Measure measure = plan_.indicators[line.indicator].measure;
            const bool divided = measure == Measure::ratio || measure == Measure::average;
            sheet.add({plan_.indicators[line.indicator].name, plan_.units[line.unit].name, line.period.to_string(), line.figure.numerator.to_double(),
                       divided ? Cell{line.figure.denominator.to_double()} : Cell{}, static_cast<double>(line.revision), moment_text(line.at, report_.policy->zone)});
        }
    }

    void add_scores()
    {
        if (report_.scores.empty()) return;
        Book::Sheet& sheet = book_.add_sheet("评分", {{"评分", 24}, {"期间", 12}, {"单位", 24}, {"名次", 8}, {"得分", 10}, {"上期得分", 10}, {"等次", 10}, {"数据", 10}}, 3);
        for (const ScoreTable& table : report_.scores) {
            const std::uint32_t first = sheet.rows();
            for (const ScoreLine& line : table.lines)
                sheet.add({table.name, table.period.to_string(), plan_.units[line.unit].name, line.rank ? Cell{static_cast<double>(*line.rank)} : Cell{}, cell_of(line.score),
                           cell_of(line.before), line.grade, std::string{line.whole ? "完整" : "不全"}});
            const auto rows = std::min<std::uint32_t>(sheet.rows() - first, 60);
            if (rows > 0) book_.add_chart(table.name, Book::ChartKind::bars, {{"得分", sheet.range(2, first, rows), sheet.range(4, first, rows)}}, "0", 120 + 22 * rows);
        }
        Book::Sheet& parts = book_.add_sheet("评分明细", {{"评分", 24}, {"单位", 24}, {"部分", 24}, {"权重", 9}, {"得分", 10}, {"依据", 80}}, 2);
        for (const ScoreTable& table : report_.scores)
            for (const ScoreLine& line : table.lines)
                for (const ScorePart& part : line.parts) parts.add({table.name, plan_.units[line.unit].name, part.name, part.weight, cell_of(part.score), part.why});
    }

    void add_corrections()
    {
        if (report_.corrections.empty()) return;
        Book::Sheet& sheet = book_.add_sheet("更正", {{"指标", 34}, {"单位", 24}, {"报告期", 12}, {"原分子", 12}, {"原分母", 12}, {"现分子", 12}, {"现分母", 12}, {"更正时间", 20},
                                                      {"更正人", 16}, {"原数载于", 50}});
        for (const Correction& line : report_.corrections) {
            const auto denominator = [](const Figure& figure) { return figure.denominator == Decimal{} ? Cell{} : Cell{figure.denominator.to_double()}; };
            sheet.add({plan_.indicators[line.indicator].name, plan_.units[line.unit].name, line.period.to_string(), line.before.numerator.to_double(), denominator(line.before),
                       line.after.numerator.to_double(), denominator(line.after), moment_text(line.at, report_.policy->zone), line.by, line.told_in});
        }
    }

    void add_trends()
    {
        Book::Sheet& sheet = book_.add_sheet("走势", {{"指标", 34}, {"日期", 12}, {"实际", 14}, {"序时", 14}, {"目标", 14}}, 1);
        std::size_t charts = 12;  // what is missed or behind comes first
        for (const IndicatorLine& line : report_.indicators) {
            const Indicator& indicator = plan_.indicators[line.indicator];
            const std::uint32_t first = sheet.rows();
            for (const TrendPoint& point : line.trend)
                sheet.add({indicator.name, point.day, cell_of(point.value), cell_of(point.expected), indicator.target ? Cell{indicator.target->value.to_double()} : Cell{}});
            const auto rows = static_cast<std::uint32_t>(line.trend.size());
            if (rows < 2 || charts == 0) continue;
            --charts;
            const std::string days = sheet.range(1, first, rows);
            book_.add_chart(indicator.name, Book::ChartKind::lines,
                            {{"实际", days, sheet.range(2, first, rows)}, {"序时", days, sheet.range(3, first, rows)}, {"目标", days, sheet.range(4, first, rows)}}, "General");
        }
    }

    const Report& report_;
    const Plan& plan_;
    Book book_;
};

}  // namespace

std::string report_workbook(const Report& report) { return ReportBook{report}.make(); }

}  // namespace planwatch

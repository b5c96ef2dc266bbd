#include "exporters/report_sections.hpp"
#include "exporters/report_words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace planwatch {
namespace {

using Section = ReportSheet::Section;
using Item = ReportSheet::Item;

// Slots of one duty and period that fall due, or are overdue, on the same day: one cause, one line.
struct SlotGroup {
    const SlotLine* first;
    std::vector<UnitIndex> units;
};

std::vector<SlotGroup> grouped(const std::vector<SlotLine>& slots)
{
    std::vector<SlotGroup> groups;
    const auto same = [](const SlotLine& a, const SlotLine& b) { return a.duty == b.duty && a.period == b.period && a.due == b.due && a.days == b.days; };
    for (const SlotLine& slot : slots) {
        const auto found = std::ranges::find_if(groups, [&](const SlotGroup& group) { return same(*group.first, slot); });
        if (found == groups.end())
            groups.push_back({&slot, {slot.unit}});
        else
            found->units.push_back(slot.unit);
    }
    return groups;
}

std::string due_words(const Report& report, const SlotLine& slot)
{
    switch (slot.state) {
        case SlotState::overdue: return fmt::format("逾期{}天", slot.days);
        case SlotState::late: return fmt::format("迟{}天", slot.days);
        default: return day_text(report, slot.due);
    }
}

// A letter to one unit does not tell it its name.
Section slots_section(const SheetContext& context, std::string heading, const std::vector<SlotLine>& slots, std::optional<Standing> standing)
{
    const Report& report = context.report;
    Section section{.heading = std::move(heading), .standing = standing, .count = fmt::format("{}项", slots.size())};
    std::size_t told = 0;
    for (const SlotGroup& group : grouped(slots)) {
        if (section.items.size() == context.limits.rows / 2) break;
        told += group.units.size();
        const SlotLine& slot = *group.first;
        Item item{.standing = standing, .title = clip(slot_name(report, slot.duty, slot.period), context.limits.text), .aside = due_words(report, slot)};
        std::string units = report.unit ? std::string{} : clip(unit_names(report.policy->plan, group.units, context.limits.names), context.limits.text);
        if (group.units.size() > 1 && !report.unit) units = fmt::format("{}个单位：{}", group.units.size(), units);
        if (slot.state == SlotState::overdue || slot.state == SlotState::late) units += fmt::format("{}应于{}报送", units.empty() ? "" : "；", day_text(report, slot.due));
        if (!units.empty()) item.lines.push_back({"", units});
        if (report.unit && !slot.why.empty()) item.lines.push_back({"期限依据", clip(slot.why, context.limits.text)});
        section.items.push_back(std::move(item));
    }
    section.more = left_to_workbook(slots.size() - told, "应报项");
    return section;
}

std::string share_text(const std::optional<double>& share) { return share ? percent_text(*share) : std::string{"—"}; }
std::string rank_text(const std::optional<std::uint32_t>& rank) { return rank ? std::to_string(*rank) : std::string{"—"}; }
std::string of_due(const UnitLine::Slots& slots) { return slots.due == 0 ? std::string{"—"} : fmt::format("{}/{}", slots.on_time, slots.due); }

// Of many units the first and the last where they are ranked, else the first.
std::vector<const UnitLine*> units_drawn(const Report& report, std::size_t most)
{
    std::vector<const UnitLine*> drawn;
    const std::size_t count = report.units.size();
    for (std::size_t i = 0; i < count; ++i) {
        const bool shown = count <= most || (report.ranked ? i < most / 2 || i >= count - most / 2 : i < most);
        if (shown) drawn.push_back(&report.units[i]);
    }
    return drawn;
}

Chart units_chart(const Report& report, const std::vector<const UnitLine*>& drawn)
{
    BarChart chart{.series = {"按时率（全年）", "目标完成度"}};
    for (const UnitLine* line : drawn) {
        const auto bar = [](const std::optional<double>& share) { return BarChart::Bar{share, share_text(share)}; };
        chart.rows.push_back({report.policy->plan.units[line->unit].name, {bar(line->on_time), bar(line->attainment)}});
    }
    return {std::move(chart), "各单位的按时率和目标完成度，数字见下表"};
}

std::string names_of_troubles(const SheetContext& context, const UnitLine& unit, Standing standing)
{
    std::vector<std::string> names;
    std::size_t all = 0;
    for (const std::uint32_t position : unit.indicators) {
        const IndicatorLine& line = context.report.indicators[position];
        if (line.standing != standing || ++all > context.limits.names / 2) continue;
        names.push_back(clip(context.report.policy->plan.indicators[line.indicator].name, 60));
    }
    return all == 0 ? std::string{} : fmt::format("{}{}", fmt::join(names, "、"), all > names.size() ? fmt::format("等{}项", all) : "");
}

}  // namespace

Section units_section(const SheetContext& context)
{
    const Report& report = context.report;
    Section section{.heading = report.ranked ? "单位排名" : "各单位情况", .count = fmt::format("{}个", report.units.size())};
    if (report.units.empty()) return section;
    section.lead.push_back(report.ranked ? "按时率：全年应报项中按时报送的占比；完成度：所涉目标完成比例的平均，每项最多计100%。两项分别排名。"
                                         : "按时率：全年应报项中按时报送的占比；完成度：所涉目标完成比例的平均，每项最多计100%。不排名，按计划所列次序。");
    constexpr std::size_t most_drawn = 16;
    const auto drawn = units_drawn(report, most_drawn);
    const bool known = std::ranges::any_of(drawn, [](const UnitLine* line) { return line->on_time || line->attainment; });
    if (known && context.limits.trends > 0) {
        context.charts.push_back(units_chart(report, drawn));
        section.chart = context.charts.size() - 1;
        if (drawn.size() < report.units.size())
            section.lead.push_back(report.ranked ? fmt::format("图中为前{0}名和后{0}名。", most_drawn / 2) : fmt::format("图中为前{}个单位。", most_drawn));
    }
    section.table.columns = {{"单位"}, {"本期按时/应报", true}, {"全年按时率", true}};
    if (report.ranked) section.table.columns.push_back({"名次", true});
    section.table.columns.push_back({"目标完成度", true});
    if (report.ranked) section.table.columns.push_back({"名次", true});
    for (const UnitLine& line : report.units) {
        if (section.table.rows.size() == context.limits.units) break;
        std::vector<std::string> row{clip(report.policy->plan.units[line.unit].name, context.limits.text / 2), of_due(line.period), share_text(line.on_time)};
        if (report.ranked) row.push_back(rank_text(line.on_time_rank));
        row.push_back(share_text(line.attainment));
        if (report.ranked) row.push_back(rank_text(line.attainment_rank));
        section.table.rows.push_back(std::move(row));
    }
    section.more = left_to_workbook(report.units.size() - section.table.rows.size(), "单位");
    return section;
}

// What an inspector goes through: a unit that needs a visit after the other, with all that is wrong with it.
Section checklist_section(const SheetContext& context)
{
    const Report& report = context.report;
    Section section{.heading = "现场核查清单", .count = fmt::format("{}个", report.calls.size())};
    if (report.calls.empty()) return section;
    section.lead = {"现场核对原始记录后在 □ 内打勾。没有列出的单位，目前没有需要核查的事项。"};
    for (const Call& call : report.calls) {
        if (section.items.size() == context.limits.rows / 2) break;
        Item item{.mark = "□", .title = clip(call.what, context.limits.text)};
        if (!call.why.empty()) item.lines.push_back({"依据", clip(call.why, context.limits.text)});
        const auto unit = std::ranges::find_if(report.units, [&](const UnitLine& line) { return call.unit == line.unit; });
        if (unit != report.units.end()) {
            if (unit->year.overdue + unit->year.late > 0) item.lines.push_back({"全年报送", fmt::format("逾期未报{}项，迟报{}项", unit->year.overdue, unit->year.late)});
            if (std::string names = names_of_troubles(context, *unit, Standing::missed); !names.empty()) item.lines.push_back({"未达标", std::move(names)});
            if (std::string names = names_of_troubles(context, *unit, Standing::behind); !names.empty()) item.lines.push_back({"落后", std::move(names)});
        }
        item.people = people_in(call);
        section.items.push_back(std::move(item));
    }
    section.more = left_to_workbook(report.calls.size() - section.items.size(), "摘要");
    return section;
}

Section overdue_section(const SheetContext& context)
{
    Section section = slots_section(context, "逾期未报", context.report.overdue, Standing::missed);
    if (context.report.business_due > 0)
        section.lead.push_back(fmt::format("经营主体：应报{}项，逾期{}项，名单见系统。", context.report.business_due, context.report.business_overdue));
    return section;
}

Section late_section(const SheetContext& context) { return slots_section(context, "本期迟报", context.report.late, Standing::behind); }

Section next_section(const SheetContext& context)
{
    return slots_section(context, fmt::format("{}到期", period_text(context.report, context.report.period.next())), context.report.next, std::nullopt);
}

}  // namespace planwatch

#include "exporters/tables.hpp"

#include "exporters/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <set>

namespace planwatch {
namespace {

using Row = std::vector<std::string>;

constexpr std::size_t gap = 2;

std::string printable(std::string_view text)
{
    std::string cell = to_valid_utf8(text);
    std::ranges::replace_if(cell, [](char byte) { return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f; }, ' ');
    return cell;
}

std::vector<std::size_t> widths_of(const std::vector<Row>& rows)
{
    std::vector<std::size_t> widths(rows.front().size());
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    }
    return widths;
}

void append_row(std::string& out, const Row& row, const std::vector<std::size_t>& widths)
{
    std::size_t blanks = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (!row[i].empty()) {
            out.append(blanks, ' ');
            out += row[i];
            blanks = 0;
        }
        blanks += widths[i] - display_width(row[i]) + gap;
    }
    out += '\n';
}

std::string named(std::string_view name, std::string_view id) { return fmt::format("{} ({})", name, id); }

// Businesses are too many to be named one by one.
std::string joined(const Plan& plan, std::span<const UnitIndex> units)
{
    std::string text;
    std::size_t businesses = 0;
    for (const UnitIndex unit : units) {
        if (plan.units[unit].kind == UnitKind::business)
            ++businesses;
        else
            text += (text.empty() ? "" : ", ") + plan.units[unit].id;
    }
    if (businesses > 0) text += fmt::format("{}{} businesses", text.empty() ? "" : ", ", businesses);
    return text;
}

std::string target_text(const Indicator& indicator)
{
    if (!indicator.target) return {};
    const Target& target = *indicator.target;
    const std::string by = target.hold ? "保持" : format_day(target.by) + " 前";
    return fmt::format("{} {} {}，{}", comparator_sign(target.comparator), target.value.to_string(), target.unit, by);
}

std::string phase_name(const Alert& alert, Instant now)
{
    if (alert.state.phase == Phase::pending) return "观察中";
    return alert.acknowledged_until && *alert.acknowledged_until > now ? "已确认" : "生效";
}

std::string subject_name(const Plan& plan, const AlertKey& key)
{
    if (const auto duty = plan.duty(key.subject); duty && subject_field(key.kind) == "duty") return plan.duties[*duty].name;
    if (const auto index = plan.indicator(key.subject); index && subject_field(key.kind) == "indicator")
        return plan.indicators[*index].name;
    return key.subject;
}

std::string unit_name(const Plan& plan, const std::string& id)
{
    const auto unit = plan.unit(id);
    return unit ? plan.units[*unit].name : id;
}

std::string units_text(const Plan& plan)
{
    Table table{{"单位", "名称", "别名", "上级", "类别"}};
    for (const Unit& unit : plan.units) {
        std::string aliases;
        for (const std::string& alias : unit.aliases) aliases += (aliases.empty() ? "" : "、") + alias;
        table.add({unit.id, unit.name, aliases, unit.parent ? plan.units[*unit.parent].id : "", std::string{to_string(unit.kind)}});
    }
    return table.to_text();
}

std::string clauses_text(const Plan& plan)
{
    Table table{{"条款", "标题", "责任单位", "假设"}};
    for (const Clause& clause : plan.clauses) {
        std::string units;
        for (const Responsibility& responsibility : clause.units) {
            const std::string unit = fmt::format("{}（{}）", plan.units[responsibility.unit].name, role_name(responsibility.role));
            units += (units.empty() ? "" : "、") + unit;
        }
        table.add({clause.id, clause.title, units, clause.assumed});
    }
    return table.to_text();
}

std::string indicators_text(const Plan& plan)
{
    Table table{{"指标", "名称", "条款", "计量", "目标", "填报单位", "假设"}};
    for (const Indicator& indicator : plan.indicators) {
        table.add({indicator.id, indicator.name, plan.clauses[indicator.clause].id, std::string{to_string(indicator.measure)},
                   target_text(indicator), joined(plan, indicator.units), assumed_of(plan, indicator)});
    }
    return table.to_text();
}

std::string duties_text(const Plan& plan)
{
    Table table{{"任务", "名称", "条款", "周期", "期限规则", "报送单位", "假设"}};
    for (const Duty& duty : plan.duties) {
        table.add({duty.id, duty.name, plan.clauses[duty.clause].id, std::string{to_string(duty.cadence)}, duty.due.to_string(),
                   joined(plan, duty.units), duty.assumed});
    }
    return table.to_text();
}

std::string composites_text(const Plan& plan)
{
    if (plan.composites.empty()) return {};
    Table table{{"综合评分", "名称", "条款", "周期", "组成（权重）", "评分单位", "定级", "假设"}};
    for (const Composite& composite : plan.composites) {
        std::string parts, grades;
        for (const CompositePart& part : composite.parts) {
            const std::string_view what = part.kind == CompositePart::Kind::indicator ? std::string_view{plan.indicators[part.indicator].id} : to_string(part.kind);
            parts += fmt::format("{}{} {}", parts.empty() ? "" : "、", what, part.weight.to_string());
        }
        for (const Grade& grade : composite.grades) grades += fmt::format("{}{}≥{}", grades.empty() ? "" : " ", grade.name, grade.least.to_string());
        table.add({composite.id, composite.name, plan.clauses[composite.clause].id, std::string{to_string(composite.cadence)}, parts,
                   joined(plan, composite.units), grades, composite.assumed});
    }
    return "\n" + table.to_text();
}

std::string_view due_mark(const SlotRow& row)
{
    if (row.extension) return "（已延期）";
    return row.provisional() ? "（暂定）" : "";
}

// RFC 4180: quotes where a comma, a quote or a line break would be misread; a quote within is doubled.
void append_field(std::string& out, std::string_view text)
{
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char byte : text) {
        if (byte == '"') out += '"';
        out += byte;
    }
    out += '"';
}

void append_csv(std::string& out, const Row& fields)
{
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) out += ',';
        append_field(out, fields[i]);
    }
    out += "\r\n";
}

}  // namespace

Table::Table(std::vector<std::string> heading)
{
    assert(!heading.empty());
    add(std::move(heading));
}

void Table::add(std::vector<std::string> row)
{
    assert(rows_.empty() || row.size() == rows_.front().size());
    for (std::string& cell : row) cell = printable(cell);
    rows_.push_back(std::move(row));
}

std::string Table::to_text() const
{
    const std::vector<std::size_t> widths = widths_of(rows_);
    std::size_t total = gap * (widths.size() - 1);
    for (const std::size_t width : widths) total += width;

    std::string out;
    append_row(out, rows_.front(), widths);
    out.append(total, '-');
    out += '\n';
    for (const Row& row : std::span{rows_}.subspan(1)) append_row(out, row, widths);
    return out;
}

std::string Table::to_csv() const
{
    std::string out;
    for (const Row& row : rows_) append_csv(out, row);
    return out;
}

std::string slots_table(std::span<const SlotRow> rows)
{
    Table table{{"截止日", "状态", "计划", "单位", "报告期", "任务", "条款", "说明", "假设"}};
    for (const SlotRow& row : rows) {
        const Unit& unit = row.plan().units[row.unit];
        table.add({format_day(row.due_date).append(due_mark(row)), std::string{state_name(row.slot.state)},
                   row.plan().id, named(unit.name, unit.id), row.owed().period.to_string(), named(row.duty().name, row.duty().id),
                   row.plan().clauses[row.duty().clause].id, row.engine->why_of(row.deadline, row.unit), row.duty().assumed});
    }
    return table.to_text();
}

std::string plan_table(const Policy& policy)
{
    const Plan& plan = policy.plan;
    const std::string population = plan.population ? fmt::format("，人口 {}", plan.population->to_string()) : "";
    return fmt::format("{}\n{}，印发 {}，{} 至 {}，时区 {}{}\n\n{}\n{}\n{}\n{}{}", plan.name, plan.id, format_day(plan.issued),
                       format_day(plan.starts), format_day(plan.ends), plan.time_zone, population, units_text(plan),
                       clauses_text(plan), indicators_text(plan), duties_text(plan), composites_text(plan));
}

std::string alerts_table(const Engine& engine)
{
    const Policy& policy = engine.policy();
    Table table{{"级别", "状态", "类别", "单位", "报告期", "事项", "起始", "编号", "说明"}};
    for (const auto& [key, alert] : engine.alerts()) {
        table.add({std::string{severity_name(alert.severity)}, phase_name(alert, engine.now()), std::string{kind_name(key.kind)},
                   unit_name(policy.plan, key.unit), key.period, subject_name(policy.plan, key),
                   format_instant(alert.state.since, policy.zone), key.id(policy.plan.id), engine.alert_now(alert).why});
    }
    return table.to_text();
}

std::string indicators_table(const Engine& engine)
{
    const Plan& plan = engine.policy().plan;
    Table table{{"指标", "名称", "目标", "状态", "说明"}};
    for (IndicatorIndex i = 0; i < plan.indicators.size(); ++i) {
        const Indicator& indicator = plan.indicators[i];
        const Assessment assessment = engine.assessment(i);
        table.add({indicator.id, indicator.name, target_text(indicator), std::string{status_name(assessment.status)},
                   explain(indicator, assessment)});
    }
    return table.to_text();
}

std::string slots_csv(std::span<const SlotRow> rows)
{
    std::string out;
    append_csv(out, {"plan", "duty", "unit", "period", "due", "due_date", "state", "provisional", "assumed", "clause", "why", "id", "first_due"});
    for (const SlotRow& row : rows) {
        const Plan& plan = row.plan();
        append_csv(out, {plan.id, row.duty().id, plan.units[row.unit].id, row.owed().period.to_string(),
                         format_instant(row.due_moment, row.engine->policy().zone), format_day(row.due_date),
                         std::string{to_string(row.slot.state)}, row.provisional() ? "true" : "false", row.duty().assumed,
                         plan.clauses[row.duty().clause].id, row.engine->why_of(row.deadline, row.unit), row.id(),
                         format_instant(row.owed().due.moment, row.engine->policy().zone)});
    }
    return out;
}

}  // namespace planwatch

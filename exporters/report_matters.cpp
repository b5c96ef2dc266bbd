#include "exporters/report_sections.hpp"
#include "exporters/report_words.hpp"

#include "rules/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace planwatch {
namespace {

using Section = ReportSheet::Section;
using Item = ReportSheet::Item;

}  // namespace

std::string left_to_workbook(std::size_t count, std::string_view sheet)
{
    return count == 0 ? std::string{} : fmt::format("另有{}项，见附件工作簿“{}”表", count, sheet);
}

std::vector<Person> people_in(const Call& call)
{
    std::vector<Person> people;
    for (const Person& person : call.people) people.push_back({clip(person.name, 40), clip(person.mobile, 40), clip(person.mail, 100)});
    return people;
}

Section changes_section(const SheetContext& context)
{
    const Report& report = context.report;
    Section section{.heading = fmt::format("比{}的变化", last_period(report.period.kind()))};
    for (const Change& change : report.changes) {
        if (section.items.size() == context.limits.rows) break;
        Item item{.mark = std::string{name_in({"变差", "变好", "计划"}, change.kind)}, .title = clip(change.text, context.limits.text)};
        if (change.kind == Change::Kind::worse) item.standing = Standing::missed;
        if (change.kind == Change::Kind::better) item.standing = Standing::reached;
        section.items.push_back(std::move(item));
    }
    section.more = left_to_workbook(report.changes.size() - section.items.size(), "摘要");
    return section;
}

Section calls_section(const SheetContext& context)
{
    const std::vector<Call>& calls = context.report.calls;
    constexpr std::array counts{"", "一", "两", "三"};
    Section section{.heading = fmt::format("请打电话的{}件事", calls.size() < counts.size() ? counts[calls.size()] : std::to_string(calls.size()))};
    for (const Call& call : calls) {
        if (section.items.size() == context.limits.rows) break;
        Item item{.mark = fmt::format("{}.", section.items.size() + 1), .standing = Standing::missed, .title = clip(call.what, context.limits.text)};
        if (!call.why.empty()) item.lines.push_back({"依据", clip(call.why, context.limits.text)});
        item.people = people_in(call);
        if (call.people.empty()) {
            const std::string who = call.unit ? context.report.policy->plan.units[*call.unit].name : std::string{"此事"};
            item.lines.push_back({"联系人", fmt::format("通讯录里没有{}的联系人，请在设置中登记", clip(who, 60))});
        }
        section.items.push_back(std::move(item));
    }
    section.more = left_to_workbook(calls.size() - section.items.size(), "摘要");
    return section;
}

Section corrections_section(const SheetContext& context)
{
    const Report& report = context.report;
    const Plan& plan = report.policy->plan;
    Section section{.heading = "更正"};
    for (const Correction& correction : report.corrections) {
        if (section.items.size() == context.limits.rows) break;
        const Indicator& indicator = plan.indicators[correction.indicator];
        Item item{.mark = "※", .title = fmt::format("{}：{}{}", clip(plan.units[correction.unit].name, context.limits.text), period_text(report, correction.period),
                                                    clip(indicator.name, context.limits.text))};
        item.facts = {{"原报", figure_text(correction.before)}, {"更正为", figure_text(correction.after)}};
        item.lines.push_back({"", fmt::format("{}由{}更正{}", moment_text(correction.at, report.policy->zone), clip(correction.by, 40),
                                              correction.told_in.empty() ? std::string{} : fmt::format("；原数载于《{}》", clip(correction.told_in, context.limits.text)))});
        section.items.push_back(std::move(item));
    }
    section.more = left_to_workbook(report.corrections.size() - section.items.size(), "更正");
    return section;
}

Section notes_section(const SheetContext& context)
{
    Section section{.heading = "说明"};
    for (const std::string& note : context.report.notes) {
        if (section.items.size() == context.limits.rows) break;
        section.items.push_back({.mark = "·", .title = clip(note, context.limits.text)});
    }
    section.more = left_to_workbook(context.report.notes.size() - section.items.size(), "摘要");
    return section;
}

// Of what the report tells: a letter to one unit tells of what it lacks.
Section assumptions_section(const SheetContext& context)
{
    Section section{.heading = "推定"};
    std::size_t assumed = 0;
    for (const IndicatorLine& line : context.report.indicators) {
        const bool told = context.report.kind != ReportKind::reminder || line.standing == Standing::missed || line.standing == Standing::behind;
        if (line.assumed.empty() || !told) continue;
        if (++assumed > context.limits.rows / 4) continue;
        section.items.push_back({.mark = "※", .title = clip(context.report.policy->plan.indicators[line.indicator].name, context.limits.text),
                                 .lines = {{"", clip(line.assumed, context.limits.text)}}});
    }
    if (assumed > 0) section.lead = {"标有 ※ 的数字含推定：文件没有写明的，按下列口径计算。"};
    section.more = left_to_workbook(assumed - section.items.size(), "指标");
    return section;
}

}  // namespace planwatch

#include "exporters/notice_text.hpp"

#include "exporters/views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace planwatch {
namespace {

using Evidence = std::vector<NoticeText::Line>;

// The alert that a notice speaks of, with its names looked up. What the plan no longer has stays null, and its id stands in.
struct Matter {
    Matter(const Notice& notice_, const Policy& policy_) : notice{notice_}, policy{policy_}
    {
        const Plan& plan = policy.plan;
        if (const auto parsed = AlertKey::parse(notice.alert, plan.id)) key = *parsed;
        if (const auto index = plan.unit(key.unit)) unit = &plan.units[*index];
        if (const auto index = plan.duty(key.subject); index && subject_field(key.kind) == "duty") duty = &plan.duties[*index];
        if (const auto index = plan.indicator(key.subject); index && subject_field(key.kind) == "indicator") {
            indicator = &plan.indicators[*index];
        }
        clause = clause_of(plan, key);
        if (const auto period = Period::parse(key.period); duty && period) {
            due = due_of(duty->due, *period, plan.issued, policy.calendar, policy.zone);
        }
    }

    const Notice& notice;
    const Policy& policy;
    AlertKey key;
    const Unit* unit = nullptr;
    const Duty* duty = nullptr;
    const Indicator* indicator = nullptr;
    const Clause* clause = nullptr;
    std::optional<Due> due;

    bool resolved() const { return notice.step == "resolved"; }
    bool is_slot() const { return subject_field(key.kind) == "duty"; }
    bool is_overdue() const { return key.kind == AlertKind::overdue; }
};

struct Distance {
    int days = 0;  // from the due date; negative before it
    bool working = false;
};

// "-3wd" or "+5d"; empty where the step is no distance in days.
std::optional<Distance> distance_of(std::string_view step)
{
    const bool working = step.ends_with("wd");
    if (step.size() < 3 || !step.ends_with("d") || (step.front() != '-' && step.front() != '+')) return std::nullopt;
    const std::string_view digits = step.substr(1, step.size() - (working ? 3 : 2));
    int days = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), days);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return Distance{step.front() == '-' ? -days : days, working};
}

// How far the notice's day is from the due date. That is what its step says, but for a step that is told later than it stood (the
// watch began after it): then the days are counted, so that nobody reads of seven days when two are left.
Distance true_distance(const Matter& matter, const Distance& step)
{
    const Calendar& calendar = matter.policy.calendar;
    const Day date = matter.due->date;
    const Day today = matter.policy.zone.day_of(matter.notice.at);
    const Day stood = step.working ? calendar.add_working_days(date, step.days).day : date + std::chrono::days{step.days};
    if (stood == today) return step;
    const int counted = step.working ? calendar.working_days_between(date, today) : static_cast<int>((today - date).count());
    return {counted, step.working};
}

// "3个工作日"; empty where the notice is not so many days from the due date.
std::string days_away(const Matter& matter)
{
    const std::optional<Distance> step = distance_of(matter.notice.step);
    if (!step) return {};
    const Distance distance = matter.due ? true_distance(matter, *step) : *step;
    const bool right_side = matter.is_overdue() ? distance.days > 0 : distance.days < 0;
    if (!right_side) return {};
    return fmt::format("{}{}", std::abs(distance.days), distance.working ? "个工作日" : "天");
}

bool is_due_today(const Matter& matter)
{
    return matter.due && matter.policy.zone.day_of(matter.notice.at) == matter.due->date;
}

std::string tag(const Matter& matter)
{
    if (matter.resolved()) return "已解除";
    switch (matter.key.kind) {
        case AlertKind::due_soon: {
            if (is_due_today(matter)) return "今日到期";
            const std::string days = days_away(matter);
            return days.empty() ? "即将到期" : days + "后到期";
        }
        case AlertKind::overdue: return "逾期" + days_away(matter);
        default: return std::string{kind_name(matter.key.kind)};
    }
}

std::string contact_name(const Policy& policy, const std::string& id)
{
    const auto contact = std::ranges::find(policy.directory.contacts(), id, &Contact::id);
    return contact == policy.directory.contacts().end() ? id : contact->name;
}

// The unit; the plan where the alert is of the whole.
std::string who(const Matter& matter)
{
    if (matter.unit) return matter.unit->name;
    return matter.key.unit.empty() ? matter.policy.plan.name : matter.key.unit;
}

std::string what(const Matter& matter)
{
    if (matter.duty) return matter.duty->name;
    if (matter.indicator) return matter.indicator->name;
    if (matter.key.kind == AlertKind::undeliverable) return contact_name(matter.policy, matter.key.subject);
    return matter.key.subject;
}

// "区农业农村委 2023-Q3", or the unit alone where there is no period.
std::string who_and_when(const Matter& matter)
{
    return matter.key.period.empty() ? who(matter) : who(matter) + ' ' + matter.key.period;
}

std::string headline(const Matter& matter)
{
    const std::string about = fmt::format("{}“{}”", who_and_when(matter), what(matter));
    if (matter.resolved()) return fmt::format("{}：{}预警已解除。", about, kind_name(matter.key.kind));
    if (matter.key.kind == AlertKind::undeliverable) return fmt::format("发给“{}”的通知未能送达。", what(matter));
    if (!matter.due) return fmt::format("{}：{}。", about, kind_name(matter.key.kind));
    const std::string date = format_day(matter.due->date);
    if (matter.is_overdue()) return fmt::format("{}尚未报送，已{}，应于 {} 前（含当日）报送。", about, tag(matter), date);
    return fmt::format("{}尚未报送，{}，请于 {} 前（含当日）报送。", about, tag(matter), date);
}

// The figures that this unit owes with the duty.
std::string figures_owed(const Matter& matter)
{
    const Plan& plan = matter.policy.plan;
    std::string text;
    for (const IndicatorIndex index : matter.duty->indicators) {
        const Indicator& indicator = plan.indicators[index];
        const bool reports = std::ranges::any_of(indicator.units, [&](UnitIndex unit) { return &plan.units[unit] == matter.unit; });
        if (!reports || indicator.reported == Reported::derived) continue;
        text += fmt::format("{}{}（{}）", text.empty() ? "" : "、", indicator.name, indicator.id);
    }
    return text;
}

std::string slot_action(const Matter& matter)
{
    std::string begin = matter.is_overdue() ? "立即补报" : "按期报送";
    if (!matter.duty) return begin;
    const std::string figures = figures_owed(matter);
    const bool document = matter.duty->filing || figures.empty();
    if (figures.empty()) return fmt::format("{}“{}”材料", begin, matter.duty->name);
    return fmt::format("{}指标：{}{}", begin, figures, document ? fmt::format("；并报送“{}”材料", matter.duty->name) : "");
}

std::string action(const Matter& matter)
{
    if (matter.resolved()) return "无需处理，特此告知";
    switch (matter.key.kind) {
        case AlertKind::due_soon:
        case AlertKind::overdue: return slot_action(matter);
        case AlertKind::behind_pace: return "加快进度，按下列周均数量补齐差额；如数据有误，请更正填报";
        case AlertKind::target_missed: return "核实数据；确未达标的，说明原因并提出补救措施";
        case AlertKind::below_hold: return "查明未能保持的单位和原因，限期恢复";
        case AlertKind::implausible: return "核对填报的数据，有误的重新填报同一报告期";
        case AlertKind::silence_ending: return "如仍需静默，请另建静默；否则届时恢复通知";
        case AlertKind::undeliverable: break;
    }
    return "核对该联系人的邮箱地址，并另行告知其未收到的通知";
}

std::string deadline(const Matter& matter)
{
    if (matter.resolved()) return {};
    if (matter.due) {
        const std::string moment = format_instant(matter.due->moment, matter.policy.zone);
        return fmt::format("{}（含当日；{} 起为逾期{}）", format_day(matter.due->date), moment,
                           matter.due->provisional ? "；暂定" : "");
    }
    if (!matter.indicator || !matter.indicator->target) return {};
    const Target& target = *matter.indicator->target;
    return target.hold ? "每个报告期均须达到" : format_day(target.by) + "（含当日）";
}

std::string where(const Matter& matter, std::string_view url)
{
    if (matter.resolved() || url.empty() || matter.key.kind == AlertKind::undeliverable) return {};
    const bool document = matter.duty && (matter.duty->filing || figures_owed(matter).empty());
    return fmt::format("{}/api/v1/{}", url, document ? "filings" : "submissions");
}

std::string responsible(const Matter& matter)
{
    std::string text;
    for (const Responsibility& responsibility : matter.clause->units) {
        const Unit& unit = matter.policy.plan.units[responsibility.unit];
        text += fmt::format("{}{}（{}）", text.empty() ? "" : "、", unit.name, role_name(responsibility.role));
    }
    return text;
}

std::string assumed(const Matter& matter)
{
    if (matter.duty) return matter.duty->assumed;
    return matter.indicator ? assumed_of(matter.policy.plan, *matter.indicator) : std::string{};
}

void add(Evidence& lines, std::string label, std::string text)
{
    if (!text.empty()) lines.push_back({std::move(label), std::move(text)});
}

Evidence evidence(const Matter& matter)
{
    Evidence lines;
    add(lines, "说明", matter.notice.why);
    if (matter.clause) {
        add(lines, "条款", fmt::format("{} {}", matter.clause->id, matter.clause->title));
        add(lines, "责任单位", responsible(matter));
    }
    add(lines, "假设", assumed(matter));
    add(lines, "计划", fmt::format("{}（{}）", matter.policy.plan.name, matter.policy.plan.id));
    add(lines, "时间", format_instant(matter.notice.at, matter.policy.zone));
    add(lines, "预警编号", matter.notice.alert);
    return lines;
}

}  // namespace

NoticeText notice_text(const Notice& notice, const Policy& policy, std::string_view url)
{
    const Matter matter{notice, policy};
    NoticeText text;
    text.subject = fmt::format("【{}】{} {}", tag(matter), who_and_when(matter), what(matter));
    text.headline = headline(matter);
    add(text.to_do, "请处理", action(matter));
    add(text.to_do, "期限", deadline(matter));
    add(text.to_do, "途径", where(matter, url));
    text.evidence = evidence(matter);
    return text;
}

}  // namespace planwatch

// What needs a call, and who to call.
#include "rules/report_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace planwatch {

namespace {

// One thing wrong with one unit.
struct Trouble {
    double gravity = 0;
    std::string what;
    std::string why;
};

// What is missed stands before what is behind; what is long overdue comes between, the longer the sooner.
constexpr double gravity_missed = 300, gravity_behind = 200, gravity_overdue = 150, gravity_ahead = 100;

double lack_of(const std::optional<double>& share) { return share ? 100 * (1 - std::clamp(*share, 0.0, 1.0)) : 50; }

double gravity_of(const IndicatorLine& line)
{
    if (line.standing == Standing::missed) return gravity_missed + lack_of(line.attainment);
    if (line.standing == Standing::behind) {
        const bool compares = line.now.expected && *line.now.expected > 0 && line.now.known;
        return gravity_behind + lack_of(compares ? std::optional{line.now.value / *line.now.expected} : std::nullopt);
    }
    return line.forecast && !line.forecast->reaches ? gravity_ahead + lack_of(line.attainment) : 0;
}

std::string word_of(const IndicatorLine& line)
{
    return line.standing == Standing::on_track || line.standing == Standing::unknown ? "预计难以达标" : std::string{standing_name(line.standing)};
}

// Of a total whose parts are told of themselves, those who answer for the parts are called.
bool is_told_by_parts(const Plan& plan, const Report& report, const Indicator& indicator)
{
    return std::any_of(indicator.parts.begin(), indicator.parts.end(), [&](IndicatorIndex part) {
        return std::any_of(report.indicators.begin(), report.indicators.end(),
                           [&](const IndicatorLine& line) { return line.indicator == part && gravity_of(line) > 0 && plan.indicators[part].target; });
    });
}

// Who is asked about the whole: of an `each` target whoever lacks most, else the one that leads the clause, else the first that reports.
std::optional<UnitIndex> asked_about(const Making& making, const IndicatorLine& line)
{
    const Indicator& indicator = making.plan().indicators[line.indicator];
    if (indicator.units.empty()) return std::nullopt;
    if (indicator.each) {
        const auto share = [&](UnitIndex unit) {
            return attainment(indicator, making.hindsight.assessment(line.indicator, making.end, making.judged, unit)).value_or(0);
        };
        std::vector<double> shares;
        for (const UnitIndex unit : indicator.units) shares.push_back(share(unit));
        return indicator.units[static_cast<std::size_t>(std::min_element(shares.begin(), shares.end()) - shares.begin())];
    }
    for (const Responsibility& who : making.plan().clauses[indicator.clause].units)
        if (who.role == Role::lead && std::find(indicator.units.begin(), indicator.units.end(), who.unit) != indicator.units.end()) return who.unit;
    return indicator.units.front();
}

using Troubles = std::map<UnitIndex, std::vector<Trouble>>;

void add_figures(const Making& making, const Report& report, Troubles& troubles)
{
    const Plan& plan = making.plan();
    for (const IndicatorLine& line : report.indicators) {
        const Indicator& indicator = plan.indicators[line.indicator];
        const double gravity = gravity_of(line);
        if (gravity <= 0 || is_told_by_parts(plan, report, indicator)) continue;
        const auto unit = asked_about(making, line);
        if (!unit) continue;
        troubles[*unit].push_back({gravity, fmt::format("{}{}", indicator.name, word_of(line)), fmt::format("{}（{}）：{}", indicator.name, plan.clauses[indicator.clause].id, line.why)});
    }
}

void add_overdue(const Making& making, const Report& report, Troubles& troubles)
{
    const Plan& plan = making.plan();
    std::map<UnitIndex, std::vector<const SlotLine*>> by_unit;
    for (const SlotLine& slot : report.overdue) by_unit[slot.unit].push_back(&slot);
    for (const auto& [unit, slots] : by_unit) {
        const SlotLine& longest = *slots.front();
        const double gravity = gravity_overdue + std::min(longest.days, 99) + std::min<double>(static_cast<double>(slots.size()), 50) / 100;
        const std::string why = fmt::format("{}（{}）应于 {} 报送，已逾期{}天", plan.duties[longest.duty].name, plan.clauses[plan.duties[longest.duty].clause].id,
                                            format_day(longest.due), longest.days);
        troubles[unit].push_back({gravity, fmt::format("逾期{}项，最长{}天", slots.size(), longest.days), why});
    }
}

std::vector<Person> people_of(const Policy& policy, Audience audience, const Unit* unit, Day today)
{
    const std::string mail[] = {"mail"};
    std::vector<Person> people;
    for (const Recipient& each : policy.directory.reach(policy.plan, audience, unit, today, mail)) {
        const Contact* contact = policy.directory.find(each.id);
        if (contact) people.push_back({contact->name, contact->mobile, each.channel == "mail" ? each.address : ""});
    }
    return people;
}

// Whoever leads the unit, else whoever reports for it, else the office.
std::vector<Person> who_answers(const Policy& policy, UnitIndex unit, Day today)
{
    for (const Audience audience : {Audience::unit_head, Audience::reporter})
        if (auto people = people_of(policy, audience, &policy.plan.units[unit], today); !people.empty()) return people;
    return people_of(policy, Audience::office, nullptr, today);
}

}  // namespace

// One call a unit, about all that is wrong with it.
void add_calls(const Making& making, Report& report)
{
    Troubles troubles;
    add_figures(making, report, troubles);
    add_overdue(making, report, troubles);
    std::vector<std::pair<double, Call>> calls;
    for (auto& [unit, all] : troubles) {
        std::stable_sort(all.begin(), all.end(), [](const Trouble& a, const Trouble& b) { return a.gravity > b.gravity; });
        Call call{.what = fmt::format("{}：{}", making.plan().units[unit].name, all.front().what), .why = all.front().why, .unit = unit, .people = {}};
        if (all.size() > 1) call.what += fmt::format("；{}", all[1].what);
        if (all.size() > 2) call.what += fmt::format("；另有{}项", all.size() - 2);
        calls.emplace_back(all.front().gravity, std::move(call));
    }
    std::stable_sort(calls.begin(), calls.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    if (report.kind == ReportKind::monthly && calls.size() > most_calls) calls.resize(most_calls);
    for (auto& [gravity, call] : calls) {
        call.people = who_answers(making.engine.policy(), *call.unit, making.today());
        report.calls.push_back(std::move(call));
    }
}

}  // namespace planwatch

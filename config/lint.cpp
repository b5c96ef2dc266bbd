#include "config/lint.hpp"

#include "config/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

namespace planwatch {
namespace {

constexpr std::size_t few = 4;  // examples in one line

class Linter {
public:
    Linter(const Policy& policy, const ParsedPlan& parsed) : policy_{policy}, plan_{policy.plan}, parsed_{parsed} {}

    std::vector<Finding> findings()
    {
        for (const Clause& clause : plan_.clauses) look_at(clause);
        for (const Indicator& indicator : plan_.indicators) look_at(indicator);
        for (const Duty& duty : plan_.duties) look_at(duty);
        look_for_twins();
        for (const Contact& contact : policy_.directory.contacts()) look_at(contact);
        list_assumptions();
        std::stable_sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) { return a.level > b.level; });
        return std::move(findings_);
    }

private:
    void add(Finding::Level level, const std::string& where, std::string message, std::string cure)
    {
        findings_.push_back({level, parsed_.position(where), std::move(message), std::move(cure)});
    }
    void warn(const std::string& where, std::string message, std::string cure)
    {
        add(Finding::Level::warning, where, std::move(message), std::move(cure));
    }
    void note(const std::string& where, std::string message, std::string cure)
    {
        add(Finding::Level::note, where, std::move(message), std::move(cure));
    }

    // ---- clauses and indicators

    void look_at(const Clause& clause)
    {
        if (clause.units.empty())
            warn("clause/" + clause.id, fmt::format("clause '{}' names no unit", clause.id), "add the units that answer for it: units = [ … ]");
    }

    void look_at(const Indicator& indicator)
    {
        if (indicator.reported == Reported::derived) {
            compare_with_parts(indicator);
            return;
        }
        const std::string where = "indicator/" + indicator.id;
        if (indicator.units.empty()) {
            warn(where, fmt::format("no unit reports the indicator '{}'", indicator.id), "name the units that report it: units = [ … ]");
            return;
        }
        std::vector<std::string> uncollected;
        for (const UnitIndex unit : indicator.units)
            if (!is_collected(indicator, unit)) uncollected.push_back(plan_.units[unit].id);
        if (uncollected.size() == indicator.units.size()) {
            warn(where, fmt::format("no duty collects the indicator '{}'", indicator.id), "list it in a duty's indicators, or nobody is reminded of it");
        } else if (!uncollected.empty()) {
            warn(where, fmt::format("no duty collects the indicator '{}' from {}", indicator.id, fmt::join(uncollected, ", ")),
                 "add these units to a duty that lists it, or take them out of its units");
        }
    }

    bool is_collected(const Indicator& indicator, UnitIndex unit) const
    {
        const auto index = static_cast<IndicatorIndex>(&indicator - plan_.indicators.data());
        return std::any_of(plan_.duties.begin(), plan_.duties.end(), [&](const Duty& duty) {
            return std::find(duty.indicators.begin(), duty.indicators.end(), index) != duty.indicators.end() &&
                   std::find(duty.units.begin(), duty.units.end(), unit) != duty.units.end();
        });
    }

    // The document's own arithmetic: 7125 = 5225 + 1900.
    void compare_with_parts(const Indicator& whole)
    {
        if (!whole.target) return;
        Decimal sum;
        std::string terms;
        for (const IndicatorIndex index : whole.parts) {
            const Indicator& part = plan_.indicators[index];
            if (!part.target || part.target->unit != whole.target->unit || part.target->comparator != whole.target->comparator) return;
            sum += part.target->value;
            terms += (terms.empty() ? "" : " + ") + part.target->value.to_string();
        }
        if (sum == whole.target->value) return;
        warn("indicator/" + whole.id,
             fmt::format("the target of '{}' is {}, but its parts make {} = {}", whole.id, whole.target->value.to_string(), terms, sum.to_string()),
             "check the figures against the document");
    }

    // ---- duties

    void look_at(const Duty& duty)
    {
        const std::string where = "duty/" + duty.id;
        if (duty.units.empty())
            note(where, fmt::format("nobody owes the duty '{}'", duty.id), "name the units that owe it, or fill the group that it names");
        std::vector<std::string> unowed;
        std::vector<std::string> on_days_off;
        std::vector<std::string> provisional;
        for (const Period& period : duty.periods) {
            const Due due = due_of(duty.due, period, plan_.issued, policy_.calendar, policy_.zone);
            if (due.moment < policy_.zone.start_of(plan_.issued)) {
                unowed.push_back(period.to_string());
                continue;
            }
            if (due.provisional) provisional.push_back(format_day(due.date));
            // What is owed every day is owed on days off too.
            if (duty.cadence != Cadence::daily && duty.due.roll == DueRule::Roll::none && !policy_.calendar.is_working(due.date))
                on_days_off.push_back(fmt::format("{} ({})", format_day(due.date), policy_.calendar.name_of(due.date)));
        }
        look_at_unowed(duty, unowed);
        if (!on_days_off.empty())
            note(where, fmt::format("{} of {} due dates of '{}' on a day off: {}", on_days_off.size(), duty.periods.size() - unowed.size(),
                                    duty.id, examples(on_days_off)),
                 fmt::format("if a working day is meant: due = \"{} roll forward\" (or back)", duty.due.to_string()));
        if (!provisional.empty())
            note(where, fmt::format("deadlines of '{}' rest on a calendar that is not known: {}", duty.id, examples(provisional)),
                 "add the year's holidays to the calendar when the notice is out");
    }

    void look_at_unowed(const Duty& duty, const std::vector<std::string>& unowed)
    {
        if (unowed.empty()) return;
        const bool all = unowed.size() == duty.periods.size();
        const std::string message = fmt::format("{} of '{}' fell due before the plan was issued on {} and {} not owed: {}",
                                                all ? "every period" : fmt::format("{} of {} periods", unowed.size(), duty.periods.size()),
                                                duty.id, format_day(plan_.issued), unowed.size() == 1 ? "is" : "are", examples(unowed));
        if (all) {
            warn("duty/" + duty.id, message, "check 'due' and the day of issue");
        } else {
            note("duty/" + duty.id, message, "");
        }
    }

    static std::string examples(const std::vector<std::string>& all)
    {
        std::string text = fmt::format("{}", fmt::join(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), few)), ", "));
        if (all.size() > few) text += fmt::format(" and {} more", all.size() - few);
        return text;
    }

    void look_for_twins()
    {
        for (std::size_t i = 0; i < plan_.duties.size(); ++i)
            for (std::size_t j = i + 1; j < plan_.duties.size(); ++j)
                if (are_twins(plan_.duties[i], plan_.duties[j]))
                    warn("duty/" + plan_.duties[j].id,
                         fmt::format("the duties '{}' and '{}' ask the same units for one thing as often", plan_.duties[i].id, plan_.duties[j].id),
                         "drop one, or say in their names how they differ and in their indicators what each collects");
    }

    static bool are_twins(const Duty& a, const Duty& b)
    {
        const auto sorted = [](auto items) {
            std::sort(items.begin(), items.end());
            return items;
        };
        return a.clause == b.clause && a.cadence == b.cadence && a.due == b.due && !a.units.empty() && sorted(a.units) == sorted(b.units) &&
               sorted(a.indicators) == sorted(b.indicators);
    }

    // ---- contacts

    void look_at(const Contact& contact)
    {
        if (std::find(contact.plans.begin(), contact.plans.end(), plan_.id) == contact.plans.end()) return;
        std::vector<std::string> known;
        for (const Unit& unit : plan_.units) known.push_back(unit.id);
        for (const std::string& unit : contact.units)
            if (!plan_.unit(unit))
                findings_.push_back({Finding::Level::warning, fmt::format("contact '{}'", contact.id),
                                     fmt::format("the plan '{}' has no unit '{}'{}", plan_.id, unit, suggestion(unit, known)),
                                     "correct the contact's units"});
    }

    // ---- assumptions

    void assume(const std::string& where, const std::string& what, const std::string& assumed)
    {
        if (!assumed.empty()) add(Finding::Level::assumption, where + "/assumed", fmt::format("{}: {}", what, assumed), "");
    }

    void list_assumptions()
    {
        assume("plan/issued", "day of issue", plan_.issued_assumed);
        assume("plan/population", "population", plan_.population_assumed);
        for (const Unit& unit : plan_.units) assume("unit/" + unit.id, fmt::format("unit '{}'", unit.id), unit.assumed);
        for (const Clause& clause : plan_.clauses) assume("clause/" + clause.id, fmt::format("clause '{}'", clause.id), clause.assumed);
        for (const Indicator& each : plan_.indicators) assume("indicator/" + each.id, fmt::format("indicator '{}'", each.id), each.assumed);
        for (const Duty& duty : plan_.duties) assume("duty/" + duty.id, fmt::format("duty '{}'", duty.id), duty.assumed);
    }

    const Policy& policy_;
    const Plan& plan_;
    const ParsedPlan& parsed_;
    std::vector<Finding> findings_;
};

}  // namespace

std::string_view to_string(Finding::Level level)
{
    switch (level) {
        case Finding::Level::assumption: return "assumption";
        case Finding::Level::note: return "note";
        case Finding::Level::warning: break;
    }
    return "warning";
}

std::vector<Finding> lint(const Policy& policy, const ParsedPlan& parsed) { return Linter{policy, parsed}.findings(); }

}  // namespace planwatch

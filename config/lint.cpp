#include "config/lint.hpp"

#include "config/lint_findings.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch {
namespace linting {
namespace {

// Clauses, indicators and duties: what lacks, what is there twice, what falls on a day that was hardly meant.
class Structure {
public:
    explicit Structure(Findings& findings) : findings_{findings}, policy_{findings.policy}, plan_{findings.plan} {}

    void look()
    {
        for (const Clause& clause : plan_.clauses) look_at(clause);
        for (const Indicator& indicator : plan_.indicators) look_at(indicator);
        for (const Duty& duty : plan_.duties) look_at(duty);
        for (const Composite& composite : plan_.composites) look_at(composite);
        look_for_twins();
    }

private:
    void warn(const std::string& where, std::string message, std::string cure) { findings_.warn(where, std::move(message), std::move(cure)); }
    void note(const std::string& where, std::string message, std::string cure) { findings_.note(where, std::move(message), std::move(cure)); }

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
        const bool is_rate = whole.measure == Measure::per_thousand;
        for (const IndicatorIndex index : whole.parts) {
            const Indicator& part = plan_.indicators[index];
            if (!part.target || part.target->comparator != whole.target->comparator) return;
            if (is_rate ? part.measure != Measure::count : part.target->unit != whole.target->unit) return;
            sum += part.target->value;
            terms += (terms.empty() ? "" : " + ") + part.target->value.to_string();
        }
        if (is_rate) return compare_with_rate(whole, sum, terms);
        if (sum == whole.target->value) return;
        warn("indicator/" + whole.id,
             fmt::format("the target of '{}' is {}, but its parts make {} = {}", whole.id, whole.target->value.to_string(), terms, sum.to_string()),
             "check the figures against the document");
    }

    // 7.5 per 1,000 of 950,000 people = 5225 + 1900. A rate in a document is rounded, so parts that make more than it asks are none of ours.
    void compare_with_rate(const Indicator& whole, Decimal sum, const std::string& terms)
    {
        constexpr int thousand = 1000;
        const auto people = whole.population ? whole.population : plan_.population;
        if (!people || whole.target->comparator != Comparator::at_least || compare_ratio(sum, *people, whole.target->value, thousand) >= 0) return;
        warn("indicator/" + whole.id,
             fmt::format("the target of '{}' is {} for every 1,000 of {} people, but its parts make only {} = {}", whole.id,
                         whole.target->value.to_string(), people->to_string(), terms, sum.to_string()),
             "check the figures and the population against the document");
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
        std::string first_owed;
        for (const Period& period : duty.periods) {
            const Due due = due_of(duty.due, period, plan_.issued, policy_.calendar, policy_.zone);
            if (due.moment <= policy_.zone.start_of(plan_.issued)) {
                unowed.push_back(period.to_string());
                continue;
            }
            if (first_owed.empty()) first_owed = period.to_string();
            if (due.provisional) provisional.push_back(format_day(due.date));
            // What is owed every day is owed on days off too.
            if (duty.cadence != Cadence::daily && duty.due.roll == DueRule::Roll::none && !policy_.calendar.is_working(due.date))
                on_days_off.push_back(fmt::format("{} ({})", format_day(due.date), policy_.calendar.name_of(due.date)));
        }
        look_at_unowed(duty, unowed, first_owed);
        if (!on_days_off.empty())
            note(where, fmt::format("{} of {} due dates of '{}' on a day off: {}", on_days_off.size(), duty.periods.size() - unowed.size(),
                                    duty.id, examples(on_days_off)),
                 fmt::format("if a working day is meant: due = \"{} roll forward\" (or back)", duty.due.to_string()));
        if (!provisional.empty())
            note(where, fmt::format("deadlines of '{}' rest on a calendar that is not known: {}", duty.id, examples(provisional)),
                 "add the year's holidays to the calendar when the notice is out");
    }

    void look_at_unowed(const Duty& duty, const std::vector<std::string>& unowed, const std::string& first_owed)
    {
        if (unowed.empty()) return;
        const bool all = unowed.size() == duty.periods.size();
        const std::string message = fmt::format("{} of '{}' fell due before the plan was issued on {} and {} not owed: {}",
                                                all ? "every period" : fmt::format("{} of {} periods", unowed.size(), duty.periods.size()),
                                                duty.id, format_day(plan_.issued), unowed.size() == 1 ? "is" : "are", examples(unowed));
        if (all) {
            warn("duty/" + duty.id, message, "check 'due' and the day of issue");
        } else {
            note("duty/" + duty.id, message, fmt::format("if that is meant, say so: first = \"{}\"", first_owed));
        }
    }

    // A part of which nothing will ever be known. Businesses come with the register, which is not the plan's.
    void look_at(const Composite& composite)
    {
        const auto owes = [&](UnitIndex unit) {
            return std::any_of(plan_.duties.begin(), plan_.duties.end(),
                               [&](const Duty& duty) { return std::find(duty.units.begin(), duty.units.end(), unit) != duty.units.end(); });
        };
        const bool counts_reports = std::any_of(composite.parts.begin(), composite.parts.end(),
                                                [](const CompositePart& part) { return part.kind == CompositePart::Kind::on_time; });
        if (counts_reports && std::none_of(composite.units.begin(), composite.units.end(), owes))
            warn("composite/" + composite.id, fmt::format("'on_time' of the composite '{}' is never known: none of its units owes anything", composite.id),
                 "let a duty name these units, or take the part out");
    }

    void look_for_twins()
    {
        for (std::size_t i = 0; i < plan_.duties.size(); ++i)
            for (std::size_t j = i + 1; j < plan_.duties.size(); ++j) compare(plan_.duties[i], plan_.duties[j]);
    }

    void compare(const Duty& one, const Duty& other)
    {
        if (!have_common(one.periods, other.periods)) return;
        if (are_twins(one, other)) {
            warn("duty/" + other.id, fmt::format("the duties '{}' and '{}' ask the same units for one thing as often", one.id, other.id),
                 "drop one, or say in their names how they differ and in their indicators what each collects");
            return;
        }
        std::vector<std::string> shared;
        for (const IndicatorIndex index : other.indicators)
            if (is_asked(one, index) && have_common_reporter(one, other, plan_.indicators[index])) shared.push_back(plan_.indicators[index].id);
        if (!shared.empty())
            warn("duty/" + other.id, fmt::format("the duties '{}' and '{}' ask the same units for the same figures of the same periods: {}", one.id, other.id,
                                                 examples(shared)),
                 "list each indicator in one of them, or give each its own units");
    }

    static bool is_asked(const Duty& duty, IndicatorIndex indicator)
    {
        return std::find(duty.indicators.begin(), duty.indicators.end(), indicator) != duty.indicators.end();
    }

    static bool have_common_reporter(const Duty& one, const Duty& other, const Indicator& indicator)
    {
        const auto owes = [](const Duty& duty, UnitIndex unit) { return std::find(duty.units.begin(), duty.units.end(), unit) != duty.units.end(); };
        return std::any_of(indicator.units.begin(), indicator.units.end(), [&](UnitIndex unit) { return owes(one, unit) && owes(other, unit); });
    }

    static bool have_common(const std::vector<Period>& one, const std::vector<Period>& other)
    {
        return std::find_first_of(one.begin(), one.end(), other.begin(), other.end()) != one.end();
    }

    static bool are_twins(const Duty& a, const Duty& b)
    {
        const auto sorted = [](auto items) {
            std::sort(items.begin(), items.end());
            return items;
        };
        return a.clause == b.clause && a.due == b.due && !a.units.empty() && sorted(a.units) == sorted(b.units) && sorted(a.indicators) == sorted(b.indicators);
    }

    Findings& findings_;
    const Policy& policy_;
    const Plan& plan_;
};

}  // namespace

void Findings::warn(std::string_view where, std::string message, std::string cure)
{
    warn_at(parsed_.position(where), std::move(message), std::move(cure));
}

void Findings::note(std::string_view where, std::string message, std::string cure)
{
    all_.push_back({Finding::Level::note, parsed_.position(where), std::move(message), std::move(cure)});
}

void Findings::assume(std::string_view where, std::string message, std::string cure)
{
    all_.push_back({Finding::Level::assumption, parsed_.position(where), std::move(message), std::move(cure)});
}

void Findings::note_at(std::string path, std::string message, std::string cure)
{
    all_.push_back({Finding::Level::note, std::move(path), std::move(message), std::move(cure)});
}

void Findings::warn_at(std::string path, std::string message, std::string cure)
{
    all_.push_back({Finding::Level::warning, std::move(path), std::move(message), std::move(cure)});
}

std::string examples(const std::vector<std::string>& all)
{
    constexpr std::size_t few = 4;
    std::string text = fmt::format("{}", fmt::join(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), few)), ", "));
    if (all.size() > few) text += fmt::format(" and {} more", all.size() - few);
    return text;
}

}  // namespace linting

std::string_view to_string(Finding::Level level)
{
    switch (level) {
        case Finding::Level::assumption: return "assumption";
        case Finding::Level::note: return "note";
        case Finding::Level::warning: break;
    }
    return "warning";
}

std::vector<Finding> lint(const Policy& policy, const ParsedPlan& parsed, Day today, const Settings& settings)
{
    linting::Findings findings{policy, parsed};
    linting::Structure{findings}.look();
    linting::lint_targets(findings, today);
    linting::lint_people(findings, parsed, today, settings);
    linting::list_assumptions(findings);
    std::vector<Finding> all = findings.take();
    std::stable_sort(all.begin(), all.end(), [](const Finding& a, const Finding& b) { return a.level > b.level; });
    return all;
}

}  // namespace planwatch

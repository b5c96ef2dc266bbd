// Targets that nobody can reach, as far as that is known without figures: from the plan's own days, and from the day of looking.
#include "config/lint_findings.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch::linting {
namespace {

class Targets {
public:
    Targets(Findings& findings, Day today)
        : findings_{findings}, plan_{findings.plan}, today_{today}, deadlines_{deadlines_of(findings.policy)}
    {
    }

    void look()
    {
        for (const Indicator& indicator : plan_.indicators)
            if (indicator.target) look_at(indicator, *indicator.target);
        tell_passed();
        tell_unreported();
        tell_ended();
        tell_early();
    }

private:
    // Indicators to which the same thing happens on the same days, told in one line.
    using Days = std::pair<Day, Day>;  // the target's, the report's
    using Folded = std::map<Days, std::vector<std::string>>;

    void look_at(const Indicator& indicator, const Target& target)
    {
        count_reporters(indicator, target);
        if (target.hold) return;
        if (target.by < plan_.issued) {
            findings_.warn("indicator/" + indicator.id,
                           fmt::format("the target of '{}' was to be reached by {}, before the plan was issued on {}", indicator.id,
                                       format_day(target.by), format_day(plan_.issued)),
                           "check 'by' and the day of issue");
        } else if (target.by < today_) {
            passed_.push_back(indicator.id);
        }
        look_at_reports(indicator, target.by);
    }

    // A done indicator's value is the number of its units that have done it.
    void count_reporters(const Indicator& indicator, const Target& target)
    {
        if (indicator.measure != Measure::done || indicator.reported == Reported::derived || target.unit == "%") return;
        if (target.comparator == Comparator::at_most || indicator.units.empty()) return;
        const std::size_t most = indicator.each ? 1 : indicator.units.size();
        if (target.value <= Decimal{static_cast<std::int64_t>(most)}) return;
        findings_.warn("indicator/" + indicator.id,
                       fmt::format("the target of '{}' is {}, but {} can have done it", indicator.id, target.value.to_string(),
                                   indicator.each ? "a unit by itself" : fmt::format("only {} unit{}", most, most == 1 ? "" : "s")),
                       indicator.each ? "a lower target, or leave out 'each'" : "a lower target, or name the other units that report it");
    }

    // The target is judged on its day by the figures that are in; when that day is over, it is late to say so.
    void look_at_reports(const Indicator& indicator, Day by)
    {
        if (by < today_) return;
        const std::vector<const Deadline*> reports = reports_of(indicator);
        if (reports.empty()) return;  // told with the indicator or its duty
        const auto date = [](const Deadline* report) { return report->due.date; };
        const auto late = std::find_if(reports.begin(), reports.end(), [&](const Deadline* each) { return by < date(each) && each->period.first() <= by; });
        if (by < date(reports.front())) {
            unreported_[{by, date(reports.front())}].push_back(indicator.id);
        } else if (late != reports.end()) {
            early_[{by, date(*late)}].push_back(indicator.id);
        } else if (plan_.issued < today_ && date(reports.back()) < today_) {
            ended_[{by, date(reports.back())}].push_back(indicator.id);
        }
    }

    // By due date. Of a derived indicator: those of its parts.
    std::vector<const Deadline*> reports_of(const Indicator& indicator) const
    {
        std::vector<IndicatorIndex> figures = indicator.parts;
        if (figures.empty()) figures.push_back(static_cast<IndicatorIndex>(&indicator - plan_.indicators.data()));
        const auto collects = [&](const Duty& duty) {
            return std::find_first_of(duty.indicators.begin(), duty.indicators.end(), figures.begin(), figures.end()) != duty.indicators.end();
        };
        std::vector<const Deadline*> reports;
        for (const Deadline& deadline : deadlines_)
            if (collects(plan_.duties[deadline.duty])) reports.push_back(&deadline);
        return reports;
    }

    void tell_passed()
    {
        if (passed_.empty()) return;
        const bool is_over = plan_.ends < today_;
        findings_.note("plan", fmt::format("on {} the day of {} target{} has passed, and what was not reached stays missed: {}", format_day(today_),
                                           passed_.size(), passed_.size() == 1 ? "" : "s", examples(passed_)),
                       is_over ? fmt::format("the plan ended on {}: the next year's takes its place", format_day(plan_.ends))
                               : "where the office allows more time: a later 'by' in an overlay");
    }

    void tell_unreported()
    {
        for (const auto& [days, ids] : unreported_)
            findings_.warn("indicator/" + ids.front(),
                           fmt::format("no report falls due by the target's day, {}, but the first on {}: {}", format_day(days.first),
                                       format_day(days.second), examples(ids)),
                           "an earlier 'due' of a duty that lists them, or a later 'by'");
    }

    void tell_ended()
    {
        for (const auto& [days, ids] : ended_)
            findings_.warn("indicator/" + ids.front(),
                           fmt::format("on {} no report is to come any more by the target's day, {}, the last fell due on {}: {}", format_day(today_),
                                       format_day(days.first), format_day(days.second), examples(ids)),
                           "ask the units that lack something to report it before that day");
    }

    void tell_early()
    {
        for (const auto& [days, ids] : early_)
            findings_.note("indicator/" + ids.front(),
                           fmt::format("{} target{} judged on {}, before the last report falls due on {}: {}", ids.size(), ids.size() == 1 ? " is" : "s are",
                                       format_day(days.first), format_day(days.second), examples(ids)),
                           "an earlier 'due', or let the units report before that day; what lacks then stands as missed until they do");
    }

    Findings& findings_;
    const Plan& plan_;
    Day today_;
    std::vector<Deadline> deadlines_;
    std::vector<std::string> passed_;
    Folded unreported_;  // with the first report's day
    Folded early_;       // with the last report's
    Folded ended_;       // with the last report's
};

}  // namespace

void lint_targets(Findings& findings, Day today) { Targets{findings, today}.look(); }

}  // namespace planwatch::linting

// What is exposed of a plan (metrics.hpp).
#include "exporters/metric_family.hpp"
#include "exporters/views.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace planwatch {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// In base units: shares of 1 and not of 100, things done and not shares of them.
std::optional<double> value_of(Measure measure, const Assessment& assessment)
{
    if (!assessment.known) return std::nullopt;
    const double numerator = assessment.figure.numerator.to_double();
    const bool counted = measure == Measure::count || measure == Measure::done;
    return counted ? numerator : numerator / assessment.base.to_double();
}

std::optional<double> expected_ratio(const Indicator& indicator, const Assessment& assessment)
{
    if (!assessment.expected || !indicator.target || indicator.target->value <= Decimal{}) return std::nullopt;
    return *assessment.expected / indicator.target->value.to_double();
}

// The target in the same base unit as the value.
double target_value(const Indicator& indicator)
{
    const double value = indicator.target->value.to_double();
    if (indicator.target->unit != "%") return value;
    return indicator.measure == Measure::done ? value / 100 * static_cast<double>(indicator.units.size()) : value / 100;
}

// What an indicator as a whole and a unit's own part of it are both measured by.
struct ValueFamilies {
    ValueFamilies(const std::string& prefix, const std::string& of)
        : ratio{prefix + "_ratio", MetricType::Gauge, of + ", a ratio, 0 to 1."},
          // promtool keeps the suffix _count for histograms, unless a family has no type.
          count{prefix + "_count", MetricType::Untyped, of + ", a number of things."},
          per_thousand{prefix + "_per_thousand", MetricType::Gauge, of + ", a number of things per thousand people."},
          average{prefix + "_average", MetricType::Gauge, of + ", an average."}
    {
    }

    FamilyBuilder& of(Measure measure)
    {
        switch (value_family(measure)) {
            case PartFamily::ratio: return ratio;
            case PartFamily::per_thousand: return per_thousand;
            case PartFamily::average: return average;
            default: return count;
        }
    }
    void take_into(std::vector<MetricFamily>& families)
    {
        for (FamilyBuilder* family : {&ratio, &count, &per_thousand, &average}) families.push_back(family->take());
    }

    FamilyBuilder ratio, count, per_thousand, average;
};

// When a figure of the indicator, or of a part of it, last came in.
std::optional<Instant> last_of(const Plan& plan, std::span<const std::optional<Instant>> arrivals, IndicatorIndex indicator)
{
    std::optional<Instant> last = arrivals[indicator];
    for (const IndicatorIndex part : plan.indicators[indicator].parts) last = std::max(last, last_of(plan, arrivals, part));
    return last;
}

void add_targets(std::vector<MetricFamily>& families, const Policy& policy)
{
    const Plan& plan = policy.plan;
    ValueFamilies targets{"planwatch_indicator_target", "An indicator's target, in the unit of its value"};
    FamilyBuilder moments{"planwatch_indicator_target_timestamp_seconds", MetricType::Gauge, "When the target falls due."};
    FamilyBuilder tolerance{"planwatch_indicator_pace_tolerance_ratio", MetricType::Gauge, "The share of what the pace expects that may lack."};
    for (const Indicator& indicator : plan.indicators) {
        if (!indicator.target) continue;
        const MetricLabels labels{{"plan", plan.id}, {"indicator", indicator.id}};
        targets.of(indicator.measure).add(labels, target_value(indicator));
        moments.add_if_known(labels, metric_seconds(target_moment(policy, indicator)));
        if (indicator.pace.kind != Pace::Kind::none) tolerance.add(labels, indicator.pace.tolerance.to_double());
    }
    targets.take_into(families);
    families.push_back(moments.take());
    families.push_back(tolerance.take());
}

// Of indicators as a whole.
class WholeFamilies {
public:
    void stand_at(Instant moment)
    {
        for (FamilyBuilder* family : {&values_.ratio, &values_.count, &values_.per_thousand, &values_.average, &attained_, &expected_, &last_}) family->stand_at(moment);
    }
    void add(const Engine& engine, IndicatorIndex index)
    {
        const Plan& plan = engine.policy().plan;
        const Indicator& indicator = plan.indicators[index];
        const MetricLabels labels = labels_of(plan, index);
        const Assessment assessment = engine.assessment(index);
        values_.of(indicator.measure).add_if_known(labels, value_of(indicator.measure, assessment));
        attained_.add_if_known(labels, attainment(indicator, assessment));
        expected_.add_if_known(labels, expected_ratio(indicator, assessment));
    }
    void add_last(const Plan& plan, IndicatorIndex index, const std::optional<Instant>& last) { last_.add_if_known(labels_of(plan, index), metric_seconds(last)); }
    void take_into(std::vector<MetricFamily>& families)
    {
        values_.take_into(families);
        for (FamilyBuilder* family : {&attained_, &expected_, &last_}) families.push_back(family->take());
    }

private:
    static MetricLabels labels_of(const Plan& plan, IndicatorIndex index) { return {{"plan", plan.id}, {"indicator", plan.indicators[index].id}}; }

    ValueFamilies values_{"planwatch_indicator_value", "An indicator"};
    FamilyBuilder attained_{"planwatch_indicator_attainment_ratio", MetricType::Gauge, "An indicator as a share of its target."};
    FamilyBuilder expected_{"planwatch_indicator_expected_ratio", MetricType::Gauge, "What the pace expects of an indicator by now, as a share of its target."};
    FamilyBuilder last_{"planwatch_indicator_last_submission_timestamp_seconds", MetricType::Gauge, "When a figure of an indicator last came in."};
};

// All but when the figure came in.
PartSample assessed_part(const Engine& engine, const Series& series)
{
    const Indicator& indicator = engine.policy().plan.indicators[series.indicator];
    const Assessment assessment = engine.assessment(series.indicator, series.unit);
    PartSample sample{value_of(indicator.measure, assessment).value_or(unknown), unknown, unknown, unknown};
    // A target that the units reach together says nothing about one of them.
    if (indicator.each) {
        sample.attainment = attainment(indicator, assessment).value_or(unknown);
        sample.expected = expected_ratio(indicator, assessment).value_or(unknown);
    }
    return sample;
}

// Of units' own parts, as builders: /metrics renders the same from samples alone (kept_plan).
class PartBuilders {
public:
    PartBuilders()
    {
        for (std::size_t i = 0; i < part_families; ++i) families_.emplace_back(part_family(static_cast<PartFamily>(i)));
    }
    void stand_at(Instant moment)
    {
        for (FamilyBuilder& family : families_) family.stand_at(moment);
    }
    void add(const Plan& plan, const Series& series, PartFamily family, double value)
    {
        if (std::isnan(value)) return;
        families_[static_cast<std::size_t>(family)].add(
            {{"plan", plan.id}, {"indicator", plan.indicators[series.indicator].id}, {"unit", plan.units[series.unit].id}}, value);
    }
    void take_into(std::vector<MetricFamily>& families)
    {
        for (FamilyBuilder& family : families_) families.push_back(family.take());
    }

private:
    std::vector<FamilyBuilder> families_;
};

constexpr std::array slot_states = {SlotState::upcoming, SlotState::due_soon, SlotState::overdue,
                                    SlotState::on_time,  SlotState::late,     SlotState::waived};

using StateCounts = std::array<std::uint64_t, slot_states.size()>;

void add_states(FamilyBuilder& family, const MetricLabels& labels, const StateCounts& count)
{
    for (const SlotState state : slot_states) {
        MetricLabels with_state = labels;
        with_state.push_back({"state", std::string{to_string(state)}});
        family.add(std::move(with_state), static_cast<double>(count[static_cast<std::size_t>(state)]));
    }
}

// When the first of a deadline's awaited slots falls due; extended ones fall due by themselves.
Instant next_due_of(const Engine& engine, std::uint32_t deadline, std::uint32_t awaited)
{
    std::optional<Instant> earliest;
    const auto& extensions = engine.extensions();
    for (auto it = extensions.lower_bound({deadline, 0}); it != extensions.end() && it->first.first == deadline; ++it) {
        const SlotState state = engine.slot_at(deadline, it->first.second).state;
        if (state != SlotState::upcoming && state != SlotState::due_soon) continue;
        const Instant due = engine.due_of(deadline, it->second.unit).moment;
        if (!earliest || due < *earliest) earliest = due;
        --awaited;
    }
    return awaited == 0 && earliest ? *earliest : engine.deadlines()[deadline].due.moment;
}

void add_slots(std::vector<MetricFamily>& families, const Engine& engine)
{
    FamilyBuilder counts{"planwatch_slots", MetricType::Gauge, "What is owed, by state; the states add up to the whole."};
    FamilyBuilder duty_counts{"planwatch_duty_slots", MetricType::Gauge, "What is owed of one duty, by state."};
    FamilyBuilder next_due{"planwatch_slot_due_timestamp_seconds", MetricType::Gauge, "The next due moment of a duty that is still awaited."};
    const Plan& plan = engine.policy().plan;
    StateCounts count{};
    std::vector<StateCounts> by_duty(plan.duties.size());
    std::vector<std::optional<Instant>> next(plan.duties.size());
    for (std::uint32_t i = 0; i < engine.deadlines().size(); ++i) {
        const Deadline& deadline = engine.deadlines()[i];
        const Engine::SlotCounts counted = engine.counts_of(i);
        for (std::size_t state = 0; state < counted.size(); ++state) {
            count[state] += counted[state];
            by_duty[deadline.duty][state] += counted[state];
        }
        const std::uint32_t awaited = counted[static_cast<std::size_t>(SlotState::upcoming)] + counted[static_cast<std::size_t>(SlotState::due_soon)];
        if (awaited == 0) continue;
        std::optional<Instant>& earliest = next[deadline.duty];
        const Instant due = next_due_of(engine, i, awaited);
        if (!earliest || due < *earliest) earliest = due;
    }
    add_states(counts, {{"plan", plan.id}}, count);
    for (DutyIndex duty = 0; duty < next.size(); ++duty) {
        const MetricLabels labels{{"plan", plan.id}, {"duty", plan.duties[duty].id}};
        add_states(duty_counts, labels, by_duty[duty]);
        next_due.add_if_known(labels, metric_seconds(next[duty]));
    }
    for (FamilyBuilder* family : {&counts, &duty_counts, &next_due}) families.push_back(family->take());
}

// Every combination, so that a sum over them is 0 and not absent where nothing is wrong.
void add_alerts(std::vector<MetricFamily>& families, const Plan& plan, const AlertCounts& counts)
{
    using enum AlertKind;
    FamilyBuilder family{"planwatch_alerts", MetricType::Gauge, "Alerts that are pending or firing."};
    for (const AlertKind kind : {due_soon, overdue, behind_pace, target_missed, below_hold, implausible, undeliverable, silence_ending}) {
        for (const Phase phase : {Phase::pending, Phase::firing}) {
            for (const Severity severity : {Severity::info, Severity::warning, Severity::critical}) {
                family.add({{"plan", plan.id},
                            {"severity", std::string{to_string(severity)}},
                            {"state", std::string{to_string(phase)}},
                            {"kind", std::string{to_string(kind)}}},
                           static_cast<double>(counts.at(kind, phase, severity)));
            }
        }
    }
    families.push_back(family.take());
}

std::size_t alert_place(AlertKind kind, Phase phase, Severity severity)
{
    const std::size_t row = static_cast<std::size_t>(kind) * AlertCounts::phases + static_cast<std::size_t>(phase == Phase::firing);
    return row * AlertCounts::severities + static_cast<std::size_t>(severity);
}

MetricLabels labels_of(const Plan& plan, const Indicator& indicator)
{
    return {{"plan", plan.id},
            {"indicator", indicator.id},
            {"name", indicator.name},
            {"clause", plan.clauses.at(indicator.clause).id},
            {"measure", std::string{to_string(indicator.measure)}},
            {"reported", std::string{to_string(indicator.reported)}},
            {"comparator", indicator.target ? std::string{to_string(indicator.target->comparator)} : ""},
            {"counted_in", indicator.target ? indicator.target->unit : ""}};
}

MetricLabels labels_of(const Plan& plan, const Duty& duty)
{
    return {{"plan", plan.id},
            {"duty", duty.id},
            {"name", duty.name},
            {"clause", plan.clauses.at(duty.clause).id},
            {"cadence", std::string{to_string(duty.cadence)}}};
}

MetricLabels labels_of(const Plan& plan, const Unit& unit)
{
    return {{"plan", plan.id},
            {"unit", unit.id},
            {"name", unit.name},
            {"kind", std::string{to_string(unit.kind)}},
            {"parent", unit.parent ? plan.units[*unit.parent].id : ""}};
}

}  // namespace

PartFamily value_family(Measure measure)
{
    switch (measure) {
        case Measure::ratio: return PartFamily::ratio;
        case Measure::per_thousand: return PartFamily::per_thousand;
        case Measure::average: return PartFamily::average;
        case Measure::count:
        case Measure::done: break;
    }
    return PartFamily::count;
}

const MetricFamily& part_family(PartFamily family)
{
    using enum MetricType;
    static const std::array<MetricFamily, part_families> all = {{
        {"planwatch_unit_indicator_attainment_ratio", "One unit's own part of an indicator as a share of the target that it must reach itself.", Gauge, {}},
        {"planwatch_unit_indicator_expected_ratio", "What the pace expects of one unit by now, as a share of the target that it must reach itself.", Gauge, {}},
        {"planwatch_unit_indicator_last_submission_timestamp_seconds", "When one unit's figure of an indicator last came in.", Gauge, {}},
        {"planwatch_unit_indicator_value_average", "One unit's own part of an indicator, an average.", Gauge, {}},
        {"planwatch_unit_indicator_value_count", "One unit's own part of an indicator, a number of things.", Untyped, {}},
        {"planwatch_unit_indicator_value_per_thousand", "One unit's own part of an indicator, a number of things per thousand people.", Gauge, {}},
        {"planwatch_unit_indicator_value_ratio", "One unit's own part of an indicator, a ratio, 0 to 1.", Gauge, {}},
    }};
    return all[static_cast<std::size_t>(family)];
}

PartSample part_sample(const Engine& engine, std::uint32_t series)
{
    PartSample sample = assessed_part(engine, engine.series(series));
    if (const auto last = engine.last_submission(series)) sample.last_submission = metric_seconds(*last);
    return sample;
}

std::uint64_t& AlertCounts::at(AlertKind kind, Phase phase, Severity severity) { return counts_.at(alert_place(kind, phase, severity)); }
std::uint64_t AlertCounts::at(AlertKind kind, Phase phase, Severity severity) const { return counts_.at(alert_place(kind, phase, severity)); }

std::vector<MetricFamily> summary_families(const Engine& engine, std::span<const std::optional<Instant>> arrivals, const AlertCounts& counts)
{
    const Plan& plan = engine.policy().plan;
    std::vector<MetricFamily> families;
    WholeFamilies wholes;
    for (IndicatorIndex i = 0; i < plan.indicators.size(); ++i) {
        wholes.add(engine, i);
        wholes.add_last(plan, i, last_of(plan, arrivals, i));
    }
    wholes.take_into(families);
    add_targets(families, engine.policy());
    add_slots(families, engine);
    add_alerts(families, plan, counts);
    return families;
}

std::vector<MetricFamily> stated_families(const Engine& engine, std::span<const Stated> statements)
{
    const Plan& plan = engine.policy().plan;
    WholeFamilies wholes;
    PartBuilders parts;
    for (const Stated& statement : statements) {
        if (!statement.unit) {
            wholes.stand_at(statement.at);
            wholes.add(engine, statement.indicator);
            continue;
        }
        parts.stand_at(statement.at);
        const Series series{statement.indicator, *statement.unit};
        const PartSample sample = assessed_part(engine, series);
        parts.add(plan, series, value_family(plan.indicators[series.indicator].measure), sample.value);
        parts.add(plan, series, PartFamily::attainment, sample.attainment);
        parts.add(plan, series, PartFamily::expected, sample.expected);
    }
    std::vector<MetricFamily> families;
    wholes.take_into(families);
    parts.take_into(families);
    return families;
}

std::vector<MetricFamily> arrival_families(const Engine& engine, std::span<const Stated> arrivals)
{
    const Plan& plan = engine.policy().plan;
    WholeFamilies wholes;
    PartBuilders parts;
    for (const Stated& arrival : arrivals) {
        wholes.stand_at(arrival.at);
        parts.stand_at(arrival.at);
        if (arrival.unit)
            parts.add(plan, {arrival.indicator, *arrival.unit}, PartFamily::last_submission, metric_seconds(arrival.at));
        else
            wholes.add_last(plan, arrival.indicator, arrival.at);
    }
    std::vector<MetricFamily> families;
    wholes.take_into(families);
    parts.take_into(families);
    return families;
}

std::vector<MetricFamily> standing_families(const Engine& engine)
{
    AlertCounts counts;
    for (const auto& [key, alert] : engine.alerts()) ++counts.at(key.kind, alert.state.phase, alert.severity);
    std::vector<MetricFamily> families;
    add_slots(families, engine);
    add_alerts(families, engine.policy().plan, counts);
    return families;
}

std::vector<MetricFamily> adopted_families(const Policy& policy)
{
    std::vector<MetricFamily> families;
    add_targets(families, policy);
    for (std::size_t i = 0; i < info_families; ++i) {
        const auto family = static_cast<InfoFamily>(i);
        families.push_back(info_family(policy.plan, family, 0, info_count(policy.plan, family)));
    }
    return families;
}

std::size_t info_count(const Plan& plan, InfoFamily family)
{
    switch (family) {
        case InfoFamily::duty: return plan.duties.size();
        case InfoFamily::indicator: return plan.indicators.size();
        case InfoFamily::unit: return plan.units.size();
        case InfoFamily::plan: break;
    }
    return 1;
}

MetricFamily info_family(const Plan& plan, InfoFamily family, std::size_t first, std::size_t count)
{
    constexpr std::array names = {"duty", "indicator", "plan", "unit"};
    constexpr std::array helps = {"A duty's name, clause and cadence; always 1.", "An indicator's name, clause and kind; always 1.",
                                  "A plan's name and year; always 1.", "A unit's name, kind and the unit above it; always 1."};
    const auto which = static_cast<std::size_t>(family);
    FamilyBuilder infos{"planwatch_" + std::string{names[which]} + "_info", MetricType::Gauge, helps[which]};
    const std::size_t end = std::min(info_count(plan, family), first + count);
    for (std::size_t i = first; i < end; ++i) {
        switch (family) {
            case InfoFamily::duty: infos.add(labels_of(plan, plan.duties[i]), 1); break;
            case InfoFamily::indicator: infos.add(labels_of(plan, plan.indicators[i]), 1); break;
            case InfoFamily::unit: infos.add(labels_of(plan, plan.units[i]), 1); break;
            case InfoFamily::plan:
                infos.add({{"plan", plan.id}, {"name", plan.name}, {"year", std::to_string(plan.year)}, {"time_zone", plan.time_zone}}, 1);
                break;
        }
    }
    return infos.take();
}

}  // namespace planwatch

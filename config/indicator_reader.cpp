// [[indicator]]: what is measured, its target, its pace. What makes no sense together is refused here, so that the rules
// need not think of it.
#include "config/plan_reader.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch::reading {
namespace {

const std::vector<std::pair<std::string_view, Measure>> measures{{"count", Measure::count},
                                                                 {"ratio", Measure::ratio},
                                                                 {"per_thousand", Measure::per_thousand},
                                                                 {"average", Measure::average},
                                                                 {"done", Measure::done}};

const std::vector<std::pair<std::string_view, Reported>> ways_of_reporting{{"increment", Reported::increment},
                                                                           {"cumulative", Reported::cumulative},
                                                                           {"level", Reported::level},
                                                                           {"derived", Reported::derived}};

constexpr std::pair<std::string_view, Comparator> comparators[] = {
    {"at_least", Comparator::at_least}, {"at_most", Comparator::at_most}, {"exactly", Comparator::exactly}};

constexpr std::string_view target_form = "expected at_least, at_most or exactly, a number and its unit, such as \"at_least 91 %\"";

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// "at_least 5225 批次"
std::optional<Target> parse_target(std::string_view text)
{
    text = trimmed(text);
    const std::size_t end_of_word = std::min(text.find(' '), text.size());
    const auto found = std::find_if(std::begin(comparators), std::end(comparators),
                                    [&](const auto& each) { return each.first == text.substr(0, end_of_word); });
    if (found == std::end(comparators)) return {};
    text = trimmed(text.substr(end_of_word));
    const std::size_t end_of_number = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto value = Decimal::parse(text.substr(0, end_of_number));
    if (!value) return {};
    return Target{found->second, *value, std::string{trimmed(text.substr(end_of_number))}, false, {}};
}

// A done indicator without a target is still to be done.
Target done_target() { return {Comparator::at_least, Decimal{1}, "项", false, {}}; }

}  // namespace

void PlanReader::read_indicator(Section& section)
{
    Indicator indicator;
    indicator_tables_.push_back(&section.table());
    indicator.id = read_id(section, "indicator", indicators_);
    indicator.name = section.text("name", "what is measured, for people");
    indicator.clause = read_clause_of(section).value_or(0);
    indicator.measure = section.word("measure", measures, Measure::count, "count, ratio, per_thousand, average or done");
    // A thing that was done is a state of affairs; done twice is no more than done.
    const Reported usual = indicator.measure == Measure::done ? Reported::level : Reported::increment;
    indicator.reported = section.word("reported", ways_of_reporting, usual);
    if (indicator.measure == Measure::done && indicator.reported == Reported::increment)
        report_.add(*section.get("reported"), "a done indicator has no increments; expected level or cumulative");
    indicator.units = read_units(section);
    parts_.push_back(section.texts("parts"));
    indicator.each = section.flag("each");
    read_people(section, indicator);
    read_target(section, indicator);
    read_pace(section, indicator);
    indicator.assumed = read_assumed(section, "indicator/" + indicator.id);
    section.refuse_unknown_keys();
    plan_.indicators.push_back(std::move(indicator));
}

void PlanReader::read_people(Section& section, Indicator& indicator)
{
    const toml::node* const node = section.get("population");
    if (indicator.measure != Measure::per_thousand) {
        if (node) report_.add(*node, "a population belongs to a per_thousand indicator only");
        return;
    }
    indicator.population = section.decimal("population");
    if (indicator.population && *indicator.population == Decimal{}) report_.add(*node, "'population' is 0; expected the number of people");
    if (!node && !plan_.population)
        report_.add(section.table(), fmt::format("{} counts per 1,000 people; expected a 'population' here or in [plan]", section.what()));
}

// ---- target, by, hold

void PlanReader::read_target(Section& section, Indicator& indicator)
{
    const std::string text = section.text("target");
    const toml::node* const node = section.get("target");
    const bool hold = section.flag("hold");
    if (node && node->is_string()) {
        indicator.target = parse_target(text);
        if (indicator.target) {
            check_target(section, indicator);
        } else {
            report_.add(*node, fmt::format("'{}' is no target; {}", text, target_form));
        }
    } else if (!node && indicator.measure == Measure::done) {
        indicator.target = done_target();
    }
    if (indicator.target) indicator.target->hold = hold;
    if (!node && hold) report_.add(*section.get("hold"), "'hold' without a 'target'; expected the target that must hold");
    if (indicator.each && !indicator.target) report_.add(*section.get("each"), "'each' without a 'target'; expected the target that each unit must reach");
    read_by(section, indicator);
}

void PlanReader::check_target(Section& section, const Indicator& indicator)
{
    const toml::node& node = *section.get("target");
    const Target& target = *indicator.target;
    const bool percent = target.unit == "%";
    constexpr std::int64_t whole = 100;
    if (indicator.measure == Measure::ratio && !percent)
        report_.add(node, fmt::format("the target of a ratio is in '{}'; expected '%', such as \"at_least 91 %\"", target.unit));
    if (percent && indicator.measure != Measure::ratio && indicator.measure != Measure::done)
        report_.add(node, "a target in % needs the measure ratio or done");
    if (percent && target.value > Decimal{whole}) report_.add(node, fmt::format("{} % is more than 100 %", target.value.to_string()));
}

void PlanReader::read_by(Section& section, Indicator& indicator)
{
    const auto by = section.day("by");
    const toml::node* const node = section.get("by");
    if (node && !section.get("target") && !indicator.target) report_.add(*node, "'by' without a 'target'; expected the target to reach by that day");
    if (node && section.get("hold")) report_.add(*node, "both 'by' and 'hold'; expected one: to reach by a day, or to hold in every period");
    if (!indicator.target || indicator.target->hold) return;
    indicator.target->by = by.value_or(plan_.ends);
    if (by && knows_days_ && (*by < plan_.starts || *by > plan_.ends))
        report_.add(*node, fmt::format("'by' is {}; expected a day of the plan, {} to {}", format_day(*by), format_day(plan_.starts),
                                       format_day(plan_.ends)));
}

// ---- pace

void PlanReader::read_pace(Section& section, Indicator& indicator)
{
    const toml::node* const node = section.get("pace");
    Pace& pace = indicator.pace;
    if (node && node->is_array()) {
        pace.kind = Pace::Kind::milestones;
        read_milestones(section, *node->as_array(), indicator);
    } else if (node && node->is_string() && node->as_string()->get() == "linear") {
        pace.kind = Pace::Kind::linear;
    } else if (node && !(node->is_string() && node->as_string()->get() == "none")) {
        report_.add(*node, "'pace' must be \"none\", \"linear\" or an array of milestones { day = 2023-06-30, value = 2600 }");
    }
    const auto from = section.day("pace_from");
    const auto tolerance = section.decimal("tolerance");
    const auto grace = read_day_count(section, "grace");
    pace.from = from.value_or(plan_.starts);
    pace.tolerance = tolerance.value_or(pace.tolerance);
    pace.grace = std::chrono::days{grace.value_or(0)};
    if (from && pace.kind != Pace::Kind::linear) report_.add(*section.get("pace_from"), "'pace_from' belongs to a linear pace only");
    if (pace.kind == Pace::Kind::none) {
        for (const std::string_view key : {"tolerance", "grace"})
            if (const toml::node* const extra = section.get(key)) report_.add(*extra, fmt::format("'{}' without a 'pace'", key));
        return;
    }
    if (tolerance && *tolerance > Decimal{1})
        report_.add(*section.get("tolerance"), "'tolerance' is a share of the expected value; expected 0 to 1, such as 0.1");
    if (!indicator.target) {
        if (!section.get("target")) report_.add(*node, "'pace' without a 'target'; expected the target that it leads to");
        return;
    }
    if (indicator.target->hold) report_.add(*node, "both 'pace' and 'hold'; what must hold in every period has no way to go");
    if (indicator.target->comparator == Comparator::at_most) report_.add(*node, "'pace' leads up to a target; one that is at_most has none");
    if (from && knows_days_ && !indicator.target->hold && (*from < plan_.starts || *from > indicator.target->by))
        report_.add(*section.get("pace_from"), fmt::format("'pace_from' is {}; expected a day from {} to {}", format_day(*from),
                                                           format_day(plan_.starts), format_day(indicator.target->by)));
}

void PlanReader::read_milestones(Section& section, const toml::array& array, Indicator& indicator)
{
    std::vector<const toml::node*> nodes;
    for (Section& milestone : section.sections("pace")) {
        milestone.rename("a milestone");
        const auto day = milestone.day("day", "{ day = 2023-06-30, value = 2600 }");
        const auto value = milestone.decimal("value", "{ day = 2023-06-30, value = 2600 }");
        milestone.refuse_unknown_keys();
        if (!day || !value) continue;
        indicator.pace.milestones.push_back({*day, *value});
        nodes.push_back(&milestone.table());
    }
    if (array.empty()) report_.add(array, "'pace' has no milestone; expected at least one");
    check_milestones(nodes, indicator);
}

void PlanReader::check_milestones(const std::vector<const toml::node*>& nodes, const Indicator& indicator)
{
    const std::vector<Milestone>& milestones = indicator.pace.milestones;
    for (std::size_t i = 0; i < milestones.size(); ++i) {
        const auto& [day, value] = milestones[i];
        if (i != 0 && day <= milestones[i - 1].day) report_.add(*nodes[i], "a milestone's day must lie after that of the one before");
        if (i != 0 && value < milestones[i - 1].value) report_.add(*nodes[i], "a milestone's value must not be below that of the one before");
        if (!indicator.target) continue;
        if (value > indicator.target->value)
            report_.add(*nodes[i], fmt::format("a milestone of {} lies beyond the target, {}", value.to_string(), indicator.target->value.to_string()));
        if (knows_days_ && !indicator.target->hold && (day < plan_.starts || day > indicator.target->by))
            report_.add(*nodes[i], fmt::format("a milestone on {}; expected a day from {} to {}", format_day(day), format_day(plan_.starts),
                                               format_day(indicator.target->by)));
    }
}

// ---- parts

// Parts may stand after their total, so they are resolved when all indicators are known.
void PlanReader::read_parts()
{
    for (IndicatorIndex i = 0; i < plan_.indicators.size(); ++i) {
        Indicator& whole = plan_.indicators[i];
        const toml::table& table = *indicator_tables_[i];
        const toml::node* const node = table.get("parts");
        if (whole.reported != Reported::derived) {
            if (node) report_.add(*node, "'parts' belongs to a derived indicator; expected reported = \"derived\"");
            continue;
        }
        if (parts_[i].empty() && !(node && !node->is_array()))
            report_.add(node ? *node : table, fmt::format("the derived indicator '{}' has no parts; expected the indicators that it sums", whole.id));
        for (const TextAt& text : parts_[i]) {
            const auto part = indicators_.resolve(report_, text);
            if (!part) continue;
            const Indicator& each = plan_.indicators[*part];
            if (std::find(whole.parts.begin(), whole.parts.end(), *part) != whole.parts.end())
                report_.add(*text.node, fmt::format("the part '{}' stands twice", text.text));
            if (each.reported == Reported::derived)
                report_.add(*text.node, fmt::format("the part '{}' is derived itself; expected an indicator that is reported", text.text));
            // A rate per 1,000 people may sum counts: both have batches as numerator.
            const auto is_counted = [](Measure measure) { return measure == Measure::count || measure == Measure::per_thousand; };
            if (each.measure != whole.measure && !(is_counted(each.measure) && is_counted(whole.measure)))
                report_.add(*text.node, fmt::format("the part '{}' is measured as {}, the whole as {}; expected one measure", text.text,
                                                    to_string(each.measure), to_string(whole.measure)));
            whole.parts.push_back(*part);
        }
    }
}

}  // namespace planwatch::reading

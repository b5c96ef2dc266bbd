// [[composite]]: a weighted score of some units, by which they are compared.
#include "config/plan_reader.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch::reading {
namespace {

const std::vector<std::pair<std::string_view, Cadence>> score_cadences{{"weekly", Cadence::weekly},
                                                                       {"monthly", Cadence::monthly},
                                                                       {"quarterly", Cadence::quarterly},
                                                                       {"half_yearly", Cadence::half_yearly},
                                                                       {"yearly", Cadence::yearly}};

constexpr std::string_view part_form = "{ indicator = \"…\", weight = 40 }, { on_time = true, weight = 60 } or { businesses_on_time = true, weight = 60 }";

}  // namespace

void PlanReader::read_composite(Section& section)
{
    Composite composite;
    composite.id = read_id(section, "composite", composites_);
    composite.name = section.text("name", "what the score is called, for people");
    composite.clause = read_clause_of(section).value_or(0);
    composite.units = read_units(section);
    if (composite.units.empty()) report_.add(section.get("units") ? *section.get("units") : section.table(), fmt::format("{} compares no unit; expected units = [ … ]", section.what()));
    composite.cadence = section.word("cadence", score_cadences, Cadence::quarterly, "weekly, monthly, quarterly, half_yearly or yearly");
    composite.ranked = section.word("ranked", score_cadences, composite.cadence);
    composite.graded = section.word("graded", score_cadences, composite.cadence);
    for (const auto& [key, cadence] : {std::pair{"ranked", composite.ranked}, std::pair{"graded", composite.graded}})
        if (cadence < composite.cadence)
            report_.add(*section.get(key), fmt::format("'{}' is {}, but a score is made {}; expected the same or a longer one", key, to_string(cadence),
                                                       to_string(composite.cadence)));
    for (Section& part : section.sections("parts")) read_composite_part(part, composite);
    if (composite.parts.empty() && !section.get("parts")) report_.add(section.table(), fmt::format("{} has no parts; expected parts = [ {} ]", section.what(), part_form));
    else if (const toml::array* const array = section.table().get_as<toml::array>("parts"); array && array->empty()) report_.add(*array, fmt::format("'parts' is empty; expected {}", part_form));
    read_grades(section, composite);
    composite.assumed = read_assumed(section, "composite/" + composite.id);
    section.refuse_unknown_keys();
    plan_.composites.push_back(std::move(composite));
}

void PlanReader::read_composite_part(Section& section, Composite& composite)
{
    section.rename("a part");
    CompositePart part;
    const std::string indicator = section.text("indicator");
    const bool on_time = section.flag("on_time");
    const bool businesses = section.flag("businesses_on_time");
    const auto weight = section.decimal("weight", "how much it counts, above 0");
    section.refuse_unknown_keys();
    if (weight && *weight == Decimal{}) report_.add(*section.get("weight"), "'weight' is 0; expected a number above it, or the part left out");
    part.weight = weight.value_or(Decimal{1});
    if ((indicator.empty() ? 0 : 1) + (on_time ? 1 : 0) + (businesses ? 1 : 0) != 1) {
        if (!section.get("indicator") || !indicator.empty()) report_.add(section.table(), fmt::format("a part is one thing; expected {}", part_form));
        return;
    }
    if (on_time) part.kind = CompositePart::Kind::on_time;
    if (businesses) part.kind = CompositePart::Kind::businesses_on_time;
    if (!indicator.empty()) {
        const TextAt text{indicator, section.get("indicator")};
        const auto index = indicators_.resolve(report_, text);
        if (!index) return;
        part.indicator = *index;
        check_scored(text, composite, *index);
    }
    const bool twice = std::any_of(composite.parts.begin(), composite.parts.end(),
                                   [&](const CompositePart& other) { return other.kind == part.kind && other.indicator == part.indicator; });
    if (twice) report_.add(section.table(), "this part stands twice; expected each once");
    composite.parts.push_back(part);
}

// A unit's own figure must say something by itself: a sum's target is not one unit's.
void PlanReader::check_scored(const TextAt& text, const Composite& composite, IndicatorIndex index)
{
    const Indicator& indicator = plan_.indicators[index];
    const auto is_compared = [&](UnitIndex unit) { return std::find(composite.units.begin(), composite.units.end(), unit) != composite.units.end(); };
    if (indicator.reported == Reported::derived)
        report_.add(*text.node, fmt::format("'{}' is derived; expected an indicator that the units report", text.text));
    if (std::none_of(indicator.units.begin(), indicator.units.end(), is_compared))
        report_.add(*text.node, fmt::format("no unit of this composite reports '{}'; expected one of its units there", text.text));
    const bool of_each = indicator.each || indicator.measure == Measure::ratio || indicator.measure == Measure::average || indicator.measure == Measure::done;
    if (indicator.target && !of_each && indicator.units.size() > 1)
        report_.add(*text.node, fmt::format("the target of '{}' is for all its units together; expected one that 'each' must reach, a ratio, or an indicator "
                                            "without a target whose figures are marks out of 100", text.text));
}

void PlanReader::read_grades(Section& section, Composite& composite)
{
    constexpr std::int64_t full_marks = 100;
    for (Section& grade : section.sections("grades")) {
        grade.rename("a grade");
        const std::string name = grade.text("name", "{ name = \"A\", least = 90 }");
        const auto least = grade.decimal("least", "{ name = \"A\", least = 90 }");
        grade.refuse_unknown_keys();
        if (name.empty() || !least) continue;
        if (*least > Decimal{full_marks}) report_.add(*grade.get("least"), fmt::format("'least' is {}; scores go to 100", least->to_string()));
        if (!composite.grades.empty() && *least >= composite.grades.back().least)
            report_.add(*grade.get("least"), "a grade's 'least' must lie below that of the one before: the best stands first");
        composite.grades.push_back({name, *least});
    }
    if (composite.grades.empty() && section.get("graded")) report_.add(*section.get("graded"), "'graded' without 'grades'; expected grades = [ { name = \"A\", least = 90 }, … ]");
}

}  // namespace planwatch::reading

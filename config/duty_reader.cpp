// [[duty]] and [[ladder]]: who owes what by when, and who is told around that moment.
#include "config/plan_reader.hpp"

#include "rules/scan.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch::reading {
namespace {

const std::vector<std::pair<std::string_view, Cadence>> cadences{
    {"once", Cadence::once},           {"daily", Cadence::daily},             {"weekly", Cadence::weekly}, {"monthly", Cadence::monthly},
    {"quarterly", Cadence::quarterly}, {"half_yearly", Cadence::half_yearly}, {"yearly", Cadence::yearly}};

const std::vector<std::pair<std::string_view, Severity>> severities{
    {"info", Severity::info}, {"warning", Severity::warning}, {"critical", Severity::critical}};

constexpr std::string_view step_form = "expected \"due\", or days and a time such as \"-3wd 09:00\", \"+7d 09:00\", \"0d 09:00\"";

std::string_view example_of(Cadence cadence)
{
    switch (cadence) {
        case Cadence::daily: return "2023-09-14";
        case Cadence::weekly: return "2023-W36";
        case Cadence::monthly: return "2023-09";
        case Cadence::quarterly: return "2023-Q3";
        case Cadence::half_yearly: return "2023-H2";
        case Cadence::once:
        case Cadence::yearly: break;
    }
    return "2023";
}

// "-3wd 09:00"
std::optional<LadderStep> parse_step(std::string_view text)
{
    constexpr int last_hour = 23;
    constexpr int last_minute = 59;
    if (text == "due") return LadderStep{0, true, {}, Severity::info, {}};
    Scan scan{text};
    LadderStep step;
    const bool before = scan.take("-");
    if (!before) scan.take("+");
    const auto days = scan.number(3);
    if (!days) return {};
    step.offset = before ? -*days : *days;
    step.working = scan.take("wd");
    if (!step.working && !scan.take("d") && *days != 0) return {};
    if (!scan.spaces()) return {};
    const auto hour = scan.digits(2);
    if (!hour || *hour > last_hour || !scan.take(":")) return {};
    const auto minute = scan.digits(2);
    if (!minute || *minute > last_minute || !scan.done()) return {};
    step.time = std::chrono::hours{*hour} + std::chrono::minutes{*minute};
    return step;
}

// Before the due date, on its morning, at the due moment, after it; within the first and the last by days, a working day being 7/5 of one.
std::pair<int, int> order_of(const LadderStep& step)
{
    constexpr int days_of_a_week = 7;
    constexpr int working_days_of_a_week = 5;
    if (step.offset == 0) return {step.time ? 1 : 2, 0};
    return {step.offset < 0 ? 0 : 3, step.offset * (step.working ? days_of_a_week : working_days_of_a_week)};
}

}  // namespace

// ---- [[duty]]

void PlanReader::read_duty(Section& section)
{
    Duty duty;
    duty.id = read_id(section, "duty", duties_);
    duty.name = section.text("name", "what is handed in, for people");
    duty.clause = read_clause_of(section).value_or(0);
    duty.cadence = section.word("cadence", cadences, Cadence::once, "once, daily, weekly, monthly, quarterly, half_yearly or yearly");
    read_due(section, duty);
    duty.units = read_units(section);
    read_duty_indicators(section, duty);
    duty.filing = section.flag("filing");
    read_periods(section, duty);
    duty.ladder = section.text("ladder");
    if (!duty.ladder.empty()) ladders_.resolve(report_, {duty.ladder, section.get("ladder")});
    read_reminders(section, duty);
    duty.assumed = read_assumed(section, "duty/" + duty.id);
    section.refuse_unknown_keys();
    plan_.duties.push_back(std::move(duty));
}

void PlanReader::read_due(Section& section, Duty& duty)
{
    const std::string text = section.text("due", "when it falls due, such as \"period_end + 10d\"");
    if (text.empty()) return;
    Result<DueRule> rule = DueRule::parse(text);
    if (rule) {
        duty.due = *rule;
        return;
    }
    for (const Problem& problem : rule.error()) report_.add(*section.get("due"), fmt::format("'due': {}", problem.message));
}

void PlanReader::read_duty_indicators(Section& section, Duty& duty)
{
    for (const TextAt& text : section.texts("indicators")) {
        const auto index = indicators_.resolve(report_, text);
        if (!index) continue;
        const Indicator& indicator = plan_.indicators[*index];
        const bool is_reported = std::any_of(indicator.units.begin(), indicator.units.end(), [&](UnitIndex unit) {
            return std::find(duty.units.begin(), duty.units.end(), unit) != duty.units.end();
        });
        if (std::find(duty.indicators.begin(), duty.indicators.end(), *index) != duty.indicators.end())
            report_.add(*text.node, fmt::format("the indicator '{}' is listed twice", text.text));
        if (!is_reported) report_.add(*text.node, fmt::format("no unit of this duty reports '{}'; expected one of its units here", text.text));
        duty.indicators.push_back(*index);
    }
}

// The periods whose last day lies in the plan, from `first` to `last`; a duty of once reports on the plan's year.
void PlanReader::read_periods(Section& section, Duty& duty)
{
    const auto first = read_period(section, "first", duty);
    const auto last = read_period(section, "last", duty);
    if (!knows_days_) return;
    if (duty.cadence == Cadence::once) {
        duty.periods = {Period::containing(Period::Kind::year, Day{std::chrono::year{plan_.year} / 1 / 1})};
        return;
    }
    if (first && last && *last < *first) {
        report_.add(*section.get("last"), fmt::format("'last' is {}, before 'first', {}", last->to_string(), first->to_string()));
        return;
    }
    duty.periods = periods_between(period_kind(duty.cadence), plan_.starts, plan_.ends);
    std::erase_if(duty.periods, [&](const Period& period) { return (first && period < *first) || (last && *last < period); });
    if (!duty.periods.empty()) return;
    const toml::node* const where = first ? section.get("first") : last ? section.get("last") : section.get("cadence");
    report_.add(where ? *where : section.table(), fmt::format("{} reports on no period that ends from {} to {}", section.what(),
                                                              format_day(plan_.starts), format_day(plan_.ends)));
}

std::optional<Period> PlanReader::read_period(Section& section, std::string_view key, const Duty& duty)
{
    const std::string text = section.text(key);
    const toml::node* const node = section.get(key);
    if (!node || !node->is_string()) return {};
    const auto period = Period::parse(text);
    if (duty.cadence == Cadence::once) {
        report_.add(*node, fmt::format("a duty of once has no '{}' period", key));
    } else if (!period || period->kind() != period_kind(duty.cadence)) {
        report_.add(*node, fmt::format("'{}' is '{}'; expected a {} period such as \"{}\"", key, text, to_string(duty.cadence),
                                       example_of(duty.cadence)));
    } else {
        return period;
    }
    return {};
}

// Reminders of the duty's own, on top of the ladder that it has: the reporter is told once more before the due moment.
void PlanReader::read_reminders(Section& section, Duty& duty)
{
    const std::vector<TextAt> texts = section.texts("remind");
    if (texts.empty()) return;
    if (parsed_.ladders.empty()) parsed_.ladders.push_back(default_ladder());
    const auto named = std::find_if(parsed_.ladders.begin(), parsed_.ladders.end(), [&](const Ladder& each) { return each.id == duty.ladder; });
    Ladder ladder = named == parsed_.ladders.end() ? parsed_.ladders.front() : *named;
    for (const TextAt& text : texts) {
        auto step = parse_step(text.text);
        if (!step || step->stands_at_due() || step->offset > 0) {
            report_.add(*text.node, fmt::format("'{}' is no moment before a due moment; expected such as \"-14wd 09:00\" or \"0d 09:00\"", text.text));
            continue;
        }
        step->audiences = {Audience::reporter};
        const auto behind = std::find_if(ladder.steps.begin(), ladder.steps.end(), [&](const LadderStep& each) { return order_of(*step) <= order_of(each); });
        if (behind != ladder.steps.end() && order_of(*step) == order_of(*behind)) {
            report_.add(*text.node, fmt::format("the ladder '{}' has a step of that day already, {}; expected another day", ladder.id, behind->name()));
        } else {
            ladder.steps.insert(behind, *std::move(step));
        }
    }
    ladder.id += "+" + duty.id;  // no id of a plan's ladder has a '+'
    duty.ladder = ladder.id;
    parsed_.ladders.push_back(std::move(ladder));
}

// ---- [[ladder]]

void PlanReader::read_ladder(Section& section)
{
    Ladder ladder;
    ladder.id = read_id(section, "ladder", ladders_);
    for (Section& step : section.sections("steps")) read_step(step, ladder);
    const toml::node* const steps = section.get("steps", "steps = [ { at = \"due\", severity = \"warning\", tell = [\"reporter\"] } ]");
    section.refuse_unknown_keys();
    const auto stands_at_due = [](const LadderStep& step) { return step.offset == 0 && !step.time; };
    const auto count = std::count_if(ladder.steps.begin(), ladder.steps.end(), stands_at_due);
    if (steps && steps->is_array() && count != 1)
        report_.add(*steps, fmt::format("{} has {} steps at the due moment; expected exactly one, at = \"due\"", section.what(), count));
    parsed_.ladders.push_back(std::move(ladder));
}

void PlanReader::read_step(Section& section, Ladder& ladder)
{
    section.rename("a step");
    const std::string at = section.text("at", "when, such as \"-3wd 09:00\"");
    const Severity severity = section.word("severity", severities, Severity::info, "info, warning or critical");
    std::vector<Audience> audiences;
    for (const TextAt& text : section.texts("tell")) {
        if (const auto audience = parse_audience(text.text)) {
            audiences.push_back(*audience);
        } else {
            report_.add(*text.node, fmt::format("unknown audience '{}'; expected reporter, unit_head, lead_unit, office or leaders", text.text));
        }
    }
    const toml::node* const tell = section.get("tell", "whom, such as tell = [\"reporter\"]");
    if (tell && tell->is_array() && tell->as_array()->empty()) report_.add(*tell, "'tell' is empty; expected at least one audience");
    section.refuse_unknown_keys();
    if (at.empty()) return;
    auto step = parse_step(at);
    if (!step) {
        report_.add(*section.get("at"), fmt::format("'{}' is no moment of a ladder; {}", at, step_form));
        return;
    }
    step->severity = severity;
    step->audiences = std::move(audiences);
    if (!ladder.steps.empty() && order_of(*step) <= order_of(ladder.steps.back()))
        report_.add(*section.get("at"), fmt::format("'{}' does not lie after the step before; expected the steps in order, one a day", at));
    ladder.steps.push_back(std::move(*step));
}

}  // namespace planwatch::reading

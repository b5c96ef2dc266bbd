// [[ladder]], and a duty's own reminders: who is told around a due moment, or when another alert lasts.
#include "config/contact_reader.hpp"
#include "config/plan_reader.hpp"
#include "config/text.hpp"

#include "rules/scan.hpp"
#include "rules/nearest.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch::reading {
namespace {

constexpr std::string_view duty_step_form = "expected \"due\", or days and a time such as \"-3wd 09:00\", \"+7d 09:00\", \"0d 09:00\"";
constexpr std::string_view kind_step_form = "expected \"fired\", or days and a time such as \"+5wd 09:00\", \"+7d 09:00\"";
constexpr std::chrono::minutes morning = std::chrono::hours{9};

// "-3wd 09:00", "+7d"; `moment`: the word for the moment around which the ladder stands.
std::optional<LadderStep> parse_step(std::string_view text, std::string_view moment = "due")
{
    if (text == moment) return LadderStep{.working = true};
    Scan scan{text};
    LadderStep step;
    const bool before = scan.take("-");
    if (!before) scan.take("+");
    const auto days = scan.number(3);
    if (!days) return {};
    step.offset = before ? -*days : *days;
    step.working = scan.take("wd");
    if (!step.working && !scan.take("d") && *days != 0) return {};
    // Without a time, nine o'clock.
    if (!scan.done() && !scan.spaces()) return {};
    step.time = scan.done() ? morning : parse_time_of_day(scan.rest());
    return step.time ? std::optional{step} : std::nullopt;
}

// Before the due date, on its morning, at the due moment, after it; within the first and the last by days, a working day being 7/5 of one.
std::pair<int, int> order_of(const LadderStep& step)
{
    constexpr int days_of_a_week = 7;
    constexpr int working_days_of_a_week = 5;
    if (step.offset == 0) return {step.time ? 1 : 2, 0};
    return {step.offset < 0 ? 0 : 3, step.offset * (step.working ? days_of_a_week : working_days_of_a_week)};
}

std::vector<std::string> kind_names()
{
    std::vector<std::string> names;
    for (const AlertKind kind : all_alert_kinds)
        if (!is_about_slot(kind)) names.emplace_back(to_string(kind));
    return names;
}

}  // namespace

void PlanReader::read_ladder(Section& section)
{
    Ladder ladder;
    ladder.id = read_id(section, "ladder", ladders_);
    read_kinds(section, ladder);
    const bool of_duties = !section.get("kinds");
    for (Section& step : section.sections("steps")) read_step(step, of_duties, ladder);
    const toml::node* const steps = section.get("steps", "steps = [ { at = \"due\", severity = \"warning\", tell = [\"reporter\"] } ]");
    section.refuse_unknown_keys();
    const auto count = std::count_if(ladder.steps.begin(), ladder.steps.end(), [](const LadderStep& step) { return step.stands_at_due(); });
    if (steps && steps->is_array() && count != 1)
        report_.add(*steps, of_duties
                                ? fmt::format("{} has {} steps at the due moment; expected exactly one, at = \"due\"", section.what(), count)
                                : fmt::format("{} has {} steps at the moment it fires; expected exactly one, at = \"fired\"", section.what(), count));
    parsed_.ladders.push_back(std::move(ladder));
}

void PlanReader::read_kinds(Section& section, Ladder& ladder)
{
    for (const TextAt& text : section.texts("kinds")) {
        const auto kind = parse_alert_kind(text.text);
        if (!kind) {
            report_.add(*text.node, fmt::format("unknown kind '{}'{}", text.text, suggestion(text.text, kind_names())));
        } else if (is_about_slot(*kind)) {
            report_.add(*text.node, fmt::format("'{}' is about what is owed, and has the ladder of its duty; expected none of 'kinds', or {}", text.text,
                                                fmt::join(kind_names(), ", ")));
        } else if (const auto [other, fresh] = kinds_.emplace(*kind, ladder.id); !fresh) {
            report_.add(*text.node, fmt::format("'{}' has a ladder already, '{}'; expected each kind once", text.text, other->second));
        }
        if (kind) ladder.kinds.push_back(*kind);
    }
    const toml::node* const node = section.get("kinds");
    if (node && node->is_array() && node->as_array()->empty())
        report_.add(*node, "'kinds' is empty; expected such as kinds = [\"behind_pace\"], or none of it for a ladder of duties");
}

void PlanReader::read_step(Section& section, bool of_duties, Ladder& ladder)
{
    section.rename("a step");
    const std::string at = section.text("at", of_duties ? "when, such as \"-3wd 09:00\"" : "when, such as \"+5wd 09:00\"");
    const Severity severity = section.word("severity", severity_words, Severity::info, "info, warning or critical");
    std::vector<Audience> audiences;
    for (const TextAt& text : section.texts("tell")) {
        if (const auto audience = parse_audience(text.text)) {
            audiences.push_back(*audience);
        } else {
            report_.add(*text.node, fmt::format("unknown audience '{}'; expected reporter, unit_head, lead_unit, office or leaders", text.text));
        }
    }
    std::vector<std::string> contacts;
    for (TextAt& text : section.texts("contacts")) contacts.push_back(std::move(text.text));
    const toml::node* const tell = contacts.empty() ? section.get("tell", "whom, such as tell = [\"reporter\"]") : section.get("tell");
    if (tell && tell->is_array() && tell->as_array()->empty()) report_.add(*tell, "'tell' is empty; expected at least one audience");
    std::vector<std::string> channels = read_channels(section, "channels");
    section.refuse_unknown_keys();
    if (at.empty()) return;
    auto step = parse_step(at, of_duties ? "due" : "fired");
    if (!step || (!of_duties && (step->offset < 0 || (step->offset == 0 && step->time)))) {
        report_.add(*section.get("at"), fmt::format("'{}' is no moment of a ladder{}; {}", at, of_duties ? "" : " for kinds", of_duties ? duty_step_form : kind_step_form));
        return;
    }
    step->severity = severity;
    step->audiences = std::move(audiences);
    step->contacts = std::move(contacts);
    step->channels = std::move(channels);
    if (!ladder.steps.empty() && order_of(*step) <= order_of(ladder.steps.back()))
        report_.add(*section.get("at"), fmt::format("'{}' does not lie after the step before; expected the steps in order, one a day", at));
    ladder.steps.push_back(std::move(*step));
}

// ---- a duty's own

void PlanReader::read_duty_ladder(Section& section, Duty& duty)
{
    duty.ladder = section.text("ladder");
    if (!duty.ladder.empty()) {
        const toml::node* const node = section.get("ladder");
        ladders_.resolve(report_, {duty.ladder, node});
        const auto is_it_and_of_kinds = [&](const Ladder& each) { return each.id == duty.ladder && !each.kinds.empty(); };
        if (std::any_of(parsed_.ladders.begin(), parsed_.ladders.end(), is_it_and_of_kinds))
            report_.add(*node, fmt::format("the ladder '{}' is for alerts that are not about a duty; expected one without 'kinds'", duty.ladder));
    }
    read_reminders(section, duty);
}

// On top of the ladder that the duty has: the reporter is told once more before the due moment.
void PlanReader::read_reminders(Section& section, Duty& duty)
{
    const std::vector<TextAt> texts = section.texts("remind");
    if (texts.empty()) return;
    const auto is_it = [&](const Ladder& each) { return duty.ladder.empty() ? each.kinds.empty() && !each.of_one_duty : each.id == duty.ladder; };
    const auto found = std::find_if(parsed_.ladders.begin(), parsed_.ladders.end(), is_it);
    Ladder ladder = found == parsed_.ladders.end() ? default_ladder(duty.cadence) : *found;
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
    ladder.of_one_duty = true;
    duty.ladder = ladder.id;
    parsed_.ladders.push_back(std::move(ladder));
}

}  // namespace planwatch::reading

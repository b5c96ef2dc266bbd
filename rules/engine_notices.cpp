// Who is told of an alert, and whether now or later.
#include "rules/engine.hpp"

#include <algorithm>
#include <iterator>

namespace planwatch {

namespace {

// Those of `more` (each of them once) who are not there yet, in order. An indicator may have tens of thousands of reporters.
void add_new(std::vector<Recipient>& all, std::vector<Recipient> more)
{
    if (all.empty()) {
        all = std::move(more);
        return;
    }
    constexpr std::size_t few = 16;
    if (all.size() + more.size() <= few) {
        for (const Recipient& person : more)
            if (std::find(all.begin(), all.end(), person) == all.end()) all.push_back(person);
        return;
    }
    std::set<Recipient> known{all.begin(), all.end()};
    for (const Recipient& person : more)
        if (known.insert(person).second) all.push_back(person);
}

bool speaks_for_units(Audience audience) { return audience != Audience::office && audience != Audience::leaders; }

std::optional<Day> due_date_of(const Alert& alert)
{
    const auto date = std::find_if(alert.facts.begin(), alert.facts.end(), [](const auto& fact) { return fact.first == "due_date"; });
    return date == alert.facts.end() ? std::nullopt : std::optional{parse_day(date->second).value()};
}

}  // namespace

bool Engine::is_open(const Alert& alert) const
{
    return !(alert.acknowledged_until && now_ < *alert.acknowledged_until) && !silenced_by(alert);
}

// What is over is told of freely: those who wait for its end learned of its beginning.
bool Engine::is_open(std::string_view id) const
{
    const auto key = AlertKey::parse(id, policy_->plan.id);
    const auto found = key ? alerts_.find(*key) : alerts_.end();
    return found == alerts_.end() || is_open(found->second);
}

std::optional<Instant> Engine::next_delivery() const
{
    if (post_.empty() || policy_->post.hours.empty()) return std::nullopt;
    // An hour that strikes at this very instant is still to come, unless it has struck.
    constexpr std::chrono::milliseconds tick{1};
    return next_hour(std::max(delivered_, now_ - tick), policy_->post, policy_->calendar, policy_->zone);
}

bool Engine::notify(Alert& alert, std::string_view step_name, Severity severity, std::vector<Recipient> recipients, Changes& changes)
{
    if (now_ < begins_) return false;
    const SharedText id = alert.key.id(policy_->plan.id);
    const bool open = is_open(alert);
    const auto due = due_date_of(alert);
    // By person: who gave another address meanwhile has heard of it all the same.
    std::set<SharedText> know;
    for (const Recipient& person : alert.told) know.insert(person.id);
    const std::size_t first = changes.notices.size();
    for (const Recipient& person : recipients)
        changes.notices.push_back({++last_notice_, now_, id, std::string{step_name}, severity, person, alert.why, due, open, !know.contains(person.id),
                                   severity == Severity::critical || goes_at_once(person)});
    post_.take(std::span{changes.notices}.subspan(first), changes.post);
    const std::size_t knew = alert.told.size();
    add_new(alert.told, std::move(recipients));
    return alert.told.size() > knew;
}

// Everyone who was told of a problem learns of its end. A reminder that did its work needs no second mail.
void Engine::notify_of_end(const Alert& alert, Changes& changes)
{
    if (alert.told.empty()) return;
    const SharedText id = alert.key.id(policy_->plan.id);
    const std::vector<SharedText> unheard = post_.ended(id, now_, changes.post);
    const bool only_dropped = alert.key.kind == AlertKind::due_soon || alert.key.kind == AlertKind::silence_ending;
    if (only_dropped) return;
    const std::size_t first = changes.notices.size();
    for (const Recipient& person : alert.told)
        if (std::ranges::find(unheard, person.id) == unheard.end())
            changes.notices.push_back({++last_notice_, now_, id, "resolved", Severity::info, person, alert.why, due_date_of(alert), true, false, goes_at_once(person)});
    post_.take(std::span{changes.notices}.subspan(first), changes.post);
}

void Engine::tell(Alert& alert, std::string_view step_name, Severity severity, std::vector<Recipient> recipients, Changes& changes)
{
    if (notify(alert, step_name, severity, std::move(recipients), changes)) changes.transitions.push_back({now_, AlertEvent::none, alert});
}

// Told once, at the beginning: of slots, as the last step of the ladder that has passed; of the rest, that it fired.
void Engine::tell_what_fires(Changes& changes)
{
    climb_where_untold(changes);
    for (auto& [key, alert] : alerts_) {
        if (!alert.told.empty() || alert.state.phase != Phase::firing || is_about_slot(key.kind)) continue;
        const LadderStep& first = policy_->ladder_of(key.kind).steps.front();
        tell(alert, "fired", first.severity, recipients_of(first, alert), changes);
    }
}

// Of an alert that is not about a slot: the people of each unit that answers for it, then the office and the leaders.
std::vector<Recipient> Engine::recipients_of(const LadderStep& rung, const Alert& alert) const
{
    const Plan& plan = policy_->plan;
    const auto indicator = indicator_names_.find(alert.key.subject);
    const auto unit = unit_names_.find(alert.key.unit);
    const bool is_of_figures = alert.key.kind != AlertKind::undeliverable && alert.key.kind != AlertKind::silence_ending;
    std::vector<UnitIndex> units;
    if (unit)
        units = {*unit};
    else if (indicator && is_of_figures)
        units = plan.indicators[*indicator].units;

    std::vector<Audience> of_units, of_office;
    std::partition_copy(rung.audiences.begin(), rung.audiences.end(), std::back_inserter(of_units), std::back_inserter(of_office), speaks_for_units);
    std::vector<Recipient> all;
    std::set<Recipient> known;
    const auto add = [&](std::vector<Recipient> people) {
        for (Recipient& person : people)
            if (known.insert(person).second) all.push_back(std::move(person));
    };
    const Directory& directory = policy_->directory;
    if (units.empty()) add(directory.reach(plan, of_units, nullptr, today(), rung.channels));
    for (const UnitIndex one : units) add(directory.reach(plan, of_units, &plan.units[one], *people_[one], today(), rung.channels));
    add(directory.reach(plan, of_office, nullptr, today(), rung.channels));
    add(others_of(rung, unit, alert.key.kind));
    return all;
}

std::vector<Recipient> Engine::recipients_of(const LadderStep& rung, UnitIndex unit, AlertKind kind) const
{
    std::vector<Recipient> all = policy_->directory.reach(policy_->plan, rung.audiences, &policy_->plan.units[unit], *people_[unit], today(), rung.channels);
    if (!rung.contacts.empty() || !policy_->routes.empty()) add_new(all, others_of(rung, unit, kind));
    return all;
}

// The contacts whom the step names, and those whom a route adds; each once.
std::vector<Recipient> Engine::others_of(const LadderStep& rung, std::optional<UnitIndex> unit, AlertKind kind) const
{
    std::vector<Recipient> all;
    const auto add = [&](const std::vector<std::string>& contacts, const std::vector<std::string>& channels) {
        for (const std::string& id : contacts)
            if (Recipient person = policy_->directory.by_id(id, today(), channels); std::find(all.begin(), all.end(), person) == all.end())
                all.push_back(std::move(person));
    };
    add(rung.contacts, rung.channels);
    for (const Route& route : policy_->routes)
        if (matches(route, policy_->plan, unit, kind, rung.severity)) add(route.contacts, route.channels);
    return all;
}

}  // namespace planwatch

// What people settle about alerts and slots: acknowledgements, silences, extensions, waivers; and what became of messages.
#include "rules/engine.hpp"
#include "rules/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace planwatch {

namespace {

template <class Value>
bool matches(const std::vector<Value>& wanted, const Value& value)
{
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool covers(const Matchers& matchers, const Alert& alert)
{
    return matches(matchers.kinds, alert.key.kind) && matches(matchers.subjects, alert.key.subject) && matches(matchers.units, alert.key.unit) &&
           alert.severity <= matchers.most;
}

// "; did you mean 'samr'?", out of all that these are called.
template <class... Things>
std::string nearest_in(std::string_view name, const Things&... things)
{
    std::vector<std::string> known;
    const auto add = [&](const auto& all) {
        for (const auto& each : all) known.push_back(each.id);
    };
    (add(things), ...);
    return suggestion(name, known);
}

// The author's warning must not be silenced by what it warns of.
bool can_be_silenced(AlertKind kind) { return kind != AlertKind::silence_ending; }

}  // namespace

// ---- acknowledgements

void Engine::apply_acknowledgement(const Acknowledgement& ack, Changes& changes)
{
    const auto key = AlertKey::parse(ack.alert, policy_->plan.id);
    const auto found = key ? alerts_.find(*key) : alerts_.end();
    if (found == alerts_.end()) return;
    if (found->second.acknowledged_until) openings_.erase({*found->second.acknowledged_until, *key});
    found->second.acknowledged_until = ack.until;
    found->second.acknowledged_by = ack.by;
    if (ack.until > now_) openings_.insert({ack.until, *key});
    changes.transitions.push_back({now_, AlertEvent::none, found->second});
}

// ---- silences

const Silence* Engine::silenced_by(const Alert& alert) const
{
    if (!can_be_silenced(alert.key.kind)) return nullptr;
    for (const auto& [id, silence] : silences_)
        if (silence.from <= now_ && now_ < silence.until && covers(silence.matchers, alert)) return &silence;
    return nullptr;
}

Problems Engine::examine(const Silence& silence, Instant now) const
{
    Problems problems;
    const auto problem = [&](std::string path, std::string message) { problems.push_back({std::move(path), std::move(message)}); };
    if (silences_.contains(silence.id)) problem("/id", fmt::format("the silence '{}' is there already", silence.id));
    if (silence.until <= silence.from) problem("/until", "does not lie after 'from'");
    if (silence.until <= now) problem("/until", "lies in the past; a silence ends at a moment to come");
    if (silence.comment.empty()) problem("/comment", "a silence says why; expected a comment");
    for (Problem& unknown : unknown_names(silence.matchers)) problems.push_back(std::move(unknown));
    return problems;
}

Problems Engine::unknown_names(const Matchers& matchers) const
{
    const Plan& plan = policy_->plan;
    Problems problems;
    for (std::size_t i = 0; i < matchers.units.size(); ++i)
        if (const std::string& id = matchers.units[i]; !unit_names_.find(id))
            problems.push_back({fmt::format("/units/{}", i), fmt::format("unknown unit '{}' in plan {}{}", id, plan.id, nearest_in(id, plan.units))});
    for (std::size_t i = 0; i < matchers.subjects.size(); ++i)
        if (const std::string& id = matchers.subjects[i]; !duty_names_.find(id) && !indicator_names_.find(id))
            problems.push_back({fmt::format("/subjects/{}", i), fmt::format("unknown duty or indicator '{}' in plan {}{}", id, plan.id, nearest_in(id, plan.duties, plan.indicators))});
    return problems;
}

// The last of the office's hours before it ends; a day before where nothing ever waits. Empty where it is too short for that.
std::optional<Instant> Engine::warns_at(const Silence& silence) const
{
    constexpr std::chrono::hours day{24};
    constexpr int longest_holiday = 16;  // days, with room to spare
    std::optional<Instant> last;
    if (policy_->post.hours.empty()) last = silence.until - day;
    if (last) return *last > silence.from ? last : std::nullopt;
    for (Instant hour = std::max(silence.from, silence.until - longest_holiday * day);;) {
        hour = next_hour(hour, policy_->post, policy_->calendar, policy_->zone);
        if (hour >= silence.until) return last;
        last = hour;
    }
}

void Engine::apply_silence(const Silence& silence, Changes& changes)
{
    changes.silences.push_back({silence, {}, {}});
    silences_.insert_or_assign(silence.id, silence);
    if (const auto warning = warns_at(silence); warning && *warning > now_) silence_moments_.insert({*warning, silence.id});
    silence_moments_.insert({silence.until, silence.id});
}

void Engine::end_silence(const std::string& id, const std::string& by, Changes& changes)
{
    const auto found = silences_.find(id);
    if (found == silences_.end()) return;
    changes.silences.push_back({std::move(found->second), now_, by});
    silences_.erase(found);
    std::erase_if(silence_moments_, [&](const auto& moment) { return moment.second == id; });
    resolve({AlertKind::silence_ending, id, "", ""}, changes);
    post_.release(now_, [this](std::string_view alert) { return is_open(alert); }, changes.post);
}

void Engine::silence_moment(const std::string& id, Changes& changes)
{
    const Silence& silence = silences_.at(id);
    if (now_ >= silence.until) return end_silence(id, {}, changes);
    Alert alert{.key = {AlertKind::silence_ending, id, "", ""}, .state = {Phase::firing, now_}, .severity = Severity::info};
    alert.why = fmt::format("{} 设置的静默“{}”将于 {} 结束", silence.by, silence.comment, format_instant(silence.until, policy_->zone));
    alert.facts = {{"silence", id}, {"until", format_instant(silence.until, policy_->zone)}, {"by", silence.by}};
    const auto& contacts = policy_->directory.contacts();
    const auto author = std::find_if(contacts.begin(), contacts.end(), [&](const Contact& contact) { return contact.id == silence.by || contact.name == silence.by; });
    const LadderStep& first = policy_->ladder_of(alert.key.kind).steps.front();
    auto people = author == contacts.end() ? recipients_of(first, alert) : std::vector{policy_->directory.by_id(author->id, today(), {})};
    notify(alert, "fired", Severity::info, std::move(people), changes);
    changes.transitions.push_back({now_, AlertEvent::fired, alert});
    alerts_.insert_or_assign(alert.key, alert);
}

// ---- extensions and waivers

std::optional<std::pair<std::uint32_t, UnitIndex>> Engine::admit_slot(const std::string& duty_id, const std::string& unit_id, const std::string& period_text,
                                                                      Problems& problems) const
{
    const auto duty = duty_names_.find(duty_id);
    const auto unit = unit_names_.find(unit_id);
    const auto period = Period::parse(period_text);
    const Plan& plan = policy_->plan;
    if (!duty) problems.push_back({"/duty", fmt::format("unknown duty '{}' in plan {}{}", duty_id, plan.id, nearest_in(duty_id, plan.duties))});
    if (!unit) problems.push_back({"/unit", fmt::format("unknown unit '{}' in plan {}{}", unit_id, plan.id, nearest_in(unit_id, plan.units))});
    if (!period) problems.push_back({"/period", not_a_period(period_text)});
    if (!duty || !unit || !period) return std::nullopt;
    if (!duties_[*duty].positions.find(*unit)) {
        problems.push_back({"/unit", fmt::format("'{}' does not owe '{}'", unit_id, duty_id)});
        return std::nullopt;
    }
    const auto deadline = deadline_of(*duty, *period);
    if (!deadline) {
        problems.push_back({"/period", fmt::format("'{}' is not owed for {}", duty_id, period_text)});
        return std::nullopt;
    }
    return std::pair{*deadline, *unit};
}

Result<Extension> Engine::admit(const RawExtension& raw, Instant now) const
{
    Problems problems;
    const auto slot = admit_slot(raw.duty, raw.unit, raw.period, problems);
    if (raw.reason.empty()) problems.push_back({"/reason", "an extension says why; expected a reason"});
    if (slot) {
        const auto [deadline, unit] = *slot;
        const Due due = due_of(deadline, unit);
        const SlotState state = slot_at(deadline, *position_in(deadlines_[deadline].duty, unit)).state;
        if (state == SlotState::on_time || state == SlotState::late) problems.push_back({"", "it has been handed in; nothing is left to extend"});
        if (state == SlotState::waived) problems.push_back({"", "it is waived; nothing is owed"});
        if (state == SlotState::overdue || now >= due.moment)
            problems.push_back({"", "it has fallen due and was judged, and a verdict is stamped once; an extension is granted before, afterwards it can be waived"});
        else if (raw.until <= due.date)
            problems.push_back({"/until", fmt::format("{} is not later than the last day as it stands, {}", format_day(raw.until), format_day(due.date))});
        if (raw.until > policy_->plan.ends + std::chrono::years{1})
            problems.push_back({"/until", fmt::format("{} lies more than a year after the plan's end", format_day(raw.until))});
    }
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return Extension{slot->first, slot->second, raw.until, raw.by, raw.reason};
}

Result<Waiver> Engine::admit(const RawWaiver& raw, Instant) const
{
    Problems problems;
    const auto slot = admit_slot(raw.duty, raw.unit, raw.period, problems);
    if (raw.reason.empty()) problems.push_back({"/reason", "a waiver says why; expected a reason"});
    if (slot) {
        const SlotState state = slot_at(slot->first, *position_in(deadlines_[slot->first].duty, slot->second)).state;
        if (state == SlotState::on_time || state == SlotState::late) problems.push_back({"", "it has been handed in; nothing is left to waive"});
        if (state == SlotState::waived) problems.push_back({"", "it is waived already"});
    }
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return Waiver{slot->first, slot->second, raw.by, raw.reason};
}

// A plan that gives as much time by itself makes an extension idle; one that takes it back finds it there.
const Decision* Engine::extension_at(std::uint32_t deadline, std::uint32_t position) const
{
    if (extensions_.empty()) return nullptr;
    const auto found = extensions_.find({deadline, position});
    return found == extensions_.end() || *found->second.until <= deadlines_[deadline].due.date ? nullptr : &found->second;
}

const Decision* Engine::extension_of(std::uint32_t deadline, UnitIndex unit) const
{
    if (extensions_.empty()) return nullptr;
    const auto position = duties_[deadlines_[deadline].duty].positions.find(unit);
    return position ? extension_at(deadline, *position) : nullptr;
}

Due Engine::due_of(std::uint32_t deadline, UnitIndex unit) const
{
    Due due = deadlines_[deadline].due;
    const Decision* const extension = extension_of(deadline, unit);
    if (!extension) return due;
    due.moment = due_moment(deadline, *duties_[deadlines_[deadline].duty].positions.find(unit));
    due.date = *extension->until;
    due.provisional = false;
    due.why += fmt::format("；经 {} 同意延期至 {}：{}", extension->by, format_day(due.date), extension->reason);
    return due;
}

// The same time of day as before, where the rule names one.
Instant Engine::due_moment(std::uint32_t deadline, std::uint32_t position) const
{
    const Deadline& owed = deadlines_[deadline];
    const Decision* const extension = extension_at(deadline, position);
    if (!extension) return owed.due.moment;
    const auto& time = policy_->plan.duties[owed.duty].due.time;
    const Day until = *extension->until;
    return time ? policy_->zone.to_instant(until + *time) : policy_->zone.start_of(until + std::chrono::days{1});
}

// From now on the slot has moments of its own, in the place of its deadline's.
void Engine::extend(const Decision& decision)
{
    const std::uint32_t deadline = decision.deadline;
    const DutyIndex duty = deadlines_[deadline].duty;
    const std::uint32_t position = *duties_[duty].positions.find(decision.unit);
    std::erase_if(slot_moments_, [&](const SlotMoment& moment) { return moment.deadline == deadline && moment.position == position; });
    extensions_.insert_or_assign({deadline, position}, decision);
    if (!is_extended(deadline, position)) return;
    const Instant due = due_moment(deadline, position);
    if (due > now_) slot_moments_.insert({due, deadline, position});
    const auto& steps = policy_->ladder_of(policy_->plan.duties[duty]).steps;
    for (std::uint32_t i = 0; i < steps.size(); ++i) {
        const Instant at = step_instant(steps[i], *decision.until, due, policy_->calendar, policy_->zone);
        if (!steps[i].stands_at_due() && at > now_) slot_moments_.insert({at, deadline, position, i});
    }
}

// Those who were told of the old day are told of the new one.
void Engine::apply_extension(const Extension& extension, Changes& changes)
{
    const Decision decision{extension.deadline, extension.unit, extension.until, extension.by, extension.reason, now_};
    extend(decision);
    changes.decisions.push_back(decision);
    const std::uint32_t position = *duties_[deadlines_[extension.deadline].duty].positions.find(extension.unit);
    record(extension.deadline, position, changes);
    const Circle circle = duties_[deadlines_[extension.deadline].duty].circles.of(position);
    const auto found = alerts_.find(slot_key(AlertKind::due_soon, extension.deadline, circle.told_as));
    if (found == alerts_.end()) return;
    Alert& alert = found->second;
    reword(alert, slot_alert(slot_pattern(AlertKind::due_soon, extension.deadline, alert.severity), extension.deadline, circle), changes);
    tell(alert, "extended", Severity::info, alert.told, changes);
}

void Engine::apply_waiver(const Waiver& waiver, Changes& changes)
{
    const std::uint32_t deadline = waiver.deadline;
    const std::uint32_t position = *duties_[deadlines_[deadline].duty].positions.find(waiver.unit);
    const SlotState before = slot_at(deadline, position).state;
    const std::string why = fmt::format("{}；经 {} 同意免报：{}", why_of(deadline, waiver.unit), waiver.by, waiver.reason);
    set_state(deadline, position, SlotState::waived);
    std::erase_if(slot_moments_, [&](const SlotMoment& moment) { return moment.deadline == deadline && moment.position == position; });
    record(deadline, position, changes);
    changes.decisions.push_back({deadline, waiver.unit, {}, waiver.by, waiver.reason, now_});
    if (before == SlotState::upcoming) return;
    settle_circle(before == SlotState::overdue ? AlertKind::overdue : AlertKind::due_soon, before, deadline,
                  duties_[deadlines_[deadline].duty].circles.of(position), why, changes);
}

// ---- messages

// A message given up is an alert of its own, for the office; the next one that gets through to the same person ends it.
void Engine::apply_delivery(const Delivery& delivery, Changes& changes)
{
    const AlertKey key{AlertKind::undeliverable, delivery.recipient.id, "", ""};
    follow(key, !delivery.delivered, std::chrono::seconds{0}, [&] {
        Alert alert{.key = key};
        alert.why = fmt::format("发给 {}（{} {}）的通知未能送达，已放弃：{}", delivery.recipient.name, delivery.channel,
                                delivery.recipient.address.empty() ? "无地址" : delivery.recipient.address, delivery.answer);
        alert.facts = {{"recipient", delivery.recipient.id}, {"message", std::to_string(delivery.message)}, {"answer", delivery.answer}};
        return alert;
    }, changes);
}

}  // namespace planwatch

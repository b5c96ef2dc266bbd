#include "config/decision_json.hpp"
#include "daemon/store_statements.hpp"
#include "daemon/store_text.hpp"

namespace planwatch {
namespace {

std::string message_id(std::string_view plan, std::uint64_t number, std::string_view instance)
{
    return "<" + std::string{plan} + "." + std::to_string(number) + "." + std::string{instance} + "@planwatch>";
}

}  // namespace

Transaction::Transaction(Store& store) : store_{store}, transaction_{store.database_}, head_{store.head_} {}

Transaction::~Transaction()
{
    if (!committed_) store_.words_.clear();
}

std::int64_t Transaction::word(const std::string& id)
{
    const auto [found, is_new] = store_.words_.try_emplace(id, 0);
    if (is_new) found->second = store_.intern_word(id);
    return found->second;
}

std::int64_t Transaction::bind(const Policy& policy)
{
    const std::int64_t plan = store_.intern_plan(policy.plan.id);
    bound_.insert_or_assign(plan, BoundPlan{policy.plan.id, store_.intern_series(plan, policy.plan)});
    return plan;
}

const BoundPlan& Transaction::bound(std::int64_t plan) const
{
    const auto found = bound_.find(plan);
    return found == bound_.end() ? store_.bound(plan) : found->second;
}

std::uint64_t Transaction::append(std::int64_t plan, LedgerKind kind, std::string_view author, std::string_view payload, Instant at)
{
    const std::uint64_t seq = head_.seq + 1;
    const Digest hash = seal(head_.hash, seq, at, bound(plan).plan, kind, author, payload);
    store_.statements_->append.run(seq, at, plan, static_cast<int>(kind), author, payload, Bytes{hash});
    head_ = {seq, hash};
    if (kind == LedgerKind::adopt) progress_[plan].adopted = seq;
    return seq;
}

void Transaction::write(std::int64_t plan, const PlanView& view, const Changes& changes, std::uint64_t entry)
{
    write_figures(plan, changes, entry);
    write_slots(plan, view, changes);
    write_alerts(plan, view, changes);
    write_notices(plan, changes);
    write_post(plan, view, changes.post, entry);
    write_decisions(plan, view, changes);
    Progress& progress = progress_[plan];
    progress.now = view.now;
    if (progress.version != view.policy.version) progress.version = view.policy.version;
}

void Transaction::write_figures(std::int64_t plan, const Changes& changes, std::uint64_t entry)
{
    if (changes.figures.empty()) return;
    const std::vector<std::int64_t>& series = bound(plan).series;
    for (const StoredFigure& stored : changes.figures) {
        store_.statements_->figure.run(series.at(stored.series), stored.period.code(), stored.revision, stored.figure.numerator.micros(),
                                       stored.figure.denominator.micros(), stored.at, entry);
    }
}

void Transaction::write_slots(std::int64_t plan, const PlanView& view, const Changes& changes)
{
    const Plan& names = view.policy.plan;
    // Those who are late by one deadline are judged in the same words.
    const SharedText* last_why = nullptr;
    std::int64_t why = 0;
    for (const SlotChange& change : changes.slots) {
        const Deadline& deadline = view.deadlines[change.deadline];
        const std::optional<Verdict>& verdict = change.verdict;
        const auto judged = [&](const auto& value) { return verdict ? std::optional{value} : std::nullopt; };
        if (verdict && (!last_why || *last_why != verdict->why)) why = store_.intern_word(verdict->why);
        if (verdict) last_why = &verdict->why;
        store_.statements_->slot.run(plan, word(names.duties[deadline.duty].id), deadline.period.code(), word(names.units[change.unit].id),
                                     static_cast<int>(change.slot.state), change.slot.handed_in, change.slot.filed, deadline.due.moment, change.at,
                                     judged(verdict && verdict->on_time), judged(change.at), judged(word(view.policy.version)), judged(why));
    }
}

void Transaction::write_alerts(std::int64_t plan, const PlanView& view, const Changes& changes)
{
    for (const Transition& transition : changes.transitions) {
        const Alert& alert = transition.alert;
        const std::string id = alert.key.id(view.policy.plan.id);
        switch (transition.event) {
            case AlertEvent::none: write_alert(plan, id, alert, to_string(alert.state.phase), {}, {}); continue;
            case AlertEvent::pending: write_alert(plan, id, alert, "pending", {}, {}); break;
            case AlertEvent::fired: write_alert(plan, id, alert, "firing", transition.at, {}); break;
            case AlertEvent::resolved: write_alert(plan, id, alert, "resolved", {}, transition.at); break;
            case AlertEvent::lapsed: came_to_nothing(plan, id); break;
        }
        store_.statements_->transition.run(plan, id, transition.at, to_string(transition.event), to_string(alert.severity), alert.why,
                                           facts_to_json(alert.facts));
    }
}

void Transaction::write_alert(std::int64_t plan, const std::string& id, const Alert& alert, std::string_view state,
                              std::optional<Instant> fired, std::optional<Instant> resolved)
{
    store_.statements_->alert.run(plan, id, to_string(alert.key.kind), alert.key.subject, alert.key.unit, alert.key.period, state,
                                  alert.state.since, to_string(alert.severity), alert.why, facts_to_json(alert.facts),
                                  recipients_to_json(alert.told), alert.acknowledged_until, alert.acknowledged_by, fired, resolved);
}

// A breach that ended before it fired leaves no alert, but for the row of an earlier one that did fire.
void Transaction::came_to_nothing(std::int64_t plan, const std::string& id)
{
    store_.statements_->alert_dropped.run(plan, id);
    store_.statements_->alert_kept.run(plan, id);
}

void Transaction::write_notices(std::int64_t plan, const Changes& changes)
{
    for (const Notice& notice : changes.notices) {
        const Recipient& to = notice.recipient;
        const auto due = notice.due ? std::optional{notice.due->time_since_epoch().count()} : std::nullopt;
        store_.statements_->notice.run(plan, notice.number, notice.at, notice.alert, notice.step, to_string(notice.severity), to.id, to.name,
                                       to.channel, to.address, notice.why, due, notice.open, notice.first, notice.at_once);
    }
}

void Transaction::write_post(std::int64_t plan, const PlanView& view, const Post::Sent& post, std::uint64_t entry)
{
    for (const Message& message : post.messages) {
        const Recipient& to = message.recipient;
        store_.statements_->message.run(plan, message.number, message.at, to.id, to.name, to.channel, to.address, message.packed,
                                        message_id(view.policy.plan.id, message.number, store_.instance_), message.report ? std::optional{entry} : std::nullopt);
        opened_.push_back({plan, message.number, message.at});
        for (const Notice& notice : message.notices) store_.statements_->packs.run(plan, notice.number, message.number);
    }
    for (const DroppedNotice& dropped : post.dropped)
        store_.statements_->dropped.run(plan, dropped.number, dropped.superseded ? "superseded" : "over", dropped.at);
}

void Transaction::write_decisions(std::int64_t plan, const PlanView& view, const Changes& changes)
{
    for (const SilenceChange& change : changes.silences) {
        const Silence& silence = change.silence;
        store_.statements_->silence.run(plan, silence.id, to_json(silence.matchers), silence.from, silence.until, silence.by, silence.comment,
                                        change.ended, change.ended ? std::optional<std::string_view>{change.by} : std::nullopt);
    }
    const Plan& names = view.policy.plan;
    for (const Decision& decision : changes.decisions) {
        const Deadline& deadline = view.deadlines[decision.deadline];
        const auto until = decision.until ? std::optional{decision.until->time_since_epoch().count()} : std::nullopt;
        store_.statements_->decision.run(plan, names.duties[deadline.duty].id, deadline.period.code(), names.units[decision.unit].id, until,
                                         deadline.due.moment, decision.by, decision.reason, decision.at);
    }
}

void Transaction::record_try(std::int64_t plan, std::uint64_t message, const Attempt& attempt, Instant next_try, std::string_view next_channel)
{
    store_.statements_->tried.run(plan, message, next_try, attempt.answer, next_channel, attempt.at);
    store_.statements_->attempt.run(plan, message, attempt.at, attempt.channel, attempt.result, attempt.answer);
}

void Transaction::put_off(std::string_view plan, std::uint64_t message, Instant next_try, std::string_view why)
{
    store_.statements_->put_off.run(store_.intern_plan(plan), message, next_try, why);
}

void Transaction::close_message(std::int64_t plan, const Delivery& delivery, Instant at)
{
    const std::string_view result = delivery.delivered ? "delivered" : "dead";
    store_.statements_->closed.run(plan, delivery.message, result, delivery.answer, at, delivery.channel);
    store_.statements_->attempt.run(plan, delivery.message, at, delivery.channel, result, delivery.answer);
    closed_.push_back({plan, delivery.message, at});
}

void Transaction::record_history(std::int64_t plan, std::string_view receiver, const HistoryPosition& position)
{
    store_.statements_->history.run(receiver, plan, position.entry, position.until);
}

void Transaction::commit()
{
    for (const auto& [plan, progress] : progress_) {
        const auto version = progress.version.empty() ? std::nullopt : std::optional<std::string_view>{progress.version};
        store_.statements_->progress.run(plan, progress.now, progress.adopted, version);
    }
    transaction_.commit();
    committed_ = true;
    store_.head_ = head_;
    for (auto& [plan, names] : bound_) store_.bound_.insert_or_assign(plan, std::move(names));
    for (const WaitingNotice& notice : opened_) store_.waiting_[notice.plan].emplace(notice.number, notice.at);
    for (const WaitingNotice& notice : closed_) store_.waiting_[notice.plan].erase(notice.number);
}

}  // namespace planwatch

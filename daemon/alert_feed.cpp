#include "daemon/alert_feed.hpp"

#include <algorithm>

namespace planwatch {

class AlertFeed::Batch {
public:
    Batch() { json_.array(); }
    bool full() const { return size_ >= most_in_batch; }
    Json& next()
    {
        ++size_;
        return json_;
    }
    std::string text() && { return size_ == 0 ? std::string{} : std::move(json_.end_array()).text(); }

private:
    Json json_;
    std::size_t size_ = 0;
};

void AlertFeed::changed(const Engine& engine, const Changes& changes)
{
    for (const Transition& transition : changes.transitions)
        if (transition.event != AlertEvent::pending && transition.event != AlertEvent::lapsed)
            changed_.emplace(engine.policy().plan.id, transition.alert.key);
}

std::string AlertFeed::next_batch(std::span<const Engine* const> engines, Instant now)
{
    if (now >= next_round_) begin_round(now);
    Batch batch;
    in_batch_.clear();
    while (!changed_.empty() && !batch.full()) {
        const auto place = changed_.extract(changed_.begin());
        const auto engine = std::ranges::find(engines, place.value().first, [](const Engine* each) { return each->policy().plan.id; });
        if (engine != engines.end()) tell(**engine, place.value().second, now, batch);
    }
    if (sweep_) sweep(engines, now, batch);
    for (const AlertLabels& labels : ended_) {
        if (batch.full()) break;
        const Told& told = told_.at(labels);
        write_ended(batch.next(), labels, {told.starts, told.ended});
        in_batch_.push_back(labels);
    }
    return std::move(batch).text();
}

bool AlertFeed::answered(bool accepted, Instant now)
{
    const bool news = failing_ == accepted;
    failing_ = !accepted;
    if (!accepted) {
        next_round_ = now + retry;
        return news;
    }
    for (const AlertLabels& labels : in_batch_) {
        ended_.erase(labels);
        told_.erase(labels);
    }
    in_batch_.clear();
    return news;
}

void AlertFeed::begin_round(Instant now)
{
    ++round_;
    sweep_.emplace();
    next_round_ = now + interval;
}

void AlertFeed::tell(const Engine& engine, const AlertKey& key, Instant now, Batch& batch)
{
    const auto alert = engine.alerts().find(key);
    const bool fires = alert != engine.alerts().end() && alert->second.state.phase == Phase::firing;
    for (const Severity severity : {Severity::info, Severity::warning, Severity::critical})
        if (!fires || alert->second.severity != severity) end({engine.policy().plan.id, key, severity}, now);
    if (fires) tell_firing(engine, alert->second, now, batch);
}

void AlertFeed::tell_firing(const Engine& engine, const Alert& alert, Instant now, Batch& batch)
{
    const AlertLabels labels{engine.policy().plan.id, alert.key, alert.severity};
    told_[labels] = {alert.state.since, {}, round_};
    ended_.erase(labels);
    write_firing(batch.next(), alert, engine.policy(), {alert.state.since, now + ahead}, url_);
}

void AlertFeed::sweep(std::span<const Engine* const> engines, Instant now, Batch& batch)
{
    for (const Engine* engine : engines) {
        const std::string& plan = engine->policy().plan.id;
        if (plan < sweep_->first) continue;
        if (plan > sweep_->first) *sweep_ = {plan, AlertKey{}};
        const auto& alerts = engine->alerts();
        for (auto it = alerts.upper_bound(sweep_->second); it != alerts.end(); ++it) {
            if (batch.full()) return;
            sweep_->second = it->first;
            if (it->second.state.phase == Phase::firing) tell_firing(*engine, it->second, now, batch);
        }
        if (batch.full()) return;
    }
    sweep_.reset();
    end_what_was_not_met(now);
}

void AlertFeed::end(const AlertLabels& labels, Instant now)
{
    const auto told = told_.find(labels);
    if (told != told_.end() && ended_.insert(labels).second) told->second.ended = now;
}

void AlertFeed::end_what_was_not_met(Instant now)
{
    for (const auto& [labels, told] : told_)
        if (told.round != round_) end(labels, now);
}

}  // namespace planwatch

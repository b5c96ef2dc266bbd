#include "exporters/plan_sampler.hpp"

#include <algorithm>

namespace planwatch {

PlanSampler::PlanSampler(const Engine& engine)
{
    const Plan& plan = engine.policy().plan;
    dependents_.resize(plan.indicators.size());
    arrivals_.resize(plan.indicators.size());
    for (IndicatorIndex i = 0; i < plan.indicators.size(); ++i) {
        for (const IndicatorIndex part : plan.indicators[i].parts) dependents_[part].push_back(i);
        first_series_.push_back(i == 0 ? 0 : first_series_.back() + static_cast<std::uint32_t>(plan.indicators[i - 1].units.size()));
        due_through_.push_back(engine.due_through(i));
    }
    const auto count = static_cast<std::uint32_t>(engine.series_count());
    first_series_.push_back(count);
    parts_.resize((count + parts_per_chunk - 1) / parts_per_chunk);
    for (LiveChunk& chunk : parts_) chunk.samples = std::make_shared<PartChunk>();
    for (std::uint32_t i = 0; i < count; ++i) {
        sample(engine, i);
        std::optional<Instant>& latest = arrivals_[engine.series(i).indicator];
        latest = std::max(latest, engine.last_submission(i));
    }
    for (const auto& [key, alert] : engine.alerts()) follow_alert(engine, key);
    wake_ = engine.next_wake();
}

void PlanSampler::follow_alert(const Engine& engine, const AlertKey& key)
{
    if (const auto counted = alerts_.find(key); counted != alerts_.end()) {
        --alert_counts_.at(key.kind, counted->second.first, counted->second.second);
        alerts_.erase(counted);
    }
    const auto found = engine.alerts().find(key);
    if (found == engine.alerts().end()) return;
    const Alert& alert = found->second;
    ++alert_counts_.at(key.kind, alert.state.phase, alert.severity);
    alerts_.emplace(key, std::pair{alert.state.phase, alert.severity});
}

// A chunk that was handed out is copied before it is written to: at most once between two scrapes.
PartSample& PlanSampler::own(std::uint32_t series)
{
    LiveChunk& chunk = parts_[series / parts_per_chunk];
    if (chunk.shared) chunk = {std::make_shared<PartChunk>(*chunk.samples), false};
    return (*chunk.samples)[series % parts_per_chunk];
}

void PlanSampler::sample(const Engine& engine, std::uint32_t series) { own(series) = part_sample(engine, series); }

void PlanSampler::sample_dependents(const Engine& engine, const Series& series)
{
    for (const IndicatorIndex derived : dependents_[series.indicator])
        if (const auto own_part = engine.series_of(derived, series.unit)) sample(engine, *own_part);
}

// The pace of units that must each reach a target is held against the next period once its figures have fallen due.
void PlanSampler::follow_time(const Engine& engine)
{
    if (!wake_ || engine.now() < *wake_) return;
    wake_ = engine.next_wake();
    const Plan& plan = engine.policy().plan;
    std::vector<bool> moved(plan.indicators.size());
    for (IndicatorIndex i = 0; i < plan.indicators.size(); ++i) {
        const auto due = engine.due_through(i);
        if (std::exchange(due_through_[i], due) == due) continue;
        moved[i] = true;
        for (const IndicatorIndex derived : dependents_[i]) moved[derived] = true;
    }
    for (IndicatorIndex i = 0; i < plan.indicators.size(); ++i) {
        if (!moved[i] || !plan.indicators[i].each) continue;
        for (std::uint32_t series = first_series_[i]; series < first_series_[i + 1]; ++series) sample(engine, series);
    }
}

void PlanSampler::follow(const Engine& engine, const Changes& changes)
{
    current_.reset();
    for (const StoredFigure& figure : changes.figures) {
        const Series series = engine.series(figure.series);
        sample(engine, figure.series);
        sample_dependents(engine, series);
        arrivals_[series.indicator] = std::max(arrivals_[series.indicator], std::optional{figure.at});
    }
    for (const Transition& transition : changes.transitions) follow_alert(engine, transition.alert.key);
    follow_time(engine);
}

std::shared_ptr<const PlanSamples> PlanSampler::samples(const Engine& engine)
{
    if (current_) return current_;
    auto samples = std::make_shared<PlanSamples>();
    samples->policy = engine.policy_ptr();
    samples->parts.reserve(parts_.size());
    for (LiveChunk& chunk : parts_) {
        chunk.shared = true;
        samples->parts.push_back(chunk.samples);
    }
    samples->summary = std::make_shared<const std::vector<prometheus::MetricFamily>>(summary_families(engine, arrivals_, alert_counts_));
    current_ = std::move(samples);
    return current_;
}

}  // namespace planwatch

// What happened, in the ledger's order. history_course.cpp puts the figures in the order of what they tell.
#include "daemon/history_course.hpp"

#include "daemon/replay.hpp"
#include "exporters/exposition.hpp"
#include "exporters/metrics.hpp"

#include <algorithm>

namespace planwatch {
namespace {

constexpr std::int64_t entries_a_page = 1'000;

}  // namespace

Instant last_minute(const Zone& zone, Day day) { return zone.start_of(day + std::chrono::days{1}) - std::chrono::minutes{1}; }

Instant next_month_end(const Zone& zone, Instant after)
{
    for (Period month = Period::containing(Period::Kind::month, zone.day_of(after));; month = month.next())
        if (const Instant end = last_minute(zone, month.last()); end > after) return end;
}

bool History::read(StoreReader& reader, const HistoryPosition& to, const Progress& progress)
{
    bool happened = false;
    while (position_.entry < to.entry) {
        const std::vector<LedgerEntry> entries = reader.ledger(plan_, position_.entry + 1, entries_a_page);
        for (const LedgerEntry& entry : entries) {
            if (entry.seq > to.entry) break;
            apply(entry);
            happened = true;
            position_.entry = entry.seq;
        }
        if (entries.empty() || entries.back().seq >= to.entry) position_.entry = to.entry;
        if (progress) progress(position_.entry, to.entry);
    }
    if (!engine_) return false;
    if (to.until > engine_->now()) happened = true;
    advance(to.until);
    position_.until = engine_->now();
    return happened;
}

void History::apply(const LedgerEntry& entry)
{
    if (engine_) advance(entry.at);
    const Changes changes = apply_again(engine_, entry);
    if (entry.kind != LedgerKind::adopt) return note(changes, entry.at);
    adoptions_.push_back({entry.at, engine_->policy_ptr()});
    const Plan& plan = engine_->policy().plan;
    for (const Indicator& indicator : plan.indicators) {
        subject(indicator.id, "");
        for (const UnitIndex unit : indicator.units) subject(indicator.id, plan.units[unit].id);
    }
    if (adoptions_.size() == 1) {
        next_month_end_ = next_month_end(engine_->policy().zone, engine_->now());
        state_all(engine_->now(), false);
        advance(entry.at);
    }
    state_all(entry.at, false);
}

// Time's own changes one moment at a time, for each has samples of its own.
void History::advance(Instant to)
{
    for (;;) {
        const Instant next = std::min(next_month_end_, engine_->next_wake().value_or(Instant::max()));
        if (next > to) break;
        const Changes changes = engine_->advance(next);
        if (next == next_month_end_) {
            state_all(next, true);
            next_month_end_ = next_month_end(engine_->policy().zone, next);
        } else {
            note(changes, next);
        }
    }
    engine_->advance(to);
}

void History::note(const Changes& changes, Instant at)
{
    if (!changes.slots.empty() || !changes.transitions.empty()) state(standing_families(*engine_), at, false);
    if (!changes.figures.empty()) state_arrivals(changes, at);
}

void History::state_all(Instant at, bool unchanged_too)
{
    state(adopted_families(engine_->policy()), at, unchanged_too);
    state(standing_families(*engine_), at, unchanged_too);
}

// Two changes within one millisecond stand one after the other.
void History::state(const std::vector<prometheus::MetricFamily>& families, Instant at, bool unchanged_too)
{
    for (const prometheus::MetricFamily& family : families) {
        for (const prometheus::ClientMetric& metric : family.metric) {
            std::string text;
            append_series(text, family.name, metric.label);
            const double value = value_of(family, metric);
            const auto [found, fresh] = tracks_.try_emplace(text, Track{at.time_since_epoch().count(), value});
            Track& track = found->second;
            if (!fresh) {
                if (track.value == value && !unchanged_too) continue;
                track = {std::max<std::int64_t>(at.time_since_epoch().count(), track.at + 1), value};
            }
            events_.add(family, metric, std::move(text), {track.at, value});
        }
    }
}

// When figures came in: of parts, and of the wholes that they belong to.
void History::state_arrivals(const Changes& changes, Instant at)
{
    const Plan& plan = engine_->policy().plan;
    std::vector<Stated> came;
    for (const StoredFigure& stored : changes.figures) {
        const Series series = engine_->series(stored.series);
        arrivals_.push_back({subject(plan.indicators[series.indicator].id, plan.units[series.unit].id), stored.period, stored.figure, at});
        came.push_back({series.indicator, series.unit, at});
        came.push_back({series.indicator, {}, at});
        for (IndicatorIndex i = 0; i < plan.indicators.size(); ++i)
            if (std::ranges::count(plan.indicators[i].parts, series.indicator) != 0) came.push_back({i, {}, at});
    }
    const auto key = [](const Stated& each) { return std::pair{each.indicator, each.unit}; };
    std::ranges::sort(came, {}, key);
    came.erase(std::unique(came.begin(), came.end(), [&](const Stated& a, const Stated& b) { return key(a) == key(b); }), came.end());
    // Told once a millisecond, however many figures came in within it.
    std::erase_if(came, [&](const Stated& each) {
        Instant& last = last_arrival_[subject(plan.indicators[each.indicator].id, each.unit ? plan.units[*each.unit].id : "")];
        return std::exchange(last, at) == at;
    });
    for (const prometheus::MetricFamily& family : arrival_families(*engine_, came)) events_.add(family);
}

History::Subject History::subject(const std::string& indicator, const std::string& unit)
{
    const auto [found, fresh] = subject_numbers_.try_emplace({indicator, unit}, static_cast<Subject>(subjects_.size()));
    if (fresh) subjects_.push_back(found->first);
    return found->second;
}

Instant History::stands_at(const Arrival& arrival) const
{
    return std::min(last_minute(adoptions_.front().policy->zone, arrival.period.last()),
                    Instant{std::chrono::floor<std::chrono::minutes>(arrival.at)});
}

void History::forget()
{
    events_ = {};
    known_ = position_;
    known_arrivals_ = arrivals_.size();
    known_adoptions_ = adoptions_.size();
}

TimedSamples History::take(const Progress& progress)
{
    TimedSamples samples = std::exchange(events_, {});
    if (engine_) samples.add(Course{*this}.run(progress));
    forget();
    return samples;
}

}  // namespace planwatch

#include "daemon/history_course.hpp"

#include "exporters/metrics.hpp"
#include "rules/index.hpp"

#include <algorithm>
#include <numeric>

namespace planwatch {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t statements_at_once = 1'000;
constexpr std::uint32_t most_milliseconds = 59'999;  // moments are whole minutes: a statement never runs into the next one's

bool is_collected(const Plan& plan, IndicatorIndex indicator)
{
    return std::ranges::any_of(plan.duties, [&](const Duty& duty) { return std::ranges::count(duty.indicators, indicator) != 0; });
}

Instant minute_of(Instant instant) { return std::chrono::floor<std::chrono::minutes>(instant); }

}  // namespace

History::Course::Course(const History& history)
    : history_{history}, zone_{history.adoptions_.front().policy->zone}, end_{history.engine_->now()}
{
    const std::size_t subjects = history.subjects_.size();
    fed_.resize(subjects);
    early_.resize(subjects);
    order_.resize(history.arrivals_.size());
    std::iota(order_.begin(), order_.end(), 0U);
    std::ranges::stable_sort(order_, {}, [&](std::uint32_t i) { return history.stands_at(history.arrivals_[i]); });
    find_dependents();
    find_moments();
    find_touched();
}

// By the newest policy: a part belongs to its indicator, and to those derived from it.
void History::Course::find_dependents()
{
    affected_.resize(history_.subjects_.size());
    const Plan& plan = history_.adoptions_.back().policy->plan;
    const auto number = [&](const std::string& indicator, const std::string& unit) -> std::optional<Subject> {
        const auto found = history_.subject_numbers_.find({indicator, unit});
        return found == history_.subject_numbers_.end() ? std::nullopt : std::optional{found->second};
    };
    std::map<std::string, std::vector<std::string>, std::less<>> derived;
    for (const Indicator& indicator : plan.indicators)
        for (const IndicatorIndex part : indicator.parts) derived[plan.indicators[part].id].push_back(indicator.id);
    for (Subject subject = 0; subject < affected_.size(); ++subject) {
        const auto& [indicator, unit] = history_.subjects_[subject];
        affected_[subject] = {subject};
        if (unit.empty()) continue;
        if (const auto whole = number(indicator, "")) affected_[subject].push_back(*whole);
        const auto from_it = derived.find(indicator);
        if (from_it == derived.end()) continue;
        for (const std::string& total : from_it->second)
            for (const std::string& of : {std::string{}, unit})
                if (const auto dependent = number(total, of)) affected_[subject].push_back(*dependent);
    }
}

// Where a figure stands, a month ends or begins, something falls due, or a policy is adopted.
void History::Course::find_moments()
{
    for (const Arrival& arrival : history_.arrivals_) moments_.push_back(history_.stands_at(arrival));
    const Day starts = history_.adoptions_.front().policy->plan.starts;
    for (Instant month_end = next_month_end(zone_, zone_.start_of(starts)); month_end <= end_; month_end = next_month_end(zone_, month_end)) {
        moments_.push_back(month_end);
        moments_.push_back(month_end + 1min);
    }
    for (const Adoption& adoption : history_.adoptions_) {
        moments_.push_back(minute_of(adoption.at));
        for (const Deadline& deadline : deadlines_of(*adoption.policy)) moments_.push_back(minute_of(deadline.due.moment));
    }
    std::ranges::sort(moments_);
    moments_.erase(std::unique(moments_.begin(), moments_.end()), moments_.end());
    std::erase_if(moments_, [&](Instant moment) { return moment > end_; });
}

void History::Course::find_touched()
{
    touched_from_.assign(history_.subjects_.size(), Instant::max());
    for (std::size_t i = history_.known_arrivals_; i < history_.arrivals_.size(); ++i) {
        const Instant stands = history_.stands_at(history_.arrivals_[i]);
        for (const Subject subject : affected_[history_.arrivals_[i].subject]) touched_from_[subject] = std::min(touched_from_[subject], stands);
    }
    if (history_.known_adoptions_ < history_.adoptions_.size())
        for (Instant& from : touched_from_) from = std::min(from, minute_of(history_.adoptions_[history_.known_adoptions_].at));
}

TimedSamples History::Course::run(const Progress& progress)
{
    TimedSamples samples;
    engine_ = std::make_unique<Engine>(history_.adoptions_.front().policy, history_.adoptions_.front().at);
    next_adoption_ = 1;
    find_places();
    for (std::size_t i = 0; i < moments_.size(); ++i) {
        engine_->advance(moments_[i]);
        stated_.clear();
        adopt_until(moments_[i]);
        feed_until(moments_[i]);
        count_early(moments_[i]);
        gather(moments_[i]);
        state(moments_[i], samples);
        if (progress) progress(i + 1, moments_.size());
    }
    return samples;
}

void History::Course::adopt_until(Instant moment)
{
    const auto& adoptions = history_.adoptions_;
    for (; next_adoption_ < adoptions.size() && minute_of(adoptions[next_adoption_].at) <= moment; ++next_adoption_) {
        engine_->adopt(adoptions[next_adoption_].policy, moment);
        find_places();
        std::erase_if(waiting_, [&](std::uint32_t i) { return feed(history_.arrivals_[i]); });
    }
}

void History::Course::find_places()
{
    const Plan& plan = engine_->policy().plan;
    const NameIndex indicators{plan.indicators};
    places_.assign(history_.subjects_.size(), std::nullopt);
    wholes_.resize(plan.indicators.size());
    for (Subject subject = 0; subject < places_.size(); ++subject) {
        const auto& [indicator_id, unit_id] = history_.subjects_[subject];
        const auto indicator = indicators.find(indicator_id);
        if (!indicator) continue;
        const auto unit = engine_->unit_of(unit_id);
        if (unit_id.empty()) {
            places_[subject] = Place{*indicator, {}};
            wholes_[*indicator] = subject;
        } else if (unit && engine_->series_of(*indicator, *unit)) {
            places_[subject] = Place{*indicator, unit};
        }
    }
    const auto& deadlines = engine_->deadlines();
    next_due_ = static_cast<std::size_t>(
        std::ranges::lower_bound(deadlines, engine_->now(), {}, [](const Deadline& deadline) { return deadline.due.moment; }) - deadlines.begin());
}

void History::Course::feed_until(Instant moment)
{
    for (; next_fed_ < order_.size(); ++next_fed_) {
        const Arrival& arrival = history_.arrivals_[order_[next_fed_]];
        if (history_.stands_at(arrival) > moment) break;
        for (const Subject subject : affected_[arrival.subject]) {
            ++fed_[subject];
            stated_.push_back(subject);
        }
        if (!feed(arrival)) waiting_.push_back(order_[next_fed_]);
    }
}

bool History::Course::feed(const Arrival& arrival)
{
    const auto& place = places_[arrival.subject];
    if (!place) return false;
    const auto series = engine_->series_of(place->indicator, *place->unit);
    Submission submission{.unit = *place->unit, .period = arrival.period, .values = {{place->indicator, *series, arrival.figure}}, .note = {}};
    engine_->apply(std::move(submission), engine_->now());
    return true;
}

void History::Course::count_early(Instant moment)
{
    const auto& arrivals = history_.arrivals_;
    for (; next_early_ < arrivals.size() && arrivals[next_early_].at < moment; ++next_early_)
        for (const Subject subject : affected_[arrivals[next_early_].subject]) ++early_[subject];
    const auto& adoptions = history_.adoptions_;
    while (early_adoptions_ + 1 < adoptions.size() && adoptions[early_adoptions_ + 1].at < moment) ++early_adoptions_;
}

// What the moment itself asks to be stated, beside the figures that stand at it.
void History::Course::gather(Instant moment)
{
    const Plan& plan = engine_->policy().plan;
    const bool adopted = std::ranges::any_of(history_.adoptions_, [&](const Adoption& each) { return minute_of(each.at) == moment; });
    if (adopted || next_month_end(zone_, moment - 1ms) == moment) {
        for (Subject subject = 0; subject < places_.size(); ++subject)
            if (places_[subject]) stated_.push_back(subject);
    }
    if (next_month_end(zone_, moment - 2min) == moment - 1min) {  // a month begins: what no duty collects is held against its pace
        for (IndicatorIndex i = 0; i < plan.indicators.size(); ++i)
            if (plan.indicators[i].pace.kind != Pace::Kind::none && !is_collected(plan, i)) gather_indicator(i, plan.indicators[i].each);
    }
    const auto& deadlines = engine_->deadlines();
    for (; next_due_ < deadlines.size() && minute_of(deadlines[next_due_].due.moment) <= moment; ++next_due_)
        for (const IndicatorIndex i : plan.duties[deadlines[next_due_].duty].indicators) gather_indicator(i, plan.indicators[i].each);
    std::ranges::sort(stated_);
    stated_.erase(std::unique(stated_.begin(), stated_.end()), stated_.end());
}

void History::Course::gather_indicator(IndicatorIndex indicator, bool parts_too)
{
    const Plan& plan = engine_->policy().plan;
    stated_.push_back(wholes_[indicator]);
    for (IndicatorIndex i = 0; i < plan.indicators.size(); ++i)
        if (std::ranges::count(plan.indicators[i].parts, indicator) != 0) stated_.push_back(wholes_[i]);
    if (!parts_too) return;
    for (const UnitIndex unit : plan.indicators[indicator].units)
        stated_.push_back(history_.subject_numbers_.at({plan.indicators[indicator].id, plan.units[unit].id}));
}

void History::Course::state(Instant moment, TimedSamples& samples)
{
    std::vector<Stated> statements;
    const auto flush = [&] {
        for (const prometheus::MetricFamily& family : stated_families(*engine_, statements)) samples.add(family);
        statements.clear();
    };
    for (const Subject subject : stated_) {
        if (!places_[subject] || !is_news(subject, moment)) continue;
        statements.push_back({places_[subject]->indicator, places_[subject]->unit, statement_time(subject, moment)});
        if (statements.size() == statements_at_once) flush();
    }
    flush();
}

bool History::Course::is_news(Subject subject, Instant moment) const
{
    return moment > history_.known_.until || moment >= touched_from_[subject];
}

// Behind the moment by a millisecond for each thing that changed what was to be said of it after it had passed.
Instant History::Course::statement_time(Subject subject, Instant moment) const
{
    const auto adoptions = static_cast<std::uint32_t>(next_adoption_ - 1) - early_adoptions_;
    const std::uint32_t restated = fed_[subject] - early_[subject] + adoptions;
    return moment + std::chrono::milliseconds{std::min(restated, most_milliseconds)};
}

}  // namespace planwatch

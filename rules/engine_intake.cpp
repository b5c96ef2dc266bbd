// What comes in: admitting it (every problem named, nothing changed), then applying it.
#include "rules/engine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace planwatch {

namespace {

bool takes_two(Measure measure) { return measure == Measure::ratio || measure == Measure::average; }

// Ascending by last day; of two that end together, the longer one last.
bool earlier(const Period& a, const Period& b)
{
    const Day last_a = a.last(), last_b = b.last();
    return last_a != last_b ? last_a < last_b : a.kind() < b.kind();
}

}  // namespace

bool Engine::locked(const Period& period, Instant now) const
{
    const auto& days = policy_->plan.lock_after_days;
    return days && now >= policy_->zone.start_of(period.last() + std::chrono::days{1 + *days});
}

Result<std::vector<Submission>> Engine::admit(std::span<const RawSubmission> raw, Instant now) const
{
    std::vector<Submission> batch;
    batch.reserve(raw.size());
    Problems problems;
    for (std::size_t i = 0; i < raw.size(); ++i)
        batch.push_back(admit_one(raw[i], raw.size() == 1 ? std::string{} : fmt::format("/{}", i), now, problems));
    if (problems.empty() && raw.size() > 1) admit_together(batch, problems);
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return batch;
}

Submission Engine::admit_one(const RawSubmission& raw, const std::string& path, Instant now, Problems& problems) const
{
    Submission out{.note = raw.note};
    const auto problem = [&](const char* member, std::string message) { problems.push_back({path + member, std::move(message)}); };
    if (raw.plan != policy_->plan.id) problem("/plan", fmt::format("unknown plan '{}'; this is {}", raw.plan, policy_->plan.id));
    const auto unit = unit_names_.find(raw.unit);
    if (!unit) problem("/unit", fmt::format("unknown unit '{}' in plan {}", raw.unit, policy_->plan.id));
    out.unit = unit.value_or(0);

    const auto period = Period::parse(raw.period);
    if (!period) {
        problem("/period", fmt::format("'{}' is not a period; expected 2023-09-14, 2023-W36, 2023-09, 2023-Q3, 2023-H2 or 2023", raw.period));
    } else {
        out.period = *period;
        const Day today = policy_->zone.day_of(now);
        if (period->last() < policy_->plan.starts || period->first() > policy_->plan.ends)
            problem("/period", fmt::format("{} lies outside the plan, which runs from {} to {}", raw.period, format_day(policy_->plan.starts),
                                           format_day(policy_->plan.ends)));
        else if (period->first() > today)
            problem("/period", fmt::format("{} has not begun: it starts on {}, today is {}", raw.period, format_day(period->first()), format_day(today)));
    }
    if (raw.values.empty()) problem("/values", "no figures; expected at least one indicator");
    out.values.reserve(raw.values.size());
    for (const RawValue& value : raw.values)
        if (const auto admitted = admit_value(value, unit, period, path, problems)) out.values.push_back(*admitted);
    return out;
}

std::optional<SubmittedValue> Engine::admit_value(const RawValue& raw, std::optional<UnitIndex> unit, const std::optional<Period>& period,
                                                  const std::string& path, Problems& problems) const
{
    const auto problem = [&](std::string message) {
        problems.push_back({fmt::format("{}/values/{}", path, raw.indicator), std::move(message)});
        return std::nullopt;
    };
    const auto indicator = indicator_names_.find(raw.indicator);
    if (!indicator) return problem(fmt::format("unknown indicator in plan {}", policy_->plan.id));
    const Indicator& what = policy_->plan.indicators[*indicator];
    const auto series = unit ? series_of(*indicator, *unit) : std::nullopt;
    if (unit && !series) return problem(fmt::format("unit {} does not report this indicator", policy_->plan.units[*unit].id));

    if (takes_two(what.measure)) {
        if (!raw.numerator || !raw.denominator) return problem(fmt::format("{} needs {{\"numerator\": …, \"denominator\": …}}", to_string(what.measure)));
    } else if (!raw.value) {
        return problem(fmt::format("{} needs a plain number, not numerator and denominator", to_string(what.measure)));
    }
    const Figure figure = takes_two(what.measure) ? Figure{*raw.numerator, *raw.denominator} : Figure{*raw.value, {}};
    if (figure.numerator < Decimal{} || figure.denominator < Decimal{}) return problem("must not be negative");
    if (what.measure == Measure::done && figure.numerator != Decimal{0} && figure.numerator != Decimal{1}) return problem("done is 0 or 1");
    if (!series || !period) return std::nullopt;

    if (what.reported == Reported::increment)
        for (const StoredFigure& other : series_[*series].figures)
            if (other.period != *period && other.period.overlaps(*period))
                return problem(fmt::format("{} overlaps {}, which is already reported; correct that period instead", period->to_string(), other.period.to_string()));
    return SubmittedValue{*indicator, *series, figure};
}

// Within one batch no figure may come twice, and increments must not overlap.
void Engine::admit_together(const std::vector<Submission>& batch, Problems& problems) const
{
    struct Place {
        std::uint32_t series;
        Period period;
        std::size_t at;
        IndicatorIndex indicator;
    };
    std::vector<Place> places;
    for (std::size_t i = 0; i < batch.size(); ++i)
        for (const SubmittedValue& value : batch[i].values) places.push_back({value.series, batch[i].period, i, value.indicator});
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
        return a.series != b.series ? a.series < b.series : a.period.first() != b.period.first() ? a.period.first() < b.period.first() : a.at < b.at;
    });
    for (std::size_t i = 1; i < places.size(); ++i) {
        const Place &one = places[i - 1], &two = places[i];
        if (one.series != two.series) continue;
        const Indicator& what = policy_->plan.indicators[two.indicator];
        const bool same = one.period == two.period;
        if (!same && (what.reported != Reported::increment || !one.period.overlaps(two.period))) continue;
        problems.push_back({fmt::format("/{}/values/{}", two.at, what.id),
                            same ? fmt::format("{} of {} stands in this batch already, at /{}", what.id, two.period.to_string(), one.at)
                                 : fmt::format("{} overlaps {} at /{} of this batch", two.period.to_string(), one.period.to_string(), one.at)});
    }
}

Result<Filing> Engine::admit(const RawFiling& raw, Instant now) const
{
    Problems problems;
    const auto problem = [&](const char* path, std::string message) { problems.push_back({path, std::move(message)}); };
    if (raw.plan != policy_->plan.id) problem("/plan", fmt::format("unknown plan '{}'; this is {}", raw.plan, policy_->plan.id));
    const auto unit = unit_names_.find(raw.unit);
    if (!unit) problem("/unit", fmt::format("unknown unit '{}' in plan {}", raw.unit, policy_->plan.id));
    const auto duty = duty_names_.find(raw.duty);
    if (!duty) problem("/duty", fmt::format("unknown duty '{}' in plan {}", raw.duty, policy_->plan.id));
    if (raw.title.empty() && raw.reference.empty()) problem("/title", "a filing needs a title or a reference");
    if (!unit || !duty) return tl::unexpected{std::move(problems)};

    const DutyState& state = duties_[*duty];
    if (!state.positions.find(*unit))
        problem("/unit", fmt::format("unit {} does not owe {}", raw.unit, raw.duty));
    else if (!owes_filing(policy_->plan.duties[*duty], *unit))
        problem("/duty", fmt::format("{} owes figures here, not a document; send them to /api/v1/submissions", raw.unit));
    std::vector<std::string> periods;
    std::optional<std::uint32_t> deadline;
    for (const std::uint32_t d : state.deadlines) {
        periods.push_back(deadlines_[d].period.to_string());
        if (periods.back() == raw.period || (raw.period.empty() && state.deadlines.size() == 1)) deadline = d;
    }
    if (!deadline)
        problem("/period", fmt::format("'{}' is not a period of {}; expected {}", raw.period, raw.duty, fmt::join(periods, ", ")));
    else if (deadlines_[*deadline].period.first() > policy_->zone.day_of(now))
        problem("/period", fmt::format("{} has not begun: it starts on {}", deadlines_[*deadline].period.to_string(), format_day(deadlines_[*deadline].period.first())));
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return Filing{*unit, *deadline, raw.title, raw.reference, raw.note};
}

const StoredFigure* Engine::stored(std::uint32_t series, const Period& period) const
{
    for (const StoredFigure& figure : series_[series].figures)
        if (figure.period == period) return &figure;
    return nullptr;
}

void Engine::apply_submission(const Submission& submission, Changes& changes)
{
    const std::size_t before = changes.figures.size();
    for (const SubmittedValue& value : submission.values) {
        const StoredFigure* same = stored(value.series, submission.period);
        if (!same || same->figure != value.figure) store_figure(value.series, submission.period, value.figure, changes);
    }
    changes.repeated = changes.figures.size() == before;
    if (changes.repeated) return;
    for (const SubmittedValue& value : submission.values) {
        check_doubts(value.series, submission.period, changes);
        check_slots(value.indicator, submission.unit, submission.period, changes);
        judge_indicator(value.indicator, changes, submission.unit);
    }
}

StoredFigure& Engine::store_figure(std::uint32_t index, const Period& period, const Figure& figure, Changes& changes)
{
    SeriesState& series = series_[index];
    auto& figures = series.figures;
    const auto latest_before = figures.empty() ? std::nullopt : std::optional{figures.back().figure};
    std::optional<Figure> before;
    auto at = std::find_if(figures.begin(), figures.end(), [&](const StoredFigure& f) { return f.period == period; });
    if (at != figures.end()) {
        before = at->figure;
        at->figure = figure;
        at->at = now_;
        ++at->revision;
    } else {
        at = std::find_if(figures.begin(), figures.end(), [&](const StoredFigure& f) { return earlier(period, f.period); });
        at = figures.insert(at, StoredFigure{index, period, 1, figure, now_});
    }
    changes.figures.push_back(*at);
    add_to_totals(series, *at, before, latest_before);
    return *at;
}

void Engine::add_to_totals(const SeriesState& series, const StoredFigure& after, const std::optional<Figure>& before,
                           const std::optional<Figure>& latest_before)
{
    IndicatorState& sums = indicators_[series.id.indicator];
    if (policy_->plan.indicators[series.id.indicator].reported == Reported::increment) {
        sums.total += after.figure;
        if (before) sums.total -= *before;
    } else {
        sums.total += series.figures.back().figure;
        if (latest_before) sums.total -= *latest_before;
    }
    if (!latest_before) ++sums.reporting;

    if (!sums.newest || earlier(*sums.newest, after.period)) {
        sums.newest = after.period;
        sums.newest_sum = after.figure;
    } else if (*sums.newest == after.period) {
        sums.newest_sum += after.figure;
        if (before) sums.newest_sum -= *before;
    }
}

void Engine::check_slots(IndicatorIndex indicator, UnitIndex unit, const Period& period, Changes& changes)
{
    for (const DutyIndex duty : indicators_[indicator].duties) {
        const auto position = duties_[duty].positions.find(unit);
        if (!position) continue;
        // Ascending by period, so by last day too: all that overlap stand together.
        const auto& list = duties_[duty].deadlines;
        auto d = std::partition_point(list.begin(), list.end(), [&](std::uint32_t i) { return deadlines_[i].period.last() < period.first(); });
        for (; d != list.end() && deadlines_[*d].period.first() <= period.last(); ++d) complete_if_whole(*d, *position, changes);
    }
}

void Engine::apply_filing(const Filing& filing, Changes& changes)
{
    const Duty& duty = policy_->plan.duties[deadlines_[filing.deadline].duty];
    const auto position = duties_[deadlines_[filing.deadline].duty].positions.find(filing.unit);
    if (!position || !owes_filing(duty, filing.unit)) return;
    Slot& slot = touch(filing.deadline)[*position];
    if (slot.filed) return;  // a newer revision of the document: the ledger keeps it, the verdict stands
    slot.filed = true;
    complete_if_whole(filing.deadline, *position, changes);
}

void Engine::apply_acknowledgement(const Acknowledgement& ack, Changes& changes)
{
    const auto key = AlertKey::parse(ack.alert, policy_->plan.id);
    const auto found = key ? alerts_.find(*key) : alerts_.end();
    if (found == alerts_.end()) return;
    found->second.acknowledged_until = ack.until;
    found->second.acknowledged_by = ack.by;
    changes.transitions.push_back({now_, AlertEvent::none, found->second});
}

// A notice given up is an alert of its own, for the office; the next one that gets through to the same person ends it.
void Engine::apply_delivery(const Delivery& delivery, Changes& changes)
{
    const AlertKey key{AlertKind::undeliverable, delivery.recipient.id, "", ""};
    follow(key, !delivery.delivered, std::chrono::seconds{0}, [&] {
        Alert alert{.key = key};
        alert.why = fmt::format("发给 {}（{} {}）的通知未能送达，已放弃：{}", delivery.recipient.name, delivery.recipient.channel,
                                delivery.recipient.address.empty() ? "无地址" : delivery.recipient.address, delivery.answer);
        alert.facts = {{"recipient", delivery.recipient.id}, {"notice", std::to_string(delivery.notice)}, {"answer", delivery.answer}};
        return alert;
    }, changes);
}

}  // namespace planwatch

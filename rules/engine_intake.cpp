// What comes in: admitting it (every problem named, nothing changed), then applying it.
#include "rules/engine.hpp"
#include "rules/nearest.hpp"
#include "rules/record_problems.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

namespace planwatch {

namespace {

bool takes_two(Measure measure) { return measure == Measure::ratio || measure == Measure::average; }

// Ascending by last day; of two that end together, the longer one last.
bool earlier(const Period& a, const Period& b)
{
    if (a.kind() == b.kind()) return a < b;
    const Day last_a = a.last(), last_b = b.last();
    return last_a != last_b ? last_a < last_b : a.kind() < b.kind();
}

template <class Things>
std::string nearest_of(const Things& things, std::string_view name, const RecordProblems& told)
{
    if (!told.wants_nearest()) return {};
    NearestName nearest{name};
    for (const auto& thing : things) nearest.consider(thing.id);
    return nearest.suggestion();
}

void check_plan(std::string_view name, const Plan& plan, RecordProblems& told)
{
    if (!told.faulty("/plan") && name != plan.id) told.add("/plan", fmt::format("unknown plan '{}'; expected {}", name, plan.id));
}

// What the field `pointer` names: "/unit", "/duty".
template <class Things>
std::optional<std::uint32_t> admit_name(std::string_view pointer, std::string_view name, const NameIndex& index, const Things& things, const Plan& plan,
                                        RecordProblems& told)
{
    if (told.faulty(pointer)) return std::nullopt;
    const auto found = index.find(name);
    if (!found) told.add(pointer, fmt::format("unknown {} '{}' in plan {}{}", pointer.substr(1), name, plan.id, nearest_of(things, name, told)));
    return found;
}

}  // namespace

bool Engine::locked(const Period& period, Instant now) const
{
    const auto& days = policy_->plan.lock_after_days;
    return days && now >= policy_->zone.start_of(period.last() + std::chrono::days{1 + *days});
}

Result<std::vector<Submission>> Engine::admit(std::span<const RawSubmission> raw, Instant now, bool nearest) const
{
    std::vector<Submission> batch;
    batch.reserve(raw.size());
    Problems problems;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        RecordProblems told{raw[i].faults, raw.size() == 1 ? std::string{} : "/" + std::to_string(i), problems, nearest};
        batch.push_back(admit_one(raw[i], now, told));
    }
    admit_together(batch, problems);
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return batch;
}

std::optional<Period> Engine::admit_period(std::string_view text, Instant now, RecordProblems& told) const
{
    if (told.faulty("/period")) return std::nullopt;
    const auto period = Period::parse(text);
    if (!period) {
        told.add("/period", not_a_period(text));
        return std::nullopt;
    }
    const Day today = policy_->zone.day_of(now);
    if (period->last() < policy_->plan.starts || period->first() > policy_->plan.ends)
        told.add("/period", fmt::format("{} lies outside the plan, which runs from {} to {}", text, format_day(policy_->plan.starts),
                                        format_day(policy_->plan.ends)));
    else if (period->first() > today)
        told.add("/period", fmt::format("{} has not begun: it starts on {}, today is {}", text, format_day(period->first()), format_day(today)));
    return period;
}

Submission Engine::admit_one(const RawSubmission& raw, Instant now, RecordProblems& told) const
{
    Submission out{.note = raw.note};
    const Plan& plan = policy_->plan;
    check_plan(raw.plan, plan, told);
    const auto unit = admit_name("/unit", raw.unit, unit_names_, plan.units, plan, told);
    const auto period = admit_period(raw.period, now, told);
    if (raw.values.empty() && raw.faults.empty()) told.add("/values", "no figures; expected at least one indicator");
    out.unit = unit.value_or(0);
    out.period = period.value_or(Period{});
    out.values.reserve(raw.values.size());
    for (const RawValue& value : raw.values)
        if (const auto admitted = admit_value(value, unit, period, told)) out.values.push_back(*admitted);
    told.add_rest();
    return out;
}

std::optional<SubmittedValue> Engine::admit_value(const RawValue& raw, std::optional<UnitIndex> unit, const std::optional<Period>& period,
                                                  RecordProblems& told) const
{
    const auto pointer = [&raw] {
        std::string path = "/values";
        append_pointer(path, raw.indicator);
        return path;
    };
    const auto problem = [&](std::string message) {
        told.add(pointer(), std::move(message));
        return std::nullopt;
    };
    const bool unreadable = told.any_untold() && told.faulty(pointer());
    const auto indicator = indicator_names_.find(raw.indicator);
    if (!indicator)
        return problem(fmt::format("unknown indicator '{}' in plan {}{}", raw.indicator, policy_->plan.id, nearest_of(policy_->plan.indicators, raw.indicator, told)));
    const Indicator& what = policy_->plan.indicators[*indicator];
    const auto series = unit ? series_of(*indicator, *unit) : std::nullopt;
    if (unit && !series) return problem(fmt::format("unit {} does not report {}", policy_->plan.units[*unit].id, what.id));
    if (unreadable) return std::nullopt;

    if (takes_two(what.measure)) {
        if (!raw.numerator || !raw.denominator) return problem(fmt::format("{} needs {{\"numerator\": …, \"denominator\": …}}", to_string(what.measure)));
    } else if (!raw.value) {
        return problem(fmt::format("{} needs a plain number, not numerator and denominator", to_string(what.measure)));
    }
    const Figure figure = takes_two(what.measure) ? Figure{*raw.numerator, *raw.denominator} : Figure{*raw.value, {}};
    if (figure.numerator < Decimal{} || figure.denominator < Decimal{}) return problem("must not be negative");
    if (what.measure == Measure::done && figure.numerator != Decimal{0} && figure.numerator != Decimal{1}) return problem("done is 0 or 1");
    if (!series || !period) return std::nullopt;

    if (what.reported == Reported::increment) {
        // None of them overlaps another, so the first that does not end before this period is the only one to look at.
        const auto& figures = series_[*series].figures;
        const auto other = std::partition_point(figures.begin(), figures.end(), [&](const StoredFigure& f) { return f.period.last() < period->first(); });
        if (other != figures.end() && other->period != *period && other->period.overlaps(*period))
            return problem(fmt::format("{} overlaps {}, which is already reported; correct that period instead", period->to_string(), other->period.to_string()));
    }
    return SubmittedValue{*indicator, *series, figure};
}

// Within one batch no figure may come twice, and increments must not overlap.
void Engine::admit_together(const std::vector<Submission>& batch, Problems& problems) const
{
    struct Place {
        std::uint32_t series;
        Day first;
        Period period;
        std::size_t at;
        IndicatorIndex indicator;
    };
    std::vector<Place> places;
    for (std::size_t i = 0; i < batch.size(); ++i)
        for (const SubmittedValue& value : batch[i].values) places.push_back({value.series, batch[i].period.first(), batch[i].period, i, value.indicator});
    std::sort(places.begin(), places.end(),
              [](const Place& a, const Place& b) { return std::tie(a.series, a.first, a.period, a.at) < std::tie(b.series, b.first, b.period, b.at); });
    const auto where = [&](std::size_t at) { return batch.size() == 1 ? std::string{} : fmt::format("/{}", at); };
    std::size_t reaching = 0;  // of this series so far, the one that ends last
    for (std::size_t i = 1; i < places.size(); ++i) {
        const Place& one = places[places[i - 1].period == places[i].period ? i - 1 : reaching];
        const Place& two = places[i];
        if (one.series != two.series || two.period.last() > places[reaching].period.last()) reaching = i;
        if (one.series != two.series) continue;
        const Indicator& what = policy_->plan.indicators[two.indicator];
        const bool same = one.period == two.period;
        if (!same && (what.reported != Reported::increment || !one.period.overlaps(two.period))) continue;
        const auto& [early, late] = std::minmax(one, two, [](const Place& a, const Place& b) { return a.at < b.at; });
        const std::string_view where_else = early.at == late.at ? "the same submission" : "this batch";
        problems.push_back({fmt::format("{}/values/{}", where(late.at), what.id),
                            same ? fmt::format("{} of {} stands in {} already", what.id, late.period.to_string(), where_else)
                                 : fmt::format("{} overlaps {}, which stands in {} too", late.period.to_string(), early.period.to_string(), where_else)});
    }
}

Result<Filing> Engine::admit(const RawFiling& raw, Instant now, bool nearest) const
{
    Problems problems;
    RecordProblems told{raw.faults, {}, problems, nearest};
    const Plan& plan = policy_->plan;
    check_plan(raw.plan, plan, told);
    const auto unit = admit_name("/unit", raw.unit, unit_names_, plan.units, plan, told);
    const auto duty = admit_name("/duty", raw.duty, duty_names_, plan.duties, plan, told);
    if (unit && duty && !duties_[*duty].positions.find(*unit))
        told.add("/unit", fmt::format("unit {} does not owe {}", raw.unit, raw.duty));
    else if (unit && duty && !owes_filing(plan.duties[*duty], *unit))
        told.add("/duty", fmt::format("{} owes figures here, not a document; send them to /api/v1/submissions", raw.unit));
    const bool period_is_faulty = told.faulty("/period");
    const auto deadline = duty && !period_is_faulty ? admit_deadline(*duty, raw, now, told) : std::nullopt;
    const bool title_is_faulty = told.faulty("/title"), reference_is_faulty = told.faulty("/reference");
    if (!title_is_faulty && !reference_is_faulty && raw.title.empty() && raw.reference.empty()) told.add("/title", "a filing needs a title or a reference");
    told.add_rest();
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return Filing{*unit, *deadline, raw.title, raw.reference, raw.note};
}

std::optional<std::uint32_t> Engine::admit_deadline(DutyIndex duty, const RawFiling& raw, Instant now, RecordProblems& told) const
{
    const auto& deadlines = duties_[duty].deadlines;
    if (deadlines.empty()) {
        told.add("/duty", fmt::format("nothing of {} is owed: its days lie before the plan was issued", raw.duty));
        return std::nullopt;
    }
    const auto period = Period::parse(raw.period);
    const bool only = raw.period.empty() && deadlines.size() == 1;
    const auto found = std::find_if(deadlines.begin(), deadlines.end(), [&](std::uint32_t d) { return only || deadlines_[d].period == period; });
    if (found == deadlines.end()) {
        constexpr std::size_t few = 12;
        std::vector<std::string> periods;
        for (const std::uint32_t d : deadlines) periods.push_back(deadlines_[d].period.to_string());
        const std::string expected = periods.size() <= few ? fmt::format("{}", fmt::join(periods, ", "))
                                                           : fmt::format("one from {} to {}", periods.front(), periods.back());
        told.add("/period", fmt::format("'{}' is not a period of {}; expected {}", raw.period, raw.duty, expected));
        return std::nullopt;
    }
    const Period& owed = deadlines_[*found].period;
    if (owed.first() > policy_->zone.day_of(now))
        told.add("/period", fmt::format("{} has not begun: it starts on {}", owed.to_string(), format_day(owed.first())));
    return *found;
}

// From the newest back: what comes in is nearly always new.
const StoredFigure* Engine::stored(std::uint32_t series, const Period& period) const
{
    const auto& figures = series_[series].figures;
    const auto found = std::partition_point(figures.begin(), figures.end(), [&](const StoredFigure& f) { return earlier(f.period, period); });
    return found != figures.end() && found->period == period ? &*found : nullptr;
}

void Engine::apply_submission(const Submission& submission, Changes& changes)
{
    const std::size_t before = changes.figures.size();
    for (const SubmittedValue& value : submission.values) {
        const StoredFigure* same = stored(value.series, submission.period);
        if (!same || same->figure != value.figure) store_figure(value.series, submission.period, value.figure, now_, changes);
    }
    changes.repeated = changes.figures.size() == before;
    if (changes.repeated) return;
    std::vector<DutyIndex> duties;
    for (const SubmittedValue& value : submission.values) {
        check_doubts(value.series, submission.period, changes);
        for (const DutyIndex duty : indicators_[value.indicator].duties)
            if (std::find(duties.begin(), duties.end(), duty) == duties.end()) duties.push_back(duty);
    }
    for (const DutyIndex duty : duties) check_slots(duty, submission.unit, submission.period, changes);
    for (const SubmittedValue& value : submission.values) judge_indicator(value.indicator, changes, submission.unit);
}

StoredFigure& Engine::store_figure(std::uint32_t index, const Period& period, const Figure& figure, Instant at, Changes& changes)
{
    SeriesState& series = series_[index];
    auto& figures = series.figures;
    const auto latest_before = figures.empty() ? std::nullopt : std::optional{figures.back().figure};
    std::optional<Figure> before;
    // From the newest back: the place is nearly always at the end.
    auto place = figures.end();
    while (place != figures.begin() && earlier(period, (place - 1)->period)) --place;
    if (place != figures.begin() && (place - 1)->period == period) {
        --place;
        before = place->figure;
        place->figure = figure;
        place->at = at;
        ++place->revision;
    } else {
        place = figures.insert(place, StoredFigure{index, period, 1, figure, at});
    }
    changes.figures.push_back(*place);
    add_to_totals(series, *place, before, latest_before);
    add_to_period(series.id.indicator, *place, before);
    return *place;
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
}

void Engine::add_to_period(IndicatorIndex indicator, const StoredFigure& after, const std::optional<Figure>& before)
{
    IndicatorState& state = indicators_[indicator];
    auto at = state.periods.end();
    while (at != state.periods.begin() && earlier(after.period, (at - 1)->period)) --at;
    if (at == state.periods.begin() || (at - 1)->period != after.period)
        at = state.periods.insert(at, {after.period, {}, 0, after.at});
    else
        --at;
    at->sum += after.figure;
    at->at = std::max(at->at, after.at);
    if (before)
        at->sum -= *before;
    else
        ++at->units;
    if (at->units == policy_->plan.indicators[indicator].units.size())
        state.complete_through = std::max(state.complete_through, std::optional{covered(after.period, at->at)});
}

void Engine::check_slots(DutyIndex duty, UnitIndex unit, const Period& period, Changes& changes)
{
    const auto position = duties_[duty].positions.find(unit);
    if (!position) return;
    // Ascending by period, so by last day too: all that overlap stand together.
    const auto& list = duties_[duty].deadlines;
    auto d = std::partition_point(list.begin(), list.end(), [&](std::uint32_t i) { return deadlines_[i].period.last() < period.first(); });
    for (; d != list.end() && deadlines_[*d].period.first() <= period.last(); ++d) complete_if_whole(*d, *position, changes);
}

void Engine::apply_filing(const Filing& filing, Changes& changes)
{
    const Duty& duty = policy_->plan.duties[deadlines_[filing.deadline].duty];
    const auto position = duties_[deadlines_[filing.deadline].duty].positions.find(filing.unit);
    if (!position || !owes_filing(duty, filing.unit)) return;
    Slot& slot = touch(filing.deadline)[*position];
    if (slot.filed) return;  // a newer revision of the document: the ledger keeps it, the verdict stands
    slot.filed = true;
    if (!complete_if_whole(filing.deadline, *position, changes)) record(filing.deadline, *position, changes);
}

}  // namespace planwatch

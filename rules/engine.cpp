// The engine's skeleton: what it knows of its policy, and how time moves it.
#include "rules/engine.hpp"

#include "rules/names.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace planwatch {

std::string_view to_string(SlotState state)
{
    return name_in({"upcoming", "due_soon", "overdue", "on_time", "late", "waived"}, state);
}

std::string_view state_name(SlotState state)
{
    return name_in({"未到期", "即将到期", "逾期", "按时", "迟报", "免报"}, state);
}

void Changes::add(Changes later)
{
    const auto append = [](auto& rows, auto& more) { rows.insert(rows.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end())); };
    append(figures, later.figures);
    append(slots, later.slots);
    append(transitions, later.transitions);
    append(notices, later.notices);
    append(post.messages, later.post.messages);
    append(post.dropped, later.post.dropped);
    append(decisions, later.decisions);
    append(silences, later.silences);
    repeated = repeated && later.repeated;
}

std::vector<Series> series_of(const Plan& plan)
{
    std::vector<Series> all;
    for (IndicatorIndex indicator = 0; indicator < plan.indicators.size(); ++indicator)
        for (const UnitIndex unit : plan.indicators[indicator].units) all.push_back({indicator, unit});
    return all;
}

Engine::Engine(std::shared_ptr<const Policy> policy, std::optional<Instant> begins) : policy_{std::move(policy)}
{
    now_ = policy_->zone.start_of(policy_->plan.issued);
    delivered_ = now_;
    if (begins) begins_ = *begins;
    index_policy();
    plan_moments(begins);
}

void Engine::index_policy()
{
    const Plan& plan = policy_->plan;
    unit_names_ = NameIndex{plan.units};
    indicator_names_ = NameIndex{plan.indicators};
    duty_names_ = NameIndex{plan.duties};
    std::set<std::string> machines;
    for (const Contact& contact : policy_->directory.contacts())
        if (contact.at_once) machines.insert(contact.id);
    post_.set_machines(std::move(machines));
    people_.reserve(plan.units.size());
    for (const Unit& unit : plan.units) people_.push_back(&policy_->directory.around(&unit));

    const std::vector<Series> all = planwatch::series_of(plan);
    series_.reserve(all.size());
    for (const Series& id : all) series_.push_back({.id = id});
    indicators_.resize(plan.indicators.size());
    std::uint32_t first = 0;
    for (IndicatorIndex i = 0; i < plan.indicators.size(); ++i) {
        const Indicator& indicator = plan.indicators[i];
        indicators_[i].first_series = first;
        first += static_cast<std::uint32_t>(indicator.units.size());
        indicators_[i].positions = PositionIndex{indicator.units, plan.units.size()};
        indicators_[i].target_at = target_moment(*policy_, indicator);
        for (const IndicatorIndex part : indicator.parts) indicators_[part].dependents.push_back(i);
    }

    deadlines_ = deadlines_of(*policy_);
    slots_.resize(deadlines_.size());
    for (const Deadline& deadline : deadlines_) counts_.push_back({static_cast<std::uint32_t>(plan.duties[deadline.duty].units.size())});
    duties_.resize(plan.duties.size());
    for (DutyIndex d = 0; d < plan.duties.size(); ++d) {
        duties_[d].positions = PositionIndex{plan.duties[d].units, plan.units.size()};
        for (const IndicatorIndex i : plan.duties[d].indicators) indicators_[i].duties.push_back(d);
        duties_[d].circles = Circles{plan, plan.duties[d].units};
    }
    for (std::uint32_t i = 0; i < deadlines_.size(); ++i) duties_[deadlines_[i].duty].deadlines.push_back(i);
    for (DutyState& duty : duties_)
        std::sort(duty.deadlines.begin(), duty.deadlines.end(),
                  [this](auto a, auto b) { return deadlines_[a].period < deadlines_[b].period; });
}

// An indicator that a duty collects is judged when those figures fall due; another at each month's end.
void Engine::plan_moments(std::optional<Instant> begins)
{
    const Plan& plan = policy_->plan;
    for (std::uint32_t d = 0; d < deadlines_.size(); ++d) {
        const Ladder& ladder = policy_->ladder_of(plan.duties[deadlines_[d].duty]);
        agenda_.push_back({deadlines_[d].due.moment, Moment::Kind::fall_due, d});
        for (std::uint32_t s = 0; s < deadlines_[d].steps.size(); ++s)
            if (!ladder.steps[s].stands_at_due()) agenda_.push_back({deadlines_[d].steps[s], Moment::Kind::ladder_step, d, s});
    }
    for (IndicatorIndex i = 0; i < plan.indicators.size(); ++i) {
        const Indicator& indicator = plan.indicators[i];
        if (indicators_[i].target_at) agenda_.push_back({*indicators_[i].target_at, Moment::Kind::target_due, i});
        const bool collected = !indicators_[i].duties.empty() || !indicator.parts.empty();
        if (collected || indicator.pace.kind == Pace::Kind::none) continue;
        for (const Period& month : periods_between(Period::Kind::month, plan.issued, plan.ends))
            agenda_.push_back({policy_->zone.start_of(month.last() + std::chrono::days{1}), Moment::Kind::checkpoint, i,
                               static_cast<std::uint32_t>(month.last().time_since_epoch().count())});
    }
    if (begins) agenda_.push_back({*begins, Moment::Kind::begin});
    std::sort(agenda_.begin(), agenda_.end());
    // What lies before the plan's beginning never comes; what lies at it does.
    next_moment_ = static_cast<std::size_t>(std::lower_bound(agenda_.begin(), agenda_.end(), Moment{now_, Moment::Kind::fall_due}) - agenda_.begin());
}

std::optional<Instant> Engine::next_wake() const
{
    std::optional<Instant> next = next_delivery();
    const auto sooner = [&](Instant at) { next = std::min(next.value_or(at), at); };
    if (next_moment_ < agenda_.size()) sooner(agenda_[next_moment_].at);
    if (!ripening_.empty()) sooner(ripening_.begin()->at);
    if (!climbs_.empty()) sooner(climbs_.begin()->at);
    if (!slot_moments_.empty()) sooner(slot_moments_.begin()->at);
    if (!silence_moments_.empty()) sooner(silence_moments_.begin()->first);
    if (!openings_.empty()) sooner(openings_.begin()->first);
    return next;
}

Changes Engine::advance(Instant to)
{
    Changes changes;
    to = std::max(to, now_);
    Instant moment = Instant::min();
    while (const auto next = next_wake()) {
        if (*next > to) break;
        now_ = std::max(now_, *next);
        if (std::exchange(moment, *next) != *next) changes.post.next_moment();
        process_next(*next, changes);
    }
    now_ = to;
    delivered_ = to;
    return changes;
}

// The post comes last of what one instant brings, so that a message holds all of it.
void Engine::process_next(Instant at, Changes& changes)
{
    const auto is_next = [&](const auto& moments) { return !moments.empty() && moments.begin()->at == at; };
    if (next_moment_ < agenda_.size() && agenda_[next_moment_].at == at) {
        process(agenda_[next_moment_++], changes);
    } else if (is_next(ripening_)) {
        const Ripening ripe = *ripening_.begin();
        judge_part(ripe.indicator, ripe.unit, changes);
    } else if (is_next(slot_moments_)) {
        slot_moment(slot_moments_.extract(slot_moments_.begin()).value(), changes);
    } else if (is_next(climbs_)) {
        climb_kind(climbs_.extract(climbs_.begin()).value(), changes);
    } else if (!silence_moments_.empty() && silence_moments_.begin()->first == at) {
        silence_moment(silence_moments_.extract(silence_moments_.begin()).value().second, changes);
    } else if (!openings_.empty() && openings_.begin()->first == at) {
        openings_.erase(openings_.begin());
        post_.release(now_, [this](std::string_view alert) { return is_open(alert); }, changes.post);
    } else {
        post_.flush(now_, policy_->post, policy_->zone, [this](std::string_view alert) { return is_open(alert); }, changes.post);
        delivered_ = now_;
    }
}

void Engine::process(const Moment& moment, Changes& changes)
{
    switch (moment.kind) {
        case Moment::Kind::fall_due: fall_due(moment.index, changes); break;
        case Moment::Kind::ladder_step: climb(moment.index, moment.step, changes); break;
        case Moment::Kind::checkpoint:
            indicators_[moment.index].due_through = Day{std::chrono::days{moment.step}};
            judge_indicator(moment.index, changes);
            break;
        case Moment::Kind::target_due: judge_indicator(moment.index, changes); break;
        case Moment::Kind::begin: tell_what_fires(changes); break;
    }
}

Changes Engine::apply(const Event& event, Instant now)
{
    Changes changes = advance(now);
    changes.post.next_moment();
    struct Apply {
        Engine& engine;
        Changes& changes;
        void operator()(const Submission& s) const { engine.apply_submission(s, changes); }
        void operator()(const Filing& f) const { engine.apply_filing(f, changes); }
        void operator()(const Acknowledgement& a) const { engine.apply_acknowledgement(a, changes); }
        void operator()(const Silence& s) const { engine.apply_silence(s, changes); }
        void operator()(const SilenceEnd& s) const { engine.end_silence(s.id, s.by, changes); }
        void operator()(const Extension& e) const { engine.apply_extension(e, changes); }
        void operator()(const Waiver& w) const { engine.apply_waiver(w, changes); }
        void operator()(const Delivery& d) const { engine.apply_delivery(d, changes); }
        void operator()(const ReportSent& r) const { engine.post_.carry(r.recipients, engine.now_, changes.post); }
    };
    std::visit(Apply{*this, changes}, event);
    return changes;
}

std::optional<std::uint32_t> Engine::series_of(IndicatorIndex indicator, UnitIndex unit) const
{
    const auto position = indicators_[indicator].positions.find(unit);
    if (!position) return std::nullopt;
    return indicators_[indicator].first_series + *position;
}

std::optional<Instant> Engine::last_submission(std::uint32_t series) const
{
    const auto& figures = series_[series].figures;
    if (figures.empty()) return std::nullopt;
    return std::max_element(figures.begin(), figures.end(), [](const auto& a, const auto& b) { return a.at < b.at; })->at;
}

// Of a period that still ran when its figure came in, the days until then.
Day Engine::covered(const Period& period, Instant at) const { return std::min(period.last(), policy_->zone.day_of(at)); }

std::optional<Day> Engine::known_through(IndicatorIndex indicator, std::optional<UnitIndex> unit) const
{
    const IndicatorState& state = indicators_[indicator];
    if (!unit) return std::max(state.complete_through, state.due_through);
    const auto series = series_of(indicator, *unit);
    if (!series || series_[*series].figures.empty()) return state.due_through;
    const StoredFigure& newest = series_[*series].figures.back();
    return std::max(std::optional{covered(newest.period, newest.at)}, state.due_through);
}

// One unit's early figure does not make the others late: the whole is held against the pace of a period once every unit has
// reported it or its figures have fallen due. Until the first such period nothing is expected.
Day Engine::through_of(IndicatorIndex indicator, std::optional<UnitIndex> unit) const
{
    const Plan& plan = policy_->plan;
    std::optional<Day> through;
    if (plan.indicators[indicator].reported == Reported::derived) {
        for (const IndicatorIndex part : plan.indicators[indicator].parts)
            if (const auto known = known_through(part, unit)) through = std::min(through.value_or(*known), *known);
        through = std::max(through, indicators_[indicator].due_through);
    } else {
        through = known_through(indicator, unit);
    }
    return through.value_or(plan.starts - std::chrono::days{1});
}

std::optional<Figure> Engine::reported_figure(IndicatorIndex indicator, std::optional<UnitIndex> unit, bool hold) const
{
    if (!unit) {
        const IndicatorState& state = indicators_[indicator];
        if (state.periods.empty()) return std::nullopt;
        return hold ? state.periods.back().sum : state.total;
    }
    const auto series = series_of(indicator, *unit);
    if (!series || series_[*series].figures.empty()) return std::nullopt;
    const std::vector<StoredFigure>& figures = series_[*series].figures;
    if (hold || policy_->plan.indicators[indicator].reported != Reported::increment) return figures.back().figure;
    Figure sum;
    for (const StoredFigure& stored : figures) sum += stored.figure;
    return sum;
}

std::optional<Figure> Engine::figure_of(IndicatorIndex indicator, std::optional<UnitIndex> unit) const
{
    const Indicator& what = policy_->plan.indicators[indicator];
    const bool hold = what.target && what.target->hold;
    if (what.reported != Reported::derived) return reported_figure(indicator, unit, hold);
    std::optional<Figure> sum;
    for (const IndicatorIndex part : what.parts)
        if (const auto figure = reported_figure(part, unit, hold)) sum = sum.value_or(Figure{}) += *figure;
    return sum;
}

Assessment Engine::assessment(IndicatorIndex indicator, std::optional<UnitIndex> unit) const
{
    const Indicator& what = policy_->plan.indicators[indicator];
    const std::size_t reporters = unit ? 1 : what.units.size();
    return assess(*policy_, what, figure_of(indicator, unit), reporters, through_of(indicator, unit), now_);
}

}  // namespace planwatch

// What a report says of slots, and of the units that owe them.
#include "rules/ranking.hpp"
#include "rules/report_parts.hpp"

#include <algorithm>
#include <tuple>

namespace planwatch {

namespace {

using std::chrono::days;

struct OwedSlot {
    std::uint32_t deadline = 0;
    UnitIndex unit = 0;
    Slot slot;
    Instant moment{};
    Day date{};
};

bool is_owed(SlotState state) { return state == SlotState::upcoming || state == SlotState::due_soon || state == SlotState::overdue; }

void count_in(UnitLine::Slots& slots, SlotState state)
{
    if (state == SlotState::waived) {
        ++slots.waived;
        return;
    }
    ++slots.due;
    if (state == SlotState::on_time) ++slots.on_time;
    if (state == SlotState::late) ++slots.late;
    if (state == SlotState::overdue) ++slots.overdue;
}

class SlotTeller {
public:
    SlotTeller(const Making& making, Report& report) : making_{making}, report_{report}, lines_(making.plan().units.size()) {}

    void tell()
    {
        const Plan& plan = making_.plan();
        const Day last = making_.task.period.next().last();
        const auto& deadlines = making_.engine.deadlines();
        for (std::uint32_t d = 0; d < deadlines.size(); ++d) {
            if (deadlines[d].due.date > last) continue;
            const auto& units = plan.duties[deadlines[d].duty].units;
            for (std::uint32_t position = 0; position < units.size(); ++position) {
                if (making_.task.unit && units[position] != *making_.task.unit) continue;
                tell(owed(d, position));
            }
        }
        finish();
    }

private:
    OwedSlot owed(std::uint32_t deadline, std::uint32_t position) const
    {
        const Deadline& of = making_.engine.deadlines()[deadline];
        OwedSlot found{deadline, making_.plan().duties[of.duty].units[position], making_.engine.slot_at(deadline, position), of.due.moment, of.due.date};
        if (!making_.engine.extension_of(deadline, found.unit)) return found;
        const Due own = making_.engine.due_of(deadline, found.unit);
        found.moment = own.moment;
        found.date = own.date;
        return found;
    }

    void tell(const OwedSlot& slot)
    {
        const bool fell_due = slot.moment <= making_.judged;
        const bool in_period = fell_due && making_.task.period.contains(slot.date);
        if (making_.plan().units[slot.unit].kind == UnitKind::business) {
            if (!in_period || slot.slot.state == SlotState::waived) return;
            ++report_.business_due;
            if (slot.slot.state == SlotState::overdue) ++report_.business_overdue;
            return;
        }
        UnitLine& line = lines_[slot.unit];
        owes_[slot.unit] = true;
        if (fell_due) count_in(line.year, slot.slot.state);
        if (in_period) count_in(line.period, slot.slot.state);
        list(slot, fell_due);
    }

    void list(const OwedSlot& slot, bool fell_due)
    {
        const Day today = making_.today();
        const SlotState state = slot.slot.state;
        if (fell_due && state == SlotState::overdue) add(report_.overdue, slot, today - slot.date);
        if (fell_due && state == SlotState::late) {
            const Instant when = making_.engine.deadlines()[slot.deadline].due.moment + std::chrono::seconds{slot.slot.handed_in};
            if (when >= making_.task.before) add(report_.late, slot, making_.engine.policy().zone.day_of(when) - slot.date);
        }
        if (!fell_due && slot.date <= making_.task.period.next().last() && is_owed(state))
            add(report_.next, slot, state == SlotState::overdue ? today - slot.date : slot.date - today);
    }

    void add(std::vector<SlotLine>& lines, const OwedSlot& slot, days distance) const
    {
        const Deadline& of = making_.engine.deadlines()[slot.deadline];
        lines.push_back({.deadline = slot.deadline,
                         .duty = of.duty,
                         .unit = slot.unit,
                         .period = of.period,
                         .due = slot.date,
                         .state = slot.slot.state,
                         .days = static_cast<int>(distance.count()),
                         .why = making_.engine.due_of(slot.deadline, slot.unit).why});
    }

    void finish()
    {
        const auto by_day = [](const SlotLine& a, const SlotLine& b) { return a.due < b.due; };
        std::stable_sort(report_.overdue.begin(), report_.overdue.end(), by_day);
        std::stable_sort(report_.late.begin(), report_.late.end(), [](const SlotLine& a, const SlotLine& b) { return a.days > b.days; });
        std::stable_sort(report_.next.begin(), report_.next.end(), by_day);
        for (const Indicator& indicator : making_.plan().indicators)
            for (const UnitIndex unit : indicator.units) owes_[unit] = true;
        for (UnitIndex unit = 0; unit < lines_.size(); ++unit) {
            if (!owes_[unit] || making_.plan().units[unit].kind == UnitKind::business) continue;
            if (making_.task.unit && unit != *making_.task.unit) continue;
            UnitLine& line = lines_[unit];
            line.unit = unit;
            if (line.year.due > 0) line.on_time = static_cast<double>(line.year.on_time) / line.year.due;
            report_.units.push_back(std::move(line));
        }
    }

    const Making& making_;
    Report& report_;
    std::vector<UnitLine> lines_;  // by unit
    std::vector<bool> owes_ = std::vector<bool>(making_.plan().units.size());
};

}  // namespace

void add_slots(const Making& making, Report& report) { SlotTeller{making, report}.tell(); }

void add_submitted(const Making& making, Report& report)
{
    const Plan& plan = making.plan();
    for (std::uint32_t s = 0; s < making.engine.series_count(); ++s) {
        const Series series = making.engine.series(s);
        if (plan.units[series.unit].kind == UnitKind::business || (making.task.unit && *making.task.unit != series.unit)) continue;
        for (const StoredFigure& figure : making.engine.figures_of(s))
            if (making.task.period.contains(figure.period.last()))
                report.figures.push_back({series.indicator, series.unit, figure.period, figure.revision, figure.figure, figure.at});
    }
}

// Over targets alone; one that lies beyond is whole, not more. What every unit must reach by itself counts by the unit's own part.
void add_attainment(const Making& making, Report& report)
{
    const Plan& plan = making.plan();
    std::vector<UnitLine*> lines(plan.units.size());
    for (UnitLine& line : report.units) lines[line.unit] = &line;
    std::vector<std::pair<double, std::uint32_t>> sums(plan.units.size());
    for (std::uint32_t i = 0; i < report.indicators.size(); ++i) {
        const IndicatorLine& told = report.indicators[i];
        const Indicator& indicator = plan.indicators[told.indicator];
        for (const UnitIndex unit : indicator.units) {
            if (!lines[unit]) continue;
            lines[unit]->indicators.push_back(i);
            auto reached = told.attainment;
            if (indicator.each) reached = attainment(indicator, making.hindsight.assessment(told.indicator, making.end, making.judged, unit));
            if (!reached) continue;
            sums[unit].first += std::min(*reached, 1.0);
            ++sums[unit].second;
        }
    }
    for (UnitLine& line : report.units)
        if (const auto& [sum, count] = sums[line.unit]; count > 0) line.attainment = sum / count;
}

void rank_units(Report& report)
{
    std::vector<std::optional<double>> on_time, attained;
    for (const UnitLine& line : report.units) {
        on_time.push_back(line.on_time);
        attained.push_back(line.attainment);
    }
    const auto on_time_places = places_of(on_time), attained_places = places_of(attained);
    for (std::size_t i = 0; i < report.units.size(); ++i) {
        report.units[i].on_time_rank = on_time_places[i];
        report.units[i].attainment_rank = attained_places[i];
    }
    constexpr auto last = ~std::uint32_t{0};
    const auto place = [=](const UnitLine& line) { return std::tuple{line.on_time_rank.value_or(last), line.attainment_rank.value_or(last), line.unit}; };
    std::sort(report.units.begin(), report.units.end(), [&](const UnitLine& a, const UnitLine& b) { return place(a) < place(b); });
}

}  // namespace planwatch

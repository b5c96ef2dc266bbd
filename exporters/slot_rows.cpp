#include "exporters/views.hpp"

#include <algorithm>
#include <array>

namespace planwatch {
namespace {

bool wanted(const SlotFilter& filter, const Plan& plan, const Deadline& deadline)
{
    if (filter.period && deadline.period != *filter.period) return false;
    return filter.duty.empty() || plan.duties[deadline.duty].id == filter.duty;
}

bool wanted(const SlotFilter& filter, Day due) { return (!filter.from || due >= *filter.from) && (!filter.to || due <= *filter.to); }

// A town is asked for together with its businesses. Those of all towns make a list that nobody reads: only where they are asked for.
bool wanted(const SlotFilter& filter, const Plan& plan, UnitIndex index)
{
    const Unit& unit = plan.units[index];
    const bool business = unit.kind == UnitKind::business;
    if (filter.unit.empty()) return !business || filter.businesses || !filter.duty.empty();
    return unit.id == filter.unit || (business && unit.parent && plan.units[*unit.parent].id == filter.unit);
}

void due_of(SlotRow& row)
{
    const Due& due = row.owed().due;
    row.due_moment = due.moment;
    row.due_date = due.date;
    row.extension = row.engine->extension_of(row.deadline, row.unit);
    if (!row.extension) return;
    row.due_moment = row.engine->due_of(row.deadline, row.unit).moment;
    row.due_date = *row.extension->until;
}

void append_rows(std::vector<SlotRow>& rows, const Engine& engine, const SlotFilter& filter)
{
    const Plan& plan = engine.policy().plan;
    std::vector<bool> listed(plan.units.size());
    for (UnitIndex unit = 0; unit < plan.units.size(); ++unit) listed[unit] = wanted(filter, plan, unit);
    const std::vector<Deadline>& deadlines = engine.deadlines();
    for (std::uint32_t deadline = 0; deadline < deadlines.size(); ++deadline) {
        if (!wanted(filter, plan, deadlines[deadline])) continue;
        if (filter.state && engine.counts_of(deadline)[static_cast<std::size_t>(*filter.state)] == 0) continue;
        const std::vector<UnitIndex>& units = plan.duties[deadlines[deadline].duty].units;
        for (std::uint32_t position = 0; position < units.size(); ++position) {
            if (!listed[units[position]]) continue;
            const Slot slot = engine.slot_at(deadline, position);
            if (filter.state && slot.state != *filter.state) continue;
            SlotRow row{.engine = &engine, .deadline = deadline, .unit = units[position], .slot = slot};
            due_of(row);
            if (wanted(filter, row.due_date)) rows.push_back(row);
        }
    }
}

}  // namespace

std::vector<SlotRow> slot_rows(const Engine& engine, const SlotFilter& filter)
{
    const std::array engines{&engine};
    return slot_rows(engines, filter);
}

std::vector<SlotRow> slot_rows(std::span<const Engine* const> engines, const SlotFilter& filter)
{
    std::vector<SlotRow> rows;
    for (const Engine* engine : engines) append_rows(rows, *engine, filter);
    // Each engine's rows are in order already; stable, so that its own order by duty, period and unit stays.
    std::ranges::stable_sort(rows, {}, &SlotRow::due_moment);
    return rows;
}

std::string SlotRow::id() const
{
    return plan().id + ':' + duty().id + ':' + plan().units[unit].id + ':' + owed().period.to_string();
}

std::optional<SlotState> parse_slot_state(std::string_view text)
{
    using enum SlotState;
    for (const SlotState state : {upcoming, due_soon, overdue, on_time, late, waived}) {
        if (text == to_string(state)) return state;
    }
    return std::nullopt;
}

}  // namespace planwatch

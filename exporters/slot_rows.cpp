#include "exporters/views.hpp"

#include <algorithm>
#include <array>

namespace planwatch {
namespace {

bool wanted(const SlotFilter& filter, const Plan& plan, const Deadline& deadline)
{
    if (filter.from && deadline.due.date < *filter.from) return false;
    if (filter.to && deadline.due.date > *filter.to) return false;
    return filter.duty.empty() || plan.duties[deadline.duty].id == filter.duty;
}

bool wanted(const SlotFilter& filter, const Plan& plan, UnitIndex unit, const Slot& slot)
{
    if (filter.state && slot.state != *filter.state) return false;
    return filter.unit.empty() || plan.units[unit].id == filter.unit;
}

void append_rows(std::vector<SlotRow>& rows, const Engine& engine, const SlotFilter& filter)
{
    const Plan& plan = engine.policy().plan;
    const std::vector<Deadline>& deadlines = engine.deadlines();
    for (std::uint32_t deadline = 0; deadline < deadlines.size(); ++deadline) {
        if (!wanted(filter, plan, deadlines[deadline])) continue;
        const std::vector<UnitIndex>& units = plan.duties[deadlines[deadline].duty].units;
        const std::vector<Slot> slots = engine.slots_of(deadline);
        for (std::size_t i = 0; i < slots.size(); ++i) {
            if (!wanted(filter, plan, units[i], slots[i])) continue;
            rows.push_back({.engine = &engine, .deadline = deadline, .unit = units[i], .slot = slots[i]});
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
    std::ranges::stable_sort(rows, {}, [](const SlotRow& row) { return row.due().due.moment; });
    return rows;
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

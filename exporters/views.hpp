// How plans, slots, assessments and alerts look to other programs: one JSON object each, the same in the API and on the
// command line. Keys stand in the order that the README of this folder documents, and the same values give the same bytes.
//
// `write_…` appends to a document under way (a list of a million slots is one string); `…_json` is the object alone.
#pragma once

#include "exporters/json.hpp"
#include "rules/engine.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace planwatch {

// One slot with all that is shown of it.
struct SlotRow {
    const Engine* engine = nullptr;
    std::uint32_t deadline = 0;  // position in engine->deadlines()
    UnitIndex unit = 0;
    Slot slot;
    Instant due_moment{};  // the extended ones, where it has an extension
    Day due_date{};
    const Decision* extension = nullptr;

    const Plan& plan() const { return engine->policy().plan; }
    const Deadline& owed() const { return engine->deadlines()[deadline]; }
    const Duty& duty() const { return plan().duties[owed().duty]; }
    bool provisional() const { return !extension && owed().due.provisional; }
    std::string id() const;  // "plan:duty:unit:period"
};

// Who waived a slot, and why. The engine keeps the state alone; the store knows the rest.
struct WaivedBy {
    std::string by;
    std::string reason;
};

struct SlotFilter {
    std::optional<Day> from;  // first and last due date, both included
    std::optional<Day> to;
    std::string unit;         // id, a town's for its businesses too; empty: all
    std::string duty;
    std::optional<Period> period;
    std::optional<SlotState> state;
    bool businesses = false;  // those of businesses too, where neither a unit nor a duty is named
};

// Ordered by due moment; then as the engines were given, by the duty's place in its plan, by the period, by the duty's units.
std::vector<SlotRow> slot_rows(std::span<const Engine* const> engines, const SlotFilter& filter = {});
std::vector<SlotRow> slot_rows(const Engine& engine, const SlotFilter& filter = {});

std::optional<SlotState> parse_slot_state(std::string_view text);

// An alert's clause, and what its subject is called in JSON: "duty", "indicator", or "recipient" (undeliverable).
std::string_view subject_field(AlertKind kind);
const Clause* clause_of(const Plan& plan, const AlertKey& key);

void write_plan(Json& json, const Policy& policy);
void write_target(Json& json, const std::optional<Target>& target);  // null where there is none
void write_slot(Json& json, const SlotRow& row, const WaivedBy* waived = nullptr);
// `unit`: of that unit's own part; none: of the whole.
void write_assessment(Json& json, const Engine& engine, IndicatorIndex indicator, std::optional<UnitIndex> unit = {});
// `resolved`: when it ended, for an alert out of history; its state is then "resolved".
void write_alert(Json& json, const Policy& policy, const Alert& alert, std::optional<Instant> resolved = {});

std::string plan_json(const Policy& policy);
std::string slot_json(const SlotRow& row);
std::string assessment_json(const Engine& engine, IndicatorIndex indicator, std::optional<UnitIndex> unit = {});
std::string alert_json(const Policy& policy, const Alert& alert, std::optional<Instant> resolved = {});

// The lines of `simulate`, without the newline. `transition` is "firing" or "resolved"; of what people are not told, "pending",
// "lapsed" or "none".
std::string transition_line(const Policy& policy, const Transition& transition);
std::string notice_line(const Policy& policy, const Notice& notice);
// All that people are told of in `changes`, in order of time, a transition before the notices of its moment; a newline after
// each line. What merely becomes pending or lapses is left out.
std::string change_lines(const Policy& policy, const Changes& changes);

}  // namespace planwatch

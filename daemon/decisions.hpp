// What people settled, as the store keeps it, for programs: silences, extensions and waivers. The same for the API and for the
// command line.
#pragma once

#include "daemon/store.hpp"
#include "exporters/views.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace planwatch {

// {id, plan, state, kinds, subjects, units, most, from, until, by, comment, ended, ended_by}; `state` as it is at `now`.
void write_silence(Json& json, const Policy& policy, const SilenceRow& row, Instant now);
// pending (still to begin), active or ended.
std::string_view silence_state(const SilenceRow& row, Instant now);
// "plan:id", as people and programs name it.
std::string silence_name(std::string_view plan, std::string_view id);

// {plan, slot, kind: "extension" | "waiver", duty, unit, period, until, first_due, by, reason, at}
void write_decision(Json& json, const Policy& policy, const DecisionRow& row);

// Who waived which slot; asks the store at the first slot that is waived.
class Waivers {
public:
    explicit Waivers(StoreReader& reader) : reader_{reader} {}
    const WaivedBy* of(const SlotRow& row);  // null where it is not waived, or by nobody (the plan came to owe it in the past)

private:
    using Key = std::tuple<std::string, std::string, Period>;  // duty, unit
    StoreReader& reader_;
    std::map<std::string, std::map<Key, WaivedBy>> plans_;
};

// Each as an object, in their order.
void write_slots(Json& json, StoreReader& reader, std::span<const SlotRow> rows);

}  // namespace planwatch

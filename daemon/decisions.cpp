#include "daemon/decisions.hpp"

namespace planwatch {
namespace {

template <class Items, class Text>
void write_list(Json& json, std::string_view name, const Items& items, Text text)
{
    json.key(name).array();
    for (const auto& item : items) json.value(text(item));
    json.end_array();
}

}  // namespace

std::string silence_name(std::string_view plan, std::string_view id) { return std::string{plan}.append(":").append(id); }

std::string_view silence_state(const SilenceRow& row, Instant now)
{
    if (row.ended || row.silence.until <= now) return "ended";
    return now < row.silence.from ? "pending" : "active";
}

void write_silence(Json& json, const Policy& policy, const SilenceRow& row, Instant now)
{
    const Silence& silence = row.silence;
    const auto itself = [](const std::string& text) -> std::string_view { return text; };
    json.object().member("id", silence_name(policy.plan.id, silence.id)).member("plan", policy.plan.id).member("state", silence_state(row, now));
    write_list(json, "kinds", silence.matchers.kinds, [](AlertKind kind) { return to_string(kind); });
    write_list(json, "subjects", silence.matchers.subjects, itself);
    write_list(json, "units", silence.matchers.units, itself);
    json.member("most", to_string(silence.matchers.most)).member("from", format_instant(silence.from, policy.zone));
    json.member("until", format_instant(silence.until, policy.zone)).member("by", silence.by).member("comment", silence.comment);
    json.key("ended").value_or_null(row.ended ? format_instant(*row.ended, policy.zone) : "");
    json.key("ended_by").value_or_null(row.ended_by).end_object();
}

void write_decision(Json& json, const Policy& policy, const DecisionRow& row)
{
    const std::string period = row.period.to_string();
    json.object().member("plan", policy.plan.id).member("slot", policy.plan.id + ':' + row.duty + ':' + row.unit + ':' + period);
    json.member("kind", row.until ? "extension" : "waiver").member("duty", row.duty).member("unit", row.unit).member("period", period);
    json.key("until").value_or_null(row.until ? format_day(*row.until) : "");
    json.member("first_due", format_instant(row.first_due, policy.zone)).member("by", row.by).member("reason", row.reason);
    json.member("at", format_instant(row.at, policy.zone)).end_object();
}

const WaivedBy* Waivers::of(const SlotRow& row)
{
    if (row.slot.state != SlotState::waived) return nullptr;
    const std::string& plan = row.plan().id;
    const auto [known, fresh] = plans_.try_emplace(plan);
    if (fresh) {
        for (DecisionRow& decision : reader_.decisions(plan))
            if (!decision.until) known->second[{decision.duty, decision.unit, decision.period}] = {decision.by, decision.reason};
    }
    const auto found = known->second.find({row.duty().id, row.plan().units[row.unit].id, row.owed().period});
    return found == known->second.end() ? nullptr : &found->second;
}

void write_slots(Json& json, StoreReader& reader, std::span<const SlotRow> rows)
{
    Waivers waivers{reader};
    for (const SlotRow& row : rows) write_slot(json, row, waivers.of(row));
}

}  // namespace planwatch

#include "daemon/explanation.hpp"

#include "exporters/views.hpp"

namespace planwatch {
namespace {

void write_clause(Json& json, const Plan& plan, const AlertKey& key)
{
    json.key("clause");
    const Clause* clause = clause_of(plan, key);
    if (!clause) {
        json.value(nullptr);
        return;
    }
    json.object().member("id", clause->id).member("title", clause->title).end_object();
}

void write_slot_of(Json& json, const Engine& engine, const AlertKey& key)
{
    json.key("slot");
    if (subject_field(key.kind) == "duty") {
        for (const SlotRow& row : slot_rows(engine, {.unit = key.unit, .duty = key.subject})) {
            if (row.due().period.to_string() != key.period) continue;
            write_slot(json, row);
            return;
        }
    }
    json.value(nullptr);
}

void write_indicator_of(Json& json, const Engine& engine, const AlertKey& key)
{
    const Plan& plan = engine.policy().plan;
    const auto indicator = subject_field(key.kind) == "indicator" ? plan.indicator(key.subject) : std::nullopt;
    json.key("indicator");
    if (indicator) {
        write_assessment(json, engine, *indicator, key.unit.empty() ? std::nullopt : plan.unit(key.unit));
    } else {
        json.value(nullptr);
    }
}

void write_history(Json& json, const std::vector<TransitionRow>& history, const Zone& zone)
{
    json.key("history").array();
    for (const TransitionRow& row : history) {
        json.object().member("at", format_instant(row.at, zone)).member("event", row.event).member("severity", row.severity);
        json.member("why", row.why).end_object();
    }
    json.end_array();
}

void write_notices(Json& json, const std::vector<OutboxRow>& notices, const Zone& zone)
{
    json.key("notices").array();
    for (const OutboxRow& row : notices) {
        json.object().member("at", format_instant(row.at, zone)).member("step", row.step).member("severity", row.severity);
        json.member("recipient", row.recipient.id).member("name", row.recipient.name).member("channel", row.recipient.channel);
        json.key("address").value_or_null(row.recipient.address).member("state", row.state).member("tries", row.tries);
        json.key("answer").value_or_null(row.answer);
        json.key("closed").value_or_null(row.closed_at ? format_instant(*row.closed_at, zone) : "").member("message_id", row.message_id);
        json.end_object();
    }
    json.end_array();
}

}  // namespace

std::string explanation_json(const Engine& engine, StoreReader& reader, const AlertRow& row)
{
    const Policy& policy = engine.policy();
    Json json;
    json.object().key("alert");
    write_alert(json, policy, row.alert, row.state == "resolved" ? row.resolved_at : std::nullopt);
    write_clause(json, policy.plan, row.alert.key);
    write_slot_of(json, engine, row.alert.key);
    write_indicator_of(json, engine, row.alert.key);
    write_history(json, reader.history(row.plan, row.id), policy.zone);
    write_notices(json, reader.notices(row.plan, row.id), policy.zone);
    json.end_object();
    return std::move(json).text();
}

}  // namespace planwatch

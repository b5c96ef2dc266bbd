#include "daemon/explanation.hpp"

#include "exporters/views.hpp"

namespace planwatch {
namespace {

// The vocabulary of `transition` in all our JSON; the store calls the first of these "fired".
std::string_view transition_of(std::string_view event) { return event == "fired" ? "firing" : event; }

void write_clause(Json& json, const Plan& plan, const AlertKey& key)
{
    json.key("clause");
    if (const Clause* clause = clause_of(plan, key)) {
        json.object().member("id", clause->id).member("title", clause->title).end_object();
    } else {
        json.value(nullptr);
    }
}

void write_indicator(Json& json, const Engine& engine, const AlertKey& key)
{
    const Plan& plan = engine.policy().plan;
    json.key("indicator");
    if (const auto indicator = subject_field(key.kind) == "indicator" ? plan.indicator(key.subject) : std::nullopt) {
        write_assessment(json, engine, *indicator, plan.unit(key.unit));
    } else {
        json.value(nullptr);
    }
}

void write_slots(Json& json, const Engine& engine, const AlertKey& key)
{
    json.key("slots").array();
    if (subject_field(key.kind) == "duty") {
        for (const SlotRow& row : slot_rows(engine, {.unit = key.unit, .duty = key.subject}))
            if (row.due().period.to_string() == key.period) write_slot(json, row);
    }
    json.end_array();
}

void write_notices(Json& json, const Zone& zone, const std::vector<OutboxRow>& rows)
{
    json.key("notices").array();
    for (const OutboxRow& row : rows) {
        json.object().member("number", row.number).member("at", format_instant(row.at, zone)).member("step", row.step);
        json.member("severity", row.severity).member("recipient", row.recipient.id).member("name", row.recipient.name);
        json.member("channel", row.recipient.channel).member("state", row.state).member("tries", row.tries);
        json.key("answer").value_or_null(row.answer);
        json.key("closed").value_or_null(row.closed_at ? format_instant(*row.closed_at, zone) : "");
        json.member("message_id", row.message_id).member("why", row.why).end_object();
    }
    json.end_array();
}

}  // namespace

void write_history(Json& json, const Zone& zone, const std::vector<TransitionRow>& rows)
{
    json.array();
    for (const TransitionRow& row : rows) {
        json.object().member("at", format_instant(row.at, zone)).member("transition", transition_of(row.event));
        json.member("severity", row.severity).member("why", row.why).key("facts").object();
        for (const auto& [name, value] : row.facts) json.member(name, value);
        json.end_object().end_object();
    }
    json.end_array();
}

std::string explanation_json(const Engine& engine, StoreReader& reader, const Alert& alert, std::optional<Instant> resolved)
{
    const Policy& policy = engine.policy();
    const std::string id = alert.key.id(policy.plan.id);
    Json json;
    json.object().key("alert");
    write_alert(json, policy, alert, resolved);
    json.key("why_now").value_or_null(resolved ? std::string{} : engine.why_now(alert));
    write_clause(json, policy.plan, alert.key);
    write_indicator(json, engine, alert.key);
    write_slots(json, engine, alert.key);
    json.key("history");
    write_history(json, policy.zone, reader.history(policy.plan.id, id));
    write_notices(json, policy.zone, reader.notices(policy.plan.id, id));
    json.end_object();
    return std::move(json).text();
}

}  // namespace planwatch

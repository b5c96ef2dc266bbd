#include "daemon/explanation.hpp"

#include "daemon/decisions.hpp"
#include "exporters/views.hpp"

#include <fmt/format.h>

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

void write_slots_of(Json& json, const Engine& engine, StoreReader& reader, const AlertKey& key)
{
    json.key("slots").array();
    if (subject_field(key.kind) == "duty") {
        Waivers waivers{reader};
        for (const SlotRow& row : slot_rows(engine, {.unit = key.unit, .duty = key.subject}))
            if (row.owed().period.to_string() == key.period) write_slot(json, row, waivers.of(row));
    }
    json.end_array();
}

// What became of a notice, in one word and one line.
struct Fate {
    std::string state;  // delivered, dead, waiting, held, superseded, over
    std::string why;
};

Fate fate_of(const Engine& engine, const NoticeRow& row, const std::optional<MessageRow>& message, const Alert& alert)
{
    const Policy& policy = engine.policy();
    if (message) return {message->state, message->answer};
    if (row.dropped == "superseded") return {row.dropped, "同一预警的后一次通知取代了它"};
    if (row.dropped == "over") return {row.dropped, "发出之前事情已经了结"};
    if (const Silence* silence = engine.silenced_by(alert)) return {"held", fmt::format("由 {} 静默至 {}：{}", silence->by, format_instant(silence->until, policy.zone), silence->comment)};
    if (alert.acknowledged_until && engine.now() < *alert.acknowledged_until)
        return {"held", fmt::format("{} 已签收，至 {} 前不再提醒", alert.acknowledged_by, format_instant(*alert.acknowledged_until, policy.zone))};
    const Instant hour = next_hour(engine.now(), policy.post, policy.calendar, policy.zone);
    return {"held", fmt::format("并入 {} 的汇总消息", format_instant(hour, policy.zone))};
}

void write_attempts(Json& json, const Zone& zone, const std::vector<Attempt>& attempts)
{
    json.key("attempts").array();
    for (const Attempt& attempt : attempts) {
        json.object().member("at", format_instant(attempt.at, zone)).member("channel", attempt.channel).member("result", attempt.result);
        json.member("answer", attempt.answer).end_object();
    }
    json.end_array();
}

void write_notice(Json& json, const Engine& engine, StoreReader& reader, const NoticeRow& row, const Alert& alert)
{
    const Policy& policy = engine.policy();
    const Notice& notice = row.notice;
    const auto message = row.message ? reader.message(policy.plan.id, *row.message) : std::nullopt;
    const Fate fate = fate_of(engine, row, message, alert);
    json.object().member("number", notice.number).member("at", format_instant(notice.at, policy.zone)).member("step", notice.step);
    json.member("severity", to_string(notice.severity)).member("recipient", notice.recipient.id).member("name", notice.recipient.name);
    json.member("channel", message ? message->channel : notice.recipient.channel).member("state", fate.state).key("answer").value_or_null(fate.why);
    json.key("sent").value_or_null(message ? format_instant(message->message.at, policy.zone) : "");
    json.key("closed").value_or_null(message && message->closed_at ? format_instant(*message->closed_at, policy.zone) : "");
    json.member("message", row.message).member("tries", message ? message->tries : 0U).key("message_id").value_or_null(message ? message->message_id : "");
    write_attempts(json, policy.zone, message ? reader.attempts(policy.plan.id, *row.message) : std::vector<Attempt>{});
    json.member("why", notice.why).end_object();
}

void write_notices(Json& json, const Engine& engine, StoreReader& reader, const Alert& alert)
{
    json.key("notices").array();
    for (const NoticeRow& row : reader.notices(engine.policy().plan.id, alert.key.id(engine.policy().plan.id))) write_notice(json, engine, reader, row, alert);
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
    write_clause(json, policy.plan, alert.key);
    write_indicator(json, engine, alert.key);
    write_slots_of(json, engine, reader, alert.key);
    json.key("history");
    write_history(json, policy.zone, reader.history(policy.plan.id, id));
    write_notices(json, engine, reader, alert);
    json.end_object();
    return std::move(json).text();
}

}  // namespace planwatch

// Alerts: the list, and one with its history and its reasons.
#include "daemon/api.hpp"
#include "daemon/explanation.hpp"
#include "daemon/problem_json.hpp"
#include "exporters/json.hpp"
#include "exporters/views.hpp"

#include <fmt/format.h>

namespace planwatch {

// What is active comes from the engines; what has ended from the store.
Response Api::alerts(const Call& call)
{
    QueryReader query{call.request, {"state", "plan", "unit", "kind"}};
    const std::vector<const Engine*> engines = engines_for(call, query);
    const std::string_view state = query.text("state");
    const std::string unit = query.unit("unit", engines);
    const std::string_view kind_text = query.text("kind");
    const std::optional<AlertKind> kind = kind_text.empty() ? std::nullopt : parse_alert_kind(kind_text);
    if (!kind_text.empty() && !kind) query.problem("kind", fmt::format("unknown kind '{}'", kind_text));
    if (!state.empty() && state != "firing" && state != "pending" && state != "resolved") {
        query.problem("state", fmt::format("unknown state '{}'; expected firing, pending or resolved", state));
    }
    if (!query.problems().empty()) return bad_query(query.problems());

    Json json;
    json.object().key("items").array();
    for (const Engine* engine : engines) {
        const Policy& policy = engine->policy();
        if (state == "resolved") {
            for (const AlertRow& row : reader_.alerts({.plan = policy.plan.id, .unit = unit, .kind = kind, .state = "resolved"})) {
                write_alert(json, policy, row.alert, row.resolved_at);
            }
            continue;
        }
        for (const auto& [key, alert] : engine->alerts()) {
            if ((!unit.empty() && key.unit != unit) || (kind && key.kind != *kind)) continue;
            if (state.empty() || state == to_string(alert.state.phase)) write_alert(json, policy, engine->alert_now(alert));
        }
    }
    json.end_array().end_object();
    return {.content_type = json_content_type, .body = std::move(json).text()};
}

std::optional<Api::FoundAlert> Api::find_alert(const Call& call)
{
    const std::string_view plan = call.subject.substr(0, call.subject.find(':'));
    const Engine* engine = may_see(call.token, plan) ? service_.engine(plan) : nullptr;
    const auto key = engine ? AlertKey::parse(call.subject, plan) : std::nullopt;
    if (!key) return std::nullopt;
    if (const auto active = engine->alerts().find(*key); active != engine->alerts().end()) return FoundAlert{engine, engine->alert_now(active->second), {}};
    const std::optional<AlertRow> row = reader_.alert(plan, call.subject);
    if (!row || !row->resolved_at) return std::nullopt;
    return FoundAlert{engine, row->alert, row->resolved_at};
}

Response Api::alert(const Call& call)
{
    const QueryReader query{call.request, {}};
    if (!query.problems().empty()) return bad_query(query.problems());
    const auto found = find_alert(call);
    if (!found) return not_found("alert", call.subject);
    return {.content_type = json_content_type, .body = alert_json(found->engine->policy(), found->alert, found->resolved)};
}

Response Api::history(const Call& call)
{
    const QueryReader query{call.request, {}};
    if (!query.problems().empty()) return bad_query(query.problems());
    const auto found = find_alert(call);
    if (!found) return not_found("alert", call.subject);
    const Policy& policy = found->engine->policy();
    Json json;
    json.object().key("items");
    write_history(json, policy.zone, reader_.history(policy.plan.id, call.subject));
    json.end_object();
    return {.content_type = json_content_type, .body = std::move(json).text()};
}

// All that an officer asks of an alert: what it says, how it stands now, what is behind it, how it came, who was told.
Response Api::explain_alert(const Call& call)
{
    const QueryReader query{call.request, {}};
    if (!query.problems().empty()) return bad_query(query.problems());
    const auto found = find_alert(call);
    if (!found) return not_found("alert", call.subject);
    return {.content_type = json_content_type, .body = explanation_json(*found->engine, reader_, found->alert, found->resolved)};
}

}  // namespace planwatch

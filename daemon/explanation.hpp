// Why an alert is, or was, as a chain of facts for programs and people: what, which clause, whose duty, the arithmetic, every
// transition, and who was told of it, when, with what answer. The same for the API and for the command line.
#pragma once

#include "daemon/store.hpp"
#include "exporters/json.hpp"
#include "rules/engine.hpp"

#include <optional>
#include <string>
#include <vector>

namespace planwatch {

// {alert, clause: {id, title} | null, indicator: {…} | null, slots: [{…}],
//  history: [{at, transition, severity, why, facts}],
//  notices: [{number, at, step, severity, recipient, name, channel, state, answer, sent, closed, message, tries, message_id,
//             attempts: [{at, channel, result, answer}], why}]}; `answer`: the server's last word, or why it has not been sent
// `alert`, `indicator` and `slots` as their own lists have them (exporters/views.hpp); no addresses. `alert`: while it
// lasts in the words of now (Engine::alert_now). `resolved`: when it ended.
std::string explanation_json(const Engine& engine, StoreReader& reader, const Alert& alert, std::optional<Instant> resolved = {});

void write_history(Json& json, const Zone& zone, const std::vector<TransitionRow>& rows);  // an array

}  // namespace planwatch

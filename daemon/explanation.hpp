// Why an alert is, or was, as a chain of facts for programs and people: what, which clause, whose duty, the arithmetic, every
// transition, and who was told of it, when, with what answer. The same for the API and for the command line.
#pragma once

#include "daemon/store.hpp"
#include "rules/engine.hpp"

#include <string>

namespace planwatch {

// {alert, clause: {id, title} | null, slot: {…} | null, indicator: {…} | null, history: [{at, event, severity, why}],
//  notices: [{at, step, severity, recipient, name, channel, address, state, tries, answer, closed, message_id}]}
// `alert`, `slot` and `indicator` as their own lists have them (exporters/views.hpp). `row` is of the engine's plan.
std::string explanation_json(const Engine& engine, StoreReader& reader, const AlertRow& row);

}  // namespace planwatch

// How the store spells what is more than a number: names of states, facts and recipients as JSON. For the store's own files.
#pragma once

#include "rules/engine.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

std::string facts_to_json(const Facts& facts);  // an object, in the facts' order
Facts facts_of_json(std::string_view json);
std::string recipients_to_json(const std::vector<Recipient>& recipients);
std::vector<Recipient> recipients_of_json(std::string_view json);

// These throw SqliteError where a row holds what this program never writes.
SlotState slot_state_of(std::string_view text);
Severity severity_of(std::string_view text);
AlertKind alert_kind_of(std::string_view text);
Phase phase_of(std::string_view state);  // of pending, firing, resolved

std::string_view to_string(AlertEvent event);

}  // namespace planwatch

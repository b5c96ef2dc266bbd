// Reads an alert's id, `plan:kind:subject:unit:period`, back into its parts. A subject may hold colons itself (the
// recipient of an undeliverable notice, "unit:agri"); no other part can.
#pragma once

#include "rules/alert.hpp"

#include <optional>
#include <string_view>

namespace planwatch {

std::optional<AlertKey> parse_alert_id(std::string_view id);

}  // namespace planwatch

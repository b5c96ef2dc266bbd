// Firing alerts as Prometheus' Alertmanager takes them (POST /api/v2/alerts). Labels are identity and hold ids alone; what changes
// stands in annotations. No I/O, no clock.
#pragma once

#include "exporters/json.hpp"
#include "rules/alert.hpp"
#include "rules/policy.hpp"

#include <string>
#include <string_view>

namespace planwatch {

inline constexpr std::string_view alertmanager_path = "/api/v2/alerts";

// What makes an alert the same one to Alertmanager: all its labels. A change of severity is another alert.
struct AlertLabels {
    std::string plan;  // id
    AlertKey key;
    Severity severity = Severity::info;
    friend auto operator<=>(const AlertLabels&, const AlertLabels&) = default;
};

// How long it fires: `ends` lies ahead while it does, and is sent again before it comes; in the past it says that it is over.
struct AlertSpan {
    Instant starts{};
    Instant ends{};
};

// Appends one object. `url`: the daemon's own, for the link back; empty: none.
void write_firing(Json& json, const Alert& alert, const Policy& policy, const AlertSpan& span, std::string_view url);
void write_ended(Json& json, const AlertLabels& labels, const AlertSpan& span);

}  // namespace planwatch

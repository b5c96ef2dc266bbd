// The life of one alert, as a pure step function. Called by the engine once per affected condition.
// Knows nothing of storage, clocks or messages.
#pragma once

#include "rules/alert_kind.hpp"
#include "rules/directory.hpp"
#include "rules/ladder.hpp"
#include "rules/period.hpp"
#include "rules/shared_text.hpp"

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace planwatch {

enum class Phase : std::uint8_t { inactive, pending, firing };

struct AlertState {
    Phase phase = Phase::inactive;
    Instant since{};  // pending: when the breach began; firing: when it fired
    friend bool operator==(const AlertState&, const AlertState&) = default;
};

enum class AlertEvent : std::uint8_t {
    none,
    pending,   // a breach began that must last before it fires
    fired,
    resolved,  // was firing, is no more
    lapsed,    // was pending, ended before it fired
};

struct Step {
    AlertState state;
    AlertEvent event = AlertEvent::none;
    friend bool operator==(const Step&, const Step&) = default;
};

// Fires once the breach has lasted for `hold` (fires when now − since >= hold, as Prometheus' `for`).
Step step(AlertState state, bool breached, Instant now, std::chrono::seconds hold);

// Identity: one alert a key at a time. Its text, `plan:kind:subject:unit:period`, is the id that people and
// programs see; a part that does not apply is "-".
struct AlertKey {
    AlertKind kind = AlertKind::due_soon;
    std::string subject;  // duty or indicator; for undeliverable, the recipient
    std::string unit;     // empty for a condition of the plan as a whole
    std::string period;   // empty where there is none
    friend auto operator<=>(const AlertKey&, const AlertKey&) = default;
    std::string id(std::string_view plan) const;
    static std::optional<AlertKey> parse(std::string_view id, std::string_view plan);  // empty where it is no id of this plan
};

// The arithmetic for programs, in a fixed order: value, target, …
using Facts = std::vector<std::pair<std::string, SharedText>>;

// An alert that is pending or firing, with all that is needed to go on with it after a restart.
struct Alert {
    AlertKey key;
    AlertState state;
    Severity severity = Severity::info;
    SharedText why;                            // the arithmetic, for people
    Facts facts;
    std::vector<Recipient> told;               // who got a notice of it, and so learns of its end
    std::optional<Instant> acknowledged_until;
    std::string acknowledged_by;
};

std::string_view to_string(Phase);

}  // namespace planwatch

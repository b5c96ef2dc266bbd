// The proof that nothing is told to nobody: every step of every ladder, for all that it can be about, and every route has at least
// one recipient who lives: who has an address that can be used (mail, or a receiver that there is) and is not away for all that is
// left of the plan, or whose deputy is such a person. Looks at what an alert can be about, not at slots: a plan of 20,000
// businesses takes no longer than its circles.
#pragma once

#include "config/plan.hpp"
#include "config/settings.hpp"
#include "rules/policy.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace planwatch {

struct ReachProof {
    std::size_t looked_at = 0;  // a step for one unit, one indicator or the whole plan; a route
    std::size_t holes = 0;      // those that reach nobody
    std::string first;          // the way to the first of them: "plan p -> duty d -> ladder l -> step -7wd -> reporter -> unit u -> no contact"
    std::string path;           // where that one stands, "file:line:column"
};

// Who lives, from `from` to `to`.
class Living {
public:
    Living(const Policy& policy, const Settings& settings, Day from, Day to);

    bool includes(const Contact& contact) const;
    // Whether any such person is told as `audience` of the unit; without one, of the whole plan.
    bool includes_any(Audience audience, std::optional<UnitIndex> unit) const;
    // From the contact to the deputy or the lack where it ends: "contact zhang -> away until 2023-12-31 -> no deputy".
    std::string way(const Contact& contact) const;
    bool is_usable(const Address& address) const;

private:
    enum class Answer : std::uint8_t { unknown, no, yes };

    bool follow(const Contact& contact, std::string* way) const;
    bool is_away_throughout(const Contact& contact) const;
    bool ask(Audience audience, const Unit* unit) const;

    const Plan& plan_;
    const Directory& directory_;
    const Settings& settings_;
    Day from_, to_;
    // What was asked before: many steps tell the same people.
    mutable std::vector<Answer> contacts_;                  // same positions
    mutable std::map<Audience, std::vector<Answer>> units_;  // of the units, same positions, and of none behind them
};

// Plans and units that a route of the settings names and that are nowhere: it would tell nobody of anything. `read`: the plans that
// were read; `known`: the ids of all that there are. A unit is looked for where all plans that the route is for were read.
Problems stray_routes(const Settings& settings, std::span<const Plan* const> read, std::span<const std::string> known);

// Plans that a kind of report is for and that are nowhere.
Problems stray_reports(const Settings& settings, std::span<const std::string> known);

// All that is left of the plan on `today`, to the last due date; Living looks at these days.
Living living_people(const Policy& policy, Day today, const Settings& settings);
ReachProof prove_reach(const Policy& policy, const ParsedPlan& parsed, const Living& living, const Settings& settings);

}  // namespace planwatch

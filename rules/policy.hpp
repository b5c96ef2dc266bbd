// All that the engine judges by, frozen: the plan, its calendar, zone, ladders and directory. A change of
// any of them is a new policy with a new version, adopted by an event in the ledger.
#pragma once

#include "rules/calendar.hpp"
#include "rules/ladder.hpp"
#include "rules/office.hpp"
#include "rules/plan.hpp"

#include <string>
#include <vector>

namespace planwatch {

struct Policy {
    std::string version;  // hash of the sources it was compiled from, hex
    Plan plan;
    Calendar calendar;
    Zone zone;
    std::vector<Ladder> ladders;  // the first for duties is for every duty that names none; none: default_ladder(cadence)
    Directory directory;
    std::vector<Route> routes;
    PostRules post;
    ReportRules reports;

    const Ladder& ladder_of(const Duty& duty) const;
    const Ladder& ladder_of(AlertKind kind) const;  // of a kind that is not about a slot
};

// One duty × one period, with what all its units share. The slots of a plan are deadlines × units.
struct Deadline {
    DutyIndex duty = 0;
    Period period;
    Due due;
    std::vector<Instant> steps;  // of the duty's ladder, same positions
};

// Every deadline of the plan that the plan can still ask for, ordered by due moment, duty, period.
std::vector<Deadline> deadlines_of(const Policy& policy);

}  // namespace planwatch

// The ladder (催办阶梯): the steps of reminding and escalating around a due moment.
#pragma once

#include "rules/alert_kind.hpp"
#include "rules/directory.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace planwatch {

enum class Severity : std::uint8_t { info, warning, critical };

struct LadderStep {
    int offset = 0;        // days from the due date; negative before it
    bool working = true;   // the offset counts working days
    // When on that day; a step with offset 0 that has no time stands at the due moment itself.
    std::optional<std::chrono::minutes> time;
    Severity severity = Severity::info;
    std::vector<Audience> audiences;
    std::vector<std::string> contacts;  // ids: told beside the audiences
    std::vector<std::string> channels;  // the first of these that a person has an address for; empty: the person's own first

    bool stands_at_due() const { return offset == 0 && !time; }
    std::string name() const;  // "-7wd", "0", "due", "+3wd"
};

struct Ladder {
    std::string id;
    std::vector<LadderStep> steps;  // ascending; exactly one stands at the due moment (of a ladder for kinds: the moment it fires)
    std::vector<AlertKind> kinds;   // empty: for duties; else for alerts of these kinds, and no step lies before they fire
    bool of_one_duty = false;       // a ladder with that duty's own reminders; of no other duty unless it names it
};

// −7wd, −3wd, −1wd, the due date's morning, the due moment, +1wd, +3wd, +7wd: the reporter, then the
// unit's head, the office, the leaders. For an office that sets nothing. Of what is owed every day or every week the due moment
// alone, since reminders would never cease; the office hears of the weeks.
Ladder default_ladder(Cadence cadence = Cadence::once);

// For alerts that are not about a slot: the reporter and the office when it fires; where it lasts, their superiors.
Ladder default_ladder(AlertKind kind);

// The step's instant for a slot with due date `date` and due moment `moment`.
Instant step_instant(const LadderStep& step, Day date, Instant moment, const Calendar& calendar, const Zone& zone);

std::string_view to_string(Severity);
std::string_view severity_name(Severity);  // 提示, 警告, 紧急

}  // namespace planwatch

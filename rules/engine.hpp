// The engine: one plan's state, moved on by events and by time. Pure: it is given its time, does no I/O, and
// the same events give the same changes, byte for byte. The daemon, the simulator, the rule tests and
// `verify` all run this one.
//
//     admit(raw, now) → Submission or every problem      apply(event, now) → Changes
//     next_wake() → when time alone changes something    advance(to)       → Changes, stamped with their own moments
//
// Time never runs backwards here: an event with an earlier `now` counts as happening at the latest instant seen.
#pragma once

#include "rules/alert.hpp"
#include "rules/event.hpp"
#include "rules/policy.hpp"

#include <memory>
#include <optional>
#include <queue>
#include <span>
#include <unordered_map>
#include <vector>

namespace planwatch {

enum class SlotState : std::uint8_t { upcoming, due_soon, overdue, on_time, late, waived };
std::string_view to_string(SlotState);
std::string_view state_name(SlotState);  // 未到期, 即将到期, 逾期, 按时, 迟报, 免报

// One duty × one unit × one period. Kept small: a plan of 20,000 businesses has millions.
struct Slot {
    std::int32_t handed_in = 0;  // seconds from the due moment; meaningful when on_time or late
    SlotState state = SlotState::upcoming;
    bool filed = false;          // the document part was handed in
    bool operator==(const Slot&) const = default;
};

// A figure that was stored: the newest revision for its series and period.
struct StoredFigure {
    std::uint32_t series = 0;
    Period period;
    std::uint32_t revision = 0;  // 1, 2, …
    Figure figure;
};

// Stamped once, when a slot is complete or its due moment passes, whichever comes first; never changed after.
struct Verdict {
    bool on_time = false;
    std::string why;  // the arithmetic, for people
};

struct SlotChange {
    std::uint32_t deadline = 0;
    UnitIndex unit = 0;
    Slot slot;
    Instant at{};
    std::optional<Verdict> verdict;  // set by the change that judges
};

struct Transition {
    Instant at{};
    AlertEvent event = AlertEvent::none;
    Alert alert;  // as it is after the transition; for a resolved one, as it was
};

struct Notice {
    std::uint64_t number = 0;  // 1, 2, … within the plan, never used twice
    Instant at{};
    std::string alert;         // id
    std::string step;          // "-7wd", "due", "+3wd", "fired", "resolved"
    Severity severity = Severity::info;
    Recipient recipient;
    std::string why;           // the alert's line at that moment
};

// All that an event or the passing of time did, in order. The store writes it in the event's own transaction.
struct Changes {
    std::vector<StoredFigure> figures;
    std::vector<SlotChange> slots;
    std::vector<Transition> transitions;
    std::vector<Alert> alerts;  // changed without a transition: told somebody, acknowledged, new arithmetic
    std::vector<Notice> notices;
    bool repeated = false;      // a submission equal to what is stored: nothing else is set

    bool empty() const
    {
        return figures.empty() && slots.empty() && transitions.empty() && alerts.empty() && notices.empty();
    }
};

// What a restart reads back: the latest rows.
struct Snapshot {
    Instant now{};
    std::uint64_t last_notice = 0;
    std::vector<StoredFigure> figures;  // newest revision a series and period, any order
    std::vector<SlotChange> slots;
    std::vector<Alert> alerts;
};

// One indicator × one unit that reports it, numbered 0, 1, … by indicator, then by the indicator's units.
struct Series {
    IndicatorIndex indicator = 0;
    UnitIndex unit = 0;
};
std::vector<Series> series_of(const Plan& plan);

class Engine {
public:
    // A plan at its beginning: nothing reported, time at the instant the plan was issued.
    explicit Engine(std::shared_ptr<const Policy> policy);
    // As it was when the rows were written, under the same policy.
    Engine(std::shared_ptr<const Policy> policy, const Snapshot& snapshot);
    // The same plan under a changed policy, adopted at `now`: verdicts, figures and alerts stay; open slots take the
    // new deadline unless the old or the new one has passed; what is no longer in the plan leaves it.
    Changes adopt(std::shared_ptr<const Policy> policy, Instant now);

    Result<Submission> admit(const RawSubmission& raw, Instant now) const;
    Result<Filing> admit(const RawFiling& raw, Instant now) const;
    // Whether the period's figures may still change at `now` (else the API answers 409).
    bool locked(const Period& period, Instant now) const;

    Changes apply(const Event& event, Instant now);
    Changes advance(Instant to);
    std::optional<Instant> next_wake() const;

    Instant now() const { return now_; }
    const Policy& policy() const { return *policy_; }
    const std::shared_ptr<const Policy>& policy_ptr() const { return policy_; }

    std::size_t series_count() const { return series_.size(); }
    Series series(std::uint32_t index) const { return series_[index].id; }
    std::optional<std::uint32_t> series_of(IndicatorIndex indicator, UnitIndex unit) const;
    std::span<const StoredFigure> figures_of(std::uint32_t series) const { return series_[series].figures; }
    std::optional<Instant> last_submission(std::uint32_t series) const;

    const std::vector<Deadline>& deadlines() const { return deadlines_; }
    // The slots of a deadline, same positions as its duty's units.
    std::vector<Slot> slots_of(std::uint32_t deadline) const;
    std::string why_of(std::uint32_t deadline, UnitIndex unit) const;

    // Of the whole, or (`unit`) of one reporting unit's own part.
    Assessment assessment(IndicatorIndex indicator, std::optional<UnitIndex> unit = {}) const;

    const std::map<AlertKey, Alert>& alerts() const { return alerts_; }

    Snapshot snapshot() const;
};

}  // namespace planwatch

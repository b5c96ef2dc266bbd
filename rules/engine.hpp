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
#include "rules/circles.hpp"
#include "rules/event.hpp"
#include "rules/index.hpp"
#include "rules/policy.hpp"

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planwatch {

enum class SlotState : std::uint8_t { upcoming, due_soon, overdue, on_time, late, waived };
std::string_view to_string(SlotState);
std::string_view state_name(SlotState);  // 未到期, 即将到期, 逾期, 按时, 迟报, 免报

// One duty × one unit × one period. Kept small: a plan of 20,000 businesses has millions.
struct Slot {
    std::int32_t handed_in = 0;  // seconds from the deadline's due moment, an extension aside; meaningful when on_time or late
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
    Instant at{};  // when it came in
};

// Stamped once, when a slot is complete or its due moment passes, whichever comes first; never changed after.
struct Verdict {
    bool on_time = false;
    SharedText why;  // the arithmetic, for people
};

struct SlotChange {
    std::uint32_t deadline = 0;
    UnitIndex unit = 0;
    Slot slot;
    Instant at{};
    std::optional<Verdict> verdict;  // set by the change that judges
};

// A change of an alert. AlertEvent::none: its row changed without a transition (somebody more was told, acknowledged).
struct Transition {
    Instant at{};
    AlertEvent event = AlertEvent::none;
    Alert alert;  // as it is afterwards; of one that resolved or lapsed, as it was
};

struct SilenceChange {
    Silence silence;
    std::optional<Instant> ended;  // empty: it was made
    std::string by;                // who ended it before its time; empty where time did
};

// What somebody settled about one slot. The latest extension counts.
struct Decision {
    std::uint32_t deadline = 0;
    UnitIndex unit = 0;
    std::optional<Day> until;  // an extension's last day; empty: a waiver
    std::string by;
    std::string reason;
    Instant at{};
};

// All that an event or the passing of time did, in order. The store writes it in the event's own transaction.
struct Changes {
    std::vector<StoredFigure> figures;
    std::vector<SlotChange> slots;
    std::vector<Transition> transitions;
    std::vector<Notice> notices;        // decided; each goes out in a message, at once or later, or is dropped
    Post::Sent post;                    // messages that leave now, and notices that never will
    std::vector<Decision> decisions;
    std::vector<SilenceChange> silences;
    bool repeated = false;      // a submission equal to what is stored: nothing else is set

    void add(Changes later);  // behind these
    bool empty() const
    {
        return figures.empty() && slots.empty() && transitions.empty() && notices.empty() && post.messages.empty() && post.dropped.empty() && decisions.empty() && silences.empty();
    }
};

// A slot that is not as it was born. Millions of them pass through a restart: no more than what the engine goes on with.
struct KeptSlot {
    std::uint32_t deadline = 0;
    UnitIndex unit = 0;
    Slot slot;
};

// What was handed in, judged and granted under names that the plan no longer has. It counts for nothing, and is there again as soon as
// a later plan has its place: a mistyped id that is put right loses nothing.
struct SetAside {
    using Place = std::pair<std::string, std::string>;  // ids of an indicator or a duty, and of a unit
    struct LeftSlot {
        Period period;
        Instant due{};  // from which `slot.handed_in` counts
        Slot slot;
    };
    std::map<Place, std::vector<StoredFigure>> figures;                     // their `series` says nothing
    std::map<Place, std::vector<LeftSlot>> slots;
    std::map<Place, std::vector<std::pair<Period, Decision>>> extensions;  // their `deadline` and `unit` say nothing
};

// What a restart reads back: the latest rows.
struct Snapshot {
    Instant now{};  // all that falls to this instant has happened
    std::uint64_t last_notice = 0;
    std::uint64_t last_message = 0;
    std::vector<StoredFigure> figures;  // newest revision a series and period, any order
    std::vector<KeptSlot> slots;
    std::vector<Alert> alerts;
    std::vector<Notice> held;
    std::vector<WeekCount> weeks;       // of the week of `now`
    std::vector<Silence> silences;      // that have not ended
    std::vector<Decision> extensions;   // the latest a slot
    SetAside aside;
    Instant begins = Instant::min();  // where it is still to come: see Engine
};

// One indicator × one unit that reports it, numbered 0, 1, … by indicator, then by the indicator's units.
struct Series {
    IndicatorIndex indicator = 0;
    UnitIndex unit = 0;
};
std::vector<Series> series_of(const Plan& plan);

class RecordProblems;

class Engine {
public:
    // A plan at its beginning: nothing reported, time at the instant the plan was issued. Nobody is told anything before
    // `begins`: what fired earlier and still fires then is told once, at `begins` (an office that starts in October does
    // not get August's reminders).
    explicit Engine(std::shared_ptr<const Policy> policy, std::optional<Instant> begins = {});
    // As it was when the rows were written, under the same policy.
    Engine(std::shared_ptr<const Policy> policy, const Snapshot& snapshot);
    // The same plan under a changed policy, from `now` on: figures, verdicts and alerts stay; slots not yet judged take
    // the new deadline (one already past makes them overdue now, and told of as the ladder stands); a slot that lacks
    // nothing by the new rules is complete; what is no longer in the plan leaves it. Positions in the returned changes
    // are the new policy's; call advance(now) before.
    Changes adopt(const std::shared_ptr<const Policy>& policy, Instant now);

    // Checked against the state and against each other, to be applied in this order. Every problem at once, in the order of the
    // records and of their fields: of their form (`faults`), of names and periods, of figures. Problem paths are "/values/…" for a
    // single one, "/3/values/…" for several. An empty Problems never comes back as failure. `nearest`: an unknown name is told with
    // the nearest known one (of the first few alone), which looks through all the names.
    Result<std::vector<Submission>> admit(std::span<const RawSubmission> raw, Instant now, bool nearest = true) const;
    Result<Filing> admit(const RawFiling& raw, Instant now, bool nearest = true) const;
    Result<Extension> admit(const RawExtension& raw, Instant now) const;
    Result<Waiver> admit(const RawWaiver& raw, Instant now) const;
    // Problems of one that begins now; empty where there is none.
    Problems examine(const Silence& silence, Instant now) const;
    Problems unknown_names(const Matchers& matchers) const;  // those of the above that are about names
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
    std::optional<UnitIndex> unit_of(std::string_view id) const { return unit_names_.find(id); }
    std::optional<std::uint32_t> series_of(IndicatorIndex indicator, UnitIndex unit) const;
    std::span<const StoredFigure> figures_of(std::uint32_t series) const { return series_[series].figures; }
    std::optional<Instant> last_submission(std::uint32_t series) const;  // when its newest figure came in

    const std::vector<Deadline>& deadlines() const { return deadlines_; }
    // The slots of a deadline, same positions as its duty's units; one of them; how many are in each state.
    std::vector<Slot> slots_of(std::uint32_t deadline) const;
    Slot slot_at(std::uint32_t deadline, std::uint32_t position) const;
    std::optional<std::uint32_t> position_in(DutyIndex duty, UnitIndex unit) const { return duties_[duty].positions.find(unit); }
    using SlotCounts = std::array<std::uint32_t, 6>;  // by SlotState
    SlotCounts counts_of(std::uint32_t deadline) const { return counts_[deadline]; }
    std::string why_of(std::uint32_t deadline, UnitIndex unit) const;
    // With the slot's own extension where it has one.
    Due due_of(std::uint32_t deadline, UnitIndex unit) const;
    const Decision* extension_of(std::uint32_t deadline, UnitIndex unit) const;
    // By deadline and position; those among them that the plan's own date has overtaken too.
    const std::map<std::pair<std::uint32_t, std::uint32_t>, Decision>& extensions() const { return extensions_; }

    // The end of the newest period whose figures have fallen due: what the pace of the indicator and its parts is judged by at least.
    std::optional<Day> due_through(IndicatorIndex indicator) const { return indicators_[indicator].due_through; }
    // Of the whole, or (`unit`) of one reporting unit's own part.
    Assessment assessment(IndicatorIndex indicator, std::optional<UnitIndex> unit = {}) const;

    const std::map<AlertKey, Alert>& alerts() const { return alerts_; }
    const std::map<std::string, Silence>& silences() const { return silences_; }  // that have not ended
    const Silence* silenced_by(const Alert& alert) const;                         // empty where people may be told of it
    const Post& post() const { return post_; }
    // The same in the words and with the arithmetic of this moment; an active alert itself keeps those of its last transition.
    Alert alert_now(Alert alert) const;

    Snapshot snapshot() const;

private:
    struct SeriesState {
        Series id;
        std::vector<StoredFigure> figures;  // newest revision a period, ascending by last day
        std::uint32_t doubts = 0;           // implausible alerts that are active
        std::uint32_t alerts = 0;           // bit a kind: active alerts of this unit's own part (`each` indicators)
    };
    // What was reported for one period: the sum over units, and how many of them it covers.
    struct PeriodSum {
        Period period;
        Figure sum;
        std::uint32_t units = 0;
        Instant at{};  // when the last of them came in
    };
    struct IndicatorState {
        std::uint32_t first_series = 0;
        PositionIndex positions;                // unit → position in the indicator's units
        std::vector<DutyIndex> duties;          // that collect it
        std::vector<IndicatorIndex> dependents; // derived indicators that it is a part of
        Figure total;                           // over all units: the sum, or the sum of the latest
        std::uint32_t reporting = 0;            // units with any figure
        std::vector<PeriodSum> periods;         // ascending by last day
        std::optional<Day> complete_through;    // the end of the newest period that every unit has reported (the day they
                                                // did, of a period that still ran)
        std::optional<Day> due_through;         // the end of the newest period whose figures have fallen due
        std::uint32_t alerts = 0;               // bit a kind: active alerts of the whole
        std::optional<Instant> target_at;       // when the target falls due
    };
    struct DutyState {
        PositionIndex positions;                // unit → position in the duty's units
        std::vector<std::uint32_t> deadlines;   // ascending by period
        Circles circles;
    };
    // Something that time alone brings; all of it is known from the policy.
    struct Moment {
        enum class Kind : std::uint8_t { fall_due, ladder_step, checkpoint, target_due, begin };
        Instant at;
        Kind kind;
        std::uint32_t index = 0;  // deadline or indicator
        std::uint32_t step = 0;   // ladder_step: position; checkpoint: the day, counted from 1970
        friend auto operator<=>(const Moment&, const Moment&) = default;
    };
    // A pending alert that will fire if the breach lasts.
    struct Ripening {
        Instant at;
        IndicatorIndex indicator = 0;
        std::optional<UnitIndex> unit;  // of an `each` indicator
        friend auto operator<=>(const Ripening&, const Ripening&) = default;
    };

    // Something that time alone brings to one extended slot.
    struct SlotMoment {
        static constexpr std::uint32_t falls_due = ~std::uint32_t{0};
        Instant at;
        std::uint32_t deadline = 0;
        std::uint32_t position = 0;
        std::uint32_t step = falls_due;  // else a position in the duty's ladder
        friend auto operator<=>(const SlotMoment&, const SlotMoment&) = default;
    };
    // The next step of the ladder of an alert that is not about a slot.
    struct Climb {
        Instant at;
        AlertKey key;
        std::uint32_t step = 0;
        friend auto operator<=>(const Climb&, const Climb&) = default;
    };

    void restore_alert(const Alert& alert);
    void restore_decisions(const Snapshot& snapshot);
    void index_policy();
    void plan_moments(std::optional<Instant> begins);
    void replay_past_moments();
    Snapshot rows_under(const Engine& next) const;
    void bring_figures(const Engine& next, Snapshot& rows) const;
    void bring_slots(const Engine& next, Snapshot& rows) const;
    void bring_extensions(const Engine& next, Snapshot& rows) const;
    void question_returned(const SetAside& before, Changes& changes);
    std::optional<std::uint32_t> series_named(std::string_view indicator_id, std::string_view unit_id) const;
    std::optional<std::pair<std::uint32_t, UnitIndex>> slot_named(std::string_view duty_id, std::string_view unit_id, const Period& period) const;
    void reword_reminders(const Engine& before, Changes& changes);
    std::optional<std::uint32_t> deadline_of(DutyIndex duty, std::optional<Period> period) const;
    void process(const Moment& moment, Changes& changes);
    void process_next(Instant at, Changes& changes);
    std::optional<Instant> next_delivery() const;

    // Intake (engine_intake.cpp)
    std::optional<Period> admit_period(std::string_view text, Instant now, RecordProblems& told) const;
    Submission admit_one(const RawSubmission& raw, Instant now, RecordProblems& told) const;
    std::optional<SubmittedValue> admit_value(const RawValue& raw, std::optional<UnitIndex> unit, const std::optional<Period>& period,
                                              RecordProblems& told) const;
    std::optional<std::uint32_t> admit_deadline(DutyIndex duty, const RawFiling& raw, Instant now, RecordProblems& told) const;
    std::optional<std::pair<std::uint32_t, UnitIndex>> admit_slot(const std::string& duty, const std::string& unit, const std::string& period, Problems& problems) const;
    void admit_together(const std::vector<Submission>& batch, Problems& problems) const;
    void apply_submission(const Submission& submission, Changes& changes);
    void apply_filing(const Filing& filing, Changes& changes);
    StoredFigure& store_figure(std::uint32_t series, const Period& period, const Figure& figure, Instant at, Changes& changes);
    const StoredFigure* stored(std::uint32_t series, const Period& period) const;
    // Keeps the indicator's sums: `before` is what the same period held, `latest_before` what the series' last period held.
    void add_to_totals(const SeriesState& series, const StoredFigure& after, const std::optional<Figure>& before,
                       const std::optional<Figure>& latest_before);
    void add_to_period(IndicatorIndex indicator, const StoredFigure& after, const std::optional<Figure>& before);
    void check_slots(DutyIndex duty, UnitIndex unit, const Period& period, Changes& changes);

    // What people settle (engine_decisions.cpp)
    void apply_acknowledgement(const Acknowledgement& ack, Changes& changes);
    void apply_silence(const Silence& silence, Changes& changes);
    void end_silence(const std::string& id, const std::string& by, Changes& changes);
    void silence_moment(const std::string& id, Changes& changes);
    std::optional<Instant> warns_at(const Silence& silence) const;
    void apply_delivery(const Delivery& delivery, Changes& changes);
    void apply_extension(const Extension& extension, Changes& changes);
    void apply_waiver(const Waiver& waiver, Changes& changes);
    void extend(const Decision& decision);
    // Empty too where the plan's own date has overtaken it.
    const Decision* extension_at(std::uint32_t deadline, std::uint32_t position) const;
    bool is_extended(std::uint32_t deadline, std::uint32_t position) const { return extension_at(deadline, position) != nullptr; }

    // Doubts (engine_doubts.cpp)
    void check_doubts(std::uint32_t series, const Period& period, Changes& changes);
    // `figure` is one of the series' own.
    void question(std::uint32_t series, const StoredFigure& figure, Changes& changes);
    void question_around(std::uint32_t series, Day of, Changes& changes);
    Alert doubt_alert(AlertKey key, std::uint32_t series, std::string_view doubt) const;
    std::optional<Alert> doubt_alert_now(const AlertKey& key) const;
    std::optional<std::string> doubt_about(std::uint32_t series, const StoredFigure& figure) const;
    std::optional<Decimal> sum_of_parts(IndicatorIndex total, const Period& period) const;
    std::optional<Decimal> sum_reported(IndicatorIndex indicator, const Period& period) const;
    // `within`: what was reported of periods that end in `period`.
    static std::optional<Decimal> sum_of_shorter(std::size_t units, const Period& period, std::span<const PeriodSum> within);
    std::optional<Decimal> sum_at_end(IndicatorIndex indicator, const Period& period, std::span<const PeriodSum> within) const;

    // Slots (engine_slots.cpp)
    // Puts the slot as it is now, and `verdict` where it was judged, among the changes.
    void record(std::uint32_t deadline, std::uint32_t position, Changes& changes, std::optional<Verdict> verdict = {}) const;
    Instant due_moment(std::uint32_t deadline, std::uint32_t position) const;
    std::vector<Slot>& touch(std::uint32_t deadline);
    Slot& set_state(std::uint32_t deadline, std::uint32_t position, SlotState state);
    bool owes_filing(const Duty& duty, UnitIndex unit) const;
    bool owes_figures(const Duty& duty, UnitIndex unit) const;
    bool has_figures(const Duty& duty, UnitIndex unit, const Period& period) const;
    bool is_whole(std::uint32_t deadline, std::uint32_t position) const;
    bool complete_if_whole(std::uint32_t deadline, std::uint32_t position, Changes& changes);
    void fall_due(std::uint32_t deadline, Changes& changes);
    void mark_overdue(std::uint32_t deadline, const LadderStep* rung, Changes& changes);
    // One slot, which fell due by itself.
    void mark_overdue(std::uint32_t deadline, std::uint32_t position, Changes& changes);
    void slot_moment(const SlotMoment& moment, Changes& changes);
    const LadderStep* due_step(std::uint32_t deadline) const;
    void fire_slot(const Alert& pattern, std::uint32_t deadline, const Circle& circle, const LadderStep* rung, Changes& changes);
    // `untold`: only for those alerts that nobody knows of.
    void climb(std::uint32_t deadline, std::uint32_t step, Changes& changes, bool untold = false);
    void climb_circle(std::uint32_t deadline, const Circle& circle, const Alert& pattern, const LadderStep& rung, bool untold, Changes& changes);
    void climb_alert(AlertKind kind, const Alert& pattern, std::uint32_t deadline, const Circle& circle, const LadderStep& rung, bool untold, Changes& changes);
    void climb_where_untold(Changes& changes);
    bool any_in(SlotState state, std::uint32_t deadline, const Circle& circle) const;
    std::optional<Circle> circle_told_as(DutyIndex duty, UnitIndex unit) const;
    void reword(Alert& alert, Alert now, Changes& changes);
    void waive_past_of_newcomers(const Engine& before, Changes& changes);
    void settle_circles(std::uint32_t deadline, Changes& changes);
    // Brings the alert of `kind` to whether any slot of the circle is in `state`; `cure`: why none is any more.
    void settle_circle(AlertKind kind, SlotState state, std::uint32_t deadline, const Circle& circle, const std::string& cure, Changes& changes);
    std::optional<Alert> slot_alert_now(const Alert& alert) const;
    // What all alerts of a deadline share, and one circle's alert made of it.
    Alert slot_pattern(AlertKind kind, std::uint32_t deadline, Severity severity) const;
    Alert slot_alert(const Alert& pattern, std::uint32_t deadline, const Circle& circle) const;
    std::string unit_wording(std::uint32_t deadline, std::uint32_t position, SharedText& missing) const;
    std::string crowd_wording(std::uint32_t deadline, const Circle& circle, SharedText& missing) const;
    std::string cure_wording(std::uint32_t deadline, std::uint32_t position) const;
    AlertKey slot_key(AlertKind kind, std::uint32_t deadline, UnitIndex unit) const;

    // Alerts of indicators, and alerts' lives (engine_alerts.cpp)
    // Of an `each` indicator only `unit`'s own part where that alone changed.
    void judge_indicator(IndicatorIndex indicator, Changes& changes, std::optional<UnitIndex> unit = {});
    void judge_part(IndicatorIndex indicator, std::optional<UnitIndex> unit, Changes& changes);
    std::string responsible_units(ClauseIndex clause) const;
    AlertKey part_key(AlertKind kind, IndicatorIndex indicator, std::optional<UnitIndex> unit) const;
    Alert indicator_alert(AlertKey key, IndicatorIndex indicator, const Assessment& assessment) const;
    std::optional<Alert> indicator_alert_now(const AlertKey& key) const;
    // Brings the alert `key` to what `breached` says; `make` gives its text where it begins. True while it is active.
    bool follow(const AlertKey& key, bool breached, std::chrono::seconds hold, const std::function<Alert()>& make, Changes& changes);
    // `cure`: what ended it, for those who are told so; without it the alert keeps its words.
    void resolve(const AlertKey& key, Changes& changes, SharedText cure = {});
    void climb_from(const Alert& alert);  // plans the alert's next step
    void stop_climbing(const Alert& alert);
    void climb_kind(const Climb& climb, Changes& changes);

    // Who is told, and when (engine_notices.cpp)
    bool is_open(std::string_view alert) const;
    bool is_open(const Alert& alert) const;
    bool goes_at_once(const Recipient& person) const { return policy_->post.hours.empty() || post_.is_machine(person.id); }
    // Hands it to the post; true where it goes to somebody for the first time.
    bool notify(Alert& alert, std::string_view step, Severity severity, std::vector<Recipient> recipients, Changes& changes);
    void notify_of_end(const Alert& alert, Changes& changes);
    void tell(Alert& alert, std::string_view step, Severity severity, std::vector<Recipient> recipients, Changes& changes);
    std::vector<Recipient> recipients_of(const LadderStep& rung, const Alert& alert) const;
    std::vector<Recipient> recipients_of(const LadderStep& rung, UnitIndex unit, AlertKind kind) const;
    std::vector<Recipient> others_of(const LadderStep& rung, std::optional<UnitIndex> unit, AlertKind kind) const;
    Day today() const { return policy_->zone.day_of(now_); }
    void tell_what_fires(Changes& changes);
    // The day up to which figures were due or came in: of the whole, or of `unit`'s own part. Empty before the first.
    Day covered(const Period& period, Instant at) const;
    std::optional<Day> known_through(IndicatorIndex indicator, std::optional<UnitIndex> unit) const;
    Day through_of(IndicatorIndex indicator, std::optional<UnitIndex> unit) const;
    std::optional<Figure> figure_of(IndicatorIndex indicator, std::optional<UnitIndex> unit) const;
    // What one reported indicator adds to it: the whole so far, or for a hold target that of the newest period.
    std::optional<Figure> reported_figure(IndicatorIndex indicator, std::optional<UnitIndex> unit, bool hold) const;

    std::shared_ptr<const Policy> policy_;
    Instant now_{};
    Instant begins_ = Instant::min();
    std::uint64_t last_notice_ = 0;
    NameIndex unit_names_, indicator_names_, duty_names_;
    std::vector<const Directory::Candidates*> people_;  // by unit: who is there for it, in the policy's directory
    std::vector<SeriesState> series_;
    std::vector<IndicatorState> indicators_;
    std::vector<DutyState> duties_;
    std::vector<Deadline> deadlines_;
    std::vector<std::vector<Slot>> slots_;  // by deadline; empty while all its slots are upcoming
    std::vector<SlotCounts> counts_;        // by deadline
    std::vector<Moment> agenda_;            // ascending; [next_moment_, end) is still to come
    std::size_t next_moment_ = 0;
    std::set<Ripening> ripening_;           // one for each pending alert
    std::map<AlertKey, Alert> alerts_;
    std::set<Climb> climbs_;                // one for each alert that has a step to come
    std::map<std::pair<std::uint32_t, std::uint32_t>, Decision> extensions_;  // by deadline and position: the latest
    SetAside aside_;
    std::set<SlotMoment> slot_moments_;     // of extended slots
    std::map<std::string, Silence> silences_;
    std::set<std::pair<Instant, std::string>> silence_moments_;  // the warning, and the end
    std::set<std::pair<Instant, AlertKey>> openings_;  // when an acknowledgement ends
    Post post_;
    Instant delivered_{};                   // all hours up to this one have struck
};

}  // namespace planwatch

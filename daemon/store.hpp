// The store: one SQLite file that holds the ledger and all that is derived from it. One `Store` writes, on one
// thread; any number of `StoreReader`s read beside it, each on one thread at a time.
//
// Everything is written through a `Transaction`, and one transaction holds as much as is waiting: one fsync for
// all of it. What it writes are ledger entries (hash-chained, append-only) and the engine's Changes. A crash at any
// instant leaves whole transactions. Failures throw SqliteError.
#pragma once

#include "daemon/ledger.hpp"
#include "daemon/sqlite.hpp"
#include "rules/engine.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace planwatch {

struct ReportPaper;

// What positions in Changes mean, and how far the engine's time has come. An Engine is one.
struct PlanView {
    const Policy& policy;
    std::span<const Deadline> deadlines;
    Instant now{};

    PlanView(const Policy& p, std::span<const Deadline> d, Instant n) : policy{p}, deadlines{d}, now{n} {}
    PlanView(const Engine& engine)  // NOLINT: implicit on purpose
        : policy{engine.policy()}, deadlines{engine.deadlines()}, now{engine.now()}
    {
    }
};

// The policy that a plan is judged by: its newest `adopt` entry.
struct Adopted {
    std::uint64_t seq = 0;
    Instant at{};
    std::string payload;
    std::string version;  // Policy::version
};

// One message on its way. `state`: waiting, delivered, or dead (given up).
struct MessageRow {
    std::string plan;
    std::int64_t plan_row = 0;
    Message message;         // its notices in their order
    std::string message_id;  // "<plan.number.instance@planwatch>": the same on every try
    std::string state;
    std::string channel;     // of the next try, or of the last one
    Instant channel_since{}; // when that channel was taken up
    std::uint32_t tries = 0;
    Instant next_try{};
    std::string answer;
    std::optional<Instant> closed_at;
    std::uint64_t report = 0;  // the ledger entry of the report that it carries; 0: it carries notices
};

// One try at handing a message over. `result`: retry, delivered, or dead.
struct Attempt {
    Instant at{};
    std::string channel;
    std::string result;
    std::string answer;
};

// A notice and what became of it.
struct NoticeRow {
    Notice notice;
    std::optional<std::uint64_t> message;  // it went out in; neither this nor `dropped`: it waits
    std::string dropped;                   // superseded, over; else empty
    std::optional<Instant> dropped_at;
};

// That the link sent with a notice was used.
struct LinkUse {
    Instant at{};
    Instant until{};  // of the acknowledgement
    std::string by;
};

// A notice that a link names.
struct LinkedNotice {
    std::string plan;
    Notice notice;
    std::optional<LinkUse> use;
};

struct SilenceRow {
    Silence silence;
    std::optional<Instant> ended;
    std::string ended_by;  // empty where time ended it
};

// An extension or a waiver, as it was granted.
struct DecisionRow {
    std::string duty;
    std::string unit;
    Period period;
    std::optional<Day> until;  // empty: a waiver
    Instant first_due{};
    std::string by;
    std::string reason;
    Instant at{};
};

struct FigureRow {
    std::int64_t id = 0;  // 1, 2, … in the order in which they were stored
    std::string plan;
    std::string unit;
    std::string indicator;
    Period period;
    std::uint32_t revision = 0;
    Figure figure;
    Instant at{};
    std::string author;
    std::uint64_t seq = 0;  // ledger entry
};

// `state`: pending, firing, resolved. A key that fires again is the same row; its history keeps every episode.
struct AlertRow {
    std::string plan;
    std::string id;
    Alert alert;
    std::string state;
    std::optional<Instant> fired_at;
    std::optional<Instant> resolved_at;
};

struct TransitionRow {
    Instant at{};
    std::string event;  // pending, fired, resolved, lapsed
    std::string severity;
    std::string why;
    Facts facts;
};

struct StoredSlot {
    std::string plan;
    std::string duty;
    std::string unit;
    Period period;
    Slot slot;
    Instant due{};
    Instant changed{};
    std::optional<Verdict> verdict;
    std::optional<Instant> verdict_at;
    std::string verdict_version;  // of the policy that judged
};

// Empty or absent members do not restrict.
struct FigureFilter {
    std::string plan;
    std::string unit;
    std::string indicator;
    std::optional<Period> period;
    std::optional<Instant> as_of;  // only what was stored by then
    std::int64_t after = 0;        // only ids above: the last one of the page before
    std::int64_t limit = 10'000;
};

struct AlertFilter {
    std::string plan;
    std::string unit;
    std::optional<AlertKind> kind;
    std::string state;
    std::optional<Instant> since;  // fired, or resolved, at or after it
    std::int64_t limit = 10'000;
};

// A report that was sent, and what became of its mails.
struct ReportRow {
    struct Mail {
        std::uint64_t message = 0;  // its number
        Recipient recipient;        // `channel`: by which the next try goes, or the last went
        std::string state;          // as of a message
        std::string answer;
        std::optional<Instant> closed_at;
    };
    std::uint64_t entry = 0;  // ledger entry, and the report's number over all plans
    std::string plan;
    ReportSent report;        // without recipients: see `mails`
    Instant at{};             // when it was sent
    std::vector<Mail> mails;
};

struct ReportFilter {
    std::string plan;
    std::optional<ReportKind> kind;
    std::uint64_t entry = 0;           // this one alone
    std::int64_t limit = 10'000;       // the newest
};

// How far a plan's history has come: every ledger entry up to `entry`, and all that time did until `until`.
struct HistoryPosition {
    std::uint64_t entry = 0;
    Instant until = Instant::min();
    friend bool operator==(const HistoryPosition&, const HistoryPosition&) = default;
};

class Store;

// A plan and the rows of its series, in the order of series_of(plan).
struct BoundPlan {
    std::string plan;
    std::vector<std::int64_t> series;
};

// A message that is not closed.
struct WaitingNotice {
    std::int64_t plan = 0;
    std::uint64_t number = 0;
    Instant at{};  // when it was written
};

// One transaction, undone unless committed. Nothing else may be written meanwhile.
class Transaction {
public:
    explicit Transaction(Store& store);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    // Gives the plan and its series their row numbers: for every policy, before anything is written under it. Returns the
    // plan's row.
    std::int64_t bind(const Policy& policy);
    // Appends to the ledger; returns the entry's number, 1, 2, … over all plans. `at`: the engine's time. Every entry is
    // followed by a `write`, though its changes be empty.
    std::uint64_t append(std::int64_t plan, LedgerKind kind, std::string_view author, std::string_view payload, Instant at);
    // What an event (`entry` its number) or the passing of time (`entry` 0) did to the plan. A verdict that is already
    // there stays as it is.
    void write(std::int64_t plan, const PlanView& view, const Changes& changes, std::uint64_t entry);
    // A try at `at` failed, and the next one comes at `next_try`, by `next_channel`.
    void record_try(std::int64_t plan, std::uint64_t message, const Attempt& attempt, Instant next_try, std::string_view next_channel);
    // A message that waits comes up again at `next_try`; nothing was tried. The plan by name: it may be at rest.
    void put_off(std::string_view plan, std::uint64_t message, Instant next_try, std::string_view why);
    void close_message(std::int64_t plan, const Delivery& delivery, Instant at);
    // What `receiver` has taken of the plan's history.
    void record_history(std::int64_t plan, std::string_view receiver, const HistoryPosition& position);
    // What a `report` entry says: between its `append` and its `write` (store_reports.cpp). Fails where it was sent before.
    void write_report(std::int64_t plan, const ReportSent& report, std::uint64_t entry, Instant at);
    bool is_report_sent(std::int64_t plan, const ReportSent& report);
    void write_paper(std::uint64_t report, const ReportPaper& paper);
    // Every moment of the kind's reports up to `until` is settled; none: the kind is not sent any more.
    void settle_reports(std::int64_t plan, ReportKind kind, std::optional<Instant> until);
    bool is_link_used(std::int64_t plan, std::uint64_t notice);
    // Fails where it was used before. `entry`: the acknowledgement's.
    void use_link(std::int64_t plan, std::uint64_t notice, const LinkUse& use, std::uint64_t entry);
    // The entry whose policy is in force. `append` of an `adopt` entry says it by itself; a replay, which appends nothing, says it here.
    void adopted(std::int64_t plan, std::uint64_t entry) { progress_[plan].adopted = entry; }

    void commit();

private:
    const BoundPlan& bound(std::int64_t plan) const;
    void write_figures(std::int64_t plan, const Changes& changes, std::uint64_t entry);
    void write_slots(std::int64_t plan, const PlanView& view, const Changes& changes);
    std::int64_t word(const std::string& id);
    void write_alerts(std::int64_t plan, const PlanView& view, const Changes& changes);
    void write_notices(std::int64_t plan, const Changes& changes);
    void write_post(std::int64_t plan, const PlanView& view, const Post::Sent& post, std::uint64_t entry);
    void write_decisions(std::int64_t plan, const PlanView& view, const Changes& changes);

    void write_alert(std::int64_t plan, const std::string& id, const Alert& alert, std::string_view state,
                     std::optional<Instant> fired, std::optional<Instant> resolved);
    void came_to_nothing(std::int64_t plan, const std::string& id);

    // What the plan's own row will say; written once, by `commit`.
    struct Progress {
        std::optional<Instant> now;
        std::optional<std::uint64_t> adopted;
        std::string version;
    };

    Store& store_;
    WriteTransaction transaction_;
    ChainHead head_;
    std::map<std::int64_t, BoundPlan> bound_;  // here; the store's own when committed
    std::map<std::int64_t, Progress> progress_;
    std::vector<WaitingNotice> opened_, closed_;
    bool committed_ = false;
};

// Reading, on a connection of its own: sees what is committed. Every call is one consistent look; between `hold` and
// `release` all calls see the same state (the WAL grows meanwhile: keep it short).
class StoreReader {
public:
    explicit StoreReader(const std::string& path);
    ~StoreReader();
    StoreReader(const StoreReader&) = delete;
    StoreReader& operator=(const StoreReader&) = delete;

    void hold();
    void release();

    std::vector<std::string> plans();
    std::vector<FigureRow> figures(const FigureFilter& filter);  // by id; looks at every figure
    std::vector<AlertRow> alerts(const AlertFilter& filter);     // by id
    std::optional<AlertRow> alert(std::string_view plan, std::string_view id);
    std::vector<TransitionRow> history(std::string_view plan, std::string_view alert);  // in order
    std::vector<NoticeRow> notices(std::string_view plan, std::string_view alert);      // by number
    std::optional<MessageRow> message(std::string_view plan, std::uint64_t number);
    std::optional<LinkedNotice> linked_notice(std::int64_t plan, std::uint64_t number);  // the plan by its row
    std::vector<Attempt> attempts(std::string_view plan, std::uint64_t message);        // in order
    std::vector<SilenceRow> silences(std::string_view plan);                            // all that ever were, by begin
    std::vector<DecisionRow> decisions(std::string_view plan);                          // in order
    std::vector<StoredSlot> slots(std::string_view plan);
    std::vector<LedgerEntry> ledger(std::string_view plan, std::uint64_t from, std::int64_t limit);  // empty plan: all
    std::optional<Adopted> adopted(std::string_view plan);
    std::optional<LedgerEntry> adoption(std::string_view plan, Instant until);           // the newest one, of those that were in force by then
    HistoryPosition newest_position(std::string_view plan);  // where the database stands; of a plan that was never adopted, the default
    HistoryPosition taken_position(std::string_view plan, std::string_view receiver);  // the default where it has taken nothing yet
    std::vector<ReportRow> reports(const ReportFilter& filter);  // in the order of sending
    std::optional<ReportPaper> paper(std::uint64_t report);      // by its entry
    std::optional<Instant> reports_settled(std::string_view plan, ReportKind kind);  // up to when; none: not begun

    Database& database() { return database_; }

private:
    struct Queries;
    Database database_;
    std::unique_ptr<Queries> queries_;
};

class Store {
public:
    // Opens the file, or makes it, and brings it to this program's version. Refuses a newer one, and a file that is
    // something else.
    explicit Store(const std::string& path);
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    // Transaction::bind in a transaction of its own.
    std::int64_t bind(const Policy& policy);
    std::unique_ptr<Transaction> begin() { return std::make_unique<Transaction>(*this); }

    std::vector<std::string> plans();
    std::optional<Adopted> adopted(std::string_view plan);
    // The latest rows of a bound plan, as its engine wants them; `view.now` is not used. What the plan no longer has is set aside.
    Snapshot snapshot(const PlanView& view);
    std::vector<Snapshot> snapshots(std::span<const PlanView> views);  // of many, in one look over the figures

    // Waiting messages whose next try, by `channel`, has come, the longest waiting first.
    std::vector<MessageRow> ripe(std::string_view channel, Instant now, std::int64_t limit);
    std::optional<Instant> next_try(std::string_view channel);
    // What is said of the beginning and of the end of one alert goes to a person in that order: the next try of an earlier message that
    // waits, and that this one must not overtake.
    std::optional<Instant> goes_first(const MessageRow& message);
    std::optional<ReportPaper> paper(std::uint64_t report);  // by its entry
    // How many rows wait, and since when the first of them does: kept beside the table, so that asking reads nothing.
    std::size_t waiting() const;
    std::optional<Instant> waiting_since() const;
    std::uint64_t ledger_entries() const { return head_.seq; }

    const std::string& instance() const { return instance_; }  // 32 hex digits, made with the database
    const std::string& path() const { return database_.path(); }
    Database& database() { return database_; }

    // A private, temporary store with the same instance, plans and series numbers: `verify` replays into it.
    static std::unique_ptr<Store> scratch(StoreReader& original);

private:
    friend class Transaction;
    struct Statements;
    struct Scratch {};
    Store(Scratch, StoreReader& original);
    const BoundPlan& bound(std::int64_t plan) const;
    std::int64_t intern_plan(std::string_view id);
    std::int64_t intern_word(std::string_view text);
    std::vector<std::int64_t> intern_series(std::int64_t plan, const Plan& names);
    void read_waiting();
    void read_figures(std::span<const std::int64_t> plans, std::span<Snapshot> into);

    Database database_;
    std::string instance_;
    ChainHead head_;
    std::map<std::int64_t, BoundPlan> bound_;
    std::map<std::int64_t, std::map<std::uint64_t, Instant>> waiting_;  // by plan and number
    std::unordered_map<std::string, std::int64_t> words_;  // ids that were met; forgotten when a transaction is undone
    std::unique_ptr<Statements> statements_;
};

}  // namespace planwatch

// The writer: the one way by which anything gets into the ledger, and the engines' only mover. Lives on one
// thread (the io_context's). Callers hand in work and are answered after the commit that holds it is on disk;
// all that is waiting when the loop comes round goes into one transaction.
#pragma once

#include "config/policy.hpp"
#include "daemon/clock.hpp"
#include "daemon/store.hpp"
#include "exporters/plan_sampler.hpp"
#include "rules/engine.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace planwatch {

enum class Outcome : std::uint8_t {
    stored,
    repeated,  // the same was already stored; nothing written
    locked,    // the period is locked; nothing written
    refused,   // problems; nothing written
};

struct SubmissionAnswer {
    Outcome outcome = Outcome::refused;
    std::uint32_t revision = 0;
    std::uint32_t follows = 0;  // the revision that this one corrects; 0 for a first one
    Problems problems;          // refused and locked; paths are relative to the submission ("/values/…")
};

// One answer for each submission, same order. Without `partial` all are stored, or none is.
struct SubmitResult {
    std::vector<SubmissionAnswer> answers;
    std::uint64_t entry = 0;  // the ledger entry of the last plan written; 0 where nothing was
};

struct FilingAnswer {
    Outcome outcome = Outcome::refused;
    std::string period;
    SlotState state = SlotState::upcoming;
    Problems problems;
};

// Of an acknowledgement, a silence, an extension or a waiver.
struct SettleAnswer {
    bool found = false;  // what it is about: the active alert, the silence, the plan
    Problems problems;
};

// What became of a link in a message that was used.
enum class LinkOutcome : std::uint8_t {
    acknowledged,
    used,  // it was used before
    over,  // the alert has ended, or the plan is at rest
};

// The commit failed (disk full, database read-only): nothing of the batch was stored, and the engines were put back to
// what is on disk. Answered as 503.
struct StorageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Service {
public:
    // A plan that compiled, ready to be adopted.
    struct Candidate {
        Sources sources;
        std::shared_ptr<const Policy> policy;
    };

    Service(asio::any_io_executor executor, Clock& clock, Store& store);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    // Before the loop runs: brings every plan from its latest rows to now, and adopts what changed.
    void open(const std::vector<Candidate>& plans);
    // The same for a reload: changed plans are adopted, new ones begun, absent ones put to rest (their rows stay).
    // Throws StorageError.
    void adopt(const std::vector<Candidate>& plans);

    asio::awaitable<SubmitResult> submit(std::vector<RawSubmission> raw, std::string author, bool partial);
    // Whole or not at all; answers in the order of `raw`. Where some are at fault the others are refused without a problem.
    asio::awaitable<std::vector<FilingAnswer>> file(std::vector<RawFiling> raw, std::string author);
    asio::awaitable<SettleAnswer> acknowledge(std::string plan, Acknowledgement ack);
    // By the link that was sent with a notice at `told`, which serves once; `ack.until` lies ahead (service_link.cpp).
    asio::awaitable<LinkOutcome> acknowledge_once(std::string plan, std::uint64_t notice, Instant told, Acknowledgement ack);
    // The alert that somebody was told of then, while it lasts; else null.
    static const Alert* told_of(const Engine& engine, std::string_view alert, Instant told);
    // One that begins before now begins now.
    asio::awaitable<SettleAnswer> silence(std::string plan, Silence silence);
    asio::awaitable<SettleAnswer> end_silence(std::string plan, SilenceEnd end);
    asio::awaitable<SettleAnswer> extend(std::string plan, RawExtension extension);
    asio::awaitable<SettleAnswer> waive(std::string plan, RawWaiver waiver);

    // What the courier did with a message: see Transaction.
    asio::awaitable<void> record_delivery(std::string plan, Delivery delivery);
    asio::awaitable<void> record_try(std::string plan, std::uint64_t message, Attempt attempt, Instant next_try, std::string next_channel);
    asio::awaitable<void> put_off(std::string plan, std::uint64_t message, Instant next_try, std::string why);
    // Stores the report and hands it to the courier, for those whom the plan's rules name today (service_reports.cpp): what was sent, or
    // nothing where it was sent before, or plan or unit are gone. `paper` must live until then.
    asio::awaitable<std::optional<ReportSent>> send_report(std::string plan, ReportSent report, const ReportPaper& paper);
    asio::awaitable<void> settle_reports(std::string plan, ReportKind kind, std::optional<Instant> until);  // see Transaction
    // The plan's time is now: nothing enters its ledger before it any more. False where the plan is at rest.
    asio::awaitable<bool> bring_to_now(std::string plan);
    // What `receiver` has taken of the plan's history.
    asio::awaitable<void> record_history(std::string plan, std::string receiver, HistoryPosition position);

    // Runs until cancelled: moves time on at each engine's next moment.
    asio::awaitable<void> run_schedule();

    // What /metrics shows of all plans, ascending by id. Asks neither the store nor, but for what changed since, the engines; gives
    // way to others between plans.
    asio::awaitable<std::vector<std::shared_ptr<const PlanSamples>>> samples();

    const Engine* engine(std::string_view plan) const;
    std::vector<const Engine*> engines() const;
    std::vector<std::string> plans() const;
    Clock& clock() const { return clock_; }

    // Called after a commit that holds messages, so that the courier wakes.
    void on_messages(std::function<void()> wake) { messages_waiting_ = std::move(wake); }
    // Each is called after each commit with what it changed, in order: for Alertmanager, and the terminal of a demonstration.
    using Listener = std::function<void(const Engine&, const Changes&)>;
    void on_changes(Listener listener) { listeners_.push_back(std::move(listener)); }

    WriterStats& stats() { return stats_; }
    // The last commit went through. While false, /-/ready says so.
    bool storage_ok() const { return storage_ok_; }
    // When the scheduler last came round: a watchdog's sign of life, which `come_round` asks for.
    std::chrono::steady_clock::time_point last_round() const { return last_round_; }
    void come_round() { schedule_changed_.cancel(); }
    bool idle() const { return waiting_.empty(); }

private:
    struct Desk {
        std::int64_t row = 0;  // the plan's, in the store
        std::string version;
        std::unique_ptr<Engine> engine;
        std::unique_ptr<PlanSampler> sampler;  // null: to be made anew, for the engine became another
    };
    struct Job {
        std::function<void(Transaction&)> work;             // throws to fail the whole commit
        std::function<void(std::exception_ptr)> done;       // after the commit, or with why there was none
    };

    asio::awaitable<void> commit(std::function<void(Transaction&)> work);
    void gather(std::size_t waited);
    void flush();
    void fail(std::vector<Job>& batch, const std::string& why);
    void reload_from_disk();

    Desk* desk(std::string_view plan);
    void restore(const Candidate& candidate);
    void adopt_one(const Candidate& candidate);
    void publish();
    void advance(Transaction& transaction, Desk& desk, Instant now);
    void write(Transaction& transaction, const Desk& desk, Changes changes, std::uint64_t entry);
    Changes timed_apply(Desk& desk, const Event& event, Instant now);

    // service_submit.cpp
    struct Share;
    Desk* desk_for(std::string_view plan);
    template <class Raw>
    Problems unknown_plan(const Raw& raw, bool nearest) const;
    std::vector<Share> share_out(std::span<const RawSubmission> raw, SubmitResult& result);
    void submit_now(Transaction& transaction, std::span<const RawSubmission> raw, const std::string& author, bool partial, SubmitResult& result);
    void admit_share(Share& share, Instant now, SubmitResult& result);
    void store_whole(Transaction& transaction, const Share& share, const std::string& author, Instant now, SubmitResult& result);
    void store_partly(Transaction& transaction, const Share& share, const std::string& author, Instant now, SubmitResult& result);
    Changes apply_one(Desk& desk, const Submission& submission, Instant now, SubmissionAnswer& answer);
    void count(const SubmitResult& result);
    void file_now(Transaction& transaction, std::span<const RawFiling> raw, const std::string& author, std::vector<FilingAnswer>& answers);
    std::optional<Filing> admit_filing(const RawFiling& raw, Instant now, bool nearest, FilingAnswer& answer);
    // service_settle.cpp
    asio::awaitable<SettleAnswer> settle(std::string plan, std::function<SettleAnswer(Transaction&, Desk&, Instant)> work);
    // Returns the ledger entry's number.
    std::uint64_t store_event(Transaction& transaction, Desk& desk, const Event& event, LedgerKind kind, const std::string& author, const std::string& payload, Instant now);

    asio::any_io_executor executor_;
    Clock& clock_;
    Store& store_;
    std::map<std::string, Desk, std::less<>> desks_;
    std::vector<Job> waiting_;
    bool flush_posted_ = false;
    asio::steady_timer schedule_changed_;
    std::function<void()> messages_waiting_;
    std::vector<Listener> listeners_;
    std::vector<std::pair<const Engine*, Changes>> unpublished_;
    bool messages_written_ = false;
    std::optional<Instant> next_wake_;  // the earliest of all engines'
    WriterStats stats_;
    bool storage_ok_ = true;
    std::chrono::steady_clock::time_point last_round_ = std::chrono::steady_clock::now();
};

}  // namespace planwatch

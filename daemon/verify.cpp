#include "daemon/verify.hpp"

#include "config/policy.hpp"
#include "daemon/ledger_event.hpp"
#include "daemon/paper.hpp"
#include "daemon/store_statements.hpp"
#include "exporters/report_paper.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace planwatch {
namespace {

constexpr std::size_t most_problems = 20;
constexpr std::uint64_t entries_a_step = 1'000;

std::string place(const LedgerEntry& entry) { return "ledger/" + std::to_string(entry.seq); }

// ---- the chain

class Chain {
public:
    void check(const LedgerEntry& entry, Problems& problems)
    {
        if (entry.seq != head_.seq + 1)
            problems.push_back({place(entry), "entries " + std::to_string(head_.seq + 1) + " to " + std::to_string(entry.seq - 1) + " are missing"});
        const Digest expected = seal(head_.hash, entry.seq, entry.at, entry.plan, entry.kind, entry.author, entry.payload);
        if (entry.hash != expected)
            problems.push_back({place(entry), "the hash does not fit: this entry, or its place after the one before it, was changed"});
        Instant& latest = latest_.try_emplace(entry.plan, Instant::min()).first->second;
        if (entry.at < latest) problems.push_back({place(entry), "is older than an entry of the same plan before it"});
        latest = std::max(latest, entry.at);
        head_ = {entry.seq, entry.hash};
    }

private:
    ChainHead head_;
    std::map<std::string, Instant, std::less<>> latest_;
};

// ---- the replay

class Replay {
public:
    explicit Replay(Store& store) : store_{store}, transaction_{store.begin()} {}

    void apply(const LedgerEntry& entry, Problems& problems)
    {
        Result<LedgerEvent> event = parse_payload(entry.kind, entry.payload);
        if (!event) return add(entry, event.error(), problems);
        std::visit([&](const auto& what) { apply(entry, what, problems); }, *event);
    }
    void commit()
    {
        transaction_->commit();
        transaction_.reset();
        transaction_ = store_.begin();
    }
    // Brings each plan to the moment that its row names.
    void finish(Database& original)
    {
        Statement select{original, "SELECT name, now FROM plan WHERE now IS NOT NULL"};
        for (Rows rows = select.query(); rows.next();) {
            const auto found = plans_.find(rows.view(0));
            if (found == plans_.end()) continue;
            write(found->second, found->second.engine->advance(rows.instant(1)), 0);
        }
        for (const auto& [name, plan] : plans_) transaction_->adopted(plan.row, plan.adopted);
        commit();
    }

private:
    struct Replica {
        std::int64_t row = 0;
        std::uint64_t adopted = 0;
        std::unique_ptr<Engine> engine;
    };

    static void add(const LedgerEntry& entry, const Problems& found, Problems& problems)
    {
        for (const Problem& problem : found) problems.push_back({place(entry) + problem.path, problem.message});
    }
    void write(Replica& plan, const Changes& changes, std::uint64_t entry) { transaction_->write(plan.row, *plan.engine, changes, entry); }

    Replica* known(const LedgerEntry& entry, Problems& problems)
    {
        const auto found = plans_.find(entry.plan);
        if (found != plans_.end()) return &found->second;
        problems.push_back({place(entry), "the plan " + entry.plan + " was not adopted before"});
        return nullptr;
    }

    // As the service does it: a plan begins at its first adoption; a later one follows what time alone had still to do.
    void apply(const LedgerEntry& entry, const Sources& sources, Problems& problems)
    {
        const auto policy = compile(sources);
        if (!policy) return add(entry, policy.error(), problems);
        if ((*policy)->plan.id != entry.plan) return add(entry, {{"", "adopts another plan, " + (*policy)->plan.id}}, problems);
        Replica& plan = plans_[entry.plan];
        if (plan.engine) write(plan, plan.engine->advance(entry.at), 0);
        plan.row = transaction_->bind(**policy);
        plan.adopted = entry.seq;
        if (plan.engine) return write(plan, plan.engine->adopt(*policy, entry.at), entry.seq);
        plan.engine = std::make_unique<Engine>(*policy, entry.at);
        write(plan, plan.engine->advance(entry.at), entry.seq);
    }
    void apply(const LedgerEntry& entry, const std::vector<RawSubmission>& raw, Problems& problems)
    {
        Replica* plan = known(entry, problems);
        if (!plan) return;
        // One by one: a partial batch was admitted so, and may correct itself; one admitted as a whole passes this too.
        for (std::size_t i = 0; i < raw.size(); ++i) {
            auto admitted = plan->engine->admit(std::span{raw}.subspan(i, 1), entry.at);
            if (!admitted) return add(entry, admitted.error(), problems);
            write(*plan, plan->engine->apply(std::move(admitted->front()), entry.at), entry.seq);
        }
    }
    void apply(const LedgerEntry& entry, const std::vector<RawFiling>& raw, Problems& problems)
    {
        Replica* plan = known(entry, problems);
        if (!plan) return;
        for (const RawFiling& filing : raw) {
            auto admitted = plan->engine->admit(filing, entry.at);
            if (!admitted) return add(entry, admitted.error(), problems);
            write(*plan, plan->engine->apply(std::move(*admitted), entry.at), entry.seq);
        }
    }
    void apply(const LedgerEntry& entry, const Acknowledgement& acknowledgement, Problems& problems)
    {
        if (Replica* plan = known(entry, problems)) write(*plan, plan->engine->apply(acknowledgement, entry.at), entry.seq);
    }
    void apply(const LedgerEntry& entry, const Delivery& delivery, Problems& problems)
    {
        Replica* plan = known(entry, problems);
        if (!plan) return;
        write(*plan, plan->engine->apply(delivery, entry.at), entry.seq);
        transaction_->close_message(plan->row, delivery, entry.at);
    }
    void apply(const LedgerEntry& entry, const Silence& silence, Problems& problems)
    {
        if (Replica* plan = known(entry, problems)) write(*plan, plan->engine->apply(silence, entry.at), entry.seq);
    }
    void apply(const LedgerEntry& entry, const SilenceEnd& end, Problems& problems)
    {
        if (Replica* plan = known(entry, problems)) write(*plan, plan->engine->apply(end, entry.at), entry.seq);
    }
    void apply(const LedgerEntry& entry, const RawExtension& raw, Problems& problems) { apply_admitted(entry, raw, problems); }
    void apply(const LedgerEntry& entry, const RawWaiver& raw, Problems& problems) { apply_admitted(entry, raw, problems); }
    void apply(const LedgerEntry& entry, const ReportSent& report, Problems& problems)
    {
        Replica* plan = known(entry, problems);
        if (!plan) return;
        const Changes changes = plan->engine->apply(report, entry.at);
        transaction_->write_report(plan->row, report, entry.seq, entry.at);
        write(*plan, changes, entry.seq);
    }
    template <class Raw>
    void apply_admitted(const LedgerEntry& entry, const Raw& raw, Problems& problems)
    {
        Replica* plan = known(entry, problems);
        if (!plan) return;
        const auto admitted = plan->engine->admit(raw, entry.at);
        if (!admitted) return add(entry, admitted.error(), problems);
        write(*plan, plan->engine->apply(*admitted, entry.at), entry.seq);
    }

    Store& store_;
    std::unique_ptr<Transaction> transaction_;
    std::map<std::string, Replica, std::less<>> plans_;
};

// ---- the comparison

struct Table {
    const char* name;
    int key_columns;  // the first ones, by which a person finds the row
    const char* sql;
};

// All that is derived. Not compared, since the ledger does not know them: how often a notice was tried, and when it will be again.
constexpr std::array tables{
    Table{"plan", 1, "SELECT name, now, adopted, version FROM plan ORDER BY id"},
    Table{"series", 3, "SELECT (SELECT name FROM plan WHERE plan.id = plan) AS plan, indicator, unit, id FROM series ORDER BY id"},
    Table{"figure", 3, "SELECT series, period, revision, numerator, denominator, at, entry FROM figure ORDER BY id"},
    Table{"slot", 4,
          "SELECT plan, duty, period, unit, state, handed_in, filed, due, changed, verdict, verdict_at, verdict_version, verdict_why FROM slot_in_words "
          "ORDER BY plan, duty, period, unit"},
    Table{"alert", 2,
          "SELECT plan, id, kind, subject, unit, period, state, since, severity, why, facts, told, acknowledged_until, acknowledged_by, "
          "fired_at, resolved_at FROM alert ORDER BY plan, id"},
    Table{"transition", 4, "SELECT plan, alert, at, event, severity, why, facts FROM transition ORDER BY plan, id"},
    Table{"notice", 2,
          "SELECT plan, number, at, alert, step, severity, recipient, recipient_name, recipient_channel, recipient_address, why, due, open, is_first, at_once, "
          "message, dropped, dropped_at FROM notice ORDER BY plan, number"},
    Table{"message", 2,
          "SELECT plan, number, at, recipient, recipient_name, recipient_channel, recipient_address, packed, message_id, state, "
          "iif(state = 'waiting', NULL, channel) AS channel, iif(state = 'waiting', NULL, answer) AS answer, closed_at, report FROM message ORDER BY plan, number"},
    Table{"report", 5, "SELECT plan, kind, period, unit, composite, entry, as_of, at, title, sha256 FROM report ORDER BY entry"},
    Table{"silence", 2, "SELECT plan, id, matchers, begins, until, author, comment, ended, ended_by FROM silence ORDER BY plan, id"},
    Table{"decision", 4, "SELECT plan, duty, period, unit, until, first_due, author, reason, at FROM decision ORDER BY id"},
};

std::string value_of(const Rows& rows, int column) { return rows.null(column) ? "nothing" : "\"" + rows.text(column) + "\""; }

std::string key_of(const Rows& rows, int columns)
{
    std::string text;
    for (int column = 0; column < columns; ++column) {
        if (column > 0) text += ", ";
        text.append(rows.name(column)).append(" ");
        // Alerts spell their period; slots and figures have its code.
        const bool code = rows.name(column) == "period" && rows.integer(column) > 0xff'ffff;
        text += code ? Period::from_code(static_cast<std::int32_t>(rows.integer(column))).to_string() : rows.text(column);
    }
    return text;
}

// Stops at the first difference: after a row too many or too few every other would be one.
std::uint64_t compare(const Table& table, Database& original, Database& replica, Problems& problems)
{
    Statement stored_rows{original, table.sql};
    Statement expected_rows{replica, table.sql};
    Rows stored = stored_rows.query();
    Rows expected = expected_rows.query();
    for (std::uint64_t count = 0;; ++count) {
        const bool is_stored = stored.next();
        const bool is_expected = expected.next();
        if (!is_stored && !is_expected) return count;
        const auto report = [&](const Rows& row, const std::string& what) {
            problems.push_back({table.name, "row " + std::to_string(count + 1) + " (" + key_of(row, table.key_columns) + "): " + what});
        };
        if (!is_expected) return report(stored, "nothing in the ledger gives this row"), count;
        if (!is_stored) return report(expected, "is missing, and the ledger gives it"), count;
        for (int column = 0; column < stored.columns(); ++column) {
            if (stored.same(expected, column)) continue;
            report(stored, std::string{stored.name(column)} + " is " + value_of(stored, column) + ", and the ledger gives " + value_of(expected, column));
            return count;
        }
    }
}

// Keeps the reader at one state of the database.
struct Hold {
    StoreReader& reader;
    explicit Hold(StoreReader& r) : reader{r} { reader.hold(); }
    ~Hold() { reader.release(); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
};

std::optional<LedgerEntry> readable(const Rows& row, Problems& problems)
{
    try {
        return ledger_entry(row, "the database");
    } catch (const SqliteError& error) {
        problems.push_back({"ledger/" + row.text(0), error.what()});
        return std::nullopt;
    }
}

// The papers are no rows that the ledger gives; it gives their hashes.
void check_papers(StoreReader& reader, Problems& problems)
{
    for (const ReportRow& row : reader.reports({.limit = std::numeric_limits<std::int64_t>::max()})) {
        const std::string path = "report_part/" + std::to_string(row.entry);
        const auto paper = reader.paper(row.entry);
        if (!paper) problems.push_back({path, "the paper that was sent is missing: " + row.report.title});
        else if (to_hex(digest_of(*paper)) != row.report.sha256) problems.push_back({path, "the paper is not the one that was sent: " + row.report.title});
        if (problems.size() >= most_problems) return;
    }
}

std::uint64_t count_entries(Database& database)
{
    Statement count{database, "SELECT count(*) FROM ledger"};
    Rows rows = count.query();
    return rows.next() ? static_cast<std::uint64_t>(rows.integer(0)) : 0;
}

}  // namespace

VerifyReport verify(StoreReader& reader, const std::function<void(std::uint64_t, std::uint64_t)>& progress)
{
    VerifyReport report;
    const Hold hold{reader};
    Database& original = reader.database();
    const auto scratch = Store::scratch(reader);
    const std::uint64_t all = count_entries(original);

    Chain chain;
    Replay replay{*scratch};
    Statement select{original, "SELECT seq, at, plan.name, kind, author, payload, hash FROM ledger LEFT JOIN plan ON plan.id = ledger.plan ORDER BY seq"};
    for (Rows rows = select.query(); rows.next() && report.problems.size() < most_problems;) {
        const auto entry = readable(rows, report.problems);
        if (!entry) continue;
        chain.check(*entry, report.problems);
        replay.apply(*entry, report.problems);
        ++report.entries;
        if (report.entries % entries_a_step != 0) continue;
        replay.commit();
        if (progress) progress(report.entries, all);
    }
    replay.finish(original);
    if (progress) progress(report.entries, all);
    for (const Table& table : tables) report.rows += compare(table, original, scratch->database(), report.problems);
    check_papers(reader, report.problems);
    return report;
}

}  // namespace planwatch

#include "daemon/store.hpp"

#include "daemon/schema.hpp"
#include "daemon/store_statements.hpp"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>

namespace planwatch {
namespace {

// An answered request is on disk (synchronous = FULL syncs the WAL at each commit). What a commit touches stays in memory, what was
// appended need not: nobody reads it again by this connection.
void make_durable(Database& database)
{
    database.execute("PRAGMA journal_mode = WAL");
    database.execute("PRAGMA synchronous = FULL");
    database.execute("PRAGMA cache_size = -8192");
}

ChainHead read_head(Database& database)
{
    Statement select{database, "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1"};
    Rows rows = select.query();
    ChainHead head;
    if (!rows.next()) return head;
    head.seq = static_cast<std::uint64_t>(rows.integer(0));
    const Bytes hash = rows.bytes(1);
    if (hash.size() != head.hash.size())
        throw SqliteError{0, database.path() + ": the ledger's newest entry has no valid hash; run `planwatch verify`"};
    std::copy(hash.begin(), hash.end(), head.hash.begin());
    return head;
}

}  // namespace

Store::Statements::Statements(Database& db)
    : append{db, "INSERT INTO ledger (seq, at, plan, kind, author, payload, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
      figure{db, "INSERT INTO figure (series, period, revision, numerator, denominator, at, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
      slot{db, "INSERT INTO slot (plan, duty, period, unit, state, handed_in, filed, due, changed, "
               "verdict, verdict_at, verdict_version, verdict_why) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO UPDATE SET "
               "state = excluded.state, handed_in = excluded.handed_in, filed = excluded.filed, due = excluded.due, "
               "changed = excluded.changed, "
               "verdict = coalesce(verdict, excluded.verdict), verdict_at = coalesce(verdict_at, excluded.verdict_at), "
               "verdict_version = coalesce(verdict_version, excluded.verdict_version), "
               "verdict_why = coalesce(verdict_why, excluded.verdict_why)"},
      alert{db, "INSERT INTO alert (plan, id, kind, subject, unit, period, state, since, severity, why, facts, told, acknowledged_until, "
                "acknowledged_by, fired_at, resolved_at) "
                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) ON CONFLICT DO UPDATE SET "
                "state = excluded.state, since = excluded.since, severity = excluded.severity, why = excluded.why, facts = excluded.facts, "
                "told = excluded.told, acknowledged_until = excluded.acknowledged_until, acknowledged_by = excluded.acknowledged_by, "
                "fired_at = coalesce(excluded.fired_at, fired_at), "
                "resolved_at = iif(excluded.state = 'firing', NULL, coalesce(excluded.resolved_at, resolved_at))"},
      alert_dropped{db, "DELETE FROM alert WHERE plan = ?1 AND id = ?2 AND fired_at IS NULL"},
      alert_kept{db, "UPDATE alert SET state = 'resolved' WHERE plan = ?1 AND id = ?2"},
      transition{db, "INSERT INTO transition (plan, alert, at, event, severity, why, facts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
      notice{db, "INSERT INTO notice (plan, number, at, alert, step, severity, recipient, recipient_name, recipient_channel, recipient_address, why, due, "
                 "open, is_first, at_once) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"},
      message{db, "INSERT INTO message (plan, number, at, recipient, recipient_name, recipient_channel, recipient_address, packed, message_id, channel, "
                  "channel_since, next_try, report) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?6, ?3, ?3, ?10)"},
      packs{db, "UPDATE notice SET message = ?3 WHERE plan = ?1 AND number = ?2"},
      dropped{db, "UPDATE notice SET dropped = ?3, dropped_at = ?4 WHERE plan = ?1 AND number = ?2"},
      tried{db, "UPDATE message SET tries = tries + 1, next_try = ?3, answer = ?4, channel_since = iif(channel = ?5, channel_since, ?6), channel = ?5 "
                "WHERE plan = ?1 AND number = ?2 AND state = 'waiting'"},
      put_off{db, "UPDATE message SET next_try = ?3, answer = ?4 WHERE plan = ?1 AND number = ?2 AND state = 'waiting'"},
      closed{db, "UPDATE message SET state = ?3, answer = ?4, closed_at = ?5, channel = ?6, tries = tries + 1 "
                 "WHERE plan = ?1 AND number = ?2 AND state = 'waiting'"},
      attempt{db, "INSERT INTO attempt (plan, message, at, channel, result, answer) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
      silence{db, "INSERT INTO silence (plan, id, matchers, begins, until, author, comment, ended, ended_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
                  "ON CONFLICT DO UPDATE SET ended = excluded.ended, ended_by = excluded.ended_by"},
      decision{db, "INSERT INTO decision (plan, duty, period, unit, until, first_due, author, reason, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"},
      progress{db, "UPDATE plan SET now = coalesce(?2, now), adopted = coalesce(?3, adopted), version = coalesce(?4, version) "
                   "WHERE id = ?1"},
      history{db, "INSERT INTO history_position (receiver, plan, entry, until) VALUES (?1, ?2, ?3, ?4) "
                  "ON CONFLICT DO UPDATE SET entry = excluded.entry, until = excluded.until"},
      new_word{db, "INSERT INTO word (text) VALUES (?1) ON CONFLICT DO NOTHING RETURNING id"},
      word{db, "SELECT id FROM word WHERE text = ?1"},
      ripe{db, "SELECT " + std::string{message_columns} +
                   "WHERE state = 'waiting' AND next_try <= ?2 AND channel = ?1 ORDER BY next_try, message.plan, number LIMIT ?3"},
      notices_of{db, notices_of_message_sql()},
      next_try{db, "SELECT next_try FROM message WHERE state = 'waiting' AND channel = ?1 ORDER BY next_try LIMIT 1"},
      // Without figures about the tables SQLite would go through all notices of the plan: order and index are told to it.
      goes_first{db, "SELECT max(earlier.next_try) FROM notice AS one "
                     "CROSS JOIN notice AS other INDEXED BY notice_of_alert ON other.plan = one.plan AND other.alert = one.alert AND other.recipient = one.recipient "
                     "AND other.message < one.message AND (other.step = 'resolved') <> (one.step = 'resolved') "
                     "CROSS JOIN message AS earlier ON earlier.plan = other.plan AND earlier.number = other.message AND earlier.state = 'waiting' "
                     "WHERE one.plan = ?1 AND one.message = ?2"}
{
}

Store::Store(const std::string& path) : database_{path, Database::Mode::create}
{
    make_durable(database_);
    migrate(database_);
    instance_ = instance_of(database_);
    head_ = read_head(database_);
    statements_ = std::make_unique<Statements>(database_);
    read_waiting();
}

Store::Store(Scratch, StoreReader& original) : database_{"", Database::Mode::scratch}
{
    database_.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -65536");
    migrate(database_);
    instance_ = instance_of(original.database());

    Statement plans{original.database(), "SELECT id, name FROM plan"};
    Statement plan{database_, "INSERT INTO plan (id, name) VALUES (?1, ?2)"};
    for (Rows rows = plans.query(); rows.next();) plan.run(rows.integer(0), rows.view(1));

    Statement all_series{original.database(), "SELECT id, plan, indicator, unit FROM series ORDER BY id"};
    Statement series{database_, "INSERT INTO series (id, plan, indicator, unit) VALUES (?1, ?2, ?3, ?4)"};
    WriteTransaction transaction{database_};
    for (Rows rows = all_series.query(); rows.next();) series.run(rows.integer(0), rows.integer(1), rows.view(2), rows.view(3));
    transaction.commit();
    statements_ = std::make_unique<Statements>(database_);
}

std::unique_ptr<Store> Store::scratch(StoreReader& original) { return std::unique_ptr<Store>{new Store{Scratch{}, original}}; }

Store::~Store() = default;

const BoundPlan& Store::bound(std::int64_t plan) const
{
    const auto found = bound_.find(plan);
    if (found == bound_.end()) throw std::logic_error{"a plan is used before it is bound"};
    return found->second;
}

std::int64_t Store::bind(const Policy& policy)
{
    Transaction transaction{*this};
    const std::int64_t plan = transaction.bind(policy);
    transaction.commit();
    return plan;
}

std::int64_t Store::intern_word(std::string_view text)
{
    if (Rows known = statements_->word.query(text); known.next()) return known.integer(0);
    Rows made = statements_->new_word.query(text);
    made.next();
    return made.integer(0);
}

std::int64_t Store::intern_plan(std::string_view id)
{
    Statement insert{database_, "INSERT INTO plan (name) VALUES (?1) ON CONFLICT DO NOTHING"};
    insert.run(id);
    Statement select{database_, "SELECT id FROM plan WHERE name = ?1"};
    Rows rows = select.query(id);
    rows.next();
    return rows.integer(0);
}

namespace {

constexpr std::int64_t no_row = 0;

// Rows lie in the order in which the plan had them when they were first bound, which is nearly always the order of today:
// so the one after the last match is looked at first, and a million series cost no million look-ups by text.
std::vector<std::int64_t> known_rows(Database& database, std::int64_t plan, const Plan& names, const std::vector<Series>& series)
{
    const auto indicator = [&](std::size_t i) -> const std::string& { return names.indicators[series[i].indicator].id; };
    const auto unit = [&](std::size_t i) -> const std::string& { return names.units[series[i].unit].id; };
    const auto key = [](std::string_view a, std::string_view b) { return std::string{a}.append(1, '\0').append(b); };

    std::vector<std::int64_t> rows_of(series.size(), no_row);
    std::unordered_map<std::string, std::size_t> by_name;
    std::size_t next = 0;
    Statement select{database, "SELECT id, indicator, unit FROM series WHERE plan = ?1 ORDER BY id"};
    for (Rows rows = select.query(plan); rows.next();) {
        if (next >= series.size() || indicator(next) != rows.view(1) || unit(next) != rows.view(2)) {
            if (by_name.empty()) {
                for (std::size_t i = 0; i < series.size(); ++i) by_name.emplace(key(indicator(i), unit(i)), i);
            }
            const auto found = by_name.find(key(rows.view(1), rows.view(2)));
            if (found == by_name.end()) continue;
            next = found->second;
        }
        rows_of[next++] = rows.integer(0);
    }
    return rows_of;
}

}  // namespace

std::vector<std::int64_t> Store::intern_series(std::int64_t plan, const Plan& names)
{
    const std::vector<Series> series = series_of(names);
    std::vector<std::int64_t> rows_of = known_rows(database_, plan, names, series);
    Statement insert{database_, "INSERT INTO series (plan, indicator, unit) VALUES (?1, ?2, ?3) RETURNING id"};
    for (std::size_t i = 0; i < series.size(); ++i) {
        if (rows_of[i] != no_row) continue;
        Rows rows = insert.query(plan, names.indicators[series[i].indicator].id, names.units[series[i].unit].id);
        rows.next();
        rows_of[i] = rows.integer(0);
    }
    return rows_of;
}

}  // namespace planwatch

// The statements that the store prepares once, and how rows become values. For the store's own files.
#pragma once

#include "daemon/store.hpp"

namespace planwatch {

struct Store::Statements {
    explicit Statements(Database& database);

    Statement append, figure, slot, alert, alert_dropped, alert_kept, transition, notice, message, packs, dropped, tried, put_off, closed, attempt;
    Statement silence, decision, progress, history, new_word, word, ripe, notices_of, next_try, goes_first;
};

// The columns of a message in the order that `message_row` reads; its notices are read by themselves.
inline constexpr std::string_view message_columns =
    "plan.name, number, message.at, recipient, recipient_name, recipient_channel, recipient_address, packed, message_id, state, channel, channel_since, "
    "tries, next_try, answer, closed_at, message.plan, report FROM message JOIN plan ON plan.id = message.plan ";
MessageRow message_row(const Rows& rows);

// The columns of a notice in the order that `notice_row` reads.
inline constexpr std::string_view notice_columns =
    "number, notice.at, alert, step, severity, recipient, recipient_name, recipient_channel, recipient_address, why, due, open, is_first, at_once, message, "
    "dropped, dropped_at FROM notice ";
NoticeRow notice_row(const Rows& rows);
// Those of one message. The index by name, as for other notices: without figures about the table SQLite goes through all of the plan's.
inline std::string notices_of_message_sql() { return "SELECT " + std::string{notice_columns} + "INDEXED BY notice_of_message WHERE plan = ?1 AND message = ?2"; }

SilenceRow silence_row(const Rows& rows);  // from id, matchers, begins, until, author, comment, ended, ended_by
DecisionRow decision_row(const Rows& rows);  // from duty, unit, period, until, first_due, author, reason, at

// The columns of an alert in the order that `alert_of` reads, from column `first` on.
inline constexpr std::string_view alert_columns =
    "kind, subject, unit, period, state, since, severity, why, facts, told, acknowledged_until, acknowledged_by";
inline constexpr int alert_column_count = 12;
Alert alert_of(const Rows& rows, int first);

// The slots of the plan's row, by their positions in `view`; what the plan no longer has is set aside. Without the verdicts: they
// were given, and the engine gives none again.
void read_slots(Database& database, std::int64_t plan, const PlanView& view, Snapshot& into);

// The silences that have not ended, and the extensions that still count.
void read_decisions(Database& database, std::int64_t plan, const PlanView& view, Snapshot& into);

// The policy that a plan (?1, by name) is judged by; empty where it was never adopted.
inline constexpr const char* adopted_sql = "SELECT seq, at, payload, version FROM plan JOIN ledger ON seq = adopted WHERE name = ?1";
std::optional<Adopted> adopted_of(Rows&& rows);
std::optional<ReportPaper> read_paper(Database& database, std::uint64_t report);

// From seq, at, the plan's name, kind, author, payload, hash.
LedgerEntry ledger_entry(const Rows& rows, std::string_view path);

}  // namespace planwatch

// The statements that the store prepares once, and how rows become values. For the store's own files.
#pragma once

#include "daemon/store.hpp"

namespace planwatch {

struct Store::Statements {
    explicit Statements(Database& database);

    Statement append, figure, slot, alert, alert_dropped, alert_kept, transition, notice, tried, closed, progress, history;
    Statement new_word, word, ripe, next_try;
};

// The columns of an outbox row in the order that `outbox_row` reads.
inline constexpr std::string_view outbox_columns =
    "plan.name, number, outbox.at, alert, step, severity, recipient, recipient_name, recipient_channel, recipient_address, why, "
    "message_id, state, tries, next_try, answer, closed_at FROM outbox JOIN plan ON plan.id = outbox.plan ";
OutboxRow outbox_row(const Rows& rows);

// The columns of an alert in the order that `alert_of` reads, from column `first` on.
inline constexpr std::string_view alert_columns =
    "kind, subject, unit, period, state, since, severity, why, facts, told, acknowledged_until, acknowledged_by";
inline constexpr int alert_column_count = 12;
Alert alert_of(const Rows& rows, int first);

// The slots of the plan's row, by their positions in `view`; what the plan no longer has is left out. Without the verdicts: they
// were given, and the engine gives none again.
std::vector<KeptSlot> read_slots(Database& database, std::int64_t plan, const PlanView& view);

// From seq, at, the plan's name, kind, author, payload, hash.
LedgerEntry ledger_entry(const Rows& rows, std::string_view path);

}  // namespace planwatch

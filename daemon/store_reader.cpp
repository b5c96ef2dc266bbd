// What the API and the commands ask of the past.
#include "daemon/schema.hpp"
#include "daemon/store_statements.hpp"
#include "daemon/store_text.hpp"

#include <algorithm>

namespace planwatch {
namespace {

constexpr std::string_view figures_sql =
    "SELECT f.id, plan.name, s.unit, s.indicator, f.period, f.revision, f.numerator, f.denominator, f.at, ledger.author, f.entry "
    "FROM figure f CROSS JOIN series s ON s.id = f.series CROSS JOIN plan ON plan.id = s.plan LEFT JOIN ledger ON ledger.seq = f.entry "
    "WHERE f.id > ?6 AND (?4 IS NULL OR f.period = ?4) AND (?5 IS NULL OR f.at <= ?5) "
    "AND f.series IN (SELECT series.id FROM series JOIN plan ON plan.id = series.plan WHERE (?1 = '' OR name = ?1) "
    "                 AND (?2 = '' OR series.unit = ?2) AND (?3 = '' OR indicator = ?3)) "
    "ORDER BY f.id LIMIT ?7";

std::string alerts_sql(std::string_view condition)
{
    return "SELECT plan.name, alert.id, " + std::string{alert_columns} +
           ", state, fired_at, resolved_at FROM alert JOIN plan ON plan.id = alert.plan WHERE " + std::string{condition};
}

AlertRow alert_row(const Rows& rows)
{
    AlertRow row;
    row.plan = rows.text(0);
    row.id = rows.text(1);
    row.alert = alert_of(rows, 2);
    row.state = rows.text(2 + alert_column_count);
    row.fired_at = rows.optional_instant(3 + alert_column_count);
    row.resolved_at = rows.optional_instant(4 + alert_column_count);
    return row;
}

StoredSlot slot_row(std::string_view plan, const Rows& rows)
{
    StoredSlot row;
    row.plan = plan;
    row.duty = rows.text(0);
    row.unit = rows.text(1);
    row.period = Period::from_code(static_cast<std::int32_t>(rows.integer(2)));
    row.slot = {static_cast<std::int32_t>(rows.integer(3)), slot_state_of(rows.view(4)), rows.integer(5) != 0};
    row.due = rows.instant(6);
    row.changed = rows.instant(7);
    if (!rows.null(8)) row.verdict = Verdict{rows.integer(8) != 0, rows.text(9)};
    row.verdict_at = rows.optional_instant(10);
    row.verdict_version = rows.text(11);
    return row;
}

}  // namespace

struct StoreReader::Queries {
    explicit Queries(Database& db)
        : plans{db, "SELECT name FROM plan ORDER BY name"},
          figures{db, figures_sql},
          alerts{db, alerts_sql("(?1 = '' OR plan.name = ?1) AND (?2 = '' OR unit = ?2) AND (?3 = '' OR kind = ?3) AND (?4 = '' OR state = ?4) "
                                "AND (?5 IS NULL OR fired_at >= ?5 OR resolved_at >= ?5) ORDER BY alert.plan, alert.id LIMIT ?6")},
          alert{db, alerts_sql("plan.name = ?1 AND alert.id = ?2")},
          history{db, "SELECT at, event, severity, why, facts FROM transition WHERE plan = (SELECT id FROM plan WHERE name = ?1) AND alert = ?2 ORDER BY id"},
          notices{db, "SELECT " + std::string{notice_columns} + "INDEXED BY notice_of_alert WHERE plan = (SELECT id FROM plan WHERE name = ?1) AND alert = ?2 ORDER BY number"},
          message{db, "SELECT " + std::string{message_columns} + "WHERE plan.name = ?1 AND number = ?2"},
          notices_of{db, notices_of_message_sql()},
          attempts{db, "SELECT at, channel, result, answer FROM attempt WHERE plan = (SELECT id FROM plan WHERE name = ?1) AND message = ?2 ORDER BY id"},
          silences{db, "SELECT id, matchers, begins, until, author, comment, ended, ended_by FROM silence "
                       "WHERE plan = (SELECT id FROM plan WHERE name = ?1) ORDER BY begins, id"},
          decisions{db, "SELECT duty, unit, period, until, first_due, author, reason, at FROM decision "
                        "WHERE plan = (SELECT id FROM plan WHERE name = ?1) ORDER BY id"},
          slots{db, "SELECT duty, unit, period, handed_in, state, filed, due, changed, verdict, verdict_why, verdict_at, verdict_version FROM slot_in_words "
                    "WHERE plan = (SELECT id FROM plan WHERE name = ?1)"},
          ledger{db, "SELECT seq, at, plan.name, kind, author, payload, hash FROM ledger JOIN plan ON plan.id = ledger.plan "
                     "WHERE seq >= ?2 AND (?1 = '' OR plan.name = ?1) ORDER BY seq LIMIT ?3"},
          adopted{db, adopted_sql},
          adoption{db, "SELECT seq, at, plan.name, kind, author, payload, hash FROM ledger JOIN plan ON plan.id = ledger.plan "
                       "WHERE plan.name = ?1 AND kind = 1 AND at <= ?2 ORDER BY seq DESC LIMIT 1"},
          newest_position{db, "SELECT (SELECT seq FROM ledger ORDER BY seq DESC LIMIT 1), now FROM plan WHERE name = ?1 AND adopted IS NOT NULL"},
          taken_position{db, "SELECT entry, until FROM history_position WHERE plan = (SELECT id FROM plan WHERE name = ?1) AND receiver = ?2"}
    {
    }
    Statement plans, figures, alerts, alert, history, notices, message, notices_of, attempts, silences, decisions, slots, ledger, adopted, adoption, newest_position, taken_position;
};

StoreReader::StoreReader(const std::string& path) : database_{path, Database::Mode::read}
{
    check_version(database_);
    queries_ = std::make_unique<Queries>(database_);
}

StoreReader::~StoreReader() = default;

void StoreReader::hold()
{
    database_.execute("BEGIN");
    plans();  // SQLite takes its snapshot at the first look
}

void StoreReader::release() { database_.execute("COMMIT"); }

std::vector<std::string> StoreReader::plans()
{
    std::vector<std::string> names;
    for (Rows rows = queries_->plans.query(); rows.next();) names.push_back(rows.text(0));
    return names;
}

std::vector<FigureRow> StoreReader::figures(const FigureFilter& filter)
{
    const auto period = filter.period ? std::optional{filter.period->code()} : std::nullopt;
    std::vector<FigureRow> figures;
    Rows rows = queries_->figures.query(filter.plan, filter.unit, filter.indicator, period, filter.as_of, filter.after, filter.limit);
    while (rows.next()) {
        figures.push_back({rows.integer(0), rows.text(1), rows.text(2), rows.text(3), Period::from_code(static_cast<std::int32_t>(rows.integer(4))),
                           static_cast<std::uint32_t>(rows.integer(5)),
                           {Decimal::from_micros(rows.integer(6)), Decimal::from_micros(rows.integer(7))}, rows.instant(8), rows.text(9),
                           static_cast<std::uint64_t>(rows.integer(10))});
    }
    return figures;
}

std::vector<AlertRow> StoreReader::alerts(const AlertFilter& filter)
{
    const std::string_view kind = filter.kind ? to_string(*filter.kind) : std::string_view{};
    std::vector<AlertRow> alerts;
    Rows rows = queries_->alerts.query(filter.plan, filter.unit, kind, filter.state, filter.since, filter.limit);
    while (rows.next()) alerts.push_back(alert_row(rows));
    return alerts;
}

std::optional<AlertRow> StoreReader::alert(std::string_view plan, std::string_view id)
{
    Rows rows = queries_->alert.query(plan, id);
    return rows.next() ? std::optional{alert_row(rows)} : std::nullopt;
}

std::vector<TransitionRow> StoreReader::history(std::string_view plan, std::string_view alert)
{
    std::vector<TransitionRow> transitions;
    for (Rows rows = queries_->history.query(plan, alert); rows.next();)
        transitions.push_back({rows.instant(0), rows.text(1), rows.text(2), rows.text(3), facts_of_json(rows.view(4))});
    return transitions;
}

std::vector<NoticeRow> StoreReader::notices(std::string_view plan, std::string_view alert)
{
    std::vector<NoticeRow> notices;
    for (Rows rows = queries_->notices.query(plan, alert); rows.next();) notices.push_back(notice_row(rows));
    return notices;
}

std::optional<MessageRow> StoreReader::message(std::string_view plan, std::uint64_t number)
{
    Rows rows = queries_->message.query(plan, number);
    if (!rows.next()) return std::nullopt;
    MessageRow row = message_row(rows);
    for (Rows notices = queries_->notices_of.query(rows.integer(16), number); notices.next();) row.message.notices.push_back(notice_row(notices).notice);
    std::ranges::sort(row.message.notices, graver);
    return row;
}

std::vector<Attempt> StoreReader::attempts(std::string_view plan, std::uint64_t message)
{
    std::vector<Attempt> attempts;
    for (Rows rows = queries_->attempts.query(plan, message); rows.next();) attempts.push_back({rows.instant(0), rows.text(1), rows.text(2), rows.text(3)});
    return attempts;
}

std::vector<SilenceRow> StoreReader::silences(std::string_view plan)
{
    std::vector<SilenceRow> silences;
    for (Rows rows = queries_->silences.query(plan); rows.next();) silences.push_back(silence_row(rows));
    return silences;
}

std::vector<DecisionRow> StoreReader::decisions(std::string_view plan)
{
    std::vector<DecisionRow> decisions;
    for (Rows rows = queries_->decisions.query(plan); rows.next();) decisions.push_back(decision_row(rows));
    return decisions;
}

std::vector<StoredSlot> StoreReader::slots(std::string_view plan)
{
    std::vector<StoredSlot> slots;
    for (Rows rows = queries_->slots.query(plan); rows.next();) slots.push_back(slot_row(plan, rows));
    return slots;
}

std::vector<LedgerEntry> StoreReader::ledger(std::string_view plan, std::uint64_t from, std::int64_t limit)
{
    std::vector<LedgerEntry> entries;
    for (Rows rows = queries_->ledger.query(plan, from, limit); rows.next();) entries.push_back(ledger_entry(rows, database_.path()));
    return entries;
}

std::optional<LedgerEntry> StoreReader::adoption(std::string_view plan, Instant until)
{
    Rows rows = queries_->adoption.query(plan, until);
    if (!rows.next()) return std::nullopt;
    return ledger_entry(rows, database_.path());
}

LedgerEntry ledger_entry(const Rows& rows, std::string_view path)
{
    LedgerEntry entry;
    entry.seq = static_cast<std::uint64_t>(rows.integer(0));
    entry.at = rows.instant(1);
    entry.plan = rows.text(2);
    const std::optional<LedgerKind> kind = parse_ledger_kind(rows.integer(3));
    const Bytes hash = rows.bytes(6);
    if (!kind || hash.size() != entry.hash.size()) {
        throw SqliteError{0, std::string{path} + ": ledger entry " + std::to_string(entry.seq) +
                                 " has an unknown kind or no valid hash; it was changed by something other than planwatch"};
    }
    entry.kind = *kind;
    entry.author = rows.text(4);
    entry.payload = rows.text(5);
    std::copy(hash.begin(), hash.end(), entry.hash.begin());
    return entry;
}

namespace {

HistoryPosition position_in(Rows&& rows)
{
    if (!rows.next()) return {};
    return {static_cast<std::uint64_t>(rows.integer(0)), rows.instant(1)};
}

}  // namespace

std::optional<Adopted> adopted_of(Rows&& rows)
{
    if (!rows.next()) return std::nullopt;
    return Adopted{static_cast<std::uint64_t>(rows.integer(0)), rows.instant(1), rows.text(2), rows.text(3)};
}

std::optional<Adopted> StoreReader::adopted(std::string_view plan) { return adopted_of(queries_->adopted.query(plan)); }

HistoryPosition StoreReader::newest_position(std::string_view plan) { return position_in(queries_->newest_position.query(plan)); }

HistoryPosition StoreReader::taken_position(std::string_view plan, std::string_view receiver)
{
    return position_in(queries_->taken_position.query(plan, receiver));
}

}  // namespace planwatch

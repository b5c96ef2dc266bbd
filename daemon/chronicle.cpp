#include "daemon/chronicle.hpp"

#include "exporters/json.hpp"
#include "exporters/tables.hpp"

#include <algorithm>

namespace planwatch {
namespace {

constexpr std::string_view transitions_sql =
    "SELECT at, CASE event WHEN 'fired' THEN 'firing' ELSE event END, alert, severity, why FROM transition "
    "WHERE plan = (SELECT id FROM plan WHERE name = ?1) AND (?2 IS NULL OR at >= ?2) AND (?3 IS NULL OR at < ?3) ORDER BY at, id";

constexpr std::string_view deliveries_sql =
    "SELECT closed_at, state, alert, severity, why, message.recipient, message.recipient_name, message.channel, step, answer, message.number "
    "FROM message JOIN notice ON notice.plan = message.plan AND notice.message = message.number "
    "WHERE message.plan = (SELECT id FROM plan WHERE name = ?1) AND state <> 'waiting' AND (?2 IS NULL OR closed_at >= ?2) AND (?3 IS NULL OR closed_at < ?3) "
    "ORDER BY closed_at, message.number, notice.number";

std::optional<HistoryRow> row_of(const Rows& rows, const HistoryPlan& plan, const HistoryFilter& filter)
{
    HistoryRow row{.plan = &plan, .at = rows.instant(0), .event = rows.text(1), .alert = rows.text(2)};
    const auto key = AlertKey::parse(row.alert, plan.id);
    if (!key || (!filter.unit.empty() && key->unit != filter.unit) || (filter.kind && key->kind != *filter.kind)) return std::nullopt;
    row.key = *key;
    row.severity = rows.text(3);
    row.why = rows.text(4);
    if (rows.columns() == 5) return row;
    row.recipient = rows.text(5);
    row.name = rows.text(6);
    row.channel = rows.text(7);
    row.step = rows.text(8);
    row.answer = rows.text(9);
    row.message = static_cast<std::uint64_t>(rows.integer(10));
    return row;
}

// Up to the first row after the instant of the last that is wanted.
void collect(StoreReader& reader, std::string_view sql, const HistoryPlan& plan, const HistoryFilter& filter, std::vector<HistoryRow>& into)
{
    Statement select{reader.database(), sql};
    std::size_t taken = 0;
    for (Rows rows = select.query(plan.id, filter.from, filter.to); rows.next();) {
        auto row = row_of(rows, plan, filter);
        if (!row) continue;
        const bool beyond = taken >= filter.limit && row->at != into.back().at;
        into.push_back(std::move(*row));
        ++taken;
        if (beyond) break;
    }
}

// In the order of `history_columns`.
std::vector<std::string> cells_of(const HistoryRow& row)
{
    return {format_instant(row.at, row.plan->zone), row.plan->id, row.event, row.alert, std::string{to_string(row.key.kind)}, row.key.subject,
            row.key.unit, row.key.period, row.severity, row.step, row.recipient, row.name, row.channel,
            row.message ? std::to_string(*row.message) : std::string{}, row.answer, row.why};
}

}  // namespace

const std::vector<std::string>& history_columns()
{
    static const std::vector<std::string> columns{"at", "plan", "event", "alert", "kind", "subject", "unit", "period", "severity",
                                                  "step", "recipient", "name", "channel", "message", "answer", "why"};
    return columns;
}

HistoryPage history(StoreReader& reader, const std::vector<HistoryPlan>& plans, const HistoryFilter& filter)
{
    HistoryPage page;
    for (const HistoryPlan& plan : plans) {
        collect(reader, transitions_sql, plan, filter, page.rows);
        collect(reader, deliveries_sql, plan, filter, page.rows);
    }
    std::ranges::stable_sort(page.rows, {}, &HistoryRow::at);
    if (page.rows.size() <= filter.limit) return page;
    const Instant last = page.rows[filter.limit - 1].at;
    const auto end = std::ranges::find_if(page.rows, [&](const HistoryRow& row) { return row.at > last; });
    if (end == page.rows.end()) return page;
    page.next = *end;
    page.rows.erase(end, page.rows.end());
    return page;
}

std::string history_json(const HistoryPage& page)
{
    Json json;
    json.object().key("items").array();
    for (const HistoryRow& row : page.rows) {
        const std::vector<std::string> cells = cells_of(row);
        json.object();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (history_columns()[i] == "message") json.member("message", row.message);
            else json.key(history_columns()[i]).value_or_null(cells[i]);
        }
        json.end_object();
    }
    json.end_array();
    if (page.next) json.member("next", format_instant(page.next->at, page.next->plan->zone));
    json.end_object();
    return std::move(json).text();
}

std::string history_csv(const HistoryPage& page)
{
    Table table{history_columns()};
    for (const HistoryRow& row : page.rows) table.add(cells_of(row));
    return table.to_csv();
}

}  // namespace planwatch

// Reports that were sent, their papers, and how far the sending has come.
#include "daemon/store_statements.hpp"
#include "exporters/report_paper.hpp"

namespace planwatch {
namespace {

Bytes bytes_of(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

std::string text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

ReportRow report_row(const Rows& rows)
{
    ReportRow row;
    row.entry = static_cast<std::uint64_t>(rows.integer(0));
    row.plan = rows.text(1);
    const auto kind = parse_report_kind(rows.view(2));
    if (!kind) throw SqliteError{0, "the report " + rows.text(0) + " is of no kind that this program wrote; run `planwatch verify`"};
    row.report = {*kind, Period::from_code(static_cast<std::int32_t>(rows.integer(3))), rows.text(4), rows.text(5), rows.instant(6), rows.text(8), rows.text(9), {}};
    row.at = rows.instant(7);
    return row;
}

}  // namespace

bool Transaction::is_report_sent(std::int64_t plan, const ReportSent& report)
{
    Statement select{store_.database_, "SELECT 1 FROM report WHERE plan = ?1 AND kind = ?2 AND period = ?3 AND unit = ?4 AND composite = ?5"};
    return select.query(plan, to_string(report.kind), report.period.code(), report.unit, report.composite).next();
}

void Transaction::write_report(std::int64_t plan, const ReportSent& report, std::uint64_t entry, Instant at)
{
    Statement insert{store_.database_, "INSERT INTO report (entry, plan, kind, period, unit, composite, as_of, at, title, sha256) "
                                       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"};
    insert.run(entry, plan, to_string(report.kind), report.period.code(), report.unit, report.composite, report.as_of, at, report.title, report.sha256);
}

void Transaction::write_paper(std::uint64_t report, const ReportPaper& paper)
{
    Statement insert{store_.database_, "INSERT INTO report_part (report, part, name, alt, width, height, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
    const auto write = [&](std::string_view part, const std::string& name, const std::string& bytes) { insert.run(report, part, name, "", 0, 0, bytes_of(bytes)); };
    write("subject", "", paper.subject);
    write("text", "", paper.text);
    write("html", "", paper.html);
    write("workbook", paper.workbook_name, paper.workbook);
    for (const Picture& picture : paper.pictures) insert.run(report, "picture", picture.id, picture.alt, picture.width, picture.height, bytes_of(picture.png));
}

void Transaction::settle_reports(std::int64_t plan, ReportKind kind, std::optional<Instant> until)
{
    if (!until) {
        Statement forget{store_.database_, "DELETE FROM report_course WHERE plan = ?1 AND kind = ?2"};
        forget.run(plan, to_string(kind));
        return;
    }
    Statement settle{store_.database_, "INSERT INTO report_course (plan, kind, until) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET until = excluded.until"};
    settle.run(plan, to_string(kind), until);
}

std::optional<ReportPaper> read_paper(Database& database, std::uint64_t report)
{
    Statement select{database, "SELECT part, name, alt, width, height, bytes FROM report_part WHERE report = ?1 ORDER BY id"};
    ReportPaper paper;
    bool any = false;
    for (Rows rows = select.query(report); rows.next(); any = true) {
        const std::string_view part = rows.view(0);
        std::string bytes = text_of(rows.bytes(5));
        if (part == "subject") {
            paper.subject = std::move(bytes);
        } else if (part == "text") {
            paper.text = std::move(bytes);
        } else if (part == "html") {
            paper.html = std::move(bytes);
        } else if (part == "workbook") {
            paper.workbook_name = rows.text(1);
            paper.workbook = std::move(bytes);
        } else if (part == "picture") {
            paper.pictures.push_back({rows.text(1), std::move(bytes), rows.text(2), static_cast<int>(rows.integer(3)), static_cast<int>(rows.integer(4))});
        }
    }
    return any ? std::optional{std::move(paper)} : std::nullopt;
}

std::optional<ReportPaper> Store::paper(std::uint64_t report) { return read_paper(database_, report); }
std::optional<ReportPaper> StoreReader::paper(std::uint64_t report) { return read_paper(database_, report); }

std::vector<ReportRow> StoreReader::reports(const ReportFilter& filter)
{
    std::vector<ReportRow> reports;
    const std::string_view kind = filter.kind ? to_string(*filter.kind) : std::string_view{};
    Statement select{database_, "SELECT entry, plan.name, kind, period, unit, composite, as_of, at, title, sha256 FROM "
                                "(SELECT * FROM report WHERE (?1 = '' OR plan = (SELECT id FROM plan WHERE name = ?1)) AND (?2 = '' OR kind = ?2) "
                                " AND (?3 = 0 OR entry = ?3) ORDER BY entry DESC LIMIT ?4) AS sent JOIN plan ON plan.id = sent.plan ORDER BY entry"};
    for (Rows rows = select.query(filter.plan, kind, filter.entry, filter.limit); rows.next();) reports.push_back(report_row(rows));
    Statement mails{database_, "SELECT number, recipient, recipient_name, channel, recipient_address, state, answer, closed_at FROM message WHERE report = ?1 ORDER BY number"};
    for (ReportRow& report : reports)
        for (Rows rows = mails.query(report.entry); rows.next();)
            report.mails.push_back({static_cast<std::uint64_t>(rows.integer(0)), {rows.text(1), rows.text(2), rows.text(3), rows.text(4)}, rows.text(5), rows.text(6),
                                    rows.optional_instant(7)});
    return reports;
}

std::optional<Instant> StoreReader::reports_settled(std::string_view plan, ReportKind kind)
{
    Statement select{database_, "SELECT until FROM report_course WHERE plan = (SELECT id FROM plan WHERE name = ?1) AND kind = ?2"};
    Rows rows = select.query(plan, to_string(kind));
    return rows.next() ? rows.optional_instant(0) : std::nullopt;
}

}  // namespace planwatch

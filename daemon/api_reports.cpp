// Reports over HTTP: made for whoever asks, those that were sent, and a preview by mail. Made by the press, never on this thread.
#include "config/json_members.hpp"
#include "daemon/api.hpp"
#include "daemon/press.hpp"
#include "daemon/problem_json.hpp"
#include "daemon/report_file.hpp"
#include "exporters/json.hpp"
#include "exporters/mail.hpp"
#include "exporters/report_json.hpp"
#include "rules/nearest.hpp"

#include <fmt/format.h>

#include <charconv>

namespace planwatch {
namespace {

constexpr std::int64_t most_reports = 10'000;
constexpr std::int64_t usual_reports = 1'000;
constexpr std::string_view page_policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

std::vector<std::string> kind_names()
{
    std::vector<std::string> names;
    for (const ReportKind kind : all_report_kinds) names.emplace_back(to_string(kind));
    return names;
}

Response paper_answer(std::string_view format, const ReportPaper& paper, std::string_view id, Instant at)
{
    Response response;
    response.body = paper_in(format, paper, id, at);
    response.content_type = "text/plain; charset=utf-8";
    if (format == "html") {
        response.content_type = "text/html; charset=utf-8";
        response.content_security_policy = page_policy;
    }
    if (format == "eml") response.content_type = "message/rfc822";
    if (format == "xlsx") response.content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    if (format == "eml" || format == "xlsx") response.headers = fmt::format("Content-Disposition: attachment; filename=\"{}.{}\"\r\n", id, format);
    return response;
}

void write_report_row(Json& json, const ReportRow& row, const Zone& zone)
{
    json.object().member("id", row.entry).member("plan", row.plan).member("kind", to_string(row.report.kind)).member("period", row.report.period.to_string());
    json.key("unit").value_or_null(row.report.unit).key("composite").value_or_null(row.report.composite);
    json.member("title", row.report.title).member("as_of", format_instant(row.report.as_of, zone)).member("sent_at", format_instant(row.at, zone));
    json.member("sha256", row.report.sha256).key("mails").array();
    for (const ReportRow::Mail& mail : row.mails) {
        json.object().key("recipient").object().member("id", mail.recipient.id).member("name", mail.recipient.name).end_object();
        json.member("channel", mail.recipient.channel).member("state", mail.state);
        json.member("closed_at", mail.closed_at ? std::optional{format_instant(*mail.closed_at, zone)} : std::nullopt);
        json.key("answer").value_or_null(mail.answer).end_object();
    }
    json.end_array().end_object();
}

// The problems of a request name its members; the query has parameters of these names.
Response bad_request(Problems problems)
{
    for (Problem& each : problems) each.path = "?" + each.path.substr(std::min<std::size_t>(1, each.path.size()));
    return bad_query(problems);
}

Response press_is_busy()
{
    Response response = problem(503, fmt::format("{} reports are being made already; try again in a moment", Press::longest_queue));
    response.headers = "Retry-After: 5\r\n";
    return response;
}

}  // namespace

// ---- one that is made for who asks

// Everything but the kind; the query's problems are its own.
ReportRequest Api::read_request(const Call& call, QueryReader& query, ReportKind kind)
{
    const std::vector<const Engine*> engines = engines_for(call, query);
    ReportRequest request{.kind = kind, .plan = {}, .period = {}, .unit = std::string{query.text("unit")}, .composite = std::string{query.text("composite")}, .as_of = {}};
    if (engines.size() != 1 && query.problems().empty()) query.problem("plan", fmt::format("there are {} plans; expected the id of one", engines.size()));
    if (engines.size() != 1) return request;
    const Policy& policy = engines.front()->policy();
    request.plan = policy.plan.id;
    request.as_of = query.instant("as_of");
    const bool by_month = !query.text("month").empty();
    if (by_month && !query.text("period").empty()) query.problem("month", "means the same as period; expected one of them");
    if (const auto period = query.period(by_month ? "month" : "period")) request.period = *period;
    else if (const auto last = last_period(kind, policy.zone, service_.clock().now()); last && !by_month && query.text("period").empty()) request.period = *last;
    else if (query.problems().empty()) query.problem("period", fmt::format("expected the period that the {} report is about", to_string(kind)));
    return request;
}

asio::awaitable<Response> Api::report(Call call)
{
    const auto kind = parse_report_kind(call.subject);
    if (!kind) return answer_now(problem(404, fmt::format("there is no kind of report '{}'{}", call.subject, suggestion(call.subject, kind_names()))));
    QueryReader query{call.request, {"plan", "period", "month", "unit", "composite", "as_of", "format"}};
    const std::string_view format = query.text("format").empty() ? std::string_view{"json"} : query.text("format");
    if (std::ranges::find(report_formats(), format) == report_formats().end())
        query.problem("format", fmt::format("unknown format '{}'{}", format, suggestion(format, report_formats())));
    ReportRequest request = read_request(call, query, *kind);
    if (!query.problems().empty()) return answer_now(bad_query(query.problems()));
    if (press_.busy()) return answer_now(press_is_busy());
    return made_report(std::move(request), std::string{format});
}

asio::awaitable<Response> Api::made_report(ReportRequest request, std::string format)
{
    const Instant now = service_.clock().now();
    std::string failure;
    try {
        std::optional<PaperParts> parts;
        if (format != "json") parts = paper_parts(format);
        Result<Printed> printed = co_await press_.print(request, now, parts);
        if (!printed) co_return bad_request(std::move(printed.error()));
        if (format != "json") co_return paper_answer(format, printed->paper, report_file_id(request, printed->report.as_of), printed->report.as_of);
        co_return Response{.content_type = json_content_type, .body = report_json(printed->report)};
    } catch (const std::runtime_error& error) {
        failure = error.what();
    }
    co_return storage_failed(failure);
}

// ---- those that were sent

Response Api::reports(const Call& call)
{
    QueryReader query{call.request, {"plan", "kind", "limit"}};
    const std::vector<const Engine*> engines = engines_for(call, query);
    ReportFilter filter{.plan = std::string{query.text("plan")}, .kind = {}, .limit = query.number("limit", 1, most_reports, usual_reports)};
    if (const std::string_view kind = query.text("kind"); !kind.empty()) {
        filter.kind = parse_report_kind(kind);
        if (!filter.kind) query.problem("kind", fmt::format("unknown kind '{}'{}", kind, suggestion(kind, kind_names())));
    }
    if (!query.problems().empty()) return bad_query(query.problems());
    if (call.token && !call.token->plan.empty()) filter.plan = call.token->plan;
    Json json;
    json.object().key("items").array();
    for (const ReportRow& row : reader_.reports(filter)) {
        const Engine* const engine = service_.engine(row.plan);
        write_report_row(json, row, engine ? engine->policy().zone : Zone{});
    }
    json.end_array().end_object();
    return {.content_type = json_content_type, .body = std::move(json).text()};
}

Response Api::sent_report(const Call& call)
{
    QueryReader query{call.request, {"format"}};
    const std::string_view format = query.text("format").empty() ? std::string_view{"html"} : query.text("format");
    if (format == "json" || std::ranges::find(report_formats(), format) == report_formats().end())
        query.problem("format", fmt::format("unknown format '{}'; expected text, html, eml or xlsx: what was sent", format));
    if (!query.problems().empty()) return bad_query(query.problems());
    ReportFilter filter;
    const auto [end, error] = std::from_chars(call.subject.data(), call.subject.data() + call.subject.size(), filter.entry);
    const bool is_number = error == std::errc{} && end == call.subject.data() + call.subject.size() && filter.entry != 0;
    const std::vector<ReportRow> found = is_number ? reader_.reports(filter) : std::vector<ReportRow>{};
    if (found.empty() || !may_see(call.token, found.front().plan)) return not_found("report", call.subject);
    const auto paper = reader_.paper(filter.entry);
    if (!paper) return problem(500, "the paper is missing in the database; run `planwatch verify`");
    return paper_answer(format, *paper, fmt::format("report-{}", filter.entry), found.front().at);
}

// ---- to one's own address, before the first is sent

asio::awaitable<Response> Api::preview_report(Call call)
{
    const auto kind = parse_report_kind(call.subject);
    if (!kind) co_return problem(404, fmt::format("there is no kind of report '{}'{}", call.subject, suggestion(call.subject, kind_names())));
    QueryReader query{call.request, {"plan", "period", "month", "unit", "composite", "as_of", "to"}};
    const std::string to{query.text("to")};
    if (!is_address(to)) query.problem("to", fmt::format("'{}' is no address; expected one such as zhang@example.org", to));
    ReportRequest request = read_request(call, query, *kind);
    if (!query.problems().empty()) co_return bad_query(query.problems());
    if (press_.busy()) co_return press_is_busy();
    const Instant now = service_.clock().now();
    std::string failure;
    try {
        constexpr PaperParts all;
        Result<Printed> printed = co_await press_.print(request, now, all);
        if (!printed) co_return bad_request(std::move(printed.error()));
        const SendResult result = co_await hooks_.preview(std::move(printed->paper), to);
        if (result.outcome != SendResult::Outcome::delivered) co_return problem(502, fmt::format("the preview was not taken: {}", result.answer));
        Json json;
        json.object().member("to", to).member("answer", result.answer).end_object();
        co_return Response{.content_type = json_content_type, .body = std::move(json).text()};
    } catch (const std::runtime_error& error) {
        failure = error.what();
    }
    co_return storage_failed(failure);
}

}  // namespace planwatch

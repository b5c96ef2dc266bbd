#include "daemon/ledger_event.hpp"

#include "config/decision_json.hpp"
#include "config/json_members.hpp"
#include "config/submission.hpp"

#include <boost/json.hpp>

namespace planwatch {
namespace {

template <class Item>
std::string array_of(std::span<const Item> items)
{
    std::string json = "[";
    for (const Item& item : items) {
        if (json.size() > 1) json += ',';
        append_json(json, item);
    }
    return json += ']';
}

void append_member(std::string& json, std::string_view name, std::string_view text)
{
    json += json.back() == '{' ? "\"" : ",\"";
    json.append(name).append("\":");
    append_json_string(json, text);
}

template <class Value>
Result<Value> whole(Value value, std::initializer_list<const JsonMembers*> read)
{
    Problems problems;
    for (const JsonMembers* members : read) members->add_to(problems);
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return value;
}

Result<Acknowledgement> parse_acknowledgement(std::string_view payload)
{
    const Result<boost::json::value> json = parse_json(payload);
    if (!json) return tl::unexpected{json.error()};
    JsonMembers members{&*json};
    Acknowledgement ack{members.text("alert"), members.text("by"), members.instant("until"), members.text("comment")};
    return whole(std::move(ack), {&members});
}

Result<SilenceEnd> parse_silence_end(std::string_view payload)
{
    const Result<boost::json::value> json = parse_json(payload);
    if (!json) return tl::unexpected{json.error()};
    JsonMembers members{&*json};
    SilenceEnd end{members.text("id"), members.text("by")};
    return whole(std::move(end), {&members});
}

Recipient recipient_of(JsonMembers& members) { return {members.text("id"), members.text("name"), members.text("channel"), members.text("address")}; }

Result<Delivery> parse_delivery(std::string_view payload)
{
    const Result<boost::json::value> json = parse_json(payload);
    if (!json) return tl::unexpected{json.error()};
    JsonMembers members{&*json};
    JsonMembers to = members.object("recipient");
    Delivery delivery{members.number("message"), recipient_of(to), members.flag("delivered"), members.text("channel"), members.text("answer")};
    return whole(std::move(delivery), {&members, &to});
}

Result<ReportSent> parse_report(std::string_view payload)
{
    const Result<boost::json::value> json = parse_json(payload);
    if (!json) return tl::unexpected{json.error()};
    JsonMembers members{&*json};
    ReportSent report{.unit = members.text("unit"), .composite = members.text("composite"), .as_of = members.instant("as_of"),
                      .title = members.text("title"), .sha256 = members.text("sha256"), .recipients = {}};
    if (const auto kind = parse_report_kind(members.text("kind"))) report.kind = *kind;
    else members.wrong("kind", "a kind of report was expected");
    if (const auto period = Period::parse(members.text("period"))) report.period = *period;
    else members.wrong("period", "a period was expected");
    const boost::json::value* const recipients = json->is_object() ? json->get_object().if_contains("recipients") : nullptr;
    if (!recipients || !recipients->is_array()) {
        members.wrong("recipients", "a list of recipients was expected");
        return whole(std::move(report), {&members});
    }
    for (const boost::json::value& each : recipients->get_array()) {
        JsonMembers person{&each, "/recipients"};
        report.recipients.push_back(recipient_of(person));
        if (!person.problems().empty()) return tl::unexpected{person.problems()};
    }
    return whole(std::move(report), {&members});
}

void append_recipient(std::string& json, const Recipient& person)
{
    json += '{';
    append_member(json, "id", person.id);
    append_member(json, "name", person.name);
    append_member(json, "channel", person.channel);
    append_member(json, "address", person.address);
    json += '}';
}

}  // namespace

std::string to_payload(const Sources& sources) { return to_json(sources); }
std::string to_payload(std::span<const RawSubmission> submissions) { return array_of(submissions); }
std::string to_payload(std::span<const RawFiling> filings) { return array_of(filings); }

std::string to_payload(const Acknowledgement& acknowledgement)
{
    std::string json = "{";
    append_member(json, "alert", acknowledgement.alert);
    append_member(json, "by", acknowledgement.by);
    append_member(json, "until", format_instant_utc(acknowledgement.until));
    append_member(json, "comment", acknowledgement.comment);
    return json += '}';
}

std::string to_payload(const Silence& silence) { return to_json(silence); }
std::string to_payload(const RawExtension& extension) { return to_json(extension); }
std::string to_payload(const RawWaiver& waiver) { return to_json(waiver); }

std::string to_payload(const SilenceEnd& end)
{
    std::string json = "{";
    append_member(json, "id", end.id);
    append_member(json, "by", end.by);
    return json += '}';
}

std::string to_payload(const Delivery& delivery)
{
    std::string json = "{\"message\":" + std::to_string(delivery.message);
    json += delivery.delivered ? ",\"delivered\":true" : ",\"delivered\":false";
    append_member(json, "channel", delivery.channel);
    append_member(json, "answer", delivery.answer);
    json += ",\"recipient\":";
    append_recipient(json, delivery.recipient);
    return json += '}';
}

std::string to_payload(const ReportSent& report)
{
    std::string json = "{";
    append_member(json, "kind", to_string(report.kind));
    append_member(json, "period", report.period.to_string());
    append_member(json, "unit", report.unit);
    append_member(json, "composite", report.composite);
    append_member(json, "as_of", format_instant_utc(report.as_of));
    append_member(json, "title", report.title);
    append_member(json, "sha256", report.sha256);
    json += ",\"recipients\":[";
    for (const Recipient& person : report.recipients) {
        if (json.back() != '[') json += ',';
        append_recipient(json, person);
    }
    return json += "]}";
}

Result<LedgerEvent> parse_payload(LedgerKind kind, std::string_view payload)
{
    const auto event = [](auto value) { return LedgerEvent{std::move(value)}; };
    switch (kind) {
        case LedgerKind::adopt: return parse_sources(payload).map(event);
        case LedgerKind::submission: return faultless(parse_submissions(payload)).map(event);
        case LedgerKind::filing: return faultless(parse_filings(payload)).map(event);
        case LedgerKind::acknowledgement: return parse_acknowledgement(payload).map(event);
        case LedgerKind::delivery: return parse_delivery(payload).map(event);
        case LedgerKind::silence: return parse_silence(payload).map(event);
        case LedgerKind::silence_end: return parse_silence_end(payload).map(event);
        case LedgerKind::extension: return parse_extension(payload).map(event);
        case LedgerKind::waiver: return parse_waiver(payload).map(event);
        case LedgerKind::report: return parse_report(payload).map(event);
    }
    return fail("", "an unknown kind of ledger entry");
}

}  // namespace planwatch

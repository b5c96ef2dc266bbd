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

Result<Delivery> parse_delivery(std::string_view payload)
{
    const Result<boost::json::value> json = parse_json(payload);
    if (!json) return tl::unexpected{json.error()};
    JsonMembers members{&*json};
    JsonMembers to = members.object("recipient");
    Delivery delivery{members.number("message"), {to.text("id"), to.text("name"), to.text("channel"), to.text("address")},
                      members.flag("delivered"), members.text("channel"), members.text("answer")};
    return whole(std::move(delivery), {&members, &to});
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
    json += ",\"recipient\":{";
    append_member(json, "id", delivery.recipient.id);
    append_member(json, "name", delivery.recipient.name);
    append_member(json, "channel", delivery.recipient.channel);
    append_member(json, "address", delivery.recipient.address);
    return json += "}}";
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
    }
    return fail("", "an unknown kind of ledger entry");
}

}  // namespace planwatch

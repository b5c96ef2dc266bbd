#include "daemon/ledger_event.hpp"

#include "config/json.hpp"
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

// The members of one object, which lives elsewhere; what is missing or of another type is a problem with its path.
class Members {
public:
    explicit Members(const boost::json::value* value, std::string path = {}) : path_{std::move(path)}
    {
        if (value && value->is_object()) object_ = &value->get_object();
        else problems_.push_back({path_, "an object was expected"});
    }

    std::string text(const char* name)
    {
        const boost::json::value* value = find(name);
        if (value && value->is_string()) return std::string{value->get_string()};
        if (object_) wrong(name, "a text");
        return {};
    }
    bool flag(const char* name)
    {
        const boost::json::value* value = find(name);
        if (value && value->is_bool()) return value->get_bool();
        if (object_) wrong(name, "true or false");
        return false;
    }
    std::uint64_t number(const char* name)
    {
        const boost::json::value* value = find(name);
        boost::system::error_code failed;
        const auto number = value ? value->to_number<std::uint64_t>(failed) : 0;
        if (object_ && (!value || failed)) wrong(name, "a whole number");
        return number;
    }
    Instant instant(const char* name)
    {
        const Result<Instant> instant = parse_instant(text(name));
        if (!instant && object_) wrong(name, "an instant as in RFC 3339");
        return instant.value_or(Instant{});
    }
    Members object(const char* name) const { return Members{find(name), path_ + "/" + name}; }
    void add_to(Problems& problems) const { problems.insert(problems.end(), problems_.begin(), problems_.end()); }

private:
    const boost::json::value* find(const char* name) const { return object_ ? object_->if_contains(name) : nullptr; }
    void wrong(const char* name, const char* expected)
    {
        problems_.push_back({path_ + "/" + name, std::string{expected} + " was expected"});
    }

    std::string path_;
    const boost::json::object* object_ = nullptr;
    Problems problems_;
};

Result<Acknowledgement> parse_acknowledgement(std::string_view payload)
{
    const Result<boost::json::value> json = parse_json(payload);
    if (!json) return tl::unexpected{json.error()};
    Members members{&*json};
    Acknowledgement ack{members.text("alert"), members.text("by"), members.instant("until"), members.text("comment")};
    Problems problems;
    members.add_to(problems);
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return ack;
}

Result<Delivery> parse_delivery(std::string_view payload)
{
    const Result<boost::json::value> json = parse_json(payload);
    if (!json) return tl::unexpected{json.error()};
    Members members{&*json};
    Members to = members.object("recipient");
    Delivery delivery{members.number("notice"), {to.text("id"), to.text("name"), to.text("channel"), to.text("address")},
                      members.flag("delivered"), members.text("answer")};
    Problems problems;
    members.add_to(problems);
    to.add_to(problems);
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return delivery;
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

std::string to_payload(const Delivery& delivery)
{
    std::string json = "{\"notice\":" + std::to_string(delivery.notice);
    json += delivery.delivered ? ",\"delivered\":true" : ",\"delivered\":false";
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
    }
    return fail("", "an unknown kind of ledger entry");
}

}  // namespace planwatch

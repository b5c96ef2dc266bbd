#include "daemon/store_text.hpp"

#include "config/json.hpp"
#include "daemon/sqlite.hpp"

#include <boost/json.hpp>

#include <initializer_list>

namespace planwatch {
namespace {

[[noreturn]] void unknown(std::string_view what, std::string_view text)
{
    throw SqliteError{0, "the database holds an unknown " + std::string{what} + " \"" + std::string{text} +
                             "\"; it was changed by something other than planwatch: run `planwatch verify`"};
}

boost::json::value parse(std::string_view what, std::string_view json)
{
    boost::system::error_code failed;
    boost::json::value value = boost::json::parse(boost::json::string_view{json.data(), json.size()}, failed);
    if (failed) unknown(what, json);
    return value;
}

std::string text_at(const boost::json::object& object, const char* key)
{
    const boost::json::value* value = object.if_contains(key);
    return value && value->is_string() ? std::string{value->get_string()} : std::string{};
}

template <class Value>
Value find(std::string_view what, std::string_view text, std::initializer_list<Value> all)
{
    for (const Value value : all) {
        if (to_string(value) == text) return value;
    }
    unknown(what, text);
}

}  // namespace

std::string facts_to_json(const Facts& facts)
{
    std::string json = "{";
    for (const auto& [name, value] : facts) {
        if (json.size() > 1) json += ',';
        append_json_string(json, name);
        json += ':';
        append_json_string(json, value);
    }
    return json += '}';
}

Facts facts_of_json(std::string_view json)
{
    const boost::json::value value = parse("list of facts", json);
    if (!value.is_object()) unknown("list of facts", json);
    Facts facts;
    for (const auto& member : value.get_object()) {
        if (!member.value().is_string()) unknown("list of facts", json);
        facts.emplace_back(std::string{member.key()}, std::string{member.value().get_string()});
    }
    return facts;
}

std::string recipients_to_json(const std::vector<Recipient>& recipients)
{
    std::string json = "[";
    for (const Recipient& recipient : recipients) {
        json += json.size() > 1 ? ",{\"id\":" : "{\"id\":";
        append_json_string(json, recipient.id);
        json += ",\"name\":";
        append_json_string(json, recipient.name);
        json += ",\"channel\":";
        append_json_string(json, recipient.channel);
        json += ",\"address\":";
        append_json_string(json, recipient.address);
        json += '}';
    }
    return json += ']';
}

std::vector<Recipient> recipients_of_json(std::string_view json)
{
    const boost::json::value value = parse("list of recipients", json);
    if (!value.is_array()) unknown("list of recipients", json);
    std::vector<Recipient> recipients;
    for (const boost::json::value& item : value.get_array()) {
        if (!item.is_object()) unknown("list of recipients", json);
        const boost::json::object& object = item.get_object();
        recipients.push_back({text_at(object, "id"), text_at(object, "name"), text_at(object, "channel"), text_at(object, "address")});
    }
    return recipients;
}

SlotState slot_state_of(std::string_view text)
{
    using enum SlotState;
    return find("state of a slot", text, {upcoming, due_soon, overdue, on_time, late, waived});
}

Severity severity_of(std::string_view text) { return find("severity", text, {Severity::info, Severity::warning, Severity::critical}); }

AlertKind alert_kind_of(std::string_view text)
{
    const std::optional<AlertKind> kind = parse_alert_kind(text);
    if (!kind) unknown("kind of alert", text);
    return *kind;
}

Phase phase_of(std::string_view state)
{
    if (state == "resolved") return Phase::inactive;
    return find("state of an alert", state, {Phase::pending, Phase::firing});
}

std::string_view to_string(AlertEvent event)
{
    switch (event) {
        case AlertEvent::none: return "none";
        case AlertEvent::pending: return "pending";
        case AlertEvent::fired: return "fired";
        case AlertEvent::resolved: return "resolved";
        case AlertEvent::lapsed: return "lapsed";
    }
    return "";
}

}  // namespace planwatch

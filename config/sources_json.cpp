// to_json and parse_sources of policy.hpp.
#include "config/sources_json.hpp"

#include "config/json.hpp"
#include "config/policy.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>
#include <limits>

namespace planwatch {
namespace {

namespace json = boost::json;

constexpr std::array severities{Severity::info, Severity::warning, Severity::critical};
constexpr std::string_view payload_hint = "expected what the ledger holds of an adopted plan";

// ---- to JSON

template <class Item, class Append>
void append_items(std::string& out, const std::vector<Item>& items, const Append& append)
{
    out += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i != 0) out += ',';
        append(items[i]);
    }
    out += ']';
}

void append_texts(std::string& out, const std::vector<std::string>& texts)
{
    append_items(out, texts, [&](const std::string& each) { append_json_string(out, each); });
}

void append_text_member(std::string& out, std::string_view key, std::string_view text)
{
    out += fmt::format("{}\"{}\":", out.ends_with('{') ? "" : ",", key);
    append_json_string(out, text);
}

void append_file(std::string& out, const SourceFile& file)
{
    out += '{';
    append_text_member(out, "name", std::filesystem::path{file.name}.filename().string());
    append_text_member(out, "text", file.text);
    out += '}';
}

void append_contact(std::string& out, const Contact& contact)
{
    out += '{';
    append_text_member(out, "id", contact.id);
    append_text_member(out, "name", contact.name);
    out += ",\"plans\":";
    append_texts(out, contact.plans);
    out += ",\"units\":";
    append_texts(out, contact.units);
    out += ",\"audiences\":";
    std::vector<std::string> audiences;
    for (const Audience audience : contact.audiences) audiences.emplace_back(to_string(audience));
    append_texts(out, audiences);
    out += ",\"addresses\":";
    append_items(out, contact.addresses, [&](const Address& each) {
        out += '{';
        append_text_member(out, "channel", each.channel);
        append_text_member(out, "value", each.value);
        out += '}';
    });
    if (!contact.mobile.empty()) append_text_member(out, "mobile", contact.mobile);
    if (!contact.deputy.empty()) append_text_member(out, "deputy", contact.deputy);
    if (!contact.absences.empty()) {
        out += ",\"absent\":";
        append_items(out, contact.absences, [&](const Absence& each) {
            out += fmt::format(R"({{"from":"{}","to":"{}"}})", format_day(each.from), format_day(each.to));
        });
    }
    if (contact.at_once) out += ",\"at_once\":true";
    out += '}';
}

void append_route(std::string& out, const Route& route)
{
    std::vector<std::string> kinds;
    for (const AlertKind kind : route.kinds) kinds.emplace_back(to_string(kind));
    out += "{\"plans\":";
    append_texts(out, route.plans);
    out += ",\"units\":";
    append_texts(out, route.units);
    out += ",\"kinds\":";
    append_texts(out, kinds);
    append_text_member(out, "severity", to_string(route.least));
    out += ",\"to\":";
    append_texts(out, route.contacts);
    out += ",\"channels\":";
    append_texts(out, route.channels);
    out += '}';
}

void append_reports(std::string& out, const ReportRules& reports)
{
    out += fmt::format("{{\"ranked\":{}", reports.ranked);
    for (const ReportKind kind : all_report_kinds) {
        const ReportRule& rule = reports.of(kind);
        std::vector<std::string> audiences;
        for (const Audience audience : rule.audiences) audiences.emplace_back(to_string(audience));
        out += fmt::format(",\"{}\":{{\"send\":{}", to_string(kind), rule.send);
        append_text_member(out, "when", rule.when.to_string());
        out += ",\"plans\":";
        append_texts(out, rule.plans);
        out += ",\"tell\":";
        append_texts(out, audiences);
        out += ",\"contacts\":";
        append_texts(out, rule.contacts);
        out += '}';
    }
    out += '}';
}

// ---- from JSON; written by the program itself, so the first wrong thing is enough

struct BadPayload {
    std::string path;
    std::string message;
};

const json::value& member(const json::value& object, std::string_view key, const std::string& path)
{
    const json::object* const members = object.if_object();
    const json::value* const found = members ? members->if_contains(key) : nullptr;
    if (!found) throw BadPayload{path, fmt::format("has no '{}'; {}", key, payload_hint)};
    return *found;
}

std::string text(const json::value& object, std::string_view key, const std::string& path)
{
    const json::string* const found = member(object, key, path).if_string();
    if (!found) throw BadPayload{fmt::format("{}/{}", path, key), "is no string"};
    return std::string{found->begin(), found->end()};
}

const json::array& array(const json::value& object, std::string_view key, const std::string& path)
{
    const json::array* const found = member(object, key, path).if_array();
    if (!found) throw BadPayload{fmt::format("{}/{}", path, key), "is no array"};
    return *found;
}

std::vector<std::string> texts(const json::value& object, std::string_view key, const std::string& path)
{
    std::vector<std::string> found;
    for (const json::value& each : array(object, key, path)) {
        if (!each.is_string()) throw BadPayload{fmt::format("{}/{}", path, key), "holds something that is no string"};
        found.emplace_back(each.get_string().begin(), each.get_string().end());
    }
    return found;
}

bool has_member(const json::value& object, std::string_view key) { return object.is_object() && object.get_object().contains(key); }

bool flag(const json::value& object, std::string_view key, const std::string& path)
{
    const bool* const found = member(object, key, path).if_bool();
    if (!found) throw BadPayload{fmt::format("{}/{}", path, key), "is neither true nor false"};
    return *found;
}

Day day(const json::value& object, std::string_view key, const std::string& path)
{
    const Result<Day> read = parse_day(text(object, key, path));
    if (!read) throw BadPayload{fmt::format("{}/{}", path, key), "is no date"};
    return *read;
}

std::int64_t whole(const json::value& value, std::int64_t most, const std::string& path)
{
    const std::int64_t* const found = value.if_int64();
    if (!found || *found < 0 || *found > most) throw BadPayload{path, fmt::format("is no whole number up to {}", most)};
    return *found;
}

SourceFile file(const json::value& value, const std::string& path) { return {text(value, "name", path), text(value, "text", path)}; }

std::vector<Audience> audiences(const json::value& value, std::string_view key, const std::string& path)
{
    std::vector<Audience> read;
    for (const std::string& name : texts(value, key, path)) {
        const auto audience = parse_audience(name);
        if (!audience) throw BadPayload{fmt::format("{}/{}", path, key), fmt::format("unknown audience '{}'", name)};
        read.push_back(*audience);
    }
    return read;
}

Contact contact(const json::value& value, const std::string& path)
{
    Contact read{text(value, "id", path), text(value, "name", path), texts(value, "plans", path), texts(value, "units", path),
                 audiences(value, "audiences", path), {}};
    for (const json::value& address : array(value, "addresses", path))
        read.addresses.push_back({text(address, "channel", path), text(address, "value", path)});
    if (has_member(value, "mobile")) read.mobile = text(value, "mobile", path);
    if (has_member(value, "deputy")) read.deputy = text(value, "deputy", path);
    if (has_member(value, "absent"))
        for (const json::value& absence : array(value, "absent", path)) read.absences.push_back({day(absence, "from", path), day(absence, "to", path)});
    if (has_member(value, "at_once")) read.at_once = flag(value, "at_once", path);
    return read;
}

Route route(const json::value& value)
{
    const std::string path = "/routes";
    Route read{texts(value, "plans", path), texts(value, "units", path), {}, Severity::info, texts(value, "to", path), texts(value, "channels", path)};
    for (const std::string& name : texts(value, "kinds", path)) {
        const auto kind = parse_alert_kind(name);
        if (!kind) throw BadPayload{path + "/kinds", fmt::format("unknown kind '{}'", name)};
        read.kinds.push_back(*kind);
    }
    const std::string severity = text(value, "severity", path);
    const auto found = std::find_if(severities.begin(), severities.end(), [&](Severity each) { return to_string(each) == severity; });
    if (found == severities.end()) throw BadPayload{path + "/severity", fmt::format("unknown severity '{}'", severity)};
    read.least = *found;
    return read;
}

PostRules post(const json::value& value)
{
    constexpr std::int64_t minutes_of_a_day = std::int64_t{24} * 60;
    PostRules read{{}, static_cast<std::uint32_t>(whole(member(value, "weekly_maximum", "/post"), std::numeric_limits<std::uint32_t>::max(), "/post/weekly_maximum"))};
    for (const json::value& hour : array(value, "hours", "/post")) read.hours.emplace_back(whole(hour, minutes_of_a_day - 1, "/post/hours"));
    return read;
}

ReportRules reports(const json::value& value)
{
    ReportRules read;
    read.ranked = flag(value, "ranked", "/reports");
    for (const ReportKind kind : all_report_kinds) {
        const std::string path = fmt::format("/reports/{}", to_string(kind));
        const json::value& rule = member(value, to_string(kind), "/reports");
        const Result<DueRule> when = DueRule::parse(text(rule, "when", path));
        if (!when) throw BadPayload{path + "/when", "is no moment"};
        read.of(kind) = {flag(rule, "send", path), *when, texts(rule, "plans", path), audiences(rule, "tell", path), texts(rule, "contacts", path)};
    }
    return read;
}

Sources sources_in(const json::value& value)
{
    Sources sources;
    sources.plan = file(member(value, "plan", ""), "/plan");
    for (const json::value& overlay : array(value, "overlays", "")) sources.overlays.push_back(file(overlay, "/overlays"));
    sources.calendar = file(member(value, "calendar", ""), "/calendar");
    for (const json::value& each : array(value, "contacts", "")) sources.office.contacts.push_back(contact(each, "/contacts"));
    if (has_member(value, "routes"))
        for (const json::value& each : array(value, "routes", "")) sources.office.routes.push_back(route(each));
    if (has_member(value, "post")) sources.office.post = post(member(value, "post", ""));
    if (has_member(value, "reports")) sources.office.reports = reports(member(value, "reports", ""));
    if (const json::value* const businesses = value.as_object().if_contains("businesses")) sources.businesses = file(*businesses, "/businesses");
    return sources;
}

}  // namespace

std::string contacts_json(const std::vector<Contact>& contacts)
{
    std::string out;
    append_items(out, contacts, [&](const Contact& each) { append_contact(out, each); });
    return out;
}

std::string rules_json(const Office& office)
{
    std::string out;
    if (!office.routes.empty()) {
        out += ",\"routes\":";
        append_items(out, office.routes, [&](const Route& each) { append_route(out, each); });
    }
    if (office.post != PostRules{}) {
        out += ",\"post\":{\"hours\":";
        append_items(out, office.post.hours, [&](std::chrono::minutes each) { out += std::to_string(each.count()); });
        out += fmt::format(",\"weekly_maximum\":{}}}", office.post.weekly_maximum);
    }
    if (office.reports != ReportRules{}) {
        out += ",\"reports\":";
        append_reports(out, office.reports);
    }
    return out;
}

std::string to_json(const Sources& sources)
{
    std::string out = "{\"plan\":";
    append_file(out, sources.plan);
    out += ",\"overlays\":[";
    for (std::size_t i = 0; i < sources.overlays.size(); ++i) {
        if (i != 0) out += ',';
        append_file(out, sources.overlays[i]);
    }
    out += "],\"calendar\":";
    append_file(out, sources.calendar);
    out += ",\"contacts\":" + contacts_json(sources.office.contacts) + rules_json(sources.office);
    if (sources.businesses) {
        out += ",\"businesses\":";
        append_file(out, *sources.businesses);
    }
    out += '}';
    return out;
}

Result<Sources> parse_sources(std::string_view json)
{
    const auto value = parse_json(json);
    if (!value) return tl::unexpected<Problems>{value.error()};
    try {
        return sources_in(*value);
    } catch (const BadPayload& bad) {
        return fail(bad.path, bad.message);
    }
}

}  // namespace planwatch

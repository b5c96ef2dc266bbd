#include "config/policy.hpp"

#include "config/calendar.hpp"
#include "config/hash.hpp"
#include "config/json.hpp"
#include "config/overlay_folder.hpp"
#include "config/zone.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

namespace planwatch {
namespace {

namespace json = boost::json;

constexpr std::string_view payload_hint = "expected what the ledger holds of an adopted plan";

// ---- to JSON

void append_texts(std::string& out, const std::vector<std::string>& texts)
{
    out += '[';
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i != 0) out += ',';
        append_json_string(out, texts[i]);
    }
    out += ']';
}

void append_member(std::string& out, std::string_view key, std::string_view text)
{
    out += fmt::format("{}\"{}\":", out.ends_with('{') ? "" : ",", key);
    append_json_string(out, text);
}

void append_file(std::string& out, const SourceFile& file)
{
    out += '{';
    append_member(out, "name", std::filesystem::path{file.name}.filename().string());
    append_member(out, "text", file.text);
    out += '}';
}

void append_contact(std::string& out, const Contact& contact)
{
    out += '{';
    append_member(out, "id", contact.id);
    append_member(out, "name", contact.name);
    out += ",\"plans\":";
    append_texts(out, contact.plans);
    out += ",\"units\":";
    append_texts(out, contact.units);
    out += ",\"audiences\":";
    std::vector<std::string> audiences;
    for (const Audience audience : contact.audiences) audiences.emplace_back(to_string(audience));
    append_texts(out, audiences);
    out += ",\"addresses\":[";
    for (std::size_t i = 0; i < contact.addresses.size(); ++i) {
        if (i != 0) out += ',';
        out += '{';
        append_member(out, "channel", contact.addresses[i].channel);
        append_member(out, "value", contact.addresses[i].value);
        out += '}';
    }
    out += "]}";
}

std::string contacts_json(const std::vector<Contact>& contacts)
{
    std::string out = "[";
    for (std::size_t i = 0; i < contacts.size(); ++i) {
        if (i != 0) out += ',';
        append_contact(out, contacts[i]);
    }
    return out += ']';
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

SourceFile file(const json::value& value, const std::string& path) { return {text(value, "name", path), text(value, "text", path)}; }

Contact contact(const json::value& value, const std::string& path)
{
    Contact read{text(value, "id", path), text(value, "name", path), texts(value, "plans", path), texts(value, "units", path), {}, {}};
    for (const std::string& name : texts(value, "audiences", path)) {
        const auto audience = parse_audience(name);
        if (!audience) throw BadPayload{path + "/audiences", fmt::format("unknown audience '{}'", name)};
        read.audiences.push_back(*audience);
    }
    for (const json::value& address : array(value, "addresses", path))
        read.addresses.push_back({text(address, "channel", path), text(address, "value", path)});
    return read;
}

Sources sources_in(const json::value& value)
{
    Sources sources;
    sources.plan = file(member(value, "plan", ""), "/plan");
    for (const json::value& overlay : array(value, "overlays", "")) sources.overlays.push_back(file(overlay, "/overlays"));
    sources.calendar = file(member(value, "calendar", ""), "/calendar");
    for (const json::value& each : array(value, "contacts", "")) sources.office.contacts.push_back(contact(each, "/contacts"));
    if (const json::value* const businesses = value.as_object().if_contains("businesses")) sources.businesses = file(*businesses, "/businesses");
    return sources;
}

// An overlay's contact takes the place of the settings' of the same id.
std::vector<Contact> merged(std::vector<Contact> contacts, const std::vector<Contact>& of_overlays)
{
    for (const Contact& own : of_overlays) std::erase_if(contacts, [&](const Contact& other) { return other.id == own.id; });
    contacts.insert(contacts.end(), of_overlays.begin(), of_overlays.end());
    return contacts;
}

std::optional<SourceFile> find_register(const std::filesystem::path& plan, const std::string& id)
{
    const std::filesystem::path path = (plan.parent_path() / ".." / "registers" / (id + ".csv")).lexically_normal();
    return !id.empty() && std::filesystem::exists(path) ? std::optional{read_file(path)} : std::nullopt;
}

void add_size_and_text(std::string& whole, std::string_view part) { whole += fmt::format("{}:{}", part.size(), part); }

}  // namespace

Sources load_sources(const std::filesystem::path& plan, const std::optional<std::filesystem::path>& calendar, Office office)
{
    Sources sources;
    sources.plan = read_file(plan);
    sources.overlays = overlays_for(plan, plan_id(sources.plan));
    sources.calendar = calendar ? read_file(*calendar) : builtin_calendar();
    sources.office = std::move(office);
    sources.businesses = find_register(plan, plan_id(sources.plan));
    return sources;
}

Result<std::shared_ptr<const Policy>> compile(const Sources& sources)
{
    Result<ParsedPlan> parsed = parse_plan(sources.plan, sources.overlays, sources.businesses);
    if (parsed) return compile(sources, *parsed);
    Problems problems = std::move(parsed.error());
    if (const auto calendar = parse_calendar(sources.calendar); !calendar)
        problems.insert(problems.end(), calendar.error().begin(), calendar.error().end());
    return tl::unexpected<Problems>{std::move(problems)};
}

Result<std::shared_ptr<const Policy>> compile(const Sources& sources, const ParsedPlan& parsed)
{
    Result<Calendar> calendar = parse_calendar(sources.calendar);
    if (!calendar) return tl::unexpected<Problems>{std::move(calendar.error())};
    const auto year_of = [](Day day) { return static_cast<int>(std::chrono::year_month_day{day}.year()); };
    constexpr int around = 2;  // due moments, corrections and ladders reach past the plan's own days
    Result<Zone> zone = load_zone(parsed.plan.time_zone, year_of(parsed.plan.starts) - around, year_of(parsed.plan.ends) + around);
    if (!zone) return tl::unexpected<Problems>{std::move(zone.error())};

    auto policy = std::make_shared<Policy>();
    policy->version = version_of(sources);
    policy->plan = parsed.plan;
    policy->calendar = std::move(*calendar);
    policy->zone = std::move(*zone);
    policy->ladders = parsed.ladders;
    policy->directory = Directory{merged(sources.office.contacts, parsed.contacts)};
    policy->routes = sources.office.routes;
    policy->post = sources.office.post;
    return policy;
}

std::string version_of(const Sources& sources)
{
    constexpr std::size_t shown = 16;
    std::string whole;
    add_size_and_text(whole, sources.plan.text);
    add_size_and_text(whole, std::to_string(sources.overlays.size()));
    for (const SourceFile& overlay : sources.overlays) add_size_and_text(whole, overlay.text);
    add_size_and_text(whole, sources.calendar.text);
    add_size_and_text(whole, contacts_json(sources.office.contacts));
    if (sources.businesses) add_size_and_text(whole, sources.businesses->text);
    return sha256_hex(whole).substr(0, shown);
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
    out += ",\"contacts\":" + contacts_json(sources.office.contacts);
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

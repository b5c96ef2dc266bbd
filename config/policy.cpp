#include "config/policy.hpp"

#include "config/calendar.hpp"
#include "config/hash.hpp"
#include "config/overlay_folder.hpp"
#include "config/sources_json.hpp"
#include "config/zone.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>

namespace planwatch {
namespace {

// An overlay's contact takes the place of the settings' of the same id.
std::vector<Contact> merged(std::vector<Contact> contacts, const std::vector<Contact>& of_overlays)
{
    std::unordered_set<std::string_view> replaced;
    for (const Contact& own : of_overlays) replaced.insert(own.id);
    std::erase_if(contacts, [&](const Contact& other) { return replaced.contains(other.id); });
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
    policy->reports = sources.office.reports;
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
    whole += rules_json(sources.office);
    return sha256_hex(whole).substr(0, shown);
}

}  // namespace planwatch

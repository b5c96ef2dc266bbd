#include "daemon/commands/common.hpp"

#include "rules/nearest.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <set>

namespace planwatch {
namespace {

const std::vector<std::pair<std::string, Format>> format_names{
    {"table", Format::table}, {"json", Format::json}, {"csv", Format::csv}, {"ics", Format::ics}};

std::string id_of(const std::filesystem::path& plan) { return plan_id(read_file(plan)); }

}  // namespace

void add_format(CLI::App& command, Format& format, const std::vector<Format>& offered)
{
    std::vector<std::string> names;
    for (const auto& [name, value] : format_names)
        if (std::ranges::find(offered, value) != offered.end()) names.push_back(name);
    const auto take = [&format](const std::string& chosen) {
        format = std::ranges::find(format_names, chosen, &std::pair<std::string, Format>::first)->second;
    };
    command.add_option_function<std::string>("--format", take, "How to print it (table by default)")
        ->check(CLI::IsMember{names}.description(""))
        ->type_name(fmt::format("{}", fmt::join(names, "|")));
}

void add_config(CLI::App& command, std::string& config)
{
    command.add_option("--config", config, "The settings (planwatch.toml)")
        ->check(CLI::ExistingFile.description(""))
        ->type_name("FILE");
}

void add_plans(CLI::App& command, PlanChoice& choice)
{
    add_config(command, choice.config);
    command.add_option("plan", choice.names, "Plan files, or with --config plan ids; none: all the plans of the settings")
        ->type_name("PLAN");
}

Settings read_settings(const std::string& config)
{
    return config.empty() ? Settings{} : value_or_throw(parse_settings(read_file(config)));
}

std::filesystem::path find_plan(const std::string& name, const Settings& settings)
{
    if (std::filesystem::is_regular_file(name)) return name;
    std::vector<std::string> known;
    for (const std::filesystem::path& file : settings.plans) {
        known.push_back(id_of(file));
        if (known.back() == name) return file;
    }
    if (known.empty())
        throw UsageError{
            fmt::format("there is no plan file '{}' (a plan's id can be given where --config names the settings)", name)};
    throw UsageError{fmt::format("there is no plan '{}', neither a file nor in the settings{}", name, suggestion(name, known))};
}

std::vector<std::filesystem::path> find_plans(const PlanChoice& choice, const Settings& settings)
{
    if (choice.names.empty()) {
        if (choice.config.empty()) throw UsageError{"which plan? Name a plan file, or settings with --config"};
        return settings.plans;
    }
    std::vector<std::filesystem::path> files;
    for (const std::string& name : choice.names) files.push_back(find_plan(name, settings));
    return files;
}

Result<LoadedPlan> load_plan(const std::filesystem::path& file, const Settings& settings)
{
    const Sources sources = load_sources(file, settings.calendar, settings.office);
    Result<ParsedPlan> parsed = parse_plan(sources.plan, sources.overlays, sources.businesses);
    if (!parsed) return tl::unexpected{std::move(parsed.error())};
    Result<std::shared_ptr<const Policy>> policy = compile(sources, *parsed);
    if (!policy) return tl::unexpected{std::move(policy.error())};
    return LoadedPlan{*std::move(parsed), *std::move(policy)};
}

std::vector<std::shared_ptr<const Policy>> load_policies(const PlanChoice& choice)
{
    const Settings settings = read_settings(choice.config);
    std::vector<std::shared_ptr<const Policy>> policies;
    std::set<std::string> ids;
    Problems problems;
    for (const std::filesystem::path& file : find_plans(choice, settings)) {
        Result<LoadedPlan> plan = load_plan(file, settings);
        if (!plan) {
            problems.insert(problems.end(), plan.error().begin(), plan.error().end());
        } else if (!ids.insert(plan->policy->plan.id).second) {
            problems.push_back({file.string(), fmt::format("plan '{}' was given twice", plan->policy->plan.id)});
        } else {
            policies.push_back(std::move(plan->policy));
        }
    }
    if (!problems.empty()) throw InputError{std::move(problems)};
    return policies;
}

Day day_option(std::string_view option, const std::string& text)
{
    const Result<Day> day = parse_day(text);
    if (!day) throw UsageError{fmt::format("{}: '{}' is no date (YYYY-MM-DD)", option, text)};
    return *day;
}

Instant moment_option(std::string_view option, const std::string& text, const Zone& zone)
{
    const Result<Instant> moment = parse_moment(text, zone);
    if (!moment)
        throw UsageError{fmt::format("{}: '{}' is no moment (YYYY-MM-DD, \"YYYY-MM-DD HH:MM\" or RFC 3339)", option, text)};
    return *moment;
}

Instant moment_end_option(std::string_view option, const std::string& text, const Zone& zone)
{
    const Result<Day> day = parse_day(text);
    return day ? zone.start_of(*day + std::chrono::days{1}) : moment_option(option, text, zone);
}

void print(std::string_view text) { std::cout << text; }

void print_problems(const Problems& problems)
{
    for (const Problem& problem : problems) std::cerr << to_text({problem}) << '\n';
}

}  // namespace planwatch

// planwatch check: every problem of plans, overlays, settings and calendar; where there is none, what each plan holds, what overlays
// changed in it, what was hardly meant, and what it assumes.
#include "config/calendar.hpp"
#include "config/lint.hpp"
#include "config/overlay_folder.hpp"
#include "config/reach.hpp"
#include "daemon/certificate.hpp"
#include "daemon/clock.hpp"
#include "daemon/commands/commands.hpp"
#include "exporters/json.hpp"
#include "exporters/message_templates.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <map>

namespace planwatch {
namespace {

struct CheckOptions {
    PlanChoice plans;
    std::string at;
    Format format = Format::table;
};

// The next report of a kind that goes out by itself, and whom it would reach.
struct NextReport {
    ReportMoment moment;
    std::vector<Recipient> recipients;
};

struct CheckedPlan {
    std::string file;
    std::shared_ptr<const Policy> policy;
    std::vector<Override> overrides;
    std::vector<Finding> findings;
    ReachProof reach;
    std::vector<NextReport> reports;
};

struct Checked {
    std::vector<CheckedPlan> plans;
    std::vector<std::string> warnings;  // of the listener's certificate
    Problems problems;

    // A problem of a calendar that several plans share is told once.
    void add(const Problems& found)
    {
        for (const Problem& problem : found)
            if (std::ranges::find(problems, problem) == problems.end()) problems.push_back(problem);
    }
};

std::size_t slots_of(const Policy& policy)
{
    std::size_t slots = 0;
    for (const Deadline& deadline : deadlines_of(policy)) slots += policy.plan.duties[deadline.duty].units.size();
    return slots;
}

// From `day` on, the first of each kind. Letters: whom all of them together would reach.
std::vector<NextReport> next_reports(const Policy& policy, Day day)
{
    std::vector<NextReport> reports;
    for (const ReportMoment& moment : report_schedule(policy)) {
        const bool known = std::ranges::any_of(reports, [&](const NextReport& other) { return other.moment.kind == moment.kind; });
        if (known || moment.at < policy.zone.start_of(day)) continue;
        reports.push_back({moment, report_recipients(policy, moment.kind, {}, policy.zone.day_of(moment.at))});
    }
    return reports;
}

void check_certificate(const CertificateFiles& files, Checked& checked)
{
    const auto certificate = Certificate::read(files);
    if (!certificate) return checked.add(certificate.error());
    checked.warnings = (*certificate)->warnings(SystemClock{}.now());
}

// `today`: the day of looking; none: now, in the plan's zone.
void check_plan(const std::filesystem::path& file, const Settings& settings, std::optional<Day> today, Checked& checked)
{
    const Result<LoadedPlan> plan = load_plan(file, settings);
    if (!plan) return checked.add(plan.error());
    const Policy& policy = *plan->policy;
    const Day day = today ? *today : policy.zone.day_of(SystemClock{}.now());
    checked.plans.push_back({file.string(), plan->policy, plan->parsed.overrides, lint(policy, plan->parsed, day, settings),
                             prove_reach(policy, plan->parsed, living_people(policy, day, settings), settings), next_reports(policy, day)});
}

// What the settings' routes and reports name must be there, as far as the plans were read.
Problems check_names(const Checked& checked, const std::vector<std::filesystem::path>& files, const Settings& settings)
{
    std::set<std::string> known;
    for (const std::vector<std::filesystem::path>* some : {&files, &settings.plans})
        for (const std::filesystem::path& file : *some) known.insert(plan_id(read_file(file)));
    std::vector<const Plan*> read;
    for (const CheckedPlan& plan : checked.plans) read.push_back(&plan.policy->plan);
    const std::vector<std::string> ids{known.begin(), known.end()};
    Problems problems = stray_routes(settings, read, ids);
    const Problems of_reports = stray_reports(settings, ids);
    problems.insert(problems.end(), of_reports.begin(), of_reports.end());
    return problems;
}

// Of faulty settings what could be read of them.
Checked check_all(const CheckOptions& options)
{
    Checked checked;
    const auto today = options.at.empty() ? std::nullopt : std::optional{day_option("--at", options.at)};
    const std::string& config = options.plans.config;
    const Settings settings = config.empty() ? Settings{} : parse_settings(read_file(config), checked.problems);
    const bool whole = checked.problems.empty();
    if (settings.calendar) {
        if (const auto calendar = parse_calendar(read_file(*settings.calendar)); !calendar) checked.add(calendar.error());
    }
    if (settings.http.tls) check_certificate(*settings.http.tls, checked);
    if (const auto templates = MessageTemplates::load(settings.notices.templates); !templates) checked.add(templates.error());
    std::vector<std::filesystem::path> files;
    try {
        files = find_plans(options.plans, settings);
    } catch (const UsageError&) {
        if (whole) throw;  // else perhaps the settings would name it
    }
    for (const std::filesystem::path& file : files) check_plan(file, settings, today, checked);
    if (whole) checked.add(stray_overlays(files));
    if (whole) checked.add(check_names(checked, files, settings));
    return checked;
}

std::string findings_text(const CheckedPlan& plan, Finding::Level level, std::string_view heading)
{
    std::string text;
    std::size_t count = 0;
    for (const Finding& finding : plan.findings) {
        if (finding.level != level) continue;
        ++count;
        text += fmt::format("    {}: {}\n", finding.path, finding.message);
        if (!finding.cure.empty()) text += fmt::format("        {}\n", finding.cure);
    }
    return count == 0 ? std::string{} : fmt::format("  {} ({})\n{}", heading, count, text);
}

// "李主任 <head@example.org>, 区农业农村委 (no address)", and how many more.
std::string people_text(const std::vector<Recipient>& people)
{
    constexpr std::size_t shown = 4;
    std::string text;
    for (std::size_t i = 0; i < people.size() && i < shown; ++i)
        text += fmt::format("{}{} {}", i == 0 ? "" : ", ", people[i].name, people[i].address.empty() ? "(no address)" : fmt::format("<{}>", people[i].address));
    if (people.size() <= shown) return text;
    const auto without = std::ranges::count_if(people, [](const Recipient& each) { return each.address.empty(); });
    return text + fmt::format(" and {} more; {} of the {} have no address", people.size() - shown, without, people.size());
}

std::string reports_text(const CheckedPlan& plan)
{
    if (plan.reports.empty()) return "  reports: none goes out by itself any more\n";
    std::string text = fmt::format("  reports ({})\n", plan.reports.size());
    for (const auto& [moment, recipients] : plan.reports)
        text += fmt::format("    {} {} on {}: {}{} to {}\n", to_string(moment.kind), report_name(moment.kind), moment.period.to_string(),
                            format_instant(moment.at, plan.policy->zone), moment.provisional ? " (provisional: the year's calendar is not announced)" : "",
                            people_text(recipients));
    return text;
}

// Grouped by who decided why; the plan's own value, then the office's.
std::string overrides_text(const CheckedPlan& plan)
{
    std::string text;
    const Override* before = nullptr;
    for (const Override& each : plan.overrides) {
        if (!before || before->author != each.author || before->reason != each.reason) text += fmt::format("    {}: {}\n", each.author, each.reason);
        text += fmt::format("      {}: {}\n          {} -> {}\n", each.path, each.what, each.from.empty() ? "(nothing)" : each.from, each.to);
        before = &each;
    }
    return text.empty() ? text : fmt::format("  changed by overlays ({})\n{}", plan.overrides.size(), text);
}

// A town that the plan does not know is named after itself: perhaps it is misspelt.
std::string register_text(const Plan& plan)
{
    const auto is_business = [](const Unit& unit) { return unit.kind == UnitKind::business; };
    const auto businesses = std::ranges::count_if(plan.units, is_business);
    if (businesses == 0) return {};
    std::set<UnitIndex> towns;
    for (const Unit& unit : plan.units)
        if (is_business(unit) && unit.parent) towns.insert(*unit.parent);
    std::vector<std::string> unknown;
    for (const UnitIndex town : towns)
        if (plan.units[town].id == plan.units[town].name) unknown.push_back(plan.units[town].name);
    std::string text = fmt::format("  register: {} businesses in {} towns\n", businesses, towns.size());
    if (!unknown.empty()) text += fmt::format("    towns that the plan itself does not name: {}\n", fmt::join(unknown, ", "));
    return text;
}

// Where nobody is told of anything a note says so.
std::string reach_text(const CheckedPlan& checked)
{
    const auto& [looked_at, holes, first, path] = checked.reach;
    if (holes == looked_at) return {};
    return fmt::format("  {} of {} ladder steps (a unit, an indicator) and routes reach somebody{}\n", looked_at - holes, looked_at,
                       holes == 0 ? "" : "; the first that does not is among the warnings");
}

std::string text_of(const CheckedPlan& checked)
{
    const Plan& plan = checked.policy->plan;
    std::string text = fmt::format("{}: {} ({}), issued {}\n", checked.file, plan.name, plan.id, format_day(plan.issued));
    text += fmt::format("  {} units, {} clauses, {} indicators, {} duties, {} slots\n", plan.units.size(), plan.clauses.size(),
                        plan.indicators.size(), plan.duties.size(), slots_of(*checked.policy));
    for (const Composite& composite : plan.composites)
        text += fmt::format("  composite '{}': {} parts, {} units, {}\n", composite.id, composite.parts.size(), composite.units.size(), to_string(composite.cadence));
    text += register_text(plan);
    text += reach_text(checked);
    text += reports_text(checked);
    text += overrides_text(checked);
    text += findings_text(checked, Finding::Level::warning, "warnings");
    text += findings_text(checked, Finding::Level::note, "notes");
    text += findings_text(checked, Finding::Level::assumption, "assumptions");
    return text;
}

void write_findings(Json& json, const std::vector<Finding>& findings)
{
    json.key("findings").array();
    for (const Finding& finding : findings) {
        json.object().member("level", to_string(finding.level)).member("path", finding.path).member("message", finding.message);
        json.key("cure").value_or_null(finding.cure).end_object();
    }
    json.end_array();
}

void write_overrides(Json& json, const std::vector<Override>& overrides)
{
    json.key("overrides").array();
    for (const Override& override : overrides) {
        json.object().member("what", override.what).key("from").value_or_null(override.from).member("to", override.to);
        json.member("path", override.path).member("reason", override.reason).member("author", override.author).end_object();
    }
    json.end_array();
}

void write_reports(Json& json, const CheckedPlan& plan)
{
    json.key("reports").array();
    for (const auto& [moment, recipients] : plan.reports) {
        json.object().member("kind", to_string(moment.kind)).member("period", moment.period.to_string());
        json.member("at", format_instant(moment.at, plan.policy->zone)).member("provisional", moment.provisional).key("recipients").array();
        for (const Recipient& each : recipients) {
            json.object().member("id", each.id).member("name", each.name).member("channel", each.channel);
            json.key("address").value_or_null(each.address).end_object();
        }
        json.end_array().end_object();
    }
    json.end_array();
}

std::string json_of(const Checked& checked)
{
    Json json;
    json.object().key("plans").array();
    for (const CheckedPlan& each : checked.plans) {
        const Plan& plan = each.policy->plan;
        json.object()
            .member("file", each.file)
            .member("id", plan.id)
            .member("name", plan.name)
            .member("issued", format_day(plan.issued));
        json.member("units", plan.units.size()).member("clauses", plan.clauses.size()).member("indicators", plan.indicators.size());
        json.member("duties", plan.duties.size()).member("composites", plan.composites.size()).member("slots", slots_of(*each.policy)).member("version", each.policy->version);
        write_overrides(json, each.overrides);
        write_findings(json, each.findings);
        json.key("reach").object().member("looked_at", each.reach.looked_at).member("holes", each.reach.holes);
        json.key("first").value_or_null(each.reach.first).end_object();
        write_reports(json, each);
        json.end_object();
    }
    json.end_array().key("warnings").array();
    for (const std::string& warning : checked.warnings) json.value(warning);
    json.end_array().key("problems").array();
    for (const Problem& problem : checked.problems) {
        json.object().member("path", problem.path).member("message", problem.message).end_object();
    }
    json.end_array().end_object();
    return std::move(json).text() + "\n";
}

int check(const CheckOptions& options)
{
    const Checked checked = check_all(options);
    if (options.format == Format::json) {
        print(json_of(checked));
    } else {
        for (const CheckedPlan& plan : checked.plans) print(text_of(plan));
        for (const std::string& warning : checked.warnings) print(fmt::format("warning: {}\n", warning));
        print_problems(checked.problems);
    }
    return checked.problems.empty() ? exit_code::fine : exit_code::input;
}

}  // namespace

void add_check(CLI::App& program, Action& action)
{
    CLI::App& command =
        *program.add_subcommand("check", "Every problem and every assumption of plans, overlays, settings, calendar and message templates; a summary a plan");
    command.footer("Examples: planwatch check config/plans/beichen-2023.toml\n          planwatch check --config planwatch.toml");
    auto options = std::make_shared<CheckOptions>();
    add_plans(command, options->plans);
    command.add_option("--at", options->at, "The day from which it is asked what can still be reached (today by default)")->type_name("DATE");
    add_format(command, options->format, {Format::table, Format::json});
    on_chosen(command, action, options, check);
}

}  // namespace planwatch

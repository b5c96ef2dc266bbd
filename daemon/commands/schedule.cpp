// planwatch schedule: every slot with its due moment and the reason for it.
#include "daemon/clock.hpp"
#include "daemon/commands/commands.hpp"
#include "exporters/calendar_feed.hpp"
#include "exporters/tables.hpp"
#include "exporters/views.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch {
namespace {

struct ScheduleOptions {
    PlanChoice plans;
    std::string from;
    std::string to;
    std::string unit;
    std::string at;
    bool businesses = false;
    Format format = Format::table;
};

SlotFilter filter_of(const ScheduleOptions& options, std::span<const std::unique_ptr<Engine>> engines)
{
    SlotFilter filter;
    if (!options.from.empty()) filter.from = day_option("--from", options.from);
    if (!options.to.empty()) filter.to = day_option("--to", options.to);
    if (filter.from && filter.to) check_span(*filter.from, *filter.to);
    const bool known = options.unit.empty() || std::ranges::any_of(engines, [&](const auto& engine) {
                           return engine->policy().plan.unit(options.unit).has_value();
                       });
    if (!known) throw UsageError{fmt::format("--unit: no plan here has a unit '{}'", options.unit)};
    filter.unit = options.unit;
    filter.businesses = options.businesses;
    return filter;
}

std::string json_of(std::span<const SlotRow> rows)
{
    Json json;
    json.array();
    for (const SlotRow& row : rows) write_slot(json, row);
    json.end_array();
    return std::move(json).text() + "\n";
}

std::string feed_name(std::span<const std::unique_ptr<Engine>> engines)
{
    std::string name;
    for (const auto& engine : engines) name += (name.empty() ? "" : "、") + engine->policy().plan.name;
    return name;
}

int schedule(const ScheduleOptions& options)
{
    const Instant now = SystemClock{}.now();
    std::vector<std::unique_ptr<Engine>> engines;
    std::vector<const Engine*> views;
    for (const auto& policy : load_policies(options.plans)) {
        engines.push_back(std::make_unique<Engine>(policy));
        engines.back()->advance(options.at.empty() ? now : moment_option("--at", options.at, policy->zone));
        views.push_back(engines.back().get());
    }
    const std::vector<SlotRow> rows = slot_rows(views, filter_of(options, engines));
    switch (options.format) {
        case Format::table: print(slots_table(rows)); break;
        case Format::csv: print(slots_csv(rows)); break;
        case Format::json: print(json_of(rows)); break;
        case Format::ics: print(calendar_feed(rows, feed_name(engines), now)); break;
    }
    return exit_code::fine;
}

}  // namespace

void add_schedule(CLI::App& program, Action& action)
{
    CLI::App& command =
        *program.add_subcommand("schedule", "Every slot with its due moment and why, as long as nothing is handed in");
    command.footer("Example: planwatch schedule config/plans/beichen-2023.toml --from 2023-08-01 --to 2023-08-31 --format json");
    auto options = std::make_shared<ScheduleOptions>();
    add_plans(command, options->plans);
    command.add_option("--from", options->from, "The first due date")->type_name("DATE");
    command.add_option("--to", options->to, "The last due date")->type_name("DATE");
    command.add_option("--unit", options->unit, "Only this unit's slots")->type_name("UNIT");
    command.add_flag("--businesses", options->businesses, "The slots of all registered businesses too; one town's with --unit");
    command.add_option("--at", options->at, "The moment whose states are shown (now by default)")->type_name("TIME");
    add_format(command, options->format, {Format::table, Format::csv, Format::json, Format::ics});
    on_chosen(command, action, options, schedule);
}

}  // namespace planwatch

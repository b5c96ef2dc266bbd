// planwatch plan: show, the plan as it was understood; new is in plan_new.cpp.
#include "daemon/commands/commands.hpp"
#include "daemon/commands/plan_new.hpp"
#include "exporters/tables.hpp"
#include "exporters/views.hpp"

namespace planwatch {
namespace {

struct PlanOptions {
    std::string config;
    std::string plan;
    Format format = Format::table;
};

int show_plan(const PlanOptions& options)
{
    const auto policy = load_policies({options.config, {options.plan}}).front();
    print(options.format == Format::json ? plan_json(*policy) + "\n" : plan_table(*policy));
    return exit_code::fine;
}

}  // namespace

void add_plan(CLI::App& program, Action& action)
{
    CLI::App& plan = *program.add_subcommand("plan", "Look at a plan, or begin one");
    plan.require_subcommand(1);
    CLI::App& show = *plan.add_subcommand("show", "The plan as understood: units, clauses, indicators, duties");
    show.footer("Example: planwatch plan show config/plans/beichen-2023.toml --format json");
    auto options = std::make_shared<PlanOptions>();
    add_config(show, options->config);
    show.add_option("plan", options->plan, "A plan file, or with --config a plan's id")->required()->type_name("PLAN");
    add_format(show, options->format, {Format::table, Format::json});
    on_chosen(show, action, options, show_plan);
    add_plan_new(plan, action);
}

}  // namespace planwatch

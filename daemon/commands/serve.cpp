// planwatch serve: the daemon.
#include "daemon/commands/commands.hpp"
#include "daemon/wiring.hpp"

#include "config/zone.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace planwatch {
namespace {

struct ServeArguments {
    std::string config;
    std::string data;
    std::string listen;
    std::vector<std::string> plans;
    std::string clock;
    double speed = 1;
    bool narrate = false;
};

// Of --speed; empty where it is one.
std::string speed_problem(const std::string& text)
{
    double speed = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, speed);
    const bool right = error == std::errc{} && rest == end && speed > 0 && std::isfinite(speed);
    return right ? std::string{} : fmt::format("'{}' is no speed; expected a number above 0", text);
}

// A moment without an offset is one of the first plan's zone; who gives no plan gives the offset.
Instant clock_start(const ServeArguments& arguments, const Settings& settings)
{
    if (const Result<Instant> exact = parse_instant(arguments.clock)) return *exact;
    if (settings.plans.empty())
        throw UsageError{"--clock: without a plan the moment needs an offset, as in 2023-10-20T00:00:00+08:00"};
    const LoadedPlan plan = value_or_throw(load_plan(settings.plans.front(), settings));
    return moment_option("--clock", arguments.clock, plan.policy->zone);
}

Settings settings_of(const ServeArguments& arguments, Problems& problems)
{
    Settings settings = arguments.config.empty() ? Settings{} : parse_settings(read_file(arguments.config), problems);
    if (!arguments.data.empty()) settings.data = arguments.data;
    if (!arguments.listen.empty()) {
        const Result<Endpoint> endpoint = parse_endpoint(arguments.listen);
        if (!endpoint) throw UsageError{fmt::format("--listen: {}", to_text(endpoint.error()))};
        settings.http.listen = *endpoint;
    }
    if (!arguments.plans.empty()) settings.plans.assign(arguments.plans.begin(), arguments.plans.end());
    if (settings.plans.empty() && arguments.config.empty())
        throw UsageError{"no plan to watch: name one with --plan, or settings with --config"};
    return settings;
}

int run_serve(const ServeArguments& arguments)
{
    Problems problems;
    ServeOptions options{.settings = settings_of(arguments, problems),
                         .speed = arguments.speed,
                         .plans_from_command_line = !arguments.plans.empty(),
                         .narrate = arguments.narrate};
    options.problems = std::move(problems);
    if (!arguments.config.empty()) options.config_file = arguments.config;
    if (!arguments.clock.empty() && options.problems.empty()) options.clock_start = clock_start(arguments, options.settings);
    return serve(options);
}

}  // namespace

void add_serve(CLI::App& program, Action& action)
{
    CLI::App& command =
        *program.add_subcommand("serve", "Run the daemon: figures in, targets and deadlines watched, alerts and metrics out");
    command.footer("Example: planwatch serve --data ./data --listen 127.0.0.1:9919 --plan config/plans/beichen-2023.toml");
    auto options = std::make_shared<ServeArguments>();
    add_config(command, options->config);
    command.add_option("--data", options->data, "Folder of the database and all that the daemon writes")->type_name("DIR");
    command.add_option("--listen", options->listen, "Address of the API (127.0.0.1:9919 by default; port 0: a free one)")
        ->type_name("HOST:PORT");
    command.add_option("--plan", options->plans, "A plan file, instead of those of the settings; can be given again")
        ->check(CLI::ExistingFile.description(""))
        ->type_name("FILE");
    CLI::Option* clock =
        command.add_option("--clock", options->clock, "Virtual time that begins here, for a demonstration")->type_name("TIME");
    command.add_option("--speed", options->speed, "Seconds of virtual time a second")
        ->check(speed_problem)
        ->needs(clock)
        ->type_name("X");
    command.add_flag("--narrate", options->narrate, "Tell on the terminal what happens as it happens");
    on_chosen(command, action, options, run_serve);
}

}  // namespace planwatch

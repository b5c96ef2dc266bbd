// `planwatch`: reads the command line and runs the chosen command (commands/). Exit codes: 0 fine, 1 the input is at fault, 2 used
// wrongly, 3 the environment failed.
#include "daemon/commands/commands.hpp"
#include "rules/nearest.hpp"

#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <iostream>
#include <span>

namespace planwatch {
namespace {

constexpr void (*commands[])(CLI::App&, Action&) = {
    add_serve,  add_check,  add_plan,    add_schedule, add_simulate, add_test,   add_submit,
    add_status, add_alerts, add_explain, add_ack,   add_silence,  add_extend, add_waive,
    add_token,  add_notify, add_backup,  add_verify, add_export,  add_report, add_completion,
};

int run(const Action& action)
{
    try {
        const int code = action();
        if (!std::cout.flush()) throw std::runtime_error{"the output could not be written"};
        return code;
    } catch (const InputError& error) {
        print_problems(error.problems);
        return exit_code::input;
    } catch (const UsageError& error) {
        std::cerr << "planwatch: " << error.what() << '\n';
        return exit_code::usage;
    } catch (const std::exception& error) {
        std::cerr << "planwatch: " << error.what() << '\n';
        return exit_code::environment;
    }
}

// The first word that names no command where one is asked for; empty where there is none.
std::string command_problem(const CLI::App& program, std::span<char* const> words)
{
    const CLI::App* app = &program;
    std::string all = app->get_name();
    for (const char* word : words) {
        if (app->get_require_subcommand_min() == 0 || word[0] == '-') return {};
        std::vector<std::string> known;
        for (const CLI::App* each : app->get_subcommands([](const CLI::App*) { return true; })) known.push_back(each->get_name());
        if (std::ranges::find(known, word) == known.end())
            return fmt::format("there is no command '{} {}'{}\nRun {} --help for more information.", all, word, suggestion(word, known), all);
        app = app->get_subcommand(word);
        all.append(" ").append(word);
    }
    return {};
}

int run(int argc, char** argv)
{
    CLI::App program{"Watches a government's food-safety plan: who must reach what, who must hand in what, by when.", "planwatch"};
    program.set_version_flag("--version", "planwatch " PLANWATCH_VERSION);
    program.require_subcommand(1);
    program.get_formatter()->column_width(34);
    program.footer("Every command has its own --help.");

    Action action;
    for (const auto add : commands) add(program, action);
    if (const std::string problem = command_problem(program, {argv + 1, argv + argc}); !problem.empty()) {
        std::cerr << "planwatch: " << problem << '\n';
        return exit_code::usage;
    }
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? exit_code::fine : exit_code::usage;
    }
    return run(action);
}

}  // namespace
}  // namespace planwatch

int main(int argc, char** argv) { return planwatch::run(argc, argv); }

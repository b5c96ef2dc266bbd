// What several commands share: how a command is hung into the program, its exit codes, and how settings, plans and moments given on
// the command line are read. For commands/*.cpp and main.cpp only.
#pragma once

#include "config/plan.hpp"
#include "config/policy.hpp"
#include "config/settings.hpp"
#include "rules/engine.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

namespace exit_code {
inline constexpr int fine = 0;
inline constexpr int input = 1;        // the input is at fault
inline constexpr int usage = 2;        // used wrongly
inline constexpr int environment = 3;  // the environment failed
}  // namespace exit_code

// End a command with exit_code::usage, and with exit_code::input after all the problems were told; every other exception ends
// it with exit_code::environment.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct InputError : std::runtime_error {
    explicit InputError(Problems found) : std::runtime_error{to_text(found)}, problems{std::move(found)} {}
    Problems problems;
};

// What the program does once its command line is understood; the chosen command sets it.
using Action = std::function<int()>;

template <class Options>
void on_chosen(CLI::App& command, Action& action, std::shared_ptr<Options> options, int (*run)(const Options&))
{
    command.callback([&action, options = std::move(options), run] { action = [options, run] { return run(*options); }; });
}

template <class Value>
Value value_or_throw(Result<Value> result)
{
    if (!result) throw InputError{std::move(result.error())};
    return *std::move(result);
}

enum class Format : std::uint8_t { table, json, csv, ics };
void add_format(CLI::App& command, Format& format, const std::vector<Format>& offered);

// --config FILE
void add_config(CLI::App& command, std::string& config);
// PLAN…, each a file or, with --config, an id; none are all the plans of the settings.
struct PlanChoice {
    std::string config;
    std::vector<std::string> names;
};
void add_plans(CLI::App& command, PlanChoice& choice);

Settings read_settings(const std::string& config);  // the defaults without a file

// The file that `name` is, or whose plan has it as its id.
std::filesystem::path find_plan(const std::string& name, const Settings& settings);
std::vector<std::filesystem::path> find_plans(const PlanChoice& choice, const Settings& settings);

struct LoadedPlan {
    ParsedPlan parsed;
    std::shared_ptr<const Policy> policy;
};
Result<LoadedPlan> load_plan(const std::filesystem::path& file, const Settings& settings);
// Throws InputError with the problems of all of them.
std::vector<std::shared_ptr<const Policy>> load_policies(const PlanChoice& choice);

// `text` is `option`'s; UsageError says what was expected.
Day day_option(std::string_view option, const std::string& text);
// A date is its midnight; with `_end`, the midnight that ends it.
Instant moment_option(std::string_view option, const std::string& text, const Zone& zone);
Instant moment_end_option(std::string_view option, const std::string& text, const Zone& zone);
// Of --from and --to, as days or as instants.
template <class Moment>
void check_span(Moment from, Moment to)
{
    if (to < from) throw UsageError{"--to lies before --from"};
}

void print(std::string_view text);              // to the standard output
void print_problems(const Problems& problems);  // to the standard error, one a line

}  // namespace planwatch

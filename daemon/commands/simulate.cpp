// planwatch simulate: a year in seconds, every alert and every notice.
#include "config/submission.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/happening_report.hpp"
#include "daemon/commands/progress.hpp"
#include "daemon/commands/simulate_ledger.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <iterator>
#include <utility>

namespace planwatch {
namespace {

struct SimulateOptions {
    PlanChoice plans;
    std::string from;
    std::string to;
    std::vector<std::string> submissions;
    std::string ledger;
    std::vector<std::string> with;
    Format format = Format::table;
};

// What is handed in, out of several files.
struct Inputs {
    std::vector<Timed> all;
    struct File {
        std::string name;
        Places places;
        std::size_t records;
    };
    std::vector<File> files;

    // `refused`: of each of them, with paths within it.
    Problems placed(const std::vector<Problems>& refused) const
    {
        Problems problems;
        auto of_record = refused.begin();
        for (const File& file : files)
            for (std::size_t i = 0; i < file.records; ++i, ++of_record)
                for (const Problem& each : *of_record) problems.push_back({fmt::format("{}: {}", file.name, file.places.path(i, each.path)), each.message});
        return problems;
    }
};

Inputs read_inputs(const std::vector<std::string>& files)
{
    Inputs inputs;
    Problems problems;
    for (const std::string& file : files) {
        Read<Timed> read = parse_timed(read_file(file).text);
        if (!read) {
            for (Problem& problem : read.error()) problems.push_back({file + ": " + problem.path, std::move(problem.message)});
            continue;
        }
        inputs.files.push_back({file, std::move(read->places), read->records.size()});
        std::ranges::move(read->records, std::back_inserter(inputs.all));
    }
    if (!problems.empty()) throw InputError{std::move(problems)};
    return inputs;
}

std::vector<SimulatedPlan> simulated_plans(const SimulateOptions& options)
{
    std::vector<SimulatedPlan> plans;
    for (const auto& policy : load_policies(options.plans)) {
        const Instant from = moment_option("--from", options.from, policy->zone);
        const Instant to = moment_end_option("--to", options.to, policy->zone);
        check_span(from, to);
        plans.push_back({policy, from, to});
    }
    return plans;
}

// What comes behind the end is not handed in; who counts on it is told.
void tell_left_out(const std::vector<SimulatedPlan>& plans, const std::vector<Timed>& inputs)
{
    const auto is_left_out = [&](const Timed& input) {
        const std::string& id = std::visit([](const auto& what) -> const std::string& { return what.plan; }, input.what);
        const auto plan = std::ranges::find(plans, id, [](const SimulatedPlan& each) { return each.policy->plan.id; });
        return plan != plans.end() && input.at > plan->to;
    };
    const auto count = std::ranges::count_if(inputs, is_left_out);
    if (count > 0) std::cerr << fmt::format("planwatch: {} of {} submissions come after --to and are left out\n", count, inputs.size());
}

int run_simulate(const SimulateOptions& options)
{
    if (!options.ledger.empty()) {
        if (!options.submissions.empty()) throw UsageError{"--submissions: the ledger holds what was handed in; give one of the two"};
        return simulate_ledger({options.ledger, options.plans, options.with, options.from, options.to, options.format});
    }
    if (!options.with.empty()) throw UsageError{"--with is for a ledger's past: give --ledger as well"};
    if (options.from.empty()) throw UsageError{"--from is required"};
    if (options.to.empty()) throw UsageError{"--to is required"};
    const std::vector<SimulatedPlan> plans = simulated_plans(options);
    const Inputs inputs = read_inputs(options.submissions);

    // A report on half of what was handed in would mislead: of a file with faults the problems alone are told.
    const bool whole = std::ranges::all_of(inputs.all, [](const Timed& each) { return faults_of(each).empty(); });
    HappeningReport report;
    const bool lines = options.format == Format::json;
    const auto tell = [&](const Happening& happening) {
        if (whole) lines ? print_line(happening) : report.add(happening);
    };
    Problems refused;
    {
        Progress progress{"simulated days"};
        refused = inputs.placed(simulate(plans, inputs.all, tell, [&](std::size_t done, std::size_t all) { progress.show(done, all); }));
    }
    if (whole && !lines) print(report.to_text());
    print_problems(refused);
    if (whole) tell_left_out(plans, inputs.all);
    return refused.empty() ? exit_code::fine : exit_code::input;
}

}  // namespace

void add_simulate(CLI::App& program, Action& action)
{
    CLI::App& command = *program.add_subcommand(
        "simulate", "Plans in virtual time: every alert and notice, with what is handed in or with nothing");
    command.footer(
        "Example: planwatch simulate config/plans/jincheng-chengqu-2023.toml --from 2023-10-20 --to 2023-11-10 --format json\n"
        "         planwatch simulate --ledger /var/lib/planwatch --with changed.toml\n"
        "Submissions: a JSON array or one JSON object a line, as the API takes them, with \"at\" (RFC 3339); one with \"duty\" is "
        "a filing.");
    auto options = std::make_shared<SimulateOptions>();
    add_plans(command, options->plans);
    command.add_option("--from", options->from, "Tell what happens from here on; a date is its midnight. Of a ledger: a year before --to")
        ->type_name("TIME");
    command.add_option("--to", options->to, "To here; a date is the midnight that ends it. Of a ledger: as far as it goes")->type_name("TIME");
    command.add_option("--submissions", options->submissions, "What is handed in, and when")
        ->check(CLI::ExistingFile.description(""))
        ->type_name("FILE");
    command.add_option("--ledger", options->ledger, "Instead: the past of this database, or daemon's folder, told again; it is only read")
        ->check(CLI::ExistingPath.description(""))
        ->type_name("DB");
    command.add_option("--with", options->with, "What would have come, gone and moved under this plan; with --config also under its people and hours")
        ->type_name("PLAN");
    add_format(command, options->format, {Format::table, Format::json});
    on_chosen(command, action, options, run_simulate);
}

}  // namespace planwatch

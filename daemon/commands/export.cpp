// planwatch export: history true to its period, for the tools of others.
#include "daemon/commands/commands.hpp"
#include "daemon/commands/data_folder.hpp"
#include "daemon/commands/progress.hpp"
#include "daemon/history.hpp"
#include "exporters/timed_text.hpp"
#include "rules/nearest.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>

namespace planwatch {
namespace {

struct ExportOptions {
    DataChoice where;
    std::vector<std::string> plans;
    std::string from;
    std::string to;
    std::string output;
};

// All that the options name, of those in the database; all of them where none is named.
std::vector<std::string> chosen_plans(const ExportOptions& options, StoreReader& reader)
{
    const std::vector<std::string> known = reader.plans();
    for (const std::string& plan : options.plans)
        if (std::ranges::find(known, plan) == known.end())
            throw UsageError{fmt::format("--plan: the database has no plan '{}'{}", plan, suggestion(plan, known))};
    return options.plans.empty() ? known : options.plans;
}

TimedSamples history_of(StoreReader& reader, const std::string& plan, const ExportOptions& options)
{
    History history{plan};
    const HistoryPosition newest = reader.newest_position(plan);
    if (newest == HistoryPosition{}) return {};
    {
        Progress progress{plan + ": ledger entries"};
        history.read(reader, newest, [&](std::uint64_t done, std::uint64_t all) { progress.show(done, all); });
    }
    Progress progress{plan + ": moments"};
    TimedSamples samples = history.take([&](std::uint64_t done, std::uint64_t all) { progress.show(done, all); });
    const Zone& zone = history.zone();
    const Instant from = options.from.empty() ? Instant::min() : moment_option("--from", options.from, zone);
    const Instant to = options.to.empty() ? Instant::max() : moment_end_option("--to", options.to, zone);
    check_span(from, to);
    samples.keep_between(from, to);
    return samples;
}

void write_to(std::ostream& out, const TimedSamples& samples)
{
    Progress progress{"samples written"};
    write_openmetrics(
        samples,
        [&](std::string_view text) {
            if (!out.write(text.data(), std::ssize(text))) throw std::runtime_error{"the output could not be written"};
        },
        [&](std::uint64_t done, std::uint64_t all) { progress.show(done, all); });
}

// Under another name until it is whole, so that what stands there is never half a file.
void write_file(const std::string& target, const TimedSamples& samples)
{
    const std::string part = target + ".part";
    std::ofstream file{part, std::ios::binary | std::ios::trunc};
    if (!file) throw std::runtime_error{part + " cannot be written"};
    write_to(file, samples);
    file.close();
    if (!file) throw std::runtime_error{part + " could not be written to its end"};
    std::filesystem::rename(part, target);
}

int run_openmetrics(const ExportOptions& options)
{
    StoreReader reader{database_in(data_folder(options.where))};
    TimedSamples samples;
    for (const std::string& plan : chosen_plans(options, reader)) samples.add(history_of(reader, plan, options));
    if (options.output.empty())
        write_to(std::cout, samples);
    else
        write_file(options.output, samples);
    return exit_code::fine;
}

}  // namespace

void add_export(CLI::App& program, Action& action)
{
    CLI::App& group = *program.add_subcommand("export", "Write what the database holds in a format of others");
    group.require_subcommand(1);
    CLI::App& command = *group.add_subcommand("openmetrics", "History true to its period: September's figure stands in September");
    command.footer("Reads a live database, too, without disturbing it.\n"
                   "Example: planwatch export openmetrics --data ./data --output history.txt\n"
                   "         promtool tsdb create-blocks-from --max-block-duration=768h openmetrics history.txt /var/lib/prometheus/metrics2");
    auto options = std::make_shared<ExportOptions>();
    add_data(command, options->where);
    command.add_option("--plan", options->plans, "Plans by id; all of the database by default")->type_name("ID")->allow_extra_args(false);
    command.add_option("--from", options->from, "Leave out what stands before: a date, or a moment")->type_name("T");
    command.add_option("--to", options->to, "Leave out what stands after; of a date, after its end")->type_name("T");
    command.add_option("--output,-o", options->output, "The file; the standard output by default")->type_name("FILE");
    on_chosen(command, action, options, run_openmetrics);
}

}  // namespace planwatch

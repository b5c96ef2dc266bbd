// planwatch report: an office's papers, made from the daemon's folder without a running daemon.
#include "daemon/commands/commands.hpp"
#include "daemon/commands/data_folder.hpp"
#include "daemon/clock.hpp"
#include "daemon/report_file.hpp"
#include "daemon/report_preview.hpp"
#include "exporters/mail.hpp"
#include "exporters/report_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <unistd.h>

namespace planwatch {
namespace {

struct ReportOptions {
    DataChoice where;
    std::string kind;
    std::string plan;
    std::string period;
    std::string unit;
    std::string composite;
    std::string as_of;
    std::string format = "text";
    std::string output;
    std::string preview_to;
};

std::string plan_of(const ReportOptions& options, StoreReader& reader)
{
    if (!options.plan.empty()) return options.plan;
    const std::vector<std::string> plans = reader.plans();
    if (plans.size() == 1) return plans.front();
    throw UsageError{fmt::format("--plan: the database has {} plans; expected one of them", plans.size())};
}

// Of scores the last one that their composite makes.
Period period_of(const ReportOptions& options, ReportKind kind, const Policy* policy, Instant now)
{
    if (!options.period.empty()) {
        const auto period = Period::parse(options.period);
        if (!period) throw UsageError{fmt::format("--period: '{}' is no period; expected 2023-09, 2023-Q3 or 2023", options.period)};
        return *period;
    }
    const Zone zone = policy ? policy->zone : Zone{};
    if (const auto last = last_period(kind, zone, now)) return *last;
    Cadence cadence = Cadence::quarterly;
    if (policy)
        for (const Composite& composite : policy->plan.composites)
            if (options.composite.empty() || composite.id == options.composite) cadence = composite.cadence;
    return Period::containing(period_kind(cadence), zone.day_of(now)).previous();
}

// The problems' paths are the members of a request; people gave options.
[[noreturn]] void refuse(const Problems& problems)
{
    std::string text;
    for (const Problem& problem : problems) {
        std::string option = problem.path.substr(1);
        std::ranges::replace(option, '_', '-');
        text += fmt::format("{}--{}: {}", text.empty() ? "" : "\n", option, problem.message);
    }
    throw UsageError{text};
}

void write_report(const ReportOptions& options, const std::string& text)
{
    if (options.output.empty() && options.format == "xlsx" && isatty(STDOUT_FILENO) != 0)
        throw UsageError{"--output: a workbook is no text; expected the file to write it to"};
    if (options.output.empty()) return print(text);
    std::ofstream file{options.output, std::ios::binary | std::ios::trunc};
    file << text;
    file.close();
    if (!file) throw std::runtime_error{options.output + " could not be written"};
}

// By the settings' mail server, or into their folder of letters.
int send_preview_of(const Report& report, const ReportOptions& options, Instant now)
{
    const Settings settings = read_settings(options.where.config);
    const SendResult result = send_preview(set_report(report), settings.mail, data_folder(options.where) / settings.mail.directory, options.preview_to, now);
    if (result.outcome != SendResult::Outcome::delivered) throw std::runtime_error{fmt::format("the preview was not taken: {}", result.answer)};
    print(fmt::format("{}: {}\n", options.preview_to, result.answer));
    return exit_code::fine;
}

int run_report(const ReportOptions& options)
{
    if (!options.preview_to.empty() && !is_address(options.preview_to))
        throw UsageError{fmt::format("--preview-to: '{}' is no address; expected one such as zhang@example.org", options.preview_to)};
    StoreReader reader{database_in(data_folder(options.where))};
    const ReportKind kind = parse_report_kind(options.kind).value();
    ReportRequest request;
    request.kind = kind;
    request.plan = plan_of(options, reader);
    request.unit = options.unit;
    request.composite = options.composite;
    const Instant now = std::max(SystemClock{}.now(), reader.newest_position(request.plan).until);  // a folder of virtual time may be ahead
    const std::shared_ptr<const Policy> policy = policy_at(reader, request.plan, now);
    const Zone zone = policy ? policy->zone : Zone{};
    if (!options.as_of.empty()) request.as_of = moment_option("--as-of", options.as_of, zone);
    request.period = period_of(options, kind, policy.get(), request.as_of.value_or(now));
    const Result<Report> report = ReportMaker{reader}.make(request, now);
    if (!report) refuse(report.error());
    if (!options.preview_to.empty()) return send_preview_of(*report, options, now);
    if (options.format == "json")
        write_report(options, report_json(*report) + '\n');
    else
        write_report(options, paper_in(options.format, set_report(*report, paper_parts(options.format)), report_file_id(request, report->as_of), report->as_of));
    return exit_code::fine;
}

}  // namespace

void add_report(CLI::App& program, Action& action)
{
    CLI::App& command = *program.add_subcommand("report", "An office's papers: the leaders' monthly report, reminder letters, bulletins, scores");
    command.footer("Made from the daemon's folder, with or without a running daemon; nothing is written to it.\n"
                   "Example: planwatch report monthly --data ./data --plan beichen-2023 --month 2023-09 --as-of '2023-10-11 09:00'");
    auto options = std::make_shared<ReportOptions>();
    command.add_option("kind", options->kind, "Which paper")
        ->required()
        ->check(CLI::IsMember({"monthly", "bulletin", "reminder", "quarterly", "inspection", "scores"}))
        ->type_name("monthly|bulletin|reminder|quarterly|inspection|scores");
    add_data(command, options->where);
    command.add_option("--plan", options->plan, "The plan by id; may be left out where there is but one")->type_name("ID");
    command.add_option("--period,--month", options->period, "What it is about: 2023-09, 2023-Q3 or 2023; by default the last one that is over")->type_name("PERIOD");
    command.add_option("--unit", options->unit, "The unit by id that a reminder is a letter to")->type_name("ID");
    command.add_option("--composite", options->composite, "The composite by id that scores are of; may be left out where there is but one")->type_name("ID");
    command.add_option("--as-of", options->as_of, "What was known then: a moment, or a date's midnight; what is known now by default")->type_name("T");
    command.add_option("--format", options->format, "How to set it (text by default); html has its pictures inside, eml is a whole message")
        ->check(CLI::IsMember(report_formats()))
        ->type_name("json|text|html|eml|xlsx");
    CLI::Option* const output = command.add_option("--output,-o", options->output, "The file; the standard output by default")->type_name("FILE");
    command.add_option("--preview-to", options->preview_to, "Mails it to one address, marked as a preview, by the settings' server; nothing is recorded")
        ->excludes(output)
        ->type_name("ADDRESS");
    on_chosen(command, action, options, run_report);
}

}  // namespace planwatch

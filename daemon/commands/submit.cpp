// planwatch submit: a file of figures, or of filings, to a running daemon; every row answered.
#include "config/submission.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/source.hpp"
#include "exporters/tables.hpp"
#include "rules/scan.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch {
namespace {

struct SubmitOptions {
    ServerChoice server;
    std::string file;
    std::string type;
    bool partial = false;
    bool filings = false;
};

// How a kind of file is told, sent and read; null: not for filings.
struct FileType {
    std::string_view name;  // and its extension
    std::string_view content_type;
    Read<RawSubmission> (*parse)(std::string_view);
    Read<RawFiling> (*parse_filings)(std::string_view);
};
constexpr FileType types[] = {
    {"json", "application/json", parse_submissions, parse_filings},
    {"ndjson", "application/x-ndjson", parse_submissions_ndjson, nullptr},
    {"csv", "text/csv", parse_submissions_csv, parse_filings_csv},
};

// What was sent, as the table names it.
struct SentRow {
    std::string plan;
    std::string unit;
    std::string what;  // of a filing, the duty
    std::string period;
};

const FileType& type_of(const SubmitOptions& options)
{
    std::string name = options.type.empty() ? std::filesystem::path{options.file}.extension().string() : "." + options.type;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const FileType& type : types)
        if (name.substr(std::min<std::size_t>(name.size(), 1)) == type.name) return type;
    throw UsageError{fmt::format("{}: what kind of file is this? Name it .json, .ndjson or .csv, or give --type", options.file)};
}

// What became of one submission, for the table.
struct RowOutcome {
    std::string outcome;
    std::string revision;
    Problems problems;
};

// The answer's rows, in the order of what was sent. A refusal of the whole lists its problems by position: "/3/values/…".
std::vector<RowOutcome> outcomes_of(const HttpAnswer& answer, std::size_t sent)
{
    std::vector<RowOutcome> rows(sent);
    if (answer.status >= 400) {
        for (RowOutcome& row : rows) row.outcome = "not stored";
        return rows;
    }
    const boost::json::value document = read_json(answer.body);
    const boost::json::array items =
        document.is_object() && document.as_object().contains("items") ? items_of(answer.body) : boost::json::array{document};
    for (std::size_t i = 0; i < std::min(sent, items.size()); ++i) {
        rows[i] = {text_in(items[i], "status"), text_in(items[i], "revision"), {}};
        if (const boost::json::value* errors = items[i].is_object() ? items[i].as_object().if_contains("errors") : nullptr;
            errors && errors->is_array())
            for (const boost::json::value& error : errors->as_array())
                rows[i].problems.push_back({text_in(error, "path"), text_in(error, "message")});
    }
    return rows;
}

std::string table_of(const std::vector<SentRow>& sent, const std::vector<RowOutcome>& outcomes, bool filings)
{
    Table table{{"序号", "计划", "单位", "报告期", "结果", filings ? "报送任务" : "版次"}};
    for (std::size_t i = 0; i < sent.size(); ++i)
        table.add({std::to_string(i + 1), sent[i].plan, sent[i].unit, sent[i].period, outcomes[i].outcome,
                   filings ? sent[i].what : outcomes[i].revision});
    return table.to_text();
}

// "row 4 (samr 2023-09)", as the table counts.
std::string row_name(const std::vector<SentRow>& sent, std::size_t position)
{
    return fmt::format("row {} ({} {})", position + 1, sent[position].unit, sent[position].period);
}

// The problems of an answer, each with its row: a refused batch tells the position in its paths, "/3/values/…", or the line of the file.
Problems problems_of(const HttpAnswer& answer, const std::vector<SentRow>& sent, const std::vector<RowOutcome>& outcomes, const std::string& file)
{
    Problems problems;
    if (answer.status >= 400) problems = problems_of(answer);
    for (Problem& problem : problems) {
        Scan scan{problem.path};
        const bool numbered = scan.take("/");
        const std::optional<int> position = numbered ? scan.number(9) : std::nullopt;
        if (position && static_cast<std::size_t>(*position) < sent.size())
            problem.path = fmt::format("{}: {}", row_name(sent, static_cast<std::size_t>(*position)), scan.rest());
        else if (problem.path.starts_with("line "))
            problem.path = fmt::format("{}: {}", file, problem.path);
    }
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        for (const Problem& problem : outcomes[i].problems)
            problems.push_back({fmt::format("{}: {}", row_name(sent, i), problem.path), problem.message});
    return problems;
}

// Read here first for the table. What is no such file at all need not be sent; whatever else is wrong the daemon tells, together with what
// only it knows: the names and the periods of its plans.
template <class Raw>
std::vector<Raw> records_in(Read<Raw> read, const SubmitOptions& options)
{
    if (read) return std::move(read->records);
    for (Problem& problem : read.error()) problem.path = options.file + ": " + problem.path;
    throw InputError{std::move(read.error())};
}

std::vector<SentRow> rows_in(const std::string& text, const FileType& type, const SubmitOptions& options)
{
    std::vector<SentRow> rows;
    if (options.filings) {
        for (const RawFiling& each : records_in(type.parse_filings(text), options)) rows.push_back({each.plan, each.unit, each.duty, each.period});
    } else {
        for (const RawSubmission& each : records_in(type.parse(text), options)) rows.push_back({each.plan, each.unit, {}, each.period});
    }
    return rows;
}

int submit(const SubmitOptions& options)
{
    const FileType& type = type_of(options);
    if (options.filings && !type.parse_filings) throw UsageError{"filings come as .json or .csv"};
    if (options.filings && options.partial) throw UsageError{"filings are stored all or none; --partial is for figures"};
    const std::string text = read_file(options.file).text;
    const std::vector<SentRow> sent = rows_in(text, type, options);

    const HttpClient client{options.server};
    const HttpAnswer answer = client.post(options.filings ? "/api/v1/filings" : "/api/v1/submissions", {{"partial", options.partial ? "true" : ""}},
                                          type.content_type, text);
    if (answer.status >= 500)
        throw std::runtime_error{fmt::format("{} answered {}: {}", client.url(), answer.status, to_text(problems_of(answer)))};

    const std::vector<RowOutcome> outcomes = outcomes_of(answer, sent.size());
    print(table_of(sent, outcomes, options.filings));
    const Problems problems = problems_of(answer, sent, outcomes, options.file);
    print_problems(problems);
    return problems.empty() ? exit_code::fine : exit_code::input;
}

}  // namespace

void add_submit(CLI::App& program, Action& action)
{
    CLI::App& command = *program.add_subcommand(
        "submit", "Hand in a file of figures (JSON, NDJSON or CSV), or of filings, to a running daemon; every row answered");
    command.footer("Example: planwatch submit figures.csv --server http://127.0.0.1:9919 --token-file token");
    auto options = std::make_shared<SubmitOptions>();
    command.add_option("file", options->file, "The figures")
        ->required()
        ->check(CLI::ExistingFile.description(""))
        ->type_name("FILE");
    add_server(command, options->server);
    command.add_option("--type", options->type, "What the file is, where its name does not say it")
        ->check(CLI::IsMember{std::vector<std::string>{"json", "ndjson", "csv"}}.description(""))
        ->type_name("json|ndjson|csv");
    command.add_flag("--filings", options->filings, "The file names documents handed in: plan, unit, duty, and period, title, reference, note");
    command.add_flag("--partial", options->partial, "Store what is right even where something else is not; else all or nothing");
    on_chosen(command, action, options, submit);
}

}  // namespace planwatch

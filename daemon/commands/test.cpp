// planwatch test: rule tests, scripts in virtual time.
#include "daemon/commands/commands.hpp"
#include "daemon/rule_test.hpp"

#include <fmt/format.h>

namespace planwatch {
namespace {

struct TestOptions {
    std::string config;
    std::vector<std::string> files;
};

// A script names its plan by its file, seen from the script's folder, or by its id: of a plan beside the script or in the settings.
Result<std::filesystem::path> plan_of(const RuleScript& script, const Settings& settings)
{
    const std::filesystem::path folder = std::filesystem::path{script.name}.parent_path();
    for (const std::filesystem::path& file : {folder / script.plan, folder / (script.plan + ".toml")})
        if (std::filesystem::is_regular_file(file)) return file;
    try {
        return find_plan(script.plan, settings);
    } catch (const UsageError& error) {
        return fail(script.name, error.what());
    }
}

Result<std::shared_ptr<const Policy>> policy_for(const RuleScript& script, const Settings& settings)
{
    const Result<std::filesystem::path> plan = plan_of(script, settings);
    if (!plan) return tl::unexpected{plan.error()};
    Sources sources = load_sources(*plan, settings.calendar, settings.office);
    if (script.register_file) {
        const std::filesystem::path file = std::filesystem::path{script.name}.parent_path() / script.register_file->text;
        if (!std::filesystem::is_regular_file(file)) return fail(script.name, fmt::format("the register '{}' is no file", file.string()));
        sources.businesses = read_file(file);
    }
    return compile(sources);
}

Result<RuleTestReport> run_file(const std::string& file, const Settings& settings)
{
    const RuleScript script = parse_rule_script(read_file(file));
    Problems problems = problems_of(script);
    if (script.plan.empty()) return tl::unexpected{std::move(problems)};
    const Result<std::shared_ptr<const Policy>> policy = policy_for(script, settings);
    if (policy)
        problems = problems_of(script, (*policy)->plan);
    else
        problems.insert(problems.end(), policy.error().begin(), policy.error().end());
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return run_rule_test(script, *policy);
}

int test(const TestOptions& options)
{
    const Settings settings = read_settings(options.config);
    std::size_t passed = 0, failed = 0;
    Problems problems;
    for (const std::string& file : options.files) {
        const Result<RuleTestReport> report = run_file(file, settings);
        if (!report) {
            problems.insert(problems.end(), report.error().begin(), report.error().end());
            continue;
        }
        for (const RuleTestFailure& failure : report->failures) print(to_text(failure));
        passed += report->passed;
        failed += report->failures.size();
    }
    print_problems(problems);
    print(fmt::format("{} passed, {} failed\n", passed, failed));
    return failed == 0 && problems.empty() ? exit_code::fine : exit_code::input;
}

}  // namespace

void add_test(CLI::App& program, Action& action)
{
    CLI::App& command = *program.add_subcommand("test", "Rule tests: scripts that say what a plan does in the course of its year");
    command.footer(
        "Example: planwatch test config/plans/*.rules\n"
        "A script: plan beichen-2023 / at 2024-01-11 00:00 / expect firing overdue quarterly_progress agri 2023-Q4");
    auto options = std::make_shared<TestOptions>();
    add_config(command, options->config);
    command.add_option("file", options->files, "Scripts")->required()->check(CLI::ExistingFile.description(""))->type_name("FILE");
    on_chosen(command, action, options, test);
}

}  // namespace planwatch

// planwatch status: what stands open, a line a plan.
#include "daemon/commands/commands.hpp"
#include "daemon/commands/source.hpp"
#include "exporters/json.hpp"
#include "exporters/tables.hpp"

#include <map>

namespace planwatch {
namespace {

struct StatusOptions {
    SourceChoice source;
    std::string plan;
    Format format = Format::table;
};

struct PlanStatus {
    std::string plan;
    std::size_t overdue = 0;
    std::size_t due_soon = 0;
    std::map<std::string, std::size_t> alerts;      // firing, by severity
    std::map<std::string, std::size_t> indicators;  // by status

    std::size_t alerts_of(const std::string& severity) const { return alerts.contains(severity) ? alerts.at(severity) : 0; }
    std::size_t indicators_of(const std::string& status) const { return indicators.contains(status) ? indicators.at(status) : 0; }
};

constexpr const char* severities[] = {"critical", "warning", "info"};

PlanStatus status_of(Source& source, const std::string& plan)
{
    PlanStatus status{.plan = plan};
    status.overdue = items_of(source.slots({{"plan", plan}, {"state", "overdue"}})).size();
    status.due_soon = items_of(source.slots({{"plan", plan}, {"state", "due_soon"}})).size();
    for (const boost::json::value& alert : items_of(source.alerts({{"plan", plan}, {"state", "firing"}})))
        ++status.alerts[text_in(alert, "severity")];
    for (const boost::json::value& indicator : items_of(source.indicators({{"plan", plan}})))
        ++status.indicators[text_in(indicator, "status")];
    return status;
}

std::string table_of(const std::vector<PlanStatus>& all)
{
    Table table{{"计划", "逾期", "即将到期", "紧急预警", "警告", "提示", "落后", "未达标", "已达标", "存疑"}};
    for (const PlanStatus& status : all) {
        table.add({status.plan, std::to_string(status.overdue), std::to_string(status.due_soon),
                   std::to_string(status.alerts_of("critical")), std::to_string(status.alerts_of("warning")),
                   std::to_string(status.alerts_of("info")),
                   std::to_string(status.indicators_of("behind") + status.indicators_of("not_held")),
                   std::to_string(status.indicators_of("missed")),
                   std::to_string(status.indicators_of("reached") + status.indicators_of("held")),
                   std::to_string(status.indicators_of("doubtful"))});
    }
    return table.to_text();
}

std::string json_of(const std::vector<PlanStatus>& all)
{
    Json json;
    json.object().key("items").array();
    for (const PlanStatus& status : all) {
        json.object()
            .member("plan", status.plan)
            .member("overdue", status.overdue)
            .member("due_soon", status.due_soon)
            .key("alerts")
            .object();
        for (const char* severity : severities) json.member(severity, status.alerts_of(severity));
        json.end_object().key("indicators").object();
        for (const auto& [name, count] : status.indicators) json.member(name, count);
        json.end_object().end_object();
    }
    json.end_array().end_object();
    return std::move(json).text() + "\n";
}

int status(const StatusOptions& options)
{
    const std::unique_ptr<Source> source = open_source(options.source);
    std::vector<PlanStatus> all;
    for (const std::string& plan : source->plans())
        if (options.plan.empty() || plan == options.plan) all.push_back(status_of(*source, plan));
    if (all.empty() && !options.plan.empty()) throw UsageError{"--plan: the daemon watches no plan '" + options.plan + "'"};
    print(options.format == Format::json ? json_of(all) : table_of(all));
    return exit_code::fine;
}

}  // namespace

void add_status(CLI::App& program, Action& action)
{
    CLI::App& command = *program.add_subcommand("status", "What stands open: slots, alerts and indicators, a line a plan");
    command.footer("Example: planwatch status --data ./data");
    auto options = std::make_shared<StatusOptions>();
    add_source(command, options->source);
    command.add_option("--plan", options->plan, "Only this plan")->type_name("ID");
    add_format(command, options->format, {Format::table, Format::json});
    on_chosen(command, action, options, status);
}

}  // namespace planwatch

// planwatch alerts and planwatch explain: what fires, and the chain of facts behind one alert.
#include "daemon/commands/commands.hpp"
#include "daemon/commands/source.hpp"
#include "exporters/tables.hpp"
#include "rules/alert.hpp"

#include <fmt/format.h>

namespace planwatch {
namespace {

struct AlertsOptions {
    SourceChoice source;
    std::string state = "firing";
    std::string plan;
    std::string unit;
    std::string kind;
    Format format = Format::table;
};

struct ExplainOptions {
    SourceChoice source;
    std::string alert;
    Format format = Format::table;
};

using boost::json::value;

std::vector<value> list_in(const value& object, std::string_view key)
{
    const value* list = object.is_object() ? object.as_object().if_contains(key) : nullptr;
    return list && list->is_array() ? std::vector<value>{list->as_array().begin(), list->as_array().end()} : std::vector<value>{};
}

value object_in(const value& object, std::string_view key)
{
    const value* found = object.is_object() ? object.as_object().if_contains(key) : nullptr;
    return found ? *found : value{};
}

std::string kind_text(const value& alert)
{
    const std::string kind = text_in(alert, "kind");
    const auto known = parse_alert_kind(kind);
    return known ? std::string{kind_name(*known)} : kind;
}

int alerts(const AlertsOptions& options)
{
    const std::string list =
        open_source(options.source)
            ->alerts({{"state", options.state}, {"plan", options.plan}, {"unit", options.unit}, {"kind", options.kind}});
    if (options.format == Format::json) {
        print(list + "\n");
        return exit_code::fine;
    }
    Table table{{"编号", "状态", "级别", "类别", "自", "说明"}};
    for (const value& alert : items_of(list)) {
        table.add({text_in(alert, "id"), text_in(alert, "state"), text_in(alert, "severity"), kind_text(alert),
                   text_in(alert, "since"), text_in(alert, "why")});
    }
    print(table.to_text());
    return exit_code::fine;
}

std::string responsible_text(const value& alert)
{
    std::string text;
    for (const value& unit : list_in(alert, "responsible"))
        text += fmt::format("{}{} ({})", text.empty() ? "" : "、", text_in(unit, "name"), text_in(unit, "role"));
    return text;
}

// The first of the list, or null.
value first_in(const value& object, std::string_view key)
{
    const std::vector<value> list = list_in(object, key);
    return list.empty() ? value{} : list.front();
}

std::string facts_text(const value& explanation)
{
    const value alert = object_in(explanation, "alert"), clause = object_in(explanation, "clause"),
                slot = first_in(explanation, "slots"), indicator = object_in(explanation, "indicator");
    std::string text;
    const auto line = [&](std::string_view name, const std::string& content) {
        if (!content.empty()) text += fmt::format("{}：{}\n", name, content);
    };
    line("预警", fmt::format("{}（{}，{}）", kind_text(alert), text_in(alert, "state"), text_in(alert, "severity")));
    line("编号", text_in(alert, "id"));
    line("当时", text_in(alert, "why"));
    line("现在", text_in(explanation, "why_now"));
    if (clause.is_object()) line("条款", text_in(clause, "id") + " " + text_in(clause, "title"));
    line("责任单位", responsible_text(alert));
    line("期限", text_in(slot, "due"));
    line("计算", text_in(slot, "why") + text_in(indicator, "why"));
    line("现状", text_in(slot, "state") + text_in(indicator, "status"));
    if (const std::string until = text_in(alert, "acknowledged_until"); !until.empty())
        line("已确认", fmt::format("{}，至 {}", text_in(alert, "acknowledged_by"), until));
    return text;
}

std::string explanation_text(const value& explanation)
{
    Table history{{"时间", "变化", "级别", "说明"}};
    for (const value& row : list_in(explanation, "history"))
        history.add({text_in(row, "at"), text_in(row, "transition"), text_in(row, "severity"), text_in(row, "why")});
    Table notices{{"时间", "阶梯", "接收人", "渠道", "状态", "次数", "结束", "答复"}};
    for (const value& row : list_in(explanation, "notices")) {
        notices.add({text_in(row, "at"), text_in(row, "step"),
                     fmt::format("{} ({})", text_in(row, "name"), text_in(row, "recipient")), text_in(row, "channel"),
                     text_in(row, "state"), text_in(row, "tries"), text_in(row, "closed"), text_in(row, "answer")});
    }
    return facts_text(explanation) + "\n" + history.to_text() + "\n" + notices.to_text();
}

int explain_alert(const ExplainOptions& options)
{
    const std::string explanation = open_source(options.source)->explanation(options.alert);
    print(options.format == Format::json ? explanation + "\n" : explanation_text(read_json(explanation)));
    return exit_code::fine;
}

}  // namespace

void add_alerts(CLI::App& program, Action& action)
{
    CLI::App& command = *program.add_subcommand("alerts", "The alerts that fire, or those of another state");
    command.footer("Example: planwatch alerts --data ./data --unit agri --kind overdue");
    auto options = std::make_shared<AlertsOptions>();
    add_source(command, options->source);
    command.add_option("--state", options->state, "firing by default")
        ->check(CLI::IsMember{std::vector<std::string>{"firing", "pending", "resolved"}}.description(""))
        ->type_name("firing|pending|resolved");
    command.add_option("--plan", options->plan, "Only this plan's")->type_name("ID");
    command.add_option("--unit", options->unit, "Only this unit's")->type_name("ID");
    command.add_option("--kind", options->kind, "Only of this kind")
        ->check([](const std::string& kind) {
            return parse_alert_kind(kind) ? std::string{} : "there is no alert kind '" + kind + "'";
        })
        ->type_name("KIND");
    add_format(command, options->format, {Format::table, Format::json});
    on_chosen(command, action, options, alerts);
}

void add_explain(CLI::App& program, Action& action)
{
    CLI::App& command = *program.add_subcommand(
        "explain", "Why an alert is: clause, duty, arithmetic, every transition, who was told with what answer");
    command.footer("Example: planwatch explain beichen-2023:overdue:annual_report:agri:2023 --data ./data");
    auto options = std::make_shared<ExplainOptions>();
    add_source(command, options->source);
    command.add_option("alert", options->alert, "Its id, as `planwatch alerts` shows it")->required()->type_name("ALERT");
    add_format(command, options->format, {Format::table, Format::json});
    on_chosen(command, action, options, explain_alert);
}

}  // namespace planwatch

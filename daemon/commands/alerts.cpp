// planwatch alerts and planwatch explain: what fires, what happened, and the chain of facts behind one alert or one unit's moment.
#include "daemon/commands/commands.hpp"
#include "daemon/commands/source.hpp"
#include "daemon/chronicle.hpp"
#include "exporters/tables.hpp"
#include "exporters/wording.hpp"
#include "rules/alert.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace planwatch {
namespace {

struct AlertsOptions {
    SourceChoice source;
    std::string state = "firing";
    std::string plan;
    std::string unit;
    std::string kind;
    bool history = false;
    std::string from;
    std::string to;
    Format format = Format::table;
};

struct ExplainOptions {
    SourceChoice source;
    std::string alert;
    std::string unit;
    std::string at;
    std::string plan;
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

// ---- what JSON spells in English, for people

// The word for that one of `all` which is spelled so; without one, the spelling.
template <class Enum>
std::string word_for(const std::string& spelled, std::initializer_list<Enum> all, std::string_view (*word)(Enum))
{
    for (const Enum each : all)
        if (to_string(each) == spelled) return std::string{word(each)};
    return spelled;
}

std::string kind_text(const value& alert)
{
    const std::string kind = text_in(alert, "kind");
    const auto known = parse_alert_kind(kind);
    return known ? std::string{kind_name(*known)} : kind;
}

std::string severity_text(const value& alert)
{
    return word_for(text_in(alert, "severity"), {Severity::info, Severity::warning, Severity::critical}, severity_name);
}

std::string role_text(const value& unit)
{
    return word_for(text_in(unit, "role"), {Role::lead, Role::cooperate, Role::by_duty, Role::responsible}, role_name);
}

std::string slot_state_text(const value& slot)
{
    using enum SlotState;
    return word_for(text_in(slot, "state"), {upcoming, due_soon, overdue, on_time, late, waived}, state_name);
}

std::string status_text(const value& indicator)
{
    using enum Status;
    return word_for(text_in(indicator, "status"), {no_data, on_track, behind, reached, missed, held, not_held, doubtful}, status_name);
}

std::string step_text(const value& notice)
{
    const std::string step = text_in(notice, "step");
    return step.empty() ? step : wording(Language::zh).step(step);
}

// States of alerts, transitions, and what became of a notice or of a try to deliver it.
std::string event_word(const std::string& event)
{
    const std::pair<std::string_view, std::string_view> words[] = {
        {"pending", "观察"}, {"firing", "生效"}, {"resolved", "解除"}, {"lapsed", "消退"},       {"delivered", "送达"},
        {"dead", "放弃"},    {"retry", "再试"},  {"waiting", "待发"},  {"held", "暂缓"}, {"superseded", "已被取代"}, {"over", "已了结"}};
    for (const auto& [name, word] : words)
        if (name == event) return std::string{word};
    return event;
}

// What happened to several plans has no one zone: a date or a time without an offset is China's.
const Zone& china()
{
    static const Zone zone{"Asia/Shanghai", {{Instant::min(), std::chrono::hours{8}}}};
    return zone;
}

// A moment as the API takes it.
std::string history_instant(std::string_view option, const std::string& text, bool ends)
{
    if (text.empty()) return {};
    return format_instant(ends ? moment_end_option(option, text, china()) : moment_option(option, text, china()), china());
}

// Every page after the other, as one list.
std::vector<value> whole_history(const AlertsOptions& options)
{
    if (!options.from.empty() && !options.to.empty())
        check_span(moment_option("--from", options.from, china()), moment_end_option("--to", options.to, china()));
    const std::unique_ptr<Source> source = open_source(options.source);
    Source::Query query{{"plan", options.plan}, {"unit", options.unit}, {"kind", options.kind},
                        {"from", history_instant("--from", options.from, false)}, {"to", history_instant("--to", options.to, true)}};
    std::vector<value> rows;
    do {
        const value page = read_json(source->history(query));
        for (const value& row : list_in(page, "items")) rows.push_back(row);
        query["from"] = text_in(page, "next");
    } while (!query["from"].empty());
    return rows;
}

int history(const AlertsOptions& options)
{
    const std::vector<value> rows = whole_history(options);
    if (options.format == Format::json) {
        boost::json::object list;
        list["items"] = boost::json::array(rows.begin(), rows.end());
        print(boost::json::serialize(list) + "\n");
        return exit_code::fine;
    }
    if (options.format == Format::csv) {
        Table table{history_columns()};
        for (const value& row : rows) {
            std::vector<std::string> cells;
            for (const std::string& column : history_columns()) cells.push_back(text_in(row, column));
            table.add(std::move(cells));
        }
        print(table.to_csv());
        return exit_code::fine;
    }
    Table table{{"时间", "事件", "级别", "预警", "阶梯", "接收人", "渠道", "答复", "说明"}};
    for (const value& row : rows) {
        table.add({text_in(row, "at"), event_word(text_in(row, "event")), severity_text(row), text_in(row, "alert"), step_text(row),
                   text_in(row, "name"), text_in(row, "channel"), text_in(row, "answer"), text_in(row, "why")});
    }
    print(table.to_text());
    return exit_code::fine;
}

int alerts(const AlertsOptions& options)
{
    if (options.history) return history(options);
    if (options.format == Format::csv) throw UsageError{"--format csv goes with --history"};
    if (!options.from.empty() || !options.to.empty()) throw UsageError{"--from and --to go with --history"};
    const std::string list =
        open_source(options.source)
            ->alerts({{"state", options.state}, {"plan", options.plan}, {"unit", options.unit}, {"kind", options.kind}});
    if (options.format == Format::json) {
        print(list + "\n");
        return exit_code::fine;
    }
    Table table{{"编号", "状态", "级别", "类别", "自", "说明"}};
    for (const value& alert : items_of(list)) {
        table.add({text_in(alert, "id"), event_word(text_in(alert, "state")), severity_text(alert), kind_text(alert),
                   text_in(alert, "since"), text_in(alert, "why")});
    }
    print(table.to_text());
    return exit_code::fine;
}

std::string responsible_text(const value& alert)
{
    std::string text;
    for (const value& unit : list_in(alert, "responsible"))
        text += fmt::format("{}{}（{}）", text.empty() ? "" : "、", text_in(unit, "name"), role_text(unit));
    return text;
}

// The first of the list, or null.
value first_in(const value& object, std::string_view key)
{
    const std::vector<value> list = list_in(object, key);
    return list.empty() ? value{} : list.front();
}

std::string words_at_firing(const value& explanation)
{
    std::string words;
    for (const value& row : list_in(explanation, "history"))
        if (text_in(row, "transition") == "firing" || text_in(row, "transition") == "pending") words = text_in(row, "why");
    return words;
}

std::string facts_text(const value& explanation)
{
    const value alert = object_in(explanation, "alert"), clause = object_in(explanation, "clause"),
                slot = first_in(explanation, "slots"), indicator = object_in(explanation, "indicator");
    std::string text;
    const auto line = [&](std::string_view name, const std::string& content) {
        if (!content.empty()) text += fmt::format("{}：{}\n", name, content);
    };
    line("预警", fmt::format("{}（{}，{}）", kind_text(alert), event_word(text_in(alert, "state")), severity_text(alert)));
    line("编号", text_in(alert, "id"));
    line("当时", words_at_firing(explanation));
    if (text_in(alert, "state") != "resolved") line("现在", text_in(alert, "why"));
    if (clause.is_object()) line("条款", text_in(clause, "id") + " " + text_in(clause, "title"));
    line("责任单位", responsible_text(alert));
    line("期限", text_in(slot, "due"));
    line("计算", text_in(slot, "why") + text_in(indicator, "why"));
    line("现状", slot_state_text(slot) + status_text(indicator));
    if (const std::string until = text_in(alert, "acknowledged_until"); !until.empty())
        line("已确认", fmt::format("{}，至 {}", text_in(alert, "acknowledged_by"), until));
    return text;
}

std::string explanation_text(const value& explanation)
{
    Table history{{"时间", "变化", "级别", "说明"}};
    for (const value& row : list_in(explanation, "history"))
        history.add({text_in(row, "at"), event_word(text_in(row, "transition")), severity_text(row), text_in(row, "why")});
    Table notices{{"时间", "阶梯", "接收人", "渠道", "状态", "消息", "发出", "结束", "答复或原因"}};
    for (const value& row : list_in(explanation, "notices")) {
        notices.add({text_in(row, "at"), step_text(row), fmt::format("{} ({})", text_in(row, "name"), text_in(row, "recipient")),
                     text_in(row, "channel"), event_word(text_in(row, "state")), text_in(row, "message"), text_in(row, "sent"), text_in(row, "closed"),
                     text_in(row, "answer")});
        const std::vector<value> attempts = list_in(row, "attempts");
        for (std::size_t i = 0; i < attempts.size() && attempts.size() > 1; ++i)
            notices.add({text_in(attempts[i], "at"), "", fmt::format("　第 {} 次", i + 1), text_in(attempts[i], "channel"), event_word(text_in(attempts[i], "result")), "",
                         "", "", text_in(attempts[i], "answer")});
    }
    return facts_text(explanation) + "\n" + history.to_text() + "\n" + notices.to_text();
}

int explain_unit(const ExplainOptions& options)
{
    const std::string explanation = open_source(options.source)->unit_explanation({{"plan", options.plan}, {"unit", options.unit}, {"at", options.at}});
    if (options.format == Format::json) {
        print(explanation + "\n");
        return exit_code::fine;
    }
    const value document = read_json(explanation);
    std::string text = fmt::format("{}（{}）在 {}：{}\n", text_in(document, "name"), text_in(document, "unit"), text_in(document, "at"),
                                   text_in(document, "told") == "true" ? "已有人收到通知" : "没有人收到通知");
    for (const value& fact : list_in(document, "facts")) text += fmt::format("{}  {}\n", text_in(fact, "at"), text_in(fact, "text"));
    print(text);
    return exit_code::fine;
}

int explain_alert(const ExplainOptions& options)
{
    if (options.alert.empty() == options.unit.empty()) throw UsageError{"expected an ALERT, or --unit and --at"};
    if (options.unit.empty() != options.at.empty()) throw UsageError{"--unit and --at go together"};
    if (!options.unit.empty()) return explain_unit(options);
    if (!options.plan.empty()) throw UsageError{"--plan goes with --unit; an alert's id names its plan"};
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
    command.add_flag("--history", options->history, "Every transition and delivery instead, oldest first");
    command.add_option("--from", options->from, "With --history: not before this")->type_name("TIME");
    command.add_option("--to", options->to, "With --history: before this; a date counts whole")->type_name("TIME");
    add_format(command, options->format, {Format::table, Format::json, Format::csv});
    on_chosen(command, action, options, alerts);
}

void add_explain(CLI::App& program, Action& action)
{
    CLI::App& command = *program.add_subcommand(
        "explain", "Why an alert is, and who was told with what answer; or why a unit was, or was not, told something at a moment");
    command.footer("Example: planwatch explain beichen-2023:overdue:annual_report:agri:2023 --data ./data\n"
                   "         planwatch explain --unit agri --at \"2023-11-02 09:30\" --plan beichen-2023 --data ./data");
    auto options = std::make_shared<ExplainOptions>();
    add_source(command, options->source);
    command.add_option("alert", options->alert, "Its id, as `planwatch alerts` shows it")->type_name("ALERT");
    command.add_option("--unit", options->unit, "Instead: what this unit was told")->type_name("ID");
    command.add_option("--at", options->at, "With --unit: the moment, in the plan's zone")->type_name("TIME");
    command.add_option("--plan", options->plan, "With --unit: of which plan, where several have it")->type_name("ID");
    add_format(command, options->format, {Format::table, Format::json});
    on_chosen(command, action, options, explain_alert);
}

}  // namespace planwatch

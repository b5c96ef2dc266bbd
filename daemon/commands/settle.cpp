// planwatch ack, silence, extend, waive: what somebody settles, by a running daemon, which writes it into the ledger under the
// token's name.
#include "config/zone.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/source.hpp"
#include "exporters/json.hpp"
#include "exporters/tables.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch {
namespace {

// Until when: --until TIME or --for LENGTH.
struct EndChoice {
    std::string until;
    std::string length;
};

struct AckOptions {
    ServerChoice server;
    std::string alert;
    EndChoice end;
    std::string comment;
};

struct SilenceOptions {
    ServerChoice server;
    std::string plan;
    std::vector<std::string> kinds, subjects, units;
    std::string most;
    std::string from;
    EndChoice end;
    std::string comment;
};

struct SilencesOptions {
    ServerChoice server;
    std::string plan;
    std::string state;
    Format format = Format::table;
};

struct SilenceEndOptions {
    ServerChoice server;
    std::string id;
};

struct SlotOptions {
    ServerChoice server;
    std::string slot;
    std::string until;
    std::string reason;
};

using boost::json::value;

value value_of(const HttpClient& client, const HttpAnswer& answer)
{
    if (answer.status >= 500) throw std::runtime_error{fmt::format("{} answered {}: {}", client.url(), answer.status, to_text(problems_of(answer)))};
    if (answer.status >= 400) throw InputError{problems_of(answer)};
    return read_json(answer.body);
}

value post_json(const HttpClient& client, const std::string& path, Json body)
{
    return value_of(client, client.post(path, {}, "application/json", std::move(body).text()));
}

// As the daemon takes it: a date or a time without an offset is the plan's own; with `ends`, a date counts to its end.
std::string instant_text(const HttpClient& client, const std::string& plan, std::string_view option, const std::string& text, bool ends)
{
    if (parse_instant(text)) return text;
    const value known = read_json(client.get_json("/api/v1/plans/" + HttpClient::encode(plan)));
    const int year = std::stoi("0" + text_in(known, "year"));
    const Zone zone = value_or_throw(load_zone(text_in(known, "time_zone"), year - 1, year + 2));
    return format_instant(ends ? moment_end_option(option, text, zone) : moment_option(option, text, zone), zone);
}

std::string plan_in(const std::string& id) { return id.substr(0, id.find(':')); }

void write_end(Json& json, const HttpClient& client, const std::string& plan, const EndChoice& end)
{
    if (end.until.empty() == end.length.empty()) throw UsageError{"expected --until TIME or --for LENGTH, one of them"};
    if (end.until.empty()) json.member("for", end.length);
    else json.member("until", instant_text(client, plan, "--until", end.until, true));
}

void write_names(Json& json, std::string_view key, const std::vector<std::string>& names)
{
    if (names.empty()) return;
    json.key(key).array();
    for (const std::string& name : names) json.value(name);
    json.end_array();
}

int acknowledge(const AckOptions& options)
{
    const HttpClient client{options.server};
    Json json;
    json.object();
    write_end(json, client, plan_in(options.alert), options.end);
    if (!options.comment.empty()) json.member("comment", options.comment);
    json.end_object();
    const value alert = post_json(client, "/api/v1/alerts/" + HttpClient::encode(options.alert) + "/ack", std::move(json));
    print(fmt::format("{} 已签收，至 {} 前不再提醒\n", text_in(alert, "id"), text_in(alert, "acknowledged_until")));
    return exit_code::fine;
}

int create_silence(const SilenceOptions& options)
{
    const HttpClient client{options.server};
    Json json;
    json.object().member("plan", options.plan);
    write_names(json, "kinds", options.kinds);
    write_names(json, "subjects", options.subjects);
    write_names(json, "units", options.units);
    if (!options.most.empty()) json.member("most", options.most);
    if (!options.from.empty()) json.member("from", instant_text(client, options.plan, "--from", options.from, false));
    write_end(json, client, options.plan, options.end);
    json.member("comment", options.comment).end_object();
    const value silence = post_json(client, "/api/v1/silences", std::move(json));
    print(fmt::format("{} 静默，{} 至 {}\n", text_in(silence, "id"), text_in(silence, "from"), text_in(silence, "until")));
    return exit_code::fine;
}

std::string joined_in(const value& object, std::string_view key)
{
    std::string text;
    if (const value* list = object.as_object().if_contains(key); list && list->is_array())
        for (const value& each : list->as_array()) text += (text.empty() ? "" : "、") + std::string{each.as_string()};
    return text.empty() ? "全部" : text;
}

int list_silences(const SilencesOptions& options)
{
    const std::string list = HttpClient{options.server}.get_json("/api/v1/silences", {{"plan", options.plan}, {"state", options.state}});
    if (options.format == Format::json) {
        print(list + "\n");
        return exit_code::fine;
    }
    Table table{{"编号", "状态", "类别", "事项", "单位", "至多", "自", "至", "由", "说明"}};
    for (const value& silence : items_of(list)) {
        table.add({text_in(silence, "id"), text_in(silence, "state"), joined_in(silence, "kinds"), joined_in(silence, "subjects"),
                   joined_in(silence, "units"), text_in(silence, "most"), text_in(silence, "from"), text_in(silence, "until"), text_in(silence, "by"),
                   text_in(silence, "comment")});
    }
    print(table.to_text());
    return exit_code::fine;
}

int end_silence(const SilenceEndOptions& options)
{
    const HttpClient client{options.server};
    const value silence = value_of(client, client.remove("/api/v1/silences/" + HttpClient::encode(options.id)));
    print(fmt::format("{} 的静默已于 {} 结束\n", text_in(silence, "id"), text_in(silence, "ended")));
    return exit_code::fine;
}

int extend(const SlotOptions& options)
{
    const HttpClient client{options.server};
    Json json;
    json.object().member("until", format_day(day_option("--until", options.until))).member("reason", options.reason).end_object();
    const value slot = post_json(client, "/api/v1/slots/" + HttpClient::encode(options.slot) + "/extension", std::move(json));
    print(fmt::format("{} 延期至 {}（原截止 {}）\n", text_in(slot, "id"), text_in(slot, "due_date"), text_in(slot, "first_due")));
    return exit_code::fine;
}

int waive(const SlotOptions& options)
{
    const HttpClient client{options.server};
    Json json;
    json.object().member("reason", options.reason).end_object();
    const value slot = post_json(client, "/api/v1/slots/" + HttpClient::encode(options.slot) + "/waiver", std::move(json));
    print(fmt::format("{} 免报\n", text_in(slot, "id")));
    return exit_code::fine;
}

void add_silence_end(CLI::App& command, EndChoice& end)
{
    command.add_option("--until", end.until, "When it ends; a date counts to its end")->type_name("TIME");
    command.add_option("--for", end.length, "How long it lasts: a number and m, h, d or w, as in 3d")->type_name("LENGTH");
}

void add_silence_create(CLI::App& silence, Action& action)
{
    CLI::App& command = *silence.add_subcommand("create", "Tell nobody of the alerts that it covers, until it ends");
    command.footer("Example: planwatch silence create --plan beichen-2023 --unit agri --kind overdue --for 3d --comment 机构改革");
    auto options = std::make_shared<SilenceOptions>();
    add_server(command, options->server);
    command.add_option("--plan", options->plan, "The plan whose alerts are meant")->required()->type_name("ID");
    command.add_option("--kind", options->kinds, "Only alerts of this kind (repeatable)")->type_name("KIND");
    command.add_option("--subject", options->subjects, "Only those about this duty or indicator (repeatable)")->type_name("ID");
    command.add_option("--unit", options->units, "Only this unit's (repeatable)")->type_name("ID");
    command.add_option("--most", options->most, "Graver alerts are told of all the same (critical by default: it covers all)")
        ->check(CLI::IsMember{std::vector<std::string>{"info", "warning", "critical"}}.description(""))
        ->type_name("info|warning|critical");
    command.add_option("--from", options->from, "When it begins (now by default)")->type_name("TIME");
    add_silence_end(command, options->end);
    command.add_option("--comment", options->comment, "Why")->required()->type_name("TEXT");
    on_chosen(command, action, options, create_silence);
}

void add_slot(CLI::App& command, SlotOptions& options)
{
    add_server(command, options.server);
    command.add_option("slot", options.slot, "Its id, plan:duty:unit:period")->required()->type_name("SLOT");
    command.add_option("--reason", options.reason, "Why; it is kept with the slot")->required()->type_name("TEXT");
}

}  // namespace

void add_ack(CLI::App& program, Action& action)
{
    CLI::App& command = *program.add_subcommand("ack", "Take an alert in hand: its ladder climbs no further until that ends");
    command.footer("Example: planwatch ack beichen-2023:overdue:annual_report:agri:2023 --for 3d --comment 已电话催办");
    auto options = std::make_shared<AckOptions>();
    add_server(command, options->server);
    command.add_option("alert", options->alert, "Its id, as `planwatch alerts` shows it")->required()->type_name("ALERT");
    add_silence_end(command, options->end);
    command.add_option("--comment", options->comment, "What is being done about it")->type_name("TEXT");
    on_chosen(command, action, options, acknowledge);
}

void add_silence(CLI::App& program, Action& action)
{
    CLI::App& silence = *program.add_subcommand("silence", "Alerts that nobody is told of for a while");
    silence.require_subcommand(1);
    silence.footer("A silence is never changed: end it, and make another.");
    add_silence_create(silence, action);

    CLI::App& list = *silence.add_subcommand("list", "The silences that ever were, or those of one state");
    auto listed = std::make_shared<SilencesOptions>();
    add_server(list, listed->server);
    list.add_option("--plan", listed->plan, "Only this plan's")->type_name("ID");
    list.add_option("--state", listed->state, "Only of this state")
        ->check(CLI::IsMember{std::vector<std::string>{"active", "pending", "ended"}}.description(""))
        ->type_name("active|pending|ended");
    add_format(list, listed->format, {Format::table, Format::json});
    on_chosen(list, action, listed, list_silences);

    CLI::App& end = *silence.add_subcommand("end", "End one before its time; what waited and is still true is told");
    auto ended = std::make_shared<SilenceEndOptions>();
    add_server(end, ended->server);
    end.add_option("silence", ended->id, "Its id, as `planwatch silence list` shows it")->required()->type_name("ID");
    on_chosen(end, action, ended, end_silence);
}

void add_extend(CLI::App& program, Action& action)
{
    CLI::App& command = *program.add_subcommand("extend", "Grant one slot a later last day, before it falls due");
    command.footer("Example: planwatch extend beichen-2023:quarterly_progress:agri:2023-Q3 --until 2023-11-08 --reason 数据核对");
    auto options = std::make_shared<SlotOptions>();
    add_slot(command, *options);
    command.add_option("--until", options->until, "The new last day, included")->required()->type_name("DATE");
    on_chosen(command, action, options, extend);
}

void add_waive(CLI::App& program, Action& action)
{
    CLI::App& command = *program.add_subcommand("waive", "Settle that one slot need not be handed in");
    command.footer("Example: planwatch waive beichen-2023:quarterly_progress:agri:2023-Q3 --reason 机构改革");
    auto options = std::make_shared<SlotOptions>();
    add_slot(command, *options);
    on_chosen(command, action, options, waive);
}

}  // namespace planwatch

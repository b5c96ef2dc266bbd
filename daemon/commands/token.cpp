// planwatch token: who may use the API. Works before the daemon first runs, and beside it.
#include "daemon/token.hpp"
#include "daemon/clock.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/data_folder.hpp"
#include "daemon/store.hpp"
#include "daemon/wiring.hpp"
#include "exporters/json.hpp"
#include "exporters/tables.hpp"

#include "rules/nearest.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace planwatch {
namespace {

struct CreateOptions {
    DataChoice where;
    std::string plan;
    std::string role;
    std::vector<std::string> units;
    bool all_units = false;
    std::string label;
    std::string expires;
};

struct ListOptions {
    DataChoice where;
    Format format = Format::table;
};

struct RevokeOptions {
    DataChoice where;
    std::int64_t id = 0;
};

// The plan a token is for: a file, an id of the settings, or one that the database already knows.
std::shared_ptr<const Policy> policy_of(const CreateOptions& options, Store& store)
{
    if (const std::optional<Adopted> adopted = store.adopted(options.plan))
        return value_or_throw(compile(value_or_throw(parse_sources(adopted->payload))));
    return load_policies({options.where.config, {options.plan}}).front();
}

void check_units(const CreateOptions& options, const Plan& plan)
{
    std::vector<std::string> known;
    for (const Unit& unit : plan.units) known.push_back(unit.id);
    for (const std::string& unit : options.units)
        if (std::ranges::find(known, unit) == known.end())
            throw UsageError{fmt::format("--unit: {} has no unit '{}'{}", plan.id, unit, suggestion(unit, known))};
}

// "90d": so long from now. Else a moment in the plan's zone, or in UTC where the token is for all plans.
Instant expiry_of(const std::string& text, const Zone& zone, Instant now)
{
    constexpr std::int64_t longest = 36500;  // of any unit: keeps the sum in range
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit{end, text.data() + text.size()};
    std::optional<Instant> expires;
    if (error == std::errc{} && count > 0 && count <= longest) {
        if (unit == "h") expires = now + std::chrono::hours{count};
        if (unit == "d") expires = now + std::chrono::days{count};
        if (unit == "w") expires = now + std::chrono::weeks{count};
    }
    if (!expires)
        if (const Result<Instant> moment = parse_moment(text, zone)) expires = *moment;
    if (!expires) throw UsageError{fmt::format("--expires: '{}' is neither a time from now (90d; h, d, w) nor a moment (YYYY-MM-DD, its first minute; RFC 3339)", text)};
    if (*expires <= now) throw UsageError{fmt::format("--expires: {} is over already", format_instant_utc(*expires))};
    return *expires;
}

void check_bounds(const CreateOptions& options, TokenRole role)
{
    const bool bound = !options.units.empty();
    if (role != TokenRole::submit && (bound || options.all_units)) throw UsageError{"--unit, --all-units: only the role submit is bound to units"};
    if (role == TokenRole::submit && !bound && !options.all_units)
        throw UsageError{"--role submit: for which units? Name them with --unit, or say --all-units"};
    if (bound && options.plan.empty()) throw UsageError{"--unit: units belong to a plan; name it with --plan"};
}

int create(const CreateOptions& options)
{
    Token token{.label = options.label, .role = *parse_token_role(options.role), .units = options.units};
    check_bounds(options, token.role);

    const std::filesystem::path data = data_folder(options.where);
    make_data_folder(data);
    Store store{database_file(data).string()};  // makes the database where there is none yet
    Zone zone;
    if (!options.plan.empty()) {
        const std::shared_ptr<const Policy> policy = policy_of(options, store);
        check_units(options, policy->plan);
        token.plan = policy->plan.id;
        zone = policy->zone;
    }
    const Instant now = SystemClock{}.now();
    if (!options.expires.empty()) token.expires = expiry_of(options.expires, zone, now);
    print(TokenBook{store.path()}.create(token, now) + "\n");
    return exit_code::fine;
}

std::string units_of(const Token& token) { return token.units.empty() ? "*" : fmt::format("{}", fmt::join(token.units, ", ")); }

std::string table_of(const std::vector<Token>& tokens)
{
    Table table{{"编号", "权限", "计划", "单位", "标签", "创建", "到期", "撤销"}};
    for (const Token& token : tokens) {
        table.add({std::to_string(token.id), std::string{to_string(token.role)}, token.plan.empty() ? "*" : token.plan,
                   units_of(token), token.label, format_instant_utc(token.created),
                   token.expires ? format_instant_utc(*token.expires) : "", token.revoked ? format_instant_utc(*token.revoked) : ""});
    }
    return table.to_text();
}

std::string json_of(const std::vector<Token>& tokens)
{
    Json json;
    json.array();
    for (const Token& token : tokens) {
        json.object().member("id", token.id).member("role", to_string(token.role)).key("plan").value_or_null(token.plan);
        json.key("units").array();
        for (const std::string& unit : token.units) json.value(unit);
        json.end_array().key("label").value_or_null(token.label).member("created", format_instant_utc(token.created));
        json.key("expires").value_or_null(token.expires ? format_instant_utc(*token.expires) : "");
        json.key("revoked").value_or_null(token.revoked ? format_instant_utc(*token.revoked) : "").end_object();
    }
    json.end_array();
    return std::move(json).text() + "\n";
}

int list(const ListOptions& options)
{
    const std::vector<Token> tokens = TokenBook{database_in(data_folder(options.where))}.list();
    print(options.format == Format::json ? json_of(tokens) : table_of(tokens));
    return exit_code::fine;
}

int revoke(const RevokeOptions& options)
{
    if (TokenBook{database_in(data_folder(options.where))}.revoke(options.id, SystemClock{}.now())) return exit_code::fine;
    throw InputError{{{"", fmt::format("no token {} that is still good; `planwatch token list` shows them", options.id)}}};
}

void add_create(CLI::App& token, Action& action)
{
    CLI::App& command = *token.add_subcommand("create", "Make a token; prints it alone, this once");
    command.footer("Example: planwatch token create --data ./data --plan config/plans/beichen-2023.toml --role submit --unit samr --expires 90d");
    auto options = std::make_shared<CreateOptions>();
    add_data(command, options->where);
    command.add_option("--role", options->role, "What it is good for")
        ->required()
        ->check(CLI::IsMember{std::vector<std::string>{"admin", "read", "submit"}}.description(""))
        ->type_name("admin|read|submit");
    command.add_option("--plan", options->plan, "For this plan alone: its file, or its id")->type_name("PLAN");
    CLI::Option* unit = command.add_option("--unit", options->units, "submit: for this unit alone; can be given again")->type_name("UNIT");
    command.add_flag("--all-units", options->all_units, "submit: for every unit")->excludes(unit);
    command.add_option("--label", options->label, "Whose it is, for the list")->type_name("TEXT");
    command.add_option("--expires", options->expires, "When it ends: 90d (h, d, w) from now, or at the beginning of a day, 2027-01-01; never without it")
        ->type_name("WHEN");
    on_chosen(command, action, options, create);
}

}  // namespace

void add_token(CLI::App& program, Action& action)
{
    CLI::App& token = *program.add_subcommand("token", "Tokens for the API: make, list, revoke");
    token.require_subcommand(1);
    add_create(token, action);

    CLI::App& listing = *token.add_subcommand("list", "All tokens, without their secrets");
    auto list_options = std::make_shared<ListOptions>();
    add_data(listing, list_options->where);
    add_format(listing, list_options->format, {Format::table, Format::json});
    on_chosen(listing, action, list_options, list);

    CLI::App& revoking = *token.add_subcommand("revoke", "End a token; the daemon refuses it from then on");
    auto revoke_options = std::make_shared<RevokeOptions>();
    add_data(revoking, revoke_options->where);
    revoking.add_option("id", revoke_options->id, "Its number in the list")->required()->type_name("ID");
    on_chosen(revoking, action, revoke_options, revoke);
}

}  // namespace planwatch

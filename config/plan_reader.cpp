#include "config/plan_reader.hpp"

#include "config/zone.hpp"
#include "rules/nearest.hpp"
#include "rules/scan.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch::reading {
namespace {

constexpr std::string_view small_letters = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t longest_id = 128;

const std::vector<std::pair<std::string_view, UnitKind>> unit_kinds{{"department", UnitKind::department},
                                                                    {"town", UnitKind::town},
                                                                    {"business", UnitKind::business},
                                                                    {"office", UnitKind::office},
                                                                    {"group", UnitKind::group}};

const std::vector<std::pair<std::string_view, Role>> roles{
    {"lead", Role::lead}, {"cooperate", Role::cooperate}, {"by_duty", Role::by_duty}, {"responsible", Role::responsible}};

bool is_id(std::string_view text, char joiner)
{
    return !text.empty() && text.size() <= longest_id &&
           std::all_of(text.begin(), text.end(), [&](char c) { return c == joiner || small_letters.find(c) != std::string_view::npos; });
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    for (std::size_t end = 0; end != text.npos; text.remove_prefix(end == text.npos ? 0 : end + 1)) {
        end = text.find(separator);
        parts.push_back(text.substr(0, end));
    }
    return parts;
}

}  // namespace

void Names::add(Report& report, const toml::node& where, const std::string& id)
{
    const auto position = static_cast<std::uint32_t>(ids_.size());
    ids_.push_back(id);
    if (id.empty()) return;
    if (!positions_.try_emplace(id, position).second) report.add(where, fmt::format("the {} '{}' stands twice; expected each id once", kind_, id));
}

void Names::add(const std::string& id)
{
    positions_.emplace(id, static_cast<std::uint32_t>(ids_.size()));
    ids_.push_back(id);
}

std::optional<std::uint32_t> Names::find(std::string_view id) const
{
    const auto found = positions_.find(id);
    return found == positions_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<std::uint32_t> Names::resolve(Report& report, const TextAt& id) const
{
    const auto found = find(id.text);
    if (!found) report.add(*id.node, fmt::format("unknown {} '{}'{}", kind_, id.text, suggestion(id.text, ids_)));
    return found;
}

void PlanReader::read(const toml::table& root, const std::vector<Business>& businesses)
{
    Section top{report_, root, "a plan"};
    if (auto head = top.section("plan", "a table [plan] with id, name, issued, year and time_zone")) read_head(*head);
    for (Section& section : top.sections("unit")) read_unit(section);
    read_members();
    read_parents();
    register_businesses(businesses);
    auto groups = top.section("groups");
    const toml::table none;
    Section no_groups{report_, none, "[groups]"};
    read_groups(groups ? *groups : no_groups);
    for (Section& section : top.sections("clause")) read_clause(section);
    for (Section& section : top.sections("ladder")) read_ladder(section);
    for (Section& section : top.sections("indicator")) read_indicator(section);
    read_parts();
    for (Section& section : top.sections("duty")) read_duty(section);
    for (Section& section : top.sections("composite")) read_composite(section);
    if (plan_.units.empty()) report_.add(root, "no [[unit]]; expected at least one unit that reports");
    top.refuse_unknown_keys();
}

// ---- [plan]

void PlanReader::read_head(Section& head)
{
    note_position("plan", head.table());
    plan_.id = head.text("id", "an id such as \"beichen-2023\"");
    if (!plan_.id.empty() && !is_id(plan_.id, '-'))
        report_.add(*head.get("id"), fmt::format("'{}' is no id of a plan; expected small letters, digits and '-'", plan_.id));
    plan_.name = head.text("name", "the document's name");
    read_days(head);
    read_zone(head);
    read_population(head);
    plan_.lock_after_days = read_day_count(head, "lock_after");
    head.refuse_unknown_keys();
}

void PlanReader::read_days(Section& head)
{
    constexpr int first_year = 2000;
    constexpr int last_year = 2100;
    const auto year = head.integer("year", first_year, last_year, "the plan's year");
    plan_.year = static_cast<int>(year.value_or(first_year));
    const auto issued = head.day("issued", "the day the plan was issued");
    using namespace std::chrono;
    const std::chrono::year own{plan_.year};
    plan_.issued = issued.value_or(Day{own / 1 / 1});
    plan_.issued_assumed = head.text("issued_assumed");
    if (!plan_.issued_assumed.empty()) note_position("plan/issued/assumed", *head.get("issued_assumed"));
    plan_.starts = head.day("starts").value_or(Day{own / 1 / 1});
    plan_.ends = head.day("ends").value_or(Day{own / 12 / 31});
    if (!year) return;
    const auto near = [&](Day day) { return std::abs(static_cast<int>(year_month_day{day}.year()) - plan_.year) <= 1; };
    const std::pair<std::string_view, Day> days[] = {{"issued", plan_.issued}, {"starts", plan_.starts}, {"ends", plan_.ends}};
    for (const auto& [key, day] : days)
        if (const toml::node* const node = head.get(key); node && !near(day))
            report_.add(*node, fmt::format("'{}' is {}; expected a day within a year of {}", key, format_day(day), plan_.year));
    knows_days_ = near(plan_.starts) && near(plan_.ends) && plan_.starts <= plan_.ends;
    if (plan_.ends < plan_.starts)
        report_.add(head.get("ends") ? *head.get("ends") : *head.get("starts"),
                    fmt::format("the plan ends on {}, before it starts on {}", format_day(plan_.ends), format_day(plan_.starts)));
}

void PlanReader::read_zone(Section& head)
{
    plan_.time_zone = head.text("time_zone", "an IANA name such as \"Asia/Shanghai\"");
    if (plan_.time_zone.empty()) return;
    if (const auto zone = load_zone(plan_.time_zone, plan_.year, plan_.year); !zone)
        report_.add(*head.get("time_zone"), zone.error().front().message);
}

void PlanReader::read_population(Section& head)
{
    const toml::node* const node = head.get("population");
    if (!node) return;
    const toml::node* number = node;
    if (const toml::table* const table = node->as_table()) {
        Section population{report_, *table, "population"};
        number = population.get("value", "the number of people");
        plan_.population_assumed = read_assumed(population, "plan/population");
        population.refuse_unknown_keys();
    }
    if (!number) return;
    plan_.population = read_decimal(report_, *number, "'population'");
    if (plan_.population && *plan_.population == Decimal{}) report_.add(*number, "'population' is 0; expected the number of people");
}

// ---- [[unit]], [groups]

void PlanReader::read_unit(Section& section)
{
    Unit unit;
    unit.id = read_id(section, "unit", units_);
    if (unit.id == "members") report_.add(*section.get("id"), "'members' cannot be a unit's id: @members is the usual group's name");
    unit.name = section.text("name", "the unit's name");
    for (TextAt& alias : section.texts("aliases")) unit.aliases.push_back(std::move(alias.text));
    const std::string parent = section.text("parent");
    parents_.push_back(parent.empty() ? std::nullopt : std::optional{TextAt{parent, section.get("parent")}});
    unit.kind = section.word("kind", unit_kinds, UnitKind::department);
    unit.assumed = read_assumed(section, "unit/" + unit.id);
    plan_.units.push_back(std::move(unit));
    for (Section& member : section.sections("members")) awaited_members_.emplace_back(plan_.units.size() - 1, std::move(member));
    section.refuse_unknown_keys();
}

// The units that one unit of the document stands for: where it is named as who reports, they are meant. They come behind the
// document's own, so that a name that is taken is a problem of theirs.
void PlanReader::read_members()
{
    for (std::size_t i = 0; i < awaited_members_.size(); ++i) {
        auto [whole, section] = awaited_members_[i];
        const auto index = static_cast<UnitIndex>(plan_.units.size());
        read_unit(section);
        if (!parents_[index]) parents_[index] = TextAt{plan_.units[whole].id, &section.table()};
        members_[static_cast<UnitIndex>(whole)].push_back(index);
    }
}

// Parents may stand after their children, so they are resolved when all units are known.
void PlanReader::read_parents()
{
    for (UnitIndex i = 0; i < plan_.units.size(); ++i)
        if (parents_[i]) plan_.units[i].parent = units_.resolve(report_, *parents_[i]);
    std::vector<bool> is_good(plan_.units.size());
    for (UnitIndex i = 0; i < plan_.units.size(); ++i) {
        std::vector<UnitIndex> way;
        std::optional<UnitIndex> at = i;
        while (at && !is_good[*at] && std::find(way.begin(), way.end(), *at) == way.end()) {
            way.push_back(*at);
            at = plan_.units[*at].parent;
        }
        if (at && !is_good[*at]) {
            report_.add(*parents_[i]->node, fmt::format("the unit '{}' is its own ancestor; expected a tree", plan_.units[i].id));
            plan_.units[i].parent.reset();
        }
        for (const UnitIndex unit : way) is_good[unit] = true;
    }
}

// Towns that only the register names stand in no group: what the plan asks of towns was not said of them.
void PlanReader::register_businesses(const std::vector<Business>& businesses)
{
    own_units_ = plan_.units.size();
    register_problems_ = add_businesses(plan_, businesses);
    if (!register_problems_.empty()) plan_.units.resize(own_units_);
    for (std::size_t i = own_units_; i < plan_.units.size(); ++i) units_.add(plan_.units[i].id);
}

void PlanReader::read_groups(Section& groups)
{
    const std::pair<std::string, std::optional<UnitKind>> own[] = {{"departments", UnitKind::department},
                                                                   {"towns", UnitKind::town},
                                                                   {"businesses", UnitKind::business},
                                                                   {"all", std::nullopt}};
    for (const auto& [name, kind] : own) {
        std::vector<UnitIndex>& members = groups_[name];
        for (UnitIndex i = 0; i < plan_.units.size(); ++i)
            if ((i < own_units_ || plan_.units[i].kind == UnitKind::business) && (!kind || plan_.units[i].kind == *kind)) members.push_back(i);
    }
    // In the file's order, so that a group can use the groups above it and no circle can be written.
    std::vector<std::pair<toml::source_position, std::string>> order;
    for (const auto& [key, node] : groups.table()) order.emplace_back(key.source().begin, std::string{key.str()});
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [position, name] : order) {
        const toml::node& node = *groups.get(name);
        if (groups_.contains(name)) {
            report_.add(node, fmt::format("the group '@{}' is there by itself; expected another name", name));
        } else if (!is_id(name, '_')) {
            report_.add(node, fmt::format("'{}' is no name of a group; expected small letters, digits and '_'", name));
        } else {
            std::vector<UnitIndex> members = read_units(groups, name);
            if (node.is_array() && node.as_array()->empty()) report_.add(node, fmt::format("the group '@{}' is empty", name));
            groups_.emplace(name, std::move(members));
        }
    }
}

// Ids and groups; a unit that comes through several groups counts once.
std::vector<UnitIndex> PlanReader::read_units(Section& section, std::string_view key)
{
    std::vector<UnitIndex> units;
    std::vector<bool> taken(plan_.units.size());
    std::vector<bool> named(plan_.units.size());
    const auto take = [&](UnitIndex unit, const auto& again) -> void {
        if (taken[unit]) return;
        taken[unit] = true;
        const auto whole = members_.find(unit);
        if (whole == members_.end()) return units.push_back(unit);
        for (const UnitIndex member : whole->second) again(member, again);
    };
    std::vector<std::string> group_names;
    for (const auto& [name, members] : groups_) group_names.push_back("@" + name);
    for (const TextAt& text : section.texts(key)) {
        if (text.text.starts_with("@businesses ")) {
            for (const UnitIndex unit : select_businesses(text)) take(unit, take);
        } else if (text.text.starts_with('@')) {
            const auto group = groups_.find(std::string_view{text.text}.substr(1));
            if (group == groups_.end()) {
                report_.add(*text.node, fmt::format("unknown group '{}'{}", text.text, suggestion(text.text, group_names)));
            } else {
                for (const UnitIndex unit : group->second) take(unit, take);
            }
        } else if (const auto unit = units_.resolve(report_, text)) {
            if (named[*unit]) report_.add(*text.node, fmt::format("the unit '{}' is listed twice", text.text));
            named[*unit] = true;
            take(*unit, take);
        }
    }
    return units;
}

// "@businesses kind=餐饮服务,集体食堂 risk=C,D": those of the register that are all of it; there may be none.
std::vector<UnitIndex> PlanReader::select_businesses(const TextAt& selection)
{
    const auto& all = groups_.find("businesses")->second;
    std::vector<UnitIndex> chosen = all;
    for (const std::string_view word : split(std::string_view{selection.text}.substr(std::string_view{"@businesses "}.size()), ' ')) {
        if (word.empty()) continue;
        const auto equals = word.find('=');
        const std::string_view key = word.substr(0, equals);
        if (equals == word.npos || (key != "kind" && key != "risk")) {
            report_.add(*selection.node, fmt::format("'{}' selects no businesses; expected kind=… or risk=…, as in \"@businesses kind=餐饮服务 risk=C,D\"", word));
            return {};
        }
        const std::vector<std::string_view> wanted = split(word.substr(equals + 1), ',');
        const auto of = [&](UnitIndex unit) -> const std::string& { return key == "kind" ? plan_.trades[plan_.units[unit].trade] : plan_.risks[plan_.units[unit].risk]; };
        std::erase_if(chosen, [&](UnitIndex unit) { return std::find(wanted.begin(), wanted.end(), of(unit)) == wanted.end(); });
    }
    return chosen;
}

// ---- [[clause]]

void PlanReader::read_clause(Section& section)
{
    Clause clause;
    clause.id = section.text("id", "the document's own number, such as \"三（十二）\"");
    if (!clause.id.empty()) section.rename(fmt::format("clause '{}'", clause.id));
    if (const toml::node* const node = section.get("id"); node && clause.id.size() > longest_id)
        report_.add(*node, fmt::format("the clause's id is longer than {} bytes", longest_id));
    clauses_.add(report_, section.get("id") ? *section.get("id") : section.table(), clause.id);
    note_position("clause/" + clause.id, section.table());
    clause.title = section.text("title", "a short title");
    for (Section& responsibility : section.sections("units")) read_responsibility(responsibility, clause);
    for (TextAt& scope : section.texts("scope")) clause.scopes.push_back(std::move(scope.text));
    clause.assumed = read_assumed(section, "clause/" + clause.id);
    section.refuse_unknown_keys();
    plan_.clauses.push_back(std::move(clause));
}

void PlanReader::read_responsibility(Section& section, Clause& clause)
{
    section.rename("an element of 'units'");
    const std::string id = section.text("unit", "{ unit = \"samr\", role = \"lead\" }");
    const Role role = section.word("role", roles, Role::responsible, "lead, cooperate, by_duty or responsible");
    section.refuse_unknown_keys();
    if (id.empty()) return;
    const TextAt named{id, section.get("unit")};
    const auto unit = units_.resolve(report_, named);
    if (!unit) return;
    // One paragraph may give a unit a role in one sentence and another in the next.
    const bool twice = std::any_of(clause.units.begin(), clause.units.end(),
                                   [&](const Responsibility& other) { return other.unit == *unit && other.role == role; });
    if (twice) report_.add(*named.node, fmt::format("the unit '{}' stands twice in this clause as {}; expected each role once", id, to_string(role)));
    clause.units.push_back({*unit, role});
}

// ---- shared

std::string PlanReader::read_id(Section& section, std::string_view kind, Names& names)
{
    std::string id = section.text("id", "an id of small letters, digits and '_'");
    const toml::node* const node = section.get("id");
    if (!id.empty()) section.rename(fmt::format("{} '{}'", kind, id));
    if (!id.empty() && !is_id(id, '_'))
        report_.add(*node, fmt::format("'{}' is no id; expected at most {} small letters, digits and '_'", id, longest_id));
    names.add(report_, node ? *node : section.table(), id);
    note_position(fmt::format("{}/{}", kind, id), section.table());
    return id;
}

// "120d"
std::optional<int> PlanReader::read_day_count(Section& section, std::string_view key)
{
    constexpr int most = 3660;
    const std::string text = section.text(key);
    const toml::node* const node = section.get(key);
    if (!node || !node->is_string()) return {};
    Scan scan{text};
    const auto days = scan.number(4);
    if (days && *days <= most && scan.take("d") && scan.done()) return days;
    report_.add(*node, fmt::format("'{}' is '{}'; expected days up to {}, such as \"120d\"", key, text, most));
    return {};
}

std::optional<ClauseIndex> PlanReader::read_clause_of(Section& section)
{
    const std::string id = section.text("clause", "the clause that it comes from");
    return id.empty() ? std::nullopt : clauses_.resolve(report_, {id, section.get("clause")});
}

std::string PlanReader::read_assumed(Section& section, const std::string& position)
{
    std::string assumed = section.text("assumed");
    const toml::node* const node = section.get("assumed");
    if (node && node->is_string() && node->as_string()->get().empty()) report_.add(*node, "'assumed' is empty; expected what was assumed, and why");
    if (node) note_position(position + "/assumed", *node);
    return assumed;
}

void PlanReader::note_position(const std::string& key, const toml::node& where)
{
    parsed_.positions.try_emplace(key, Report::place(where.source()));
}

}  // namespace planwatch::reading

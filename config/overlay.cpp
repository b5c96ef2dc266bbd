// Overlays: an office's own decisions, laid over the plan's tree before it is read. A moved node keeps the place where it was
// written, so that a problem in it points into the overlay.
#include "config/contact_reader.hpp"
#include "config/overlay_text.hpp"
#include "config/plan_reader.hpp"
#include "rules/nearest.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <unordered_set>

namespace planwatch::reading {
namespace {

using Keys = std::span<const std::string_view>;

// What can be laid over, a kind of table: first that which decides what the plan assumed, then the rest, which decides nothing of it.
struct Kind {
    std::string_view name;
    Keys deciding;
    Keys beside;
};

constexpr std::array<std::string_view, 2> plan_deciding{"issued", "population"};
constexpr std::array<std::string_view, 1> plan_beside{"lock_after"};
constexpr std::array<std::string_view, 3> unit_deciding{"kind", "members", "parent"};
constexpr std::array<std::string_view, 2> unit_beside{"aliases", "name"};
constexpr std::array<std::string_view, 1> clause_deciding{"units"};
constexpr std::array<std::string_view, 6> indicator_deciding{"by", "pace", "pace_from", "population", "target", "units"};
constexpr std::array<std::string_view, 2> indicator_beside{"grace", "tolerance"};
constexpr std::array<std::string_view, 2> duty_deciding{"due", "units"};
constexpr std::array<std::string_view, 2> duty_beside{"ladder", "remind"};

constexpr std::array<std::string_view, 3> composite_deciding{"grades", "parts", "units"};

constexpr Kind plan_kind{"plan", plan_deciding, plan_beside};
constexpr std::array<Kind, 5> item_kinds{Kind{"unit", unit_deciding, unit_beside}, Kind{"clause", clause_deciding, {}},
                                         Kind{"indicator", indicator_deciding, indicator_beside}, Kind{"duty", duty_deciding, duty_beside},
                                         Kind{"composite", composite_deciding, {}}};

std::string id_of(const toml::node& node)
{
    const toml::table* const table = node.as_table();
    const auto* const id = table ? table->get_as<std::string>("id") : nullptr;
    return id ? id->get() : std::string{};
}

std::vector<std::string> ids_of(const toml::array* items)
{
    std::vector<std::string> ids;
    for (std::size_t i = 0; items && i < items->size(); ++i) ids.push_back(id_of((*items)[i]));
    return ids;
}

class Overlay {
public:
    Overlay(Report& report, toml::table& plan, toml::table& overlay, ParsedPlan& parsed)
        : report_{report}, plan_{plan}, overlay_{overlay}, parsed_{parsed}
    {
    }

    void apply()
    {
        Section top{report_, overlay_, "an overlay"};
        if (auto head = top.section("overlay", "a table [overlay] with plan, reason and author")) read_head(*head);
        if (top.section("plan")) lay_over_plan();
        for (const Kind& kind : item_kinds)
            if (top.section(kind.name)) lay_over_each(kind);
        if (top.section("groups")) lay_over_groups();
        top.sections("ladder");
        replace_ladders();
        top.get("contact");  // read when the plan's units are known
        top.refuse_unknown_keys();
    }

    void add_contacts()
    {
        Section top{report_, overlay_, "an overlay"};
        std::vector<Section> contacts = top.sections("contact");
        if (contacts.empty()) return;
        if (auto head = top.section("overlay")) reason_and_author(*head);
        std::unordered_set<std::string> known;
        for (const Unit& unit : parsed_.plan.units) known.insert(unit.id);
        std::set<std::string> taken;
        for (Section& contact : contacts) add_contact(contact, taken, known);
    }

private:
    toml::table& top_table(std::string_view key) { return *overlay_[key].as_table(); }

    void read_head(Section& head)
    {
        const std::string plan = head.text("plan", "the id of the plan");
        reason_ = head.text("reason", "why the office decides so");
        author_ = head.text("author", "who decided");
        head.refuse_unknown_keys();
        const auto* const id = plan_["plan"]["id"].as_string();
        if (plan.empty() || !id || id->get() == plan) return;
        report_.add(*head.get("plan"), fmt::format("this overlay is for the plan '{}', not for '{}'", plan, id->get()));
    }

    // Its problems were told when it was applied.
    void reason_and_author(Section& head)
    {
        const toml::table& table = head.table();
        if (const auto* const reason = table.get_as<std::string>("reason")) reason_ = reason->get();
        if (const auto* const author = table.get_as<std::string>("author")) author_ = author->get();
    }

    void note(std::string what, std::string from, std::string to, const toml::node& where)
    {
        parsed_.overrides.push_back({std::move(what), std::move(from), std::move(to), Report::place(where.source()), reason_, author_});
    }

    void lay_over_plan()
    {
        toml::table* const plan = plan_["plan"].as_table();
        toml::table& values = top_table("plan");
        const bool decides_issue = values.contains("issued");
        override_values(values, plan, plan_kind, "plan");
        if (plan && decides_issue) plan->erase("issued_assumed");
    }

    // [duty.annual_report]
    void lay_over_each(const Kind& kind)
    {
        toml::array* const items = plan_[kind.name].as_array();
        const std::vector<std::string> known = ids_of(items);
        for (auto&& [key, node] : top_table(kind.name)) {
            const std::string id{key.str()};
            const auto found = std::find(known.begin(), known.end(), id);
            toml::table* const values = node.as_table();
            if (found == known.end()) {
                report_.add(key.source(), fmt::format("the plan has no {} '{}'{}", kind.name, id, suggestion(id, known)));
            } else if (!values) {
                report_.add(node, fmt::format("'{}' is {}; expected a table [{}.{}]", id, type_name(node), kind.name, id));
            } else {
                toml::node& item = (*items)[static_cast<std::size_t>(found - known.begin())];
                override_values(*values, item.as_table(), kind, fmt::format("{} {}", kind.name, id));
            }
        }
    }

    void override_values(toml::table& from, toml::table* to, const Kind& kind, const std::string& what)
    {
        Section section{report_, from, fmt::format("an overlay of {}", what)};
        if (what != "plan") accept_assumption(section, to, what);
        for (const std::string_view key : kind.deciding) {
            // Who decided knows better than who assumed; in [plan] the assumption stands with the value itself.
            if (override_value(section, from, to, key, what) && what != "plan") to->erase("assumed");
        }
        for (const std::string_view key : kind.beside) override_value(section, from, to, key, what);
        section.refuse_unknown_keys();
    }

    bool override_value(Section& section, toml::table& from, toml::table* to, std::string_view key, const std::string& what)
    {
        toml::node* const value = from.get(key);
        if (!section.get(key) || !to) return false;
        const toml::node* const old = to->get(key);
        note(fmt::format("{}: {}", what, key), old ? text_of(*old) : std::string{}, text_of(*value), *value);
        to->insert_or_assign(key, std::move(*value));
        return true;
    }

    // assumed = false: the office has looked at it, and it stands.
    void accept_assumption(Section& section, toml::table* to, const std::string& what)
    {
        const toml::node* const node = section.get("assumed");
        if (!node || !to) return;
        const auto* const flag = node->as_boolean();
        const toml::node* const assumed = to->get("assumed");
        if (!flag || flag->get()) {
            report_.add(*node, "expected assumed = false: the office has decided that what was assumed stands");
        } else if (!assumed) {
            report_.add(*node, fmt::format("nothing is assumed of {} that could be decided", what));
        } else {
            note(fmt::format("{}: assumed", what), text_of(*assumed), "decided as it stands", *node);
            to->erase("assumed");
        }
    }

    // A group of the plan's takes the overlay's members.
    void lay_over_groups()
    {
        toml::table* const groups = plan_["groups"].as_table();
        std::vector<std::string> known;
        if (groups)
            for (const auto& [key, node] : *groups) known.emplace_back(key.str());
        for (auto&& [key, node] : top_table("groups")) {
            const std::string name{key.str()};
            toml::node* const old = groups ? groups->get(name) : nullptr;
            if (!old) {
                report_.add(key.source(), fmt::format("the plan has no group '{}'{}", name, suggestion(name, known)));
                continue;
            }
            note(fmt::format("group {}", name), text_of(*old), text_of(node), node);
            groups->insert_or_assign(name, std::move(node));
        }
    }

    // One with the id of the plan's takes its place; another is added behind.
    void replace_ladders()
    {
        toml::array* const ladders = overlay_["ladder"].as_array();
        if (!ladders || !std::all_of(ladders->begin(), ladders->end(), [](const toml::node& node) { return node.is_table(); })) return;
        if (!plan_["ladder"].as_array()) plan_.insert_or_assign("ladder", toml::array{});
        toml::array& own = *plan_["ladder"].as_array();
        for (toml::node& ladder : *ladders) {
            const std::string id = id_of(ladder);
            const auto found = std::find_if(own.begin(), own.end(), [&](const toml::node& node) { return id_of(node) == id; });
            const bool replaces = !id.empty() && found != own.end();
            note(fmt::format("ladder {}", id), replaces ? ladder_text(*found) : std::string{}, ladder_text(ladder), ladder);
            if (replaces) {
                own.replace(found, std::move(ladder));
            } else {
                own.push_back(std::move(ladder));
            }
        }
    }

    // One with the id of an earlier overlay's takes its place.
    void add_contact(Section& section, std::set<std::string>& taken, const std::unordered_set<std::string>& known)
    {
        Contact contact = read_contact(section, taken);
        if (const toml::node* const plans = section.get("plans"))
            report_.add(*plans, "a contact of an overlay is there for the overlay's plan alone; expected no 'plans'");
        for (const TextAt& unit : section.texts("units"))
            if (!known.contains(unit.text)) report_.add(*unit.node, fmt::format("the plan has no unit '{}'{}", unit.text, nearest_unit(unit.text)));
        contact.plans = {parsed_.plan.id};
        const auto same = std::find_if(parsed_.contacts.begin(), parsed_.contacts.end(), [&](const Contact& other) { return other.id == contact.id; });
        note(fmt::format("contact {}", contact.id), same == parsed_.contacts.end() ? std::string{} : contact_text(*same), contact_text(contact),
             section.table());
        if (same == parsed_.contacts.end()) {
            parsed_.contacts.push_back(std::move(contact));
        } else {
            *same = std::move(contact);
        }
    }

    std::string nearest_unit(const std::string& id) const
    {
        std::vector<std::string> known;
        for (const Unit& unit : parsed_.plan.units) known.push_back(unit.id);
        return suggestion(id, known);
    }

    Report& report_;
    toml::table& plan_;
    toml::table& overlay_;
    ParsedPlan& parsed_;
    std::string reason_;
    std::string author_;
};

}  // namespace

void apply_overlay(Report& report, toml::table& plan, toml::table& overlay, ParsedPlan& parsed)
{
    Overlay{report, plan, overlay, parsed}.apply();
}

void add_contacts(Report& report, toml::table& plan, toml::table& overlay, ParsedPlan& parsed)
{
    Overlay{report, plan, overlay, parsed}.add_contacts();
}

}  // namespace planwatch::reading

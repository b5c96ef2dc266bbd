// Overlays: an office's own decisions, laid over the plan's tree before it is read. A moved node keeps the place where it was
// written, so that a problem in it points into the overlay.
#include "config/plan_reader.hpp"

#include "config/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <sstream>

namespace planwatch::reading {
namespace {

constexpr std::array<std::string_view, 2> duty_keys{"due", "ladder"};
constexpr std::array<std::string_view, 7> indicator_keys{"target", "by", "pace", "pace_from", "tolerance", "grace", "population"};
constexpr std::array<std::string_view, 2> plan_keys{"population", "lock_after"};

std::string text_of(const toml::node& node)
{
    if (const auto* text = node.as_string()) return text->get();
    std::ostringstream out;
    node.visit([&](const auto& concrete) { out << concrete; });
    return out.str();
}

std::string id_of(const toml::node& node)
{
    const toml::table* const table = node.as_table();
    const auto* const id = table ? table->get_as<std::string>("id") : nullptr;
    return id ? id->get() : std::string{};
}

class Overlay {
public:
    Overlay(Report& report, toml::table& plan, toml::table& overlay, ParsedPlan& parsed, const std::string& file)
        : report_{report}, plan_{plan}, overlay_{overlay}, parsed_{parsed}, file_{file}
    {
    }

    void apply()
    {
        Section top{report_, overlay_, "an overlay"};
        if (auto head = top.section("overlay", "a table [overlay] with plan, reason and author")) read_head(*head);
        if (top.section("plan")) override_values(top_table("plan"), plan_["plan"].as_table(), plan_keys, "plan");
        for (const auto& [kind, keys] : {std::pair{"duty", std::span<const std::string_view>{duty_keys}},
                                         std::pair{"indicator", std::span<const std::string_view>{indicator_keys}}})
            if (top.section(kind)) override_each(kind, keys);
        top.sections("ladder");
        replace_ladders();
        top.refuse_unknown_keys();
    }

private:
    toml::table& top_table(std::string_view key) { return *overlay_[key].as_table(); }

    void read_head(Section& head)
    {
        const std::string plan = head.text("plan", "the id of the plan");
        reason_ = head.text("reason", "why the office decides so");
        head.text("author", "who decided");
        head.refuse_unknown_keys();
        const auto* const id = plan_["plan"]["id"].as_string();
        if (!plan.empty() && id && id->get() != plan)
            report_.add(*head.get("plan"), fmt::format("this overlay is for the plan '{}', not for '{}'", plan, id->get()));
    }

    // [duty.annual_report]
    void override_each(const std::string& kind, std::span<const std::string_view> keys)
    {
        std::vector<std::string> known;
        toml::array* const items = plan_[kind].as_array();
        for (std::size_t i = 0; items && i < items->size(); ++i) known.push_back(id_of((*items)[i]));
        for (auto&& [key, node] : top_table(kind)) {
            const std::string id{key.str()};
            const auto found = std::find(known.begin(), known.end(), id);
            toml::table* const values = node.as_table();
            if (found == known.end()) {
                report_.add(key.source(), fmt::format("the plan has no {} '{}'{}", kind, id, suggestion(id, known)));
            } else if (!values) {
                report_.add(node, fmt::format("'{}' is {}; expected a table [{}.{}]", id, type_name(node), kind, id));
            } else {
                toml::node& item = (*items)[static_cast<std::size_t>(found - known.begin())];
                override_values(*values, item.as_table(), keys, fmt::format("{} {}", kind, id));
            }
        }
    }

    void override_values(toml::table& from, toml::table* to, std::span<const std::string_view> keys, const std::string& what)
    {
        Section section{report_, from, fmt::format("an overlay of {}", what)};
        for (const std::string_view key : keys) {
            toml::node* const value = from.get(key);
            if (!section.get(key) || !to) continue;
            const toml::node* const old = to->get(key);
            parsed_.overrides.push_back({fmt::format("{}: {}", what, key), old ? text_of(*old) : std::string{}, text_of(*value), file_, reason_});
            to->insert_or_assign(key, std::move(*value));
            // Who decided knows better than who assumed; in [plan] the assumption stands with the value itself.
            if (what != "plan") to->erase("assumed");
        }
        section.refuse_unknown_keys();
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
            parsed_.overrides.push_back({fmt::format("ladder {}", id), replaces ? text_of(*found) : std::string{}, text_of(ladder), file_, reason_});
            if (replaces) {
                own.replace(found, std::move(ladder));
            } else {
                own.push_back(std::move(ladder));
            }
        }
    }

    Report& report_;
    toml::table& plan_;
    toml::table& overlay_;
    ParsedPlan& parsed_;
    std::string file_;
    std::string reason_;
};

}  // namespace

void apply_overlay(Report& report, toml::table& plan, toml::table& overlay, ParsedPlan& parsed, const std::string& file)
{
    Overlay{report, plan, overlay, parsed, file}.apply();
}

}  // namespace planwatch::reading

#include "config/overlay_text.hpp"

#include <fmt/format.h>
#include <sstream>

namespace planwatch::reading {
namespace {

std::string joined_values(const toml::array& array, std::string_view between)
{
    std::string text;
    for (const toml::node& each : array) text += (text.empty() ? std::string{} : std::string{between}) + text_of(each);
    return text;
}

std::string table_text(const toml::table& table)
{
    if (const toml::node* const value = table.get("value"); value && table.contains("assumed")) return text_of(*value) + " (assumed)";
    for (const std::string_view name : {"id", "unit"}) {
        const toml::node* const node = table.get(name);
        if (!node) continue;
        const toml::node* const role = table.get("role");
        return role ? fmt::format("{} {}", text_of(*node), text_of(*role)) : text_of(*node);
    }
    std::string text;
    for (const auto& [key, node] : table) text += fmt::format("{}{} {}", text.empty() ? "" : " ", key.str(), text_of(node));
    return text;
}

// "due warning reporter, office, zhang by wecom"
std::string step_text(const toml::table& step)
{
    std::string text;
    const auto add = [&](std::string_view key, std::string_view before) {
        if (const toml::node* const value = step.get(key)) text += (text.empty() ? std::string{} : std::string{before}) + text_of(*value);
    };
    add("at", " ");
    add("severity", " ");
    add("tell", " ");
    add("contacts", step.contains("tell") ? ", " : " ");
    add("channels", " by ");
    return text;
}

}  // namespace

std::string text_of(const toml::node& node)
{
    if (const auto* const text = node.as_string()) return text->get();
    if (const toml::array* const array = node.as_array()) return joined_values(*array, ", ");
    if (const toml::table* const table = node.as_table()) return table_text(*table);
    std::ostringstream out;
    node.visit([&](const auto& concrete) { out << concrete; });
    return out.str();
}

std::string ladder_text(const toml::node& ladder)
{
    const toml::table* const table = ladder.as_table();
    const toml::array* const steps = table ? table->get_as<toml::array>("steps") : nullptr;
    std::string text;
    for (std::size_t i = 0; steps && i < steps->size(); ++i)
        if (const toml::table* const step = (*steps)[i].as_table()) text += (text.empty() ? "" : "; ") + step_text(*step);
    const toml::node* const kinds = table ? table->get("kinds") : nullptr;
    return kinds ? fmt::format("of {}: {}", text_of(*kinds), text) : text;
}

std::string contact_text(const Contact& contact)
{
    std::string text = contact.name;
    if (!contact.addresses.empty()) text += fmt::format(" <{}>", contact.addresses.front().value);
    for (std::size_t i = 1; i < contact.addresses.size(); ++i) text += fmt::format(", {} {}", contact.addresses[i].channel, contact.addresses[i].value);
    std::vector<std::string_view> audiences;
    for (const Audience audience : contact.audiences) audiences.push_back(to_string(audience));
    if (!audiences.empty()) text += fmt::format(", {}", fmt::join(audiences, " and "));
    if (!contact.units.empty()) text += fmt::format(" of {}", fmt::join(contact.units, ", "));
    if (!contact.deputy.empty()) text += fmt::format(", deputy {}", contact.deputy);
    for (const Absence& each : contact.absences) text += fmt::format(", away from {} to {}", format_day(each.from), format_day(each.to));
    if (contact.at_once) text += ", told at once";
    return text;
}

}  // namespace planwatch::reading

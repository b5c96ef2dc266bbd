#include "config/contact_reader.hpp"

#include "rules/nearest.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

namespace planwatch::reading {
namespace {

const std::vector<std::string> audience_names{"reporter", "unit_head", "lead_unit", "office", "leaders"};

// The mail library judges the rest.
bool is_mailbox(std::string_view text)
{
    const std::size_t at = text.find('@');
    return at != std::string_view::npos && at != 0 && at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos &&
           text.find_first_of(" ,;<>\"") == std::string_view::npos;
}

// "13800138000", "+86-13800138000"
bool is_mobile(std::string_view text)
{
    constexpr std::size_t shortest = 5;
    constexpr std::size_t longest = 20;
    return text.size() >= shortest && text.size() <= longest && text.find_first_not_of("+-0123456789") == std::string_view::npos;
}

void read_audiences(Section& section, Contact& contact)
{
    Report& report = section.report();
    for (const TextAt& text : section.texts("audiences")) {
        if (const auto audience = parse_audience(text.text)) {
            contact.audiences.push_back(*audience);
        } else {
            report.add(*text.node, fmt::format("unknown audience '{}'{}", text.text, suggestion(text.text, audience_names)));
        }
    }
    // Who is told as nothing may yet be a deputy, or be named by a route or a step.
    const toml::node* const node = section.get("audiences");
    if (node && node->is_array() && node->as_array()->empty()) report.add(*node, "'audiences' is empty; expected at least one");
    const auto speaks_for_units = [](Audience audience) { return audience != Audience::office && audience != Audience::leaders; };
    if (contact.units.empty() && std::any_of(contact.audiences.begin(), contact.audiences.end(), speaks_for_units))
        report.add(section.table(), fmt::format("{} speaks for a unit and names none; expected units = [\"…\"]", section.what()));
}

bool stands_before(const toml::node& one, const toml::node& other)
{
    const toml::source_position a = one.source().begin;
    const toml::source_position b = other.source().begin;
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
}

// In the order in which they stand in the file, but those that `channels` names before the rest.
void read_addresses(Section& section, Contact& contact)
{
    std::vector<std::pair<const toml::node*, Address>> found;
    for (const std::string_view channel : channel_names) {
        const toml::node* const node = section.get(channel);
        if (!node) continue;
        const bool is_mail = channel == "mail";
        std::string value = section.text(channel, is_mail ? "an address such as \"zhang@example.org\"" : "the id of a [[receiver]] of the settings");
        if (is_mail && !value.empty()) check_mailbox(section, channel, value);
        found.emplace_back(node, Address{std::string{channel}, std::move(value)});
    }
    if (found.empty())
        section.report().add(section.table(), fmt::format("{} has no address; expected mail = \"zhang@example.org\", or wecom, dingtalk, feishu or webhook = "
                                                          "\"the id of a receiver\"", section.what()));
    std::sort(found.begin(), found.end(), [](const auto& one, const auto& other) { return stands_before(*one.first, *other.first); });
    for (auto& [node, address] : found) contact.addresses.push_back(std::move(address));

    const std::vector<std::string> order = read_channels(section, "channels");
    const auto rank = [&](const Address& address) { return std::find(order.begin(), order.end(), address.channel) - order.begin(); };
    std::stable_sort(contact.addresses.begin(), contact.addresses.end(), [&](const Address& a, const Address& b) { return rank(a) < rank(b); });
    for (const TextAt& channel : section.texts("channels")) {
        const auto has = [&](const Address& address) { return address.channel == channel.text; };
        if (std::find(channel_names.begin(), channel_names.end(), channel.text) != channel_names.end() &&
            std::none_of(contact.addresses.begin(), contact.addresses.end(), has))
            section.report().add(*channel.node, fmt::format("{0} has no '{1}'; expected {1} = \"…\", or another channel", section.what(), channel.text));
    }
}

void read_absences(Section& section, Contact& contact)
{
    for (Section& absence : section.sections("absent")) {
        absence.rename("an absence");
        const auto from = absence.day("from", "the first day away, such as 2023-10-01");
        const auto to = absence.day("to", "the last day away, such as 2023-10-08");
        absence.refuse_unknown_keys();
        if (!from || !to) continue;
        if (*to < *from)
            absence.report().add(*absence.get("to"), fmt::format("'to' is {}, before 'from', {}", format_day(*to), format_day(*from)));
        contact.absences.push_back({*from, *to});
    }
}

}  // namespace

Contact read_contact(Section& section, std::set<std::string>& taken)
{
    Contact contact;
    contact.id = section.text("id", "an id for the log and the notices");
    if (const toml::node* const node = section.get("id"); node && !contact.id.empty()) {
        section.rename(fmt::format("contact '{}'", contact.id));
        if (!taken.insert(contact.id).second)
            section.report().add(*node, fmt::format("the contact '{}' stands twice; expected each id once", contact.id));
    }
    contact.name = section.text("name", "the person's name");
    for (TextAt& plan : section.texts("plans")) contact.plans.push_back(std::move(plan.text));
    for (TextAt& unit : section.texts("units")) contact.units.push_back(std::move(unit.text));
    read_audiences(section, contact);
    read_addresses(section, contact);
    contact.mobile = section.text("mobile");
    if (const toml::node* const node = section.get("mobile"); node && node->is_string() && !is_mobile(contact.mobile))
        section.report().add(*node, fmt::format("'mobile' is '{}'; expected a number such as \"13800138000\"", contact.mobile));
    contact.deputy = section.text("deputy");
    if (!contact.deputy.empty() && contact.deputy == contact.id)
        section.report().add(*section.get("deputy"), fmt::format("{} is their own deputy; expected another contact", section.what()));
    read_absences(section, contact);
    // A webhook is a machine's, which sorts for itself.
    const bool is_machine = !contact.addresses.empty() && contact.addresses.front().channel == "webhook";
    contact.at_once = section.get("at_once") ? section.flag("at_once") : is_machine;
    section.refuse_unknown_keys();
    return contact;
}

std::vector<std::string> read_channels(Section& section, std::string_view key)
{
    std::vector<std::string> channels;
    for (TextAt& text : section.texts(key)) {
        if (std::find(channel_names.begin(), channel_names.end(), text.text) == channel_names.end()) {
            const std::vector<std::string> known{channel_names.begin(), channel_names.end()};
            section.report().add(*text.node, fmt::format("unknown channel '{}'{}", text.text, suggestion(text.text, known)));
        } else if (std::find(channels.begin(), channels.end(), text.text) != channels.end()) {
            section.report().add(*text.node, fmt::format("the channel '{}' stands twice", text.text));
        } else {
            channels.push_back(std::move(text.text));
        }
    }
    return channels;
}

void check_mailbox(Section& section, std::string_view key, const std::string& text)
{
    if (!is_mailbox(text))
        section.report().add(*section.get(key), fmt::format("'{}' is '{}'; expected one address such as \"zhang@example.org\"", key, text));
}

}  // namespace planwatch::reading

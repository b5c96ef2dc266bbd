#include "config/contact_reader.hpp"

#include "rules/nearest.hpp"

#include <algorithm>
#include <fmt/format.h>

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
    const toml::node* const node = section.get("audiences", "what the person is told as, such as audiences = [\"reporter\"]");
    if (node && node->is_array() && node->as_array()->empty()) report.add(*node, "'audiences' is empty; expected at least one");
    const auto speaks_for_units = [](Audience audience) { return audience != Audience::office && audience != Audience::leaders; };
    if (contact.units.empty() && std::any_of(contact.audiences.begin(), contact.audiences.end(), speaks_for_units))
        report.add(section.table(), fmt::format("{} speaks for a unit and names none; expected units = [\"…\"]", section.what()));
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
    if (std::string mail = section.text("mail", "an address such as \"zhang@example.org\""); !mail.empty()) {
        check_mailbox(section, "mail", mail);
        contact.addresses.push_back({"mail", std::move(mail)});
    }
    section.refuse_unknown_keys();
    return contact;
}

void check_mailbox(Section& section, std::string_view key, const std::string& text)
{
    if (!is_mailbox(text))
        section.report().add(*section.get(key), fmt::format("'{}' is '{}'; expected one address such as \"zhang@example.org\"", key, text));
}

}  // namespace planwatch::reading

#include "config/report_reader.hpp"

#include "rules/nearest.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch::reading {
namespace {

constexpr std::string_view when_form = "such as \"period_end + 3wd 09:00\" (the third working day after the period) or \"next day 5 09:00\"";

// A time of day, always: a report goes out at a moment, not in the course of a day.
void read_when(Section& section, ReportRule& rule)
{
    const std::string text = section.text("when");
    if (text.empty()) return;
    const toml::node& node = *section.get("when");
    const Result<DueRule> when = DueRule::parse(text);
    if (!when) {
        section.report().add(node, fmt::format("'{}' is no moment: {}; write it {}", text, when.error().front().message, when_form));
    } else if (when->anchor == DueRule::Anchor::issued) {
        section.report().add(node, fmt::format("'{}' is the same moment for every period; expected one {}", text, when_form));
    } else if (!when->time) {
        section.report().add(node, fmt::format("'{}' has no time of day; expected such as \"{} 09:00\"", text, text));
    } else {
        rule.when = *when;
    }
}

void read_people(Section& section, const std::vector<std::string>& contacts, ReportRule& rule)
{
    static const std::vector<std::string> names{"reporter", "unit_head", "lead_unit", "office", "leaders"};
    if (section.get("tell")) rule.audiences.clear();
    for (const TextAt& text : section.texts("tell")) {
        if (const auto audience = parse_audience(text.text)) rule.audiences.push_back(*audience);
        else section.report().add(*text.node, fmt::format("unknown audience '{}'{}", text.text, suggestion(text.text, names)));
    }
    for (TextAt& text : section.texts("contacts")) {
        if (std::find(contacts.begin(), contacts.end(), text.text) == contacts.end())
            section.report().add(*text.node, fmt::format("unknown contact '{}'{}", text.text, suggestion(text.text, contacts)));
        rule.contacts.push_back(std::move(text.text));
    }
    const toml::node* const tell = section.get("tell");
    if (tell && tell->is_array() && tell->as_array()->empty() && rule.contacts.empty())
        section.report().add(*tell, "'tell' is empty, and there are no 'contacts'; expected whom, such as tell = [\"office\"], or send = false");
}

// What a table says of its kind is sent, unless it says otherwise.
void read_rule(Section& section, const std::vector<std::string>& contacts, ReportRule& rule)
{
    rule.send = section.get("send") ? section.flag("send") : true;
    read_when(section, rule);
    for (TextAt& plan : section.texts("plans")) rule.plans.push_back(std::move(plan.text));
    read_people(section, contacts, rule);
    section.refuse_unknown_keys();
}

}  // namespace

void read_reports(Section& section, const std::vector<std::string>& contacts, Settings& settings)
{
    ReportRules& reports = settings.office.reports;
    if (section.get("ranking")) reports.ranked = section.flag("ranking");
    for (const ReportKind kind : all_report_kinds) {
        auto of_kind = section.section(to_string(kind));
        if (!of_kind) continue;
        of_kind->rename(fmt::format("[reports.{}]", to_string(kind)));
        settings.report_places[static_cast<std::size_t>(kind)] = Report::place(of_kind->table().source());
        read_rule(*of_kind, contacts, reports.of(kind));
    }
    section.refuse_unknown_keys();
}

}  // namespace planwatch::reading

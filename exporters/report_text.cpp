#include "exporters/report_text.hpp"

#include "exporters/tables.hpp"

#include <fmt/format.h>

namespace planwatch {
namespace {

void add_line(std::string& out, std::string_view line) { out.append(line) += '\n'; }

std::string labelled(const ReportSheet::Fact& fact)
{
    if (fact.label.empty()) return fact.text;
    return fmt::format("{}：{}", fact.label, fact.text);
}

std::string person_text(const Person& person)
{
    std::string text = person.name;
    if (!person.mobile.empty()) text += "  电话 " + person.mobile;
    if (!person.mail.empty()) text += "  " + person.mail;
    return text;
}

void add_item(std::string& out, const ReportSheet::Item& item)
{
    const std::string mark = item.mark.empty() ? std::string{} : item.mark + ' ';
    add_line(out, fmt::format("{}{}{}", mark, item.title, item.aside.empty() ? std::string{} : "  " + item.aside));
    std::string facts;
    for (const ReportSheet::Fact& fact : item.facts) facts += fmt::format("{}{} {}", facts.empty() ? "   " : "｜", fact.label, fact.text);
    if (!facts.empty()) add_line(out, facts);
    for (const ReportSheet::Fact& line : item.lines) add_line(out, "   " + labelled(line));
    for (const Person& person : item.people) add_line(out, "   联系 " + person_text(person));
}

void add_table(std::string& out, const ReportSheet::Table& table)
{
    if (table.rows.empty()) return;
    std::vector<std::string> heading;
    for (const ReportSheet::Column& column : table.columns) heading.push_back(column.heading);
    Table set{std::move(heading)};
    for (const auto& row : table.rows) set.add(row);
    out += set.to_text();
}

void add_section(std::string& out, const ReportSheet::Section& section)
{
    const std::string sign = section.standing ? fmt::format("{} ", standing_sign(*section.standing)) : "";
    add_line(out, fmt::format("\n== {}{}{} ==", sign, section.heading, section.count.empty() ? std::string{} : " · " + section.count));
    for (const std::string& line : section.lead) add_line(out, line);
    for (const ReportSheet::Item& item : section.items) add_item(out, item);
    add_table(out, section.table);
    if (!section.more.empty()) add_line(out, section.more);
}

}  // namespace

// What comes before the first empty line is what a chat is told.
std::string report_text(const ReportSheet& sheet)
{
    std::string out;
    add_line(out, sheet.title);
    add_line(out, sheet.source);
    if (!sheet.greeting.empty()) add_line(out, sheet.greeting);
    add_line(out, sheet.summary);
    std::string tally;
    for (const ReportSheet::Tally& each : sheet.tally)
        tally += fmt::format("{}{} {} {}", tally.empty() ? "" : "　", standing_sign(each.standing), standing_name(each.standing), each.count);
    if (!tally.empty()) add_line(out, '\n' + tally);
    for (const ReportSheet::Section& section : sheet.sections) add_section(out, section);
    if (!sheet.signature.empty()) out += '\n';
    for (const std::string& line : sheet.signature) add_line(out, line);
    out += "\n-- \n";
    for (const std::string& line : sheet.footer) add_line(out, line);
    return out;
}

}  // namespace planwatch

#include "exporters/report_html.hpp"

#include "exporters/utf8.hpp"

#include <ctemplate/template.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace planwatch {

extern const std::string_view embedded_report_page;

namespace {

using Dictionary = ctemplate::TemplateDictionary;

constexpr const char* report_template = "report.tpl";
constexpr std::string_view plain_colour = "#9e9e9e";

ctemplate::TemplateCache& report_cache()
{
    static const auto cache = [] {
        auto made = std::make_unique<ctemplate::TemplateCache>();
        const std::string text = "{{%AUTOESCAPE context=\"HTML\"}}" + std::string{embedded_report_page};
        if (!made->StringToTemplateCache(report_template, text, ctemplate::STRIP_BLANK_LINES)) throw std::logic_error{"the page of reports is no template"};
        made->Freeze();
        return made;
    }();
    return *cache;
}

void put(Dictionary& in, const char* name, std::string_view value) { in.SetValue(name, to_one_line(value)); }

// A section that shows one text; empty: not shown.
void put_text(Dictionary& in, const char* section, std::string_view text)
{
    if (!text.empty()) put(*in.AddSectionDictionary(section), "TEXT", text);
}

std::string_view colour_of(const std::optional<Standing>& standing) { return standing ? standing_colour(*standing) : plain_colour; }

class SheetFiller {
public:
    explicit SheetFiller(const ReportSheet& sheet) : sheet_{sheet} {}

    void fill(Dictionary& top) const
    {
        put(top, "TITLE", sheet_.title);
        put(top, "SOURCE", sheet_.source);
        put_text(top, "GREETING", sheet_.greeting);
        put(top, "SUMMARY", sheet_.summary);
        fill_tally(top);
        for (const ReportSheet::Section& section : sheet_.sections) fill(*top.AddSectionDictionary("SECTION"), section);
        if (!sheet_.signature.empty()) {
            Dictionary& signature = *top.AddSectionDictionary("SIGNATURE");
            for (const std::string& line : sheet_.signature) put_text(signature, "LINE", line);
        }
        for (const std::string& line : sheet_.footer) put_text(top, "FOOTER", line);
    }

private:
    void fill_tally(Dictionary& top) const
    {
        if (sheet_.tally.empty()) return;
        Dictionary& tally = *top.AddSectionDictionary("TALLY");
        for (const ReportSheet::Tally& each : sheet_.tally) {
            Dictionary& one = *tally.AddSectionDictionary("STANDING");
            put(one, "COLOUR", standing_colour(each.count > 0 ? each.standing : Standing::unknown));  // nothing is no alarm
            put(one, "SIGN", standing_sign(each.standing));
            put(one, "NAME", standing_name(each.standing));
            one.SetIntValue("COUNT", static_cast<long>(each.count));
        }
    }

    void fill(Dictionary& in, const ReportSheet::Section& section) const
    {
        put(in, "COLOUR", colour_of(section.standing));
        if (section.standing) put(*in.AddSectionDictionary("SIGNED"), "SIGN", standing_sign(*section.standing));
        put(in, "HEADING", section.heading);
        put_text(in, "COUNTED", section.count);
        for (const std::string& line : section.lead) put_text(in, "LEAD", line);
        put_text(in, "LEAD", section.legend);
        fill_picture(in, "CHART", section.chart);
        for (const ReportSheet::Item& item : section.items) fill(*in.AddSectionDictionary("ITEM"), item);
        fill(in, section.table);
        put_text(in, "MORE", section.more);
    }

    void fill(Dictionary& in, const ReportSheet::Item& item) const
    {
        put(in, "COLOUR", colour_of(item.standing));
        const bool plain = item.aside.empty() && item.facts.empty() && item.lines.empty() && item.people.empty();
        Dictionary& head = *in.AddSectionDictionary(plain ? "PLAIN" : "HEADED");
        if (!item.mark.empty()) put(*head.AddSectionDictionary("MARKED"), "MARK", item.mark);
        put(head, "NAME", item.title);
        put_text(head, "ASIDE", item.aside);
        fill_facts(in, item.facts);
        fill_picture(in, "PICTURE", item.chart);
        for (const ReportSheet::Fact& line : item.lines) {
            Dictionary& one = *in.AddSectionDictionary("LINE");
            if (!line.label.empty()) put(*one.AddSectionDictionary("LABELLED"), "LABEL", line.label);
            put(one, "TEXT", line.text);
        }
        for (const Person& person : item.people) fill(*in.AddSectionDictionary("PERSON"), person);
    }

    // At most four a row, so that what is alike stands below one another.
    static void fill_facts(Dictionary& in, const std::vector<ReportSheet::Fact>& facts)
    {
        if (facts.empty()) return;
        const std::size_t columns = std::min<std::size_t>(facts.size(), 4);
        Dictionary& all = *in.AddSectionDictionary("FACTS");
        Dictionary* row = nullptr;
        for (std::size_t i = 0; i < (facts.size() + columns - 1) / columns * columns; ++i) {
            if (i % columns == 0) row = all.AddSectionDictionary("ROW");
            Dictionary& one = *row->AddSectionDictionary("FACT");
            put(one, "LABEL", i < facts.size() ? facts[i].label : "");
            put(one, "TEXT", i < facts.size() ? facts[i].text : "");
        }
    }

    // A mobile that a telephone can dial; any other text is shown and leads nowhere.
    static void fill(Dictionary& in, const Person& person)
    {
        put(in, "NAME", person.name);
        std::string digits;
        std::ranges::copy_if(person.mobile, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
        if (digits.empty()) {
            in.ShowSection("SILENT");
        } else {
            Dictionary& telephone = *in.AddSectionDictionary("TELEPHONE");
            if (person.mobile.starts_with('+')) telephone.ShowSection("INTERNATIONAL");
            put(telephone, "DIGITS", digits);
            put(telephone, "NUMBER", person.mobile);
        }
        if (!person.mail.empty()) put(*in.AddSectionDictionary("MAIL"), "ADDRESS", person.mail);
    }

    // A section that is not shown in a dictionary is looked for in those around it: those of a part and of its items differ by name.
    void fill_picture(Dictionary& in, const char* name, const std::optional<std::size_t>& chart) const
    {
        if (!chart) return;
        Dictionary& picture = *in.AddSectionDictionary(name);
        put(picture, "ID", chart_id(*chart));
        put(picture, "ALT", sheet_.charts[*chart].alt);
        picture.SetIntValue("WIDTH", chart_width);
    }

    static void fill(Dictionary& in, const ReportSheet::Table& table)
    {
        if (table.rows.empty()) return;
        Dictionary& all = *in.AddSectionDictionary("TABLE");
        const auto cell = [&](Dictionary& row, const char* section, std::size_t column, std::string_view text) {
            Dictionary& outer = *row.AddSectionDictionary(section);
            put(*outer.AddSectionDictionary(table.columns[column].number ? "NUMBER" : "NAME"), "TEXT", text);
        };
        for (std::size_t i = 0; i < table.columns.size(); ++i) cell(all, "HEAD", i, table.columns[i].heading);
        for (const std::vector<std::string>& cells : table.rows) {
            Dictionary& row = *all.AddSectionDictionary("ROW");
            for (std::size_t i = 0; i < cells.size(); ++i) cell(row, "CELL", i, cells[i]);
        }
    }

    const ReportSheet& sheet_;
};

}  // namespace

std::string chart_id(std::size_t chart) { return fmt::format("chart-{}", chart + 1); }

std::string report_html(const ReportSheet& sheet)
{
    Dictionary top{report_template};
    SheetFiller{sheet}.fill(top);
    std::string html;
    if (!report_cache().ExpandNoLoad(report_template, ctemplate::STRIP_BLANK_LINES, &top, nullptr, &html)) throw std::logic_error{"the page of reports cannot be filled in"};
    return html;
}

}  // namespace planwatch

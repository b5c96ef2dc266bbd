#include "exporters/link_page.hpp"

#include "exporters/link_words.hpp"
#include "exporters/secrets.hpp"
#include "exporters/utf8.hpp"

#include <ctemplate/template.h>
#include <fmt/format.h>
#include <glib.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace planwatch {

extern const std::string_view embedded_acknowledge_page;

namespace {

constexpr const char* page_name = "acknowledge.tpl";

ctemplate::TemplateCache& page_cache()
{
    static const auto cache = [] {
        auto made = std::make_unique<ctemplate::TemplateCache>();
        const std::string text = "{{%AUTOESCAPE context=\"HTML\"}}" + std::string{embedded_acknowledge_page};
        if (!made->StringToTemplateCache(page_name, text, ctemplate::DO_NOT_STRIP)) throw std::logic_error{"the page of links is no template"};
        made->Freeze();
        return made;
    }();
    return *cache;
}

void set(ctemplate::TemplateDictionary& in, const char* name, std::string_view value) { in.SetValue(name, to_one_line(value)); }

void add_text(ctemplate::TemplateDictionary& top, const char* section, std::string_view text)
{
    if (!text.empty()) set(*top.AddSectionDictionary(section), "TEXT", text);
}

void add_lines(ctemplate::TemplateDictionary& top, const char* section, const std::vector<LinkPage::Line>& lines, std::string_view heading = {})
{
    if (lines.empty()) return;
    ctemplate::TemplateDictionary& all = *top.AddSectionDictionary(section);
    if (!heading.empty()) set(all, "EVIDENCE_HEADING", heading);
    for (const LinkPage::Line& line : lines) {
        ctemplate::TemplateDictionary& one = *all.AddSectionDictionary("LINE");
        set(one, "LABEL", line.label);
        set(one, "TEXT", line.text);
    }
}

const char* section_of(Severity severity)
{
    switch (severity) {
        case Severity::critical: return "CRITICAL";
        case Severity::warning: return "WARNING";
        case Severity::info: break;
    }
    return "INFO";
}

void add_form(ctemplate::TemplateDictionary& top, const std::vector<LinkPage::Choice>& choices, const LinkWords& words)
{
    if (choices.empty()) return;
    ctemplate::TemplateDictionary& form = *top.AddSectionDictionary("FORM");
    set(form, "REST_QUESTION", words.rest_question);
    set(form, "COMMENT_LABEL", words.comment_label);
    set(form, "COMMENT_EXAMPLE", words.comment_example);
    set(form, "BUTTON", words.button);
    set(form, "CAUTION", words.caution);
    const char* section = "FIRST";
    for (const LinkPage::Choice& choice : choices) {
        ctemplate::TemplateDictionary& one = *form.AddSectionDictionary(section);
        set(one, "VALUE", choice.value);
        set(one, "TEXT", choice.text);
        set(one, "UNTIL", choice.until);
        section = "CHOICE";
    }
}

std::string style_hash()
{
    const std::string_view page = embedded_acknowledge_page;
    const std::size_t begin = page.find("<style>") + 7;
    const std::string_view style = page.substr(begin, page.find("</style>") - begin);
    std::array<unsigned char, 32> digest{};
    gsize size = digest.size();
    GChecksum* const checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(checksum, reinterpret_cast<const unsigned char*>(style.data()), static_cast<gssize>(style.size()));
    g_checksum_get_digest(checksum, digest.data(), &size);
    g_checksum_free(checksum);
    return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace

std::string to_html(const LinkPage& page)
{
    ctemplate::TemplateDictionary top{page_name};
    set(top, "LANGUAGE", language_tag(page.language));
    set(top, "TITLE", page.title);
    add_text(top, "FROM", page.from);
    if (page.severity) add_text(top, section_of(*page.severity), page.tag);
    set(top, "HEADING", page.heading);
    for (const std::string& paragraph : page.paragraphs) add_text(top, "PARAGRAPH", paragraph);
    add_lines(top, "LINES", page.lines);
    add_lines(top, "EVIDENCE", page.evidence, wording(page.language).evidence());
    add_text(top, "NOTE", page.note);
    add_text(top, "PROBLEM", page.problem);
    add_form(top, page.choices, link_words(page.language));
    std::string html;
    if (!page_cache().ExpandWithData(page_name, ctemplate::DO_NOT_STRIP, &top, nullptr, &html)) throw std::logic_error{"the page of links cannot be filled in"};
    return html;
}

std::string_view link_page_policy()
{
    static const std::string policy =
        fmt::format("default-src 'none'; style-src 'sha256-{}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", style_hash());
    return policy;
}

}  // namespace planwatch

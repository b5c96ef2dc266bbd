#include "exporters/message_templates.hpp"

#include "config/message_template.hpp"
#include "exporters/message_example.hpp"
#include "exporters/utf8.hpp"

#include <ctemplate/template.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace planwatch {

extern const std::string_view embedded_subject_template, embedded_text_template, embedded_html_template, embedded_chat_template;

namespace {

constexpr std::array forms{MessageForm::subject, MessageForm::text, MessageForm::html, MessageForm::chat};

// What a template may name. `fill` below gives each of them its value.
const TemplateScope& known_names()
{
    static const std::vector<std::string> line{"LABEL", "TEXT"};
    static const TemplateScope top{"",
                                   {"SUBJECT", "LANGUAGE", "SUMMARY", "EVIDENCE"},
                                   {{"PART",
                                     {"HEADING", "COUNT"},
                                     {{"ITEM",
                                       {"NUMBER", "TAG", "HEADLINE", "COLOUR"},
                                       {{"TO_DO", line, {}}, {"REASON", line, {}}, {"LINKS", {}, {{"LINK", {"LABEL", "URL"}, {}}}}}}}},
                                    {"FOOTER", line, {}}}};
    return top;
}

const std::vector<std::string>& anywhere()
{
    static const std::vector<std::string> names{"SINGLE", "DIGEST"};
    return names;
}

// Legible as a ground for white letters, and as a line on white or black.
std::string_view colour_of(const MessageText::Item& item)
{
    if (item.resolved) return "#2e7d32";
    switch (item.severity) {
        case Severity::critical: return "#c62828";
        case Severity::warning: return "#d84315";
        case Severity::info: break;
    }
    return "#1565c0";
}

// The robots' markdown knows no escapes; what it acts upon is written full-width, which reads the same.
std::string without_markdown(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '<': out += "＜"; break;
            case '>': out += "＞"; break;
            case '[': out += "［"; break;
            case ']': out += "］"; break;
            case '*': out += "＊"; break;
            case '`': out += "｀"; break;
            case '#': out += "＃"; break;
            case '~': out += "～"; break;
            default: out += c;
        }
    }
    return out;
}

class Filler {
public:
    Filler(const MessageText& text, MessageForm form) : text_{text}, markdown_{form == MessageForm::chat} {}

    void fill(ctemplate::TemplateDictionary& top, Language language) const
    {
        set(top, "SUBJECT", text_.subject);
        set(top, "LANGUAGE", language_tag(language));
        set(top, "SUMMARY", text_.summary);
        set(top, "EVIDENCE", text_.evidence_heading);
        top.ShowSection(number_shown());
        std::size_t number = 0;
        for (const MessageText::Part& part : text_.parts) {
            ctemplate::TemplateDictionary& inside = within(top, "PART");
            set(inside, "HEADING", part.heading);
            set(inside, "COUNT", std::to_string(part.items.size()));
            for (const MessageText::Item& item : part.items) fill(within(inside, "ITEM"), item, ++number);
        }
        fill(top, "FOOTER", text_.footer);
    }

private:
    const char* number_shown() const { return text_.items() == 1 ? "SINGLE" : "DIGEST"; }

    // A section once more. The library looks for sections in the innermost dictionary alone, so those that may stand anywhere are
    // shown in each.
    ctemplate::TemplateDictionary& within(ctemplate::TemplateDictionary& outer, const char* section) const
    {
        ctemplate::TemplateDictionary& inner = *outer.AddSectionDictionary(section);
        inner.ShowSection(number_shown());
        return inner;
    }

    void set(ctemplate::TemplateDictionary& in, const char* name, std::string_view value) const
    {
        const std::string line = to_one_line(value);
        in.SetValue(name, markdown_ ? without_markdown(line) : line);
    }

    void fill(ctemplate::TemplateDictionary& in, const MessageText::Item& item, std::size_t number) const
    {
        set(in, "NUMBER", std::to_string(number));
        set(in, "TAG", item.tag);
        set(in, "HEADLINE", item.headline);
        in.SetValue("COLOUR", std::string{colour_of(item)});
        fill(in, "TO_DO", item.to_do);
        fill(in, "REASON", item.evidence);
        if (item.links.empty()) return;
        ctemplate::TemplateDictionary& links = within(in, "LINKS");
        for (const MessageText::Link& link : item.links) {
            ctemplate::TemplateDictionary& one = within(links, "LINK");
            set(one, "LABEL", link.label);
            one.SetValue("URL", to_one_line(link.url));  // our own, and no markdown
        }
    }

    void fill(ctemplate::TemplateDictionary& in, const char* section, const std::vector<MessageText::Line>& lines) const
    {
        for (const MessageText::Line& line : lines) {
            ctemplate::TemplateDictionary& one = within(in, section);
            set(one, "LABEL", line.label);
            set(one, "TEXT", line.text);
        }
    }

    const MessageText& text_;
    bool markdown_;
};

// The library tells its reasons to std::cerr alone.
class Overheard {
public:
    Overheard() : before_{std::cerr.rdbuf(said_.rdbuf())} {}
    ~Overheard() { std::cerr.rdbuf(before_); }
    Overheard(const Overheard&) = delete;
    Overheard& operator=(const Overheard&) = delete;

    // Its first line, without the library's heading.
    std::string reason() const
    {
        std::string text = said_.str();
        if (const auto heading = text.rfind("ERROR: "); heading != std::string::npos) text.erase(0, heading + 7);
        text.erase(std::min(text.find('\n'), text.size()));
        return text;
    }

private:
    std::ostringstream said_;
    std::streambuf* before_;
};

// Escaping follows the HTML around each value; plain text and markdown have their values made safe before.
std::string_view mode_of(MessageForm form) { return form == MessageForm::html ? "{{%AUTOESCAPE context=\"HTML\"}}" : ""; }

bool put(ctemplate::TemplateCache& cache, MessageForm form, std::string_view text)
{
    const std::string whole = std::string{mode_of(form)}.append(text);
    return cache.StringToTemplateCache(std::string{template_name(form)}, whole, ctemplate::DO_NOT_STRIP);
}

// What the library refuses, with the line up to which it would have agreed.
std::optional<Problem> refused(ctemplate::TemplateCache& cache, MessageForm form, const SourceFile& file, const MessageTemplate& checked)
{
    const Overheard overheard;
    if (put(cache, form, checked.text)) return std::nullopt;
    const std::string reason = overheard.reason();
    std::size_t line = 1;
    for (const MessageTemplate::Cut& cut : checked.cuts) {
        ctemplate::TemplateCache scratch;
        line = cut.line;
        if (!put(scratch, form, checked.text.substr(0, cut.end) + cut.closing)) break;
    }
    return Problem{fmt::format("{}:{}", file.name, line), reason};
}

SourceFile embedded(MessageForm form)
{
    const std::array texts{embedded_subject_template, embedded_text_template, embedded_html_template, embedded_chat_template};
    return {std::string{template_name(form)}, std::string{texts[static_cast<std::size_t>(form)]}};
}

}  // namespace

std::string_view template_name(MessageForm form)
{
    return std::array{"subject.tpl", "text.tpl", "html.tpl", "chat.tpl"}[static_cast<std::size_t>(form)];
}

class MessageTemplates::Library {
public:
    ctemplate::TemplateCache cache;
};

MessageTemplates::MessageTemplates(std::unique_ptr<Library> library) : library_{std::move(library)} {}
MessageTemplates::~MessageTemplates() = default;

Result<std::shared_ptr<const MessageTemplates>> MessageTemplates::make(const std::vector<SourceFile>& files)
{
    auto library = std::make_unique<Library>();
    Problems problems;
    for (const MessageForm form : forms) {
        const SourceFile& file = files[static_cast<std::size_t>(form)];
        const Result<MessageTemplate> checked = check_template(file, known_names(), anywhere());
        if (!checked)
            problems.insert(problems.end(), checked.error().begin(), checked.error().end());
        else if (auto problem = refused(library->cache, form, file, *checked))
            problems.push_back(std::move(*problem));
    }
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    library->cache.Freeze();
    std::shared_ptr<const MessageTemplates> made{new MessageTemplates{std::move(library)}};

    // A message that does not say what is wrong is none.
    for (const Language language : {Language::zh, Language::en}) {
        for (const MessageText& example : example_messages(language)) {
            for (const MessageForm form : forms) {
                const SourceFile& file = files[static_cast<std::size_t>(form)];
                const std::string shown = made->render(form, example, language);
                const std::string& must = form == MessageForm::subject ? example.subject : example.gravest().headline;
                if (problems.empty() && shown.find(must) == std::string::npos)
                    problems.push_back({file.name, fmt::format("an example message comes out without its {}: '{}'; expected {{{{{}}}}} where every message shows it",
                                                               form == MessageForm::subject ? "subject" : "headline", must,
                                                               form == MessageForm::subject ? "SUBJECT" : "HEADLINE")});
            }
        }
    }
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return made;
}

std::shared_ptr<const MessageTemplates> MessageTemplates::built_in()
{
    static const std::shared_ptr<const MessageTemplates> templates = [] {
        std::vector<SourceFile> files;
        for (const MessageForm form : forms) files.push_back(embedded(form));
        auto made = make(files);
        if (!made) throw std::logic_error{to_text(made.error())};
        return *made;
    }();
    return templates;
}

Result<std::shared_ptr<const MessageTemplates>> MessageTemplates::load(const std::filesystem::path& folder)
{
    if (folder.empty()) return built_in();
    std::vector<SourceFile> files;
    for (const MessageForm form : forms) files.push_back(embedded(form));
    Problems problems;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        const std::string name = entry.path().filename().string();
        if (entry.path().extension() != ".tpl") continue;
        const auto form = std::ranges::find(forms, name, template_name);
        if (form == forms.end())
            problems.push_back({entry.path().string(), "no template has this name; known: subject.tpl, text.tpl, html.tpl, chat.tpl"});
        else
            files[static_cast<std::size_t>(*form)] = read_file(entry.path());
    }
    auto made = make(files);
    if (!made) problems.insert(problems.end(), made.error().begin(), made.error().end());
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return made;
}

std::string MessageTemplates::render(MessageForm form, const MessageText& text, Language language) const
{
    ctemplate::TemplateDictionary dictionary{"message"};
    Filler{text, form}.fill(dictionary, language);
    std::string out;
    const std::string name{template_name(form)};
    if (!library_->cache.ExpandNoLoad(name, ctemplate::DO_NOT_STRIP, &dictionary, nullptr, &out))
        throw std::logic_error{fmt::format("template {} was checked, and cannot be filled in", name)};
    return form == MessageForm::subject ? to_one_line(std::string_view{out}.substr(0, out.find_last_not_of("\r\n") + 1)) : out;
}

}  // namespace planwatch

#include "config/message_template.hpp"

#include "config/text.hpp"
#include "rules/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace planwatch {
namespace {

bool is_template_name(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

class TemplateReader {
public:
    TemplateReader(const SourceFile& file, const TemplateScope& top, const std::vector<std::string>& anywhere) : file_{file}, anywhere_{anywhere}
    {
        open_.push_back({&top, {}, 1, 1});
    }

    Result<MessageTemplate> read()
    {
        if (const auto bad = find_invalid_utf8(file_.text)) {
            advance(*bad);
            problem(line_, column_, "a byte that is no UTF-8");
            return tl::unexpected{std::move(problems_)};
        }
        while (at_ < file_.text.size()) {
            if (rest().starts_with("{{"))
                marker();
            else
                plain();
        }
        end_line(false);
        for (std::size_t i = 1; i < open_.size(); ++i)
            problem(open_[i].line, open_[i].column, fmt::format("the section {} is not closed; expected {{{{/{}}}}}", open_[i].name, open_[i].name));
        if (!problems_.empty()) return tl::unexpected{std::move(problems_)};
        return std::move(made_);
    }

private:
    struct Open {
        const TemplateScope* scope;
        std::string name;
        std::size_t line, column;
    };

    std::string_view rest() const { return std::string_view{file_.text}.substr(at_); }

    void advance(std::size_t count)
    {
        for (const char c : rest().substr(0, count)) {
            const bool continues = (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
            if (c == '\n') {
                ++line_;
                column_ = 1;
            } else if (!continues) {
                ++column_;
            }
        }
        at_ += std::min(count, rest().size());
    }

    void problem(std::size_t line, std::size_t column, std::string message)
    {
        problems_.push_back({fmt::format("{}:{}:{}", file_.name, line, column), std::move(message)});
    }

    void plain()
    {
        const char c = file_.text[at_];
        if (c == '\n') {
            end_line(true);
        } else {
            if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r') problem(line_, column_, "a control character");
            current_ += c;
            visible_ = visible_ || !is_blank(c);
        }
        advance(1);
    }

    // A line of section markers and comments alone is left out, its markers aside.
    void end_line(bool broken)
    {
        if (removable_ && !visible_)
            std::erase_if(current_, is_blank);
        else if (broken)
            current_ += '\n';
        made_.text += current_;
        std::string closing;
        for (std::size_t i = open_.size(); i > 1; --i) closing += fmt::format("{{{{/{}}}}}", open_[i - 1].name);
        made_.cuts.push_back({made_.text.size(), line_, std::move(closing)});
        current_.clear();
        visible_ = removable_ = false;
    }

    void marker()
    {
        const std::size_t line = line_;
        const std::size_t column = column_;
        const std::size_t end = rest().find("}}");
        if (end == std::string_view::npos) {
            problem(line, column, "'{{' is not closed; expected '}}'");
            visible_ = true;
            advance(rest().size());
            return;
        }
        const std::string_view inside = rest().substr(2, end - 2);
        const char first = inside.empty() ? '\0' : inside.front();
        if (first == '!') {
            removable_ = true;
        } else if (first == '#' || first == '/') {
            removable_ = true;
            const std::string_view name = inside.substr(1);
            if (!is_template_name(name))
                problem(line, column, fmt::format("'{}' is no name of a section; expected capital letters, digits and _", name));
            else if (first == '#')
                begin_section(std::string{name}, line, column);
            else
                end_section(std::string{name}, line, column);
        } else {
            visible_ = true;
            value(inside, line, column);
        }
        advance(end + 2);
    }

    void begin_section(std::string name, std::size_t line, std::size_t column)
    {
        const TemplateScope& here = *open_.back().scope;
        const auto found = std::ranges::find(here.sections, name, &TemplateScope::name);
        const bool everywhere = std::ranges::find(anywhere_, name) != anywhere_.end();
        if (found == here.sections.end() && !everywhere) {
            std::vector<std::string> known = anywhere_;
            for (const TemplateScope& section : here.sections) known.push_back(section.name);
            problem(line, column, fmt::format("no section {} may stand here{}", name, suggestion(name, known)));
        }
        current_ += fmt::format("{{{{#{}}}}}", name);
        open_.push_back({found == here.sections.end() ? &here : &*found, std::move(name), line, column});
    }

    void end_section(const std::string& name, std::size_t line, std::size_t column)
    {
        if (open_.size() == 1) {
            problem(line, column, fmt::format("{{{{/{}}}}} closes a section that is not open", name));
            return;
        }
        if (open_.back().name != name)
            problem(line, column, fmt::format("{{{{/{}}}}} stands where {{{{/{}}}}} is expected, for the section opened in line {}", name, open_.back().name, open_.back().line));
        current_ += fmt::format("{{{{/{}}}}}", open_.back().name);
        open_.pop_back();
    }

    void value(std::string_view name, std::size_t line, std::size_t column)
    {
        if (const auto colon = name.find(':'); colon != std::string_view::npos && is_template_name(name.substr(0, colon))) {
            problem(line, column, fmt::format("'{}' has a modifier; expected {{{{{}}}}} alone, for every value is escaped for its place", name, name.substr(0, colon)));
            return;
        }
        if (!is_template_name(name)) {
            problem(line, column, fmt::format("'{}' is no name; expected capital letters, digits and _", name));
            return;
        }
        std::vector<std::string> known;
        for (const Open& each : open_) known.insert(known.end(), each.scope->values.begin(), each.scope->values.end());
        if (std::ranges::find(known, name) == known.end())
            problem(line, column, fmt::format("no value {} is known here{}", name, suggestion(name, known)));
        current_ += fmt::format("{{{{{}}}}}", name);
    }

    const SourceFile& file_;
    const std::vector<std::string>& anywhere_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t column_ = 1;
    std::vector<Open> open_;
    std::string current_;     // of the line under way
    bool visible_ = false;    // it has text or a value
    bool removable_ = false;  // it has a section marker or a comment
    MessageTemplate made_;
    Problems problems_;
};

}  // namespace

Result<MessageTemplate> check_template(const SourceFile& file, const TemplateScope& top, const std::vector<std::string>& anywhere)
{
    return TemplateReader{file, top, anywhere}.read();
}

}  // namespace planwatch

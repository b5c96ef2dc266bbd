// One statement of a rule script, read word by word. For config/rule_script*.cpp only.
#pragma once

#include "config/rule_script.hpp"
#include "config/text.hpp"
#include "rules/nearest.hpp"

#include <fmt/format.h>
#include <initializer_list>

namespace planwatch {

// A statement while it is read. Its first problem silences the rest of the line, so that the functions
// below read straight on: what they take after a problem is empty.
class ScriptLine {
public:
    ScriptLine(std::size_t number, std::string_view text, std::vector<ScriptFault>& faults) : number_{number}, faults_{&faults}
    {
        split(text);
    }

    bool blank() const { return tokens_.empty() && !failed_; }
    bool failed() const { return failed_; }
    bool done() const { return failed_ || next_ == tokens_.size(); }
    std::size_t left() const { return failed_ ? 0 : tokens_.size() - next_; }
    bool quoted_next() const { return !done() && tokens_[next_].quoted; }
    bool next_is(std::string_view text) const { return !done() && !tokens_[next_].quoted && tokens_[next_].text == text; }

    bool take(std::string_view text)
    {
        const bool there = next_is(text);
        if (there) ++next_;
        return there;
    }

    void expect(std::string_view text)
    {
        if (!take(text)) fail(fmt::format("'{}' was expected{}", text, found()));
    }

    ScriptName name(std::string_view what)
    {
        if (done()) {
            fail(fmt::format("{} was expected here", what));
            return {};
        }
        const Token& token = tokens_[next_++];
        return {token.text, token.column};
    }

    // `*` stands for any.
    ScriptName name_or_any(std::string_view what)
    {
        ScriptName found = name(what);
        if (found.text == "*") found.text.clear();
        return found;
    }

    std::string text(std::string_view what) { return name(what).text; }

    // The next word as the one of `values` that `spell` gives it for.
    template <class Value, class Spell>
    Value one_of(std::string_view what, std::initializer_list<Value> values, Spell spell)
    {
        const ScriptName word = name(fmt::format("{} ({})", what, joined(values, spell)));
        for (const Value& value : values)
            if (word.text == spell(value)) return value;
        std::vector<std::string> known;
        for (const Value& value : values) known.emplace_back(spell(value));
        fail_at(word.column, fmt::format("'{}' is no {}{}", word.text, what, suggestion(word.text, known)));
        return *values.begin();
    }

    // What `parse` makes of the next word.
    template <class Parse>
    auto parsed(std::string_view what, Parse parse)
    {
        const ScriptName word = name(what);
        auto value = parse(word.text);
        if (!value) fail_at(word.column, fmt::format("'{}' is no {}", word.text, what));
        return value ? *value : typename decltype(value)::value_type{};
    }

    void end()
    {
        if (!done()) fail(fmt::format("the statement should end here{}", found()));
    }

    // At the next word, or behind the last one.
    void fail(std::string message) { fail_at(next_ < tokens_.size() ? tokens_[next_].column : end_, std::move(message)); }

    void fail_at(std::size_t column, std::string message)
    {
        if (!failed_) faults_->push_back({number_, column, std::move(message)});
        failed_ = true;
    }

private:
    struct Token {
        std::string text;
        std::size_t column = 0;
        bool quoted = false;
    };

    template <class Value, class Spell>
    static std::string joined(std::initializer_list<Value> values, Spell spell)
    {
        std::string text;
        for (const Value& value : values) text += (text.empty() ? "" : ", ") + std::string{spell(value)};
        return text;
    }

    std::string found() const { return next_ < tokens_.size() ? fmt::format(", not '{}'", tokens_[next_].text) : std::string{}; }

    void split(std::string_view text);

    std::size_t number_;
    std::vector<ScriptFault>* faults_;
    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    std::size_t end_ = 1;  // the column behind the last word
    bool failed_ = false;
};

}  // namespace planwatch

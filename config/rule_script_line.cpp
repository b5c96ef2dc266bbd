#include "config/rule_script_line.hpp"

#include <algorithm>

namespace planwatch {
namespace {

std::size_t token_size(std::string_view text)
{
    for (const std::string_view sign : {">=", "<=", "=", "~", ",", ">", "<"})
        if (text.starts_with(sign)) return sign.size();
    return std::min(text.find_first_of(" \t\",=~<>#"), text.size());
}

}  // namespace

void ScriptLine::split(std::string_view text)
{
    std::size_t at = 0;
    const auto column = [&](std::size_t byte) { return length(text.substr(0, byte)) + 1; };
    while (at < text.size() && text[at] != '#') {
        const std::size_t begin = at;
        if (text[at] == ' ' || text[at] == '\t') {
            ++at;
        } else if (text[at] == '"') {
            const std::size_t close = text.find('"', at + 1);
            if (close == std::string_view::npos) return fail_at(column(at), "this quote is never closed");
            tokens_.push_back({std::string{text.substr(at + 1, close - at - 1)}, column(begin), true});
            at = close + 1;
        } else {
            at += token_size(text.substr(at));
            tokens_.push_back({std::string{text.substr(begin, at - begin)}, column(begin), false});
        }
    }
    end_ = tokens_.empty() ? 1 : tokens_.back().column + length(tokens_.back().text) + (tokens_.back().quoted ? 2 : 0);
}

}  // namespace planwatch

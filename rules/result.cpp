#include "rules/result.hpp"

namespace planwatch {

void append_pointer(std::string& out, std::string_view key)
{
    out += '/';
    for (const char c : key) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
}

std::string to_text(const Problems& problems)
{
    std::string text;
    for (const Problem& problem : problems) {
        if (!text.empty()) text += '\n';
        text += problem.path.empty() ? problem.message : problem.path + ": " + problem.message;
    }
    return text;
}

}  // namespace planwatch

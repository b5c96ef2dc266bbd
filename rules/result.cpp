#include "rules/result.hpp"

namespace planwatch {

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

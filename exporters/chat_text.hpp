// A message as a chat shows it, before any robot's own form.
#pragma once

#include "rules/ladder.hpp"

#include <string>
#include <vector>

namespace planwatch {

struct ChatText {
    Severity severity = Severity::info;  // of its gravest notice
    bool resolved = false;               // all of it is over
    std::string title;                   // the subject: plain text, one line
    std::vector<std::string> rows;       // markdown, each without a line break
};

}  // namespace planwatch

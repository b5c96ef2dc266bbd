// What a notice says, apart from how it is set: the same words for plain text and HTML, and for other channels to come.
#pragma once

#include "rules/engine.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

struct NoticeText {
    struct Line {
        std::string label;
        std::string text;
    };
    std::string subject;         // 【逾期】区农业农村委 2023-Q3 工作进展情况
    std::string headline;        // what is wrong, one sentence
    std::vector<Line> to_do;     // what to do, by when, where
    std::vector<Line> evidence;  // the arithmetic, clause, responsible units, plan
};

// `url`: where figures are handed in; empty: not said.
NoticeText notice_text(const Notice& notice, const Policy& policy, std::string_view url);

}  // namespace planwatch

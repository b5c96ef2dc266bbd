// The page that a link in a message opens, in a phone's browser: HTML that is whole in itself, without scripts, every value escaped.
#pragma once

#include "exporters/wording.hpp"
#include "rules/ladder.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

struct LinkPage {
    struct Line {
        std::string label;
        std::string text;
    };
    struct Choice {
        std::string value;  // that the form sends
        std::string text;   // 暂停3天
        std::string until;  // 至11月5日（周日）09:00
    };

    Language language = Language::zh;    // of its own words; the rest is given in it
    std::string title = {};
    std::string from = {};               // who asks whom; empty: not said
    std::optional<Severity> severity = {};  // of `tag`
    std::string tag = {};                // 逾期2个工作日
    std::string heading = {};
    std::vector<std::string> paragraphs = {};
    std::vector<Line> lines = {};         // what to do, by when
    std::vector<Line> evidence = {};      // folded up, below the form
    std::string note = {};               // empty: none
    std::string problem = {};            // what was wrong with what was sent; empty: nothing
    std::vector<Choice> choices = {};    // the form's, the first one chosen; empty: no form
};

std::string to_html(const LinkPage& page);

// The Content-Security-Policy under which the page works: its own style sheet, by hash, and its form, sent back to where it came from.
std::string_view link_page_policy();

}  // namespace planwatch

// Every word of the page that a link in a message opens, in one place for both languages. What the alert says comes from Wording.
#pragma once

#include "exporters/wording.hpp"

#include <string>
#include <string_view>

namespace planwatch {

struct PageWords {
    std::string_view heading, text;
};

// Moments and names are given as they are to be shown.
struct LinkWords {
    Language language;
    // The form.
    std::string_view rest_question, next_opening, three_days, seven_days, comment_label, comment_example, button, caution;
    // What was wrong with it, and that it changed nothing.
    std::string_view choose_rest, too_long, unreadable, comment_too_long, comment_not_plain, not_recorded;
    // Pages that have no form.
    PageWords used, over, forged, at_rest, expired, failed, done;

    std::string asks_whom(std::string_view office, std::string_view plan, std::string_view person) const;  // `office` may be empty
    std::string until(std::string_view moment) const;
    std::string acknowledged(std::string_view by, std::string_view until) const;  // and may be once more
    std::string was_used(std::string_view by, std::string_view at, std::string_view until) const;
    std::string has_expired(std::string_view at) const;
    std::string by_whom(std::string_view by) const;
    std::string rests(std::string_view until) const;
};

const LinkWords& link_words(Language language);

}  // namespace planwatch

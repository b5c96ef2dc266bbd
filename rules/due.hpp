// When a slot falls due. The text form is the one of the plan file:
//
//     anchor [± N d | ± N wd] [HH:MM] [roll forward | roll back]
//     anchor: period_start | period_end | issued | MM-DD | day N | next day N
//
// `day N` lies in the month in which the period ends, `next day N` in the month after; N past the
// month's length is its last day. `d` counts calendar days, `wd` working days. Without a time of day
// the named day still counts ("N日前" includes that day): the due moment is the midnight that ends it.
#pragma once

#include "rules/calendar.hpp"
#include "rules/period.hpp"

#include <optional>

namespace planwatch {

struct DueRule {
    enum class Anchor : std::uint8_t { period_start, period_end, issued, month_day, day, next_day };
    enum class Roll : std::uint8_t { none, forward, back };

    Anchor anchor = Anchor::period_end;
    std::chrono::month_day month_day{};  // for Anchor::month_day, in the year in which the period ends
    int day = 0;                         // for day and next_day, 1 to 31
    int offset = 0;
    bool working = false;  // the offset counts working days
    std::optional<std::chrono::minutes> time;
    Roll roll = Roll::none;

    static Result<DueRule> parse(std::string_view text);
    std::string to_string() const;
    friend bool operator==(const DueRule&, const DueRule&) = default;
};

struct Due {
    Instant moment;            // handed in before this instant is on time
    Day date;                  // the last day on which handing in is on time, as people are shown it
    bool provisional = false;  // rests on a year whose calendar is not known
    std::string why;           // the arithmetic, for people (Chinese)
};

Due due_of(const DueRule& rule, const Period& period, Day issued, const Calendar& calendar, const Zone& zone);

}  // namespace planwatch

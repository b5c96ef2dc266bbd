// An indicator held against target and pace at an instant. Pure arithmetic; all comparisons exact.
#pragma once

#include "rules/policy.hpp"

#include <optional>
#include <string>

namespace planwatch {

// What was reported, or a sum of it. A count uses the numerator alone (denominator 0); a ratio or an average
// needs both; done is 0 or 1.
struct Figure {
    Decimal numerator;
    Decimal denominator;
    friend bool operator==(const Figure&, const Figure&) = default;
    Figure& operator+=(const Figure& other)
    {
        numerator += other.numerator;
        denominator += other.denominator;
        return *this;
    }
    Figure& operator-=(const Figure& other)
    {
        numerator -= other.numerator;
        denominator -= other.denominator;
        return *this;
    }
};

// doubtful: a share of more than the whole (12 of 10) was reported, of which nothing can be said until it is corrected.
enum class Status : std::uint8_t { no_data, on_track, behind, reached, missed, held, not_held, doubtful };
std::string_view to_string(Status);
std::string_view status_name(Status);  // 无数据, 达序时, 落后, 已达标, 未达标, 保持, 未保持, 存疑

struct Assessment {
    Status status = Status::no_data;
    bool known = false;          // anything was reported, and it makes a value (no denominator of zero)
    bool idle = false;           // 0/0 was reported: nothing came up (no failed sample to dispose of), so nothing was missed
    Figure figure;               // the sums behind the value
    Decimal base;                // what the numerator is divided by: denominator, people / 1000, units; 1 for a count
    double value = 0;            // in the target's unit
    std::optional<double> expected;  // by `through`, in the target's unit; with pace only
    Day through{};               // the day up to which pace is judged
    int days_gone = 0;           // of the way to the target, and its length
    int days_total = 0;
    double missing = 0;          // to the target, in what is counted (batches, kitchens); 0 when reached
    std::optional<double> weekly_rate;  // what is missing, per week left until `by`; none after it
    bool meets_target = false;
    bool meets_pace = true;      // within the tolerance
};

// `figure`: the total as of now (for a hold target: of the latest period); `reporters`: how many units it should cover
// (base of a done measure). `through`: the day up to which figures were due or came in. `now` decides target_missed.
Assessment assess(const Policy& policy, const Indicator& indicator, const std::optional<Figure>& figure, std::size_t reporters,
                  Day through, Instant now);

// Share of the target that is reached: value / target; for `at_most` 1 while it is kept, else target / value. Empty where
// nothing is known or what is is doubtful, there is no target, or the target is zero.
std::optional<double> attainment(const Indicator& indicator, const Assessment& assessment);

// The arithmetic in one line for people (Chinese): value, target, expected, time gone, missing, weekly rate.
std::string explain(const Indicator& indicator, const Assessment& assessment);

std::string with_unit(std::string number, std::string_view unit);  // 5225 批次, 91%
std::string_view unit_of(const Indicator& indicator);              // of its target; empty without one

// The value as people read it, without its unit: at most one decimal, more where one would put it on the wrong side of its target.
std::string value_text(const Indicator& indicator, const Assessment& assessment);

// The value alone, for people: "2850 批次", "94.7%"; of what is not known 无数据. Rounded, but never over to its target's other side.
std::string shown_value(const Indicator& indicator, const Assessment& assessment);

// Moments at which the indicator's target falls due: the end of `by` in the plan's zone. None for hold or no target.
std::optional<Instant> target_moment(const Policy& policy, const Indicator& indicator);

}  // namespace planwatch

// A reporting period (报告期) and its one spelling: 2023-09-14, 2023-W36, 2023-09, 2023-Q3, 2023-H2, 2023.
// Weeks are ISO 8601 weeks (Monday first, week 1 holds the year's first Thursday).
#pragma once

#include "rules/time.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace planwatch {

class Period {
public:
    enum class Kind : std::uint8_t { day, week, month, quarter, half_year, year };

    constexpr Period() = default;
    static std::optional<Period> parse(std::string_view text);  // years 1970 to 9999
    static Period containing(Kind kind, Day day);  // day: from 1970-01-01 on
    // The storage form: `code` and back; orders by kind, then time.
    static constexpr Period from_code(std::int32_t code)
    {
        Period p;
        p.kind_ = static_cast<Kind>(code >> 24);
        p.index_ = code & 0xff'ffff;
        return p;
    }
    constexpr std::int32_t code() const { return (static_cast<std::int32_t>(kind_) << 24) | index_; }

    constexpr Kind kind() const { return kind_; }
    Day first() const;
    Day last() const;
    int year() const;  // of a week: its ISO year
    Period next() const;
    Period previous() const;  // not of the first of its kind
    bool contains(Day day) const { return first() <= day && day <= last(); }
    bool overlaps(const Period& other) const { return first() <= other.last() && other.first() <= last(); }
    std::string to_string() const;

    friend constexpr auto operator<=>(const Period&, const Period&) = default;

private:
    Kind kind_ = Kind::year;
    std::int32_t index_ = 0;  // days, weeks, months, … since the one that holds 1970-01-01
};

std::string not_a_period(std::string_view text);  // what to say of a text that Period::parse refuses

// Every period of `kind` that has its last day in [from, to].
std::vector<Period> periods_between(Period::Kind kind, Day from, Day to);

}  // namespace planwatch

#include "rules/period.hpp"

#include "rules/scan.hpp"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>

namespace planwatch {

namespace {

using namespace std::chrono;
using Kind = Period::Kind;

constexpr int epoch_year = 1970;

Period make(Kind kind, std::int64_t index)
{
    return Period::from_code((static_cast<std::int32_t>(kind) << 24) | static_cast<std::int32_t>(index));
}

std::int64_t index_of(const Period& period) { return period.code() & 0xff'ffff; }

// How many months a kind spans; 0 for days and weeks.
constexpr int months_in(Kind kind)
{
    switch (kind) {
        case Kind::month: return 1;
        case Kind::quarter: return 3;
        case Kind::half_year: return 6;
        case Kind::year: return 12;
        case Kind::day:
        case Kind::week: break;
    }
    return 0;
}

// The first day of the month that comes `count` months after January 1970.
Day month_start(std::int64_t count)
{
    return Day{year_month{year{epoch_year}, January} / 1 + std::chrono::months{count}};
}

Day start_of_index(Kind kind, std::int64_t index)
{
    switch (kind) {
        case Kind::day: return Day{days{index}};
        case Kind::week: return Day{days{index * 7 - 3}};  // 1970-01-01 was a Thursday
        default: return month_start(index * months_in(kind));
    }
}

int year_of(Day day) { return static_cast<int>(year_month_day{day}.year()); }

Day thursday_of(const Period& week) { return week.first() + days{3}; }

int week_number(const Period& week)
{
    const Day new_year{year{week.year()} / January / 1};
    return static_cast<int>((thursday_of(week) - new_year).count() / 7) + 1;
}

std::optional<Period> part_of_year(Kind kind, int year_number, std::optional<int> part)
{
    assert(kind != Kind::day && kind != Kind::week);  // these are no parts of a year
    const int parts = 12 / months_in(kind);
    if (!part || *part < 1 || *part > parts) return std::nullopt;
    return make(kind, (year_number - epoch_year) * parts + *part - 1);
}

std::optional<Period> week_of_year(int year_number, std::optional<int> week)
{
    if (!week || *week < 1) return std::nullopt;
    const Period first = Period::containing(Kind::week, Day{year{year_number} / January / 4});
    const Period found = make(Kind::week, index_of(first) + *week - 1);
    if (found.year() != year_number) return std::nullopt;  // only some years have a week 53
    return found;
}

std::optional<Period> day_of_month(int year_number, std::optional<int> month_number, std::optional<int> day_number)
{
    if (!month_number || !day_number) return std::nullopt;
    const year_month_day date{year{year_number}, month{static_cast<unsigned>(*month_number)},
                              std::chrono::day{static_cast<unsigned>(*day_number)}};
    if (!date.ok()) return std::nullopt;
    return Period::containing(Kind::day, Day{date});
}

std::optional<Period> take_period(Scan& scan)
{
    const auto year_number = scan.digits(4);
    if (!year_number || *year_number < epoch_year) return std::nullopt;
    if (scan.done()) return part_of_year(Kind::year, *year_number, 1);
    if (!scan.take("-")) return std::nullopt;
    if (scan.take("W")) return week_of_year(*year_number, scan.digits(2));
    if (scan.take("Q")) return part_of_year(Kind::quarter, *year_number, scan.digits(1));
    if (scan.take("H")) return part_of_year(Kind::half_year, *year_number, scan.digits(1));
    const auto month_number = scan.digits(2);
    if (!scan.take("-")) return part_of_year(Kind::month, *year_number, month_number);
    return day_of_month(*year_number, month_number, scan.digits(2));
}

}  // namespace

std::string not_a_period(std::string_view text)
{
    return fmt::format("'{}' is not a period; expected 2023-09-14, 2023-W36, 2023-09, 2023-Q3, 2023-H2 or 2023", text);
}

std::optional<Period> Period::parse(std::string_view text)
{
    Scan scan{text};
    const auto period = take_period(scan);
    return scan.done() ? period : std::nullopt;
}

Period Period::containing(Kind kind, Day day)
{
    const std::int64_t count = day.time_since_epoch().count();
    if (kind == Kind::day) return make(kind, count);
    if (kind == Kind::week) return make(kind, (count + 3) / 7);
    const year_month_day date{day};
    const int month_of_year = static_cast<int>(static_cast<unsigned>(date.month()));
    const int months_gone = (static_cast<int>(date.year()) - epoch_year) * 12 + month_of_year - 1;
    return make(kind, months_gone / months_in(kind));
}

Day Period::first() const { return start_of_index(kind_, index_); }

Day Period::last() const { return start_of_index(kind_, index_ + 1) - days{1}; }

int Period::year() const { return year_of(kind_ == Kind::week ? thursday_of(*this) : first()); }

Period Period::next() const { return make(kind_, index_ + 1); }

Period Period::previous() const { return make(kind_, index_ - 1); }

std::string Period::to_string() const
{
    switch (kind_) {
        case Kind::day: return format_day(first());
        case Kind::week: return fmt::format("{:04}-W{:02}", year(), week_number(*this));
        case Kind::month: return fmt::format("{:04}-{:02}", year(), index_ % 12 + 1);
        case Kind::quarter: return fmt::format("{:04}-Q{}", year(), index_ % 4 + 1);
        case Kind::half_year: return fmt::format("{:04}-H{}", year(), index_ % 2 + 1);
        case Kind::year: break;
    }
    return fmt::format("{:04}", year());
}

std::vector<Period> periods_between(Period::Kind kind, Day from, Day to)
{
    std::vector<Period> periods;
    for (Period period = Period::containing(kind, std::max(from, Day{})); period.last() <= to; period = period.next())
        periods.push_back(period);
    return periods;
}

}  // namespace planwatch

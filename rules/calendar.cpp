#include "rules/calendar.hpp"

namespace planwatch {

namespace {

using std::chrono::days;

int year_of(Day day) { return static_cast<int>(std::chrono::year_month_day{day}.year()); }

bool is_weekend(Day day) { return std::chrono::weekday{day}.iso_encoding() >= 6; }

}  // namespace

Calendar::Calendar(std::string version, const std::vector<CalendarYear>& years, std::vector<Exception> exceptions)
    : version_{std::move(version)}
{
    for (const CalendarYear& year : years) years_.insert(year.year);
    for (Exception& exception : exceptions) {
        const Day day = exception.day;
        exceptions_.insert_or_assign(day, std::move(exception));
    }
}

bool Calendar::is_working(Day day) const
{
    const auto exception = exceptions_.find(day);
    return exception != exceptions_.end() ? exception->second.working : !is_weekend(day);
}

std::string Calendar::name_of(Day day) const
{
    if (is_working(day)) return {};
    const auto exception = exceptions_.find(day);
    return exception != exceptions_.end() ? exception->second.name : "周末";
}

Calendar::Shifted Calendar::add_working_days(Day day, int n) const
{
    const days one{n < 0 ? -1 : 1};
    Shifted shifted{day};
    for (int left = n < 0 ? -n : n; left > 0;) {
        shifted.day += one;
        shifted.provisional = shifted.provisional || !known(year_of(shifted.day));
        if (is_working(shifted.day)) --left;
    }
    return shifted;
}

Calendar::Shifted Calendar::next_working_day(Day day) const { return add_working_days(day - days{1}, 1); }

Calendar::Shifted Calendar::previous_working_day(Day day) const { return add_working_days(day + days{1}, -1); }

int Calendar::working_days_between(Day from, Day to) const
{
    if (to < from) return -working_days_between(to, from);
    int count = 0;
    for (Day day = from + days{1}; day <= to; day += days{1}) count += is_working(day) ? 1 : 0;
    return count;
}

}  // namespace planwatch

// Working days. Monday to Friday, but for the exceptions that the State Council's yearly holiday
// notice makes: days off, and weekend days worked instead (调休).
#pragma once

#include "rules/time.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace planwatch {

struct CalendarYear {
    int year = 0;
    std::string notice;  // the document that the year rests on, e.g. "国办发明电〔2022〕16号"
};

class Calendar {
public:
    struct Exception {
        Day day;
        bool working = false;
        std::string name;  // 春节
    };

    Calendar() = default;
    Calendar(std::string version, const std::vector<CalendarYear>& years, std::vector<Exception> exceptions);

    // A day in a year without a notice follows Monday to Friday and is not `known`.
    bool known(int year) const { return years_.contains(year); }
    bool is_working(Day day) const;
    std::string name_of(Day day) const;  // the holiday's name, "周末", or empty on a working day

    struct Shifted {
        Day day;
        bool provisional = false;  // a year was crossed whose calendar is not known
    };
    // The nth working day after (n > 0) or before (n < 0) `day`; n = 0 is `day` itself.
    Shifted add_working_days(Day day, int n) const;
    Shifted next_working_day(Day day) const;      // `day` itself if it is one
    Shifted previous_working_day(Day day) const;  // `day` itself if it is one
    // Working days in (from, to]; negative when `to` lies before `from`.
    int working_days_between(Day from, Day to) const;

    const std::string& version() const { return version_; }

private:
    std::string version_;
    std::set<int> years_;
    std::map<Day, Exception> exceptions_;
};

}  // namespace planwatch

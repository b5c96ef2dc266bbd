// What the three spellings of a submission have in common. For the .cpp files of this folder only.
#pragma once

#include "config/submission.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace planwatch::reading {

// The faults of one text up to a bound, so that a hostile body is not answered by one many times its size.
class FaultCount {
public:
    static constexpr std::size_t most = 1000;

    void add(Problems& faults, std::string path, std::string message)
    {
        if (++count_ <= most) faults.push_back({std::move(path), std::move(message)});
    }
    bool full() const { return count_ >= most; }  // the next are only counted
    bool overfull() const { return count_ > most; }
    // Behind what was told: how many were not.
    void add_left_out(Problems& told) const;

private:
    std::size_t count_ = 0;
};

// Every problem of a text that is not read record by record.
class ProblemList {
public:
    void add(std::string path, std::string message) { count_.add(problems_, std::move(path), std::move(message)); }
    bool empty() const { return problems_.empty(); }
    Problems take()
    {
        count_.add_left_out(problems_);
        return std::move(problems_);
    }

private:
    FaultCount count_;
    Problems problems_;
};

// What was read, unless it has to be refused as it stands: `wrong`, of the text as a whole, is told behind the faults of its records.
template <class Record>
Read<Record> outcome(Reading<Record> reading, Problems wrong, const FaultCount& count)
{
    count.add_left_out(wrong);
    if (wrong.empty()) return reading;
    Problems all = faults_of(reading);
    std::move(wrong.begin(), wrong.end(), std::back_inserter(all));
    return tl::unexpected{std::move(all)};
}

// What is wrong with a text of at most `longest` characters; `required`: it must not be empty either.
std::optional<std::string> field_problem(std::string_view text, std::size_t longest, bool required);

struct Number {
    std::optional<Decimal> value;
    std::string problem;  // why there is none
};
// A figure as written: plain digits, not negative, six places.
Number read_number(std::string_view text);

}  // namespace planwatch::reading

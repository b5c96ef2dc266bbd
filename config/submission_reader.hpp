// What the three spellings of a submission have in common. For the .cpp files of this folder only.
#pragma once

#include "config/submission.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace planwatch::reading {

// Gathers problems up to a bound, so that a hostile body is not answered by one many times its size.
class ProblemList {
public:
    void add(std::string path, std::string message)
    {
        if (problems_.size() < most) {
            problems_.push_back({std::move(path), std::move(message)});
        } else {
            ++left_out_;
        }
    }
    bool empty() const { return problems_.empty(); }
    bool full() const { return problems_.size() == most; }  // the next are only counted
    Problems take();

private:
    static constexpr std::size_t most = 1000;
    Problems problems_;
    std::size_t left_out_ = 0;
};

// What is wrong with a text of at most `longest` characters; `required`: it must not be empty either.
std::optional<std::string> field_problem(std::string_view text, std::size_t longest, bool required);

struct Number {
    std::optional<Decimal> value;
    std::string problem;  // why there is none
};
// A figure as written: plain digits, not negative, six places.
Number read_number(std::string_view text);

}  // namespace planwatch::reading

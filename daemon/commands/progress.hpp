// How far a long task has come, on the standard error: one line, written over, and only where that is a terminal and the task
// has taken longer than a second.
#pragma once

#include "rules/time.hpp"

#include <string>
#include <string_view>

namespace planwatch {

class Progress {
public:
    explicit Progress(std::string what);
    ~Progress();  // wipes the line
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void show(std::uint64_t done, std::uint64_t all);

private:
    std::string what_;
    Instant next_;  // when the line is written again
    bool terminal_ = false;
    bool shown_ = false;
};

}  // namespace planwatch

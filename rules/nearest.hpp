// The known name that a misspelt one was probably meant to be: for problems that tell of an unknown name.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace planwatch {

// Shown name after name, it keeps the nearest: insertions, deletions, substitutions and swaps of neighbours cost one each, in bytes;
// as many as a third of the name's length still count as near. What is too far off is seen after a few letters, so that
// thousands of names cost a millisecond.
class NearestName {
public:
    explicit NearestName(std::string_view name);
    void consider(std::string_view known);  // which outlives this
    // "; did you mean 'samr'?", or empty where none is near.
    std::string suggestion() const;

private:
    std::string_view name_;
    std::string_view nearest_;
    std::size_t too_far_;  // the cost from which on the next one is no better
};

// "; did you mean 'samr'?" where a known name is near, "; known: a, b" where there are few, else empty.
std::string suggestion(std::string_view name, std::span<const std::string> known);

}  // namespace planwatch

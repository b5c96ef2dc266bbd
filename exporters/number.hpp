// Doubles as text: the shortest that reads back the same, written out (0.0001, 1700000000) where that is no longer than
// a person can read, with an exponent beyond.
#pragma once

#include <string>

namespace planwatch {

void append_shortest(std::string& out, double value);  // finite

}  // namespace planwatch

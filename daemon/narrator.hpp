// Tells on a terminal what happens as it happens, for a demonstration: one line a happening, in the plan's own time.
#pragma once

#include "rules/engine.hpp"

#include <iosfwd>

namespace planwatch {

class Narrator {
public:
    explicit Narrator(std::ostream& out) : out_{out} {}
    void tell(const Engine& engine, const Changes& changes);

private:
    void tell_transitions(const Engine& engine, const Changes& changes);
    void tell_figures(const Engine& engine, const Changes& changes);

    std::ostream& out_;
};

}  // namespace planwatch

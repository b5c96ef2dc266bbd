// A composite's scores, ranks and grades. What is not known counts neither way: the weights of the other parts are taken for the whole,
// and the line says that it is not whole.
#pragma once

#include "rules/hindsight.hpp"
#include "rules/report.hpp"

namespace planwatch {

// Of a period of the composite's cadence, or of a longer one, whose score is the mean of those within it. `judged`: what had fallen
// due by then counts as due; figures count up to the period's end. A part's score:
//   indicator without a target   the unit's figure of the period itself, held within 0 and 100 (marks out of a hundred)
//   indicator with a target      how much of it (of its pace, where it has one) the unit has reached by its own figures, at most 100
//   on_time, businesses_on_time  of what fell due in the period and was not waived, the share that came in on time
// A unit that reported nothing for the period, or that owed nothing, has no score in that part.
ScoreTable score_table(const Engine& engine, const Hindsight& hindsight, const Composite& composite, const Period& period, Instant judged);

}  // namespace planwatch

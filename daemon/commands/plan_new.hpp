// planwatch plan new: hung below `plan` by plan.cpp.
#pragma once

#include "daemon/commands/common.hpp"

namespace planwatch {

void add_plan_new(CLI::App& plan, Action& action);

}  // namespace planwatch

// Why a unit was, or was not, told something at a moment: what it owed, what was settled about it, which alerts concerned it, and
// what became of every notice of them. One line a fact, in Chinese, for the API and the command line.
#pragma once

#include "daemon/store.hpp"

#include <string>

namespace planwatch {

// {plan, unit, name, at, told, facts: [{at, alert, text}]}; `told`: one of the unit's own people had been handed a message about
// it by then. `then` is the plan's engine as it stood at its `now` (replay.hpp); the reader may know what came later.
std::string unit_explanation_json(const Engine& then, StoreReader& reader, UnitIndex unit);

}  // namespace planwatch

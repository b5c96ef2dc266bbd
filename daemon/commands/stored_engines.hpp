// Engines as a database's rows left them, for looking only: nothing is moved on to now, and nothing is written.
#pragma once

#include "daemon/store.hpp"

#include <memory>
#include <vector>

namespace planwatch {

// Of every plan that was ever adopted, under its newest policy, by plan id. One consistent look.
std::vector<std::unique_ptr<Engine>> stored_engines(StoreReader& reader);

}  // namespace planwatch

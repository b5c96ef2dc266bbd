// `simulate --ledger`: the past of a real ledger, told again as it was, and as a changed plan would have made it.
#pragma once

#include "daemon/commands/common.hpp"

#include <string>
#include <vector>

namespace planwatch {

struct LedgerSimulation {
    std::string ledger;             // a database, or the folder that holds it
    PlanChoice plans;               // ids in the ledger, none for all; and the settings to try
    std::vector<std::string> with;  // plans to try: files or, with settings, ids
    std::string from, to;           // as --from and --to; empty: the year before the ledger's end
    Format format = Format::table;
};

int simulate_ledger(const LedgerSimulation& options);

}  // namespace planwatch

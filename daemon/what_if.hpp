// A plan's past out of its ledger, told again: what its own policies gave, and what a changed one would have given with the same
// figures, documents and decisions at the same moments. Reads a database and writes none. Used by `simulate --ledger`.
#pragma once

#include "daemon/simulator.hpp"
#include "daemon/store.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

using Tell = std::function<void(const Happening&)>;

// The ledger's own course until `to`, in order of time. Throws std::runtime_error where the ledger cannot be read back.
void retell(StoreReader& reader, std::string_view plan, Instant to, const Tell& tell);

// Something that the ledger holds and the changed policy does not take, at all or in part.
struct NotTaken {
    std::string what;       // "unknown indicator 'x' in plan …"
    Instant first{};
    std::size_t times = 0;
};

// The same ledger under `changed` from the plan's first adoption on; changes of policy in between are passed over. What it no longer
// knows is left out and comes back, in the order in which it was met; the rest of a submission is taken all the same. A message that
// was given up counts against people whom the changed policy writes to by the same address.
std::vector<NotTaken> retell_under(StoreReader& reader, std::shared_ptr<const Policy> changed, Instant to, const Tell& tell);

}  // namespace planwatch

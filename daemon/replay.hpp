// What was known of a plan at a past instant: its ledger, applied again.
#pragma once

#include "daemon/store.hpp"

#include <memory>
#include <string_view>

namespace planwatch {

// Null where the plan was not adopted by then. Takes time in proportion to the plan's ledger: keep it off the daemon's own
// thread. Throws std::runtime_error where the ledger cannot be read back (`planwatch verify` says more).
std::unique_ptr<Engine> replay(StoreReader& reader, std::string_view plan, Instant until);

// Applies one entry to its plan's engine as the service did when it was written, and gives what the entry itself did (not what
// time alone did before it). The first `adopt` makes the engine, at its plan's issue. Throws as `replay`.
Changes apply_again(std::unique_ptr<Engine>& engine, const LedgerEntry& entry);

}  // namespace planwatch

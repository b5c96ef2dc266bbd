// Proves the database against its own ledger: checks the chain, replays every entry through a fresh engine into a
// scratch store, and compares every derived row with what is stored,
// and every paper that was sent with its hash.
#pragma once

#include "daemon/store.hpp"

#include <functional>

namespace planwatch {

struct VerifyReport {
    std::uint64_t entries = 0;  // ledger entries checked
    std::uint64_t rows = 0;     // derived rows compared
    Problems problems;          // the first of each table; empty: all is sound
    bool sound() const { return problems.empty(); }
};

// Sees one moment of the database, and may run beside a live daemon. `progress(done, all)`: ledger entries, now and then.
VerifyReport verify(StoreReader& reader, const std::function<void(std::uint64_t done, std::uint64_t all)>& progress = {});

}  // namespace planwatch

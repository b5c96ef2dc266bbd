// What was known of a plan at a past instant: its ledger, applied again.
#pragma once

#include "daemon/store.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace planwatch {

// Null where the plan was not adopted by then. Takes time in proportion to the plan's ledger: keep it off the daemon's own
// thread. Throws std::runtime_error where the ledger cannot be read back (`planwatch verify` says more).
std::unique_ptr<Engine> replay(StoreReader& reader, std::string_view plan, Instant until);

// The same in several steps, each from where the one before stopped: the ledger is read once.
class Replayer {
public:
    using Each = std::function<void(const LedgerEntry& entry, const Changes& changes)>;

    Replayer(StoreReader& reader, std::string plan) : reader_{reader}, plan_{std::move(plan)} {}
    // The engine as it stood at `until`, which lies not before that of the call before; null where the plan was not adopted by then.
    // `each` is told of every entry, with what it did by itself. The engine goes on with the next call.
    const Engine* advance(Instant until, const Each& each = {});
    const Engine* engine() const { return engine_.get(); }
    std::unique_ptr<Engine> take() { return std::move(engine_); }

private:
    const LedgerEntry* next();

    StoreReader& reader_;
    std::string plan_;
    std::unique_ptr<Engine> engine_;
    std::vector<LedgerEntry> page_;
    std::size_t done_ = 0;  // of the page
    bool at_end_ = false;
};

// Applies one entry to its plan's engine as the service did when it was written, and gives what the entry itself did (not what
// time alone did before it). The first `adopt` makes the engine, at its plan's issue. Throws as `replay`.
Changes apply_again(std::unique_ptr<Engine>& engine, const LedgerEntry& entry);

}  // namespace planwatch

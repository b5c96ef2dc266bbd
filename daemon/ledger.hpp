// The ledger (台账): the append-only record of everything that happened, each entry sealed with the hash of the
// one before it. One entry is one accepted request: one author, one instant, one plan. The payload's form is ledger_event.hpp's.
#pragma once

#include "daemon/digest.hpp"
#include "rules/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace planwatch {

// Stored as these numbers.
enum class LedgerKind : std::uint8_t { adopt = 1, submission = 2, filing = 3, acknowledgement = 4, delivery = 5, silence = 6, silence_end = 7, extension = 8, waiver = 9, report = 10 };
std::string_view to_string(LedgerKind kind);
std::optional<LedgerKind> parse_ledger_kind(std::int64_t number);

struct LedgerEntry {
    std::uint64_t seq = 0;
    Instant at{};
    std::string plan;
    LedgerKind kind = LedgerKind::submission;
    std::string author;
    std::string payload;
    Digest hash{};
};

// The end of the chain: the newest entry's number and hash; zeros before the first.
struct ChainHead {
    std::uint64_t seq = 0;
    Digest hash{};
};

// SHA-256 over the previous hash and the entry's fields, numbers as 8 bytes little-endian, texts after their length.
Digest seal(const Digest& previous, std::uint64_t seq, Instant at, std::string_view plan, LedgerKind kind, std::string_view author,
            std::string_view payload);

}  // namespace planwatch

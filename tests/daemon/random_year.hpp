// A year of the daemon's inside (store, engine, writer, courier) in virtual time, with a world outside that takes messages, refuses them,
// is slow or gone; with crashes, reloads, steps of the clock, and people who hand in, acknowledge, silence, extend and waive. All of
// it is drawn from a seed, so that a year that breaks a promise can be lived again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace planwatch::testing {

struct YearReport {
    std::vector<std::string> broken;  // promises; empty: all were kept
    // What happened, to tell that something did.
    std::size_t crashes = 0, reloads = 0, clock_steps = 0, failures = 0, tries_again = 0;
    std::size_t answered = 0, messages = 0, notices = 0, handed_over = 0, dead = 0, ends = 0, steps = 0;
};

// `folder`: for the database, which is gone afterwards; best in memory. Promises:
//   - What was answered is in the ledger, whatever crashed; the ledger gives every row of the database again (`verify`).
//   - Each notice goes out in one message, is dropped, or still waits; none under two ids. A message that is sent again has the same id
//     and the same content; each is delivered or given up in the end, and what counts as delivered was taken.
//   - Nobody is told of an end before its beginning, nor without it, unless that was given up; who was told of a problem learns of its
//     end.
//   - No step of the ladder that a slot passed while it was owed is skipped.
//   - One message a person and hour, and at most the weekly maximum of them.
YearReport live_a_year(std::uint64_t seed, const std::filesystem::path& folder);

}  // namespace planwatch::testing

// Pushes the history of plans to one receiver, from where it was taken to last. Blocks; the history exporter runs it on a thread of its
// own. Reads the database, and writes nothing: whoever calls it records how far the receiver has taken it.
#pragma once

#include "daemon/history.hpp"
#include "exporters/history_receiver.hpp"

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace planwatch {

class HistoryPusher {
public:
    // `give_up`: set from another thread, ends what is under way.
    HistoryPusher(std::string database, HistoryTarget target, const std::atomic<bool>& give_up);

    struct Report {
        std::uint64_t stored = 0;   // samples
        std::uint64_t refused = 0;
        bool failed = false;        // the rest stays for the next call
        std::string answer;         // of the failure, or of the last refusal
        std::optional<HistoryPosition> reached;  // all up to here was taken
    };
    // What came since the last call, or is left of it. Throws std::exception where the database cannot be read.
    Report push(const std::string& plan);

    // What positions are kept under.
    const std::string& receiver() const { return name_; }

private:
    struct Task {
        std::unique_ptr<History> history;
        TimedSamples samples;               // that the batches look into
        std::deque<SampleBatch> batches;    // not taken yet
        bool told = false;                  // where it stands, though nothing is new
    };

    bool prepare(const std::string& plan, Task& task);
    void send(SampleBatch batch, Task& task, Report& report);

    std::string database_;
    std::string name_;
    const std::atomic<bool>& give_up_;
    HistoryReceiver server_;
    std::unique_ptr<StoreReader> reader_;
    std::map<std::string, Task> tasks_;
};

}  // namespace planwatch

// Pushes the history of plans to one receiver, from where it was taken to last. Blocks; the history exporter runs it on a thread of its
// own. Reads the database, and writes nothing: whoever calls it records how far the receiver has taken it.
//
// A receiver answers before what it was given is on its disk (VictoriaMetrics 1.79, killed ten seconds after its answer, has nothing of it),
// so its answer alone settles nothing. What it took is settled once it has answered again over the same connection a minute later; where
// that connection was gone, it may have fallen with what it had taken, and is given all of it again. One that keeps no connections
// is taken at its word.
#pragma once

#include "daemon/history.hpp"
#include "exporters/history_receiver.hpp"

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace planwatch {

class HistoryPusher {
public:
    // `give_up`: set from another thread, ends what is under way.
    HistoryPusher(std::string database, HistoryTarget target, const std::atomic<bool>& give_up,
                  std::chrono::milliseconds settling = std::chrono::seconds{60});

    struct Report {
        std::uint64_t stored = 0;   // samples
        std::uint64_t refused = 0;
        bool failed = false;        // the rest stays for the next call
        std::string answer;         // of the failure, or of the last refusal
        std::optional<HistoryPosition> taken;    // the receiver has answered for all up to here; said at every beginning, too
        std::optional<HistoryPosition> settled;  // and will still have it: to be recorded
    };
    // What came since the last call, or is left of it. Throws std::exception where the database cannot be read.
    Report push(const std::string& plan);

    // What positions are kept under.
    const std::string& receiver() const { return name_; }

private:
    using Time = std::chrono::steady_clock::time_point;
    struct Ack {
        HistoryPosition position;
        Time at;
    };
    struct Task {
        std::unique_ptr<History> history;
        TimedSamples samples;              // that the batches look into
        std::deque<SampleBatch> batches;   // not taken yet
        std::deque<Ack> acks;              // not settled yet
        bool again = false;                // from the recorded position on
    };

    bool prepare(const std::string& plan, Task& task, Report& report);
    void send_all(Task& task, Report& report);
    void send(SampleBatch batch, Task& task, Report& report);
    void settle(Task& task, Report& report);
    void note_connection(bool reconnected);
    bool anything_unsettled() const;

    std::string database_;
    std::string name_;
    const std::atomic<bool>& give_up_;
    std::chrono::milliseconds settling_;
    HistoryReceiver server_;
    std::unique_ptr<StoreReader> reader_;
    std::map<std::string, Task> tasks_;
    Time last_asked_;          // the server, whatever
    bool in_a_round_ = false;  // some of its requests were answered already
    int doubts_ = 0;           // in a row; a receiver that never answers twice over one connection is not doubted for ever
};

}  // namespace planwatch

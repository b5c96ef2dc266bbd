// Moves what the WAL holds into the database file, on a thread and a connection of its own, so that no commit waits
// for it. The WAL file is kept and written over from its beginning, which costs less than growing it anew.
#pragma once

#include "daemon/store.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace planwatch {

class Checkpointer {
public:
    struct Limits {
        int pages = 16'384;  // of 4 KiB, in the WAL: a checkpoint begins
        int rest = 1'024;   // what is left of them at most when the writer is kept out
    };
    // Listens to the store's commits; made and destroyed on the store's thread, before the store goes. `failed` is called on the
    // checkpointer's thread with what went wrong; the WAL grows until a later try succeeds.
    Checkpointer(Store& store, Limits limits, std::function<void(const std::string&)> failed = {});
    explicit Checkpointer(Store& store) : Checkpointer(store, Limits{}) {}
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    int wal_pages() const { return pages_; }

private:
    void run(const std::stop_token& stop);
    bool checkpoint(Database& database);  // whether the WAL is empty now

    Store& store_;
    Limits limits_;
    std::function<void(const std::string&)> failed_;
    std::atomic<int> pages_{0};  // in the WAL after the last commit
    std::atomic<int> due_at_;    // pages that the next checkpoint waits for
    std::mutex mutex_;
    std::condition_variable_any grown_;
    std::jthread thread_;
};

}  // namespace planwatch

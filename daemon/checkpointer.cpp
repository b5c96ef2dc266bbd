#include "daemon/checkpointer.hpp"

#include <chrono>

namespace planwatch {
namespace {

using namespace std::chrono_literals;

// Readers that look at an old state (a backup, `verify`) keep the WAL from being emptied. Waiting for them with writers kept
// out would stop the daemon: give up soon, and come back when the WAL has grown some more.
constexpr auto patience = 5ms;

// With so few pages left the writer is kept out for hardly longer than a commit takes.
constexpr int few_pages = 64;
constexpr int most_turns = 5;

}  // namespace

Checkpointer::Checkpointer(Store& store, Limits limits, std::function<void(const std::string&)> failed)
    : store_{store}, limits_{limits}, failed_{std::move(failed)}, due_at_{limits.pages}
{
    store_.database().on_commit([this](int pages) {
        pages_ = pages;
        if (pages < due_at_) return;
        // The lock makes sure that the thread is either before its look at pages_ or waiting.
        { const std::lock_guard lock{mutex_}; }
        grown_.notify_one();
    });
    thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

Checkpointer::~Checkpointer() { store_.database().on_commit({}); }

void Checkpointer::run(const std::stop_token& stop)
{
    std::unique_ptr<Database> database;
    bool unfinished = false;  // the WAL could not be emptied: tried again though no commit should follow
    while (true) {
        {
            std::unique_lock lock{mutex_};
            const auto grown = [&] { return pages_ >= due_at_; };
            if (unfinished)
                grown_.wait_for(lock, stop, std::chrono::milliseconds{250}, grown);
            else
                grown_.wait(lock, stop, grown);
            if (stop.stop_requested()) return;
        }
        try {
            if (!database) database = std::make_unique<Database>(store_.path(), Database::Mode::write);
            database->set_patience(patience);
            unfinished = !checkpoint(*database);
        } catch (const std::exception& error) {
            unfinished = false;
            due_at_ = pages_ + limits_.pages;
            if (failed_) failed_(error.what());
        }
    }
}

// Nearly all is moved beside the writer, in turns: each moves what was added during the one before, takes less time and leaves less. The
// rest is moved with the writer kept out for the moment that this takes. Without that a busy writer would never find the WAL
// empty, and the file would grow for ever.
bool Checkpointer::checkpoint(Database& database)
{
    Database::WalPages pages = database.checkpoint(false);
    for (int turn = 1; turn < most_turns && pages.held - pages.moved > few_pages; ++turn) pages = database.checkpoint(false);
    if (pages.held - pages.moved <= limits_.rest) pages = database.checkpoint(true);
    const bool emptied = pages.held >= 0 && pages.held == pages.moved;  // -1: not known, another checkpoint ran
    if (emptied) pages_ = 0;
    due_at_ = emptied ? limits_.pages : pages_ + limits_.pages / 4;
    return emptied;
}

}  // namespace planwatch

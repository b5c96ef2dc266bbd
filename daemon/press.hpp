// The press: makes reports and sets their papers, off the daemon's own thread, one after the other: pictures are drawn on one thread at a
// time, and no number of requests takes more than one processor from the writer.
#pragma once

#include "daemon/report_maker.hpp"
#include "exporters/report_paper.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace planwatch {

namespace asio = boost::asio;

// A report, and where it was asked for, its paper.
struct Printed {
    Report report;
    ReportPaper paper;
};

class Press {
public:
    static constexpr std::size_t longest_queue = 8;  // of those who can be told to come again

    explicit Press(std::string database) : database_{std::move(database)} {}

    // For whoever asks; without `parts` no paper is set. Resumes on the caller's executor. Problems are the request's; a ledger that
    // cannot be read back throws std::runtime_error, a database that cannot be read SqliteError.
    asio::awaitable<Result<Printed>> print(ReportRequest request, Instant now, std::optional<PaperParts> parts);
    // Of those that are due, one after the other: what the ledger knew stays on the desk for the next one of the same moment, until the desk
    // is cleared. `units_owing`: see ReportMaker. Both otherwise as above.
    asio::awaitable<Result<Printed>> print_due(ReportRequest request, Instant now);
    asio::awaitable<std::vector<std::string>> units_owing(ReportRequest letter, Instant now);
    void clear_desk();
    // Whether one who can wait should come again later.
    bool busy() const { return *queue_ >= longest_queue; }

private:
    // Counts one who waits.
    struct Place;
    // Touched by the press's own thread alone.
    struct Desk {
        explicit Desk(const std::string& database) : reader{database} {}
        StoreReader reader;
        ReportMaker maker{reader};
    };
    Desk& desk();

    std::string database_;
    std::shared_ptr<std::size_t> queue_ = std::make_shared<std::size_t>(0);  // asked for and not there yet; who waits may outlive this
    std::unique_ptr<Desk> desk_;
    asio::thread_pool threads_{1};  // last, so that it ends first
};

}  // namespace planwatch

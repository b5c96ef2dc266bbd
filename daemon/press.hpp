// The press: makes reports and sets their papers, off the daemon's own thread, one after the other: pictures are drawn on one thread at a
// time, and no number of requests takes more than one processor from the writer.
#pragma once

#include "daemon/report_maker.hpp"
#include "exporters/report_paper.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <memory>
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

    // Resumes on the caller's executor. Problems are the request's; a ledger that cannot be read back throws std::runtime_error, a
    // database that cannot be read SqliteError.
    asio::awaitable<Result<Printed>> print(ReportRequest request, Instant now, bool with_paper);
    // Units, by id, that owe something at the moment; businesses aside. Throws likewise.
    asio::awaitable<std::vector<std::string>> units_owing(std::string plan, Instant moment);
    // Whether one who can wait should come again later.
    bool busy() const { return *queue_ >= longest_queue; }

private:
    Result<Printed> print_now(const ReportRequest& request, Instant now, bool with_paper) const;

    // Counts one who waits.
    struct Place;

    std::string database_;
    std::shared_ptr<std::size_t> queue_ = std::make_shared<std::size_t>(0);  // asked for and not there yet; who waits may outlive this
    asio::thread_pool threads_{1};  // last, so that it ends first
};

}  // namespace planwatch

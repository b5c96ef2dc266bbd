// A scrape, off the loop's thread: what the samplers handed out becomes text, and is compressed, on a thread of its own that
// gives way to the loop's where cores are few. Lives on the loop's thread.
#pragma once

#include "config/settings.hpp"
#include "daemon/http_message.hpp"
#include "exporters/metrics_text.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace planwatch {

namespace asio = boost::asio;

class Scrape {
public:
    // `database`: the file whose size, and whose file system's, is exposed.
    Scrape(const Metrics& settings, std::filesystem::path database);

    // `stats`: without those of process and storage, which are read on the way. 503 where too many scrapes wait already.
    asio::awaitable<Response> answer(std::vector<std::shared_ptr<const PlanSamples>> plans, DaemonStats stats, MetricsRequest request);

private:
    using Refused = std::map<std::string, std::size_t>;
    struct Rendered {
        TextPieces pieces;
        Refused refused;
    };
    Rendered render(const std::vector<std::shared_ptr<const PlanSamples>>& plans, DaemonStats& stats, const MetricsRequest& request);
    void tell(Refused refused);

    std::filesystem::path database_;
    MetricsText text_;  // the thread's
    Refused told_;
    int waiting_ = 0;
    asio::thread_pool thread_{1};
};

}  // namespace planwatch

// Where status, alerts and explain read: a running daemon's API, or a daemon's folder without a daemon. Both answer with the
// same JSON.
#pragma once

#include "daemon/commands/data_folder.hpp"
#include "daemon/commands/http_client.hpp"

#include <boost/json/array.hpp>
#include <memory>

namespace planwatch {

// --server and --token-file, or --data.
struct SourceChoice {
    ServerChoice server;
    std::string data;
};
void add_source(CLI::App& command, SourceChoice& choice);

class Source {
public:
    using Query = HttpClient::Query;

    virtual ~Source() = default;
    virtual std::vector<std::string> plans() = 0;
    // {"items": […]}, as the API's lists of the same names. Query: plan, unit, state and kind.
    virtual std::string alerts(const Query& query) = 0;
    virtual std::string slots(const Query& query) = 0;       // query: plan, unit, state
    virtual std::string indicators(const Query& query) = 0;  // query: plan, unit
    virtual std::string explanation(const std::string& alert) = 0;
    virtual std::string unit_explanation(const Query& query) = 0;  // query: plan, unit, at
    // One page; query: plan, unit, kind, and the instants from and to (RFC 3339).
    virtual std::string history(const Query& query) = 0;
};

std::unique_ptr<Source> open_source(const SourceChoice& choice);

boost::json::value read_json(const std::string& text);
boost::json::array items_of(const std::string& list);

}  // namespace planwatch

// One request to a running daemon, by libcurl.
#pragma once

#include "daemon/commands/common.hpp"

#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <string_view>

namespace planwatch {

// --server URL, --token-file FILE and --ca-file FILE.
struct ServerChoice {
    std::string url = "http://127.0.0.1:9919";
    std::string token_file;
    std::string ca_file;  // PEM; empty: the system's
};
void add_server(CLI::App& command, ServerChoice& choice);

struct HttpAnswer {
    long status = 0;
    std::string content_type;
    std::string body;
};

class HttpClient {
public:
    // The token comes out of the file, else out of the environment (PLANWATCH_TOKEN), and goes into the request's header
    // alone. Throws when the file cannot be read.
    explicit HttpClient(const ServerChoice& choice);

    // `path` begins with "/"; `query` is encoded here. Throws std::runtime_error when there is no answer.
    using Query = std::map<std::string, std::string>;  // empty values are left out
    HttpAnswer get(std::string_view path, const Query& query = {}) const;
    HttpAnswer post(std::string_view path, const Query& query, std::string_view content_type, const std::string& body) const;

    HttpAnswer remove(std::string_view path) const;  // DELETE

    // GET, and the answer's JSON. Throws InputError with a problem document's problems, std::runtime_error where the daemon
    // is not in a state to answer (5xx).
    std::string get_json(std::string_view path, const Query& query = {}) const;

    // `text` as a part of a path or of a query.
    static std::string encode(std::string_view text);
    const std::string& url() const { return url_; }

private:
    struct Asked {
        const char* method = nullptr;  // null: GET, or POST with a body
        const std::string* body = nullptr;
        std::string_view content_type;
    };
    HttpAnswer request(std::string_view path, const Query& query, const Asked& asked) const;

    std::string url_;
    std::string token_;
    std::string ca_file_;
};

// What a problem document (RFC 9457) tells, the listed errors or its detail.
Problems problems_of(const HttpAnswer& answer);

// Of a JSON object, as text: a string's own, a number's spelling, empty for null or nothing.
std::string text_in(const boost::json::value& object, std::string_view key);

}  // namespace planwatch

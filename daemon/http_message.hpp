// A request and its answer as the API sees them: no sockets, no protocol. Made by the HTTP server, or by a test.
#pragma once

#include "exporters/text_pieces.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

struct QueryParameter {
    std::string name;
    std::string value;
};

// The views are good until the handler has answered.
struct Request {
    std::string_view method;         // "GET", "POST", …; a HEAD arrives as the GET that it stands for
    std::string_view path;           // decoded; begins with "/"
    std::vector<QueryParameter> query;  // decoded, in order; "+" is a plus sign: it stands in every offset of a time
    std::string_view authorization;  // of the header fields, these; empty where absent
    std::string_view content_type;
    std::string_view accept;           // several fields are one list
    std::string_view accept_encoding;
    std::string_view body;
    bool from_loopback = false;
};

struct Response {
    int status = 200;
    std::string_view content_type = "application/json";  // a constant
    std::string body;
    std::string headers;  // further ones, each "Name: value\r\n"
    TextPieces pieces;    // more of the body, after `body`
    // Answers are data for programs: nothing in them may be run or framed. A page for people says what it needs. A constant.
    std::string_view content_security_policy = "default-src 'none'; frame-ancestors 'none'";
};

}  // namespace planwatch

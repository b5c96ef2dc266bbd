// One POST of JSON to one server, by libcurl: certificates are checked, no redirect is followed, an answer is read up to a bound.
// Blocks until the server has answered or the time is over; callers run it on a thread of their own.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace planwatch {

struct HttpPost {
    std::string url;                   // http:// or https://
    std::string body;                  // JSON, UTF-8
    std::vector<std::string> headers;  // further ones, "Name: value"
    std::chrono::milliseconds timeout{10'000};  // for the whole try
    std::string ca_file;               // empty: the system's
};

struct HttpReply {
    long status = 0;                   // 0: there was no answer, and `problem` says why
    std::string body;
    std::optional<std::chrono::seconds> retry_after;  // as the server asked, where it did
    std::string problem;               // never holds the URL's path or query
};

inline constexpr std::size_t longest_reply = std::size_t{64} << 10U;  // bytes; a longer answer is a problem

// Throws std::runtime_error where libcurl itself fails.
HttpReply post(const HttpPost& request);

// Why a message must not be sent to `url`; empty where it may: https anywhere, http to this machine alone, for what is sent
// names people, and a robot's URL is its password.
std::string url_problem(std::string_view url);

}  // namespace planwatch

// One mail to one SMTP server, by libcurl. Blocks until the server has answered or the time is over; the courier calls it from
// a thread of its own.
#pragma once

#include "exporters/send_result.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace planwatch {

struct SmtpServer {
    enum class Tls : std::uint8_t { none, starttls };  // smtps:// is TLS from the first byte whatever stands here
    std::string url;  // smtp://host[:port] or smtps://host[:port]
    Tls tls = Tls::none;
    std::string user;  // empty: no login
    std::string password;
    std::string ca_file;  // empty: the system's
    std::chrono::seconds timeout{30};  // for the whole try
};

// `from` and `to` are bare addresses (see is_address; else refused), `mime` a message with CRLF line ends. refused is a 5xx after RCPT
// or DATA; never `later`.
SendResult send(const SmtpServer& server, const std::string& from, const std::string& to, const std::string& mime);

}  // namespace planwatch

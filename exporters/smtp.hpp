// One mail to one SMTP server, by libcurl. Blocks until the server has answered or the time is over; the courier calls it from
// a thread of its own.
#pragma once

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

struct SendResult {
    // refused: the server said for good (5xx) that it will not take this mail or this recipient; trying again is no use.
    // retry: everything else that went wrong, our own login and certificates included, for an operator can mend these.
    enum class Outcome : std::uint8_t { delivered, retry, refused };
    Outcome outcome = Outcome::retry;
    std::string answer;  // the server's last line, or what hindered the connection; never a secret
};

// `from` and `to` are bare addresses (see is_address; else refused), `mime` a message with CRLF line ends.
SendResult send(const SmtpServer& server, const std::string& from, const std::string& to, const std::string& mime);

}  // namespace planwatch

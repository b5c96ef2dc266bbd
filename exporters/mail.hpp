// One e-mail and its bytes on the wire (RFC 5322, MIME by GMime). The same mail gives the same bytes.
#pragma once

#include "rules/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

struct MailMessage {
    // A file that comes with the mail.
    struct File {
        std::string name;  // as a reader would save it; of what is shown in the HTML its content id, which `cid:NAME` refers to
        std::string type;  // "image/png"
        std::string bytes;
    };

    std::string from;        // name@host
    std::string to_name;     // may be empty
    std::string to;          // name@host
    std::string subject;
    std::string text;
    std::string html;        // empty: plain text alone
    std::string message_id;  // with its angle brackets
    Instant date{};          // shown in UTC
    std::vector<File> inline_files;  // shown within the HTML
    std::vector<File> attachments;
};

// One bare address, name@host in ASCII, with nothing that could end a header or a command of SMTP.
bool is_address(std::string_view text);

// CRLF line ends. Throws std::invalid_argument where `from` or `to` is no address or `message_id` no message id;
// line breaks and other control characters in names and subject become blanks, so that no header can be slipped in.
std::string to_mime(const MailMessage& mail);

}  // namespace planwatch

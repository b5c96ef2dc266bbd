// A report as an e-mail: text and HTML, its pictures beside it, its workbook attached.
#pragma once

#include "exporters/mail.hpp"
#include "exporters/report_paper.hpp"

#include <string>

namespace planwatch {

// Who gets it from whom, under which name, and when: all of it the caller's, so that each try of a mail is the same to the byte.
struct Envelope {
    std::string from;        // name@host
    std::string to_name;     // may be empty
    std::string to;          // name@host
    std::string message_id;  // with its angle brackets
    Instant date{};
};

MailMessage compose(const ReportPaper& paper, const Envelope& envelope);

}  // namespace planwatch

// A notice as an e-mail in Chinese: the subject says it all; the body says first what is wrong, then what to do, by when and
// where; the evidence stands below. Knows the policy only, so that a mail can be made again, to the byte, from its notice.
#pragma once

#include "exporters/mail.hpp"
#include "rules/engine.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace planwatch {

struct MailContext {
    std::string from;          // name@host
    std::string message_host;  // right of the @ in a Message-ID
    std::string instance;      // names this database, so that two of them never share a Message-ID; [a-z0-9-]+
    std::string url;           // where figures are handed in, "http://host:9919"; empty: not said
};

// `<plan.number.instance@host>`: the same on every try of the same notice.
std::string message_id_of(std::string_view plan, std::uint64_t number, std::string_view instance, std::string_view host);

// The notice's alert must be of the policy's plan. A recipient without an address is the caller's to refuse.
MailMessage compose(const Notice& notice, const Policy& policy, const MailContext& context);
MailMessage compose(const Message& message, const Policy& policy, const MailContext& context);

}  // namespace planwatch

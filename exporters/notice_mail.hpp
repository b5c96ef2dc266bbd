// A message as an e-mail: plain text and HTML that say the same. Knows the policy only, so that a mail can be made again, to the
// byte, from its notices.
#pragma once

#include "exporters/mail.hpp"
#include "exporters/message_templates.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace planwatch {

struct MailContext {
    std::string from;          // name@host
    std::string message_host;  // right of the @ in a Message-ID
    std::string instance;      // names this database, so that two of them never share a Message-ID; [a-z0-9-]+
    std::string url;           // where figures are handed in, "http://host:9919"; empty: not said
    Language language = Language::zh;
    std::shared_ptr<const MessageTemplates> templates = MessageTemplates::built_in();  // not null
    MessageLinks links = {};
};

// `<plan.number.instance@host>`: the same on every try of the same message.
std::string message_id_of(std::string_view plan, std::uint64_t number, std::string_view instance, std::string_view host);

// The message's alerts must be of the policy's plan. A recipient without an address is the caller's to refuse.
MailMessage compose(const Message& message, const Policy& policy, const MailContext& context);

}  // namespace planwatch

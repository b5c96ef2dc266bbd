#include "exporters/notice_mail.hpp"

#include <fmt/format.h>

namespace planwatch {

std::string message_id_of(std::string_view plan, std::uint64_t number, std::string_view instance, std::string_view host)
{
    return fmt::format("<{}.{}.{}@{}>", plan, number, instance, host);
}

MailMessage compose(const Message& message, const Policy& policy, const MailContext& context)
{
    const MessageText text = message_text(message, policy, {context.language, context.url, context.links});
    const auto render = [&](MessageForm form) { return context.templates->render(form, text, context.language); };
    return {.from = context.from,
            .to_name = message.recipient.name,
            .to = message.recipient.address,
            .subject = render(MessageForm::subject),
            .text = render(MessageForm::text),
            .html = render(MessageForm::html),
            .message_id = message_id_of(policy.plan.id, message.number, context.instance, context.message_host),
            .date = message.at};
}

}  // namespace planwatch

// A message for the robots of WeCom, DingTalk and Feishu, by the template for chats. Rows of markdown, so that a robot that
// takes few bytes can be given them in several parts, none torn inside a row.
#pragma once

#include "exporters/chat_text.hpp"
#include "exporters/message_templates.hpp"

namespace planwatch {

// Never without rows.
ChatText chat_text(const MessageText& text, const MessageTemplates& templates, Language language);

}  // namespace planwatch

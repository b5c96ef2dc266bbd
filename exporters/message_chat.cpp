#include "exporters/message_chat.hpp"

#include <algorithm>
#include <sstream>

namespace planwatch {

ChatText chat_text(const MessageText& text, const MessageTemplates& templates, Language language)
{
    ChatText chat{.title = templates.render(MessageForm::subject, text, language)};
    chat.resolved = true;
    for (const MessageText::Part& part : text.parts) {
        for (const MessageText::Item& item : part.items) {
            chat.severity = std::max(chat.severity, item.severity);
            chat.resolved = chat.resolved && item.resolved;
        }
    }
    std::istringstream lines{templates.render(MessageForm::chat, text, language)};
    for (std::string row; std::getline(lines, row);)
        if (row.find_first_not_of(" \t\r") != std::string::npos) chat.rows.push_back(std::move(row));
    return chat;
}

}  // namespace planwatch

// The templates that messages are set with: those compiled in, or an office's own. Read and checked once; then only filled in.
#pragma once

#include "config/file.hpp"
#include "exporters/message_text.hpp"
#include "rules/result.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace planwatch {

enum class MessageForm : std::uint8_t { subject, text, html, chat };

std::string_view template_name(MessageForm form);  // "subject.tpl", "text.tpl", …

class MessageTemplates {
public:
    static std::shared_ptr<const MessageTemplates> built_in();
    // A file of a template's name in `folder` (empty: none) takes the place of the one compiled in. Every problem with file, line and
    // column: unknown names, sections left open, a place where nothing can be escaped; and a template that leaves out what is wrong.
    // Throws std::system_error where the folder or a file cannot be read.
    static Result<std::shared_ptr<const MessageTemplates>> load(const std::filesystem::path& folder);

    ~MessageTemplates();

    // HTML is escaped for the place where a value stands; for chat, what markdown would act upon is replaced by its full-width twin.
    // No value brings a line break. Subject: one line.
    std::string render(MessageForm form, const MessageText& text, Language language) const;

private:
    class Library;
    explicit MessageTemplates(std::unique_ptr<Library> library);
    static Result<std::shared_ptr<const MessageTemplates>> make(const std::vector<SourceFile>& files);

    std::unique_ptr<Library> library_;
};

}  // namespace planwatch

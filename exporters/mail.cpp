#include "exporters/mail.hpp"

#include "exporters/utf8.hpp"

#include <gmime/gmime.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace planwatch {
namespace {

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

// Base64 knows no "_", so these can stand in no part, and the same mail gives the same bytes (GMime would draw lots).
constexpr const char* alternative_boundary = "=_planwatch_alternative";
constexpr const char* related_boundary = "=_planwatch_related";
constexpr const char* mixed_boundary = "=_planwatch_mixed";

struct Library {
    Library() { g_mime_init(); }
};

// Encoded words of RFC 2047, one a line. GMime cuts at blanks only, and Chinese has none: its words grow past the 75
// characters that are allowed.
std::string encoded_words(std::string_view text)
{
    constexpr std::size_t bytes_a_word = 39;  // 52 characters of Base64 and 12 around them; a line may have 76
    std::string words;
    while (!text.empty()) {
        const std::string_view piece = text.substr(0, prefix_at_character(text, bytes_a_word));
        const std::unique_ptr<char, decltype(&g_free)> base64{
            g_base64_encode(reinterpret_cast<const guchar*>(piece.data()), piece.size()), &g_free};
        words += words.empty() ? " =?utf-8?B?" : "\n =?utf-8?B?";
        words += base64.get();
        words += "?=";
        text.remove_prefix(piece.size());
    }
    return words;
}

void set_raw(GMimeObject* object, const char* name, const std::string& value)
{
    g_mime_header_set_raw_value(g_mime_header_list_get_header(g_mime_object_get_header_list(object), name), (value + '\n').c_str());
}

void set_subject(GMimeMessage* message, const std::string& subject)
{
    g_mime_message_set_subject(message, subject.c_str(), "utf-8");
    if (!is_ascii(subject)) set_raw(GMIME_OBJECT(message), "Subject", encoded_words(subject));
}

void set_recipient(GMimeMessage* message, const std::string& name, const std::string& address)
{
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, name.empty() ? nullptr : name.c_str(), address.c_str());
    if (!is_ascii(name)) set_raw(GMIME_OBJECT(message), "To", encoded_words(name) + "\n <" + address + '>');
}

// RFC 2045 wants the line breaks of text to be CRLF before it is encoded.
std::string with_crlf(std::string_view text)
{
    std::string out;
    for (const char byte : to_valid_utf8(text)) {
        if (byte == '\r') continue;
        if (byte == '\n') out += '\r';
        out += byte;
    }
    return out;
}

Owned<GMimeObject> part(const char* type, const char* subtype, std::string_view bytes)
{
    Owned<GMimeStream> stream{g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size())};
    Owned<GMimeDataWrapper> content{g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_DEFAULT)};
    GMimePart* made = g_mime_part_new_with_type(type, subtype);
    g_mime_part_set_content(made, content.get());
    g_mime_part_set_content_encoding(made, GMIME_CONTENT_ENCODING_BASE64);
    return Owned<GMimeObject>{GMIME_OBJECT(made)};
}

Owned<GMimeObject> text_part(const char* subtype, std::string_view text)
{
    Owned<GMimeObject> object = part("text", subtype, with_crlf(text));
    g_mime_object_set_content_type_parameter(object.get(), "charset", "utf-8");
    return object;
}

Owned<GMimeObject> file_part(const MailMessage::File& file)
{
    const std::size_t slash = file.type.find('/');
    if (slash == std::string::npos) throw std::invalid_argument{"mail: a file's type is not of the form type/subtype"};
    return part(file.type.substr(0, slash).c_str(), file.type.substr(slash + 1).c_str(), file.bytes);
}

Owned<GMimeObject> inline_part(const MailMessage::File& file)
{
    Owned<GMimeObject> object = file_part(file);
    g_mime_object_set_disposition(object.get(), GMIME_DISPOSITION_INLINE);
    g_mime_object_set_content_id(object.get(), file.name.c_str());
    return object;
}

// RFC 2231's form is the standard's; readers that know only encoded words in the type's `name` (Outlook of old) get them there.
Owned<GMimeObject> attached_part(const MailMessage::File& file)
{
    const std::string name = to_one_line(file.name);
    Owned<GMimeObject> object = file_part(file);
    g_mime_object_set_disposition(object.get(), GMIME_DISPOSITION_ATTACHMENT);
    GMimeParamList* const disposition = g_mime_content_disposition_get_parameters(g_mime_object_get_content_disposition(object.get()));
    g_mime_param_list_set_parameter(disposition, "filename", name.c_str());
    GMimeParamList* const type = g_mime_content_type_get_parameters(g_mime_object_get_content_type(object.get()));
    g_mime_param_list_set_parameter(type, "name", name.c_str());
    g_mime_param_set_encoding_method(g_mime_param_list_get_parameter(type, "name"), GMIME_PARAM_ENCODING_METHOD_RFC2047);
    return object;
}

// The first part with what belongs to it; alone where there is nothing.
template <class MakePart>
Owned<GMimeObject> with_files(Owned<GMimeObject> first, const std::vector<MailMessage::File>& files, const char* subtype, const char* boundary, MakePart make)
{
    if (files.empty()) return first;
    GMimeMultipart* multipart = g_mime_multipart_new_with_subtype(subtype);
    Owned<GMimeObject> object{GMIME_OBJECT(multipart)};
    g_mime_multipart_set_boundary(multipart, boundary);
    g_mime_multipart_add(multipart, first.get());
    for (const MailMessage::File& file : files) g_mime_multipart_add(multipart, Owned<GMimeObject>{make(file)}.get());
    return object;
}

// mixed(alternative(text, related(html, pictures)), attachments), without the wrappers that hold one part alone: RFC 2046, 2387.
Owned<GMimeObject> body_of(const MailMessage& mail)
{
    Owned<GMimeObject> body = text_part("plain", mail.text);
    if (!mail.html.empty()) {
        const Owned<GMimeObject> html = with_files(text_part("html", mail.html), mail.inline_files, "related", related_boundary, inline_part);
        if (!mail.inline_files.empty()) g_mime_object_set_content_type_parameter(html.get(), "type", "text/html");
        GMimeMultipart* alternative = g_mime_multipart_new_with_subtype("alternative");
        g_mime_multipart_set_boundary(alternative, alternative_boundary);
        g_mime_multipart_add(alternative, body.get());  // the best one last: RFC 2046, 5.1.4
        g_mime_multipart_add(alternative, html.get());
        body.reset(GMIME_OBJECT(alternative));
    }
    return with_files(std::move(body), mail.attachments, "mixed", mixed_boundary, attached_part);
}

void set_date(GMimeMessage* message, Instant date)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(date).time_since_epoch().count();
    GDateTime* time = g_date_time_new_from_unix_utc(seconds);
    g_mime_message_set_date(message, time);
    g_date_time_unref(time);
}

std::string to_string(GMimeObject* object)
{
    GMimeFormatOptions* options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    const std::unique_ptr<char, decltype(&g_free)> text{g_mime_object_to_string(object, options), &g_free};
    g_mime_format_options_free(options);
    return text.get();
}

bool is_message_id(std::string_view text)
{
    return text.size() > 4 && text.front() == '<' && text.back() == '>' && is_address(text.substr(1, text.size() - 2));
}

void check(const MailMessage& mail)
{
    if (!is_address(mail.from)) throw std::invalid_argument{"mail: the sender is no address of the form name@host"};
    if (!is_address(mail.to)) throw std::invalid_argument{"mail: the recipient is no address of the form name@host"};
    if (!is_message_id(mail.message_id)) throw std::invalid_argument{"mail: the message id is not of the form <left@right>"};
}

}  // namespace

bool is_address(std::string_view text)
{
    constexpr std::size_t longest = 254;  // RFC 5321, 4.5.3.1.3
    constexpr std::string_view special = "<>()[]\\,;:\"@";
    const std::size_t at = text.find('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == text.size() || text.size() > longest) return false;
    const auto plain = [&](char byte) { return byte > 0x20 && byte < 0x7f && special.find(byte) == std::string_view::npos; };
    return std::ranges::all_of(text.substr(0, at), plain) && std::ranges::all_of(text.substr(at + 1), plain);
}

std::string to_mime(const MailMessage& mail)
{
    static const Library library;
    check(mail);
    GMimeMessage* message = g_mime_message_new(TRUE);
    const Owned<GMimeObject> object{GMIME_OBJECT(message)};
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, nullptr, mail.from.c_str());
    set_recipient(message, to_one_line(mail.to_name), mail.to);
    set_subject(message, to_one_line(mail.subject));
    set_date(message, mail.date);
    g_mime_message_set_message_id(message, mail.message_id.substr(1, mail.message_id.size() - 2).c_str());
    // RFC 3834: no out-of-office answer comes back to a machine.
    g_mime_object_set_header(object.get(), "Auto-Submitted", "auto-generated", nullptr);
    const Owned<GMimeObject> body = body_of(mail);
    g_mime_message_set_mime_part(message, body.get());
    return to_string(object.get());
}

}  // namespace planwatch

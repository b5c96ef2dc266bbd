#include "exporters/mail.hpp"

#include <gmime/gmime.h>
#include <gtest/gtest.h>

#include <memory>

namespace planwatch {
namespace {

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
using Parsed = std::unique_ptr<GMimeMessage, Unref>;

MailMessage example()
{
    return {.from = "planwatch@example.org",
            .to_name = "张三",
            .to = "zhang@example.org",
            .subject = "【逾期】区农业农村委 2023-Q3 工作进展情况，请尽快补报并说明原因，联系人见正文",
            .text = "第一行\n第二行\n",
            .html = "<p>第一行</p>\n",
            .message_id = "<demo-2023.7.abc@example.org>",
            .date = parse_instant("2023-10-11T00:00:00+08:00").value()};
}

Parsed parse(const std::string& mime)
{
    const std::unique_ptr<GMimeStream, Unref> stream{g_mime_stream_mem_new_with_buffer(mime.data(), mime.size())};
    const std::unique_ptr<GMimeParser, Unref> parser{g_mime_parser_new_with_stream(stream.get())};
    return Parsed{g_mime_parser_construct_message(parser.get(), nullptr)};
}

std::string text_of(GMimeObject* part)
{
    const std::unique_ptr<GMimeStream, Unref> stream{g_mime_stream_mem_new()};
    g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(part)), stream.get());
    const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
    return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

std::string header(const Parsed& message, const char* name)
{
    const char* value = g_mime_object_get_header(GMIME_OBJECT(message.get()), name);
    return value ? value : "";
}

TEST(Mail, chinese_headers_and_both_bodies_read_back)
{
    const MailMessage mail = example();
    const Parsed message = parse(to_mime(mail));
    ASSERT_TRUE(message);
    EXPECT_EQ(g_mime_message_get_subject(message.get()), mail.subject);
    EXPECT_EQ(g_mime_message_get_message_id(message.get()), std::string{"demo-2023.7.abc@example.org"});
    EXPECT_EQ(header(message, "From"), "planwatch@example.org");
    EXPECT_EQ(header(message, "To"), "张三 <zhang@example.org>");
    EXPECT_EQ(header(message, "Date"), "Tue, 10 Oct 2023 16:00:00 +0000");
    EXPECT_EQ(header(message, "Auto-Submitted"), "auto-generated");

    GMimeObject* body = g_mime_message_get_mime_part(message.get());
    ASSERT_TRUE(GMIME_IS_MULTIPART(body));
    EXPECT_TRUE(g_mime_content_type_is_type(g_mime_object_get_content_type(body), "multipart", "alternative"));
    ASSERT_EQ(g_mime_multipart_get_count(GMIME_MULTIPART(body)), 2);
    EXPECT_EQ(text_of(g_mime_multipart_get_part(GMIME_MULTIPART(body), 0)), "第一行\r\n第二行\r\n");
    EXPECT_EQ(text_of(g_mime_multipart_get_part(GMIME_MULTIPART(body), 1)), "<p>第一行</p>\r\n");
}

TEST(Mail, without_html_is_one_plain_part)
{
    MailMessage mail = example();
    mail.html.clear();
    const Parsed message = parse(to_mime(mail));
    GMimeObject* body = g_mime_message_get_mime_part(message.get());
    GMimeContentType* type = g_mime_object_get_content_type(body);
    EXPECT_TRUE(g_mime_content_type_is_type(type, "text", "plain"));
    EXPECT_STREQ(g_mime_content_type_get_parameter(type, "charset"), "utf-8");
    EXPECT_EQ(text_of(body), "第一行\r\n第二行\r\n");
}

TEST(Mail, the_same_mail_gives_the_same_bytes)
{
    EXPECT_EQ(to_mime(example()), to_mime(example()));
}

TEST(Mail, is_ascii_with_crlf_and_short_lines)
{
    MailMessage mail = example();
    mail.text.assign(5000, 'x');
    mail.to_name = "示例区人民政府食品安全委员会办公室综合协调与应急管理科";
    const std::string mime = to_mime(mail);
    std::size_t line = 0;
    for (std::size_t i = 0; i < mime.size(); ++i) {
        EXPECT_LT(static_cast<unsigned char>(mime[i]), 0x80);
        if (mime[i] == '\n') {
            EXPECT_EQ(mime[i - 1], '\r');
            EXPECT_LE(line, 76U + 1) << mime.substr(i - line, line);  // and the CR
            line = 0;
        } else {
            ++line;
        }
    }
}

TEST(Mail, no_header_can_be_slipped_in)
{
    MailMessage mail = example();
    mail.subject = "a\r\nBcc: everyone@example.org\r\n\r\nbody";
    mail.to_name = "Zhang\"\r\nX-Evil: 1";
    const Parsed message = parse(to_mime(mail));
    EXPECT_EQ(header(message, "Bcc"), "");
    EXPECT_EQ(header(message, "X-Evil"), "");
    EXPECT_EQ(g_mime_message_get_subject(message.get()), std::string{"a  Bcc: everyone@example.org    body"});
    InternetAddressList* to = g_mime_message_get_to(message.get());
    ASSERT_EQ(internet_address_list_length(to), 1);
    EXPECT_STREQ(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(internet_address_list_get_address(to, 0))),
                 "zhang@example.org");
}

TEST(Mail, what_is_no_single_address_is_refused)
{
    EXPECT_TRUE(is_address("a.b+c@example.org"));
    const char* bad[] = {"",      "a",    "@b",   "a@",     "a@b@c", "a b@c", "a@b,c@d", "a@b\r\nRCPT TO:<x@y>",
                         "<a@b>", "张@b", "a@b;", "\"a\"@b"};
    for (const char* text : bad) {
        EXPECT_FALSE(is_address(text)) << text;
        MailMessage mail = example();
        mail.to = text;
        EXPECT_THROW(to_mime(mail), std::invalid_argument) << text;
    }
    MailMessage mail = example();
    mail.message_id = "demo@example.org>\r\nX: <y";
    EXPECT_THROW(to_mime(mail), std::invalid_argument);
}

}  // namespace
}  // namespace planwatch

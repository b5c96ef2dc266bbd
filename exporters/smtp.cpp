#include "exporters/smtp.hpp"

#include "exporters/curl.hpp"
#include "exporters/mail.hpp"
#include "exporters/secrets.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace planwatch {
namespace {

using Outcome = SendResult::Outcome;

std::string_view without_line_end(std::string_view line)
{
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    return line;
}

// What was said, as far as the outcome hangs on it: which command was sent last, and the last answer to it. Commands are
// looked at for their verb and never kept, for AUTH carries the password.
class Conversation {
public:
    void sent(std::string_view command)
    {
        constexpr std::array<std::string_view, 3> kept = {"RCPT", "DATA", "QUIT"};
        verb_ = {};
        for (const std::string_view verb : kept) {
            if (command.starts_with(verb)) verb_ = verb;
        }
    }
    void received(std::string_view line)
    {
        // libcurl takes its leave within the same call; the goodbye says nothing about the mail.
        if (verb_ == "QUIT") return;
        answer_ = without_line_end(line);
        answered_ = verb_;
    }
    bool refused() const { return (answered_ == "RCPT" || answered_ == "DATA") && answer_.starts_with('5'); }
    const std::string& answer() const { return answer_; }

private:
    std::string_view verb_;
    std::string_view answered_;
    std::string answer_;
};

int listen(CURL*, curl_infotype type, char* data, std::size_t size, void* user)
{
    auto& conversation = *static_cast<Conversation*>(user);
    if (type == CURLINFO_HEADER_OUT) conversation.sent({data, size});
    if (type == CURLINFO_HEADER_IN) conversation.received({data, size});
    return 0;
}

std::size_t feed(char* buffer, std::size_t size, std::size_t count, void* user)
{
    auto& rest = *static_cast<std::string_view*>(user);
    const std::size_t length = std::min(size * count, rest.size());
    std::memcpy(buffer, rest.data(), length);
    rest.remove_prefix(length);
    return length;
}

void set_server(CURL* curl, const SmtpServer& server)
{
    set_option(curl, CURLOPT_URL, server.url.c_str());
    set_option(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set_option(curl, CURLOPT_PROXY, "");  // what the environment says of proxies is meant for the web
    if (server.tls == SmtpServer::Tls::starttls) set_option(curl, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    if (!server.ca_file.empty()) set_option(curl, CURLOPT_CAINFO, server.ca_file.c_str());
    if (!server.user.empty()) {
        set_option(curl, CURLOPT_USERNAME, server.user.c_str());
        set_option(curl, CURLOPT_PASSWORD, server.password.c_str());
    }
    const auto milliseconds = static_cast<long>(std::chrono::milliseconds{server.timeout}.count());
    set_option(curl, CURLOPT_TIMEOUT_MS, milliseconds);
    set_option(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
    set_option(curl, CURLOPT_NOSIGNAL, 1L);
}

// A server might quote what it was given.
std::string without_secrets(std::string answer, const SmtpServer& server)
{
    using namespace std::string_literals;
    answer = without_secret(std::move(answer), base64("\0"s + server.user + "\0"s + server.password));  // AUTH PLAIN
    answer = without_secret(std::move(answer), base64(server.password));                                // AUTH LOGIN
    return without_secret(std::move(answer), server.password);
}

Outcome outcome_of(CURLcode code, const Conversation& conversation)
{
    if (code == CURLE_OK) return Outcome::delivered;
    return conversation.refused() ? Outcome::refused : Outcome::retry;
}

}  // namespace

SendResult send(const SmtpServer& server, const std::string& from, const std::string& to, const std::string& mime)
{
    if (!is_address(from) || !is_address(to)) return {Outcome::refused, "not an address of the form name@host"};

    const CurlHandle curl = make_curl();
    CurlList recipients;
    append(recipients, to);
    std::array<char, CURL_ERROR_SIZE> problem{};
    std::string_view rest = mime;
    Conversation conversation;

    set_server(curl.get(), server);
    set_option(curl.get(), CURLOPT_MAIL_FROM, from.c_str());
    set_option(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
    set_option(curl.get(), CURLOPT_UPLOAD, 1L);
    set_option(curl.get(), CURLOPT_READFUNCTION, &feed);
    set_option(curl.get(), CURLOPT_READDATA, &rest);
    set_option(curl.get(), CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mime.size()));
    set_option(curl.get(), CURLOPT_ERRORBUFFER, problem.data());
    set_option(curl.get(), CURLOPT_DEBUGFUNCTION, &listen);
    set_option(curl.get(), CURLOPT_DEBUGDATA, &conversation);
    set_option(curl.get(), CURLOPT_VERBOSE, 1L);

    const CURLcode code = curl_easy_perform(curl.get());
    const Outcome outcome = outcome_of(code, conversation);
    const bool server_spoke_last =
        code == CURLE_OK || conversation.answer().starts_with('4') || conversation.answer().starts_with('5');
    std::string answer = server_spoke_last ? conversation.answer() : problem.data();
    if (answer.empty()) answer = curl_easy_strerror(code);
    return {outcome, without_secrets(std::move(answer), server)};
}

}  // namespace planwatch

#include "exporters/smtp.hpp"

#include "exporters/mail.hpp"

#include <curl/curl.h>
#include <glib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace planwatch {
namespace {

using Outcome = SendResult::Outcome;

struct Library {
    Library()
    {
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error{"smtp: libcurl does not start"};
    }
};

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

template <class T>
void set(CURL* curl, CURLoption option, T value)
{
    if (const CURLcode code = curl_easy_setopt(curl, option, value); code != CURLE_OK) {
        throw std::runtime_error{std::string{"smtp: "} + curl_easy_strerror(code)};
    }
}

void set_server(CURL* curl, const SmtpServer& server)
{
    set(curl, CURLOPT_URL, server.url.c_str());
    set(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(curl, CURLOPT_PROXY, "");  // what the environment says of proxies is meant for the web
    if (server.tls == SmtpServer::Tls::starttls) set(curl, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    if (!server.ca_file.empty()) set(curl, CURLOPT_CAINFO, server.ca_file.c_str());
    if (!server.user.empty()) {
        set(curl, CURLOPT_USERNAME, server.user.c_str());
        set(curl, CURLOPT_PASSWORD, server.password.c_str());
    }
    const auto milliseconds = static_cast<long>(std::chrono::milliseconds{server.timeout}.count());
    set(curl, CURLOPT_TIMEOUT_MS, milliseconds);
    set(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
    set(curl, CURLOPT_NOSIGNAL, 1L);
}

// A server might quote what it was given.
std::string without_secret(std::string answer, const std::string& secret)
{
    if (secret.empty()) return answer;
    for (std::size_t at = answer.find(secret); at != std::string::npos; at = answer.find(secret, at))
        answer.replace(at, secret.size(), "*");
    return answer;
}

std::string base64(std::string_view text)
{
    const std::unique_ptr<char, decltype(&g_free)> encoded{
        g_base64_encode(reinterpret_cast<const guchar*>(text.data()), text.size()), &g_free};
    return encoded.get();
}

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
    static const Library library;
    if (!is_address(from) || !is_address(to)) return {Outcome::refused, "not an address of the form name@host"};

    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl{curl_easy_init(), &curl_easy_cleanup};
    if (!curl) throw std::runtime_error{"smtp: libcurl gives no handle"};
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> recipients{curl_slist_append(nullptr, to.c_str()),
                                                                                 &curl_slist_free_all};
    std::array<char, CURL_ERROR_SIZE> problem{};
    std::string_view rest = mime;
    Conversation conversation;

    set_server(curl.get(), server);
    set(curl.get(), CURLOPT_MAIL_FROM, from.c_str());
    set(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
    set(curl.get(), CURLOPT_UPLOAD, 1L);
    set(curl.get(), CURLOPT_READFUNCTION, &feed);
    set(curl.get(), CURLOPT_READDATA, &rest);
    set(curl.get(), CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mime.size()));
    set(curl.get(), CURLOPT_ERRORBUFFER, problem.data());
    set(curl.get(), CURLOPT_DEBUGFUNCTION, &listen);
    set(curl.get(), CURLOPT_DEBUGDATA, &conversation);
    set(curl.get(), CURLOPT_VERBOSE, 1L);

    const CURLcode code = curl_easy_perform(curl.get());
    const Outcome outcome = outcome_of(code, conversation);
    const bool server_spoke_last =
        code == CURLE_OK || conversation.answer().starts_with('4') || conversation.answer().starts_with('5');
    std::string answer = server_spoke_last ? conversation.answer() : problem.data();
    if (answer.empty()) answer = curl_easy_strerror(code);
    return {outcome, without_secrets(std::move(answer), server)};
}

}  // namespace planwatch

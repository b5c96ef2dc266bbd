#include "exporters/http_post.hpp"

#include "exporters/curl.hpp"
#include "exporters/secrets.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>

namespace planwatch {
namespace {

struct Answer {
    std::string body;
    bool too_long = false;
};

std::size_t keep_answer(const char* data, std::size_t, std::size_t size, void* user)
{
    auto& answer = *static_cast<Answer*>(user);
    answer.too_long = answer.body.size() + size > longest_reply;
    if (answer.too_long) return 0;
    answer.body.append(data, size);
    return size;
}

struct UrlDeleter {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string part_of(CURLU* url, CURLUPart part)
{
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
    const std::unique_ptr<char, void (*)(void*)> owned{text, curl_free};
    return text;
}

struct SchemeAndHost {
    std::string scheme, host;  // both empty: no URL
};

SchemeAndHost scheme_and_host(std::string_view text)
{
    const std::unique_ptr<CURLU, UrlDeleter> url{curl_url()};
    if (!url || curl_url_set(url.get(), CURLUPART_URL, std::string{text}.c_str(), 0) != CURLUE_OK) return {};
    return {part_of(url.get(), CURLUPART_SCHEME), part_of(url.get(), CURLUPART_HOST)};
}

// libcurl takes "localhost" for the loopback address without asking a resolver.
bool is_loopback(std::string_view host)
{
    if (host == "localhost" || host == "[::1]") return true;
    unsigned value = 0;
    int parts = 0;
    for (const char* at = host.data(); parts < 4; ++parts) {
        const auto [end, error] = std::from_chars(at, host.data() + host.size(), value);
        if (error != std::errc{} || value > 255 || (parts == 0 && value != 127)) return false;
        at = end;
        if (at == host.data() + host.size()) return parts == 3;
        if (*at++ != '.') return false;
    }
    return false;
}

// One a thread: what was connected stays so for the next message to the same server.
CURL* handle_of_this_thread()
{
    thread_local const CurlHandle curl = make_curl();
    curl_easy_reset(curl.get());
    return curl.get();
}

}  // namespace

std::string url_problem(std::string_view url)
{
    if (url.find_first_of(" \t\r\n") != std::string_view::npos) return "the URL must be one line without blanks";
    const auto [scheme, host] = scheme_and_host(url);
    if (scheme.empty() || host.empty()) return "not a URL of the form https://host/…";
    if (scheme == "https" || (scheme == "http" && is_loopback(host))) return {};
    if (scheme == "http") return fmt::format("http:// is allowed to this machine alone (127.0.0.1, [::1], localhost), not to {}; use https://", host);
    return fmt::format("the URL begins with {}://; use https://", scheme);
}

HttpReply post(const HttpPost& request)
{
    CURL* const curl = handle_of_this_thread();
    CurlList headers;
    append(headers, "Expect:");  // no round trip before a large body
    append(headers, "Content-Type: application/json; charset=utf-8");
    append(headers, "User-Agent: planwatch");
    for (const std::string& header : request.headers) append(headers, header);
    std::array<char, CURL_ERROR_SIZE> problem{};
    Answer answer;
    const auto milliseconds = static_cast<long>(request.timeout.count());

    set_option(curl, CURLOPT_URL, request.url.c_str());
    set_option(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    set_option(curl, CURLOPT_FOLLOWLOCATION, 0L);
    // The environment's proxy is for the web, not for this machine.
    if (is_loopback(scheme_and_host(request.url).host)) set_option(curl, CURLOPT_PROXY, "");
    if (!request.ca_file.empty()) set_option(curl, CURLOPT_CAINFO, request.ca_file.c_str());
    set_option(curl, CURLOPT_HTTPHEADER, headers.get());
    set_option(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set_option(curl, CURLOPT_POSTFIELDS, request.body.data());
    set_option(curl, CURLOPT_TIMEOUT_MS, milliseconds);
    set_option(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
    set_option(curl, CURLOPT_NOSIGNAL, 1L);
    set_option(curl, CURLOPT_WRITEFUNCTION, &keep_answer);
    set_option(curl, CURLOPT_WRITEDATA, &answer);
    set_option(curl, CURLOPT_ERRORBUFFER, problem.data());

    HttpReply reply;
    if (const CURLcode code = curl_easy_perform(curl); code != CURLE_OK) {
        const std::string why = answer.too_long ? "the answer is longer than 64 KiB" : problem[0] != '\0' ? problem.data() : curl_easy_strerror(code);
        reply.problem = fmt::format("no answer from {}: {}", masked_url(request.url), without_url(why, request.url));
        return reply;
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
    curl_off_t seconds = 0;
    if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK && seconds > 0) reply.retry_after = std::chrono::seconds{seconds};
    reply.body = std::move(answer.body);
    return reply;
}

}  // namespace planwatch

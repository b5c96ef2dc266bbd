#include "exporters/history_receiver.hpp"

#include "exporters/curl.hpp"
#include "exporters/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace planwatch {
namespace {

using Outcome = PushResult::Outcome;

constexpr std::size_t longest_answer = 4'096;  // bytes that are read of what a server says
constexpr std::size_t shown_answer = 300;

// The rest is read, so that the connection can be used again, and dropped.
std::size_t keep_beginning(const char* data, std::size_t, std::size_t size, void* user)
{
    auto& answer = *static_cast<std::string*>(user);
    answer.append(data, std::min(size, longest_answer - std::min(answer.size(), longest_answer)));
    return size;
}

int ask_whether_to_go_on(void* give_up, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
{
    return *static_cast<const std::atomic<bool>*>(give_up) ? 1 : 0;
}

std::vector<std::string> headers_of(const HistoryTarget& target)
{
    std::vector<std::string> headers{"Expect:", "User-Agent: planwatch"};
    if (target.kind == HistoryTarget::Kind::victoria_metrics) {
        headers.insert(headers.end(), {"Content-Type: text/plain", "Content-Encoding: gzip"});
    } else {
        headers.insert(headers.end(), {"Content-Type: application/x-protobuf", "Content-Encoding: snappy", "X-Prometheus-Remote-Write-Version: 0.1.0"});
    }
    if (target.user.empty() && !target.secret.empty()) headers.push_back("Authorization: Bearer " + target.secret);
    return headers;
}

// What a server says may hold anything, what it was given included.
std::string first_line_of(const std::string& answer, const std::string& secret)
{
    std::string line = to_valid_utf8(answer.substr(0, answer.find_first_of("\r\n")));
    if (!secret.empty())
        for (std::size_t at = line.find(secret); at != std::string::npos; at = line.find(secret)) line.replace(at, secret.size(), "*");
    if (line.size() > shown_answer) line = line.substr(0, prefix_at_character(line, shown_answer)) + "…";
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return line;
}

// Prometheus 2.42 answers 500 where a sample is older than its window, as if another try could help.
Outcome outcome_of(long status, const std::string& answer)
{
    if (status >= 200 && status < 300) return Outcome::stored;
    if (status == 500 && answer.find("too old sample") != std::string::npos) return Outcome::refused;
    return status == 400 || status == 413 || status == 422 ? Outcome::refused : Outcome::retry;
}

}  // namespace

struct HistoryReceiver::Handle {
    CurlHandle curl = make_curl();
    CurlList headers;
    std::array<char, CURL_ERROR_SIZE> problem{};
};

HistoryReceiver::HistoryReceiver(HistoryTarget target, const std::atomic<bool>& give_up)
    : target_{std::move(target)}, give_up_{give_up}, handle_{std::make_unique<Handle>()}
{
    CURL* const curl = handle_->curl.get();
    for (const std::string& header : headers_of(target_)) append(handle_->headers, header);
    set_option(curl, CURLOPT_URL, target_.url.c_str());
    set_option(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    set_option(curl, CURLOPT_FOLLOWLOCATION, 0L);
    set_option(curl, CURLOPT_PROXY, "");  // what the environment says of proxies is meant for the web
    set_option(curl, CURLOPT_HTTPHEADER, handle_->headers.get());
    if (!target_.user.empty()) {
        set_option(curl, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        set_option(curl, CURLOPT_USERNAME, target_.user.c_str());
        set_option(curl, CURLOPT_PASSWORD, target_.secret.c_str());
    }
    if (!target_.ca_file.empty()) set_option(curl, CURLOPT_CAINFO, target_.ca_file.c_str());
    const auto milliseconds = static_cast<long>(std::chrono::milliseconds{target_.timeout}.count());
    set_option(curl, CURLOPT_TIMEOUT_MS, milliseconds);
    set_option(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
    set_option(curl, CURLOPT_NOSIGNAL, 1L);
    set_option(curl, CURLOPT_ERRORBUFFER, handle_->problem.data());
    set_option(curl, CURLOPT_WRITEFUNCTION, &keep_beginning);
    set_option(curl, CURLOPT_NOPROGRESS, 0L);
    set_option(curl, CURLOPT_XFERINFOFUNCTION, &ask_whether_to_go_on);
    set_option(curl, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&give_up_));
}

HistoryReceiver::~HistoryReceiver() = default;

PushResult HistoryReceiver::push(std::span<const SeriesSlice> batch)
{
    CURL* const curl = handle_->curl.get();
    const std::string body = target_.kind == HistoryTarget::Kind::victoria_metrics ? import_body(batch) : remote_write_body(batch);
    std::string answer;
    handle_->problem[0] = '\0';
    set_option(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set_option(curl, CURLOPT_POSTFIELDS, body.data());
    set_option(curl, CURLOPT_WRITEDATA, &answer);
    if (const CURLcode code = curl_easy_perform(curl); code != CURLE_OK)
        return {Outcome::retry, true, handle_->problem[0] != '\0' ? handle_->problem.data() : curl_easy_strerror(code)};
    long status = 0, connections = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &connections);
    return {outcome_of(status, answer), connections > 0, fmt::format("{} {}", status, first_line_of(answer, target_.secret))};
}

}  // namespace planwatch

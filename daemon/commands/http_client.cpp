#include "daemon/commands/http_client.hpp"

#include "config/json.hpp"
#include "rules/decimal.hpp"

#include <array>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <curl/curl.h>
#include <fmt/format.h>
#include <memory>

namespace planwatch {
namespace {

struct CurlDeleter {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, CurlDeleter>;
using Headers = std::unique_ptr<curl_slist, CurlDeleter>;

constexpr long connect_seconds = 10;
constexpr long answer_seconds = 120;  // a file of a million figures takes its time

std::string token_of(const std::string& file)
{
    std::string token;
    if (!file.empty()) {
        token = read_file(file).text;
    } else if (const char* variable = std::getenv("PLANWATCH_TOKEN")) {
        token = variable;
    }
    token.erase(token.find_last_not_of(" \t\r\n") + 1);
    // A line break in it would begin a header of its own.
    if (token.find_first_of("\r\n") != std::string::npos) throw UsageError{"the token must be a single line"};
    return token;
}

std::size_t append(const char* data, std::size_t, std::size_t size, void* body)
{
    static_cast<std::string*>(body)->append(data, size);
    return size;
}

void add_header(Headers& headers, const std::string& line)
{
    curl_slist* longer = curl_slist_append(headers.get(), line.c_str());
    if (!longer) throw std::bad_alloc{};
    (void)headers.release();  // the list that begins with it is `longer`
    headers.reset(longer);
}

std::string_view advice_on(CURLcode code)
{
    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION: return "; --ca-file names the certificate to trust, and the URL has a name or address that stands in the daemon's";
    case CURLE_SSL_CONNECT_ERROR: return "; does the daemon speak TLS there? Without TLS the address begins with http://";
    case CURLE_SSL_CACERT_BADFILE: return "; expected certificates as PEM in the file of --ca-file";
    default: return "; is the daemon running there?";
    }
}

}  // namespace

void add_server(CLI::App& command, ServerChoice& choice)
{
    command.add_option("--server", choice.url, "The daemon's address (http://127.0.0.1:9919 by default)")->type_name("URL");
    command.add_option("--token-file", choice.token_file, "File with the token; else the environment's PLANWATCH_TOKEN is used")
        ->check(CLI::ExistingFile.description(""))
        ->type_name("FILE");
    command.add_option("--ca-file", choice.ca_file, "Certificates to trust for https, PEM (the system's by default)")
        ->check(CLI::ExistingFile.description(""))
        ->type_name("FILE");
}

HttpClient::HttpClient(const ServerChoice& choice) : url_{choice.url}, token_{token_of(choice.token_file)}, ca_file_{choice.ca_file}
{
    while (url_.ends_with('/')) url_.pop_back();
}

std::string HttpClient::encode(std::string_view text)
{
    // The handle is not used since libcurl 7.82; a length of 0 would be taken as "look for the end".
    if (text.empty()) return {};
    const std::unique_ptr<char, void (*)(void*)> escaped{curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size())),
                                                         curl_free};
    if (!escaped) throw std::bad_alloc{};
    return escaped.get();
}

HttpAnswer HttpClient::get(std::string_view path, const Query& query) const { return request(path, query, {}); }

HttpAnswer HttpClient::post(std::string_view path, const Query& query, std::string_view content_type, const std::string& body) const
{
    return request(path, query, {.body = &body, .content_type = content_type});
}

HttpAnswer HttpClient::remove(std::string_view path) const { return request(path, {}, {.method = "DELETE"}); }

HttpAnswer HttpClient::request(std::string_view path, const Query& query, const Asked& asked) const
{
    const Handle handle{curl_easy_init()};
    if (!handle) throw std::runtime_error{"libcurl could not be started"};
    std::string url = fmt::format("{}{}", url_, path);
    char separator = '?';
    for (const auto& [name, value] : query) {
        if (value.empty()) continue;
        url += fmt::format("{}{}={}", std::exchange(separator, '&'), name, encode(value));
    }

    Headers headers;
    add_header(headers, "Expect:");  // no round trip before a large body
    if (!token_.empty()) add_header(headers, "Authorization: Bearer " + token_);
    if (asked.body) add_header(headers, fmt::format("Content-Type: {}", asked.content_type));

    HttpAnswer answer;
    curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(handle.get(), CURLOPT_CONNECTTIMEOUT, connect_seconds);
    curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, answer_seconds);
    curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &answer.body);
    if (asked.method) curl_easy_setopt(handle.get(), CURLOPT_CUSTOMREQUEST, asked.method);
    if (asked.body) {
        curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(asked.body->size()));
        curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, asked.body->data());
    }
    std::array<char, CURL_ERROR_SIZE> detail{};
    curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, detail.data());
    curl_easy_setopt(handle.get(), CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    if (!ca_file_.empty()) curl_easy_setopt(handle.get(), CURLOPT_CAINFO, ca_file_.c_str());
    if (const CURLcode code = curl_easy_perform(handle.get()); code != CURLE_OK)
        throw std::runtime_error{fmt::format("no answer from {}: {}{}", url_, detail[0] ? detail.data() : curl_easy_strerror(code), advice_on(code))};
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    const char* type = nullptr;
    if (curl_easy_getinfo(handle.get(), CURLINFO_CONTENT_TYPE, &type) == CURLE_OK && type) answer.content_type = type;
    return answer;
}

std::string HttpClient::get_json(std::string_view path, const Query& query) const
{
    HttpAnswer answer = get(path, query);
    if (answer.status >= 500)
        throw std::runtime_error{fmt::format("{} answered {}: {}", url_, answer.status, to_text(problems_of(answer)))};
    if (answer.status >= 400) throw InputError{problems_of(answer)};
    return std::move(answer.body);
}

Problems problems_of(const HttpAnswer& answer)
{
    const Result<boost::json::value> document = parse_json(answer.body);
    if (!document || !document->is_object()) return {{"", fmt::format("the daemon answered {} without a reason", answer.status)}};
    Problems problems;
    if (const boost::json::value* errors = document->as_object().if_contains("errors"); errors && errors->is_array())
        for (const boost::json::value& error : errors->as_array())
            problems.push_back({text_in(error, "path"), text_in(error, "message")});
    if (problems.empty()) problems.push_back({"", fmt::format("{} ({})", text_in(*document, "detail"), answer.status)});
    return problems;
}

std::string text_in(const boost::json::value& object, std::string_view key)
{
    if (!object.is_object()) return {};
    const boost::json::value* value = object.as_object().if_contains(key);
    if (!value || value->is_null()) return {};
    if (value->is_string()) return std::string{value->as_string()};
    if (value->is_double()) return fmt::format("{:.10g}", value->as_double());
    return boost::json::serialize(*value);
}

}  // namespace planwatch

#include "config/history_reader.hpp"

#include <boost/url/host_type.hpp>
#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

namespace planwatch::reading {
namespace {

const std::vector<std::pair<std::string_view, HistorySettings::Kind>> kind_words{
    {"victoria-metrics", HistorySettings::Kind::victoria_metrics}, {"remote-write", HistorySettings::Kind::remote_write}};

bool is_this_machine(const boost::urls::url_view& url)
{
    if (url.host_type() == boost::urls::host_type::ipv4) return url.host_ipv4_address().is_loopback();
    if (url.host_type() == boost::urls::host_type::ipv6) return url.host_ipv6_address().is_loopback();
    return url.host() == "localhost";
}

// What is wrong with it; the URL itself is not repeated where it may hold a secret.
std::string url_problem(const std::string& text, bool with_secret)
{
    const auto url = boost::urls::parse_uri(text);
    constexpr auto expected = "expected the whole address, such as http://127.0.0.1:8428/api/v1/import/prometheus";
    if (url && url->has_userinfo()) return "a name or password does not belong into 'url'; expected user = \"…\" and secret_file = \"a file with the secret alone\"";
    if (!url || url->host().empty() || (url->scheme() != "http" && url->scheme() != "https")) return fmt::format("'url' is '{}'; {}", text, expected);
    if (url->path().empty() || url->path() == "/") return fmt::format("'url' is '{}', which names no path; {}, or http://127.0.0.1:9090/api/v1/write", text, expected);
    if (url->has_fragment()) return fmt::format("'url' is '{}'; {}, without '#'", text, expected);
    if (with_secret && url->scheme() == "http" && !is_this_machine(*url))
        return fmt::format("'url' is '{}', where anybody on the way could read the secret; expected https://, or http:// to this machine alone", text);
    return {};
}

void read_waits(Section& section, HistorySettings& history)
{
    constexpr std::int64_t hour = 3600;
    const auto read = [&](std::string_view key, std::int64_t most, std::chrono::seconds& seconds) {
        if (const auto given = section.integer(key, 1, most)) seconds = std::chrono::seconds{*given};
    };
    read("timeout", hour, history.timeout);
    read("retry_first", hour, history.retry_first);
    read("retry_longest", 24 * hour, history.retry_longest);
    if (history.retry_longest >= history.retry_first) return;
    const toml::node* const where = section.get("retry_longest") ? section.get("retry_longest") : section.get("retry_first");
    section.report().add(*where, fmt::format("the longest wait, {} s, is shorter than the first, {} s", history.retry_longest.count(), history.retry_first.count()));
}

}  // namespace

HistorySettings read_history(Section& section, const std::filesystem::path& folder)
{
    HistorySettings history;
    const auto path = [&](std::string_view key) {
        const std::string text = section.text(key);
        return text.empty() ? std::filesystem::path{} : folder / text;
    };
    history.url = section.text("url", "the address that takes history");
    history.kind = section.word("kind", kind_words, HistorySettings::Kind::victoria_metrics);
    history.user = section.text("user");
    history.secret_file = path("secret_file");
    history.ca_file = path("ca_file");
    for (const std::string_view key : {"secret", "password", "token"})
        if (const toml::node* const node = section.get(key))
            section.report().add(*node, "a secret does not belong here; expected secret_file = \"a file with it alone\"");
    if (!history.user.empty() && history.secret_file.empty())
        section.report().add(*section.get("user"), "'user' needs a 'secret_file', which holds the password; without 'user' it holds a bearer token");
    if (!history.url.empty())
        if (const std::string problem = url_problem(history.url, !history.secret_file.empty()); !problem.empty())
            section.report().add(*section.get("url"), problem);
    read_waits(section, history);
    section.refuse_unknown_keys();
    return history;
}

}  // namespace planwatch::reading

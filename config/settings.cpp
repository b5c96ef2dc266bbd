#include "config/settings.hpp"

#include "config/contact_reader.hpp"
#include "config/history_reader.hpp"
#include "config/office_reader.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <fmt/format.h>

namespace planwatch {
namespace {

using namespace reading;

const std::vector<std::pair<std::string_view, Mail::Tls>> tls_words{
    {"none", Mail::Tls::none}, {"starttls", Mail::Tls::starttls}, {"required", Mail::Tls::required}};

const std::vector<std::pair<std::string_view, std::string_view>> log_levels{
    {"trace", "trace"}, {"debug", "debug"}, {"info", "info"}, {"warn", "warn"}, {"error", "error"}};

bool is_address(const std::string& text)
{
    in6_addr buffer{};
    return inet_pton(AF_INET, text.c_str(), &buffer) == 1 || inet_pton(AF_INET6, text.c_str(), &buffer) == 1;
}

class SettingsReader {
public:
    SettingsReader(Report& report, const SourceFile& file) : report_{report}, folder_{std::filesystem::path{file.name}.parent_path()} {}

    Settings read(const toml::table& root)
    {
        Section top{report_, root, "the settings"};
        if (top.get("data")) settings_.data = path(top.text("data", "a folder"));
        for (const TextAt& plan : top.texts("plans"))
            if (auto file = present(plan)) settings_.plans.push_back(std::move(*file));
        if (const toml::node* const calendar = top.get("calendar")) settings_.calendar = present({top.text("calendar", "a file"), calendar});
        if (auto http = top.section("http")) read_http(*http);
        if (auto mail = top.section("mail")) read_mail(*mail);
        if (auto history = top.section("history")) settings_.history = read_history(*history, folder_);
        if (auto metrics = top.section("metrics")) read_metrics(*metrics);
        if (auto log = top.section("log")) read_log(*log);
        read_office(top, folder_, settings_);
        top.refuse_unknown_keys();
        return std::move(settings_);
    }

private:
    std::filesystem::path path(const std::string& text) const { return text.empty() ? std::filesystem::path{} : folder_ / text; }

    // One that is missing is told here, with its place, so that all others are looked at in the same round.
    std::optional<std::filesystem::path> present(const TextAt& file)
    {
        if (file.text.empty()) return std::nullopt;
        std::filesystem::path found = path(file.text);
        std::error_code ignored;
        if (std::filesystem::is_regular_file(found, ignored)) return found;
        report_.add(*file.node, fmt::format("there is no file '{}'", found.string()));
        return std::nullopt;
    }

    template <class Size>
    void read_size(Section& section, std::string_view key, std::int64_t least, std::int64_t most, Size& size)
    {
        if (const auto read = section.integer(key, least, most)) size = static_cast<Size>(*read);
    }

    void read_seconds(Section& section, std::string_view key, std::int64_t most, std::chrono::seconds& seconds)
    {
        if (const auto read = section.integer(key, 1, most)) seconds = std::chrono::seconds{*read};
    }

    void read_http(Section& section)
    {
        constexpr std::int64_t kilo = 1024;
        constexpr std::int64_t hour = 3600;
        Http& http = settings_.http;
        const std::string listen = section.text("listen");
        if (const toml::node* const node = section.get("listen"); node && node->is_string()) {
            if (const auto endpoint = parse_endpoint(listen)) {
                http.listen = *endpoint;
            } else {
                report_.add(*node, fmt::format("'listen': {}", endpoint.error().front().message));
            }
        }
        read_certificate(section, http);
        read_size(section, "max_body", kilo, kilo * kilo * kilo, http.max_body);
        read_size(section, "max_header", kilo, kilo * kilo, http.max_header);
        read_seconds(section, "read_timeout", hour, http.read_timeout);
        read_seconds(section, "idle_timeout", hour, http.idle_timeout);
        read_size(section, "max_connections", 1, kilo * kilo, http.max_connections);
        section.refuse_unknown_keys();
    }

    void read_certificate(Section& section, Http& http)
    {
        const bool certificate = section.get("certificate_file") != nullptr;
        const bool key = section.get("key_file") != nullptr;
        if (!certificate && !key) return;
        CertificateFiles files{path(section.text("certificate_file", "a file")), path(section.text("key_file", "a file"))};
        if (!files.certificate.empty() && !files.key.empty()) http.tls = std::move(files);
    }

    void read_mail(Section& section)
    {
        constexpr std::int64_t hour = 3600;
        constexpr std::int64_t month = 31 * (24 * hour);
        Mail& mail = settings_.mail;
        if (std::string from = section.text("from"); !from.empty()) {
            mail.from = std::move(from);
            check_mailbox(section, "from", mail.from);
        }
        if (section.get("directory")) mail.directory = section.text("directory", "a folder below 'data'");
        read_server(section, mail);
        mail.user = section.text("user");
        mail.password_file = path(section.text("password_file"));
        mail.ca_file = path(section.text("ca_file"));
        if (const toml::node* const node = section.get("password"))
            report_.add(*node, "a password does not belong here; expected password_file = \"a file with it alone\"");
        if (mail.user.empty() != mail.password_file.empty())
            report_.add(*section.get(mail.user.empty() ? "password_file" : "user"), "'user' and 'password_file' belong together");
        read_seconds(section, "timeout", hour, mail.timeout);
        read_seconds(section, "retry_first", hour, mail.retry_first);
        read_seconds(section, "retry_longest", 24 * hour, mail.retry_longest);
        read_seconds(section, "give_up_after", month, mail.give_up_after);
        if (mail.retry_longest < mail.retry_first)
            report_.add(section.get("retry_longest") ? *section.get("retry_longest") : *section.get("retry_first"),
                        fmt::format("the longest wait, {} s, is shorter than the first, {} s", mail.retry_longest.count(), mail.retry_first.count()));
        section.refuse_unknown_keys();
    }

    void read_server(Section& section, Mail& mail)
    {
        mail.server = section.text("server");
        mail.tls = section.word("tls", tls_words, Mail::Tls::none);
        const toml::node* const server = section.get("server");
        const bool is_smtps = mail.server.starts_with("smtps://");
        if (!mail.server.empty() && !is_smtps && !mail.server.starts_with("smtp://"))
            report_.add(*server, fmt::format("'server' is '{}'; expected smtp://host:port or smtps://host:port", mail.server));
        if (server && section.get("directory"))
            report_.add(*section.get("directory"), "both 'directory' and 'server'; expected one: to write messages as files, or to send them");
        if (is_smtps && section.get("tls") && mail.tls != Mail::Tls::required)
            report_.add(*section.get("tls"), "smtps:// is TLS from the first byte; expected tls = \"required\", or smtp://");
        if (is_smtps) mail.tls = Mail::Tls::required;
        if (!is_smtps && mail.tls == Mail::Tls::required)
            report_.add(*section.get("tls"), "tls = \"required\" needs an smtps:// server; expected \"starttls\" for smtp://");
    }

    void read_metrics(Section& section)
    {
        constexpr std::int64_t most = 10'000'000;
        read_size(section, "series_per_family", 1, most, settings_.metrics.series_per_family);
        section.refuse_unknown_keys();
    }

    void read_log(Section& section)
    {
        settings_.log.level = section.word("level", log_levels, std::string_view{"info"});
        section.refuse_unknown_keys();
    }

    Report& report_;
    std::filesystem::path folder_;
    Settings settings_;
};

}  // namespace

Settings parse_settings(const SourceFile& file, Problems& problems)
{
    Report report;
    Settings settings;
    if (const auto root = report.parse(file)) settings = SettingsReader{report, file}.read(*root);
    for (Problem& problem : report.take()) problems.push_back(std::move(problem));
    return settings;
}

Result<Settings> parse_settings(const SourceFile& file)
{
    Problems problems;
    Settings settings = parse_settings(file, problems);
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return settings;
}

std::vector<std::string_view> tables_for_restart(const Settings& running, const Settings& read)
{
    Http http = read.http;
    http.listen = running.http.listen;
    http.tls = running.http.tls;
    std::vector<std::string_view> tables;
    if (http != running.http) tables.emplace_back("[http]");
    if (read.mail != running.mail) tables.emplace_back("[mail]");
    if (read.history != running.history) tables.emplace_back("[history]");
    if (read.metrics != running.metrics) tables.emplace_back("[metrics]");
    if (read.alertmanager != running.alertmanager) tables.emplace_back("[alertmanager]");
    return tables;
}

Result<Endpoint> parse_endpoint(std::string_view text)
{
    const auto refuse = [&] {
        return fail("", fmt::format("'{}' is no address with a port; expected such as 127.0.0.1:9919 or [::1]:9919", text));
    };
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return refuse();
    std::string_view address = text.substr(0, colon);
    const std::string_view digits = text.substr(colon + 1);
    const bool bracketed = address.size() > 2 && address.front() == '[' && address.back() == ']';
    if (bracketed) address = address.substr(1, address.size() - 2);
    Endpoint endpoint{std::string{address}, 0};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), endpoint.port);
    const bool is_v6 = address.find(':') != std::string_view::npos;
    if (error != std::errc{} || end != digits.data() + digits.size() || is_v6 != bracketed || !is_address(endpoint.address)) return refuse();
    return endpoint;
}

}  // namespace planwatch

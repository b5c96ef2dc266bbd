#include "config/settings.hpp"

#include "config/text.hpp"
#include "config/toml_reader.hpp"

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

const std::vector<std::string> audience_names{"reporter", "unit_head", "lead_unit", "office", "leaders"};

bool is_address(const std::string& text)
{
    in6_addr buffer{};
    return inet_pton(AF_INET, text.c_str(), &buffer) == 1 || inet_pton(AF_INET6, text.c_str(), &buffer) == 1;
}

// One mailbox, as "zhang@example.org"; the mail library judges the rest.
bool is_mailbox(std::string_view text)
{
    const std::size_t at = text.find('@');
    return at != std::string_view::npos && at != 0 && at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos &&
           text.find_first_of(" ,;<>\"") == std::string_view::npos;
}

class SettingsReader {
public:
    SettingsReader(Report& report, const SourceFile& file) : report_{report}, folder_{std::filesystem::path{file.name}.parent_path()} {}

    Settings read(const toml::table& root)
    {
        Section top{report_, root, "the settings"};
        if (top.get("data")) settings_.data = path(top.text("data", "a folder"));
        for (const TextAt& plan : top.texts("plans")) settings_.plans.push_back(path(plan.text));
        if (top.get("calendar")) settings_.calendar = path(top.text("calendar", "a file"));
        if (auto http = top.section("http")) read_http(*http);
        if (auto mail = top.section("mail")) read_mail(*mail);
        if (auto log = top.section("log")) read_log(*log);
        for (Section& contact : top.sections("contact")) read_contact(contact);
        top.refuse_unknown_keys();
        return std::move(settings_);
    }

private:
    std::filesystem::path path(const std::string& text) const { return text.empty() ? std::filesystem::path{} : folder_ / text; }

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
        read_size(section, "max_body", kilo, kilo * kilo * kilo, http.max_body);
        read_size(section, "max_header", kilo, kilo * kilo, http.max_header);
        read_seconds(section, "read_timeout", hour, http.read_timeout);
        read_seconds(section, "idle_timeout", hour, http.idle_timeout);
        read_size(section, "max_connections", 1, kilo * kilo, http.max_connections);
        section.refuse_unknown_keys();
    }

    void read_mail(Section& section)
    {
        constexpr std::int64_t hour = 3600;
        constexpr std::int64_t month = 31 * 24 * hour;
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

    void read_log(Section& section)
    {
        settings_.log.level = section.word("level", log_levels, std::string_view{"info"});
        section.refuse_unknown_keys();
    }

    void read_contact(Section& section)
    {
        Contact contact;
        contact.id = section.text("id", "an id for the log and the notices");
        if (const toml::node* const node = section.get("id"); node && !contact.id.empty()) {
            section.rename(fmt::format("contact '{}'", contact.id));
            const auto same = [&](const Contact& other) { return other.id == contact.id; };
            if (std::any_of(settings_.contacts.begin(), settings_.contacts.end(), same))
                report_.add(*node, fmt::format("the contact '{}' stands twice; expected each id once", contact.id));
        }
        contact.name = section.text("name", "the person's name");
        for (TextAt& plan : section.texts("plans")) contact.plans.push_back(std::move(plan.text));
        for (TextAt& unit : section.texts("units")) contact.units.push_back(std::move(unit.text));
        read_audiences(section, contact);
        if (std::string mail = section.text("mail", "an address such as \"zhang@example.org\""); !mail.empty()) {
            check_mailbox(section, "mail", mail);
            contact.addresses.push_back({"mail", std::move(mail)});
        }
        section.refuse_unknown_keys();
        settings_.contacts.push_back(std::move(contact));
    }

    void read_audiences(Section& section, Contact& contact)
    {
        for (const TextAt& text : section.texts("audiences")) {
            if (const auto audience = parse_audience(text.text)) {
                contact.audiences.push_back(*audience);
            } else {
                report_.add(*text.node, fmt::format("unknown audience '{}'{}", text.text, suggestion(text.text, audience_names)));
            }
        }
        const toml::node* const node = section.get("audiences", "what the person is told as, such as audiences = [\"reporter\"]");
        if (node && node->is_array() && node->as_array()->empty()) report_.add(*node, "'audiences' is empty; expected at least one");
        const auto speaks_for_units = [](Audience audience) { return audience != Audience::office && audience != Audience::leaders; };
        if (contact.units.empty() && std::any_of(contact.audiences.begin(), contact.audiences.end(), speaks_for_units))
            report_.add(section.table(), fmt::format("{} speaks for a unit and names none; expected units = [\"…\"]", section.what()));
    }

    void check_mailbox(Section& section, std::string_view key, const std::string& text)
    {
        if (!is_mailbox(text)) report_.add(*section.get(key), fmt::format("'{}' is '{}'; expected one address such as \"zhang@example.org\"", key, text));
    }

    Report& report_;
    std::filesystem::path folder_;
    Settings settings_;
};

}  // namespace

Result<Settings> parse_settings(const SourceFile& file)
{
    Report report;
    Settings settings;
    if (const auto root = report.parse(file)) settings = SettingsReader{report, file}.read(*root);
    if (!report.empty()) return tl::unexpected<Problems>{report.take()};
    return settings;
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

// The operator's settings (planwatch.toml). Each part of the program is given its own struct only.
#pragma once

#include "config/file.hpp"
#include "rules/office.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

struct Endpoint {
    std::string address = "127.0.0.1";
    std::uint16_t port = 9919;  // 0: one that is free
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// PEM; both or none.
struct CertificateFiles {
    std::filesystem::path certificate;  // the server's own first, then its chain
    std::filesystem::path key;          // of the server's own, without a passphrase
    friend bool operator==(const CertificateFiles&, const CertificateFiles&) = default;
};

struct Http {
    Endpoint listen;
    std::optional<CertificateFiles> tls;  // none: plain HTTP
    std::size_t max_body = std::size_t{16} << 20U;    // bytes
    std::size_t max_header = std::size_t{16} << 10U;  // bytes
    std::chrono::seconds read_timeout{30};
    std::chrono::seconds idle_timeout{75};
    std::size_t max_connections = 1024;
    friend bool operator==(const Http&, const Http&) = default;
};

struct Mail {
    enum class Tls : std::uint8_t { none, starttls, required };

    std::string from = "planwatch@localhost";
    std::filesystem::path directory = "mail";  // .eml files, below Settings::data; used when `server` is empty
    std::string server;                        // smtp://host:port or smtps://host:port
    Tls tls = Tls::none;                       // `required` for every smtps:// server
    std::string user;
    std::filesystem::path password_file;       // empty: no login
    std::filesystem::path ca_file;             // empty: the system's
    std::chrono::seconds timeout{30};          // one try
    std::chrono::seconds retry_first{30};      // before the second try; doubles up to
    std::chrono::seconds retry_longest{3600};
    std::chrono::seconds give_up_after{432000};  // five days, as RFC 5321 4.5.4.1 advises; then a notice is a dead letter
    friend bool operator==(const Mail&, const Mail&) = default;
};

// A robot's or a program's door: what a contact names as `wecom`, `dingtalk`, `feishu` or `webhook`.
struct Receiver {
    std::string id;
    std::string kind;                   // "wecom", "dingtalk", "feishu", "webhook": the channel
    std::filesystem::path url_file;     // holds the URL alone, which is a secret
    std::filesystem::path secret_file;  // holds the secret that signs; empty: nothing is signed
    std::optional<std::uint32_t> per_minute;  // messages; none: what its vendor allows
    friend bool operator==(const Receiver&, const Receiver&) = default;
};

// How notices are written and where they go on when a channel fails. When they go is Office::post's.
struct Notices {
    enum class Language : std::uint8_t { zh, en };

    std::chrono::seconds hand_over_after{900};  // so long a channel may fail before the person's next one is used
    Language language = Language::zh;
    std::filesystem::path templates;            // a folder; empty: those built in
    std::string public_url;                     // where people reach the server, without a '/' at its end; empty: the address it listens on
};

struct Alertmanager {
    std::string url;                    // "http://host:9093"; empty: none is told
    std::filesystem::path bearer_file;  // holds the token alone; empty: none is sent
    friend bool operator==(const Alertmanager&, const Alertmanager&) = default;
};

// Where history is pushed to; nowhere while `url` is empty.
struct HistorySettings {
    enum class Kind : std::uint8_t { victoria_metrics, remote_write };

    std::string url;                           // http:// or https://, the whole of it
    Kind kind = Kind::victoria_metrics;
    std::string user;                          // with it, basic authorization; without, the secret is a bearer token
    std::filesystem::path secret_file;         // empty: none
    std::filesystem::path ca_file;             // empty: the system's
    std::chrono::seconds timeout{30};          // one request
    std::chrono::seconds retry_first{5};       // before the second try; doubles up to
    std::chrono::seconds retry_longest{300};
    friend bool operator==(const HistorySettings&, const HistorySettings&) = default;
};

struct Metrics {
    std::size_t series_per_family = 200'000;  // of /metrics; those beyond are refused
    friend bool operator==(const Metrics&, const Metrics&) = default;
};

struct Log {
    std::string level = "info";  // trace | debug | info | warn | error
};

struct Settings {
    std::filesystem::path data = "/var/lib/planwatch";
    std::vector<std::filesystem::path> plans;
    std::optional<std::filesystem::path> calendar;  // none: the one built in
    Http http;
    Mail mail;
    HistorySettings history;
    Metrics metrics;
    Log log;
    Notices notices;
    Alertmanager alertmanager;
    std::vector<Receiver> receivers;
    Office office;
    std::vector<std::string> contact_places;  // where each of them stands, "file:line:column"; same positions
    std::vector<std::string> route_places;    // the same
    std::array<std::string, all_report_kinds.size()> report_places;  // by kind; empty where the settings say nothing of it
};

// Paths are taken relative to the file's own folder, except Mail::directory.
Result<Settings> parse_settings(const SourceFile& file);
// The same as far as it can be read, so that plans and overlays can be looked at in the same round; what is at fault is left as it is by
// default, and added to `problems`.
Settings parse_settings(const SourceFile& file, Problems& problems);

// The tables that differ and that a running daemon takes by a restart alone: "[mail]", …; `data` and where it listens aside, which a command
// line may have put in their place, and the certificate, which is read again.
std::vector<std::string_view> tables_for_restart(const Settings& running, const Settings& read);

// "127.0.0.1:9919", "[::1]:0". An address, not a host name.
Result<Endpoint> parse_endpoint(std::string_view text);

}  // namespace planwatch

#include "config/settings.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

using std::chrono::seconds;

std::string settings_problems(const std::string& text)
{
    const auto settings = parse_settings({"etc/planwatch.toml", text});
    return settings ? "none" : to_text(settings.error());
}

TEST(Settings, an_empty_file_gives_the_defaults)
{
    const Settings settings = parse_settings({"planwatch.toml", ""}).value();
    EXPECT_EQ(settings.data, "/var/lib/planwatch");
    EXPECT_EQ(settings.http.listen, (Endpoint{"127.0.0.1", 9919}));
    EXPECT_EQ(settings.http.max_body, 16U << 20U);
    EXPECT_EQ(settings.mail.directory, "mail");
    EXPECT_EQ(settings.mail.tls, Mail::Tls::none);
    EXPECT_EQ(settings.mail.give_up_after, std::chrono::hours{72});
    EXPECT_EQ(settings.calendar, std::nullopt);
    EXPECT_EQ(settings.log.level, "info");
}

TEST(Settings, name_a_certificate_and_its_key_or_neither)
{
    EXPECT_EQ(parse_settings({"planwatch.toml", ""})->http.tls, std::nullopt);
    const auto both = parse_settings({"etc/planwatch.toml", "[http]\ncertificate_file = 'a.crt'\nkey_file = '/b.key'\n"});
    ASSERT_TRUE(both) << to_text(both.error());
    EXPECT_EQ(both->http.tls, (CertificateFiles{"etc/a.crt", "/b.key"}));
    EXPECT_NE(settings_problems("[http]\ncertificate_file = 'a.crt'\n").find("'key_file'"), std::string::npos);
    EXPECT_NE(settings_problems("[http]\nkey_file = 'a.key'\n").find("'certificate_file'"), std::string::npos);
    EXPECT_NE(settings_problems("[http]\ncertificate_file = ''\nkey_file = 3\n"), "none");
}

TEST(Settings, are_read_with_paths_relative_to_the_file)
{
    const auto settings = parse_settings({"etc/planwatch.toml", R"(
data = "/srv/planwatch"
plans = ["plans/beichen-2023.toml"]
calendar = "c.toml"
[http]
listen = "[::1]:0"
max_body = 2048
read_timeout = 5
[mail]
from = "planwatch@example.org"
server = "smtps://mail.example.org:465"
user = "planwatch"
password_file = "secret"
retry_first = 10
[log]
level = "debug"
[[contact]]
id = "zhang"
name = "张三"
plans = ["beichen-2023"]
units = ["agri"]
audiences = ["reporter", "unit_head"]
mail = "zhang@example.org"
)"});
    ASSERT_TRUE(settings) << to_text(settings.error());
    EXPECT_EQ(settings->data, "/srv/planwatch");
    EXPECT_EQ(settings->plans, std::vector<std::filesystem::path>{"etc/plans/beichen-2023.toml"});
    EXPECT_EQ(settings->calendar, std::filesystem::path{"etc/c.toml"});
    EXPECT_EQ(settings->http.listen, (Endpoint{"::1", 0}));
    EXPECT_EQ(settings->http.max_body, 2048U);
    EXPECT_EQ(settings->http.read_timeout, seconds{5});
    EXPECT_EQ(settings->http.idle_timeout, seconds{75});
    EXPECT_EQ(settings->mail.tls, Mail::Tls::required);
    EXPECT_EQ(settings->mail.password_file, "etc/secret");
    EXPECT_EQ(settings->mail.retry_first, seconds{10});
    EXPECT_EQ(settings->log.level, "debug");
    const Contact zhang{"zhang", "张三", {"beichen-2023"}, {"agri"}, {Audience::reporter, Audience::unit_head}, {{"mail", "zhang@example.org"}}};
    EXPECT_EQ(settings->contacts, std::vector{zhang});
}

TEST(Settings, every_problem_is_told_with_its_place)
{
    const struct {
        const char* name;
        const char* text;
        const char* problems;
    } cases[] = {
        {"an unknown key", "plan = []", "etc/planwatch.toml:1:1: unknown key 'plan' in the settings; did you mean 'plans'?"},
        {"an address without a port", "[http]\nlisten = \"127.0.0.1\"",
         "etc/planwatch.toml:2:10: 'listen': '127.0.0.1' is no address with a port; expected such as 127.0.0.1:9919 or [::1]:9919"},
        {"numbers out of range", "[http]\nmax_body = 5\nread_timeout = 0\nmax_connections = \"many\"",
         "etc/planwatch.toml:2:12: 'max_body' is 5; expected a whole number from 1024 to 1073741824\n"
         "etc/planwatch.toml:3:16: 'read_timeout' is 0; expected a whole number from 1 to 3600\n"
         "etc/planwatch.toml:4:19: 'max_connections' is a string; expected a whole number from 1 to 1048576"},
        {"a password in the file", "[mail]\nserver = \"smtp://h:25\"\npassword = \"secret\"",
         "etc/planwatch.toml:3:12: a password does not belong here; expected password_file = \"a file with it alone\""},
        {"a user without a password", "[mail]\nuser = \"u\"", "etc/planwatch.toml:2:8: 'user' and 'password_file' belong together"},
        {"a server and a folder", "[mail]\nserver = \"smtp://h:25\"\ndirectory = \"d\"",
         "etc/planwatch.toml:3:13: both 'directory' and 'server'; expected one: to write messages as files, or to send them"},
        {"a server of another kind", "[mail]\nserver = \"mail.example.org\"",
         "etc/planwatch.toml:2:10: 'server' is 'mail.example.org'; expected smtp://host:port or smtps://host:port"},
        {"TLS in the wrong place", "[mail]\nserver = \"smtp://h:25\"\ntls = \"required\"",
         "etc/planwatch.toml:3:7: tls = \"required\" needs an smtps:// server; expected \"starttls\" for smtp://"},
        {"smtps in the clear", "[mail]\nserver = \"smtps://h:465\"\ntls = \"none\"",
         "etc/planwatch.toml:3:7: smtps:// is TLS from the first byte; expected tls = \"required\", or smtp://"},
        {"waits in the wrong order", "[mail]\nretry_first = 60\nretry_longest = 30",
         "etc/planwatch.toml:3:17: the longest wait, 30 s, is shorter than the first, 60 s"},
        {"a sender that is no address", "[mail]\nfrom = \"planwatch\"",
         "etc/planwatch.toml:2:8: 'from' is 'planwatch'; expected one address such as \"zhang@example.org\""},
        {"an unknown level", "[log]\nlevel = \"loud\"", "etc/planwatch.toml:2:9: unknown level 'loud'; known: trace, debug, info, warn, error"},
        {"a contact with everything wrong", "[[contact]]\nid = \"a\"\naudiences = [\"reporters\", \"unit_head\"]\nmail = \"a b@c\"",
         "etc/planwatch.toml:1:1: contact 'a' has no 'name'; expected the person's name\n"
         "etc/planwatch.toml:1:1: contact 'a' speaks for a unit and names none; expected units = [\"…\"]\n"
         "etc/planwatch.toml:3:14: unknown audience 'reporters'; did you mean 'reporter'?\n"
         "etc/planwatch.toml:4:8: 'mail' is 'a b@c'; expected one address such as \"zhang@example.org\""},
        {"a contact twice", "[[contact]]\nid = \"a\"\nname = \"A\"\naudiences = [\"office\"]\nmail = \"a@b\"\n[[contact]]\nid = \"a\"\nname = \"A\"\n"
         "audiences = []\nmail = \"a@b\"",
         "etc/planwatch.toml:7:6: the contact 'a' stands twice; expected each id once\netc/planwatch.toml:9:13: 'audiences' is empty; expected at least one"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.name);
        EXPECT_EQ(settings_problems(each.text), each.problems);
    }
}

TEST(Settings, the_example_in_the_source_is_good)
{
    const auto settings = parse_settings(read_file(SOURCE_DIR "/config/planwatch.toml"));
    ASSERT_TRUE(settings) << to_text(settings.error());
    EXPECT_EQ(settings->http.listen, Http{}.listen);
    for (const auto& plan : settings->plans) EXPECT_TRUE(std::filesystem::exists(plan)) << plan;
}

TEST(Settings, an_endpoint_is_an_address_and_a_port)
{
    EXPECT_EQ(parse_endpoint("0.0.0.0:80").value(), (Endpoint{"0.0.0.0", 80}));
    for (const char* text : {"", ":", "localhost:80", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:8x", "::1:80", "[127.0.0.1]:80", "[]:80", "1.2.3:4"})
        EXPECT_FALSE(parse_endpoint(text)) << text;
}

TEST(File, one_that_cannot_be_read_is_named)
{
    try {
        read_file("no/such/file");
        FAIL() << "no exception";
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
        EXPECT_NE(std::string{error.what()}.find("no/such/file"), std::string::npos);
    }
    EXPECT_THROW(read_file("/"), std::system_error);
}

TEST(Settings, history_is_pushed_where_they_say)
{
    const auto settings = parse_settings({"etc/planwatch.toml", R"(
[history]
url = "https://metrics.example.org/insert/0/prometheus/api/v1/import/prometheus?extra_label=county=x"
user = "planwatch"
secret_file = "metrics-password"
ca_file = "/etc/ssl/own.crt"
timeout = 10
retry_first = 2
retry_longest = 60
)"});
    ASSERT_TRUE(settings) << to_text(settings.error());
    const HistorySettings& history = settings->history;
    EXPECT_EQ(history.url, "https://metrics.example.org/insert/0/prometheus/api/v1/import/prometheus?extra_label=county=x");
    EXPECT_EQ(history.kind, HistorySettings::Kind::victoria_metrics);
    EXPECT_EQ(history.user, "planwatch");
    EXPECT_EQ(history.secret_file, "etc/metrics-password");
    EXPECT_EQ(history.ca_file, "/etc/ssl/own.crt");
    EXPECT_EQ(history.timeout, seconds{10});
    EXPECT_EQ(history.retry_first, seconds{2});
    EXPECT_EQ(history.retry_longest, seconds{60});
    EXPECT_EQ(parse_settings({"p.toml", "[history]\nurl = \"http://[::1]:9090/api/v1/write\"\nkind = \"remote-write\"\nsecret_file = \"s\""}).value().history.kind,
              HistorySettings::Kind::remote_write);
    EXPECT_TRUE(parse_settings({"p.toml", ""}).value().history.url.empty());
}

TEST(Settings, every_problem_of_history_is_told_with_its_place)
{
    const auto problem = [](const std::string& lines) { return settings_problems("[history]\n" + lines); };
    EXPECT_EQ(problem("kind = \"remote-write\""), "etc/planwatch.toml:1:1: [history] has no 'url'; expected the address that takes history");
    EXPECT_EQ(problem("url = \"vm:8428\""), "etc/planwatch.toml:2:7: 'url' is 'vm:8428'; expected the whole address, such as "
                                            "http://127.0.0.1:8428/api/v1/import/prometheus");
    EXPECT_EQ(problem("url = \"http://127.0.0.1:9090/\""),
              "etc/planwatch.toml:2:7: 'url' is 'http://127.0.0.1:9090/', which names no path; expected the whole address, such as "
              "http://127.0.0.1:8428/api/v1/import/prometheus, or http://127.0.0.1:9090/api/v1/write");
    const std::string with_password = problem("url = \"https://me:hush@vm/write\"");
    EXPECT_EQ(with_password.find("hush"), std::string::npos);
    EXPECT_NE(with_password.find("etc/planwatch.toml:2:7: a name or password does not belong into 'url'"), std::string::npos) << with_password;
    EXPECT_NE(problem("url = \"http://metrics.example.org/write\"\nsecret_file = \"s\"").find("anybody on the way could read the secret"), std::string::npos);
    EXPECT_EQ(problem("url = \"http://metrics.example.org/write\""), "none");
    EXPECT_NE(problem("url = \"http://vm/write\"\nsecret = \"hush\"").find("etc/planwatch.toml:3:10: a secret does not belong here"), std::string::npos);
    EXPECT_NE(problem("url = \"http://vm/write\"\nuser = \"me\"").find("etc/planwatch.toml:3:8: 'user' needs a 'secret_file'"), std::string::npos);
    EXPECT_NE(problem("url = \"http://vm/write\"\nkind = \"graphite\"").find("etc/planwatch.toml:3:8"), std::string::npos);
    EXPECT_NE(problem("url = \"http://vm/write\"\nretry_first = 60\nretry_longest = 5").find("the longest wait, 5 s, is shorter than the first, 60 s"), std::string::npos);
    EXPECT_NE(problem("url = \"http://vm/write\"\ntime_out = 5").find("timeout"), std::string::npos);
}

}  // namespace
}  // namespace planwatch

#include "config/settings.hpp"

#include "tests/config/plan_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace planwatch {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

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
    EXPECT_EQ(settings.mail.give_up_after, std::chrono::hours{120});
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
    const std::filesystem::path etc = std::filesystem::path{::testing::TempDir()} / "planwatch-settings";
    std::filesystem::create_directories(etc / "plans");
    for (const char* file : {"plans/beichen-2023.toml", "c.toml"}) std::ofstream{etc / file};
    const auto settings = parse_settings({(etc / "planwatch.toml").string(), R"(
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
    EXPECT_EQ(settings->plans, std::vector{etc / "plans/beichen-2023.toml"});
    EXPECT_EQ(settings->calendar, etc / "c.toml");
    EXPECT_EQ(settings->http.listen, (Endpoint{"::1", 0}));
    EXPECT_EQ(settings->http.max_body, 2048U);
    EXPECT_EQ(settings->http.read_timeout, seconds{5});
    EXPECT_EQ(settings->http.idle_timeout, seconds{75});
    EXPECT_EQ(settings->mail.tls, Mail::Tls::required);
    EXPECT_EQ(settings->mail.password_file, etc / "secret");
    EXPECT_EQ(settings->mail.retry_first, seconds{10});
    EXPECT_EQ(settings->log.level, "debug");
    const Contact zhang{"zhang", "张三", {"beichen-2023"}, {"agri"}, {Audience::reporter, Audience::unit_head}, {{"mail", "zhang@example.org"}}};
    EXPECT_EQ(settings->office.contacts, std::vector{zhang});
}

TEST(Settings, that_name_missing_files_say_each_with_its_place)
{
    const std::string problems = settings_problems("plans = [\"no.toml\",\n\"nor.toml\"]\ncalendar = \"none.toml\"\n[http]\nport = 1\n");
    EXPECT_THAT(problems, HasSubstr(":1:10: there is no file '"));
    EXPECT_THAT(problems, HasSubstr("nor.toml'"));
    EXPECT_THAT(problems, HasSubstr(":3:12: there is no file '"));
    EXPECT_THAT(problems, HasSubstr("port"));
}

constexpr const char* people = R"(
[[receiver]]
id = "room"
kind = "wecom"
url_file = "room-url"
[[receiver]]
id = "ticketing"
kind = "webhook"
url_file = "/etc/ticketing-url"
secret_file = "ticketing-secret"
per_minute = 600
[[contact]]
id = "zhang"
name = "张三"
units = ["agri"]
audiences = ["reporter"]
wecom = "room"
mail = "zhang@example.org"
mobile = "13800138000"
deputy = "li"
absent = [ { from = 2023-10-01, to = 2023-10-08 }, { from = 2023-12-25, to = 2023-12-25 } ]
[[contact]]
id = "li"
name = "李四"
wecom = "room"
mail = "li@example.org"
channels = ["mail"]
deputy = "zhang"
[[contact]]
id = "tickets"
name = "工单"
audiences = ["office"]
webhook = "ticketing"
[[route]]
plans = ["beichen-2023"]
units = ["agri"]
kinds = ["overdue", "target_missed"]
severity = "critical"
to = ["tickets", "li"]
channels = ["webhook", "mail"]
[[route]]
to = ["zhang"]
[notices]
digest = ["08:30", "14:00"]
weekly_maximum = 20
hand_over_after = 60
language = "en"
templates = "letters"
public_url = "https://planwatch.example.org/"
[alertmanager]
url = "http://127.0.0.1:9093"
bearer_file = "alertmanager-token"
)";

TEST(Settings, tell_whom_by_which_way_and_when)
{
    using namespace std::chrono;
    const auto settings = parse_settings({"etc/planwatch.toml", people});
    ASSERT_TRUE(settings) << to_text(settings.error());
    const std::vector<Receiver> receivers{{"room", "wecom", "etc/room-url", "", {}}, {"ticketing", "webhook", "/etc/ticketing-url", "etc/ticketing-secret", 600}};
    EXPECT_EQ(settings->receivers, receivers);
    const Contact zhang{"zhang", "张三", {}, {"agri"}, {Audience::reporter}, {{"wecom", "room"}, {"mail", "zhang@example.org"}}, "13800138000", "li",
                        {{Day{2023y / 10 / 1}, Day{2023y / 10 / 8}}, {Day{2023y / 12 / 25}, Day{2023y / 12 / 25}}}};
    const Contact li{"li", "李四", {}, {}, {}, {{"mail", "li@example.org"}, {"wecom", "room"}}, "", "zhang"};
    const Contact tickets{"tickets", "工单", {}, {}, {Audience::office}, {{"webhook", "ticketing"}}, "", "", {}, true};
    EXPECT_EQ(settings->office.contacts, (std::vector{zhang, li, tickets})) << "addresses in the file's order, or as 'channels' says; a machine is told at once";
    const Route missed{{"beichen-2023"}, {"agri"}, {AlertKind::overdue, AlertKind::target_missed}, Severity::critical, {"tickets", "li"}, {"webhook", "mail"}};
    EXPECT_EQ(settings->office.routes, (std::vector{missed, Route{.contacts = {"zhang"}}}));
    EXPECT_EQ(settings->route_places.at(0), "etc/planwatch.toml:34:1");
    EXPECT_EQ(settings->office.post, (PostRules{{hours{8} + minutes{30}, hours{14}}, 20}));
    EXPECT_EQ(settings->notices.hand_over_after, seconds{60});
    EXPECT_EQ(settings->notices.language, Notices::Language::en);
    EXPECT_EQ(settings->notices.templates, "etc/letters");
    EXPECT_EQ(settings->notices.public_url, "https://planwatch.example.org");
    EXPECT_EQ(settings->alertmanager.url, "http://127.0.0.1:9093");
    EXPECT_EQ(settings->alertmanager.bearer_file, "etc/alertmanager-token");
}

TEST(Settings, without_hours_nothing_waits_and_a_machine_may_wait_all_the_same)
{
    const auto settings = parse_settings({"p.toml", "[notices]\ndigest = []\n[[receiver]]\nid = \"r\"\nkind = \"webhook\"\nurl_file = \"u\"\n"
                                                    "[[contact]]\nid = \"a\"\nname = \"A\"\naudiences = [\"office\"]\nwebhook = \"r\"\nat_once = false\n"});
    ASSERT_TRUE(settings) << to_text(settings.error());
    EXPECT_TRUE(settings->office.post.hours.empty());
    EXPECT_FALSE(settings->office.contacts.at(0).at_once);
    EXPECT_EQ(parse_settings({"p.toml", ""})->office.post, PostRules{}) << "nine o'clock";
}

std::string contact_with(const std::string& lines) { return "[[contact]]\nid = \"a\"\nname = \"A\"\naudiences = [\"office\"]\n" + lines; }
const std::string robot = "[[receiver]]\nid = \"room\"\nkind = \"wecom\"\nurl_file = \"f\"\n";

TEST(Settings, every_problem_of_people_and_ways_is_told_with_its_place)
{
    const struct {
        const char* name;
        std::string text;
        const char* problems;
    } cases[] = {
        {"nobody can reach them", contact_with(""), "1:1: contact 'a' has no address; expected mail = \"zhang@example.org\", or wecom, dingtalk, feishu or webhook = "
                                                    "\"the id of a receiver\""},
        {"an unknown receiver", robot + contact_with("wecom = \"rom\""), "9:9: unknown receiver 'rom'; did you mean 'room'?"},
        {"no receiver at all", contact_with("feishu = \"room\""), "5:10: unknown receiver 'room'; expected a [[receiver]] of kind feishu"},
        {"a receiver of another kind", robot + contact_with("feishu = \"room\""),
         "9:10: 'feishu' is 'room', which is a receiver of kind wecom; expected one of kind feishu"},
        {"an empty receiver", contact_with("wecom = \"\""), "5:9: 'wecom' is empty; expected the id of a [[receiver]] of the settings"},
        {"channels in disorder", contact_with("mail = \"a@b\"\nchannels = [\"mial\", \"mail\", \"mail\", \"wecom\"]"),
         "6:13: unknown channel 'mial'; did you mean 'mail'?\n6:29: the channel 'mail' stands twice\n"
         "6:37: contact 'a' has no 'wecom'; expected wecom = \"…\", or another channel"},
        {"no mobile", contact_with("mail = \"a@b\"\nmobile = \"call me\""), "6:10: 'mobile' is 'call me'; expected a number such as \"13800138000\""},
        {"their own deputy", contact_with("mail = \"a@b\"\ndeputy = \"a\""), "6:10: contact 'a' is their own deputy; expected another contact"},
        {"a deputy who is nowhere", contact_with("mail = \"a@b\"\ndeputy = \"zhang\""), "6:10: unknown contact 'zhang'; known: a"},
        {"back before they left", contact_with("mail = \"a@b\"\nabsent = [ { from = 2023-10-08, to = 2023-10-01 }, { from = 2023-10-08 }, { until = 5 } ]"),
         "6:38: 'to' is 2023-10-01, before 'from', 2023-10-08\n6:52: an absence has no 'to'; expected the last day away, such as 2023-10-08\n"
         "6:75: an absence has no 'from'; expected the first day away, such as 2023-10-01\n6:75: an absence has no 'to'; expected the last day away, such as 2023-10-08\n"
         "6:77: unknown key 'until' in an absence; known: from, to"},
        {"a receiver without anything", "[[receiver]]", "1:1: [[receiver]] has no 'id'; expected an id that contacts name\n"
         "1:1: [[receiver]] has no 'kind'; expected wecom, dingtalk, feishu or webhook\n1:1: [[receiver]] has no 'url_file'; expected a file with the URL alone"},
        {"a receiver of an unknown kind, twice", robot + "[[receiver]]\nid = \"room\"\nkind = \"wecon\"\nurl_file = \"f\"\nper_minute = 0",
         "6:6: the receiver 'room' stands twice; expected each id once\n7:8: unknown kind 'wecon'; did you mean 'wecom'?\n"
         "9:14: 'per_minute' is 0; expected a whole number from 1 to 6000"},
        {"secrets in the file", "[[receiver]]\nid = \"r\"\nkind = \"dingtalk\"\nurl = \"https://x\"\nsecret = \"SEC\"\n[alertmanager]\nurl = \"http://h\"\nbearer = \"t\"",
         "4:7: a secret does not belong here; expected url_file = \"a file with it alone\"\n5:10: a secret does not belong here; expected secret_file = \"a file with it alone\"\n"
         "8:10: a secret does not belong here; expected bearer_file = \"a file with it alone\""},
        {"a signature that WeCom has not", with(robot, "url_file", "secret_file = \"s\"\nurl_file"),
         "4:15: a WeCom robot signs nothing, its URL is the secret; expected no 'secret_file'"},
        {"a route to nobody", "[[route]]\nto = []\n[[route]]\nkinds = [\"overdu\"]\nseverity = \"grave\"\nchannels = [\"fax\"]",
         "2:6: 'to' is empty; expected at least one contact\n3:1: [[route]] has no 'to'; expected the contacts that are told, such as to = [\"zhang\"]\n"
         "4:10: unknown kind 'overdu'; did you mean 'overdue'?\n5:12: unknown severity 'grave'; known: info, warning, critical\n"
         "6:13: unknown channel 'fax'; known: mail, wecom, dingtalk, feishu, webhook"},
        {"a route to a stranger", contact_with("mail = \"a@b\"\n[[route]]\nto = [\"aa\"]"), "7:7: unknown contact 'aa'; did you mean 'a'?"},
        {"notices", "[notices]\ndigest = [\"9:00\", \"14:00\", \"09:00\"]\nlanguage = \"fr\"\npublic_url = \"planwatch\"\nhand_over_after = 0",
         "2:11: '9:00' is no time of day; expected such as \"09:00\"\n2:28: '09:00' does not lie after the hour before; expected the hours in order, each once\n"
         "3:12: unknown language 'fr'; known: zh, en\n4:14: 'public_url' is 'planwatch'; expected such as \"https://planwatch.example.org\"\n"
         "5:19: 'hand_over_after' is 0; expected a whole number from 1 to 604800"},
        {"an Alertmanager without an address", "[alertmanager]", "1:1: [alertmanager] has no 'url'; expected where it listens, such as \"http://127.0.0.1:9093\""},
        {"an Alertmanager that is no server", "[alertmanager]\nurl = \"127.0.0.1:9093\"", "2:7: 'url' is '127.0.0.1:9093'; expected such as \"http://127.0.0.1:9093\""},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.name);
        std::string found = settings_problems(each.text);
        for (std::size_t at = 0; (at = found.find("etc/planwatch.toml:", at)) != std::string::npos;) found.erase(at, std::string_view{"etc/planwatch.toml:"}.size());
        EXPECT_EQ(found, each.problems);
    }
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

TEST(Settings, tell_which_tables_wait_for_a_restart)
{
    const Settings running;
    Settings read;
    read.data = "elsewhere";
    read.http.listen.port = 1;
    read.log.level = "debug";
    read.notices.hand_over_after = std::chrono::seconds{1};
    EXPECT_THAT(tables_for_restart(running, read), testing::IsEmpty());
    read.http.max_body = 1;
    read.mail.server = "smtp://mail.example.org";
    read.alertmanager.url = "http://127.0.0.1:9093";
    EXPECT_THAT(tables_for_restart(running, read), testing::ElementsAre("[http]", "[mail]", "[alertmanager]"));
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

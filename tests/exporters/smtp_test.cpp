// Against a real server: aiosmtpd as a child process on a free loopback port (smtp_server.py).
#include "exporters/smtp.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace planwatch {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Outcome = SendResult::Outcome;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* python = "/usr/bin/python3";

class Child {
public:
    explicit Child(std::vector<std::string> command)
    {
        std::vector<char*> arguments;
        for (std::string& argument : command) arguments.push_back(argument.data());
        arguments.push_back(nullptr);
        int ends[2];
        if (::pipe(ends) != 0) throw std::runtime_error{"pipe"};
        pid_ = ::fork();
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::dup2(ends[1], STDOUT_FILENO);
            ::close(ends[0]);
            ::execv(arguments[0], arguments.data());
            ::_exit(127);
        }
        ::close(ends[1]);
        output_ = ends[0];
    }
    ~Child()
    {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        ::close(output_);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    std::string first_line() const
    {
        std::string line;
        for (char byte = 0; ::read(output_, &byte, 1) == 1 && byte != '\n';) line += byte;
        return line;
    }

private:
    pid_t pid_ = -1;
    int output_ = -1;
};

class Smtp : public ::testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = (fs::temp_directory_path() / "planwatch-smtp-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override
    {
        server_.reset();
        fs::remove_all(folder_);
    }

    // Starts the server; returns how to reach it by `scheme`.
    SmtpServer start(const std::string& scheme = "smtp", const std::vector<std::string>& options = {})
    {
        const std::string server = std::string{SOURCE_DIR} + "/tests/exporters/smtp_server.py";
        std::vector<std::string> command{python,          "-B", "-W", "ignore", server,
                                         folder_.string()};
        command.insert(command.end(), options.begin(), options.end());
        server_ = std::make_unique<Child>(command);
        const std::string port = server_->first_line();
        if (port.empty()) throw std::runtime_error{"the SMTP server did not start; is python3-aiosmtpd installed?"};
        return {.url = scheme + "://127.0.0.1:" + port, .timeout = 20s};
    }
    // A certificate for 127.0.0.1, signed by itself: its file is the CA file too.
    std::vector<std::string> make_certificate()
    {
        const std::string key = (folder_ / "key.pem").string();
        const std::string command =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
            "-addext subjectAltName=IP:127.0.0.1 -keyout " +
            key + " -out " + certificate() + " 2>/dev/null";
        if (std::system(command.c_str()) != 0) throw std::runtime_error{"openssl made no certificate"};
        return {"--certificate", certificate(), "--key", key};
    }
    std::string certificate() const { return (folder_ / "certificate.pem").string(); }

    std::vector<std::string> mails() const
    {
        std::vector<std::string> all;
        for (const auto& entry : fs::directory_iterator{folder_}) {
            if (entry.path().extension() != ".mail") continue;
            std::ostringstream text;
            text << std::ifstream{entry.path(), std::ios::binary}.rdbuf();
            all.push_back(text.str());
        }
        return all;
    }

    fs::path folder_;
    std::unique_ptr<Child> server_;
};

const std::string from = "planwatch@example.org";
const std::string to = "zhang@example.org";
const std::string message = "Subject: x\r\n\r\nfirst\r\n.dot\r\n..\r\nlast\r\n";

SendResult send(const SmtpServer& server) { return planwatch::send(server, from, to, message); }

TEST_F(Smtp, a_mail_arrives_byte_for_byte_dots_included)
{
    const SendResult result = send(start());
    EXPECT_EQ(result.outcome, Outcome::delivered) << result.answer;
    EXPECT_EQ(result.answer, "250 2.0.0 queued as 1");
    ASSERT_THAT(mails(), SizeIs(1));
    EXPECT_EQ(mails().front(), from + "\n" + to + "\n" + message);
}

TEST_F(Smtp, the_servers_answer_decides_between_retry_and_refused)
{
    const SmtpServer server = start();
    const struct {
        const char* what;
        std::string sender;
        std::string recipient;
        std::string mime;
        Outcome outcome;
        const char* answer;
    } cases[] = {
        {"an unknown recipient is refused", from, "refuse@example.org", message, Outcome::refused, "550 5.1.1 no such user"},
        {"a busy mailbox is tried again", from, "busy@example.org", message, Outcome::retry, "451 4.3.0 try again later"},
        {"a message that is not wanted is refused", from, to, "X-Refuse: 1\r\n" + message, Outcome::refused,
         "554 5.6.0 message content rejected"},
        {"a sender that is not allowed is ours to mend", "stranger@example.org", to, message, Outcome::retry,
         "550 5.7.1 this sender may not send here"},
    };
    for (const auto& c : cases) {
        const SendResult result = planwatch::send(server, c.sender, c.recipient, c.mime);
        EXPECT_EQ(result.outcome, c.outcome) << c.what;
        EXPECT_EQ(result.answer, c.answer) << c.what;
    }
    EXPECT_THAT(mails(), IsEmpty());
}

TEST_F(Smtp, an_address_cannot_smuggle_a_command)
{
    const SendResult result = planwatch::send(start(), from, "a@b>\r\nRCPT TO:<c@d", message);
    EXPECT_EQ(result.outcome, Outcome::refused);
    EXPECT_THAT(mails(), IsEmpty());
}

TEST_F(Smtp, starttls_with_login_delivers)
{
    std::vector<std::string> options = make_certificate();
    options.insert(options.end(), {"--user", "planwatch", "--password", "secret-42"});
    SmtpServer server = start("smtp", options);
    server.tls = SmtpServer::Tls::starttls;
    server.ca_file = certificate();
    server.user = "planwatch";
    server.password = "secret-42";
    const SendResult result = send(server);
    EXPECT_EQ(result.outcome, Outcome::delivered) << result.answer;
    EXPECT_THAT(mails(), SizeIs(1));
}

TEST_F(Smtp, smtps_delivers)
{
    std::vector<std::string> options = make_certificate();
    options.push_back("--smtps");
    SmtpServer server = start("smtps", options);
    server.ca_file = certificate();
    const SendResult result = send(server);
    EXPECT_EQ(result.outcome, Outcome::delivered) << result.answer;
}

TEST_F(Smtp, a_server_without_tls_gets_nothing_where_tls_is_asked_for)
{
    SmtpServer server = start();
    server.tls = SmtpServer::Tls::starttls;
    EXPECT_EQ(send(server).outcome, Outcome::retry);
    EXPECT_THAT(mails(), IsEmpty());
}

TEST_F(Smtp, a_certificate_that_is_not_trusted_gets_nothing)
{
    SmtpServer server = start("smtp", make_certificate());
    server.tls = SmtpServer::Tls::starttls;
    const SendResult result = send(server);
    EXPECT_EQ(result.outcome, Outcome::retry);
    EXPECT_THAT(result.answer, HasSubstr("certificate"));
    EXPECT_THAT(mails(), IsEmpty());
}

TEST_F(Smtp, a_failed_login_is_tried_again_and_tells_no_secret)
{
    SmtpServer server = start("smtp", {"--user", "planwatch", "--password", "secret-42"});
    server.user = "planwatch";
    server.password = "wrong-secret";
    const SendResult result = send(server);
    EXPECT_EQ(result.outcome, Outcome::retry);
    EXPECT_THAT(result.answer, HasSubstr("535 5.7.8 wrong password *"));
    EXPECT_THAT(result.answer, Not(HasSubstr("wrong-secret")));
}

// A listening socket that nobody accepts from: the kernel takes the connection, and nothing is ever said.
TEST_F(Smtp, a_server_that_is_silent_or_absent_is_tried_again_within_the_time)
{
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    const SmtpServer server{.url = "smtp://127.0.0.1:" + std::to_string(ntohs(address.sin_port)), .timeout = 1s};

    const SendResult absent = send(server);
    EXPECT_EQ(absent.outcome, Outcome::retry);
    EXPECT_FALSE(absent.answer.empty());

    ASSERT_EQ(::listen(listener, 1), 0);
    const auto begin = std::chrono::steady_clock::now();
    const SendResult silent = send(server);
    EXPECT_EQ(silent.outcome, Outcome::retry);
    EXPECT_FALSE(silent.answer.empty());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
    ::close(listener);
}

}  // namespace
}  // namespace planwatch

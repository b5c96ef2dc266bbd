#include "daemon/destinations.hpp"

#include "config/file.hpp"
#include "exporters/http_post.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

namespace planwatch {
namespace {

constexpr std::array destination_kinds = {std::pair{"wecom", DestinationKind::wecom}, std::pair{"dingtalk", DestinationKind::dingtalk},
                              std::pair{"feishu", DestinationKind::feishu}, std::pair{"webhook", DestinationKind::webhook}};

// The one line of a file; its end and blanks around it do not count.
Result<std::string> read_line(const std::filesystem::path& file, const std::string& what)
{
    std::string text;
    try {
        text = read_file(file).text;
    } catch (const std::system_error& error) {
        return fail(what, error.what());
    }
    constexpr std::string_view blanks = " \t\r\n";
    text.erase(0, std::min(text.find_first_not_of(blanks), text.size()));
    text.erase(text.find_last_not_of(blanks) + 1);
    if (text.empty() || text.find_first_of("\r\n") != std::string::npos) return fail(what, fmt::format("{} must hold one line", file.string()));
    return text;
}

Destination read_destination(const Receiver& receiver, Problems& problems)
{
    const std::string what = fmt::format("receiver '{}'", receiver.id);
    const auto kind = std::ranges::find(destination_kinds, receiver.kind, [](const auto& each) { return std::string{each.first}; });
    Destination to{.id = receiver.id, .kind = kind == destination_kinds.end() ? DestinationKind::webhook : kind->second, .per_minute = receiver.per_minute};
    const auto line = [&](const std::filesystem::path& file) {
        Result<std::string> text = read_line(file, what);
        if (!text) problems.insert(problems.end(), text.error().begin(), text.error().end());
        return text.value_or("");
    };
    to.url = line(receiver.url_file);
    if (const std::string problem = url_problem(to.url); !to.url.empty() && !problem.empty())
        problems.push_back({what, fmt::format("{}: {}", receiver.url_file.string(), problem)});
    if (!receiver.secret_file.empty()) to.secret = line(receiver.secret_file);
    return to;
}

}  // namespace

Result<std::vector<Destination>> read_destinations(const std::vector<Receiver>& receivers)
{
    std::vector<Destination> destinations;
    Problems problems;
    for (const Receiver& receiver : receivers) destinations.push_back(read_destination(receiver, problems));
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return destinations;
}

SmtpServer smtp_server(const Mail& mail)
{
    SmtpServer server{.url = mail.server, .user = mail.user, .ca_file = mail.ca_file.string(), .timeout = mail.timeout};
    if (mail.tls == Mail::Tls::starttls) server.tls = SmtpServer::Tls::starttls;
    if (!mail.password_file.empty()) {
        server.password = read_file(mail.password_file).text;
        server.password.erase(std::min(server.password.find_first_of("\r\n"), server.password.size()));
    }
    return server;
}

}  // namespace planwatch

// notice_bench BINARY FOLDER: how long it takes from a figure that breaks a target to the webhook that tells of it, and how many notices
// a second leave the durable outbox, beside a bare POST to the same receiver in the same run.
#include "tests/bench/daemon_process.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <fstream>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace planwatch::bench {
namespace {

namespace fs = std::filesystem;
using Time = std::chrono::steady_clock::time_point;

void no_delay(int socket)
{
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void write_all(int socket, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (written <= 0) throw std::runtime_error{"a connection was closed"};
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

// Head and body of the next request or answer; empty where the other side has closed. `rest`: what came beyond it.
std::string read_message(int socket, std::string& rest)
{
    for (std::array<char, 65536> piece;;) {
        if (const std::size_t head = rest.find("\r\n\r\n"); head != std::string::npos) {
            constexpr std::string_view field = "content-length: ";
            const auto at = std::search(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(head), field.begin(), field.end(),
                                        [](unsigned char a, unsigned char b) { return std::tolower(a) == b; });
            const std::size_t length = at == rest.begin() + static_cast<std::ptrdiff_t>(head) ? 0 : std::stoul(std::string{at + field.size(), rest.begin() + static_cast<std::ptrdiff_t>(head) + 2});
            if (rest.size() >= head + 4 + length) {
                std::string message = rest.substr(0, head + 4 + length);
                rest.erase(0, message.size());
                return message;
            }
        }
        const ssize_t size = ::recv(socket, piece.data(), piece.size(), 0);
        if (size <= 0) return {};
        rest.append(piece.data(), static_cast<std::size_t>(size));
    }
}

// Takes every POST, and knows when which unit was told of.
class Receiver {
public:
    Receiver() : listener_{::socket(AF_INET, SOCK_STREAM, 0)}
    {
        sockaddr_in address{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
        socklen_t size = sizeof address;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
            ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            throw std::runtime_error{"the receiver has no port"};
        port_ = ntohs(address.sin_port);
        std::thread{[this] {
            for (int client; (client = ::accept(listener_, nullptr, nullptr)) >= 0;) std::thread{[this, client] { serve(client); }}.detach();
        }}.detach();
    }

    std::uint16_t port() const { return port_; }
    Time wait_for(const std::string& unit)
    {
        std::unique_lock lock{mutex_};
        if (!news_.wait_for(lock, std::chrono::seconds{30}, [&] { return came_.contains(unit); })) throw std::runtime_error{unit + " was never told of"};
        return came_.at(unit);
    }
    // When the first and the last of `count` units came.
    std::pair<Time, Time> wait_for(std::size_t count)
    {
        std::unique_lock lock{mutex_};
        if (!news_.wait_for(lock, std::chrono::seconds{120}, [&] { return came_.size() >= count; })) throw std::runtime_error{fmt::format("only {} came", came_.size())};
        const auto [first, last] = std::ranges::minmax_element(came_, {}, [](const auto& each) { return each.second; });
        return {first->second, last->second};
    }
    void forget()
    {
        const std::lock_guard lock{mutex_};
        came_.clear();
    }

private:
    void serve(int client)
    {
        no_delay(client);
        for (std::string rest, message; !(message = read_message(client, rest)).empty();) {
            const Time now = std::chrono::steady_clock::now();
            const std::size_t unit = message.find("unit_");
            const std::size_t end = message.find_first_of("\":", unit);
            {
                const std::lock_guard lock{mutex_};
                came_.try_emplace(message.substr(unit, end - unit), now);
            }
            news_.notify_one();
            try {
                write_all(client, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            } catch (const std::runtime_error&) {
                break;
            }
        }
        ::close(client);
    }

    int listener_;
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    std::condition_variable news_;
    std::map<std::string, Time> came_;
};

class Client {
public:
    explicit Client(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM, 0)}
    {
        sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error{"nobody listens"};
        no_delay(socket_);
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    std::string get(std::string_view path)
    {
        write_all(socket_, fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", path));
        return read_message(socket_, rest_);
    }

    std::string post(std::string_view path, std::string_view authorization, std::string_view body)
    {
        write_all(socket_, fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                                       path, authorization, body.size(), body));
        return read_message(socket_, rest_);
    }

private:
    int socket_;
    std::string rest_;
};

std::string breach(int unit)
{
    return fmt::format(R"({{"plan":"bench-2023","unit":"unit_{}","period":"2023-10","values":{{"held":{{"numerator":1,"denominator":2}}}}}})", unit);
}

// What is owed still, as the daemon counts it.
double open_slots(const DaemonProcess& daemon)
{
    const std::string metrics = Client{daemon.port()}.get("/metrics");
    double open = 0;
    for (const std::string_view state : {"upcoming", "due_soon", "overdue"}) {
        const std::string line = fmt::format("\nplanwatch_slots{{plan=\"bench-2023\",state=\"{}\"}} ", state);
        const std::size_t at = metrics.find(line);
        if (at == std::string::npos) throw std::runtime_error{"/metrics tells no slots"};
        open += std::stod(metrics.substr(at + line.size(), 20));
    }
    return open;
}

void print_line(std::string_view what, std::vector<double> us)
{
    std::ranges::sort(us);
    fmt::print("{:<52}{:>10.0f}{:>10.0f}{:>10.0f}\n", what, us[us.size() / 2], us[us.size() * 99 / 100], us.back());
}

double micros(Time from, Time to) { return std::max(0.0, std::chrono::duration<double, std::micro>(to - from).count()); }

void measure_latency(const DaemonProcess& daemon, Receiver& receiver, int times)
{
    const std::string authorization = "Bearer " + daemon.token();
    Client figures{daemon.port()}, bare{receiver.port()};
    std::vector<double> from_answer, from_request, reference;
    for (int unit = 0; unit < times; ++unit) {
        const Time sent = std::chrono::steady_clock::now();
        const std::string answer = figures.post("/api/v1/submissions", authorization, breach(unit));
        const Time answered = std::chrono::steady_clock::now();
        if (!answer.starts_with("HTTP/1.1 201")) throw std::runtime_error{answer};
        const Time told = receiver.wait_for(fmt::format("unit_{}", unit));
        from_answer.push_back(micros(answered, told));
        from_request.push_back(micros(sent, told));
        const Time begin = std::chrono::steady_clock::now();
        bare.post("/", "", fmt::format(R"({{"unit":"unit_bare_{}"}})", unit));
        reference.push_back(micros(begin, receiver.wait_for(fmt::format("unit_bare_{}", unit))));
    }
    fmt::print("{:<52}{:>10}{:>10}{:>10}\n", fmt::format("beside {:.0f} open slots", open_slots(daemon)), "p50 µs", "p99 µs", "max µs");
    print_line("a bare POST to the same receiver", std::move(reference));
    print_line("figure sent → webhook received (two hops, two fsyncs)", std::move(from_request));
    print_line("figure answered → webhook received", std::move(from_answer));
}

void measure_rate(const DaemonProcess& daemon, Receiver& receiver, int first, int count)
{
    constexpr int batch = 1'000;
    receiver.forget();
    Client figures{daemon.port()};
    for (int unit = first; unit < first + count; unit += batch) {
        std::string body = "[";
        for (int i = 0; i < batch; ++i) body += (i ? "," : "") + breach(unit + i);
        const std::string answer = figures.post("/api/v1/submissions", "Bearer " + daemon.token(), body + "]");
        if (!answer.starts_with("HTTP/1.1 201")) throw std::runtime_error{answer.substr(0, 300)};
    }
    const auto [begin, end] = receiver.wait_for(static_cast<std::size_t>(count));
    const double ours = count / std::chrono::duration<double>(end - begin).count();

    constexpr int clients = 16;
    receiver.forget();
    std::vector<std::thread> threads;
    for (int client = 0; client < clients; ++client)
        threads.emplace_back([&, client] {
            Client bare{receiver.port()};
            for (int i = client; i < count; i += clients) bare.post("/", "", fmt::format(R"({{"unit":"unit_{}"}})", i));
        });
    for (std::thread& thread : threads) thread.join();
    const auto [bare_begin, bare_end] = receiver.wait_for(static_cast<std::size_t>(count));
    const double bare = count / std::chrono::duration<double>(bare_end - bare_begin).count();
    fmt::print("\n{} notices, each a message of its own to a webhook: {:.0f}/s from the durable outbox; bare POSTs by {} clients {:.0f}/s; ratio {:.2f}\n", count, ours,
               clients, bare, ours / bare);
}

int run(const fs::path& binary, const fs::path& folder)
{
    constexpr int alone = 1'000, together = 10'000;
    fs::remove_all(folder);
    fs::create_directories(folder);
    Receiver& receiver = *new Receiver;  // its threads end with the program
    std::ofstream{folder / "hook.url"} << fmt::format("http://127.0.0.1:{}/\n", receiver.port());
    fs::permissions(folder / "hook.url", fs::perms::owner_read | fs::perms::owner_write);
    std::string plan =
        "[[indicator]]\nid = \"held\"\nname = \"held\"\nclause = \"1\"\nmeasure = \"ratio\"\nreported = \"level\"\ntarget = \"at_least 90 %\"\nhold = true\neach = true\n"
        "units = [\"@departments\"]\n"
        "[[ladder]]\nid = \"machines\"\nkinds = [\"below_hold\"]\nsteps = [ { at = \"fired\", severity = \"critical\", tell = [\"office\"] } ]\n";
    // Nine more reports that every unit owes at the year's end, beside the one that each bench has.
    for (int duty = 0; duty < 9; ++duty)
        plan += fmt::format("[[duty]]\nid = \"owed_{0}\"\nname = \"report {0}\"\nclause = \"1\"\ncadence = \"yearly\"\ndue = \"period_end + 20d\"\nfiling = true\nunits = [\"@departments\"]\n", duty);
    constexpr std::string_view settings =
        "[[receiver]]\nid = \"hook\"\nkind = \"webhook\"\nurl_file = \"hook.url\"\n[[contact]]\nid = \"machine\"\nname = \"machine\"\naudiences = [\"office\"]\nwebhook = \"hook\"\n";
    DaemonProcess daemon{binary, folder, alone + together, plan, settings};
    daemon.start();
    measure_latency(daemon, receiver, alone);
    measure_rate(daemon, receiver, alone, together);
    daemon.stop();
    fs::remove_all(folder);
    return 0;
}

}  // namespace
}  // namespace planwatch::bench

int main(int count, char** words)
try {
    if (count != 3) {
        fmt::print(stderr, "usage: notice_bench BINARY FOLDER\n");
        return 2;
    }
    return planwatch::bench::run(words[1], words[2]);
} catch (const std::exception& error) {
    fmt::print(stderr, "notice_bench: {}\n", error.what());
    return 3;
}

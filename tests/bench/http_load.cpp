#include "tests/bench/http_load.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace planwatch::bench {
namespace {

using Time = std::chrono::steady_clock::time_point;

[[noreturn]] void fail_now(const char* what) { throw std::system_error{errno, std::generic_category(), what}; }

class Descriptor {
public:
    explicit Descriptor(int number, const char* what) : number_{number}
    {
        if (number < 0) fail_now(what);
    }
    ~Descriptor()
    {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    Descriptor& operator=(Descriptor&&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

Descriptor connect_to(const LoadPlan& plan)
{
    Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(plan.port);
    if (::inet_pton(AF_INET, plan.address.c_str(), &address.sin_addr) != 1) throw std::invalid_argument{"no IPv4 address: " + plan.address};
    if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail_now("connect");
    const int on = 1;
    ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

struct Answer {
    int status = 0;
    std::size_t size = 0;  // of head and body; 0: not complete yet
};

Answer answer_in(std::string_view text)
{
    constexpr std::string_view field = "\r\nContent-Length: ";
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return {};
    const std::size_t length_at = text.substr(0, end + 2).find(field);
    if (length_at == std::string_view::npos || text.size() < 12) throw std::runtime_error{"an answer without a Content-Length"};
    std::size_t length = 0;
    Answer answer;
    std::from_chars(text.data() + length_at + field.size(), text.data() + end, length);
    std::from_chars(text.data() + 9, text.data() + 12, answer.status);
    if (text.size() >= end + 4 + length) answer.size = end + 4 + length;
    return answer;
}

struct Caller {
    Descriptor socket;
    int number = 0;
    std::uint64_t asked = 0;
    Time began{};
    std::string received;
};

class Load {
public:
    explicit Load(const LoadPlan& plan) : plan_{plan}, epoll_{::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"} {}

    LoadResult run()
    {
        for (int i = 0; i < plan_.connections; ++i) add(i);
        count_from_ = std::chrono::steady_clock::now() + plan_.warm_up;
        until_ = count_from_ + plan_.duration;
        for (const auto& caller : callers_) ask(*caller);
        while (std::chrono::steady_clock::now() < until_) turn();
        return summary();
    }

private:
    void add(int number)
    {
        callers_.push_back(std::make_unique<Caller>(Caller{connect_to(plan_), number}));
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.ptr = callers_.back().get();
        if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, callers_.back()->socket.number(), &event) != 0) fail_now("epoll_ctl");
    }

    void ask(Caller& caller)
    {
        const std::string body = plan_.body ? plan_.body(caller.number, caller.asked) : std::string{};
        ++caller.asked;
        out_.clear();
        fmt::format_to(std::back_inserter(out_), "{} {} HTTP/1.1\r\nHost: {}:{}\r\n", body.empty() ? "GET" : "POST", plan_.path,
                       plan_.address, plan_.port);
        if (!plan_.authorization.empty()) out_.append("Authorization: ").append(plan_.authorization).append("\r\n");
        if (!body.empty()) fmt::format_to(std::back_inserter(out_), "Content-Type: {}\r\nContent-Length: {}\r\n", plan_.content_type, body.size());
        out_.append("\r\n").append(body);
        caller.began = std::chrono::steady_clock::now();
        // A blocking socket: a large body goes out in one call, and the server reads it beside us.
        for (std::string_view rest = out_; !rest.empty();) {
            const ssize_t sent = ::send(caller.socket.number(), rest.data(), rest.size(), MSG_NOSIGNAL);
            if (sent < 0) fail_now("send");
            rest.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    void turn()
    {
        epoll_event events[256];
        const int count = ::epoll_wait(epoll_.number(), events, 256, 100);
        if (count < 0 && errno != EINTR) fail_now("epoll_wait");
        for (int i = 0; i < count; ++i) hear(*static_cast<Caller*>(events[i].data.ptr));
    }

    void hear(Caller& caller)
    {
        char piece[64 * 1024];
        const ssize_t size = ::recv(caller.socket.number(), piece, sizeof piece, MSG_DONTWAIT);
        if (size == 0) throw std::runtime_error{"the server closed a connection"};
        if (size < 0) {
            if (errno == EAGAIN) return;
            fail_now("recv");
        }
        caller.received.append(piece, static_cast<std::size_t>(size));
        const Answer answer = answer_in(caller.received);
        if (answer.size == 0) return;
        caller.received.erase(0, answer.size);
        note(answer.status, caller.began);
        ask(caller);
    }

    void note(int status, Time began)
    {
        const Time now = std::chrono::steady_clock::now();
        ++result_.statuses[status];
        if (began < count_from_ || now > until_) return;
        micros_.push_back(std::chrono::duration<float, std::micro>(now - began).count());
    }

    LoadResult summary()
    {
        result_.answers = micros_.size();
        result_.seconds = std::chrono::duration<double>(plan_.duration).count();
        std::sort(micros_.begin(), micros_.end());
        if (!micros_.empty()) {
            result_.p50_us = micros_[micros_.size() / 2];
            result_.p99_us = micros_[micros_.size() * 99 / 100];
            result_.max_us = micros_.back();
        }
        return result_;
    }

    const LoadPlan& plan_;
    Descriptor epoll_;
    std::vector<std::unique_ptr<Caller>> callers_;
    Time count_from_{};
    Time until_{};
    std::string out_;
    std::vector<float> micros_;
    LoadResult result_;
};

}  // namespace

LoadResult load(const LoadPlan& plan) { return Load{plan}.run(); }

}  // namespace planwatch::bench

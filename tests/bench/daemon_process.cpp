#include "tests/bench/daemon_process.hpp"

#include "tests/bench/http_load.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/os.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <thread>

namespace planwatch::bench {

namespace {

constexpr int indicators = 10;

std::uint16_t free_port()
{
    const int probe = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(probe, reinterpret_cast<sockaddr*>(&address), size) != 0 || getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error{"no free port"};
    close(probe);
    return ntohs(address.sin_port);
}

std::string output_of(const std::string& command)
{
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe{popen(command.c_str(), "r"), pclose};
    std::string text;
    std::array<char, 256> buffer{};
    while (pipe && fgets(buffer.data(), static_cast<int>(buffer.size()), pipe.get())) text += buffer.data();
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

bool accepts(std::uint16_t port)
{
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool connected = connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    bool ready = false;
    if (connected) {
        const std::string request = "GET /-/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        std::array<char, 64> answer{};
        ready = write(client, request.data(), request.size()) > 0 && read(client, answer.data(), answer.size()) > 12 &&
                std::string_view{answer.data(), 12} == "HTTP/1.1 200";
    }
    close(client);
    return ready;
}

}  // namespace

DaemonProcess::DaemonProcess(std::filesystem::path binary, std::filesystem::path folder, int units, std::string_view more_plan, std::string_view settings)
    : binary_{std::move(binary)}, folder_{std::move(folder)}, units_{units}, port_{free_port()}
{
    std::filesystem::create_directories(folder_);
    write_files(more_plan, settings);
    token_ = output_of(fmt::format("{} token create --data {} --role admin", binary_.string(), (folder_ / "data").string()));
    if (token_.empty()) throw std::runtime_error{"no token was made"};
}

DaemonProcess::~DaemonProcess() { stop(); }

void DaemonProcess::write_files(std::string_view more_plan, std::string_view settings) const
{
    auto file = fmt::output_file((folder_ / "plan.toml").string());
    file.print("[plan]\nid = \"bench-2023\"\nname = \"bench\"\nissued = 2023-01-01\nyear = 2023\ntime_zone = \"Asia/Shanghai\"\n");
    file.print("[[clause]]\nid = \"1\"\ntitle = \"figures\"\nunits = [ {{ unit = \"unit_0\", role = \"lead\" }} ]\n");
    for (int i = 0; i < indicators; ++i)
        file.print("[[indicator]]\nid = \"indicator_{}\"\nname = \"figure {}\"\nclause = \"1\"\nmeasure = \"count\"\ntarget = \"at_least 1000 次\"\npace = \"linear\"\nunits = [\"@departments\"]\n", i, i);
    file.print("[[duty]]\nid = \"yearly\"\nname = \"figures\"\nclause = \"1\"\ncadence = \"yearly\"\ndue = \"period_end + 20d\"\nunits = [\"@departments\"]\nindicators = [");
    for (int i = 0; i < indicators; ++i) file.print("\"indicator_{}\", ", i);
    file.print("]\n");
    for (int i = 0; i < units_; ++i) file.print("[[unit]]\nid = \"unit_{}\"\nname = \"unit {}\"\n", i, i);
    file.print("{}", more_plan);
    fmt::output_file((folder_ / "planwatch.toml").string()).print("plans = [\"plan.toml\"]\n{}", settings);
}

double DaemonProcess::start()
{
    const auto begin = std::chrono::steady_clock::now();
    const auto gone = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
    const std::string binary = binary_.string(), data = (folder_ / "data").string(), config = (folder_ / "planwatch.toml").string();
    const std::string listen = fmt::format("127.0.0.1:{}", port_), log = (folder_ / "log").string();
    std::fflush(nullptr);  // else the child tells again what waits in our buffers
    process_ = fork();
    if (process_ == 0) {
        if (!std::freopen(log.c_str(), "a", stderr) || !std::freopen(log.c_str(), "a", stdout)) _exit(3);
        execl(binary.c_str(), "planwatch", "serve", "--data", data.c_str(), "--config", config.c_str(), "--listen", listen.c_str(), "--clock",
              "2023-12-10T00:00:00+08:00", nullptr);
        _exit(3);
    }
    while (!accepts(port_)) {
        if (waitpid(process_, nullptr, WNOHANG) == process_ || gone() > 120) throw std::runtime_error{"the daemon did not start; see " + log};
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return gone();
}

void DaemonProcess::stop()
{
    if (process_ <= 0) return;
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
    process_ = 0;
}

double DaemonProcess::resident_bytes() const
{
    std::ifstream file{fmt::format("/proc/{}/statm", process_)};
    double pages = 0, resident = 0;
    file >> pages >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

std::size_t DaemonProcess::scrape() const
{
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    constexpr std::string_view request =
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Encoding: gzip\r\n"
        "Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1\r\n\r\n";
    std::array<char, std::size_t{64} * 1024> piece{};
    std::size_t bytes = 0;
    if (connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && write(client, request.data(), request.size()) > 0)
        for (ssize_t size = 0; (size = read(client, piece.data(), piece.size())) > 0;) bytes += static_cast<std::size_t>(size);
    close(client);
    return bytes;
}

std::string DaemonProcess::submission(std::uint64_t n) const
{
    const auto series = n % static_cast<std::uint64_t>(units_ * indicators), day = n / static_cast<std::uint64_t>(units_ * indicators);
    return fmt::format(R"({{"plan":"bench-2023","unit":"unit_{}","period":"2023-{:02}-{:02}","values":{{"indicator_{}":{}}}}})", series / indicators,
                       1 + day % 308 / 28, 1 + day % 28, series % indicators, 1 + n % 997);
}

}  // namespace planwatch::bench

// The release binary as a child process with a plan made for measuring, in a folder of its own.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace planwatch::bench {

class DaemonProcess {
public:
    // A plan of `units` units that each report ten counts; starts the daemon on it. `more_plan`, `settings`: TOML that is added to the
    // plan, and the settings beside the plan. Throws std::runtime_error.
    DaemonProcess(std::filesystem::path binary, std::filesystem::path folder, int units, std::string_view more_plan = {}, std::string_view settings = {});
    ~DaemonProcess();
    DaemonProcess(const DaemonProcess&) = delete;
    DaemonProcess& operator=(const DaemonProcess&) = delete;

    double start();  // seconds until it answers /-/ready
    void stop();
    double resident_bytes() const;
    std::size_t scrape() const;  // /metrics as Prometheus asks for it, once; the bytes of the answer, compressed

    std::uint16_t port() const { return port_; }
    const std::string& token() const { return token_; }
    int units() const { return units_; }

    // One submission: the n-th figure of all, spread over the series first and over days then.
    std::string submission(std::uint64_t n) const;

private:
    void write_files(std::string_view more_plan, std::string_view settings) const;

    std::filesystem::path binary_;
    std::filesystem::path folder_;
    int units_;
    std::uint16_t port_;
    std::string token_;
    pid_t process_ = 0;
};

}  // namespace planwatch::bench

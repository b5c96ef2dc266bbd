#include "daemon/instance_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace planwatch {
namespace {

std::string holder_of(int file)
{
    std::array<char, 32> text{};
    const ssize_t size = pread(file, text.data(), text.size(), 0);
    std::string pid{text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
    return pid.substr(0, pid.find('\n'));
}

}  // namespace

InstanceLock::InstanceLock(const std::string& data_folder)
{
    const std::string path = data_folder + "/planwatch.lock";
    file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file_ < 0) {
        throw std::runtime_error{path + ": cannot make the lock file: " + std::strerror(errno) +
                                 "; let the user that planwatch runs as write to the data folder"};
    }
    if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
        const bool held = errno == EWOULDBLOCK;
        const std::string why = held ? "another planwatch (process " + holder_of(file_) + ") runs on this data folder; stop it, or name another folder"
                                     : std::string{"cannot lock: "} + std::strerror(errno);
        close(file_);
        throw std::runtime_error{path + ": " + why};
    }
    const std::string pid = std::to_string(getpid()) + "\n";
    if (ftruncate(file_, 0) != 0 || pwrite(file_, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
        const std::string why = std::strerror(errno);
        close(file_);
        throw std::runtime_error{path + ": cannot write the lock file: " + why + "; free some space on the data folder's disk"};
    }
}

// The file stays: to remove it would let a third daemon lock a new one beside a second that waits for this.
InstanceLock::~InstanceLock() { close(file_); }

}  // namespace planwatch

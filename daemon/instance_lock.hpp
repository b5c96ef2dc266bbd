// One daemon a data folder: holds `planwatch.lock` in it for as long as it lives. The lock goes with the process,
// however that ends.
#pragma once

#include <string>

namespace planwatch {

class InstanceLock {
public:
    // Throws std::runtime_error that names the other daemon's process, or says why the folder cannot be written.
    explicit InstanceLock(const std::string& data_folder);
    ~InstanceLock();
    InstanceLock(const InstanceLock&) = delete;
    InstanceLock& operator=(const InstanceLock&) = delete;

private:
    int file_ = -1;
};

}  // namespace planwatch

// What the kernel says of this process, for /metrics.
#pragma once

#include "exporters/metrics.hpp"

#include <filesystem>

namespace planwatch {

ProcessStats process_stats();
// Of the database's file, and the file system that it lies in.
StorageStats storage_stats(const std::filesystem::path& database);

}  // namespace planwatch

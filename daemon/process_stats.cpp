#include "daemon/process_stats.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

namespace planwatch {

namespace {

// Fields of /proc/self/stat, counted from 1 as proc(5) does; the second, the name, may hold blanks and brackets.
std::vector<std::string> stat_fields()
{
    std::ifstream file{"/proc/self/stat"};
    std::string line;
    if (!std::getline(file, line)) return {};
    const auto after_name = line.rfind(')');
    if (after_name == line.npos) return {};
    std::istringstream rest{line.substr(after_name + 1)};
    std::vector<std::string> fields{"", "", ""};
    fields.insert(fields.end(), std::istream_iterator<std::string>{rest}, {});
    return fields;
}

std::optional<double> boot_time()
{
    std::ifstream file{"/proc/stat"};
    std::string word;
    double seconds = 0;
    while (file >> word)
        if (word == "btime" && file >> seconds) return seconds;
    return std::nullopt;
}

std::optional<double> open_files()
{
    std::error_code failed;
    const std::filesystem::directory_iterator files{"/proc/self/fd", failed};
    if (failed) return std::nullopt;
    return static_cast<double>(std::distance(files, {})) - 1;  // without the one that reads the folder
}

}  // namespace

ProcessStats process_stats()
{
    constexpr std::size_t user = 14, system = 15, start = 22, virtual_size = 23, resident = 24;
    ProcessStats stats;
    const auto fields = stat_fields();
    if (fields.size() > resident) {
        const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
        stats.cpu_seconds = (std::stod(fields[user]) + std::stod(fields[system])) / ticks;
        stats.virtual_memory_bytes = std::stod(fields[virtual_size]);
        stats.resident_memory_bytes = std::stod(fields[resident]) * static_cast<double>(sysconf(_SC_PAGESIZE));
        if (const auto boot = boot_time()) stats.start_time_seconds = *boot + std::stod(fields[start]) / ticks;
    }
    stats.open_fds = open_files();
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) stats.max_fds = static_cast<double>(limit.rlim_cur);
    return stats;
}

StorageStats storage_stats(const std::filesystem::path& database)
{
    StorageStats stats;
    std::error_code failed;
    const auto file = std::filesystem::file_size(database, failed);
    if (!failed) stats.database_bytes = static_cast<double>(file);
    const auto log = std::filesystem::file_size(database.string() + "-wal", failed);
    if (!failed && stats.database_bytes) *stats.database_bytes += static_cast<double>(log);
    const auto space = std::filesystem::space(database, failed);
    if (failed) return stats;
    stats.free_bytes = static_cast<double>(space.available);
    stats.size_bytes = static_cast<double>(space.capacity);
    return stats;
}

}  // namespace planwatch

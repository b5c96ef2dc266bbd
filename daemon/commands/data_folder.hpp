// The daemon's folder, for commands that look into it.
#pragma once

#include "daemon/commands/common.hpp"

#include <string>

namespace planwatch {

// --data DIR and --config FILE: the folder is the one given, else the settings', else the default.
struct DataChoice {
    std::string data;
    std::string config;
};
void add_data(CLI::App& command, DataChoice& choice);

std::filesystem::path data_folder(const DataChoice& choice);
// Throws when there is none yet.
std::string database_in(const std::filesystem::path& data);

}  // namespace planwatch

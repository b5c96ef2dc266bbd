// How the parts of the daemon hang together: the one function that `planwatch serve` calls.
#pragma once

#include "config/settings.hpp"
#include "rules/time.hpp"

#include <filesystem>
#include <optional>

namespace planwatch {

// The one file of data, in Settings::data.
inline std::filesystem::path database_file(const std::filesystem::path& data) { return data / "planwatch.db"; }
// Makes the folder where there is none yet; throws where that cannot be.
void make_data_folder(const std::filesystem::path& data);

struct ServeOptions {
    Settings settings;                                 // the file's, with what the command line put in its place
    std::optional<Instant> clock_start;                // virtual time from here on; none: the system's clock
    double speed = 1;                                  // of virtual time against real time; > 0
    std::optional<std::filesystem::path> config_file;  // read again by a reload
    bool plans_from_command_line = false;              // then a reload keeps them, whatever the file says
    bool narrate = false;                              // tell on the terminal what happens, for a demonstration
    Problems problems = {};                            // of the settings: the plans are looked at too, and nothing is started
};

// Runs until SIGTERM or SIGINT; returns the exit code. Throws when the environment fails.
int serve(const ServeOptions& options);

}  // namespace planwatch

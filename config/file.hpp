// A text with the name that problems in it are reported under.
#pragma once

#include <filesystem>
#include <string>

namespace planwatch {

struct SourceFile {
    std::string name;  // as the operator gave it: "plans/beichen-2023.toml"
    std::string text;
    friend bool operator==(const SourceFile&, const SourceFile&) = default;
};

// Throws std::system_error with the path in its message when the file cannot be read.
SourceFile read_file(const std::filesystem::path& path);

}  // namespace planwatch

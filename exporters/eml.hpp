// Mail into a folder instead of a server: one .eml file a message.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace planwatch {

// A file name made of a message id: `<a.1.x@host>` is "a.1.x@host.eml". Characters that could leave the folder become "_".
std::string eml_name(std::string_view message_id);

// Writes `mime` as dir/name, all of it or nothing, on disk when it returns; makes the folder where it is missing. A file
// that is there already stays as it is: the same name is the same message. Throws std::system_error.
std::filesystem::path write_eml(const std::filesystem::path& dir, const std::string& name, std::string_view mime);

}  // namespace planwatch

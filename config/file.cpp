#include "config/file.hpp"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace planwatch {

SourceFile read_file(const std::filesystem::path& path)
{
    const auto refuse = [&](int code) { throw std::system_error{code, std::generic_category(), "cannot read " + path.string()}; };
    if (std::filesystem::is_directory(path)) refuse(EISDIR);
    errno = 0;
    std::ifstream in{path, std::ios::binary};
    if (!in) refuse(errno != 0 ? errno : EIO);
    std::ostringstream text;
    text << in.rdbuf();
    if (in.bad()) refuse(EIO);
    return {path.string(), std::move(text).str()};
}

}  // namespace planwatch

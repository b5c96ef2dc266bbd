#include "exporters/eml.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace planwatch {
namespace {

[[noreturn]] void fail_with(const std::string& what) { throw std::system_error{errno, std::generic_category(), what}; }

class File {
public:
    File(int descriptor, const std::string& name) : descriptor_{descriptor}
    {
        if (descriptor_ < 0) fail_with(name);
    }
    ~File() { ::close(descriptor_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    void write(std::string_view text) const
    {
        while (!text.empty()) {
            const ssize_t written = ::write(descriptor_, text.data(), text.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) fail_with("write");
            text.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    void sync() const
    {
        if (::fsync(descriptor_) != 0) fail_with("fsync");
    }

private:
    int descriptor_;
};

void write_synced(std::string& pattern, std::string_view text)
{
    const File file{::mkostemp(pattern.data(), O_CLOEXEC), pattern};
    file.write(text);
    file.sync();
}

// A rename is on disk only once its folder is.
void sync_folder(const std::filesystem::path& dir)
{
    const File folder{::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), dir.string()};
    folder.sync();
}

}  // namespace

std::string eml_name(std::string_view message_id)
{
    std::string name;
    for (const char byte : message_id) {
        const bool digit = byte >= '0' && byte <= '9';
        const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        const bool allowed = digit || letter || byte == '-' || byte == '_' || byte == '@' || (byte == '.' && !name.empty());
        if (byte != '<' && byte != '>') name += allowed ? byte : '_';
    }
    return name + ".eml";
}

std::filesystem::path write_eml(const std::filesystem::path& dir, const std::string& name, std::string_view mime)
{
    std::filesystem::path path = dir / name;
    std::filesystem::create_directories(dir);
    if (std::filesystem::exists(path)) return path;

    std::string temporary = (dir / ("." + name + ".XXXXXX")).string();
    try {
        write_synced(temporary, mime);
        std::filesystem::rename(temporary, path);
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    sync_folder(dir);
    return path;
}

}  // namespace planwatch

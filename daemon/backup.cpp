#include "daemon/backup.hpp"

#include "daemon/schema.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace planwatch {
namespace {

namespace fs = std::filesystem;

// Removes the half-made copy unless it was taken over.
struct Part {
    fs::path path;
    bool kept = false;
    ~Part()
    {
        std::error_code ignored;
        if (!kept) fs::remove(path, ignored);
        fs::remove(path.string() + "-journal", ignored);
    }
};

void check_copy(Database& copy)
{
    Statement check{copy, "PRAGMA integrity_check"};
    Rows rows = check.query();
    const std::string result = rows.next() ? rows.text(0) : "no answer";
    if (result != "ok") throw SqliteError{0, copy.path() + ": the copy is not sound (" + result + "); the database itself may be damaged"};
}

void sync_folder(const fs::path& folder)
{
    const int file = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) throw std::system_error{errno, std::generic_category(), folder.string()};
    const int failed = fsync(file) != 0 ? errno : 0;
    close(file);
    if (failed) throw std::system_error{failed, std::generic_category(), folder.string()};
}

void copy(const std::string& database, const std::string& target, const std::function<void(int, int)>& progress)
{
    Database source{database, Database::Mode::read};
    check_version(source);
    // One look at the source: else every commit of the daemon would make the copy begin again.
    source.execute("BEGIN");
    source.pragma("user_version");
    Database made{target, Database::Mode::create};
    source.copy_to(made, progress);
    source.execute("COMMIT");
    made.execute("PRAGMA journal_mode = DELETE");  // one file, without a WAL beside it
    check_copy(made);
}

}  // namespace

void backup(const std::string& database, const std::string& target, const std::function<void(int, int)>& progress)
{
    if (fs::exists(target)) throw SqliteError{0, target + ": exists already; name a new file, or remove this one first"};
    Part part{target + ".part"};
    fs::remove(part.path);
    copy(database, part.path.string(), progress);
    fs::rename(part.path, target);
    part.kept = true;
    sync_folder(fs::path{target}.parent_path());
}

}  // namespace planwatch

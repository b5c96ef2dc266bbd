#include "daemon/sqlite.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>
#include <utility>

namespace planwatch {
namespace {

using namespace std::chrono_literals;

// Waits for another connection's lock are short and many, because the locks of this program are
// held for one commit or one checkpoint, and SQLite's own waits grow to a tenth of a second.
constexpr auto lock_wait = 250us;

std::string_view remedy(int code)
{
    switch (code & 0xff) {
        case SQLITE_FULL: return "the disk is full; free some space. Everything that was answered is stored";
        case SQLITE_READONLY: return "it is read-only; let the user that planwatch runs as write to the file and to its folder";
        case SQLITE_CANTOPEN: return "check that the folder exists and that the user that planwatch runs as may read and write it";
        case SQLITE_PERM: return "let the user that planwatch runs as write to the file and to its folder";
        case SQLITE_CORRUPT: return "the file is damaged; stop the daemon, keep the file aside, and put the newest backup in its place";
        case SQLITE_NOTADB: return "the file is not a database; name another, or put a backup in its place";
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return "another program holds it; end that and try again";
        case SQLITE_IOERR: return "the disk failed to read or write; look into the system's log, and check that there is space left";
        default: return {};
    }
}

std::string describe(const std::string& path, std::string_view doing, int code, const char* message)
{
    std::string text = path + ": cannot ";
    text.append(doing.substr(0, 200)).append(": ").append(message);
    if (const std::string_view help = remedy(code); !help.empty()) text.append("; ").append(help);
    return text;
}

int flags_of(Database::Mode mode)
{
    const int write = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    const bool make = mode == Database::Mode::create || mode == Database::Mode::scratch;
    return make ? write | SQLITE_OPEN_CREATE : write;
}

}  // namespace

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
void Statement::Finalize::operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }

Database::Database(const std::string& path, Mode mode) : path_{mode == Mode::scratch ? "temporary database" : path}, hooks_{std::make_unique<Hooks>()}
{
    sqlite3* handle = nullptr;
    // Contacts and the key of the links are for nobody else; SQLite gives a WAL the mode of its database. A new file alone: closing one
    // that another connection has open would end its locks.
    if (mode == Mode::create)
        if (const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR); made >= 0) ::close(made);
    // Readers too are opened for writing where that is allowed: a WAL left by a crash can be read only by who may recover it.
    const int code = sqlite3_open_v2(mode == Mode::scratch ? "" : path.c_str(), &handle, flags_of(mode), nullptr);
    handle_.reset(handle);
    if (!handle) throw SqliteError{SQLITE_NOMEM, path_ + ": cannot open the database: out of memory"};
    check(code, "open the database");
    sqlite3_extended_result_codes(handle, 1);
    const auto wait_for_lock = [](void* hooks, int tries) {
        if (tries * lock_wait >= static_cast<Hooks*>(hooks)->patience) return 0;
        std::this_thread::sleep_for(lock_wait);
        return 1;
    };
    sqlite3_busy_handler(handle, wait_for_lock, hooks_.get());
    execute("PRAGMA foreign_keys = ON");
    if (mode == Mode::read) execute("PRAGMA query_only = ON");
}

void Database::check(int code, std::string_view doing) const
{
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    const int extended = sqlite3_extended_errcode(handle_.get());
    const bool known = (extended & 0xff) == (code & 0xff);
    throw SqliteError{known ? extended : code,
                      describe(path_, doing, code, known ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code))};
}

void Database::execute(const char* sql) { check(sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr), sql); }

std::int64_t Database::pragma(const char* name)
{
    Statement statement{*this, std::string{"PRAGMA "} + name};
    Rows rows = statement.query();
    return rows.next() ? rows.integer(0) : 0;
}

void Database::on_commit(std::function<void(int)> listener)
{
    constexpr int automatic_pages = 1'000;
    const auto call = [](void* hooks, sqlite3*, const char*, int pages) {
        static_cast<Hooks*>(hooks)->committed(pages);
        return SQLITE_OK;
    };
    hooks_->committed = std::move(listener);
    if (hooks_->committed) sqlite3_wal_hook(handle_.get(), call, hooks_.get());
    else sqlite3_wal_autocheckpoint(handle_.get(), automatic_pages);
}

Database::WalPages Database::checkpoint(bool all)
{
    WalPages pages;
    pragma("schema_version");  // a connection learns at its first look that there is a WAL
    const int mode = all ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
    const int code = sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, mode, &pages.held, &pages.moved);
    if (code != SQLITE_BUSY) check(code, "move the WAL into the database");
    return pages;
}

void Database::copy_to(Database& target, const std::function<void(int, int)>& progress)
{
    constexpr int pages_a_step = 1'024;
    const auto finish = [](sqlite3_backup* copy) { sqlite3_backup_finish(copy); };
    const std::unique_ptr<sqlite3_backup, decltype(finish)> copy{
        sqlite3_backup_init(target.handle_.get(), "main", handle_.get(), "main"), finish};
    if (!copy) target.check(sqlite3_errcode(target.handle_.get()), "begin the copy");
    for (int code = SQLITE_OK; code != SQLITE_DONE;) {
        code = sqlite3_backup_step(copy.get(), pages_a_step);
        target.check(code, "copy the database");
        const int all = sqlite3_backup_pagecount(copy.get());
        if (progress) progress(all - sqlite3_backup_remaining(copy.get()), all);
    }
}

WriteTransaction::~WriteTransaction()
{
    // A full disk makes SQLite undo the transaction by itself; then there is none left.
    sqlite3* handle = database_.handle_.get();
    if (open_ && sqlite3_get_autocommit(handle) == 0) sqlite3_exec(handle, "ROLLBACK", nullptr, nullptr, nullptr);
}

void WriteTransaction::commit()
{
    database_.execute("COMMIT");
    open_ = false;
}

Statement::Statement(Database& database, std::string_view sql) : database_{&database}
{
    sqlite3_stmt* handle = nullptr;
    database.check(sqlite3_prepare_v3(database.handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &handle, nullptr),
                   sql);
    handle_.reset(handle);
}

void Statement::bind_integer(int place, std::int64_t value)
{
    database_->check(sqlite3_bind_int64(handle_.get(), place, value), "bind an integer");
}

void Statement::bind(int place, double value, bool) { database_->check(sqlite3_bind_double(handle_.get(), place, value), "bind a number"); }

void Statement::bind(int place, std::string_view value, bool copy)
{
    // An empty view may have no address, which SQLite would take for NULL.
    const char* text = value.data() ? value.data() : "";
    database_->check(sqlite3_bind_text64(handle_.get(), place, text, value.size(), copy ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8),
                     "bind a text");
}

void Statement::bind(int place, Bytes value, bool copy)
{
    const void* bytes = value.data() ? static_cast<const void*>(value.data()) : "";
    database_->check(sqlite3_bind_blob64(handle_.get(), place, bytes, value.size(), copy ? SQLITE_TRANSIENT : SQLITE_STATIC), "bind bytes");
}

void Statement::bind(int place, std::nullptr_t, bool) { database_->check(sqlite3_bind_null(handle_.get(), place), "bind nothing"); }

bool Statement::step()
{
    const int code = sqlite3_step(handle_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    try {
        database_->check(code, sqlite3_sql(handle_.get()));
    } catch (...) {
        reset();
        throw;
    }
    return false;
}

void Statement::finish()
{
    while (step()) {}
    reset();
}

void Statement::reset() noexcept { sqlite3_reset(handle_.get()); }

std::int64_t Rows::integer(int column) const { return sqlite3_column_int64(statement_->handle_.get(), column); }

std::string_view Rows::view(int column) const
{
    const unsigned char* text = sqlite3_column_text(statement_->handle_.get(), column);
    const int size = sqlite3_column_bytes(statement_->handle_.get(), column);
    return text ? std::string_view{reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)} : std::string_view{};
}

Bytes Rows::bytes(int column) const
{
    const void* blob = sqlite3_column_blob(statement_->handle_.get(), column);
    const int size = sqlite3_column_bytes(statement_->handle_.get(), column);
    return {static_cast<const std::uint8_t*>(blob), blob ? static_cast<std::size_t>(size) : 0};
}

int Rows::columns() const { return sqlite3_column_count(statement_->handle_.get()); }

std::string_view Rows::name(int column) const { return sqlite3_column_name(statement_->handle_.get(), column); }

bool Rows::same(const Rows& other, int column) const
{
    sqlite3_stmt* left = statement_->handle_.get();
    sqlite3_stmt* right = other.statement_->handle_.get();
    const int type = sqlite3_column_type(left, column);
    if (type != sqlite3_column_type(right, column)) return false;
    if (type == SQLITE_NULL) return true;
    if (type == SQLITE_INTEGER) return integer(column) == other.integer(column);
    return view(column) == other.view(column);
}

bool Rows::null(int column) const { return sqlite3_column_type(statement_->handle_.get(), column) == SQLITE_NULL; }

}  // namespace planwatch

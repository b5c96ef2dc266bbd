// SQLite as values: a connection, a statement, its rows. Its .cpp is the only file that includes sqlite3.h; everything that
// fails throws SqliteError, whose text says what was being done, what went wrong and how to put it right.
#pragma once

#include "rules/time.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace planwatch {

class SqliteError : public std::runtime_error {
public:
    SqliteError(int code, const std::string& message) : std::runtime_error{message}, code_{code} {}
    int code() const { return code_; }  // SQLite's extended result code; 0 for a refusal of our own

private:
    int code_;
};

using Bytes = std::span<const std::uint8_t>;

class Database {
public:
    enum class Mode : std::uint8_t {
        create,   // read and write; made where there is none
        write,    // read and write; must exist
        read,     // must exist; every write is refused
        scratch,  // `path` is ignored: private, temporary, gone when closed
    };

    Database(const std::string& path, Mode mode);
    Database(const Database&) = delete;  // statements hold its address
    Database& operator=(const Database&) = delete;

    const std::string& path() const { return path_; }
    void execute(const char* sql);  // one or many statements without results
    std::int64_t pragma(const char* name);
    // How long it waits for another connection's lock; 10 s unless set.
    void set_patience(std::chrono::milliseconds patience) { hooks_->patience = patience; }

    // Called after each commit in WAL mode with the pages that the WAL then holds, in place of automatic checkpoints.
    // Empty: automatic checkpoints again.
    void on_commit(std::function<void(int pages)> listener);
    struct WalPages {
        int held = 0;   // by the WAL
        int moved = 0;  // of those, already in the database file
    };
    // Moves pages from the WAL into the database file. `all`: keeps writers out meanwhile, so that the next one starts the
    // WAL from its beginning; else what a reader or writer is in the way of stays. A lock that `all` does not get within the
    // connection's patience is no error: what could be moved was.
    WalPages checkpoint(bool all);

    // Makes `target`, which is open for writing, equal to this database. `progress(done, all)`: pages.
    void copy_to(Database& target, const std::function<void(int done, int all)>& progress);

private:
    friend class Statement;
    friend class WriteTransaction;
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    void check(int code, std::string_view doing) const;
    std::string path_;
    struct Hooks {  // SQLite holds its address
        std::chrono::milliseconds patience{10'000};
        std::function<void(int)> committed;
    };
    std::unique_ptr<Hooks> hooks_;
    std::unique_ptr<sqlite3, Close> handle_;
};

// Holds the write lock of the database from its first moment; undone unless committed.
class WriteTransaction {
public:
    explicit WriteTransaction(Database& database) : database_{database} { database.execute("BEGIN IMMEDIATE"); }
    ~WriteTransaction();
    WriteTransaction(const WriteTransaction&) = delete;
    WriteTransaction& operator=(const WriteTransaction&) = delete;
    void commit();

private:
    Database& database_;
    bool open_ = true;
};

class Rows;

// A prepared statement, made once and run often. `run` for those without results, `query` for those with.
class Statement {
public:
    Statement(Database& database, std::string_view sql);

    // Arguments take the places ?1, ?2, …: integers, double, text, Bytes, Instant, optionals of these, nullptr.
    template <class... Arguments>
    void run(const Arguments&... arguments)
    {
        bind_all(false, arguments...);
        finish();
    }
    // The rows hold the statement until they go; text is copied in.
    template <class... Arguments>
    Rows query(const Arguments&... arguments);

private:
    friend class Rows;
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const;
    };

    template <class... Arguments>
    void bind_all([[maybe_unused]] bool copy, const Arguments&... arguments)
    {
        int place = 0;
        (bind(++place, arguments, copy), ...);
    }
    template <std::integral Integer>
    void bind(int place, Integer value, bool)
    {
        bind_integer(place, static_cast<std::int64_t>(value));
    }
    void bind(int place, Instant value, bool) { bind_integer(place, value.time_since_epoch().count()); }
    void bind(int place, double value, bool);
    void bind(int place, std::string_view value, bool copy);
    void bind(int place, const char* value, bool copy) { bind(place, std::string_view{value}, copy); }
    void bind(int place, Bytes value, bool copy);
    void bind(int place, std::nullptr_t, bool);
    template <class Value>
    void bind(int place, const std::optional<Value>& value, bool copy)
    {
        value ? bind(place, *value, copy) : bind(place, nullptr, copy);
    }
    void bind_integer(int place, std::int64_t value);
    bool step();
    void finish();
    void reset() noexcept;

    Database* database_;
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

// The rows of one query; columns count from 0. Views are good until the next `next`.
class Rows {
public:
    explicit Rows(Statement& statement) : statement_{&statement} {}
    ~Rows() { statement_->reset(); }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    bool next() { return statement_->step(); }
    std::int64_t integer(int column) const;
    std::string_view view(int column) const;  // of text
    std::string text(int column) const { return std::string{view(column)}; }
    Bytes bytes(int column) const;
    bool null(int column) const;
    int columns() const;
    std::string_view name(int column) const;
    bool same(const Rows& other, int column) const;  // type and value
    Instant instant(int column) const { return Instant{std::chrono::milliseconds{integer(column)}}; }
    std::optional<Instant> optional_instant(int column) const
    {
        return null(column) ? std::nullopt : std::optional{instant(column)};
    }

private:
    Statement* statement_;
};

template <class... Arguments>
Rows Statement::query(const Arguments&... arguments)
{
    bind_all(true, arguments...);
    return Rows{*this};
}

}  // namespace planwatch

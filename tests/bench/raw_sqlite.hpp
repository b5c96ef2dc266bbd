// The reference: what SQLite's own C API makes of the same figures, written the obvious way, as rows keyed by text with a unique
// index on (plan, indicator, unit, period, revision).
#pragma once

#include <cstdint>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace planwatch::bench {

class RawSqlite {
public:
    explicit RawSqlite(const std::string& path);  // the store's own pragmas; throws std::runtime_error
    ~RawSqlite();
    RawSqlite(const RawSqlite&) = delete;
    RawSqlite& operator=(const RawSqlite&) = delete;

    // Rows a second, durable, with so many rows a transaction, for about `seconds`.
    double rate(int rows_a_transaction, double seconds);

private:
    void insert(std::uint64_t number);
    void run(const char* sql);

    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
    std::uint64_t next_ = 0;
};

}  // namespace planwatch::bench

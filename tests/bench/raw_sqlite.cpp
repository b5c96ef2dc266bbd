#include "tests/bench/raw_sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <stdexcept>

namespace planwatch::bench {

RawSqlite::RawSqlite(const std::string& path)
{
    if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK) throw std::runtime_error{"cannot open " + path};
    for (const char* sql : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA cache_size = -65536",
                            "CREATE TABLE figure (plan TEXT, indicator TEXT, unit TEXT, period TEXT, revision INTEGER, value REAL, at INTEGER)",
                            "CREATE UNIQUE INDEX figure_key ON figure (plan, indicator, unit, period, revision)"})
        run(sql);
    if (sqlite3_prepare_v2(database_, "INSERT INTO figure VALUES (?, ?, ?, ?, ?, ?, ?)", -1, &insert_, nullptr) != SQLITE_OK)
        throw std::runtime_error{sqlite3_errmsg(database_)};
}

RawSqlite::~RawSqlite()
{
    sqlite3_finalize(insert_);
    sqlite3_close(database_);
}

void RawSqlite::run(const char* sql)
{
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) throw std::runtime_error{sqlite3_errmsg(database_)};
}

// The same spread as the load on the daemon: 100 units by 10 indicators, day after day.
void RawSqlite::insert(std::uint64_t number)
{
    const auto series = number % 1000, day = number / 1000;
    const std::string indicator = fmt::format("indicator_{}", series % 10), unit = fmt::format("unit_{}", series / 10);
    const std::string period = fmt::format("2023-{:02}-{:02}", 1 + day % 336 / 28, 1 + day % 28);
    sqlite3_bind_text(insert_, 1, "bench-2023", -1, SQLITE_STATIC);
    sqlite3_bind_text(insert_, 2, indicator.c_str(), -1, SQLITE_STATIC);
    sqlite3_bind_text(insert_, 3, unit.c_str(), -1, SQLITE_STATIC);
    sqlite3_bind_text(insert_, 4, period.c_str(), -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert_, 5, 1 + static_cast<sqlite3_int64>(day / 336));
    sqlite3_bind_double(insert_, 6, static_cast<double>(number % 500));
    sqlite3_bind_int64(insert_, 7, static_cast<sqlite3_int64>(number));
    if (sqlite3_step(insert_) != SQLITE_DONE) throw std::runtime_error{sqlite3_errmsg(database_)};
    sqlite3_reset(insert_);
}

double RawSqlite::rate(int rows_a_transaction, double seconds)
{
    const auto start = std::chrono::steady_clock::now();
    const auto gone = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
    std::uint64_t rows = 0;
    while (gone() < seconds) {
        run("BEGIN IMMEDIATE");
        for (int i = 0; i < rows_a_transaction; ++i) insert(next_++);
        run("COMMIT");
        rows += static_cast<std::uint64_t>(rows_a_transaction);
    }
    return static_cast<double>(rows) / gone();
}

}  // namespace planwatch::bench

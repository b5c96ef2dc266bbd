// The database's form: numbered migrations, compiled in from migrations/, counted in PRAGMA user_version. Released ones
// never change; a new form is a new file.
#pragma once

#include "daemon/sqlite.hpp"

#include <span>
#include <string>
#include <string_view>

namespace planwatch {

extern const std::span<const std::string_view> embedded_migrations;

// Brings an empty or older database to this program's version, wholly or not at all, and gives a new one its instance
// and its key.
// Throws SqliteError for a newer database, and for a file that is another program's; neither is touched.
void migrate(Database& database, std::span<const std::string_view> migrations = embedded_migrations);

// Throws SqliteError unless the database is planwatch's and of exactly this program's version.
void check_version(Database& database);

// 32 hex digits, made with the database; part of every message's id.
std::string instance_of(Database& database);

// 32 bytes in hex, made with the database and kept in it alone: what signs the links in messages. A secret.
std::string link_key_of(Database& database);

}  // namespace planwatch

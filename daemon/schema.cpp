#include "daemon/schema.hpp"

#include "daemon/digest.hpp"

namespace planwatch {
namespace {

constexpr std::int64_t application_id = 0x706c7761;  // "plwa"

[[noreturn]] void refuse(const Database& database, const std::string& why) { throw SqliteError{0, database.path() + ": " + why}; }

bool is_new(Database& database)
{
    Statement tables{database, "SELECT count(*) FROM sqlite_schema"};
    Rows rows = tables.query();
    return rows.next() && rows.integer(0) == 0;
}

void check_owner(Database& database)
{
    if (database.pragma("application_id") != application_id)
        refuse(database, "this is another program's database, not planwatch's; name another file or folder");
}

void check_not_newer(Database& database, std::int64_t known)
{
    const std::int64_t version = database.pragma("user_version");
    if (version > known)
        refuse(database, "the database has version " + std::to_string(version) + ", and this planwatch knows versions up to " +
                             std::to_string(known) +
                             "; run the newer planwatch that made it, or restore a backup from before. Nothing was changed");
}

std::string identity(Database& database, std::string_view name)
{
    Statement select{database, "SELECT value FROM meta WHERE name = ?1"};
    Rows rows = select.query(name);
    return rows.next() ? rows.text(0) : std::string{};
}

// What each database has of its own; what is there stays.
void set_identity(Database& database)
{
    const auto instance = random_bytes();
    const auto key = random_bytes();
    Statement insert{database, "INSERT OR IGNORE INTO meta (name, value) VALUES (?1, ?2)"};
    insert.run("instance", to_hex(std::span{instance}.first(16)));
    insert.run("link_key", to_hex(key));
}

}  // namespace

void migrate(Database& database, std::span<const std::string_view> migrations)
{
    const auto known = static_cast<std::int64_t>(migrations.size());
    if (!is_new(database)) check_owner(database);
    check_not_newer(database, known);
    if (database.pragma("user_version") == known && known > 0) return;

    WriteTransaction transaction{database};
    for (std::int64_t version = database.pragma("user_version"); version < known; ++version)
        database.execute(std::string{migrations[static_cast<std::size_t>(version)]}.c_str());
    database.execute(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
    database.execute(("PRAGMA user_version = " + std::to_string(known)).c_str());
    set_identity(database);
    transaction.commit();
}

void check_version(Database& database)
{
    const auto known = static_cast<std::int64_t>(embedded_migrations.size());
    if (is_new(database)) refuse(database, "the database is empty; start the daemon on it once, or restore a backup");
    check_owner(database);
    check_not_newer(database, known);
    if (const std::int64_t version = database.pragma("user_version"); version < known)
        refuse(database, "the database has the older version " + std::to_string(version) +
                             "; start the daemon on it once, which brings it to version " + std::to_string(known));
}

std::string instance_of(Database& database) { return identity(database, "instance"); }

std::string link_key_of(Database& database)
{
    std::string key = identity(database, "link_key");
    if (key.empty()) refuse(database, "the key that signs links is missing; restore a backup");  // an empty one would sign for everybody
    return key;
}

}  // namespace planwatch

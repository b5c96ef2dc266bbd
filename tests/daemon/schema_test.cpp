#include "daemon/schema.hpp"

#include "tests/daemon/store_fixture.hpp"

#include <gmock/gmock.h>

#include <array>

namespace planwatch::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Schema, a_new_database_gets_every_migration_and_an_instance_of_its_own)
{
    Database one{"", Database::Mode::scratch};
    Database other{"", Database::Mode::scratch};
    migrate(one);
    migrate(other);
    EXPECT_EQ(one.pragma("user_version"), static_cast<std::int64_t>(embedded_migrations.size()));
    EXPECT_EQ(instance_of(one).size(), 32U);
    EXPECT_NE(instance_of(one), instance_of(other));
}

TEST(Schema, an_older_database_is_brought_forward_and_keeps_its_rows_and_instance)
{
    constexpr std::array<std::string_view, 2> two{"CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT); CREATE TABLE t (a); INSERT INTO t VALUES (7)",
                                                  "ALTER TABLE t ADD COLUMN b DEFAULT 8"};
    Database database{"", Database::Mode::scratch};
    migrate(database, std::span{two}.first(1));
    const std::string instance = instance_of(database);
    migrate(database, two);
    EXPECT_EQ(count(database, "t WHERE a = 7 AND b = 8"), 1);
    EXPECT_EQ(instance_of(database), instance);
    EXPECT_EQ(database.pragma("user_version"), 2);
}

TEST(Schema, slots_in_words_become_slots_by_number)
{
    Database database{"", Database::Mode::scratch};
    migrate(database, embedded_migrations.first(1));
    database.execute("INSERT INTO plan (id, name) VALUES (1, 'p');"
                     "INSERT INTO slot VALUES (1, 'monthly', 5, 'agri', 'overdue', 0, 0, 10, 11, 0, 10, 'v1', '截止未报齐'),"
                     "(1, 'monthly', 5, 'samr', 'on_time', -9, 1, 10, 1, 1, 1, 'v1', '报齐'), (1, 'monthly', 6, 'samr', 'due_soon', 0, 0, 20, 12, NULL, NULL, NULL, NULL)");
    const auto rows_of = [&](const std::string& table) {
        Statement select{database, "SELECT group_concat(concat, '\n') FROM (SELECT quote(plan) || quote(duty) || quote(period) || quote(unit) || "
                                   "quote(state) || quote(handed_in) || quote(filed) || quote(due) || quote(changed) || quote(verdict) || quote(verdict_at) || "
                                   "quote(verdict_version) || quote(verdict_why) AS concat FROM " + table + " ORDER BY duty, period, unit)"};
        Rows rows = select.query();
        rows.next();
        return rows.text(0);
    };
    const std::string before = rows_of("slot");
    migrate(database, embedded_migrations.first(2));
    EXPECT_EQ(rows_of("slot_in_words"), before);
    EXPECT_THAT(error_of([&] { database.execute("UPDATE slot SET verdict = 1 WHERE verdict = 0"); }), HasSubstr("a verdict is stamped once"));
    EXPECT_THAT(error_of([&] { database.execute("DELETE FROM word"); }), HasSubstr("words are append-only"));
}

TEST(Schema, a_migration_that_fails_leaves_the_database_as_it_was)
{
    constexpr std::array<std::string_view, 3> broken{"CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT)", "CREATE TABLE t (a)", "CREATE TABLE t (a)"};
    Database database{"", Database::Mode::scratch};
    migrate(database, std::span{broken}.first(1));
    EXPECT_THAT(error_of([&] { migrate(database, broken); }), HasSubstr("already exists"));
    EXPECT_EQ(database.pragma("user_version"), 1);
    EXPECT_EQ(count(database, "sqlite_schema WHERE name = 't'"), 0);
}

TEST(Schema, a_newer_database_is_refused_with_both_versions_and_not_touched)
{
    const TempFolder folder;
    const auto known = static_cast<std::int64_t>(embedded_migrations.size());
    Store{folder / "a.db"}.database().execute(("PRAGMA user_version = " + std::to_string(known + 4)).c_str());
    const auto says = AllOf(HasSubstr("has version " + std::to_string(known + 4)), HasSubstr("knows versions up to " + std::to_string(known)),
                            HasSubstr("Nothing was changed"));
    EXPECT_THAT(error_of([&] { Store store{folder / "a.db"}; }), says);
    EXPECT_THAT(error_of([&] { StoreReader reader{folder / "a.db"}; }), says);
    EXPECT_EQ(Database(folder / "a.db", Database::Mode::read).pragma("user_version"), known + 4);
}

TEST(Schema, another_programs_database_is_refused_and_not_touched)
{
    const TempFolder folder;
    Database{folder / "a.db", Database::Mode::create}.execute("CREATE TABLE shopping (item)");
    EXPECT_THAT(error_of([&] { Store store{folder / "a.db"}; }), HasSubstr("another program's database, not planwatch's"));
    Database database{folder / "a.db", Database::Mode::read};
    EXPECT_EQ(count(database, "sqlite_schema"), 1);
}

TEST(Schema, a_reader_says_that_an_empty_file_was_never_started_on)
{
    const TempFolder folder;
    Database{folder / "a.db", Database::Mode::create}.execute("PRAGMA user_version");
    EXPECT_THAT(error_of([&] { StoreReader reader{folder / "a.db"}; }), HasSubstr("the database is empty; start the daemon on it once"));
}

}  // namespace
}  // namespace planwatch::testing

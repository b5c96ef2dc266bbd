#include "daemon/sqlite.hpp"

#include "tests/daemon/store_fixture.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace planwatch::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Sqlite, gives_back_every_kind_of_value_as_it_was_bound)
{
    Database database{"", Database::Mode::scratch};
    database.execute("CREATE TABLE t (a, b, c, d, e, f)");
    const std::string with_zero{"a\0b", 3};
    const std::array<std::uint8_t, 3> bytes{0, 255, 7};
    const Instant moment = at("2023-11-02T00:00:00.123+08:00");
    Statement insert{database, "INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
    insert.run(std::int64_t{-9'000'000'000'000'000'000}, with_zero, Bytes{bytes}, moment, std::optional<Instant>{}, std::string_view{});

    Statement select{database, "SELECT * FROM t"};
    Rows rows = select.query();
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.integer(0), -9'000'000'000'000'000'000);
    EXPECT_EQ(rows.text(1), with_zero);
    EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), rows.bytes(2).begin(), rows.bytes(2).end()));
    EXPECT_EQ(rows.instant(3), moment);
    EXPECT_EQ(rows.optional_instant(4), std::nullopt);
    EXPECT_FALSE(rows.null(5)) << "an empty text is not nothing";
    EXPECT_EQ(rows.view(5), "");
    EXPECT_FALSE(rows.next());
}

TEST(Sqlite, a_new_database_is_its_owners_alone)
{
    const TempFolder folder;
    const std::string path = folder / "new.db";
    Database database{path, Database::Mode::create};
    database.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (a)");
    using std::filesystem::perms;
    for (const std::string& file : {path, path + "-wal"})
        EXPECT_EQ(std::filesystem::status(file).permissions(), perms::owner_read | perms::owner_write) << file;
}

TEST(Sqlite, a_statement_can_run_again_after_it_failed)
{
    Database database{"", Database::Mode::scratch};
    database.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)");
    Statement insert{database, "INSERT INTO t VALUES (?1)"};
    insert.run(1);
    EXPECT_THAT(error_of([&] { insert.run(1); }), AllOf(HasSubstr("INSERT INTO t"), HasSubstr("UNIQUE")));
    insert.run(2);
    EXPECT_EQ(count(database, "t"), 2);
}

TEST(Sqlite, a_query_left_half_read_holds_nothing)
{
    Database database{"", Database::Mode::scratch};
    database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
    Statement select{database, "SELECT a FROM t"};
    {
        Rows rows = select.query();
        ASSERT_TRUE(rows.next());
    }
    database.execute("DROP TABLE t");
    EXPECT_EQ(count(database, "sqlite_schema"), 0);
}

TEST(Sqlite, a_transaction_is_undone_unless_committed)
{
    Database database{"", Database::Mode::scratch};
    database.execute("CREATE TABLE t (a)");
    {
        WriteTransaction transaction{database};
        database.execute("INSERT INTO t VALUES (1)");
    }
    EXPECT_EQ(count(database, "t"), 0);
    WriteTransaction transaction{database};
    database.execute("INSERT INTO t VALUES (1)");
    transaction.commit();
    EXPECT_EQ(count(database, "t"), 1);
}

TEST(Sqlite, every_failure_says_which_file_and_how_to_put_it_right)
{
    const TempFolder folder;
    std::ofstream{folder / "text.db"} << std::string(5'000, 'x');
    Database{folder / "good.db", Database::Mode::create}.execute("CREATE TABLE t (a)");

    const struct {
        const char* name;
        std::function<void()> act;
        const char* file;
        const char* says;
    } cases[] = {
        {"a file that is missing", [&] { Database{folder / "none.db", Database::Mode::read}; }, "none.db", "check that the folder exists"},
        {"a folder that is missing", [&] { Database{folder / "none/a.db", Database::Mode::create}; }, "none/a.db", "check that the folder exists"},
        {"a file that is something else", [&] { Database{folder / "text.db", Database::Mode::write}.pragma("user_version"); }, "text.db",
         "is not a database; name another"},
        {"a reader that writes", [&] { Database{folder / "good.db", Database::Mode::read}.execute("DELETE FROM t"); }, "good.db",
         "it is read-only; let the user"},
        {"a disk without space",
         [&] {
             Database database{folder / "good.db", Database::Mode::write};
             database.pragma("max_page_count = 3");
             database.execute("INSERT INTO t VALUES (zeroblob(100000))");
         },
         "good.db", "the disk is full; free some space"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const std::string error = error_of(c.act);
        EXPECT_THAT(error, AllOf(HasSubstr(c.file), HasSubstr(c.says)));
    }
}

TEST(Sqlite, waits_for_a_lock_only_as_long_as_its_patience)
{
    const TempFolder folder;
    Database holder{folder / "a.db", Database::Mode::create};
    const WriteTransaction held{holder};
    Database other{folder / "a.db", Database::Mode::write};
    other.set_patience(20ms);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_THAT(error_of([&] { const WriteTransaction refused{other}; }), HasSubstr("another program holds it"));
    EXPECT_GE(std::chrono::steady_clock::now() - start, 19ms);
}

}  // namespace
}  // namespace planwatch::testing

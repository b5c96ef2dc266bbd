#include "daemon/backup.hpp"

#include "daemon/store.hpp"
#include "tests/daemon/store_fixture.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace planwatch::testing {
namespace {

using ::testing::HasSubstr;

class BackupTest : public ::testing::Test {
protected:
    void append(const char* author)
    {
        const auto transaction = store_->begin();
        transaction->append(row_, LedgerKind::submission, author, std::string(100'000, 'x'), plan_.now);
        transaction->commit();
    }

    TempFolder folder_;
    std::string path_ = folder_ / "planwatch.db";
    std::string target_ = folder_ / "copy.db";
    ExamplePlan plan_;
    std::unique_ptr<Store> store_ = std::make_unique<Store>(path_);
    std::int64_t row_ = store_->bind(*plan_.policy);
};

TEST_F(BackupTest, a_live_database_is_copied_as_of_one_moment_while_it_is_written)
{
    for (int i = 0; i < 60; ++i) append("before");
    int steps = 0;
    backup(path_, target_, [&](int done, int all) {
        if (steps++ == 0) append("during");
        EXPECT_LE(done, all);
    });
    EXPECT_GT(steps, 1) << "the copy takes more than one step, else nothing was written during it";
    EXPECT_FALSE(std::filesystem::exists(target_ + "-wal"));
    const auto entries = StoreReader{target_}.ledger("", 1, 1'000);
    ASSERT_EQ(entries.size(), 60U);
    EXPECT_EQ(entries.back().author, "before");
    Store continued{target_};
    EXPECT_EQ(continued.instance(), store_->instance());
    EXPECT_EQ(count(store_->database(), "ledger"), 61);
}

TEST_F(BackupTest, never_overwrites)
{
    std::ofstream{target_} << "precious";
    EXPECT_THAT(error_of([&] { backup(path_, target_); }), HasSubstr("exists already"));
    EXPECT_EQ(std::filesystem::file_size(target_), 8U);
}

TEST_F(BackupTest, a_damaged_database_gives_no_backup)
{
    for (int i = 0; i < 5; ++i) append("zhang");
    store_.reset();
    {
        std::fstream file{path_, std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(4'096);
        file << std::string(4'096, '\x5a');
    }
    EXPECT_NE(error_of([&] { backup(path_, target_); }), "nothing failed");
    EXPECT_FALSE(std::filesystem::exists(target_));
    EXPECT_FALSE(std::filesystem::exists(target_ + ".part"));
}

TEST_F(BackupTest, a_file_that_is_no_planwatch_database_is_refused)
{
    Database{folder_ / "other.db", Database::Mode::create}.execute("CREATE TABLE t (a)");
    EXPECT_THAT(error_of([&] { backup(folder_ / "other.db", target_); }), HasSubstr("another program's database"));
    EXPECT_FALSE(std::filesystem::exists(target_));
}

}  // namespace
}  // namespace planwatch::testing

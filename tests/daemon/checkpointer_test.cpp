#include "daemon/checkpointer.hpp"

#include "tests/daemon/store_fixture.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace planwatch::testing {
namespace {

using namespace std::chrono_literals;

class CheckpointerTest : public ::testing::Test {
protected:
    void commit_some(int commits)
    {
        const std::string payload(20'000, 'x');
        for (int i = 0; i < commits; ++i) {
            const auto transaction = store_.begin();
            transaction->append(row_, LedgerKind::submission, "zhang", payload, plan_.now);
            transaction->commit();
        }
    }
    std::uintmax_t wal_size() const { return std::filesystem::file_size(path_ + "-wal"); }
    template <class Condition>
    static bool eventually(Condition condition)
    {
        for (int i = 0; i < 2'000 && !condition(); ++i) std::this_thread::sleep_for(5ms);
        return condition();
    }

    TempFolder folder_;
    std::string path_ = folder_ / "planwatch.db";
    Store store_{path_};
    ExamplePlan plan_;
    std::int64_t row_ = store_.bind(*plan_.policy);
    static constexpr Checkpointer::Limits small{.pages = 50, .rest = 50};
    static constexpr std::uintmax_t page = 4'120;  // with its header in the WAL
};

TEST_F(CheckpointerTest, moves_pages_into_the_database_and_lets_the_wal_begin_again)
{
    Checkpointer checkpointer{store_, small};
    const auto before = std::filesystem::file_size(path_);
    commit_some(30);
    // What came in after the last checkpoint waits for the next one: commits go on until one finds nothing left.
    EXPECT_TRUE(eventually([&] {
        if (checkpointer.wal_pages() == 0) return true;
        commit_some(1);
        return false;
    }));
    EXPECT_GT(std::filesystem::file_size(path_), before);
    const auto kept = wal_size();
    commit_some(1);
    EXPECT_EQ(wal_size(), kept) << "the file is written over, not grown or cut";
}

TEST_F(CheckpointerTest, a_steady_writer_does_not_grow_the_wal_without_end)
{
    Checkpointer checkpointer{store_, small};
    constexpr unsigned rounds = 200;
    for (unsigned i = 0; i < rounds; ++i) {
        commit_some(2);
        std::this_thread::sleep_for(1ms);
    }
    EXPECT_LT(wal_size(), std::uintmax_t{rounds} * 6 * page);
}

TEST_F(CheckpointerTest, a_reader_of_an_old_state_does_not_stop_the_writer)
{
    Checkpointer checkpointer{store_, small};
    StoreReader reader{path_};
    reader.hold();
    const auto start = std::chrono::steady_clock::now();
    commit_some(60);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
    EXPECT_TRUE(reader.ledger("", 1, 100).empty());
    reader.release();
    commit_some(60);
    EXPECT_TRUE(eventually([&] { return checkpointer.wal_pages() < small.pages; }));
    EXPECT_EQ(count(store_.database(), "ledger"), 120);
}

TEST_F(CheckpointerTest, what_it_leaves_in_the_wal_is_there_after_a_restart)
{
    {
        const TempFolder other;
        Checkpointer checkpointer{store_, small};
        commit_some(7);
    }
    EXPECT_EQ(StoreReader{path_}.ledger("", 1, 100).size(), 7U);
}

}  // namespace
}  // namespace planwatch::testing

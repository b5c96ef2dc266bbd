#include "daemon/instance_lock.hpp"

#include "tests/daemon/store_fixture.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

namespace planwatch::testing {
namespace {

using ::testing::HasSubstr;

TEST(InstanceLock, a_second_daemon_is_told_the_process_of_the_first)
{
    const TempFolder folder;
    std::optional<InstanceLock> first{folder.path().string()};
    EXPECT_THAT(error_of([&] { InstanceLock second{folder.path().string()}; }),
                HasSubstr("another planwatch (process " + std::to_string(getpid()) + ") runs on this data folder"));
    first.reset();
    EXPECT_EQ(error_of([&] { InstanceLock second{folder.path().string()}; }), "nothing failed");
}

TEST(InstanceLock, goes_with_a_process_that_was_killed)
{
    const TempFolder folder;
    const pid_t child = fork();
    if (child == 0) {
        const InstanceLock lock{folder.path().string()};
        kill(getpid(), SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(error_of([&] { InstanceLock lock{folder.path().string()}; }), "nothing failed");
}

TEST(InstanceLock, a_folder_that_is_missing_is_named)
{
    const TempFolder folder;
    EXPECT_THAT(error_of([&] { InstanceLock lock{folder / "none"}; }), HasSubstr("none/planwatch.lock: cannot make the lock file"));
}

}  // namespace
}  // namespace planwatch::testing

#include "daemon/destinations.hpp"

#include "tests/daemon/store_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace planwatch {
namespace {

using namespace planwatch::testing;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class DestinationsTest : public ::testing::Test {
protected:
    std::filesystem::path file(const char* name, std::string_view text)
    {
        std::ofstream{folder_ / name} << text;
        return folder_.path() / name;
    }

    TempFolder folder_;
};

TEST_F(DestinationsTest, are_receivers_with_their_files_read)
{
    const auto read = read_destinations({{"group", "feishu", file("url", "https://open.feishu.cn/open-apis/bot/v2/hook/T\r\n"), file("secret", " s e c \n"), 7},
                                         {"hook", "webhook", file("hook", "http://127.0.0.1:8080/in"), {}, {}}});
    ASSERT_TRUE(read) << to_text(read.error());
    ASSERT_THAT(*read, SizeIs(2));
    EXPECT_EQ((*read)[0].kind, DestinationKind::feishu);
    EXPECT_EQ((*read)[0].url, "https://open.feishu.cn/open-apis/bot/v2/hook/T");
    EXPECT_EQ((*read)[0].secret, "s e c");
    EXPECT_EQ((*read)[0].per_minute, 7U);
    EXPECT_EQ((*read)[1].secret, "");
}

TEST_F(DestinationsTest, every_problem_is_told_and_no_secret)
{
    const auto read = read_destinations({{"one", "wecom", folder_.path() / "absent", {}, {}},
                                         {"two", "wecom", file("two", "http://example.org/send?key=geheim"), {}, {}},
                                         {"three", "webhook", file("three", "https://example.org/geheim"), file("empty", "\n"), {}},
                                         {"four", "webhook", file("four", "https://example.org/geheim\nhttps://example.org/geheim\n"), {}, {}}});
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error(), SizeIs(4));
    const std::string told = to_text(read.error());
    for (const char* words : {"receiver 'one': ", "absent", "receiver 'two': ", "use https://", "receiver 'three': ", "empty must hold one line", "receiver 'four': "})
        EXPECT_THAT(told, HasSubstr(words));
    EXPECT_THAT(told, Not(HasSubstr("geheim")));
}

}  // namespace
}  // namespace planwatch

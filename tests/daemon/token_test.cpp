#include "daemon/token.hpp"

#include "daemon/schema.hpp"
#include "tests/daemon/store_fixture.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

namespace planwatch::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsNull;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::NotNull;
using ::testing::SizeIs;

class TokenTest : public ::testing::Test {
protected:
    TokenTest() { Store{path_}; }

    TempFolder folder_;
    std::string path_ = folder_ / "planwatch.db";
    Instant now_ = at("2023-09-01T00:00:00Z");
    Token samr_{.label = "市场监管局", .role = TokenRole::submit, .plan = "example-2023", .units = {"samr", "agri"}};
};

TEST_F(TokenTest, a_token_made_before_the_daemon_runs_is_known_to_it)
{
    const std::string text = TokenBook{path_}.create(samr_, now_);
    EXPECT_THAT(text, MatchesRegex("pw_[A-Za-z0-9_-]{43}"));
    const Store daemon{path_};
    TokenBook book{path_};
    const Token* found = book.find(text);
    ASSERT_THAT(found, NotNull());
    EXPECT_EQ(found->label, "市场监管局");
    EXPECT_EQ(found->role, TokenRole::submit);
    EXPECT_EQ(found->plan, "example-2023");
    EXPECT_EQ(found->units, samr_.units);
    EXPECT_EQ(found->created, now_);
}

TEST_F(TokenTest, a_running_daemon_knows_a_new_token_at_once_and_refuses_a_revoked_one_after_a_refresh)
{
    const Store daemon{path_};
    TokenBook running{path_};
    TokenBook command{path_};
    const std::string text = command.create(samr_, now_);
    ASSERT_THAT(running.find(text), NotNull());
    EXPECT_TRUE(command.revoke(running.find(text)->id, now_));
    running.refresh();
    EXPECT_THAT(running.find(text), IsNull());
    EXPECT_THAT(command.find(text), IsNull());
}

TEST_F(TokenTest, a_token_is_revoked_once_and_stays_listed)
{
    TokenBook book{path_};
    book.create(samr_, now_);
    book.create({.label = "office", .role = TokenRole::admin}, now_);
    EXPECT_TRUE(book.revoke(1, now_ + std::chrono::hours{1}));
    EXPECT_FALSE(book.revoke(1, now_ + std::chrono::hours{2}));
    EXPECT_FALSE(book.revoke(99, now_));
    const auto tokens = book.list();
    ASSERT_THAT(tokens, SizeIs(2));
    EXPECT_EQ(tokens[0].revoked, now_ + std::chrono::hours{1});
    EXPECT_EQ(tokens[1].revoked, std::nullopt);
    EXPECT_EQ(tokens[1].role, TokenRole::admin);
    EXPECT_TRUE(tokens[1].units.empty());
}

TEST_F(TokenTest, what_is_no_token_is_not_found)
{
    TokenBook book{path_};
    const std::string text = book.create(samr_, now_);
    std::string other = text;
    other.back() = other.back() == 'A' ? 'E' : 'A';
    for (const std::string& wrong : {std::string{}, std::string{"pw_"}, text + " ", text.substr(0, text.size() - 1), other})
        EXPECT_THAT(book.find(wrong), IsNull()) << '"' << wrong << '"';
}

TEST_F(TokenTest, the_text_of_a_token_is_nowhere_in_the_data_folder)
{
    const Store daemon{path_};
    TokenBook book{path_};
    const std::string text = book.create(samr_, now_);
    for (const auto& file : std::filesystem::directory_iterator{folder_.path()}) {
        std::ifstream stream{file.path(), std::ios::binary};
        const std::string content{std::istreambuf_iterator<char>{stream}, {}};
        EXPECT_THAT(content, Not(HasSubstr(text.substr(3)))) << file.path();
    }
}

TEST_F(TokenTest, no_two_tokens_are_alike)
{
    TokenBook book{path_};
    EXPECT_NE(book.create(samr_, now_), book.create(samr_, now_));
}

TEST_F(TokenTest, a_token_that_has_expired_is_found_as_such_and_told_of_until_it_is_revoked)
{
    TokenBook book{path_};
    samr_.expires = now_ + std::chrono::days{90};
    const std::string text = book.create(samr_, now_);
    book.create({.role = TokenRole::admin}, now_);
    const Token* found = book.find(text);
    ASSERT_THAT(found, NotNull());
    EXPECT_FALSE(found->expired(*samr_.expires - std::chrono::milliseconds{1}));
    EXPECT_TRUE(found->expired(*samr_.expires));
    EXPECT_FALSE(Token{}.expired(Instant::max()));
    EXPECT_EQ(book.list()[0].expires, samr_.expires);
    ASSERT_THAT(book.expiring(), SizeIs(1));
    EXPECT_EQ(book.expiring()[0].id, 1);
    EXPECT_EQ(book.expiring()[0].role, "submit");
    EXPECT_EQ(book.expiring()[0].expires, *samr_.expires);
    book.revoke(1, now_);
    EXPECT_THAT(book.expiring(), SizeIs(0));
}

TEST(TokenRole, is_spelled_one_way)
{
    for (const TokenRole role : {TokenRole::submit, TokenRole::read, TokenRole::admin}) EXPECT_EQ(parse_token_role(to_string(role)), role);
    EXPECT_EQ(parse_token_role("root"), std::nullopt);
}

}  // namespace
}  // namespace planwatch::testing

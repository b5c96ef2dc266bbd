#include "exporters/secrets.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

TEST(Secrets, hmac_is_that_of_rfc_4231)
{
    const std::string key(20, '\x0b');
    EXPECT_EQ(base64(hmac_sha256(key, "Hi There")), "sDRMYdjbOFNcqK/OrwvxK4gdwgDJgz2nJuk3bC4yz/c=");
}

TEST(Secrets, base64_goes_both_ways)
{
    EXPECT_EQ(base64("planwatch"), "cGxhbndhdGNo");
    EXPECT_EQ(from_base64("cGxhbndhdGNo"), "planwatch");
    EXPECT_EQ(from_base64(""), "");
}

TEST(Secrets, what_a_query_cannot_carry_is_encoded) { EXPECT_EQ(percent_encode("a+/=~期"), "a%2B%2F%3D~%E6%9C%9F"); }

TEST(Secrets, of_a_url_only_the_host_is_shown)
{
    EXPECT_EQ(masked_url("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc"), "https://qyapi.weixin.qq.com/…");
    EXPECT_EQ(masked_url("https://user:word@example.org:8443/x"), "https://*@example.org:8443/…");
    EXPECT_EQ(masked_url("http://127.0.0.1:9093"), "http://127.0.0.1:9093");
}

TEST(Secrets, what_a_server_quotes_of_the_url_is_hidden)
{
    EXPECT_EQ(without_url("key 693a91f6-7xxx is unknown", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx"), "key * is unknown");
    EXPECT_EQ(without_url("no hook 0a1b2c3d here", "https://open.feishu.cn/open-apis/bot/v2/hook/0a1b2c3d"), "no hook * here");
    EXPECT_EQ(without_url("asked for /cgi-bin/webhook/send?key=abcdef", "https://h/cgi-bin/webhook/send?key=abcdef"), "asked for *");
    EXPECT_EQ(without_url("plain words", "https://example.org"), "plain words");
}

TEST(Secrets, a_secret_is_hidden_wherever_it_stands)
{
    EXPECT_EQ(without_secret("word, and word again", "word"), "*, and * again");
    EXPECT_EQ(without_secret("a star * stays", "*"), "a star * stays");
    EXPECT_EQ(without_secret("nothing", ""), "nothing");
}

}  // namespace
}  // namespace planwatch

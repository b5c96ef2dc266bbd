// What needs no server; tests/system/channels_test.py posts to real ones.
#include "exporters/http_post.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(HttpPost, goes_by_https_or_to_this_machine)
{
    for (const char* url : {"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", "http://127.0.0.1:8080/x", "http://127.3.2.1/", "http://localhost:9/x", "http://[::1]:9/x"})
        EXPECT_EQ(url_problem(url), "") << url;
    for (const char* url : {"http://example.org/x", "http://127.0.0.1.example.org/", "http://1270.0.0.1/", "http://127.0.0.256/", "http://10.0.0.1/", "ftp://h/x", "", "https://", "words",
                            "https://h/x y", "https://h/x\nfoo", "file:///etc/passwd"})
        EXPECT_NE(url_problem(url), "") << url;
}

TEST(HttpPost, tells_what_hindered_it_without_the_url)
{
    const HttpReply reply = post({.url = "http://127.0.0.1:1/robot/send?access_token=geheim", .body = "{}", .timeout = 2s});
    EXPECT_EQ(reply.status, 0);
    EXPECT_THAT(reply.problem, HasSubstr("no answer from http://127.0.0.1:1/…: "));
    EXPECT_THAT(reply.problem, Not(HasSubstr("geheim")));
}

}  // namespace
}  // namespace planwatch

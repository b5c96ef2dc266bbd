// Against stand-ins of the vendors' robots (tests/system/robots.py), which check signatures, sizes and rates.
#include "daemon/channels.hpp"

#include "exporters/http_post.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <exception>

namespace planwatch {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using Sent = SendResult::Outcome;

// Real where it stands, and can be moved on; never within a half hour's first minute, when Feishu is let alone.
struct MovedClock final : Clock {
    std::chrono::milliseconds ahead{};
    Instant now() const override
    {
        const Instant real = SystemClock{}.now();
        return real + ahead;
    }
    asio::awaitable<void> sleep_until(Instant) override { co_return; }
};

class ChannelsTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        process_ = ::popen("exec /usr/bin/python3 -B " SOURCE_DIR "/tests/system/robots.py", "r");
        ASSERT_NE(process_, nullptr);
        int port = 0;
        ASSERT_EQ(std::fscanf(process_, "%d", &port), 1) << "the robots did not start";
        base_ = "http://127.0.0.1:" + std::to_string(port);
        const auto minute = std::chrono::floor<std::chrono::minutes>(clock_.now()).time_since_epoch();
        if (minute % 30min == 0min || minute % 30min == 29min) clock_.ahead = 2min;  // a signature may be an hour off
    }
    void TearDown() override
    {
        post({.url = base_ + "/quit", .body = "{}"});
        ::pclose(process_);
    }

    Destination wecom() const { return {.id = "wecom", .kind = DestinationKind::wecom, .url = base_ + "/cgi-bin/webhook/send?key=693a91f6-example-key"}; }
    Destination dingtalk() const
    {
        return {.id = "dingtalk", .kind = DestinationKind::dingtalk, .url = base_ + "/robot/send?access_token=bd5b2e-example-token", .secret = "SECexample-of-dingtalk"};
    }
    Destination feishu() const
    {
        return {.id = "feishu", .kind = DestinationKind::feishu, .url = base_ + "/open-apis/bot/v2/hook/5f2d-example-token", .secret = "example-of-feishu"};
    }

    SendResult send(const Destination& to, std::string id, std::size_t rows = 2)
    {
        Dispatch dispatch{.id = std::move(id), .text = {.title = "【测试】标题"}};
        for (std::size_t i = 0; i < rows; ++i) dispatch.text.rows.push_back("- **第三季度** [\"确认\"](http://127.0.0.1/ack/" + std::to_string(i) + ")");
        asio::io_context io;
        SendResult result;
        asio::awaitable<SendResult> work = channels_.send(to, std::move(dispatch));
        asio::co_spawn(io, std::move(work), [&](const std::exception_ptr& error, SendResult sent) {
            if (error) std::rethrow_exception(error);
            result = std::move(sent);
        });
        io.run();
        return result;
    }

    // The bodies that a robot took.
    std::vector<std::string> accepted(std::string_view robot)
    {
        const boost::json::value state = boost::json::parse(post({.url = base_ + "/state", .body = "{}"}).body);
        std::vector<std::string> bodies;
        for (const boost::json::value& body : state.at("accepted").at(robot).as_array()) bodies.push_back(boost::json::serialize(body));
        return bodies;
    }

    std::FILE* process_ = nullptr;
    std::string base_;
    MovedClock clock_;
    Channels channels_{clock_};
};

TEST_F(ChannelsTest, every_robot_takes_a_message)
{
    for (const Destination& to : {wecom(), dingtalk(), feishu()}) {
        const SendResult result = send(to, "m1");
        EXPECT_EQ(result.outcome, Sent::delivered) << to.id << ": " << result.answer;
    }
}

TEST_F(ChannelsTest, every_robot_takes_a_long_message_in_parts)
{
    for (const Destination& to : {wecom(), dingtalk(), feishu()}) {
        const SendResult result = send(to, "m1", 600);
        EXPECT_EQ(result.outcome, Sent::delivered) << to.id << ": " << result.answer;
    }
}

TEST_F(ChannelsTest, a_robots_rate_is_kept_and_what_is_beyond_it_waits)
{
    for (const Destination& to : {wecom(), dingtalk()}) {
        for (int i = 0; i < 20; ++i) ASSERT_EQ(send(to, "m" + std::to_string(i)).outcome, Sent::delivered);
        const SendResult waits = send(to, "m20");
        EXPECT_EQ(waits.outcome, Sent::later) << waits.answer;
        EXPECT_GT(waits.wait, 50s);
        EXPECT_LE(waits.wait, 60s);
    }
    std::size_t delivered = 0;
    for (int i = 0; i < 40; ++i) {
        const SendResult result = send(feishu(), "m" + std::to_string(i));
        ASSERT_NE(result.outcome, Sent::retry) << result.answer;
        delivered += result.outcome == Sent::delivered;
        EXPECT_LE(result.wait, 1s) << "five a second, and then it is free again";
    }
    EXPECT_GE(delivered, 5U);
}

TEST_F(ChannelsTest, a_message_in_parts_that_had_to_wait_goes_on_where_it_was)
{
    for (int i = 0; i < 18; ++i) ASSERT_EQ(send(wecom(), "m" + std::to_string(i)).outcome, Sent::delivered);
    EXPECT_EQ(send(wecom(), "long", 200).outcome, Sent::later);
    clock_.ahead += 61s;
    const SendResult rest = send(wecom(), "long", 200);
    EXPECT_EQ(rest.outcome, Sent::later) << "for the stand-in no minute has passed";
    EXPECT_THAT(rest.answer, HasSubstr("45009"));
    EXPECT_EQ(rest.wait, 60s);
    const std::vector<std::string> taken = accepted("wecom");
    ASSERT_EQ(taken.size(), 20U);
    EXPECT_THAT(taken[18], HasSubstr("（1/"));
    EXPECT_THAT(taken[19], HasSubstr("（2/")) << "and the first part not again";
}

TEST_F(ChannelsTest, a_vendor_that_says_too_many_is_let_alone)
{
    for (int i = 0; i < 20; ++i) ASSERT_EQ(send(dingtalk(), "m" + std::to_string(i)).outcome, Sent::delivered);
    clock_.ahead += 2min;
    const SendResult closed = send(dingtalk(), "m20");
    EXPECT_EQ(closed.outcome, Sent::later);
    EXPECT_THAT(closed.answer, HasSubstr("130101"));
    EXPECT_EQ(closed.wait, 600s);
    const SendResult waits = send(dingtalk(), "m21");
    EXPECT_EQ(waits.outcome, Sent::later);
    EXPECT_GT(waits.wait, 590s) << "it is not even asked";
}

TEST_F(ChannelsTest, a_wrong_key_is_told_without_the_key)
{
    Destination to = wecom();
    to.url += "-of-another";
    const SendResult result = send(to, "m1");
    EXPECT_EQ(result.outcome, Sent::retry);
    EXPECT_THAT(result.answer, HasSubstr("93000"));
    EXPECT_THAT(result.answer, Not(HasSubstr("693a91f6")));
    Destination robot = feishu();
    robot.secret = "wrong";
    EXPECT_THAT(send(robot, "m1").answer, HasSubstr("19021"));
}

}  // namespace
}  // namespace planwatch

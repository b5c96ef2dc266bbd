#include "exporters/webhook.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace std::chrono_literals;
using Outcome = SendResult::Outcome;
using ::testing::ElementsAre;

TEST(Webhook, the_body_wraps_the_message)
{
    EXPECT_EQ(webhook_json("demo-2023.3.ab12", R"({"number":3})"), R"({"version":1,"id":"demo-2023.3.ab12","test":false,"message":{"number":3}})");
    EXPECT_EQ(webhook_test_json("test.1", Instant{1600000000000ms}, "测试"),
              R"({"version":1,"id":"test.1","test":true,"message":{"number":0,"at":"2020-09-13T12:26:40Z","plan":null,"recipient":null,"severity":"info","subject":"测试","alerts":[]}})");
}

// The example of the specification, https://www.standardwebhooks.com.
TEST(Webhook, is_signed_as_standard_webhooks_are)
{
    const Destination receiver{"hook", DestinationKind::webhook, "https://example.org/in", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
    const HttpPost post = webhook_post(receiver, "msg_p5jXN8AQM9LWM0D4loKWxJek", R"({"test": 2432232314})", Instant{1614265330500ms});
    EXPECT_EQ(post.url, receiver.url);
    EXPECT_THAT(post.headers, ElementsAre("webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp: 1614265330",
                                          "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
}

TEST(Webhook, without_a_secret_it_is_not_signed)
{
    EXPECT_THAT(webhook_post({"hook", DestinationKind::webhook, "https://example.org/in", ""}, "m", "{}", Instant{5s}).headers,
                ElementsAre("webhook-id: m", "webhook-timestamp: 5"));
}

TEST(Webhook, its_answer_is_judged_by_the_status)
{
    const struct {
        HttpReply reply;
        Outcome outcome;
        std::chrono::seconds wait;
    } cases[] = {
        {{.status = 200, .body = "ok"}, Outcome::delivered, 0s},
        {{.status = 204}, Outcome::delivered, 0s},
        {{.status = 301}, Outcome::retry, 0s},
        {{.status = 401}, Outcome::retry, 0s},
        {{.status = 404}, Outcome::retry, 0s},
        {{.status = 410}, Outcome::refused, 0s},
        {{.status = 422, .body = "no such plan"}, Outcome::refused, 0s},
        {{.status = 429}, Outcome::later, 60s},
        {{.status = 429, .retry_after = 5s}, Outcome::later, 5s},
        {{.status = 503, .retry_after = 30s}, Outcome::retry, 30s},
        {{.problem = "no answer from https://example.org/…"}, Outcome::retry, 0s},
    };
    for (const auto& each : cases) {
        const SendResult result = read_webhook_reply(each.reply);
        EXPECT_EQ(result.outcome, each.outcome) << each.reply.status;
        EXPECT_EQ(result.wait, each.wait) << each.reply.status;
    }
    EXPECT_EQ(read_webhook_reply({.status = 422, .body = "no such\nplan"}).answer, "422 no such plan");
}

}  // namespace
}  // namespace planwatch

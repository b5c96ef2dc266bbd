#include "exporters/webhook.hpp"

#include "example.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace planwatch::testing;
using namespace std::chrono_literals;
using Outcome = SendResult::Outcome;
using ::testing::ElementsAre;

const ChatText words{.title = "【逾期】区农业农村委", .rows = {"**第三季度**", "[处理](http://h/x)"}};

TEST(Webhook, the_body_is_the_message_as_the_readme_says)
{
    const Notice notice = example_notice();
    const Message message{.number = 3, .at = notice.at, .recipient = notice.recipient, .notices = {notice}};
    EXPECT_EQ(webhook_json(message, *example_policy(), "demo-2023.3.ab12", words),
              R"({"version":1,"id":"demo-2023.3.ab12","test":false,"at":"2023-10-11T00:00:00+08:00","plan":"demo-2023",)"
              R"("plan_name":"示例区2023年食品安全监督管理计划","recipient":{"id":"zhang","name":"张三"},"severity":"warning",)"
              R"("title":"【逾期】区农业农村委","text":"第三季度\u000a处理 http://h/x\u000a","notices":[{"number":7,"at":"2023-10-11T00:00:00+08:00",)"
              R"("alert":"demo-2023:overdue:quarterly_progress:agri:2023-Q3","kind":"overdue","state":"firing","step":"due",)"
              R"("severity":"warning","unit":"agri","unit_name":"区农业农村委","duty":"quarterly_progress","period":"2023-Q3",)"
              R"("why":"2023-Q3 于 2023-09-30 结束，加 10 天"}]})");
}

// The example of the specification, https://www.standardwebhooks.com.
TEST(Webhook, is_signed_as_standard_webhooks_are)
{
    const Receiver receiver{"hook", ReceiverKind::webhook, "https://example.org/in", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
    const HttpPost post = webhook_post(receiver, "msg_p5jXN8AQM9LWM0D4loKWxJek", R"({"test": 2432232314})", Instant{1614265330500ms});
    EXPECT_EQ(post.url, receiver.url);
    EXPECT_THAT(post.headers, ElementsAre("webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp: 1614265330",
                                          "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
}

TEST(Webhook, without_a_secret_it_is_not_signed)
{
    EXPECT_THAT(webhook_post({"hook", ReceiverKind::webhook, "https://example.org/in", ""}, "m", "{}", Instant{5s}).headers,
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

#include "exporters/robot.hpp"

#include "exporters/utf8.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace std::chrono_literals;
using Outcome = SendResult::Outcome;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::array robots = {DestinationKind::wecom, DestinationKind::dingtalk, DestinationKind::feishu};

ChatText short_text() { return {.severity = Severity::warning, .title = "【逾期】区农业农村委", .rows = {"**第三季度** \"进展\"", "[处理](http://h/x)"}}; }

ChatText long_text()
{
    ChatText text = short_text();
    for (int i = 0; i < 500; ++i) text.rows.push_back("- 大张庄镇 \"第三季度\" 工作进展情况 [确认](https://planwatch.example.org/ack/" + std::to_string(i) + ")");
    text.rows.push_back(std::string(25'000, '"'));
    return text;
}

std::string content_of(DestinationKind kind, const std::string& body)
{
    const boost::json::value json = boost::json::parse(body);
    const auto text = [&](const char* pointer) { return std::string{json.at_pointer(pointer).as_string()}; };
    if (kind == DestinationKind::wecom) return text(json.at("msgtype") == "text" ? "/text/content" : "/markdown/content");
    return kind == DestinationKind::dingtalk ? text("/markdown/text") : text("/card/body/elements/0/content");
}

TEST(Robot, wecom_says_it_in_markdown)
{
    const auto bodies = robot_bodies(DestinationKind::wecom, short_text());
    ASSERT_THAT(bodies, SizeIs(1));
    EXPECT_EQ(bodies[0], R"j({"msgtype":"markdown","markdown":{"content":"## 【逾期】区农业农村委\n**第三季度** \"进展\"\n[处理](http://h/x)"}})j");
}

TEST(Robot, wecom_calls_people_by_mobile_in_plain_text)
{
    const auto bodies = robot_bodies(DestinationKind::wecom, short_text(), {"13800000000"});
    ASSERT_THAT(bodies, SizeIs(1));
    EXPECT_EQ(bodies[0], R"({"msgtype":"text","text":{"content":"【逾期】区农业农村委\n第三季度 \"进展\"\n处理 http://h/x","mentioned_mobile_list":["13800000000"]}})");
}

TEST(Robot, dingtalk_shows_the_number_that_it_calls)
{
    const auto bodies = robot_bodies(DestinationKind::dingtalk, short_text(), {"13800000000"});
    ASSERT_THAT(bodies, SizeIs(1));
    EXPECT_EQ(bodies[0], R"j({"msgtype":"markdown","markdown":{"title":"【逾期】区农业农村委","text":"### 【逾期】区农业农村委\n\n**第三季度** \"进展\"\n\n[处理](http://h/x)\n\n@13800000000"},)j"
                         R"("at":{"atMobiles":["13800000000"],"isAtAll":false}})");
}

TEST(Robot, feishu_gets_a_card_whose_colour_tells_how_grave_it_is)
{
    ChatText text = short_text();
    EXPECT_EQ(robot_bodies(DestinationKind::feishu, text).at(0),
              R"({"msg_type":"interactive","card":{"schema":"2.0","header":{"title":{"tag":"plain_text","content":"【逾期】区农业农村委"},"template":"orange"},)"
              R"j("body":{"elements":[{"tag":"markdown","content":"**第三季度** \"进展\"\n[处理](http://h/x)"}]}}})j");
    text.resolved = true;
    EXPECT_THAT(robot_bodies(DestinationKind::feishu, text).at(0), HasSubstr(R"("template":"green")"));
}

TEST(Robot, every_part_keeps_the_limit_and_tells_which_it_is)
{
    for (const DestinationKind kind : robots)
        for (const bool calls : {false, true}) {
            const std::vector<std::string> mobiles = calls ? std::vector<std::string>{"13800000000", "13900000000"} : std::vector<std::string>{};
            const auto bodies = robot_bodies(kind, long_text(), mobiles);
            ASSERT_GT(bodies.size(), 2U);
            std::size_t quotes = 0;
            for (std::size_t i = 0; i < bodies.size(); ++i) {
                const std::string content = content_of(kind, bodies[i]);
                if (kind == DestinationKind::wecom)
                    EXPECT_LE(content.size(), calls ? 2048U : 4096U);
                else
                    EXPECT_LE(sign({.kind = kind, .url = "https://h", .secret = "s"}, bodies[i], Instant{1599360473000ms}).body.size(), 20'000U);
                EXPECT_TRUE(is_valid_utf8(content));
                EXPECT_THAT(bodies[i], HasSubstr("（" + std::to_string(i + 1) + "/" + std::to_string(bodies.size()) + "）"));
                EXPECT_THAT(bodies[i], Not(HasSubstr("\\u")));
                quotes += static_cast<std::size_t>(std::count(content.begin(), content.end(), '"'));
            }
            EXPECT_EQ(quotes, 25'000U + 2 * 500 + 2) << robot_name(kind);
        }
}

TEST(Robot, parts_are_about_as_few_as_can_be)
{
    EXPECT_LT(robot_bodies(DestinationKind::feishu, long_text()).size(), 9U);   // 47 kB of rows, 50 kB of quotes
    EXPECT_LT(robot_bodies(DestinationKind::wecom, long_text()).size(), 25U);
}

TEST(Robot, a_long_title_is_cut)
{
    ChatText text = short_text();
    text.title = std::string(3000, 'x');
    for (const DestinationKind kind : robots) EXPECT_LT(robot_bodies(kind, text).at(0).size(), 1000U);
}

TEST(Robot, nobody_is_called_by_a_row)
{
    ChatText text = short_text();
    text.rows.emplace_back("说明：<at id=all></at><@all>");
    EXPECT_THAT(robot_bodies(DestinationKind::feishu, text).at(0), Not(HasSubstr("<at id")));
    EXPECT_THAT(robot_bodies(DestinationKind::wecom, text).at(0), Not(HasSubstr("<@")));
}

TEST(Robot, dingtalk_is_signed_in_the_url)
{
    const Destination robot{"d", DestinationKind::dingtalk, "https://oapi.dingtalk.com/robot/send?access_token=T", "SECdemo"};
    const HttpPost post = sign(robot, "{}", Instant{1599360473000ms});
    EXPECT_EQ(post.url, "https://oapi.dingtalk.com/robot/send?access_token=T&timestamp=1599360473000&sign=tGWkA5eQOQNCNPDgphtxIoNLO%2B%2FgD8Lcb705KQoRzeY%3D");
    EXPECT_EQ(post.body, "{}");
}

TEST(Robot, feishu_is_signed_in_the_body)
{
    const Destination robot{"f", DestinationKind::feishu, "https://open.feishu.cn/open-apis/bot/v2/hook/T", "demo"};
    const HttpPost post = sign(robot, R"({"msg_type":"interactive"})", Instant{1599360473999ms});
    EXPECT_EQ(post.url, robot.url);
    EXPECT_EQ(post.body, R"({"timestamp":"1599360473","sign":"l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=","msg_type":"interactive"})");
}

TEST(Robot, without_a_secret_nothing_is_signed)
{
    for (const DestinationKind kind : robots) {
        const HttpPost post = sign({"r", kind, "https://h/x", ""}, "{}", Instant{1s});
        EXPECT_EQ(post.url, "https://h/x");
        EXPECT_EQ(post.body, "{}");
    }
}

TEST(RobotAnswer, is_judged_by_its_code)
{
    const struct {
        DestinationKind kind;
        const char* body;
        Outcome outcome;
        std::chrono::seconds wait;
    } cases[] = {
        {DestinationKind::wecom, R"({"errcode":0,"errmsg":"ok"})", Outcome::delivered, 0s},
        {DestinationKind::wecom, R"({"errcode":45009,"errmsg":"api freq out of limit"})", Outcome::later, 60s},
        {DestinationKind::wecom, R"({"errcode":40058,"errmsg":"markdown.content exceed max length 4096"})", Outcome::refused, 0s},
        {DestinationKind::wecom, R"({"errcode":93000,"errmsg":"invalid webhook url"})", Outcome::retry, 0s},
        {DestinationKind::wecom, R"({"errcode":-1,"errmsg":"system busy"})", Outcome::retry, 0s},
        {DestinationKind::dingtalk, R"({"errcode":0,"errmsg":"ok"})", Outcome::delivered, 0s},
        {DestinationKind::dingtalk, R"({"errcode":130101,"errmsg":"send too fast"})", Outcome::later, 600s},
        {DestinationKind::dingtalk, R"({"errcode":310000,"errmsg":"sign not match"})", Outcome::retry, 0s},
        {DestinationKind::feishu, R"({"code":0,"data":{},"msg":"success"})", Outcome::delivered, 0s},
        {DestinationKind::feishu, R"({"code":11232,"msg":"frequency limited"})", Outcome::later, 60s},
        {DestinationKind::feishu, R"({"code":19021,"msg":"sign match fail"})", Outcome::retry, 0s},
        {DestinationKind::feishu, R"({"errcode":0,"errmsg":"ok"})", Outcome::retry, 0s},  // another vendor's
        {DestinationKind::wecom, "<html>Bad Gateway</html>", Outcome::retry, 0s},
        {DestinationKind::wecom, R"({"errcode":"0"})", Outcome::retry, 0s},
        {DestinationKind::wecom, "[]", Outcome::retry, 0s},
        {DestinationKind::wecom, "", Outcome::retry, 0s},
    };
    for (const auto& each : cases) {
        const SendResult result = read_robot_answer(each.kind, each.body);
        EXPECT_EQ(result.outcome, each.outcome) << each.body;
        EXPECT_EQ(result.wait, each.wait) << each.body;
    }
}

TEST(RobotAnswer, says_what_the_robot_said_and_what_that_means)
{
    EXPECT_EQ(read_robot_answer(DestinationKind::feishu, R"({"code":19021,"msg":"sign match fail"})").answer,
              "19021 sign match fail (the signature or its time is wrong: compare the secret, and this machine's clock)");
    EXPECT_THAT(read_robot_answer(DestinationKind::wecom, "<html>").answer, StartsWith("WeCom gave no answer that its robots give: <html>"));
    EXPECT_LT(read_robot_answer(DestinationKind::wecom, std::string(60'000, 'x')).answer.size(), 400U);
}

}  // namespace
}  // namespace planwatch

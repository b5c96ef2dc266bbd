#include "exporters/report_message.hpp"

#include <gmock/gmock.h>

namespace planwatch {
namespace {

using ::testing::ElementsAre;  // not planwatch::testing

const ReportPaper example_paper{"北辰区：2023年9月指标报告", "北辰区：2023年9月指标报告\n1项落后，2项待催 <@all>。\n\n一、变化\n无\n", "", {}, "", ""};

TEST(ReportChat, shows_the_subject_and_the_text_up_to_the_first_empty_line_and_calls_nobody)
{
    const ChatText chat = report_chat(example_paper);
    EXPECT_EQ(chat.title, "北辰区：2023年9月指标报告");
    ASSERT_EQ(chat.rows.size(), 3U);
    EXPECT_EQ(chat.rows[0], "**北辰区：2023年9月指标报告**");
    EXPECT_EQ(chat.rows[2].find("<@all>"), std::string::npos);
    EXPECT_THAT(report_chat({"主题", "", "", {}, "", ""}).rows, ElementsAre("**主题**"));
}

TEST(ReportMessage, is_of_no_alert_and_has_the_whole_text)
{
    Policy policy;
    policy.plan.id = "p";
    policy.plan.name = "计划";
    policy.zone = Zone{"Asia/Shanghai", {{Instant::min(), std::chrono::hours{8}}}};
    const Message message{.number = 7, .at = parse_instant("2023-10-10T01:00:00Z").value(), .recipient = {"head", "李主任", "webhook", "w"}, .notices = {}, .report = true};
    Json json;
    write_report_message(json, message, 42, {"主题", "文字", "", {}, "", ""}, policy);
    EXPECT_EQ(json.text(), R"({"number":7,"at":"2023-10-10T09:00:00+08:00","plan":{"id":"p","name":"计划"},"recipient":{"id":"head","name":"李主任"},)"
                           R"("severity":"info","subject":"主题","alerts":[],"report":{"id":42,"text":"文字"}})");
}

}  // namespace
}  // namespace planwatch

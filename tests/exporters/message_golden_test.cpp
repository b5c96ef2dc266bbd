// What messages look like, word for word; rewritten with PLANWATCH_ACCEPT=1. Python's own mail parser reads what is made of them.
#include "exporters/message_chat.hpp"
#include "exporters/message_json.hpp"
#include "exporters/notice_mail.hpp"
#include "messages.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace planwatch {
namespace {

using namespace planwatch::testing;
namespace fs = std::filesystem;

struct GoldenCase {
    const char* name;
    Message message;
    Language language = Language::zh;
    bool links = false;
    std::shared_ptr<const Policy> policy = office_policy();
};

constexpr const char* tuesday = "2023-10-12T09:00:00+08:00";  // two working days after the due date, 10 October

std::vector<Notice> late_towns()
{
    std::vector<Notice> notices;
    const auto policy = office_policy();
    const Plan& plan = policy->plan;
    for (int i = 1; i <= 8; ++i) {
        const std::string id = fmt::format("town{}", i);
        notices.push_back(notice("overdue:quarterly_progress:" + id + ":2023-Q3", "+1wd", Severity::warning, slot_why(plan.units[*plan.unit(id)].name)));
    }
    return notices;
}

std::vector<Notice> digest_notices()
{
    std::vector<Notice> notices = late_towns();
    notices.insert(notices.begin(), notice("target_missed:sampling_batches:-:-", "fired", Severity::critical,
                                           "监督抽检批次（三（十二））：已完成 3120 批次，目标 ≥ 5225 批次（至 2023-12-31），尚差 2105 批次"));
    notices.push_back(notice("overdue:quarterly_progress:agri:2023-Q3", "+1wd", Severity::warning, slot_why("区农业农村委")));
    notices.push_back(notice("behind_pace:bright_kitchens:samr:-", "fired", Severity::warning,
                             "学校食堂“互联网+明厨亮灶”覆盖率（三（十二））：现为 57/66 = 86.4%，目标 ≥ 91%（每期保持），尚差 4"));
    notices.push_back(notice("due_soon:monthly_figures:samr:2023-09", "-1wd", Severity::info,
                             "区市场监管局 应报“抽检月报”（2023-09，三（十二））：次月 15 日；尚缺指标数据"));
    notices.push_back(notice("implausible:sampling_batches:samr:2023-08", "resolved", Severity::info, "区市场监管局 监督抽检批次 2023-08（三（十二））：已更正为 412"));
    return notices;
}

// Names of 200 characters with everything in them that must not reach a header, a page or a robot as it is.
std::shared_ptr<const Policy> hostile_policy()
{
    auto policy = std::make_shared<Policy>(*office_policy());
    std::string endless;
    for (int i = 0; i < 40; ++i) endless += "很长的名";
    policy->plan.units[agri].name = "<script>alert(1)</script>\"'\r\nBcc: x@example.org\r\n\r\n" + endless;
    policy->plan.duties[0].name = "</td></table><a href='javascript:x'>[点](http://evil.example)**" + endless;
    policy->plan.name = "计划<b>{{NAME}}</b>";
    return policy;
}

std::vector<GoldenCase> golden_cases()
{
    const auto overdue = [](const char* at, const char* step) {
        return message(at, {notice("overdue:quarterly_progress:agri:2023-Q3", step, Severity::warning, slot_why("区农业农村委"))});
    };
    const std::string pace = "监督抽检批次（三（十二））：已完成 3120 批次，目标 ≥ 5225 批次（至 2023-12-31），序时应达 4065.9 批次（截至 2023-10-11，284/365天），尚差 2105 批次，每周需 181.5 批次";
    return {
        {"overdue", overdue(tuesday, "+1wd"), Language::zh, true},
        {"due_soon", message("2023-10-12T09:00:00+08:00", {notice("due_soon:monthly_figures:samr:2023-09", "-1wd", Severity::info,
                                                               "区市场监管局 应报“抽检月报”（2023-09，三（十二））：次月 15 日；尚缺指标数据")})},
        {"one_cause", message(tuesday, late_towns())},
        {"digest", message(tuesday, digest_notices()), Language::zh, true},
        {"resolved", message(tuesday, {notice("overdue:quarterly_progress:agri:2023-Q3", "resolved", Severity::info,
                                              "区农业农村委 应报“工作进展情况”（2023-Q3，八（三十二））：2023-Q3 于 2023-09-30 结束，加 10 天；2023-10-12T08:30:00+08:00 报齐，迟于截止")})},
        {"behind_pace", message(tuesday, {notice("behind_pace:sampling_batches:-:-", "fired", Severity::warning, pace)})},
        {"target_missed", message("2024-01-01T00:00:00+08:00", {notice("target_missed:sampling_batches:-:-", "fired", Severity::critical,
                                                                       "监督抽检批次（三（十二））：已完成 5100 批次，目标 ≥ 5225 批次（至 2023-12-31），尚差 125 批次")})},
        {"implausible", message(tuesday, {notice("implausible:disposal:agri:2023-09", "fired", Severity::warning,
                                                 "区农业农村委 不合格样品处置率 2023-09（三（十二））：分子 39 大于分母 38")})},
        {"undeliverable", message(tuesday, {notice("undeliverable:zhang:-:-", "fired", Severity::critical, "zhang@example.org: 550 no such user")})},
        {"provisional", message("2024-01-03T09:00:00+08:00", {notice("due_soon:annual_report:agri:2023", "-7wd", Severity::info,
                                                                     "区农业农村委 应报“年度工作总结”（2023，八（三十二））：2023 于 2023-12-31 结束，加 10 个工作日；尚缺报送材料")})},
        {"crowd", message("2023-10-11T09:00:00+08:00", {notice("overdue:daily_check:town1:2023-10-10", "due", Severity::warning,
                                                               "双街镇 3 家中 2 家未报“日管控”（2023-10-10，八（三十二））：2023-10-10 于 2023-10-10 结束；尚缺1号店、3号店")})},
        {"hostile", overdue(tuesday, "+1wd"), Language::zh, true, hostile_policy()},
        {"english", overdue(tuesday, "+1wd"), Language::en, true},
        {"english_digest", message(tuesday, digest_notices()), Language::en, true},
    };
}

std::string read_text(const fs::path& path)
{
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    return text.str();
}

void write_text(const fs::path& path, std::string_view text)
{
    fs::create_directories(path.parent_path());
    std::ofstream{path} << text;
}

void expect_golden(const std::string& name, const std::string& text)
{
    const fs::path path = fs::path{SOURCE_DIR} / "tests/exporters/golden" / name;
    if (std::getenv("PLANWATCH_ACCEPT")) write_text(path, text);
    EXPECT_EQ(text, read_text(path)) << path << ": if this is meant, rewrite it with PLANWATCH_ACCEPT=1";
}

MailContext mail_context(const GoldenCase& each)
{
    MailContext context{.from = "planwatch@example.org", .message_host = "example.org", .instance = "k7", .url = "http://127.0.0.1:9919", .language = each.language};
    if (each.links)
        for (const Notice& one : each.message.notices)
            context.links[one.alert] = {fmt::format("https://planwatch.example.org/a/{}?t=x&n=1", one.alert), fmt::format("https://planwatch.example.org/alerts/{}", one.alert)};
    return context;
}

// The subject, the plain text and the robot's rows in one file, the page in another.
TEST(MessageGolden, every_kind_of_message_reads_as_it_should)
{
    for (const GoldenCase& each : golden_cases()) {
        const MailContext context = mail_context(each);
        const MailMessage mail = compose(each.message, *each.policy, context);
        const MessageContext content{each.language, context.url, context.links};
        const ChatText chat = chat_text(message_text(each.message, *each.policy, content), *context.templates, each.language);
        std::string whole = fmt::format("Subject: {}\n\n{}\n==== chat: {}\n", mail.subject, mail.text, chat.title);
        for (const std::string& row : chat.rows) whole += row + "\n";
        expect_golden(fmt::format("{}.txt", each.name), whole);
        expect_golden(fmt::format("{}.html", each.name), mail.html);
        Json json;
        write_message(json, each.message, *each.policy, content);
        if (each.name == std::string_view{"digest"}) expect_golden("digest.json", json.text() + "\n");
    }
}

TEST(MessageGolden, pythons_mail_parser_reads_what_was_written)
{
    const fs::path folder = fs::temp_directory_path() / "planwatch-messages-test";
    fs::remove_all(folder);
    for (const GoldenCase& each : golden_cases()) {
        const MailMessage mail = compose(each.message, *each.policy, mail_context(each));
        write_text(folder / (std::string{each.name} + ".eml"), to_mime(mail));
        write_text(folder / (std::string{each.name} + ".subject"), mail.subject);
        write_text(folder / (std::string{each.name} + ".text"), mail.text);
        write_text(folder / (std::string{each.name} + ".html"), mail.html);
    }
    const std::string command = fmt::format("/usr/bin/python3 -B '{}/tests/exporters/read_mail.py' '{}'", SOURCE_DIR, folder.string());
    EXPECT_EQ(std::system(command.c_str()), 0);
    fs::remove_all(folder);
}

}  // namespace
}  // namespace planwatch

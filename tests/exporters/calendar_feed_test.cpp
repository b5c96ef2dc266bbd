#include "exporters/calendar_feed.hpp"

#include "example.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace planwatch::testing;

std::string feed_of(const Engine& engine, const SlotFilter& filter, std::string_view name = "示例区")
{
    return calendar_feed(slot_rows(engine, filter), name, instant("2023-10-20T01:02:03Z"));
}

std::string unfolded(std::string text)
{
    for (std::size_t at = text.find("\r\n "); at != std::string::npos; at = text.find("\r\n ")) text.erase(at, 3);
    return text;
}

TEST(CalendarFeed, an_open_slot_is_an_all_day_event_with_an_alarm)
{
    const Engine engine = example_engine();
    const std::string feed = unfolded(feed_of(engine, {.from = day("2024-01-10"), .unit = "agri"}));
    EXPECT_THAT(feed, HasSubstr("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//planwatch//planwatch//ZH\r\n"));
    EXPECT_THAT(feed, HasSubstr("BEGIN:VEVENT\r\n"
                                "UID:demo-2023.quarterly_progress.agri.2023-Q4@planwatch\r\n"
                                "DTSTAMP:20231020T010203Z\r\n"
                                "DTSTART;VALUE=DATE:20240110\r\n"
                                "DTEND;VALUE=DATE:20240111\r\n"
                                "SUMMARY:区农业农村委 2023-Q4 工作进展情况\r\n"
                                "DESCRIPTION:"));
    EXPECT_THAT(feed, HasSubstr("\\n条款：八（三十二） 进展报告\\n"));
    EXPECT_THAT(
        feed,
        HasSubstr(
            "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:区农业农村委 2023-Q4 工作进展情况\r\nTRIGGER:-PT15H\r\nEND:VALARM\r\n"
            "END:VEVENT\r\nEND:VCALENDAR\r\n"));
}

TEST(CalendarFeed, what_is_handed_in_keeps_its_uid_and_loses_its_alarm)
{
    Engine engine = example_engine();
    const SlotFilter filter{.to = day("2023-10-10"), .unit = "agri"};
    EXPECT_THAT(feed_of(engine, filter), HasSubstr("SUMMARY:【逾期】区农业农村委"));
    const auto filing = engine.admit(
        RawFiling{.plan = "demo-2023", .unit = "agri", .duty = "quarterly_progress", .period = "2023-Q3", .title = "x"},
        engine.now());
    ASSERT_TRUE(filing);
    engine.apply(*filing, engine.now());
    const std::string feed = unfolded(feed_of(engine, filter));
    EXPECT_THAT(feed, HasSubstr("UID:demo-2023.quarterly_progress.agri.2023-Q3@planwatch\r\n"));
    EXPECT_THAT(feed, HasSubstr("SUMMARY:【迟报】区农业农村委"));
    EXPECT_THAT(feed, Not(HasSubstr("VALARM")));
}

TEST(CalendarFeed, lines_are_at_most_75_octets_and_cut_between_characters)
{
    std::string name;
    for (int i = 0; i < 60; ++i) name += "食品";
    const std::string feed = feed_of(example_engine(), {}, name);
    std::size_t begin = 0;
    for (std::size_t end = feed.find("\r\n"); end != std::string::npos; end = feed.find("\r\n", begin)) {
        EXPECT_LE(end - begin, 75U) << feed.substr(begin, end - begin);
        EXPECT_NE(static_cast<unsigned char>(feed[begin == end ? begin : begin + (feed[begin] == ' ')]) & 0xc0, 0x80);
        begin = end + 2;
    }
    EXPECT_EQ(begin, feed.size());
    EXPECT_THAT(unfolded(feed), HasSubstr("X-WR-CALNAME:" + name + "\r\n"));
}

TEST(CalendarFeed, text_is_escaped)
{
    const std::string feed = calendar_feed({}, "a;b,c\\d\r\ne", Instant{});
    EXPECT_THAT(feed, HasSubstr("X-WR-CALNAME:a\\;b\\,c\\\\d\\ne\r\n"));
}

}  // namespace
}  // namespace planwatch

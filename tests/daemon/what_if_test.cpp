#include "daemon/what_if.hpp"

#include "exporters/comparison.hpp"
#include "tests/daemon/api_fixture.hpp"

#include <gmock/gmock.h>

namespace planwatch::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A ledger of two months, written by the service.
class WhatIf : public ApiTest {
protected:
    WhatIf()
    {
        figures("2023-10-21T10:00:00+08:00", R"({"plan":"example-2023","unit":"samr","period":"2023-09","values":{"batches":40,"disposal":{"numerator":3,"denominator":4}}})");
        clock_.time = at("2023-11-12T10:00:00+08:00");
        EXPECT_EQ(post("/api/v1/silences", R"({"plan":"example-2023","units":["agri"],"until":"2023-11-20T00:00:00+08:00","comment":"检修"})").status, 201U);
        figures("2023-11-14T10:00:00+08:00", R"({"plan":"example-2023","unit":"agri","period":"2023-10","values":{"batches":12}})");
        figures("2023-12-20T10:00:00+08:00", R"({"plan":"example-2023","unit":"agri","period":"2023-11","values":{"batches":9}})");
    }

    void figures(const char* when, const char* body)
    {
        clock_.time = at(when);
        const Response answer = submit(body);
        EXPECT_EQ(answer.status, 201U) << answer.body;
    }

    Course as_it_was()
    {
        return collect([&](const Tell& tell) { retell(reader_, "example-2023", clock_.time, tell); });
    }
    Course as_it_would_be(const Sources& changed, std::vector<NotTaken>& not_taken)
    {
        return collect([&](const Tell& tell) { not_taken = retell_under(reader_, compiled(changed), clock_.time, tell); });
    }
    Comparison compared(const Course& would_be)
    {
        return compare(as_it_was(), would_be, at("2023-01-01T00:00:00Z"), clock_.time, service_.engine("example-2023")->policy().zone);
    }
    static Course collect(const std::function<void(const Tell&)>& run)
    {
        Course course;
        run([&](const Happening& happening) {
            if (const auto* transition = std::get_if<Transition>(&happening.what)) course.transitions.push_back(*transition);
            if (const auto* message = std::get_if<Message>(&happening.what)) course.messages.push_back(*message);
        });
        return course;
    }

    const Sources own_ = sources_with("time_zone =", "lock_after = \"120d\"\ntime_zone =");
};

TEST_F(WhatIf, TheLedgersOwnCourseIsWhatTheStoreHolds)
{
    const Course course = as_it_was();
    ASSERT_GT(course.messages.size(), 3U);
    EXPECT_EQ(static_cast<std::int64_t>(course.messages.size()), count(store_.database(), "message"));
    for (const Message& message : course.messages) {
        const auto row = reader_.message("example-2023", message.number);
        ASSERT_TRUE(row);
        EXPECT_EQ(row->message.at, message.at);
        EXPECT_EQ(row->message.notices.size(), message.notices.size());
    }
    EXPECT_EQ(static_cast<std::int64_t>(course.transitions.size()), count(store_.database(), "transition WHERE event IN ('fired', 'resolved')"));
}

TEST_F(WhatIf, TheSamePolicyChangesNothing)
{
    std::vector<NotTaken> not_taken;
    const Comparison comparison = compared(as_it_would_be(own_, not_taken));
    EXPECT_THAT(not_taken, IsEmpty());
    EXPECT_FALSE(comparison.alerts.empty());
    for (const ComparedAlert& each : comparison.alerts) EXPECT_EQ(each.difference, Difference::same);
    for (const ComparedMessage& each : comparison.messages) EXPECT_EQ(each.difference, Difference::same);
}

TEST_F(WhatIf, ALaterDayMovesItsAlertsAndNoOthers)
{
    Sources changed = own_;
    changed.plan.text.replace(changed.plan.text.find("11-20"), 5, "11-24");
    std::vector<NotTaken> not_taken;
    const Comparison comparison = compared(as_it_would_be(changed, not_taken));
    EXPECT_THAT(not_taken, IsEmpty());
    for (const ComparedAlert& each : comparison.alerts)
        EXPECT_EQ(each.difference, each.key.subject == "annual" ? Difference::moves : Difference::same) << each.key.id("p");
}

TEST_F(WhatIf, WhatTheChangedPlanNoLongerHasIsToldAndTheRestIsTaken)
{
    Sources changed = own_;
    std::string& text = changed.plan.text;
    for (std::size_t place; (place = text.find("\"disposal\"")) != std::string::npos;) text.replace(place, 10, "\"renamed\"");
    std::vector<NotTaken> not_taken;
    const Course would_be = as_it_would_be(changed, not_taken);
    ASSERT_EQ(not_taken.size(), 1U);
    EXPECT_THAT(not_taken.front().what, HasSubstr("unknown indicator 'disposal'"));
    EXPECT_EQ(not_taken.front().times, 1U);
    EXPECT_EQ(not_taken.front().first, at("2023-10-21T10:00:00+08:00"));
    const Comparison comparison = compared(would_be);
    for (const ComparedAlert& each : comparison.alerts)
        EXPECT_TRUE(each.key.subject != "batches" || each.difference == Difference::same) << "samr's 40 batches count all the same";
}

TEST_F(WhatIf, ASilenceOfAUnitThatIsGoneDoesNotSilenceAll)
{
    Sources changed = own_;
    std::string& text = changed.plan.text;
    for (std::size_t place; (place = text.find("\"agri\"")) != std::string::npos;) text.replace(place, 6, "\"farm\"");
    std::vector<NotTaken> not_taken;
    const Course would_be = as_it_would_be(changed, not_taken);
    const auto about_samr = [](const Message& message) { return message.recipient.id == "unit:samr" && message.at < planwatch::testing::at("2023-11-20T00:00:00+08:00"); };
    EXPECT_GT(std::count_if(would_be.messages.begin(), would_be.messages.end(), about_samr), 0);
    EXPECT_TRUE(std::any_of(not_taken.begin(), not_taken.end(), [](const NotTaken& each) { return each.what.find("unknown unit 'agri'") == 0; }));
}

TEST_F(WhatIf, APlanThatWasNeverAdoptedTellsNothing)
{
    retell(reader_, "nobody", clock_.time, [](const Happening&) { ADD_FAILURE(); });
}

}  // namespace
}  // namespace planwatch::testing

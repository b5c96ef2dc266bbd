// When people hear of things: packed at the office's hours, urgent things at once, nothing that is over, each end to whom heard of
// its beginning.
#include "tests/rules/engine_plan.hpp"

namespace planwatch::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Contact contact(const char* id, std::vector<Audience> audiences, std::vector<std::string> units = {})
{
    return {.id = id, .name = id, .units = std::move(units), .audiences = std::move(audiences), .addresses = {{"mail", std::string{id} + "@example.org"}}};
}

// A report by 1 November of two units, whose clerks are li and zhou; zhao keeps the office; nine on working days is its hour.
PlanBuilder office_hours()
{
    PlanBuilder plan;
    plan.units({"samr", "agri"});
    plan.duty("report", Cadence::yearly, "11-01", {"samr", "agri"});
    plan.policy().directory = Directory{{contact("li", {Audience::reporter, Audience::unit_head}, {"samr"}), contact("zhou", {Audience::reporter, Audience::unit_head}, {"agri"}), contact("zhao", {Audience::office})}};
    plan.policy().post.hours = {std::chrono::hours{9}};
    return plan;
}

TEST(Post, HoldsTheNightsNoticesForTheMorningAMessageAPerson)
{
    Course course{office_hours()};
    course.to("2023-11-01 23:59");
    const Changes midnight = course.to("2023-11-02 08:59");
    EXPECT_EQ(transitions(midnight).size(), 4U) << "two reminders end, two alerts begin";
    EXPECT_FALSE(midnight.notices.empty());
    EXPECT_THAT(messages(midnight), IsEmpty());
    EXPECT_THAT(messages(course.to("2023-11-02 09:00")), ElementsAre("2023-11-02 09:00 → li: +1wd overdue:report:samr:2023",                                        //
                                                                    "2023-11-02 09:00 → zhao: +1wd overdue:report:samr:2023, +1wd overdue:report:agri:2023",  //
                                                                    "2023-11-02 09:00 → zhou: +1wd overdue:report:agri:2023"))
        << "what the morning's step says takes the place of what midnight said";
}

TEST(Post, SaysNothingOfWhatCameAndWentInOneNight)
{
    Course course{office_hours()};
    course.to("2023-11-02 00:00");
    const Changes filed = course.file("2023-11-02 07:30", "samr", "report", "2023");
    EXPECT_THAT(transitions(filed), ElementsAre("2023-11-02 07:30 resolved overdue:report:samr:2023"));
    EXPECT_EQ(filed.post.dropped.size(), 2U) << "li's and zhao's";
    EXPECT_FALSE(filed.post.dropped[0].superseded);
    EXPECT_THAT(notices(filed), IsEmpty());
    EXPECT_THAT(messages(course.to("2023-11-02 09:00")), ElementsAre("2023-11-02 09:00 → zhao: +1wd overdue:report:agri:2023",  //
                                                                    "2023-11-02 09:00 → zhou: +1wd overdue:report:agri:2023"));
}

TEST(Post, TellsTheEndToThoseWhoHeardOfTheBeginning)
{
    Course course{office_hours()};
    course.to("2023-11-02 09:00");
    course.file("2023-11-02 15:00", "samr", "report", "2023");
    EXPECT_THAT(messages(course.to("2023-11-03 09:00")), ElementsAre("2023-11-03 09:00 → li: resolved overdue:report:samr:2023",  //
                                                                    "2023-11-03 09:00 → zhao: resolved overdue:report:samr:2023"));
}

TEST(Post, OwesTheEndStillWhereAnAlertBeganAnewBeforeItsFirstEndWasTold)
{
    Post post;
    Post::Sent sent;
    const PostRules rules;
    const auto notice = [](std::uint64_t number, const char* step, bool first) {
        return Notice{number, at("2023-11-01 10:00"), "an alert", step, Severity::warning, {"zhao", "zhao", "mail", "zhao@example.org"}, "", {}, true, first, false};
    };
    const auto take = [&](Notice one) { post.take({&one, 1}, sent); };
    take(notice(1, "fired", true));
    post.flush(at("2023-11-02 09:00"), rules, shanghai(), [](std::string_view) { return true; }, sent);
    ASSERT_EQ(sent.messages.size(), 1U);
    take(notice(2, "resolved", false));
    take(notice(3, "fired", true));  // a new alert, which nobody was told of
    EXPECT_THAT(post.ended("an alert", at("2023-11-02 10:00"), sent), IsEmpty()) << "zhao heard of it in the morning";
    take(notice(4, "fired", true));
    EXPECT_THAT(post.ended("an alert", at("2023-11-02 11:00"), sent), ElementsAre("zhao"));
}

// Found by a year of `./dev fuzz year`.
TEST(Post, OwesTheEndStillToWhomANewBeginningWasNotToldThatEndedToo)
{
    Post post;
    Post::Sent sent;
    const auto notice = [](std::uint64_t number, const char* step, const char* person, bool first) {
        return Notice{number, at("2023-11-02 10:00"), "an alert", step, Severity::warning, {person, person, "mail", "x@example.org"}, "", {}, true, first, false};
    };
    const auto take = [&](Notice one) { post.take({&one, 1}, sent); };
    take(notice(2, "resolved", "li", false));
    take(notice(3, "fired", "zhao", true));  // begins anew under another ladder
    EXPECT_THAT(post.ended("an alert", at("2023-11-02 12:00"), sent), ElementsAre("zhao"));
    ASSERT_EQ(sent.dropped.size(), 1U);
    EXPECT_EQ(sent.dropped[0].number, 3U);
    post.flush(at("2023-11-03 09:00"), PostRules{}, shanghai(), [](std::string_view) { return true; }, sent);
    EXPECT_EQ(sent.messages.size(), 1U);
    EXPECT_EQ(sent.messages.at(0).recipient.id, "li");
    EXPECT_EQ(sent.messages.at(0).notices.at(0).number, 2U);
}

TEST(Post, WaitsOverDaysOff)
{
    PlanBuilder plan = office_hours();
    plan.duty("weekly", Cadence::yearly, "11-03 18:00", {"samr"});  // a Friday evening
    Course course{plan};
    course.to("2023-11-03 17:59");
    EXPECT_THAT(messages(course.to("2023-11-06 08:59")), IsEmpty());
    EXPECT_EQ(messages(course.to("2023-11-06 09:00")).size(), 3U);
}

TEST(Post, SendsWhatIsCriticalAtOnceAndByItself)
{
    PlanBuilder plan = office_hours();
    Indicator& kitchens = plan.indicator("kitchens", {"samr"});
    kitchens.measure = Measure::ratio;
    kitchens.reported = Reported::level;
    kitchens.target = held_at_least(100, "%");
    Course course{plan};
    course.to("2023-10-07 00:00");
    EXPECT_THAT(messages(course.submit("2023-10-07 23:10", "samr", "2023-09", {{"kitchens", 37, 38}})),
                ElementsAre("2023-10-07 23:10 → li: fired below_hold:kitchens:samr:-", "2023-10-07 23:10 → zhao: fired below_hold:kitchens:samr:-"));
}

TEST(Post, GivesMachinesEachNoticeWhenItComes)
{
    PlanBuilder plan = office_hours();
    Contact machine = contact("machine", {Audience::office});
    machine.at_once = true;
    plan.policy().directory = Directory{{machine}};
    Course course{plan};
    course.to("2023-11-01 23:59");
    EXPECT_THAT(messages(course.to("2023-11-02 00:00")), ElementsAre("2023-11-02 00:00 → machine: due overdue:report:samr:2023",  //
                                                                    "2023-11-02 00:00 → machine: due overdue:report:agri:2023"));
}

TEST(Post, KeepsTheWeeksMaximumAndSendsTheRestTheNextWeek)
{
    PlanBuilder plan = office_hours();
    plan.policy().post.weekly_maximum = 1;
    Course course{plan};
    std::vector<std::string> to_li;
    for (const std::string& line : messages(course.to("2023-11-30 00:00")))
        if (line.find("→ li:") != std::string::npos) to_li.push_back(line);
    // −3wd on Friday 27 October waits for Monday, what comes later in that week for the next; the seventh working day is critical.
    EXPECT_THAT(to_li, ElementsAre("2023-10-23 09:00 → li: -7wd due_soon:report:samr:2023", "2023-10-30 09:00 → li: -3wd due_soon:report:samr:2023",
                                   "2023-11-06 09:00 → li: +3wd overdue:report:samr:2023", "2023-11-10 09:00 → li: +7wd overdue:report:samr:2023"));
}

TEST(Post, GoesOnAfterARestartWhereItStood)
{
    Course course{office_hours()};
    course.to("2023-11-02 00:00");
    Engine restarted{course.engine.policy_ptr(), course.engine.snapshot()};
    EXPECT_EQ(restarted.next_wake(), course.engine.next_wake());
    EXPECT_EQ(messages(restarted.advance(at("2023-11-10 12:00"))), messages(course.to("2023-11-10 12:00")));
}

TEST(Post, OfAChangedPlanTellsTheEndOfWhatItNoLongerAsks)
{
    Course course{office_hours()};
    course.to("2023-11-02 09:00");
    PlanBuilder other;
    other.units({"samr", "agri"});
    other.policy().post.hours = {std::chrono::hours{9}};
    course.engine.adopt(other.build(), at("2023-11-02 12:00"));
    EXPECT_EQ(messages(course.to("2023-11-03 09:00")).size(), 3U) << "to li, zhou and zhao, though the new plan knows none of them";
}

// ---- ladders of alerts that are not about slots

TEST(KindLadder, ClimbsWhileTheAlertLastsAndNoLonger)
{
    PlanBuilder plan;
    plan.units({"samr"});
    Indicator& batches = plan.indicator("batches", {"samr"});
    batches.target = at_least(365, "批次");
    batches.pace = linear();
    plan.policy().directory = Directory{{contact("li", {Audience::reporter}, {"samr"}), contact("wang", {Audience::unit_head}, {"samr"}), contact("zhao", {Audience::office}),
                                         contact("qian", {Audience::leaders})}};
    plan.policy().ladders.push_back({"slow", {{0, true, {}, Severity::warning, {Audience::reporter}},
                                              {3, true, std::chrono::hours{9}, Severity::warning, {Audience::unit_head}},
                                              {8, true, std::chrono::hours{9}, Severity::critical, {Audience::leaders}}},
                                     {AlertKind::behind_pace}});
    Course course{plan};
    course.submit("2023-10-09 10:00", "samr", "2023-09", {{"batches", 100}});
    EXPECT_THAT(notices(course.to("2023-10-13 00:00")), ElementsAre("2023-10-12 09:00 +3wd → wang: behind_pace:batches:samr:-"));
    Engine restarted{course.engine.policy_ptr(), course.engine.snapshot()};
    EXPECT_THAT(notices(restarted.advance(at("2023-10-20 00:00"))), ElementsAre("2023-10-19 09:00 +8wd → qian: behind_pace:batches:samr:-"));
    course.submit("2023-10-16 10:00", "samr", "2023-08", {{"batches", 200}});
    EXPECT_THAT(notices(course.to("2023-10-31 23:00")), IsEmpty());
}

// ---- silences

Silence silence_of(std::vector<AlertKind> kinds, const char* from, const char* until, const char* by = "zhao")
{
    return {"s1", {.kinds = std::move(kinds)}, at(from), at(until), by, "系统检修"};
}

TEST(SilenceOf, AnAlertHoldsItsNoticesAndItsEndReleasesWhatIsStillTrue)
{
    Course course{office_hours()};
    course.to("2023-11-01 12:00");
    course.silence("2023-11-01 12:00", silence_of({AlertKind::overdue}, "2023-11-01 12:00", "2023-11-07 12:00"));
    EXPECT_THAT(notices(course.to("2023-11-06 08:00")), ElementsAre()) << "nothing open";
    course.file("2023-11-06 08:30", "agri", "report", "2023");
    const std::vector<std::string> quiet = messages(course.to("2023-11-07 11:00"));
    EXPECT_THAT(quiet, ElementsAre("2023-11-07 09:00 → zhao: fired silence_ending:s1:-:-")) << "its author is warned in time";
    EXPECT_THAT(messages(course.to("2023-11-08 09:00")), ElementsAre("2023-11-08 09:00 → li: +3wd overdue:report:samr:2023",  //
                                                                    "2023-11-08 09:00 → zhao: +3wd overdue:report:samr:2023"));
}

TEST(SilenceOf, AnAlertDoesNotKeepItsEndFromThoseWhoWereTold)
{
    Course course{office_hours()};
    course.to("2023-11-02 09:00");
    course.silence("2023-11-02 10:00", silence_of({}, "2023-11-02 10:00", "2023-11-30 00:00"));
    course.file("2023-11-02 15:00", "samr", "report", "2023");
    EXPECT_THAT(messages(course.to("2023-11-03 09:00")), ElementsAre("2023-11-03 09:00 → li: resolved overdue:report:samr:2023",  //
                                                                    "2023-11-03 09:00 → zhao: resolved overdue:report:samr:2023"));
}

TEST(Post, SendsAPersonOneMessageOfAllThatIsCriticalAtOneMoment)
{
    PlanBuilder plan = office_hours();
    Contact machine = contact("machine", {Audience::office});
    machine.at_once = true;
    plan.policy().directory = Directory{{contact("zhao", {Audience::office}), machine}};
    Course course{plan};
    course.to("2023-11-10 08:59");
    const auto said = messages(course.to("2023-11-10 09:00"));  // the seventh working day after the due moment
    EXPECT_THAT(said, ::testing::Contains("2023-11-10 09:00 → zhao: +7wd overdue:report:samr:2023, +7wd overdue:report:agri:2023"));
    EXPECT_EQ(std::count_if(said.begin(), said.end(), [](const std::string& line) { return line.find("→ machine") != std::string::npos; }), 2)
        << "a machine gets each by itself";
}

TEST(SilenceOf, LesserAlertsLetsGraverOnesThrough)
{
    Course course{office_hours()};
    course.to("2023-11-02 12:00");
    Silence silence = silence_of({AlertKind::overdue}, "2023-11-02 12:00", "2023-12-30 00:00");
    silence.matchers.most = Severity::warning;
    course.silence("2023-11-02 12:00", silence);
    const Changes changes = course.to("2023-11-10 09:00");
    EXPECT_THAT(messages(changes), ::testing::Not(IsEmpty())) << "the seventh working day is critical";
    for (const Message& message : changes.post.messages) EXPECT_EQ(message.severity(), Severity::critical);
}

TEST(SilenceOf, IsRefusedWhereItMakesNoSense)
{
    const Course course{office_hours()};
    const struct { const char* name; Silence silence; const char* path; } cases[] = {
        {"over already", silence_of({}, "2023-02-01 00:00", "2023-02-02 00:00"), "/until"},
        {"backwards", silence_of({}, "2023-05-02 00:00", "2023-05-01 00:00"), "/until"},
        {"of an unknown unit", {"s1", {.units = {"nobody"}}, at("2023-05-01 00:00"), at("2023-05-02 00:00"), "zhao", "检修"}, "/units/0"},
        {"of an unknown duty", {"s1", {.subjects = {"nothing"}}, at("2023-05-01 00:00"), at("2023-05-02 00:00"), "zhao", "检修"}, "/subjects/0"},
        {"without a reason", {"s1", {}, at("2023-05-01 00:00"), at("2023-05-02 00:00"), "zhao", ""}, "/comment"},
    };
    for (const auto& c : cases) {
        const Problems problems = course.engine.examine(c.silence, at("2023-03-02 00:00"));
        ASSERT_FALSE(problems.empty()) << c.name;
        EXPECT_EQ(problems.front().path, c.path) << c.name;
    }
}

// ---- extensions and waivers

TEST(Extension, MovesTheDayAndItsRemindersAndTellsThoseWhoKnewTheOldOne)
{
    Course course{office_hours()};
    course.to("2023-10-31 12:00");
    const Changes granted = course.extend("2023-10-31 12:00", "report", "samr", "2023", "2023-11-08");
    ASSERT_EQ(granted.decisions.size(), 1U);
    EXPECT_EQ(granted.decisions[0].until, day("2023-11-08"));
    EXPECT_THAT(notices(granted), ElementsAre("2023-10-31 12:00 extended → li: due_soon:report:samr:2023"));
    EXPECT_EQ(course.state("report", "2023", "samr"), SlotState::due_soon);
    course.to("2023-11-02 12:00");
    EXPECT_FALSE(course.firing("overdue:report:samr:2023"));
    EXPECT_TRUE(course.firing("overdue:report:agri:2023")) << "it was granted to one alone";
    const auto due = course.engine.due_of(course.deadline("report", "2023"), *course.engine.unit_of("samr"));
    EXPECT_EQ(due.date, day("2023-11-08"));
    EXPECT_THAT(due.why, ::testing::HasSubstr("经 wang 同意延期至 2023-11-08：台风"));
    EXPECT_THAT(transitions(course.to("2023-11-09 00:00")), ElementsAre("2023-11-09 00:00 resolved due_soon:report:samr:2023", "2023-11-09 00:00 fired overdue:report:samr:2023"));
}

TEST(Extension, MakesWhatComesBeforeItOnTime)
{
    Course course{office_hours()};
    course.extend("2023-10-31 12:00", "report", "samr", "2023", "2023-11-08");
    course.file("2023-11-08 23:59", "samr", "report", "2023");
    EXPECT_EQ(course.state("report", "2023", "samr"), SlotState::on_time);
}

TEST(Extension, IsRefusedOnceJudgedAndBackwards)
{
    Course course{office_hours()};
    course.to("2023-10-20 00:00");
    const auto refused = [&](const char* duty, const char* unit, const char* until, const char* now) {
        const auto admitted = course.engine.admit(RawExtension{duty, unit, "2023", day(until), "wang", "台风"}, at(now));
        return admitted ? std::string{} : admitted.error().front().path + ": " + admitted.error().front().message;
    };
    EXPECT_THAT(refused("report", "samr", "2023-11-01", "2023-10-20 00:00"), ::testing::HasSubstr("/until: 2023-11-01 is not later"));
    EXPECT_THAT(refused("report", "nobody", "2023-11-08", "2023-10-20 00:00"), ::testing::HasSubstr("/unit: unknown unit"));
    course.to("2023-11-02 00:00");
    EXPECT_THAT(refused("report", "samr", "2023-11-08", "2023-11-02 00:00"), ::testing::HasSubstr("a verdict is stamped once"));
}

TEST(Extension, LastsThroughARestartAndAChangedPlan)
{
    Course course{office_hours()};
    course.extend("2023-10-20 12:00", "report", "samr", "2023", "2023-11-08");
    Engine restarted{course.engine.policy_ptr(), course.engine.snapshot()};
    EXPECT_EQ(restarted.next_wake(), course.engine.next_wake());
    restarted.adopt(office_hours().build(), at("2023-10-25 00:00"));
    restarted.advance(at("2023-11-08 23:00"));
    const std::uint32_t deadline = course.deadline("report", "2023");
    EXPECT_EQ(restarted.slot_at(deadline, 0).state, SlotState::due_soon);
    restarted.advance(at("2023-11-09 00:00"));
    EXPECT_EQ(restarted.slot_at(deadline, 0).state, SlotState::overdue);
}

// Found by a year of `./dev fuzz year`.
TEST(Extension, IsThereAgainWhereAPlanThatGaveMoreTimeTakesItBack)
{
    PlanBuilder generous;
    generous.units({"samr", "agri"});
    generous.duty("report", Cadence::yearly, "11-20", {"samr", "agri"});
    Course course{office_hours()};
    course.extend("2023-10-20 12:00", "report", "samr", "2023", "2023-11-08");
    const std::uint32_t deadline = course.deadline("report", "2023");
    const UnitIndex samr = *course.engine.unit_of("samr");
    course.engine.adopt(generous.build(), at("2023-10-25 00:00"));
    EXPECT_EQ(course.engine.due_of(deadline, samr).date, day("2023-11-20")) << "later than what was granted";
    EXPECT_EQ(course.engine.extension_of(deadline, samr), nullptr);
    course.engine.adopt(office_hours().build(), at("2023-10-26 00:00"));
    EXPECT_EQ(course.engine.due_of(deadline, samr).date, day("2023-11-08"));
    course.engine.advance(at("2023-11-08 23:00"));
    EXPECT_EQ(course.engine.slot_at(deadline, 0).state, SlotState::due_soon);
    EXPECT_EQ(course.engine.slot_at(deadline, 1).state, SlotState::overdue);
}

TEST(Waiver, EndsWhatIsOverdueAndTellsThoseWhoWereToldOfIt)
{
    Course course{office_hours()};
    course.to("2023-11-02 09:00");
    const Changes waived = course.waive("2023-11-02 10:00", "report", "samr", "2023");
    EXPECT_EQ(course.state("report", "2023", "samr"), SlotState::waived);
    EXPECT_THAT(transitions(waived), ElementsAre("2023-11-02 10:00 resolved overdue:report:samr:2023"));
    EXPECT_THAT(waived.transitions.back().alert.why, ::testing::HasSubstr("经 wang 同意免报：机构撤并"));
    EXPECT_THAT(messages(course.to("2023-11-03 09:00")), ElementsAre("2023-11-03 09:00 → li: resolved overdue:report:samr:2023",  //
                                                                    "2023-11-03 09:00 → zhao: resolved overdue:report:samr:2023"));
    EXPECT_FALSE(course.engine.admit(RawWaiver{"report", "samr", "2023", "wang", "再次"}, at("2023-11-03 10:00"))) << "twice";
}

TEST(Waiver, BeforeTheDayEndsTheReminders)
{
    Course course{office_hours()};
    course.to("2023-10-25 00:00");
    course.waive("2023-10-25 10:00", "report", "samr", "2023");
    for (const std::string& line : notices(course.to("2023-12-01 00:00"))) EXPECT_EQ(line.find(":samr:"), std::string::npos) << line;
}

}  // namespace
}  // namespace planwatch::testing

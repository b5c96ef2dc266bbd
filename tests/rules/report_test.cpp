#include "rules/report_builder.hpp"

#include "rules/hindsight.hpp"
#include "tests/rules/engine_plan.hpp"

namespace planwatch {
namespace {

using namespace planwatch::testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Two units owe a monthly count and a document a quarter; the whole is to be 1,200.
PlanBuilder example_plan()
{
    PlanBuilder plan;
    plan.units({"a", "b", "idle"});
    Indicator& batches = plan.indicator("batches", {"a", "b"});
    batches.target = at_least(1200, "批次");
    batches.pace = linear();
    Indicator& kitchens = plan.indicator("kitchens", {"b"});
    kitchens.measure = Measure::ratio;
    kitchens.reported = Reported::level;
    kitchens.target = at_least(100, "%");
    kitchens.assumed = "which kitchens count";
    plan.duty("monthly", Cadence::monthly, "period_end + 10d", {"a", "b"}, {"batches", "kitchens"});
    plan.duty("papers", Cadence::quarterly, "period_end + 10d", {"a"});
    return plan;
}

ReportTask month(const Policy& policy, const char* text)
{
    ReportTask task;
    task.period = period(text);
    task.moment = report_moment(policy, task.kind, task.period);
    task.before = report_moment(policy, task.kind, task.period.previous());
    return task;
}

void report_months(Course& course, const char* when, std::initializer_list<const char*> months, int a, int b)
{
    for (const char* each : months) {
        course.submit(when, "a", each, {{"batches", a}});
        course.submit(when, "b", each, {{"batches", b}, {"kitchens", 8, 10}});
    }
}

Contact contact(std::string id, std::string name, std::vector<std::string> units, Audience audience, std::vector<Address> addresses, std::string mobile)
{
    Contact made;
    made.id = std::move(id);
    made.name = std::move(name);
    made.units = std::move(units);
    made.audiences = {audience};
    made.addresses = std::move(addresses);
    made.mobile = std::move(mobile);
    return made;
}

const UnitLine* line_of(const Report& report, UnitIndex unit)
{
    for (const UnitLine& line : report.units)
        if (line.unit == unit) return &line;
    return nullptr;
}

TEST(Report, is_due_on_the_third_working_day_after_its_month)
{
    const auto policy = example_plan().build();
    EXPECT_EQ(report_moment(*policy, ReportKind::monthly, period("2023-09")), at("2023-10-09 09:00"));  // 7, 8 October are worked; 9 is the third
    EXPECT_EQ(report_moment(*policy, ReportKind::monthly, period("2023-06")), at("2023-07-05 09:00"));
}

TEST(Report, leaves_out_what_is_known_of_later_months)
{
    Course course{example_plan()};
    report_months(course, "2023-03-05 00:00", {"2023-01", "2023-02"}, 50, 50);
    report_months(course, "2023-05-05 00:00", {"2023-03", "2023-04"}, 50, 50);
    const Report report = build_report(course.engine, nullptr, {}, month(course.engine.policy(), "2023-03"));
    ASSERT_THAT(report.indicators, SizeIs(2));
    const IndicatorLine& batches = report.indicators[0].indicator == 0 ? report.indicators[0] : report.indicators[1];
    EXPECT_EQ(batches.now.value, 300);
    EXPECT_EQ(batches.standing, Standing::on_track);  // 300 of 295.9 by the end of March
    ASSERT_THAT(batches.trend, SizeIs(3));
    EXPECT_EQ(batches.trend[0].value, 100);
    EXPECT_EQ(batches.trend[2].day, day("2023-03-31"));
    ASSERT_TRUE(batches.forecast);
    EXPECT_NEAR(batches.forecast->value, 1218, 5);  // 100 a month goes on
    EXPECT_TRUE(batches.forecast->reaches);
    EXPECT_EQ(batches.forecast->points, 3U);
}

// One unit tells of months, the other of quarters, all on one day: between two quarters' ends the whole is not known, and no month brought a
// whole quarter's figure.
TEST(Report, foretells_figures_that_come_in_lumps_by_the_days_on_which_all_of_them_are_in)
{
    Course course{example_plan()};
    for (const char* each : {"2023-01", "2023-02", "2023-03", "2023-04", "2023-05", "2023-06", "2023-07", "2023-08"}) course.submit("2023-09-02 00:00", "a", each, {{"batches", 50}});
    for (const char* each : {"2023-Q1", "2023-Q2"}) course.submit("2023-09-02 00:00", "b", each, {{"batches", 150}});
    course.to("2023-09-20 00:00");
    const auto batches = [&] {
        const Report report = build_report(course.engine, nullptr, {}, month(course.engine.policy(), "2023-08"));
        return report.indicators[0].indicator == 0 ? report.indicators[0] : report.indicators[1];
    };
    ASSERT_TRUE(batches().forecast) << batches().no_forecast;
    EXPECT_EQ(batches().forecast->points, 2U);
    EXPECT_NEAR(batches().forecast->value, 1214, 5);
    EXPECT_GT(batches().forecast->low, 1150);
    EXPECT_LT(batches().forecast->high, 1280);
    const Hindsight hindsight{course.engine};
    EXPECT_TRUE(hindsight.amid_a_period(0, day("2023-04-30")));
    EXPECT_TRUE(hindsight.amid_a_period(0, day("2023-08-31"))) << "the other's third quarter still runs";
    EXPECT_FALSE(hindsight.amid_a_period(0, day("2023-06-30")));
    EXPECT_FALSE(hindsight.amid_a_period(0, day("2023-04-30"), 0));
}

TEST(Report, says_of_figures_that_came_in_lumps_how_few_they_are)
{
    Course course{example_plan()};
    for (const char* each : {"2023-01", "2023-02", "2023-03", "2023-04"}) course.submit("2023-05-02 00:00", "a", each, {{"batches", 50}});
    course.submit("2023-05-02 00:00", "b", "2023-Q1", {{"batches", 150}});
    course.to("2023-05-20 00:00");
    const Report report = build_report(course.engine, nullptr, {}, month(course.engine.policy(), "2023-04"));
    const IndicatorLine& batches = report.indicators[0].indicator == 0 ? report.indicators[0] : report.indicators[1];
    EXPECT_FALSE(batches.forecast);
    EXPECT_EQ(batches.no_forecast, "只有1次完整数据，少于2次，不足以推算");
}

TEST(Report, has_the_figures_of_its_period_with_their_revisions)
{
    Course course{example_plan()};
    report_months(course, "2023-05-05 00:00", {"2023-03", "2023-04"}, 50, 60);
    course.submit("2023-05-06 00:00", "a", "2023-04", {{"batches", 55}});
    const Report report = build_report(course.engine, nullptr, {}, month(course.engine.policy(), "2023-04"));
    ASSERT_THAT(report.figures, SizeIs(3));
    EXPECT_EQ(report.figures[0].unit, 0U);
    EXPECT_EQ(report.figures[0].period, period("2023-04"));
    EXPECT_EQ(report.figures[0].figure.numerator, Decimal{55});
    EXPECT_EQ(report.figures[0].revision, 2U);
    EXPECT_EQ(report.figures[1].figure.numerator, Decimal{60});
    EXPECT_EQ(report.figures[2].indicator, 1U);
}

TEST(Report, orders_indicators_by_standing_and_marks_what_is_assumed)
{
    Course course{example_plan()};
    report_months(course, "2023-03-05 00:00", {"2023-01", "2023-02"}, 5, 5);
    course.to("2023-03-20 00:00");
    const Report report = build_report(course.engine, nullptr, {}, month(course.engine.policy(), "2023-02"));
    ASSERT_THAT(report.indicators, SizeIs(2));
    EXPECT_EQ(report.indicators[0].standing, Standing::behind);
    EXPECT_EQ(report.indicators[0].indicator, 0U);
    EXPECT_EQ(report.indicators[1].assumed, "which kitchens count");
    EXPECT_THAT(report.summary, HasSubstr("2项目标中1项达序时、1项落后"));
}

TEST(Report, counts_slots_of_the_month_and_of_the_year)
{
    Course course{example_plan()};
    course.submit("2023-04-06 00:00", "a", "2023-02", {{"batches", 5}});  // due 10 March: late
    course.submit("2023-04-06 00:00", "a", "2023-03", {{"batches", 5}});  // due 10 April: on time
    course.to("2023-05-05 10:00");
    const Report report = build_report(course.engine, nullptr, {}, month(course.engine.policy(), "2023-04"));
    const UnitLine& a = *line_of(report, 0);
    EXPECT_EQ(a.period.due, 2U);  // the month, and the first quarter's paper
    EXPECT_EQ(a.period.on_time, 1U);
    EXPECT_EQ(a.period.overdue, 1U);
    EXPECT_EQ(a.year.due, 3U);
    EXPECT_EQ(a.year.late, 1U);
    EXPECT_NEAR(*a.on_time, 1.0 / 3, 1e-9);
    EXPECT_EQ(a.on_time_rank, 1U);
    EXPECT_EQ(line_of(report, 1)->on_time_rank, 2U);
    EXPECT_EQ(line_of(report, 2), nullptr);  // owes nothing
    ASSERT_THAT(report.overdue, SizeIs(3));
    EXPECT_EQ(report.overdue[0].days, 56);  // b's February, due 10 March
    ASSERT_THAT(report.late, SizeIs(1));
    EXPECT_EQ(report.late[0].days, 27);
    ASSERT_THAT(report.next, SizeIs(2));  // April's figures, by 10 May
    EXPECT_EQ(report.next[0].days, 5);
    EXPECT_THAT(report.notes, Contains(HasSubstr("缺报不按零计")));
}

TEST(Report, ranks_nobody_where_the_office_has_turned_it_off)
{
    PlanBuilder plan = example_plan();
    plan.policy().reports.ranked = false;
    Course course{plan};
    course.to("2023-05-05 10:00");
    const ReportTask task = month(course.engine.policy(), "2023-04");
    const Report report = build_report(course.engine, nullptr, {}, task);
    ASSERT_THAT(report.units, SizeIs(2));
    for (const UnitLine& unit : report.units) EXPECT_FALSE(unit.on_time_rank || unit.attainment_rank);
}

TEST(Report, says_what_changed_since_the_one_before)
{
    Course course{example_plan()};
    report_months(course, "2023-03-05 00:00", {"2023-01", "2023-02"}, 100, 100);
    course.to("2023-03-05 09:00");
    const Earlier earlier = look_back(course.engine, period("2023-02"));
    course.to("2023-05-04 00:00");
    const Report report = build_report(course.engine, &earlier, {}, month(course.engine.policy(), "2023-04"));
    ASSERT_THAT(report.changes, SizeIs(1));  // 400 of 395 expected by April: on track still
    EXPECT_EQ(report.changes[0].text, "逾期报送由0项变为3项");
    EXPECT_EQ(report.changes[0].kind, Change::Kind::worse);
    ASSERT_TRUE(report.indicators[0].before);

    course.to("2023-09-12 00:00");
    const Report later = build_report(course.engine, &earlier, {}, month(course.engine.policy(), "2023-08"));
    EXPECT_THAT(later.changes[0].text, HasSubstr("指标batches：达序时 → 落后，由 400 批次 到 400 批次"));
}

TEST(Report, tells_figures_that_were_corrected_since)
{
    Course course{example_plan()};
    report_months(course, "2023-03-05 00:00", {"2023-01", "2023-02"}, 100, 100);
    course.to("2023-05-05 00:00");
    const Revision revisions[] = {{"batches", "a", period("2023-01"), {Decimal{100}, {}}, {Decimal{10}, {}}, at("2023-04-20 00:00"), "zhang"},
                                  {"batches", "a", period("2023-04"), {Decimal{1}, {}}, {Decimal{2}, {}}, at("2023-05-01 00:00"), "zhang"},
                                  {"gone", "a", period("2023-01"), {Decimal{1}, {}}, {Decimal{2}, {}}, at("2023-05-01 00:00"), "zhang"}};
    const Report report = build_report(course.engine, nullptr, revisions, month(course.engine.policy(), "2023-04"));
    ASSERT_THAT(report.corrections, SizeIs(1));  // April's was in no earlier report
    EXPECT_EQ(report.corrections[0].before.numerator, Decimal{100});
    EXPECT_EQ(report.corrections[0].after.numerator, Decimal{10});
    EXPECT_EQ(report.corrections[0].by, "zhang");
}

TEST(Report, names_who_to_call_once_a_unit_and_three_at_most)
{
    PlanBuilder plan;
    plan.units({"a", "b", "c", "d"});
    for (const char* id : {"one", "two", "three", "four"}) {
        const char* unit = id == std::string{"one"} ? "a" : id == std::string{"two"} ? "b" : id == std::string{"three"} ? "c" : "d";
        Indicator& indicator = plan.indicator(id, {unit});
        indicator.target = at_least(id == std::string{"two"} ? 1000 : 100, "批次", "2023-06-30");
        plan.duty((std::string{"of_"} + id).c_str(), Cadence::monthly, "period_end + 10d", {unit}, {id});
    }
    plan.policy().directory = Directory{{contact("head", "张局长", {"b"}, Audience::unit_head, {{"mail", "zhang@b.example"}}, "138"),
                                         contact("clerk", "李四", {"b", "c"}, Audience::reporter, {{"wecom", "robot"}}, ""),
                                         contact("office", "食安办", {}, Audience::office, {{"mail", "office@x.example"}}, "")}};
    Course course{plan};
    for (const char* unit : {"a", "b", "c", "d"}) {
        const char* id = unit == std::string{"a"} ? "one" : unit == std::string{"b"} ? "two" : unit == std::string{"c"} ? "three" : "four";
        course.submit("2023-07-04 00:00", unit, "2023-06", {{id, unit == std::string{"d"} ? 100 : 50}});
    }
    course.to("2023-07-20 00:00");
    const Report report = build_report(course.engine, nullptr, {}, month(course.engine.policy(), "2023-06"));
    ASSERT_THAT(report.calls, SizeIs(3));
    EXPECT_EQ(report.calls[0].unit, 1U);  // misses by most
    EXPECT_THAT(report.calls[0].what, HasSubstr("单位b：指标two未达标；逾期"));
    ASSERT_THAT(report.calls[0].people, SizeIs(1));
    EXPECT_EQ(report.calls[0].people[0].name, "张局长");
    EXPECT_EQ(report.calls[0].people[0].mobile, "138");
    EXPECT_EQ(report.calls[0].people[0].mail, "zhang@b.example");
    EXPECT_EQ(report.calls[1].unit, 0U);
    EXPECT_EQ(report.calls[1].people.at(0).name, "食安办");  // nobody of the unit is named
    EXPECT_EQ(report.calls[2].people.at(0).name, "李四");
    EXPECT_EQ(report.calls[2].people.at(0).mail, "");
}

TEST(Report, a_letter_is_about_one_unit_alone)
{
    Course course{example_plan()};
    course.to("2023-05-05 10:00");
    ReportTask task = month(course.engine.policy(), "2023-04");
    task.kind = ReportKind::reminder;
    task.unit = 1;
    const Report report = build_report(course.engine, nullptr, {}, task);
    ASSERT_THAT(report.units, SizeIs(1));
    EXPECT_EQ(report.units[0].unit, 1U);
    for (const SlotLine& slot : report.overdue) EXPECT_EQ(slot.unit, 1U);
    EXPECT_THAT(report.calls, IsEmpty());
    EXPECT_THAT(report.title, HasSubstr("催办单（单位b）"));
    EXPECT_THAT(report.summary, HasSubstr("单位b：截至2023年4月30日，逾期2项"));
}

TEST(Report, bears_a_plan_without_indicators_figures_or_slots)
{
    PlanBuilder plan;
    plan.units({"a"});
    plan.plan().name = std::string(600, 'x');
    Course course{plan};
    course.to("2023-04-04 00:00");
    const Report report = build_report(course.engine, nullptr, {}, month(course.engine.policy(), "2023-03"));
    EXPECT_THAT(report.indicators, IsEmpty());
    EXPECT_THAT(report.summary, HasSubstr("没有可衡量的目标"));
    EXPECT_THAT(report.units, IsEmpty());
}

TEST(Report, of_a_year_that_began_in_july_begins_there)
{
    PlanBuilder plan = example_plan();
    plan.plan().starts = day("2023-07-01");
    plan.plan().ends = day("2024-06-30");
    plan.plan().issued = day("2023-07-01");
    plan.plan().indicators[0].target->by = day("2024-06-30");
    plan.plan().indicators[0].pace.from = day("2023-07-01");
    plan.plan().duties[0].periods = periods_between(Period::Kind::month, day("2023-07-01"), day("2024-06-30"));
    Course course{plan};
    report_months(course, "2023-10-05 00:00", {"2023-07", "2023-08", "2023-09"}, 50, 50);
    course.to("2023-10-20 00:00");
    const Report report = build_report(course.engine, nullptr, {}, month(course.engine.policy(), "2023-09"));
    const IndicatorLine& batches = report.indicators[0].indicator == 0 ? report.indicators[0] : report.indicators[1];
    ASSERT_THAT(batches.trend, SizeIs(3));
    EXPECT_EQ(batches.trend[0].day, day("2023-07-31"));
    EXPECT_EQ(batches.standing, Standing::on_track);
    EXPECT_NEAR(batches.forecast->value, 1193, 5);
    EXPECT_THAT(report.notes, Contains(HasSubstr("计划自 2023-07-01 起至 2024-06-30 止")));
}

TEST(Report, names_periods_as_people_do)
{
    EXPECT_EQ(period_name(period("2023-09")), "2023年9月");
    EXPECT_EQ(period_name(period("2023-Q3")), "2023年第三季度");
    EXPECT_EQ(period_name(period("2023-H2")), "2023年下半年");
    EXPECT_EQ(period_name(period("2023")), "2023年");
    EXPECT_EQ(period_name(period("2023-W36")), "2023年第36周");
    EXPECT_EQ(period_name(period("2023-09-14")), "2023年9月14日");
}

}  // namespace
}  // namespace planwatch

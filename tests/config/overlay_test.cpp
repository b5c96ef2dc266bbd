// Overlays (an office's decisions over a plan): what they may change, what they add, where their problems point, and the example
// that is shipped.
#include "config/calendar.hpp"
#include "config/overlay_folder.hpp"
#include "config/policy.hpp"
#include "tests/config/plan_text.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

constexpr const char* overlay_head = "[overlay]\nplan = \"p-2023\"\nreason = \"decided in May\"\nauthor = \"食安办\"\n";

Result<ParsedPlan> overlaid(const std::string& plan, const std::string& overlay)
{
    const std::vector<SourceFile> overlays{{"o.toml", overlay_head + overlay}};
    return parse_plan({"p.toml", plan}, overlays);
}

std::vector<std::string> step_names(const Ladder& ladder)
{
    std::vector<std::string> names;
    for (const LadderStep& step : ladder.steps) names.push_back(step.name());
    return names;
}

TEST(Overlay, replaces_values_and_what_was_assumed)
{
    const std::string plan = with(small_plan, "indicators = [\"batches\"]\n", "indicators = [\"batches\"]\nassumed = \"no day\"\n");
    const auto read = overlaid(plan, "[plan]\npopulation = 2000\n[duty.progress]\ndue = \"period_end + 5d\"\n[indicator.batches]\nby = 2023-11-30\n");
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->plan.population, Decimal{2000});
    EXPECT_EQ(read->plan.duties[0].due.offset, 5);
    EXPECT_EQ(read->plan.duties[0].assumed, "");
    EXPECT_EQ(format_day(read->plan.indicators[0].target.value().by), "2023-11-30");
    const std::vector<Override> expected{
        {"plan: population", "1000", "2000", "o.toml:6:14", "decided in May", "食安办"},
        {"indicator batches: by", "", "2023-11-30", "o.toml:10:6", "decided in May", "食安办"},
        {"duty progress: due", "period_end + 10d", "period_end + 5d", "o.toml:8:7", "decided in May", "食安办"},
    };
    EXPECT_EQ(read->overrides, expected);
}

TEST(Overlay, a_ladder_takes_the_place_of_its_namesake)
{
    const std::string step = "steps = [ { at = \"due\", severity = \"info\", tell = [\"office\"] } ]\n";
    const auto read = overlaid(small_plan + "[[ladder]]\nid = \"gentle\"\nsteps = [ { at = \"due\", severity = \"critical\", tell = [\"office\"] } ]\n",
                               "[[ladder]]\nid = \"gentle\"\n" + step + "[[ladder]]\nid = \"other\"\n" + step);
    ASSERT_TRUE(read) << to_text(read.error());
    ASSERT_EQ(read->ladders.size(), 2U);
    EXPECT_EQ(read->ladders[0].id, "gentle");
    EXPECT_EQ(read->ladders[0].steps.at(0).severity, Severity::info);
    EXPECT_EQ(read->ladders[1].id, "other");
}

TEST(Overlay, problems_point_into_the_overlay)
{
    const struct {
        const char* name;
        const char* text;
        const char* problems;
    } overlays[] = {
        {"what the plan does not have", "[duty.progres]\ndue = \"issued\"\n", "o.toml:5:7: the plan has no duty 'progres'; did you mean 'progress'?"},
        {"a key that cannot be laid over", "[duty.progress]\ncadence = \"monthly\"\n",
         "o.toml:6:1: unknown key 'cadence' in an overlay of duty progress; known: assumed, due, ladder, remind, units"},
        {"a value that is wrong", "[duty.progress]\ndue = \"soon\"\n",
         "o.toml:6:7: 'due': expected an anchor: period_start, period_end, issued, MM-DD, day N or next day N, found \"soon\""},
        {"a value of the wrong type", "[indicator.batches]\ntarget = 5\n", "o.toml:6:10: 'target' is a whole number; expected a string"},
        {"a scalar in the place of a table", "[duty]\nprogress = 5\n", "o.toml:6:12: 'progress' is a whole number; expected a table [duty.progress]"},
        {"a unit that the plan does not have", "[unit.sarm]\nname = \"x\"\n", "o.toml:5:7: the plan has no unit 'sarm'; did you mean 'samr'?"},
        {"an indicator that the plan does not have", "[indicator.batch]\nby = 2023-11-30\n",
         "o.toml:5:12: the plan has no indicator 'batch'; known: batches"},
        {"a clause that the plan does not have", "[clause.\"二\"]\nunits = []\n", "o.toml:5:9: the plan has no clause '二'; known: 一"},
        {"a group that the plan does not have", "[groups]\nmember = [\"samr\"]\n", "o.toml:6:1: the plan has no group 'member'; did you mean 'members'?"},
        {"a ladder that nobody has", "[duty.progress]\nladder = \"gentle\"\n", "o.toml:6:10: unknown ladder 'gentle'"},
        {"a unit in a list", "[duty.progress]\nunits = [\"sarm\"]\n",
         "p.toml:37:15: no unit of this duty reports 'batches'; expected one of its units here\no.toml:6:10: unknown unit 'sarm'; did you mean 'samr'?"},
        {"an assumption that is none", "[duty.progress]\nassumed = false\n", "o.toml:6:11: nothing is assumed of duty progress that could be decided"},
        {"an assumption of the office's own", "[duty.progress]\nassumed = \"so\"\n",
         "o.toml:6:11: expected assumed = false: the office has decided that what was assumed stands"},
        {"a reminder that is no moment", "[duty.progress]\nremind = [\"soon\"]\n",
         "o.toml:6:11: 'soon' is no moment before a due moment; expected such as \"-14wd 09:00\" or \"0d 09:00\""},
        {"a reminder too late", "[duty.progress]\nremind = [\"+1wd 09:00\", \"due\"]\n",
         "o.toml:6:11: '+1wd 09:00' is no moment before a due moment; expected such as \"-14wd 09:00\" or \"0d 09:00\"\n"
         "o.toml:6:25: 'due' is no moment before a due moment; expected such as \"-14wd 09:00\" or \"0d 09:00\""},
        {"a reminder where the ladder has one", "[duty.progress]\nremind = [\"-3wd 10:00\"]\n",
         "o.toml:6:11: the ladder 'default' has a step of that day already, -3wd; expected another day"},
        {"a contact of an unknown unit", "[[contact]]\nid = \"z\"\nname = \"张\"\nunits = [\"agir\"]\naudiences = [\"reporter\"]\nmail = \"z@example.org\"\n",
         "o.toml:8:10: the plan has no unit 'agir'; did you mean 'agri'?"},
        {"a contact of another plan", "[[contact]]\nid = \"z\"\nname = \"张\"\nplans = [\"p-2023\"]\naudiences = [\"office\"]\nmail = \"z@example.org\"\n",
         "o.toml:8:9: a contact of an overlay is there for the overlay's plan alone; expected no 'plans'"},
        {"a contact with faults of its own", "[[contact]]\nid = \"z\"\naudiences = [\"boss\"]\nmail = \"nobody\"\n",
         "o.toml:5:1: contact 'z' has no 'name'; expected the person's name\n"
         "o.toml:7:14: unknown audience 'boss'; known: reporter, unit_head, lead_unit, office, leaders\n"
         "o.toml:8:8: 'mail' is 'nobody'; expected one address such as \"zhang@example.org\""},
        {"contacts that are no tables", "contact = 5\n", "o.toml:5:1: unknown key 'contact' in [overlay]; known: author, plan, reason"},
        {"members with faults of their own", "[unit.samr]\nmembers = [ { id = \"agri\", name = \"x\" } ]\n", "o.toml:6:20: the unit 'agri' stands twice; expected each id once"},
        {"an unknown table", "[clauses]\n", "o.toml:5:2: unknown key 'clauses' in an overlay; did you mean 'clause'?"},
    };
    for (const auto& each : overlays) {
        SCOPED_TRACE(each.name);
        const auto read = overlaid(small_plan, each.text);
        ASSERT_FALSE(read);
        EXPECT_EQ(to_text(read.error()), each.problems);
    }
}

TEST(Overlay, says_whose_it_is_and_why)
{
    const std::vector<SourceFile> overlays{{"o.toml", "[overlay]\nplan = \"q-2023\"\n"}};
    const auto read = parse_plan({"p.toml", small_plan}, overlays);
    ASSERT_FALSE(read);
    EXPECT_EQ(to_text(read.error()), "o.toml:1:1: [overlay] has no 'reason'; expected why the office decides so\n"
                                     "o.toml:1:1: [overlay] has no 'author'; expected who decided\n"
                                     "o.toml:2:8: this overlay is for the plan 'q-2023', not for 'p-2023'");
    EXPECT_EQ(overlay_plan_id(overlays[0]), "q-2023");
    EXPECT_EQ(overlay_plan_id({"o.toml", "no toml"}), "");
    EXPECT_EQ(plan_id({"p.toml", small_plan}), "p-2023");
}

TEST(Overlay, a_reminder_is_added_to_the_ladder_that_the_duty_has)
{
    const auto read = overlaid(small_plan, "[duty.progress]\nremind = [\"-14wd 09:00\", \"-2wd 08:30\"]\n");
    ASSERT_TRUE(read) << to_text(read.error());
    ASSERT_EQ(read->ladders.size(), 1U);
    EXPECT_TRUE(read->ladders[0].of_one_duty) << "what other duties go by stays";
    EXPECT_EQ(read->plan.duties[0].ladder, "default+progress");
    EXPECT_THAT(step_names(read->ladders[0]), ::testing::ElementsAre("-14wd", "-7wd", "-3wd", "-2wd", "-1wd", "0", "due", "+1wd", "+3wd", "+7wd"));
    EXPECT_EQ(read->ladders[0].steps[0].severity, Severity::info);
    EXPECT_THAT(read->ladders[0].steps[0].audiences, ::testing::ElementsAre(Audience::reporter));
}

TEST(Overlay, a_reminder_is_added_to_the_first_ladder_that_is_for_duties)
{
    const std::string ladders = "[[ladder]]\nid = \"slow\"\nkinds = [\"behind_pace\"]\nsteps = [ { at = \"fired\", severity = \"info\", tell = [\"office\"] } ]\n"
                                "[[ladder]]\nid = \"short\"\nsteps = [ { at = \"due\", severity = \"info\", tell = [\"office\"] } ]\n";
    const auto read = overlaid(small_plan + ladders, "[duty.progress]\nremind = [\"-14wd 09:00\"]\n");
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->plan.duties[0].ladder, "short+progress");
    EXPECT_THAT(step_names(read->ladders.back()), ::testing::ElementsAre("-14wd", "due"));
}

TEST(Overlay, a_reminder_of_a_daily_duty_leaves_it_and_its_neighbours_the_daily_ladder)
{
    const std::string daily = with(with(small_plan, "\"quarterly\"", "\"daily\""), "period_end + 10d", "period_end") +
                              "[[duty]]\nid = \"other\"\nname = \"又\"\nclause = \"一\"\ncadence = \"daily\"\ndue = \"period_end\"\nunits = [\"agri\"]\nfiling = true\n";
    const Sources sources{{"p.toml", daily}, {{"o.toml", std::string{overlay_head} + "[duty.progress]\nremind = [\"0d 09:00\"]\n"}}, builtin_calendar(), {}, {}};
    const auto policy = compile(sources);
    ASSERT_TRUE(policy) << to_text(policy.error());
    EXPECT_THAT(step_names((*policy)->ladder_of((*policy)->plan.duties[0])), ::testing::ElementsAre("0", "due"));
    EXPECT_THAT(step_names((*policy)->ladder_of((*policy)->plan.duties[1])), ::testing::ElementsAre("due"));
}

TEST(Overlay, a_reminder_decides_nothing_that_was_assumed)
{
    const std::string plan = with(small_plan, "indicators = [\"batches\"]\n", "indicators = [\"batches\"]\nassumed = \"no day\"\n");
    EXPECT_EQ(overlaid(plan, "[duty.progress]\nremind = [\"-14wd 09:00\"]\n").value().plan.duties[0].assumed, "no day");
}

TEST(Overlay, what_was_assumed_can_be_decided_as_it_stands)
{
    std::string plan = with(small_plan, "indicators = [\"batches\"]\n", "indicators = [\"batches\"]\nassumed = \"no day\"\n");
    plan = with(plan, "name = \"农业农村委\"\n", "name = \"农业农村委\"\nassumed = \"two names\"\n");
    plan = with(plan, "issued = 2023-07-18\n", "issued = 2023-07-18\nissued_assumed = \"no date\"\n");
    const auto read = overlaid(plan, "[plan]\nissued = 2023-07-20\n[duty.progress]\nassumed = false\n[unit.agri]\nassumed = false\n");
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->plan.duties[0].assumed, "");
    EXPECT_EQ(read->plan.units[1].assumed, "");
    EXPECT_EQ(read->plan.issued_assumed, "");
    EXPECT_EQ(format_day(read->plan.issued), "2023-07-20");
    EXPECT_EQ(read->overrides.back(), (Override{"duty progress: assumed", "no day", "decided as it stands", "o.toml:8:11", "decided in May", "食安办"}));
}

TEST(Overlay, a_unit_that_stands_for_others_is_replaced_by_them_where_it_reports)
{
    const auto read = overlaid(small_plan, "[unit.samr]\nmembers = [ { id = \"east\", name = \"东\", kind = \"town\" }, { id = \"west\", name = \"西\" } ]\n");
    ASSERT_TRUE(read) << to_text(read.error());
    const Plan& plan = read->plan;
    const auto ids = [&](const std::vector<UnitIndex>& units) {
        std::vector<std::string> all;
        for (const UnitIndex unit : units) all.push_back(plan.units[unit].id);
        return all;
    };
    EXPECT_THAT(ids(plan.indicators[0].units), ::testing::ElementsAre("east", "west"));
    EXPECT_THAT(ids(plan.duties[0].units), ::testing::ElementsAre("east", "west", "agri"));
    EXPECT_EQ(plan.units[plan.clauses[0].units[0].unit].id, "samr") << "the paragraph names whom it names";
    EXPECT_EQ(plan.units[*plan.unit("east")].parent, plan.unit("samr"));
    EXPECT_EQ(plan.units[*plan.unit("east")].kind, UnitKind::town);
}

TEST(Overlay, a_group_gets_other_members)
{
    const auto read = overlaid(small_plan, "[groups]\nmembers = [\"samr\"]\n");
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->plan.duties[0].units.size(), 1U);
    EXPECT_EQ(read->overrides.at(0).from, "samr, agri");
}

constexpr const char* zhang = "[[contact]]\nid = \"zhang\"\nname = \"张三\"\nunits = [\"agri\"]\naudiences = [\"reporter\"]\nmail = \"zhang@example.org\"\n";

TEST(Overlay, a_contact_takes_the_place_of_the_settings_for_its_plan_alone)
{
    const Contact of_settings{"zhang", "老张", {}, {"agri"}, {Audience::reporter}, {{"mail", "old@example.org"}}};
    const Contact other{"li", "李四", {}, {"samr"}, {Audience::reporter}, {{"mail", "li@example.org"}}};
    const Sources sources{{"p.toml", small_plan}, {{"o.toml", std::string{overlay_head} + zhang}}, builtin_calendar(), {.contacts = {of_settings, other}}, {}};
    const auto policy = compile(sources);
    ASSERT_TRUE(policy) << to_text(policy.error());
    const Contact expected{"zhang", "张三", {"p-2023"}, {"agri"}, {Audience::reporter}, {{"mail", "zhang@example.org"}}};
    EXPECT_THAT((*policy)->directory.contacts(), ::testing::ElementsAre(other, expected));
}

TEST(Overlay, a_later_overlay_replaces_an_earlier_ones_contact)
{
    const std::vector<SourceFile> overlays{{"a.toml", std::string{overlay_head} + zhang}, {"b.toml", with(std::string{overlay_head} + zhang, "zhang@", "z3@")}};
    const auto read = parse_plan({"p.toml", small_plan}, overlays);
    ASSERT_TRUE(read) << to_text(read.error());
    ASSERT_EQ(read->contacts.size(), 1U);
    EXPECT_EQ(read->overrides.at(1).from, "张三 <zhang@example.org>, reporter of agri");
    EXPECT_EQ(read->overrides.at(1).to, "张三 <z3@example.org>, reporter of agri");
}

TEST(Overlay, tells_what_a_ladder_and_a_contact_became)
{
    const std::string ladder = "[[ladder]]\nid = \"slow\"\nkinds = [\"behind_pace\"]\nsteps = [ { at = \"fired\", severity = \"info\", tell = [\"office\"] }, "
                               "{ at = \"+5wd\", severity = \"critical\", contacts = [\"zhang\"], channels = [\"wecom\", \"mail\"] } ]\n";
    const std::string more = "wecom = \"room\"\nmobile = \"13800138000\"\ndeputy = \"li\"\nabsent = [ { from = 2023-10-01, to = 2023-10-08 } ]\nat_once = true\n";
    const auto read = overlaid(small_plan, ladder + zhang + more);
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->overrides.at(0).to, "of behind_pace: fired info office; +5wd critical zhang by wecom, mail");
    EXPECT_EQ(read->overrides.at(1).to, "张三 <zhang@example.org>, wecom room, reporter of agri, deputy li, away from 2023-10-01 to 2023-10-08, told at once");
    EXPECT_EQ(read->contacts.at(0).mobile, "13800138000");
}

// ---- the folder of overlays

class OverlayFolder : public ::testing::Test {
protected:
    void SetUp() override
    {
        std::filesystem::remove_all(root);
        for (const char* folder : {"plans", "more", "overlays"}) std::filesystem::create_directories(root / folder);
        write("plans/p-2023.toml", small_plan);
        write("plans/q-2023.toml", with(small_plan, "p-2023", "q-2023"));
        write("more/r.toml", with(small_plan, "p-2023", "r-2023"));
    }
    void TearDown() override { std::filesystem::remove_all(root); }
    void write(const std::string& name, const std::string& text) const { std::ofstream{root / name} << text; }
    std::string strays() const
    {
        const std::vector<std::filesystem::path> plans{root / "plans/p-2023.toml"};
        std::string text = to_text(stray_overlays(plans));
        if (const auto at = text.find((root / "").string()); at != std::string::npos) text.erase(at, (root / "").string().size());
        return text;
    }
    static std::string overlay_for(const std::string& plan) { return with(overlay_head, "p-2023", plan); }

    const std::filesystem::path root = std::filesystem::path{::testing::TempDir()} / "planwatch_overlay_test";
};

TEST_F(OverlayFolder, an_overlay_for_another_plan_that_there_is_is_no_problem)
{
    for (const char* plan : {"p-2023", "q-2023", "r-2023"}) write(std::string{"overlays/"} + plan + ".toml", overlay_for(plan));
    EXPECT_EQ(strays(), "");
}

TEST_F(OverlayFolder, an_overlay_for_a_plan_that_is_nowhere_is_a_problem_with_the_nearest_id)
{
    write("overlays/o.toml", overlay_for("q-2032"));
    EXPECT_EQ(strays(), "overlays/o.toml:2:8: this overlay is for the plan 'q-2032', and there is none of that id; did you mean 'q-2023'?");
}

TEST_F(OverlayFolder, an_overlay_for_a_plan_that_cannot_be_read_just_now_is_no_stray)
{
    write("plans/q-2023.toml", "[plan\n");
    write("overlays/q.toml", overlay_for("q-2023"));
    EXPECT_EQ(strays(), "");
}

// ---- the example

TEST(OverlayExample, applies_to_its_plan_and_decides_what_it_says)
{
    const std::filesystem::path config = std::filesystem::path{SOURCE_DIR} / "config";
    Sources sources = load_sources(config / "plans/zezhou-2021.toml", {}, {});
    ASSERT_TRUE(sources.overlays.empty()) << "the shipped plan stays as the document has it";
    const auto before = parse_plan(sources.plan);
    sources.overlays.push_back(read_file(config / "overlays/zezhou-2021.toml.example"));
    const auto after = parse_plan(sources.plan, sources.overlays);
    ASSERT_TRUE(after) << to_text(after.error());
    EXPECT_EQ(overlay_plan_id(sources.overlays[0]), before->plan.id);

    const auto report_of = [](const ParsedPlan& parsed) -> const Duty& { return parsed.plan.duties[*parsed.plan.duty("annual_report")]; };
    EXPECT_EQ(report_of(*before).due.to_string(), "11-20");
    EXPECT_EQ(report_of(*after).due.to_string(), "11-11");
    const auto policy = compile(sources);
    ASSERT_TRUE(policy) << to_text(policy.error());
    EXPECT_EQ((*policy)->ladder_of(report_of(*after)).steps.front().name(), "-15wd");
    EXPECT_EQ(after->plan.population, Decimal{415000});
    EXPECT_EQ((*policy)->directory.contacts().size(), 2U);
    EXPECT_EQ(report_of(*after).units.size(), report_of(*before).units.size() + 2) << "three towns for the one that stood for all";

    EXPECT_EQ(after->plan.population_assumed, "");
    EXPECT_EQ(after->plan.duties[*after->plan.duty("quarterly_figures")].assumed, "");
    EXPECT_EQ(after->plan.units[*after->plan.unit("towns")].assumed, "");
}

}  // namespace
}  // namespace planwatch

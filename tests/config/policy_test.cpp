#include "config/policy.hpp"

#include "config/calendar.hpp"
#include "tests/config/plan_text.hpp"

#include <fstream>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <set>

namespace planwatch {
namespace {

const Contact clerk{"zhang", "张\"三\"", {"p-2023"}, {"agri"}, {Audience::reporter}, {{"mail", "zhang@example.org"}}};
constexpr const char* overlay_text = "[overlay]\nplan = \"p-2023\"\nreason = \"r\"\nauthor = \"a\"\n[duty.progress]\ndue = \"period_end + 5d\"\n";

Sources sources() { return {{"plans/p.toml", small_plan}, {{"overlays/o.toml", overlay_text}}, builtin_calendar(), {.contacts = {clerk}}}; }

TEST(Policy, is_compiled_from_all_its_sources)
{
    const auto policy = compile(sources());
    ASSERT_TRUE(policy) << to_text(policy.error());
    EXPECT_EQ((*policy)->plan.duties.at(0).due.offset, 5);
    EXPECT_TRUE((*policy)->calendar.known(2023));
    EXPECT_EQ((*policy)->zone.name(), "Asia/Shanghai");
    EXPECT_EQ((*policy)->ladder_of((*policy)->plan.duties.at(0)).id, default_ladder().id);
    EXPECT_EQ((*policy)->directory.contacts(), std::vector{clerk});
    EXPECT_EQ((*policy)->version, version_of(sources()));
}

TEST(Policy, problems_of_every_file_come_together)
{
    Sources changed = sources();
    changed.plan.text = with(small_plan, "2023-07-18", "7");
    changed.calendar = {"c.toml", "years = 1"};
    const auto policy = compile(changed);
    ASSERT_FALSE(policy);
    EXPECT_EQ(to_text(policy.error()), "plans/p.toml:4:10: 'issued' is a whole number; expected a date such as 2023-12-31, without quotes\n"
                                       "c.toml:1:1: no [[year]]; expected a table for each year whose notice is out\n"
                                       "c.toml:1:1: unknown key 'years' in a calendar; did you mean 'year'?");
}

TEST(Policy, its_version_follows_contents_and_not_names)
{
    const std::string version = version_of(sources());
    EXPECT_EQ(version.size(), 16U);
    EXPECT_EQ(version.find_first_not_of("0123456789abcdef"), std::string::npos);
    Sources renamed = sources();
    renamed.plan.name = "elsewhere/p.toml";
    renamed.overlays[0].name = "x.toml";
    EXPECT_EQ(version_of(renamed), version);
    Sources changed[] = {sources(), sources(), sources(), sources(), sources()};
    changed[0].plan.text += "\n";
    changed[1].overlays[0].text += "\n";
    changed[2].calendar.text += "\n";
    changed[3].office.contacts[0].addresses[0].value = "li@example.org";
    changed[4].overlays.clear();
    for (const Sources& each : changed) EXPECT_NE(version_of(each), version);
}

TEST(Sources, are_read_back_from_the_ledger_without_folders)
{
    const auto read = parse_sources(to_json(sources()));
    ASSERT_TRUE(read) << to_text(read.error());
    Sources expected = sources();
    expected.plan.name = "p.toml";
    expected.overlays[0].name = "o.toml";
    expected.calendar.name = "china.toml";
    EXPECT_EQ(*read, expected);
    EXPECT_EQ(version_of(*read), version_of(sources()));
    EXPECT_EQ(to_json(*read), to_json(sources()));
}

Office full_office()
{
    using namespace std::chrono;
    Contact away = clerk;
    away.id = "li";
    away.addresses = {{"wecom", "room"}, {"mail", "li@example.org"}};
    away.mobile = "13800138000";
    away.deputy = "zhang";
    away.absences = {{Day{2023y / 10 / 1}, Day{2023y / 10 / 8}}};
    away.at_once = true;
    const Route route{{"p-2023"}, {"agri"}, {AlertKind::overdue}, Severity::warning, {"li"}, {"wecom"}};
    ReportRules reports;
    reports.ranked = false;
    reports.of(ReportKind::bulletin) = {true, DueRule::parse("next day 4 10:30").value(), {"beichen-2023"}, {Audience::reporter}, {"zhang"}};
    return {{clerk, away}, {route, Route{.contacts = {"zhang"}}}, {{hours{8} + minutes{30}, hours{14}}, 20}, reports};
}

TEST(Sources, what_an_office_settles_is_read_back_and_counts)
{
    Sources full = sources();
    full.office = full_office();
    const auto read = parse_sources(to_json(full));
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->office, full.office);
    EXPECT_EQ(version_of(*read), version_of(full));
    const auto policy = compile(*read);
    ASSERT_TRUE(policy) << to_text(policy.error());
    EXPECT_EQ((*policy)->routes, full.office.routes);
    EXPECT_EQ((*policy)->post, full.office.post);
    EXPECT_EQ((*policy)->reports, full.office.reports);

    Office changed[] = {full.office, full.office, full.office, full.office, full.office, full.office, full.office, full.office, full.office};
    changed[0].routes[0].least = Severity::info;
    changed[1].post.weekly_maximum = 0;
    changed[2].post.hours.clear();
    changed[3].contacts[1].deputy = "";
    changed[4].contacts[1].absences.clear();
    changed[5].contacts[1].at_once = false;
    changed[6].contacts[1].mobile = "";
    changed[7].reports.ranked = true;
    changed[8].reports.of(ReportKind::bulletin).when.offset = 5;
    std::set<std::string> versions{version_of(full)};
    for (const Office& office : changed) {
        Sources other = sources();
        other.office = office;
        versions.insert(version_of(other));
        EXPECT_EQ(parse_sources(to_json(other)).value().office, office);
    }
    EXPECT_EQ(versions.size(), std::size(changed) + 1);
}

TEST(Sources, what_an_office_has_not_set_leaves_no_trace_in_the_ledger)
{
    const std::string json = to_json(sources());
    for (const char* key : {"routes", "post", "reports", "deputy", "absent", "at_once", "mobile"}) EXPECT_EQ(json.find(fmt::format("\"{}\"", key)), std::string::npos) << key;
    const Sources small{{"p.toml", "plan"}, {}, {"c.toml", "calendar"}, {.contacts = {clerk}}, {}};
    EXPECT_EQ(version_of(small), "3d08447b6828730c") << "as before there was anything to set";
}

TEST(Sources, a_payload_that_is_none_is_a_problem)
{
    const struct {
        const char* text;
        const char* problem;
    } cases[] = {
        {"[]", "has no 'plan'; expected what the ledger holds of an adopted plan"},
        {R"({"plan":{"name":"p"}})", "/plan: has no 'text'; expected what the ledger holds of an adopted plan"},
        {R"({"plan":{"name":"p","text":7}})", "/plan/text: is no string"},
        {R"({"plan":{"name":"p","text":""},"overlays":{}})", "/overlays: is no array"},
        {R"({"plan":{"name":"p","text":""},"overlays":[],"calendar":{"name":"","text":""},)"
         R"("contacts":[{"id":"","name":"","plans":[1],"units":[],"audiences":[],"addresses":[]}]})",
         "/contacts/plans: holds something that is no string"},
        {R"({"plan":{"name":"p","text":""},"overlays":[],"calendar":{"name":"","text":""},)"
         R"("contacts":[{"id":"","name":"","plans":[],"units":[],"audiences":["boss"],"addresses":[]}]})", "/contacts/audiences: unknown audience 'boss'"},
        {R"({"plan":{"name":"p","text":""},"overlays":[],"calendar":{"name":"","text":""},)"
         R"("contacts":[{"id":"","name":"","plans":[],"units":[],"audiences":[],"addresses":[],"absent":[{"from":"2023-10-01","to":"soon"}]}]})",
         "/contacts/to: is no date"},
        {R"({"plan":{"name":"p","text":""},"overlays":[],"calendar":{"name":"","text":""},)"
         R"("contacts":[{"id":"","name":"","plans":[],"units":[],"audiences":[],"addresses":[],"at_once":1}]})", "/contacts/at_once: is neither true nor false"},
        {R"({"plan":{"name":"p","text":""},"overlays":[],"calendar":{"name":"","text":""},"contacts":[],"routes":[{"plans":[]}]})",
         "/routes: has no 'units'; expected what the ledger holds of an adopted plan"},
        {R"({"plan":{"name":"p","text":""},"overlays":[],"calendar":{"name":"","text":""},"contacts":[],)"
         R"("routes":[{"plans":[],"units":[],"kinds":["boredom"],"severity":"info","to":[],"channels":[]}]})", "/routes/kinds: unknown kind 'boredom'"},
        {R"({"plan":{"name":"p","text":""},"overlays":[],"calendar":{"name":"","text":""},"contacts":[],)"
         R"("routes":[{"plans":[],"units":[],"kinds":[],"severity":"grave","to":[],"channels":[]}]})", "/routes/severity: unknown severity 'grave'"},
        {R"({"plan":{"name":"p","text":""},"overlays":[],"calendar":{"name":"","text":""},"contacts":[],"post":{"hours":[1440],"weekly_maximum":0}})",
         "/post/hours: is no whole number up to 1439"},
        {R"({"plan":{"name":"p","text":""},"overlays":[],"calendar":{"name":"","text":""},"contacts":[],"reports":{"ranked":true}})",
         "/reports: has no 'monthly'; expected what the ledger holds of an adopted plan"},
        {R"({"plan":{"name":"p","text":""},"overlays":[],"calendar":{"name":"","text":""},"contacts":[],)"
         R"("reports":{"ranked":true,"monthly":{"send":true,"when":"soon","plans":[],"tell":[],"contacts":[]}}})", "/reports/monthly/when: is no moment"},
    };
    for (const auto& each : cases) {
        const auto read = parse_sources(each.text);
        ASSERT_FALSE(read) << each.text;
        EXPECT_EQ(to_text(read.error()), each.problem);
    }
}

class Folder : public ::testing::Test {
protected:
    void SetUp() override
    {
        std::filesystem::remove_all(root);
        std::filesystem::create_directories(root / "plans");
        std::filesystem::create_directories(root / "overlays");
        write("plans/p.toml", small_plan);
    }
    void TearDown() override { std::filesystem::remove_all(root); }
    void write(const char* name, const std::string& text) const { std::ofstream{root / name} << text; }

    const std::filesystem::path root = std::filesystem::path{::testing::TempDir()} / "planwatch_policy_test";
};

TEST_F(Folder, overlays_beside_the_plan_are_found_by_name)
{
    write("overlays/b.toml", overlay_text);
    write("overlays/a.toml", with(overlay_text, "5d", "6d"));
    write("overlays/other.toml", with(overlay_text, "p-2023", "q-2023"));
    write("overlays/notes.txt", "not an overlay");
    const Sources loaded = load_sources(root / "plans/p.toml", {}, {});
    ASSERT_EQ(loaded.overlays.size(), 2U);
    EXPECT_EQ(std::filesystem::path{loaded.overlays[0].name}.filename(), "a.toml");
    EXPECT_EQ(std::filesystem::path{loaded.overlays[1].name}.filename(), "b.toml");
    EXPECT_EQ(loaded.calendar, builtin_calendar());
    EXPECT_EQ(compile(loaded).value()->plan.duties.at(0).due.offset, 5);
}

TEST_F(Folder, an_overlay_that_does_not_say_whose_it_is_is_not_passed_over)
{
    write("overlays/broken.toml", "[overlay\n");
    EXPECT_FALSE(compile(load_sources(root / "plans/p.toml", {}, {})));
}

TEST_F(Folder, a_file_that_is_missing_is_an_exception)
{
    EXPECT_THROW(load_sources(root / "plans/none.toml", {}, {}), std::system_error);
    EXPECT_THROW(load_sources(root / "plans/p.toml", root / "none.toml", {}), std::system_error);
}

TEST(Plans, those_in_the_source_compile)
{
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator{SOURCE_DIR "/config/plans"}) {
        if (entry.path().extension() != ".toml") continue;
        const auto policy = compile(load_sources(entry.path(), {}, {}));
        EXPECT_TRUE(policy) << to_text(policy.error());
        ++count;
    }
    EXPECT_GE(count, 2U);
}

}  // namespace
}  // namespace planwatch

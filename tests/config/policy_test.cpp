#include "config/policy.hpp"

#include "config/calendar.hpp"
#include "tests/config/plan_text.hpp"

#include <fstream>
#include <gtest/gtest.h>

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

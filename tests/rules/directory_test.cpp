#include "rules/directory.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

using enum Audience;

const Unit agri{.id = "agri", .name = "区农业农村委"};
const Unit samr{.id = "samr", .name = "区市场监管局"};

Plan plan(std::string id)
{
    Plan plan;
    plan.id = std::move(id);
    return plan;
}

Directory directory()
{
    return Directory{{
        {"zhang", "张三", {}, {"agri"}, {reporter}, {{"mail", "zhang@example.org"}, {"chat", "zhang"}}},
        {"li", "李四", {"beichen-2023"}, {"agri", "samr"}, {reporter, unit_head}, {{"mail", "li@example.org"}}},
        {"wang", "王五", {}, {"agri"}, {lead_unit}, {}},
        {"fso", "食安办值班", {}, {}, {office}, {{"mail", "fso@example.org"}}},
    }};
}

std::vector<std::string> ids(const std::vector<Recipient>& recipients)
{
    std::vector<std::string> found;
    for (const Recipient& recipient : recipients) found.push_back(recipient.id);
    return found;
}

TEST(Directories, ReachThePeopleOfAnAudience)
{
    using Ids = std::vector<std::string>;
    const struct { const char* name; const char* plan; Audience audience; const Unit* unit; Ids want; } cases[] = {
        {"all who report for a unit, in order", "beichen-2023", reporter, &agri, {"zhang", "li"}},
        {"contacts of other plans are left out", "jincheng-2023", reporter, &agri, {"zhang"}},
        {"a unit without a contact stands in for itself", "jincheng-2023", reporter, &samr, {"unit:samr"}},
        {"a unit's head", "beichen-2023", unit_head, &samr, {"li"}},
        {"a unit without a head stands in for it", "jincheng-2023", unit_head, &agri, {"unit:agri"}},
        {"a lead unit's own people and its reporters", "beichen-2023", lead_unit, &agri, {"zhang", "li", "wang"}},
        {"the office", "beichen-2023", office, &agri, {"fso"}},
        {"leaders without a contact are told by the office", "beichen-2023", leaders, nullptr, {"fso"}},
        {"where no unit reports the office is told", "beichen-2023", reporter, nullptr, {"fso"}},
    };
    for (const auto& c : cases) EXPECT_EQ(ids(directory().reach(plan(c.plan), c.audience, c.unit)), c.want) << c.name;
}

TEST(Directories, UseTheFirstAddress)
{
    const auto found = directory().reach(plan("beichen-2023"), lead_unit, &agri);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0], (Recipient{"zhang", "张三", "mail", "zhang@example.org"}));
    EXPECT_EQ(found[2], (Recipient{"wang", "王五", "mail", ""}));
}

TEST(Directories, ThatAreEmptyStillReachSomebody)
{
    const Directory empty;
    EXPECT_EQ(empty.reach(plan("p"), reporter, &agri), (std::vector<Recipient>{{"unit:agri", "区农业农村委", "mail", ""}}));
    for (const Audience audience : {office, leaders})
        EXPECT_EQ(empty.reach(plan("p"), audience, &agri), (std::vector<Recipient>{{"office", "食安办", "mail", ""}}));
    EXPECT_EQ(empty.reach(plan("p"), unit_head, nullptr), (std::vector<Recipient>{{"office", "食安办", "mail", ""}}));
}

TEST(Directories, NameAPersonOnceWhoIsListedTwice)
{
    const Contact twice{"zhang", "张三", {}, {"agri"}, {reporter}, {{"mail", "zhang@example.org"}}};
    EXPECT_EQ(ids(Directory{{twice, twice}}.reach(plan("p"), reporter, &agri)), (std::vector<std::string>{"zhang"}));
}

// ---- days on which somebody is away, and channels

constexpr Day first_of_october{std::chrono::year{2023} / 10 / 1};
constexpr Day last_of_holiday{std::chrono::year{2023} / 10 / 8};

Contact person(const std::string& id, std::string deputy, bool is_away)
{
    Contact contact{id, id, {}, {"agri"}, {}, {{"mail", id + "@example.org"}}};
    contact.deputy = std::move(deputy);
    if (is_away) contact.absences = {{first_of_october, last_of_holiday}};
    return contact;
}

TEST(Directories, TellTheDeputyOfWhoIsAway)
{
    const Contact nowhere{"silent", "", {}, {}, {}, {}, "", "present"};
    const struct { const char* name; std::vector<Contact> contacts; const char* told; } cases[] = {
        {"who is there is told", {person("a", "b", false), person("b", "", false)}, "a"},
        {"who is away is stood in for", {person("a", "b", true), person("b", "", false)}, "b"},
        {"a deputy who is away too by theirs", {person("a", "b", true), person("b", "c", true), person("c", "", false)}, "c"},
        {"a deputy without an address by theirs", {person("a", "silent", true), nowhere, person("present", "", false)}, "present"},
        {"without a deputy the notice waits", {person("a", "", true)}, "a"},
        {"with one that does not exist too", {person("a", "nobody", true)}, "a"},
        {"and where all are away", {person("a", "b", true), person("b", "", true)}, "a"},
        {"two who stand in for each other", {person("a", "b", true), person("b", "a", false)}, "b"},
        {"and are both away", {person("a", "b", true), person("b", "a", true)}, "a"},
        {"a circle beside the way", {person("a", "b", true), person("b", "c", true), person("c", "b", true)}, "a"},
    };
    for (const auto& c : cases) {
        const Directory all{c.contacts};
        EXPECT_EQ(all.by_id("a", first_of_october, {}).id, c.told) << c.name;
        EXPECT_EQ(all.by_id("a", last_of_holiday, {}).id, c.told) << c.name;
        EXPECT_EQ(all.by_id("a", last_of_holiday + std::chrono::days{1}, {}).id, "a") << c.name;
        EXPECT_EQ(all.by_id("a", first_of_october - std::chrono::days{1}, {}).id, "a") << c.name;
    }
}

TEST(Directories, AskNoMoreThanALineOfDeputies)
{
    std::vector<Contact> line;
    for (std::size_t i = 0; i <= Directory::longest_line; ++i) line.push_back(person("c" + std::to_string(i), "c" + std::to_string(i + 1), i + 1 < Directory::longest_line));
    EXPECT_EQ(Directory{line}.by_id("c0", first_of_october, {}).id, "c15");
    line[Directory::longest_line - 1].absences = line[0].absences;
    EXPECT_EQ(Directory{line}.by_id("c0", first_of_october, {}).id, "c0") << "who would be the next is not asked";
}

TEST(Directories, TellADeputyOfTwoPeopleOnce)
{
    std::vector<Contact> contacts{person("a", "c", true), person("b", "c", true), person("c", "", false)};
    for (Contact& each : contacts) each.audiences = {reporter};
    const Directory all{contacts};
    EXPECT_EQ(ids(all.reach(plan("p"), reporter, &agri, first_of_october)), (std::vector<std::string>{"c"}));
    EXPECT_EQ(ids(all.reach(plan("p"), reporter, &agri)), (std::vector<std::string>{"a", "b", "c"})) << "without a day nobody is away";
}

TEST(Directories, UseTheFirstChannelOfTheStepThatAPersonHas)
{
    const Contact many{"zhang", "张三", {}, {"agri"}, {reporter}, {{"mail", "zhang@example.org"}, {"wecom", "room"}, {"feishu", "hall"}}};
    const Directory all{{many}};
    using Channels = std::vector<std::string>;
    const struct { Channels channels; const char* used; } cases[] = {
        {{}, "mail"}, {{"wecom"}, "wecom"}, {{"dingtalk", "feishu", "wecom"}, "feishu"}, {{"dingtalk"}, "mail"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(all.by_id("zhang", {}, c.channels).channel, c.used);
        EXPECT_EQ(all.reach(plan("p"), reporter, &agri, {}, c.channels).at(0).channel, c.used);
    }
    EXPECT_EQ(all.by_id("zhang", {}, Channels{"wecom"}), (Recipient{"zhang", "张三", "wecom", "room"}));
    const std::vector<Recipient> rest{{"zhang", "张三", "mail", "zhang@example.org"}, {"zhang", "张三", "feishu", "hall"}};
    EXPECT_EQ(all.others("zhang", "wecom"), rest);
}

TEST(Directories, KnowNoOneElsesId)
{
    const Directory all = directory();
    EXPECT_EQ(all.by_id("nobody", {}, {}), (Recipient{"nobody", "nobody", "mail", ""}));
    EXPECT_TRUE(all.others("unit:agri", "mail").empty());
    EXPECT_EQ(all.find("nobody"), nullptr);
    ASSERT_NE(all.find("li"), nullptr);
    EXPECT_EQ(all.find("li")->name, "李四");
}

TEST(Audiences, AreReadAsTheyAreWritten)
{
    for (const Audience audience : {reporter, unit_head, lead_unit, office, leaders}) EXPECT_EQ(parse_audience(to_string(audience)), audience);
    EXPECT_EQ(to_string(unit_head), "unit_head");
    EXPECT_EQ(parse_audience("boss"), std::nullopt);
}

}  // namespace
}  // namespace planwatch

#include "rules/nearest.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace planwatch {
namespace {

std::string nearest(std::string_view name, const std::vector<std::string>& known)
{
    NearestName found{name};
    for (const std::string& each : known) found.consider(each);
    return found.suggestion();
}

TEST(NearestName, IsTheOneWithTheFewestSlips)
{
    const struct { const char* name; const char* misspelt; std::vector<std::string> known; const char* want; } cases[] = {
        {"letters swapped", "sarm", {"agri", "samr"}, "; did you mean 'samr'?"},
        {"a letter more", "samrr", {"samr", "agri"}, "; did you mean 'samr'?"},
        {"a letter less", "smr", {"samr"}, "; did you mean 'samr'?"},
        {"the nearer of two", "batchs", {"batch", "batches", "batch1"}, "; did you mean 'batch'?"},
        {"a later one that is nearer", "quarterly_progres", {"quarterly_prgress", "quarterly_progress"}, "; did you mean 'quarterly_progress'?"},
        {"nothing near", "court", {"samr", "agri"}, ""},
        {"a third of the letters at most", "abcdef", {"abxxxf"}, ""},
        {"a whole third", "abcdef", {"abxxef"}, "; did you mean 'abxxef'?"},
        {"Chinese", "区市场监管局", {"区场监管局", "区教育局"}, "; did you mean '区场监管局'?"},
        {"nobody known", "samr", {}, ""},
    };
    for (const auto& each : cases) EXPECT_EQ(nearest(each.misspelt, each.known), each.want) << each.name;
    EXPECT_EQ(nearest(std::string(100, 'a'), {std::string(99, 'a')}), "") << "too long to be a slip";
}

TEST(Suggestion, ListsWhatIsKnownWhereThatIsLittle)
{
    const std::vector<std::string> two{"agri", "samr"};
    EXPECT_EQ(suggestion("court", two), "; known: agri, samr");
    EXPECT_EQ(suggestion("sarm", two), "; did you mean 'samr'?");
    EXPECT_EQ(suggestion("court", std::vector<std::string>(13, "agri")), "");
    EXPECT_EQ(suggestion("court", {}), "");
}

}  // namespace
}  // namespace planwatch

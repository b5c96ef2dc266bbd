// House rules, held against our own sources.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Source {
    std::string path;  // from the top of the project
    std::string layer;
    std::string text;
};

std::vector<Source> sources()
{
    std::vector<Source> all;
    for (const char* layer : {"rules", "config", "exporters", "daemon"})
        for (const auto& entry : fs::recursive_directory_iterator{fs::path{SOURCE_DIR} / layer}) {
            const auto extension = entry.path().extension();
            if (extension != ".hpp" && extension != ".cpp") continue;
            std::ifstream file{entry.path()};
            std::ostringstream text;
            text << file.rdbuf();
            all.push_back({fs::relative(entry.path(), SOURCE_DIR).string(), layer, text.str()});
        }
    return all;
}

// "path:line" of every line that matches, except in `allowed` files.
std::vector<std::string> places(const std::regex& pattern, const std::vector<std::string>& layers, const std::vector<std::string>& allowed = {})
{
    std::vector<std::string> found;
    for (const Source& source : sources()) {
        if (std::find(layers.begin(), layers.end(), source.layer) == layers.end()) continue;
        if (std::find(allowed.begin(), allowed.end(), source.path) != allowed.end()) continue;
        std::istringstream lines{source.text};
        std::string line;
        for (int number = 1; std::getline(lines, line); ++number)
            if (std::regex_search(line, pattern)) found.push_back(source.path + ":" + std::to_string(number) + ": " + line);
    }
    return found;
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

const std::vector<std::string> every_layer{"rules", "config", "exporters", "daemon"};

TEST(House, SourcesAreFound) { EXPECT_GT(sources().size(), 50U); }

TEST(House, ArrowsPointFromRulesToDaemonOnly)
{
    const std::map<std::string, std::string> forbidden{{"rules", "config|exporters|daemon"}, {"config", "exporters|daemon"}, {"exporters", "daemon"}};
    for (const auto& [layer, others] : forbidden) {
        const auto found = places(std::regex{"#include \"(" + others + ")/"}, {layer});
        EXPECT_TRUE(found.empty()) << joined(found);
    }
}

TEST(House, OnlyTheDaemonKnowsAsioSqliteAndTheLog)
{
    const auto found = places(std::regex{R"(#include <(boost/(asio|beast)|sqlite3|spdlog))"}, {"rules", "config", "exporters"});
    EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(House, SqliteStaysBehindItsWrapper)
{
    const auto found = places(std::regex{"#include <sqlite3.h>"}, every_layer, {"daemon/sqlite.cpp", "daemon/sqlite.hpp"});
    EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(House, TheWallClockIsReadInOnePlace)
{
    const auto found = places(std::regex{R"(system_clock::now|\btime\(nullptr\)|gettimeofday|clock_gettime)"}, every_layer, {"daemon/clock.cpp"});
    EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(House, RulesDoNoInputOrOutput)
{
    const auto found = places(std::regex{R"(#include <(iostream|fstream|cstdio|filesystem|thread|mutex|random|unistd)|getenv)"}, {"rules"});
    EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(House, RandomnessComesFromOneFile)
{
    const auto found = places(std::regex{R"(random_device|RAND_bytes|randombytes|getrandom|\brand\()"}, every_layer, {"daemon/digest.cpp"});
    EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(House, FormatStringsAreCheckedWhenCompiled)
{
    const auto found = places(std::regex{R"(fmt::runtime|\bsprintf\(|\bstrcpy\()"}, every_layer);
    EXPECT_TRUE(found.empty()) << joined(found);
}

}  // namespace

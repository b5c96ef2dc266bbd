#include "daemon/commands/common.hpp"
#include "tests/daemon/small_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <cstdlib>
#include <fstream>

namespace planwatch {
namespace {

using ::testing::HasSubstr;

// A folder with a plan and settings that name it.
class Cli : public ::testing::Test {
protected:
    Cli()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "planwatch_cli_XXXXXX").string();
        if (!mkdtemp(pattern.data())) throw std::runtime_error{"no temporary folder"};
        folder_ = pattern;
        write("small.toml", example::small_plan_text);
        write("planwatch.toml", "plans = [\"small.toml\"]\n");
    }
    ~Cli() override { std::filesystem::remove_all(folder_); }

    std::string write(const char* name, std::string_view text) const
    {
        std::ofstream{folder_ / name} << text;
        return path(name);
    }
    std::string path(const char* name) const { return (folder_ / name).string(); }

private:
    std::filesystem::path folder_;
};

TEST_F(Cli, a_plan_is_found_by_its_file_and_by_its_id)
{
    const Settings settings = read_settings(path("planwatch.toml"));
    EXPECT_EQ(find_plan(path("small.toml"), Settings{}), path("small.toml"));
    EXPECT_EQ(find_plan("small-2023", settings), path("small.toml"));
}

TEST_F(Cli, an_unknown_plan_is_wrong_use_and_says_what_there_is)
{
    const Settings settings = read_settings(path("planwatch.toml"));
    try {
        find_plan("smal-2023", settings);
        FAIL() << "found a plan that is not there";
    } catch (const UsageError& error) {
        EXPECT_THAT(error.what(), HasSubstr("did you mean 'small-2023'?"));
    }
    EXPECT_THROW(find_plan("small-2023", Settings{}), UsageError) << "an id means nothing without settings";
}

TEST_F(Cli, without_a_name_all_the_plans_of_the_settings_are_meant)
{
    EXPECT_EQ(load_policies({.config = path("planwatch.toml")}).size(), 1U);
    EXPECT_THROW(load_policies({}), UsageError);
}

TEST_F(Cli, problems_of_all_plans_are_told_together)
{
    const std::string first = write("first.toml", "[plan]\n"), second = write("second.toml", "colour = 1\n");
    try {
        load_policies({.names = {first, second}});
        FAIL() << "two broken plans were taken";
    } catch (const InputError& error) {
        EXPECT_THAT(error.what(), HasSubstr("first.toml:1:"));
        EXPECT_THAT(error.what(), HasSubstr("second.toml:1:"));
    }
}

TEST_F(Cli, a_plan_that_is_given_twice_is_a_problem)
{
    EXPECT_THROW(load_policies({.names = {path("small.toml"), path("small.toml")}}), InputError);
}

TEST(CliMoments, a_date_is_its_midnight_or_the_midnight_that_ends_it)
{
    const Zone zone{"Asia/Shanghai", {{Instant::min(), std::chrono::hours{8}}}};
    EXPECT_EQ(format_instant(moment_option("--from", "2023-10-20", zone), zone), "2023-10-20T00:00:00+08:00");
    EXPECT_EQ(format_instant(moment_end_option("--to", "2023-11-10", zone), zone), "2023-11-11T00:00:00+08:00");
    EXPECT_EQ(format_instant(moment_end_option("--to", "2023-11-10 12:30", zone), zone), "2023-11-10T12:30:00+08:00");
    EXPECT_EQ(format_instant(moment_end_option("--to", "2023-11-10T04:30:00Z", zone), zone), "2023-11-10T12:30:00+08:00");
    EXPECT_THROW(moment_option("--from", "soon", zone), UsageError);
    EXPECT_THROW(day_option("--from", "2023-13-01"), UsageError);
}

}  // namespace
}  // namespace planwatch

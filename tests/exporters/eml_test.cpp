#include "exporters/eml.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <sstream>
#include <system_error>

namespace planwatch {
namespace {

namespace fs = std::filesystem;

class Eml : public ::testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = (fs::temp_directory_path() / "planwatch-eml-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { fs::remove_all(folder_); }

    static std::string content(const fs::path& path)
    {
        std::ostringstream text;
        text << std::ifstream{path, std::ios::binary}.rdbuf();
        return text.str();
    }
    static std::ptrdiff_t files_in(const fs::path& dir)
    {
        return std::distance(fs::directory_iterator{dir}, fs::directory_iterator{});
    }

    fs::path folder_;
};

TEST_F(Eml, is_written_whole_into_a_folder_that_is_made)
{
    const fs::path path = write_eml(folder_ / "new" / "mail", "a.eml", "Subject: x\r\n\r\ny\r\n");
    EXPECT_EQ(path, folder_ / "new" / "mail" / "a.eml");
    EXPECT_EQ(content(path), "Subject: x\r\n\r\ny\r\n");
    EXPECT_EQ(files_in(path.parent_path()), 1) << "a temporary file was left behind";
}

TEST_F(Eml, the_same_message_is_written_once)
{
    write_eml(folder_, "a.eml", "first");
    EXPECT_EQ(content(write_eml(folder_, "a.eml", "second")), "first");
    EXPECT_EQ(files_in(folder_), 1);
}

TEST_F(Eml, a_folder_that_is_a_file_is_an_error)
{
    std::ofstream{folder_ / "file"} << "x";
    EXPECT_THROW(write_eml(folder_ / "file", "a.eml", "x"), std::system_error);
}

TEST(EmlName, comes_from_the_message_id_and_stays_in_the_folder)
{
    EXPECT_EQ(eml_name("<demo-2023.7.abc@example.org>"), "demo-2023.7.abc@example.org.eml");
    EXPECT_EQ(eml_name("<../../etc/passwd@x>"), "_._.._etc_passwd@x.eml");
}

}  // namespace
}  // namespace planwatch

#include "exporters/gzip.hpp"

#include "gunzip.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace planwatch {
namespace {

using planwatch::testing::gunzip;

std::string gzip(const std::vector<std::string>& parts)
{
    Deflater deflater;
    GzipFrame frame;
    std::string out{GzipFrame::head()};
    for (const std::string& part : parts) {
        deflater.add(part);
        const Deflated deflated = deflater.take();
        out += deflated.bytes;
        frame.count(deflated);
    }
    return out + frame.tail();
}

TEST(Gzip, parts_compressed_on_their_own_are_one_member)
{
    const std::vector<std::string> parts = {"one\n", "", std::string(100'000, 'x'), "three\n"};
    EXPECT_EQ(gunzip(gzip(parts)), parts[0] + parts[1] + parts[2] + parts[3]);
    EXPECT_EQ(gunzip(gzip({})), "");
}

TEST(Gzip, what_cannot_be_compressed_comes_back_too)
{
    std::mt19937 random{7};
    std::string noise(300'000, '\0');
    for (char& byte : noise) byte = static_cast<char>(random());
    EXPECT_EQ(gunzip(gzip({noise, noise})), noise + noise);
}

TEST(Gzip, a_part_may_be_used_again_elsewhere)
{
    Deflater deflater;
    deflater.add("again ");
    deflater.add("and\n");
    const Deflated part = deflater.take();
    GzipFrame frame;
    std::string out{GzipFrame::head()};
    for (int i = 0; i < 3; ++i) {
        out += part.bytes;
        frame.count(part);
    }
    EXPECT_EQ(gunzip(out + frame.tail()), "again and\nagain and\nagain and\n");
}

TEST(Gzip, an_exposition_shrinks_to_a_tenth)
{
    std::string text;
    for (int i = 0; i < 256; ++i) text += "planwatch_unit_indicator_value_count{plan=\"demo-2023\",indicator=\"batches\",unit=\"unit_" + std::to_string(i) + "\"} 42\n";
    EXPECT_LT(gzip({text}).size(), text.size() / 10);
}

}  // namespace
}  // namespace planwatch

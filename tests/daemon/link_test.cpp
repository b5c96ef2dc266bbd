#include "daemon/link.hpp"

#include "daemon/digest.hpp"
#include "daemon/link_form.hpp"
#include "daemon/schema.hpp"
#include "exporters/secrets.hpp"
#include "tests/daemon/store_fixture.hpp"

#include <gmock/gmock.h>

namespace planwatch::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

const Link link{7, 41, at("2023-11-16T00:00:00+08:00")};

TEST(LinkSigner, reads_what_it_signed)
{
    const LinkSigner signer{"key"};
    EXPECT_THAT(signer.sign(link), MatchesRegex("[A-Za-z0-9_-]{43}"));
    EXPECT_EQ(signer.sign(link), signer.sign(link)) << "a mail that is sent again is the same";
    EXPECT_EQ(signer.read(signer.sign(link)), link);
    const Link largest{0xffff'ffff, ~std::uint64_t{0}, Instant{std::chrono::seconds{0xffff'ffff}}};
    EXPECT_EQ(signer.read(signer.sign(largest)), largest);
}

TEST(LinkSigner, refuses_every_other_text)
{
    const LinkSigner signer{"key"};
    const std::string good = signer.sign(link);
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string forged = good;
        for (const char c : {'A', 'B', '-', '=', ' ', '+', '/', '\0'}) {
            forged[i] = c;
            if (forged == good) continue;
            EXPECT_EQ(signer.read(forged), std::nullopt) << i << c;
        }
        EXPECT_EQ(signer.read(good.substr(0, i)), std::nullopt) << "cut after " << i;
    }
    EXPECT_EQ(signer.read(good + "A"), std::nullopt);
    EXPECT_EQ(signer.read(good + "="), std::nullopt);
    EXPECT_EQ(signer.read(" " + good), std::nullopt);
    EXPECT_EQ(LinkSigner{"another key"}.read(good), std::nullopt);
}

TEST(LinkSigner, has_a_key_of_each_database_that_stays)
{
    const TempFolder folder;
    const auto signed_by = [&](const char* name) {
        Store store{folder / name};
        return LinkSigner{link_key_of(store.database())}.sign(link);
    };
    const std::string first = signed_by("one.db");
    EXPECT_EQ(signed_by("one.db"), first);
    EXPECT_NE(signed_by("other.db"), first);
    Store store{folder / "one.db"};
    EXPECT_EQ(link_key_of(store.database()).size(), 64U);
    store.database().execute("DELETE FROM meta WHERE name = 'link_key'");
    EXPECT_THAT(error_of([&] { link_key_of(store.database()); }), HasSubstr("restore a backup"));
}

const LinkWords& words = link_words(Language::zh);

TEST(LinkForm, reads_what_a_browser_sends)
{
    EXPECT_EQ(parse_link_form("rest=opening&comment=", words), (LinkForm{LinkRest::next_opening, ""}));
    EXPECT_EQ(parse_link_form("comment=%E5%91%A8%E4%BA%94+%2B1%0D%0Ab&rest=3d", words), (LinkForm{LinkRest::three_days, "周五 +1\nb"}));
    EXPECT_EQ(parse_link_form("rest=7d", words), (LinkForm{LinkRest::seven_days, ""}));
    EXPECT_EQ(parse_link_form(std::string_view{"rest=7d&rest=3d"}.substr(0, 7), words), (LinkForm{LinkRest::seven_days, ""})) << "no further than its end";
}

TEST(LinkForm, refuses_what_no_page_of_ours_sends)
{
    const std::string long_comment(2'001, 'x');
    for (const std::string& body : {std::string{}, std::string{"rest=9d"}, std::string{"rest=3d&rest=7d"}, std::string{"comment=a"}, std::string{"rest=3d&until=1"},
                                    std::string{"rest=3d&comment=a&comment=b"}, std::string{"rest=3d&comment=%00"}, std::string{"rest=3d&comment=%FF"},
                                    std::string{"rest=3d&comment=%1B"}, std::string{"rest=3d&comment=%4"}, "rest=3d&comment=" + long_comment,
                                    "rest=3d&comment=" + std::string(longest_link_form, 'x')}) {
        const auto form = parse_link_form(body, words);
        ASSERT_FALSE(form) << body.substr(0, 40);
        EXPECT_FALSE(form.error().front().message.empty());
    }
}

}  // namespace
}  // namespace planwatch::testing

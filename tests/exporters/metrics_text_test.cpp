#include "exporters/metrics_text.hpp"

#include "example.hpp"
#include "gunzip.hpp"
#include "joined.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <set>

namespace planwatch {
namespace {

using namespace planwatch::testing;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t plenty = 100'000;

// A plan with `units` units that each report a count, a ratio that each must reach, and a derived sum of two counts.
std::shared_ptr<const Policy> wide_policy(std::size_t units, std::string id = "wide-2023")
{
    auto policy = std::make_shared<Policy>(*example_policy());
    Plan& plan = policy->plan;
    plan.id = std::move(id);
    plan.units.clear();
    std::vector<UnitIndex> all;
    for (std::size_t i = 0; i < units; ++i) {
        plan.units.push_back({.id = "unit_" + std::to_string(i), .name = "单位 " + std::to_string(i)});
        all.push_back(static_cast<UnitIndex>(i));
    }
    const Target target{.comparator = Comparator::at_least, .value = Decimal{100}, .unit = "%", .by = day("2023-12-31")};
    const Pace linear{.kind = Pace::Kind::linear, .from = day("2023-01-01")};
    plan.indicators = {{.id = "visits", .measure = Measure::count, .units = all},
                       {.id = "kitchens", .measure = Measure::ratio, .reported = Reported::level, .target = target, .pace = linear, .units = all, .each = true},
                       {.id = "samples", .measure = Measure::count, .units = all},
                       {.id = "total", .measure = Measure::count, .reported = Reported::derived, .units = all, .parts = {0, 2}}};
    plan.clauses.resize(1);
    plan.clauses[0].units.clear();
    plan.duties = {{.id = "monthly",
                    .name = "月报",
                    .cadence = Cadence::monthly,
                    .due = DueRule::parse("next day 15").value(),
                    .units = all,
                    .indicators = {0, 1, 2},
                    .periods = {period("2023-08"), period("2023-09"), period("2023-10")}}};
    policy->directory = {};
    return policy;
}

// An engine with its sampler, as the service keeps them.
struct Watched {
    explicit Watched(std::shared_ptr<const Policy> policy, std::string_view now = "2023-10-01T09:00:00+08:00") : engine{std::move(policy)}
    {
        engine.advance(instant(now));
        sampler.emplace(engine);
    }

    void report(std::size_t unit, const std::string& indicator, std::int64_t value, std::string when = "2023-09")
    {
        RawValue raw{.indicator = indicator, .value = value};
        if (indicator == "kitchens") raw = {.indicator = indicator, .numerator = value, .denominator = 1000};
        RawSubmission submission{.plan = engine.policy().plan.id, .unit = "unit_" + std::to_string(unit), .period = std::move(when)};
        submission.values.push_back(raw);
        const auto admitted = engine.admit(std::span{&submission, 1}, engine.now());
        if (!admitted) throw std::runtime_error{to_text(admitted.error())};
        for (const Submission& each : *admitted) sampler->follow(engine, engine.apply(each, engine.now()));
    }
    void advance(std::string_view to) { sampler->follow(engine, engine.advance(instant(to))); }
    std::shared_ptr<const PlanSamples> samples() { return sampler->samples(engine); }

    Engine engine;
    std::optional<PlanSampler> sampler;
};

std::string fresh(const Engine& engine, const MetricsRequest& request = {})
{
    PlanSampler sampler{engine};
    MetricsText text{plenty};
    return joined(text.render({sampler.samples(engine)}, {}, request));
}

std::size_t lines_of(const std::string& text, std::string_view family)
{
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find("\n" + std::string{family} + "{", at)) != std::string::npos; ++at) ++count;
    return count;
}

TEST(MetricsText, what_is_kept_is_what_would_be_rendered_anew)
{
    Watched watched{wide_policy(700)};
    MetricsText kept{plenty};
    std::mt19937 random{11};
    const std::array<std::string, 3> indicators = {"visits", "kitchens", "samples"};
    for (int scrape = 0; scrape < 40; ++scrape) {
        const int changes = scrape % 7 == 0 ? 0 : static_cast<int>(random() % 30);
        for (int i = 0; i < changes; ++i) watched.report(random() % 700, indicators[random() % 3], static_cast<std::int64_t>(random() % 1000), "2023-08");
        if (scrape == 13) watched.advance("2023-10-20T09:00:00+08:00");  // September's figures fall due: the pace moves on
        if (scrape == 27) watched.advance("2023-11-20T09:00:00+08:00");
        EXPECT_EQ(joined(kept.render({watched.samples()}, {}, {})), fresh(watched.engine)) << "scrape " << scrape;
    }
}

TEST(MetricsText, pieces_that_did_not_change_are_the_same)
{
    Watched watched{wide_policy(700)};
    MetricsText kept{plenty};
    for (std::size_t unit = 0; unit < 700; ++unit) watched.report(unit, "visits", 10);
    const TextPieces first = kept.render({watched.samples()}, {}, {});
    watched.report(123, "visits", 11);
    const TextPieces second = kept.render({watched.samples()}, {}, {});
    std::set<const char*> before;
    for (const std::string_view piece : first.views) before.insert(piece.data());
    const auto shared = std::count_if(second.views.begin(), second.views.end(), [&](std::string_view piece) { return before.contains(piece.data()); });
    // 700 series in sixteens are 44 pieces a family, and four families have lines; three of them change with a figure.
    EXPECT_GT(shared, 150);
    EXPECT_EQ(joined(second), fresh(watched.engine));
}

TEST(MetricsText, what_was_handed_out_does_not_change)
{
    Watched watched{wide_policy(3)};
    watched.report(0, "visits", 10);
    const auto before = watched.samples();
    EXPECT_EQ(watched.samples(), before);
    watched.report(0, "visits", 20);
    MetricsText text{plenty};
    EXPECT_THAT(joined(text.render({before}, {}, {})), HasSubstr("planwatch_unit_indicator_value_count{plan=\"wide-2023\",indicator=\"visits\",unit=\"unit_0\"} 10\n"));
    EXPECT_THAT(joined(text.render({watched.samples()}, {}, {})), HasSubstr("indicator=\"visits\",unit=\"unit_0\"} 20\n"));
    EXPECT_THAT(joined(text.render({before}, {}, {})), HasSubstr("indicator=\"visits\",unit=\"unit_0\"} 10\n"));
}

// Answers are sent while later scrapes replace what they show: pieces, compressed ones, whole plans, and at last all of it.
TEST(MetricsText, an_answer_outlives_what_it_was_made_of)
{
    Watched watched{wide_policy(700)};
    for (std::size_t unit = 0; unit < 700; ++unit) watched.report(unit, "visits", static_cast<std::int64_t>(unit));
    auto text = std::make_unique<MetricsText>(plenty);
    struct Answer {
        TextPieces pieces;
        std::string text;
    };
    std::vector<Answer> answers;
    const auto answer = [&](const std::vector<std::shared_ptr<const PlanSamples>>& plans, bool gzip) {
        TextPieces pieces = text->render(plans, {}, {.gzip = gzip});
        std::string now = joined(pieces);
        answers.push_back({std::move(pieces), std::move(now)});
    };
    for (int scrape = 0; scrape < 4; ++scrape) {
        for (const bool gzip : {false, true}) answer({watched.samples()}, gzip);
        for (std::size_t unit = 0; unit < 700; unit += 7) watched.report(unit, "visits", scrape);
    }
    answer({}, false);
    answer({watched.samples()}, true);
    text.reset();
    answers.erase(answers.begin() + 3);
    for (const Answer& each : answers) EXPECT_EQ(joined(each.pieces), each.text);
    answers.erase(answers.begin());
    for (const Answer& each : answers) EXPECT_EQ(joined(each.pieces), each.text);
}

TEST(MetricsText, what_nobody_looks_into_any_more_is_written_to_in_place)
{
    Watched watched{wide_policy(700)};
    MetricsText kept{plenty};
    for (std::size_t unit = 0; unit < 700; ++unit) watched.report(unit, "kitchens", 10);
    const auto places = [&] {
        const TextPieces pieces = kept.render({watched.samples()}, {}, {});
        EXPECT_EQ(joined(pieces), fresh(watched.engine));
        std::set<const char*> shared;
        for (const std::string_view piece : pieces.views)
            if (piece.find("unit=\"unit_123\"}") != std::string_view::npos) shared.insert(piece.data());
        return shared;
    };
    const auto before = places();
    EXPECT_EQ(before.size(), 4U);  // value, attainment, expectation and last submission
    watched.report(123, "kitchens", 777);
    EXPECT_EQ(places(), before);
}

// Lines of every length come, go and change, while answers are sent and let go in any order.
TEST(MetricsText, an_answer_under_way_sees_nothing_of_later_changes)
{
    Watched watched{wide_policy(100)};
    const std::array values = {std::nan(""), 7.0, 0.5, -1.2345678901234567e-6, 1.0 / 3, 1e300, HUGE_VAL, 1700000000.25};
    std::mt19937 random{5};
    const auto any = [&] { return values[random() % values.size()]; };
    MetricsText kept{plenty};
    PlanSamples samples = *watched.samples();
    struct Answer {
        TextPieces pieces;
        std::string text;
    };
    std::vector<Answer> under_way;
    for (int scrape = 0; scrape < 300; ++scrape) {
        for (auto& part : samples.parts) {
            auto changed = std::make_shared<PartChunk>(*part);
            for (auto changes = random() % 20; changes > 0; --changes) (*changed)[random() % changed->size()] = {any(), any(), any(), any()};
            part = std::move(changed);
        }
        const std::vector plans = {std::make_shared<const PlanSamples>(samples)};
        const bool gzip = random() % 4 == 0;
        TextPieces pieces = kept.render(plans, {}, {.gzip = gzip});
        std::string text = joined(pieces);
        MetricsText anew{plenty};
        ASSERT_EQ(gzip ? gunzip(text) : text, joined(anew.render(plans, {}, {}))) << "scrape " << scrape;
        under_way.push_back({std::move(pieces), std::move(text)});
        while (!under_way.empty() && random() % 9 < 5) {
            const auto done = under_way.begin() + static_cast<std::ptrdiff_t>(random() % under_way.size());
            ASSERT_EQ(joined(done->pieces), done->text) << "scrape " << scrape;
            under_way.erase(done);
        }
    }
}

TEST(MetricsText, a_figure_shows_in_the_sum_that_it_is_a_part_of)
{
    Watched watched{wide_policy(3)};
    watched.samples();
    watched.report(1, "visits", 10);
    watched.report(1, "samples", 5);
    MetricsText text{plenty};
    EXPECT_THAT(joined(text.render({watched.samples()}, {}, {})), HasSubstr("indicator=\"total\",unit=\"unit_1\"} 15\n"));
}

TEST(MetricsText, a_family_beyond_its_budget_refuses_the_last_places)
{
    Watched watched{wide_policy(10)};
    for (const std::size_t unit : {0, 1, 9}) watched.report(unit, "visits", 10);
    // Three counts of ten units want thirty places.
    MetricsText text{12};
    const std::string first = joined(text.render({watched.samples()}, {}, {}));
    EXPECT_EQ(lines_of(first, "planwatch_unit_indicator_value_count"), 3U) << first;
    EXPECT_THAT(first, HasSubstr("planwatch_exposition_series_limit 12\n"));
    EXPECT_THAT(first, HasSubstr("planwatch_exposition_series{family=\"planwatch_unit_indicator_value_count\"} 12\n"));
    EXPECT_THAT(first, HasSubstr("planwatch_exposition_series_refused{family=\"planwatch_unit_indicator_value_count\"} 18\n"));
    EXPECT_THAT(first, HasSubstr("planwatch_exposition_series_refused{family=\"planwatch_unit_indicator_value_ratio\"} 0\n"));
    EXPECT_EQ(text.refused().at("planwatch_unit_indicator_value_count"), 18U);

    // A figure of one that is refused changes nothing; one that has a place is shown.
    watched.report(5, "samples", 1);
    watched.report(1, "samples", 1);
    const std::string second = joined(text.render({watched.samples()}, {}, {}));
    EXPECT_THAT(second, HasSubstr("indicator=\"samples\",unit=\"unit_1\"}"));
    EXPECT_THAT(second, Not(HasSubstr("indicator=\"samples\",unit=\"unit_5\"}")));
}

TEST(MetricsText, the_budget_goes_to_plans_in_the_order_of_their_ids)
{
    Watched first{wide_policy(10, "a-2023")}, second{wide_policy(10, "b-2023")};
    first.report(9, "kitchens", 500);
    second.report(0, "kitchens", 500);
    second.report(9, "kitchens", 500);
    MetricsText text{15};
    const std::string both = joined(text.render({first.samples(), second.samples()}, {}, {}));
    EXPECT_THAT(both, HasSubstr("planwatch_unit_indicator_value_ratio{plan=\"a-2023\",indicator=\"kitchens\",unit=\"unit_9\"} 0.5\n"));
    EXPECT_THAT(both, HasSubstr("planwatch_unit_indicator_value_ratio{plan=\"b-2023\",indicator=\"kitchens\",unit=\"unit_0\"} 0.5\n"));
    EXPECT_THAT(both, Not(HasSubstr("planwatch_unit_indicator_value_ratio{plan=\"b-2023\",indicator=\"kitchens\",unit=\"unit_9\"}")));
    // With the first plan gone there is room for all of the second.
    const std::string alone = joined(text.render({second.samples()}, {}, {}));
    EXPECT_THAT(alone, HasSubstr("planwatch_unit_indicator_value_ratio{plan=\"b-2023\",indicator=\"kitchens\",unit=\"unit_9\"} 0.5\n"));
}

TEST(MetricsText, who_may_see_one_plan_sees_no_other)
{
    Watched first{wide_policy(2, "a-2023")}, second{wide_policy(2, "b-2023")};
    MetricsText text{plenty};
    const std::string one = joined(text.render({first.samples(), second.samples()}, {}, {.plan = "b-2023"}));
    EXPECT_THAT(one, HasSubstr("plan=\"b-2023\""));
    EXPECT_THAT(one, Not(HasSubstr("a-2023")));
}

TEST(MetricsText, openmetrics_has_the_same_lines_and_an_end)
{
    Watched watched{wide_policy(20)};
    watched.report(1, "visits", 10);
    MetricsText text{plenty};
    const std::string plain = joined(text.render({watched.samples()}, {}, {}));
    const std::string open = joined(text.render({watched.samples()}, {}, {.format = ExpositionFormat::openmetrics}));
    EXPECT_TRUE(open.ends_with("# EOF\n"));
    EXPECT_THAT(open, HasSubstr("# TYPE planwatch_plan info\n"));
    EXPECT_THAT(open, HasSubstr("# UNIT planwatch_unit_indicator_expected_ratio ratio\n"));
    const auto samples = [](const std::string& from) {
        std::multiset<std::string> lines;
        std::istringstream in{from};
        for (std::string line; std::getline(in, line);)
            if (!line.starts_with('#')) lines.insert(line);
        return lines;
    };
    EXPECT_EQ(samples(plain), samples(open));
}

TEST(MetricsText, compressed_it_is_the_same_text)
{
    Watched watched{wide_policy(700)};
    MetricsText text{plenty};
    for (std::size_t unit = 0; unit < 700; ++unit) watched.report(unit, "visits", static_cast<std::int64_t>(unit));
    for (int scrape = 0; scrape < 3; ++scrape) {
        const std::string plain = joined(text.render({watched.samples()}, {}, {}));
        const std::string packed = joined(text.render({watched.samples()}, {}, {.gzip = true}));
        EXPECT_EQ(gunzip(packed), plain);
        EXPECT_LT(packed.size(), plain.size() / 8);
        watched.report(300, "visits", scrape);
    }
}

TEST(MetricsText, no_plan_is_no_reason_to_fail)
{
    MetricsText text{plenty};
    EXPECT_EQ(joined(text.render({}, {}, {})), "# HELP planwatch_exposition_series_limit Series that a family of plans may have.\n"
                                               "# TYPE planwatch_exposition_series_limit gauge\nplanwatch_exposition_series_limit 100000\n");
}

TEST(MetricsText, hostile_ids_are_escaped_once_and_for_all)
{
    auto policy = std::make_shared<Policy>(*wide_policy(2));
    policy->plan.units[0].id = "a\"b\\c\nd\xff\u202e";
    policy->plan.units[0].name = "x\"\n\\y";
    Watched watched{policy};
    RawSubmission submission{.plan = "wide-2023", .unit = policy->plan.units[0].id, .period = "2023-09"};
    submission.values.push_back({.indicator = "visits", .value = 7});
    const auto admitted = watched.engine.admit(std::span{&submission, 1}, watched.engine.now());
    ASSERT_TRUE(admitted);
    for (const Submission& each : *admitted) watched.sampler->follow(watched.engine, watched.engine.apply(each, watched.engine.now()));
    MetricsText text{plenty};
    const std::string exposed = joined(text.render({watched.samples()}, {}, {}));
    EXPECT_THAT(exposed, HasSubstr("indicator=\"visits\",unit=\"a\\\"b\\\\c\\nd\uFFFD\u202e\"} 7\n"));
    EXPECT_THAT(exposed, HasSubstr("name=\"x\\\"\\n\\\\y\""));
}

}  // namespace
}  // namespace planwatch

#include "config/lint.hpp"

#include "config/calendar.hpp"
#include "config/policy.hpp"
#include "config/reach.hpp"
#include "tests/config/plan_text.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace std::chrono;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Day issue{2023y / 7 / 18};

struct Look {
    std::vector<Contact> contacts;
    Day today = issue;
    std::string overlay;
    std::vector<Route> routes;
    std::vector<Receiver> receivers;
};

std::vector<std::string> findings_of(const std::string& text, const Look& look = {})
{
    Sources sources{{"p.toml", text}, {}, builtin_calendar(), {look.contacts, look.routes, {}}, {}};
    if (!look.overlay.empty()) sources.overlays.push_back({"o.toml", look.overlay});
    const auto parsed = parse_plan(sources.plan, sources.overlays);
    if (!parsed) throw std::runtime_error{to_text(parsed.error())};
    Settings settings;
    settings.office = sources.office;
    settings.receivers = look.receivers;
    for (std::size_t i = 0; i < look.contacts.size(); ++i) settings.contact_places.push_back(fmt::format("s.toml:{}:1", 10 * (i + 1)));
    for (std::size_t i = 0; i < look.routes.size(); ++i) settings.route_places.push_back(fmt::format("r.toml:{}:1", 10 * (i + 1)));
    std::vector<std::string> found;
    for (const Finding& each : lint(**compile(sources, *parsed), *parsed, look.today, settings)) {
        EXPECT_THAT(each.path, ::testing::MatchesRegex("[a-z]+\\.toml:[0-9]+:[0-9]+")) << each.message;
        EXPECT_NE(each.cure, "") << each.message;
        found.push_back(fmt::format("{} {}: {} [{}]", to_string(each.level), each.path, each.message, each.cure));
    }
    return found;
}

const std::string not_owed = "note p.toml:30:1: 2 of 4 periods of 'progress' fell due before the plan was issued on 2023-07-18 and are not owed: "
                             "2023-Q1, 2023-Q2 [if that is meant, say so: first = \"2023-Q3\"]";
const std::string judged_early = "note p.toml:22:1: 1 target is judged on 2023-12-31, before the last report falls due on 2024-01-10: batches "
                                 "[an earlier 'due', or let the units report before that day; what lacks then stands as missed until they do]";
const std::string no_contacts = "note p.toml:1:1: no contacts: notices go to the units under their own names, with no address, and reach nobody "
                                "[add to the settings or an overlay: [[contact]] with id, name, units, audiences = [\"reporter\"], mail]";

TEST(Lint, a_plan_issued_in_summer_owes_nothing_for_spring)
{
    EXPECT_THAT(findings_of(small_plan), ElementsAre(not_owed, judged_early, no_contacts));
    EXPECT_THAT(findings_of(with(small_plan, "indicators = [", "first = \"2023-Q3\"\nindicators = [")), ElementsAre(judged_early, no_contacts));
}

TEST(Lint, finds_what_is_likely_not_meant)
{
    const struct {
        const char* name;
        const char* from;
        const char* to;
        const char* finding;
    } cases[] = {
        {"a clause without units", "units = [ { unit = \"samr\", role = \"lead\" } ]\n", "",
         "warning p.toml:18:1: clause '一' names no unit [add the units that answer for it: units = [ … ]]"},
        {"an indicator without reporters", "units = [\"samr\"]\n[[duty]]\nid = \"progress\"\nname = \"进展\"\nclause = \"一\"\ncadence = \"quarterly\"\n"
         "due = \"period_end + 10d\"\nunits = [\"@members\"]\nindicators = [\"batches\"]\n", "",
         "warning p.toml:22:1: no unit reports the indicator 'batches' [name the units that report it: units = [ … ]]"},
        {"an indicator that no duty collects", "indicators = [\"batches\"]", "filing = true",
         "warning p.toml:22:1: no duty collects the indicator 'batches' [list it in a duty's indicators, or nobody is reminded of it]"},
        {"an indicator collected in part", "units = [\"samr\"]\n[[duty]]", "units = [\"samr\", \"outside\"]\n[[unit]]\nid = \"outside\"\nname = \"外\"\n[[duty]]",
         "warning p.toml:22:1: no duty collects the indicator 'batches' from outside [add these units to a duty that lists it, or take them out of its units]"},
        {"a duty that nobody owes", "units = [\"@members\"]\nindicators = [\"batches\"]\n", "units = [\"@businesses\"]\n",
         "note p.toml:30:1: nobody owes the duty 'progress' [name the units that owe it, or fill the group that it names]"},
        {"a due date on a day off", "period_end + 10d", "10-01",
         "note p.toml:30:1: 4 of 4 due dates of 'progress' on a day off: 2023-10-01 (中秋节、国庆节), 2023-10-01 (中秋节、国庆节), "
         "2023-10-01 (中秋节、国庆节), 2023-10-01 (中秋节、国庆节) [if a working day is meant: due = \"10-01 roll forward\" (or back)]"},
        {"a duty of the past", "period_end + 10d", "06-30",
         "warning p.toml:30:1: every period of 'progress' fell due before the plan was issued on 2023-07-18 and are not owed: 2023-Q1, 2023-Q2, 2023-Q3, 2023-Q4 "
         "[check 'due' and the day of issue]"},
        {"a calendar that ends too early", "issued = 2023-07-18\nyear = 2023", "issued = 2026-07-18\nyear = 2026",
         "none"},
        {"working days into a year that is not known", "issued = 2023-07-18\nyear = 2023\ntime_zone = \"Asia/Shanghai\"\npopulation = 1000\n",
         "issued = 2026-12-01\nyear = 2026\ntime_zone = \"Asia/Shanghai\"\n", "none"},
        {"an assumption", "indicators = [\"batches\"]", "indicators = [\"batches\"]\nassumed = \"no day\"", "assumption p.toml:38:11: duty 'progress': no day [decide it in an overlay: [duty.progress] due = \"period_end + 10d\" (or another day), "
         "or assumed = false where it stands]"},
        {"a target before the plan", "pace = \"linear\"", "by = 2023-06-30",
         "warning p.toml:22:1: the target of 'batches' was to be reached by 2023-06-30, before the plan was issued on 2023-07-18 "
         "[check 'by' and the day of issue]"},
        {"a target before its first report", "pace = \"linear\"", "by = 2023-09-30",
         "warning p.toml:22:1: no report falls due by the target's day, 2023-09-30, but the first on 2023-10-10: batches "
         "[an earlier 'due' of a duty that lists them, or a later 'by']"},
        {"more done than there are units", "measure = \"count\"\ntarget = \"at_least 5225 批次\"\npace = \"linear\"", "measure = \"done\"\ntarget = \"at_least 2 个\"",
         "warning p.toml:22:1: the target of 'batches' is 2, but only 1 unit can have done it [a lower target, or name the other units that report it]"},
        {"more done than one by itself can", "measure = \"count\"\ntarget = \"at_least 5225 批次\"\npace = \"linear\"",
         "measure = \"done\"\neach = true\ntarget = \"at_least 2 个\"",
         "warning p.toml:22:1: the target of 'batches' is 2, but a unit by itself can have done it [a lower target, or leave out 'each']"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.name);
        if (std::string{each.finding} == "none") {
            EXPECT_THAT(findings_of(with(small_plan, each.from, each.to)), ::testing::Each(::testing::Not(::testing::HasSubstr("calendar"))));
        } else {
            EXPECT_THAT(findings_of(with(small_plan, each.from, each.to)), ::testing::Contains(each.finding));
        }
    }
}

TEST(Lint, due_dates_that_rest_on_an_unknown_calendar_are_noted)
{
    const std::string text = with(with(small_plan, "issued = 2023-07-18\nyear = 2023", "issued = 2026-07-18\nyear = 2026"), "+ 10d", "+ 10wd");
    EXPECT_THAT(findings_of(text), ::testing::Contains(::testing::HasSubstr("note p.toml:30:1: deadlines of 'progress' rest on a calendar that is not known: 2027-01-")));
}

TEST(Lint, a_total_must_be_the_sum_of_its_parts)
{
    const std::string part = "[[indicator]]\nid = \"agri_batches\"\nname = \"农业\"\nclause = \"一\"\nmeasure = \"count\"\ntarget = \"at_least 1900 批次\"\nunits = [\"agri\"]\n";
    const std::string total = "[[indicator]]\nid = \"total\"\nname = \"合计\"\nclause = \"一\"\nmeasure = \"count\"\nreported = \"derived\"\n"
                              "parts = [\"batches\", \"agri_batches\"]\ntarget = \"at_least 7125 批次\"\n";
    const std::string duty = with(small_plan, "indicators = [\"batches\"]", "indicators = [\"batches\", \"agri_batches\"]");
    EXPECT_THAT(findings_of(duty + part + total), Each(Not(HasSubstr("parts make"))));
    EXPECT_THAT(findings_of(duty + part + with(total, "7125", "7000")),
                ::testing::Contains("warning p.toml:45:1: the target of 'total' is 7000, but its parts make 5225 + 1900 = 7125 "
                                  "[check the figures against the document]"));
}

TEST(Lint, a_rate_must_be_reached_by_the_sum_of_its_parts)
{
    const std::string total = "[[indicator]]\nid = \"rate\"\nname = \"每千人\"\nclause = \"一\"\nmeasure = \"per_thousand\"\nreported = \"derived\"\n"
                              "parts = [\"batches\"]\ntarget = \"at_least 5.5 批次/千人\"\n";
    EXPECT_THAT(findings_of(with(small_plan, "population = 1000", "population = 950000") + total), Each(Not(HasSubstr("parts make"))));
    EXPECT_THAT(findings_of(with(small_plan, "population = 1000", "population = 951000") + total),
                Contains("warning p.toml:38:1: the target of 'rate' is 5.5 for every 1,000 of 951000 people, but its parts make only 5225 = 5225 "
                         "[check the figures and the population against the document]"));
}

TEST(Lint, two_duties_for_one_thing_are_found)
{
    const std::string twin = "[[duty]]\nid = \"twin\"\nname = \"又\"\nclause = \"一\"\ncadence = \"quarterly\"\ndue = \"period_end + 10d\"\n"
                             "units = [\"agri\", \"samr\"]\nindicators = [\"batches\"]\n";
    EXPECT_THAT(findings_of(small_plan + twin),
                ::testing::Contains("warning p.toml:38:1: the duties 'progress' and 'twin' ask the same units for one thing as often "
                                  "[drop one, or say in their names how they differ and in their indicators what each collects]"));
}

TEST(Lint, figures_that_two_duties_ask_for_are_found)
{
    const std::string other = "[[duty]]\nid = \"other\"\nname = \"又\"\nclause = \"一\"\ncadence = \"quarterly\"\ndue = \"period_end + 5d\"\n"
                              "units = [\"samr\"]\nindicators = [\"batches\"]\n";
    const auto asked_twice = Contains("warning p.toml:38:1: the duties 'progress' and 'other' ask the same units for the same figures of the same periods: "
                                      "batches [list each indicator in one of them, or give each its own units]");
    EXPECT_THAT(findings_of(small_plan + other), asked_twice);
    EXPECT_THAT(findings_of(small_plan + with(other, "quarterly", "monthly")), Not(asked_twice));
    EXPECT_THAT(findings_of(with(small_plan, "indicators = [", "last = \"2023-Q3\"\nindicators = [") + other + "first = \"2023-Q4\"\n"),
                Each(Not(HasSubstr("same figures"))));
}

TEST(Lint, what_can_still_be_reached_is_asked_from_the_day_of_looking)
{
    const std::string by_november = with(small_plan, "pace = \"linear\"", "by = 2023-11-30");
    const std::string done_by_october = with(by_november, "indicators = [\"batches\"]", "last = \"2023-Q3\"\nindicators = [\"batches\"]");
    const struct {
        const char* name;
        const std::string& plan;
        Day today;
        const char* finding;
    } cases[] = {
        {"a report is still to come", done_by_october, Day{2023y / 10 / 10}, nullptr},
        {"the last report has been due", done_by_october, Day{2023y / 10 / 11},
         "warning p.toml:22:1: on 2023-10-11 no report is to come any more by the target's day, 2023-11-30, the last fell due on 2023-10-10: batches "
         "[ask the units that lack something to report it before that day]"},
        {"the target's day has passed", by_november, Day{2023y / 12 / 1},
         "note p.toml:1:1: on 2023-12-01 the day of 1 target has passed, and what was not reached stays missed: batches "
         "[where the office allows more time: a later 'by' in an overlay]"},
        {"the plan is over", by_november, Day{2024y / 2 / 1},
         "note p.toml:1:1: on 2024-02-01 the day of 1 target has passed, and what was not reached stays missed: batches "
         "[the plan ended on 2023-12-31: the next year's takes its place]"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.name);
        const auto found = findings_of(each.plan, {.contacts = {}, .today = each.today, .overlay = {}, .routes = {}, .receivers = {}});
        if (each.finding) {
            EXPECT_THAT(found, Contains(each.finding));
        } else {
            EXPECT_THAT(found, Each(Not(HasSubstr("target"))));
        }
    }
}

const Contact reporting_clerk{"li", "李四", {}, {"samr", "agri"}, {Audience::reporter, Audience::unit_head}, {{"mail", "li@example.org"}}};
const Contact office_on_duty{"office", "值班", {}, {}, {Audience::office}, {{"mail", "office@example.org"}}};

TEST(Lint, steps_of_a_ladder_that_reach_nobody_are_one_line_an_audience)
{
    Contact of_samr = reporting_clerk;
    of_samr.units = {"samr"};
    const std::string reporters = "warning p.toml:30:1: nobody who could read it is told as reporter at the ladder's -7wd, -3wd, -1wd, 0, due, +1wd, +3wd, +7wd for 1 of 2 "
                                  "units: agri [add to the settings or an overlay: [[contact]] with units = [\"agri\"], audiences = [\"reporter\"], mail]";
    const std::string heads = "warning p.toml:30:1: nobody who could read it is told as unit_head at the ladder's -1wd, 0, due, +3wd, +7wd for 1 of 2 "
                              "units: agri [add to the settings or an overlay: [[contact]] with units = [\"agri\"], audiences = [\"unit_head\"], mail]";
    const std::string offices = "warning p.toml:30:1: nobody who could read it is told as office at the ladder's due, +1wd, +3wd, +7wd "
                                "[add to the settings or an overlay: [[contact]] with audiences = [\"office\"], mail]";
    const std::string leaders = "warning p.toml:30:1: nobody who could read it is told as leaders at the ladder's +7wd "
                                "[add to the settings or an overlay: [[contact]] with audiences = [\"leaders\"], mail]";
    EXPECT_THAT(findings_of(small_plan, {{reporting_clerk, office_on_duty}}), ElementsAre(not_owed, judged_early)) << "the office stands in for its leaders";
    EXPECT_THAT(findings_of(small_plan, {{of_samr}}), ElementsAre(HasSubstr("10 of 26 steps and routes reach nobody"), reporters, heads, offices, leaders, not_owed, judged_early));
    Contact without_address = reporting_clerk;
    without_address.addresses.clear();
    EXPECT_THAT(findings_of(small_plan, {{without_address, office_on_duty}}), Contains(HasSubstr("for 2 of 2 units: samr, agri")));
    Contact of_another_plan = reporting_clerk;
    of_another_plan.plans = {"q-2023"};
    EXPECT_THAT(findings_of(small_plan, {{of_another_plan}}), Contains(no_contacts));
}

// ---- the proof that every step reaches somebody, and its first hole

constexpr Day new_year{2024y / 1 / 1};
const Absence for_good{Day{2023y / 7 / 1}, Day{2024y / 12 / 31}};

Contact named(Contact contact, std::string id, std::string deputy = {}, std::vector<Absence> absences = {})
{
    contact.id = std::move(id);
    contact.deputy = std::move(deputy);
    contact.absences = std::move(absences);
    return contact;
}

std::string first_hole(const Look& look, const std::string& plan = small_plan)
{
    for (const std::string& each : findings_of(plan, look))
        if (const auto at = each.find("steps and routes reach nobody"); at != std::string::npos) return each.substr(0, each.find(" [add"));
    return "none";
}

TEST(Reach, names_the_way_to_the_first_step_that_reaches_nobody)
{
    const Contact of_samr = named(reporting_clerk, "of_samr");
    const struct {
        const char* name;
        std::vector<Contact> contacts;
        const char* hole;
    } cases[] = {
        {"everybody is there", {reporting_clerk, office_on_duty}, "none"},
        {"no contact", {office_on_duty},
         "warning p.toml:30:1: 10 of 26 steps and routes reach nobody who could read it, the first: plan p-2023 -> duty progress -> ladder default -> step -7wd "
         "-> reporter -> unit samr -> no contact"},
        {"away for good without a deputy", {named(reporting_clerk, "li", "", {for_good}), office_on_duty},
         "warning p.toml:30:1: 10 of 26 steps and routes reach nobody who could read it, the first: plan p-2023 -> duty progress -> ladder default -> step -7wd "
         "-> reporter -> unit samr -> contact li -> away until 2024-01-10 -> no deputy"},
        {"away for good in two parts", {named(reporting_clerk, "li", "", {{Day{2023y / 10 / 1}, Day{2024y / 12 / 31}}, {Day{2023y / 7 / 1}, Day{2023y / 9 / 30}}}), office_on_duty},
         "warning p.toml:30:1: 10 of 26 steps and routes reach nobody who could read it, the first: plan p-2023 -> duty progress -> ladder default -> step -7wd "
         "-> reporter -> unit samr -> contact li -> away until 2024-01-10 -> no deputy"},
        {"a day in between", {named(reporting_clerk, "li", "", {{Day{2023y / 10 / 2}, Day{2024y / 12 / 31}}, {Day{2023y / 7 / 1}, Day{2023y / 9 / 30}}}), office_on_duty}, "none"},
        {"a deputy is there", {named(reporting_clerk, "li", "office", {for_good}), office_on_duty}, "none"},
        {"a deputy is nowhere", {named(reporting_clerk, "li", "zhang", {for_good}), office_on_duty},
         "warning p.toml:30:1: 10 of 26 steps and routes reach nobody who could read it, the first: plan p-2023 -> duty progress -> ladder default -> step -7wd "
         "-> reporter -> unit samr -> contact li -> away until 2024-01-10 -> deputy zhang -> unknown"},
        {"two who stand in for each other are both away", {named(reporting_clerk, "li", "wang", {for_good}), named(of_samr, "wang", "li", {for_good}), office_on_duty},
         "warning p.toml:30:1: 10 of 26 steps and routes reach nobody who could read it, the first: plan p-2023 -> duty progress -> ladder default -> step -7wd "
         "-> reporter -> unit samr -> contact li -> away until 2024-01-10 -> deputy wang -> away until 2024-01-10 -> back at contact li; "
         "reporter -> unit samr -> contact wang -> away until 2024-01-10 -> deputy li -> away until 2024-01-10 -> back at contact wang"},
    };
    for (const auto& each : cases) EXPECT_EQ(first_hole({.contacts = each.contacts}), each.hole) << each.name;
}

TEST(Reach, an_address_is_one_of_a_channel_that_is_there)
{
    Contact robot = named(reporting_clerk, "li");
    robot.addresses = {{"wecom", "room"}};
    const Receiver room{"room", "wecom", "url", "", {}};
    const Receiver other{"room", "feishu", "url", "", {}};
    EXPECT_EQ(first_hole({.contacts = {robot, office_on_duty}, .receivers = {room}}), "none");
    for (const auto& receivers : {std::vector<Receiver>{}, std::vector{other}})
        EXPECT_THAT(first_hole({.contacts = {robot, office_on_duty}, .receivers = receivers}), HasSubstr("contact li -> no address that can be used: wecom 'room'"));
    robot.addresses.push_back({"mail", "li@example.org"});
    EXPECT_EQ(first_hole({.contacts = {robot, office_on_duty}}), "none") << "what fails hands over to the next";
    EXPECT_THAT(findings_of(small_plan, {.contacts = {robot, office_on_duty}, .receivers = {{"rooms", "wecom", "url", "", {}}}}),
                Contains("warning s.toml:10:1: contact 'li': the settings have no receiver 'room' of kind wecom; did you mean 'rooms'? "
                         "[add the [[receiver]] to the settings, or correct its name here]"));
}

TEST(Reach, looks_at_ladders_of_kinds_and_their_indicators)
{
    const std::string slow = "[[ladder]]\nid = \"slow\"\nkinds = [\"behind_pace\"]\nsteps = [ { at = \"fired\", severity = \"info\", tell = [\"leaders\"], contacts = [\"boss\"] } ]\n";
    const std::string text = with(small_plan, "[[indicator]]", slow + "[[indicator]]");
    EXPECT_EQ(first_hole({.contacts = {reporting_clerk}}, text),
              "warning p.toml:26:1: 3 of 24 steps and routes reach nobody who could read it, the first: plan p-2023 -> behind_pace -> indicator batches -> ladder slow "
              "-> step fired -> leaders -> no contact; contact boss -> unknown");
    Contact boss = named(office_on_duty, "boss");
    boss.audiences.clear();
    const auto found = findings_of(text, {.contacts = {reporting_clerk, named(boss, "bos")}});
    EXPECT_THAT(found, Contains("warning p.toml:22:1: the ladder 'slow' names the contact 'boss', who is neither in the settings nor in an overlay; did you mean 'bos'? "
                                "[correct the name, or add the [[contact]]]"));
    EXPECT_THAT(found, Contains("note s.toml:20:1: contact 'bos' is never told anything: no audiences, nobody's deputy, named by no route and no step "
                                "[say what they are told as, such as audiences = [\"reporter\"], or name them where they are to be told]"));
}

TEST(Reach, looks_at_what_is_about_no_unit)
{
    Contact everybody = reporting_clerk;
    everybody.audiences = {Audience::reporter, Audience::leaders};
    EXPECT_EQ(first_hole({.contacts = {everybody}}), "warning p.toml:1:1: 2 of 26 steps and routes reach nobody who could read it, the first: plan p-2023 -> undeliverable "
                                                     "-> ladder default -> step fired -> office -> no contact");
}

TEST(Reach, the_office_is_looked_at_in_its_leaders_place)
{
    const std::string alone = with(small_plan, "[[indicator]]", "[[ladder]]\nid = \"l\"\nsteps = [ { at = \"due\", severity = \"info\", tell = [\"leaders\"] } ]\n[[indicator]]");
    EXPECT_EQ(first_hole({.contacts = {named(reporting_clerk, "li"), named(office_on_duty, "fso", "", {for_good})}}, alone),
              "warning p.toml:33:1: 4 of 12 steps and routes reach nobody who could read it, the first: plan p-2023 -> duty progress -> ladder l -> step due "
              "-> leaders (nobody, so the office) -> contact fso -> away until 2024-01-10 -> no deputy");
}

TEST(Reach, looks_at_routes)
{
    const Route to_li{.contacts = {"li"}};
    const Route elsewhere{.plans = {"q-2023"}, .contacts = {"nobody"}};
    const Contact li = named(office_on_duty, "li", "", {for_good});
    EXPECT_EQ(first_hole({.contacts = {reporting_clerk, office_on_duty}, .routes = {elsewhere}}), "none");
    EXPECT_EQ(first_hole({.contacts = {named(reporting_clerk, "clerk"), office_on_duty, li}, .routes = {elsewhere, to_li}}),
              "warning r.toml:20:1: 1 of 27 steps and routes reach nobody who could read it, the first: plan p-2023 -> route 2 -> contact li -> away until 2024-01-10 -> no deputy");
}

TEST(Reach, an_absence_that_nobody_covers_is_noted)
{
    const std::vector<Absence> holiday{{Day{2023y / 10 / 1}, Day{2023y / 10 / 8}}};
    const std::string told = "note s.toml:10:1: contact 'li' is away from 2023-10-01 to 2023-10-08 and has no deputy: what they are told in these days waits for them "
                             "[name a deputy who is there: deputy = \"the id of another contact\"]";
    EXPECT_THAT(findings_of(small_plan, {.contacts = {named(reporting_clerk, "li", "", holiday), office_on_duty}}), Contains(told));
    EXPECT_THAT(findings_of(small_plan, {.contacts = {named(reporting_clerk, "li", "office", holiday), office_on_duty}}), Each(Not(HasSubstr("is away"))));
    EXPECT_THAT(findings_of(small_plan, {.contacts = {named(reporting_clerk, "li", "", holiday), office_on_duty}, .today = new_year}), Each(Not(HasSubstr("is away"))));
    EXPECT_THAT(findings_of(small_plan, {.contacts = {named(reporting_clerk, "li", "office", holiday), named(office_on_duty, "office", "", holiday)}}),
                Contains(HasSubstr("contact 'li' is away from 2023-10-01 to 2023-10-08 and no deputy is there in their place")));
}

TEST(Reach, of_businesses_their_town_is_looked_at)
{
    std::string text = with(small_plan, "parent = \"samr\"", "kind = \"business\"\nparent = \"samr\"");
    text = with(text, "units = [\"@members\"]\nindicators = [\"batches\"]", "units = [\"@businesses\"]\nfiling = true");
    Contact of_samr = reporting_clerk;
    of_samr.units = {"samr"};
    EXPECT_EQ(first_hole({.contacts = {of_samr, office_on_duty}}, text), "none");
}

TEST(Reach, routes_name_plans_and_units_that_there_are)
{
    const ParsedPlan parsed = parse_plan({"p.toml", small_plan}).value();
    const std::vector<const Plan*> read{&parsed.plan};
    const auto strays = [&](const Route& route, const std::vector<std::string>& known) {
        Settings settings;
        settings.office.routes = {route};
        settings.route_places = {"s.toml:5:1"};
        return to_text(stray_routes(settings, read, known));
    };
    const std::vector<std::string> one{"p-2023"};
    const std::vector<std::string> two{"p-2023", "q-2023"};
    EXPECT_EQ(strays({.plans = {"p-2023"}, .units = {"agri"}}, one), "");
    EXPECT_EQ(strays({.plans = {"p-2024"}}, two), "s.toml:5:1: the route is for the plan 'p-2024', which is nowhere; did you mean 'p-2023'?");
    EXPECT_EQ(strays({.units = {"agir"}}, one), "s.toml:5:1: the route is for the unit 'agir', which none of its plans has; did you mean 'agri'?");
    EXPECT_EQ(strays({.units = {"agir"}}, two), "") << "it may be the other plan's, which was not read";
    EXPECT_NE(strays({.plans = {"p-2023"}, .units = {"agir"}}, two), "");
}

TEST(Lint, an_overlays_contact_is_a_recipient)
{
    const std::string overlay = "[overlay]\nplan = \"p-2023\"\nreason = \"r\"\nauthor = \"a\"\n[[contact]]\nid = \"zhang\"\nname = \"张三\"\nunits = [\"agri\"]\n"
                                "audiences = [\"reporter\", \"unit_head\"]\nmail = \"zhang@example.org\"\n";
    Contact of_samr = reporting_clerk;
    of_samr.units = {"samr"};
    EXPECT_THAT(findings_of(small_plan, {.contacts = {of_samr, office_on_duty}, .overlay = overlay, .routes = {}, .receivers = {}}), ElementsAre(not_owed, judged_early));
}

TEST(Lint, every_assumption_comes_with_the_lines_that_decide_it)
{
    std::string text = with(small_plan, "issued = 2023-07-18\n", "issued = 2023-07-18\nissued_assumed = \"no date\"\n");
    text = with(text, "population = 1000", "population = { value = 1000, assumed = \"guessed\" }");
    text = with(text, "name = \"市场监管局\"\n", "name = \"市场监管局\"\nassumed = \"misprinted\"\n");
    text = with(text, "parent = \"samr\"\n", "parent = \"samr\"\nkind = \"group\"\nassumed = \"not listed\"\n");
    text = with(text, "title = \"抽检\"\n", "title = \"抽检\"\nassumed = \"no lead\"\n");
    text = with(text, "pace = \"linear\"\n", "assumed = \"a sum\"\n");
    const std::string decide = " [decide it in an overlay: ";
    std::vector<std::string> found = findings_of(text);
    std::erase_if(found, [](const std::string& each) { return !each.starts_with("assumption"); });
    EXPECT_THAT(found, ElementsAre("assumption p.toml:5:18: day of issue: no date" + decide + "[plan] issued = 2023-07-18 (or the day that the office knows)]",
                                   "assumption p.toml:8:40: population: guessed" + decide + "[plan] population = 1000 (or the figure that the office takes)]",
                                   "assumption p.toml:13:11: unit 'samr': misprinted" + decide + "[unit.samr] assumed = false where it stands]",
                                   "assumption p.toml:19:11: unit 'agri': not listed" + decide +
                                       "[unit.agri] members = [ { id = \"…\", name = \"…\" }, … ], or assumed = false where it stands]",
                                   "assumption p.toml:25:11: clause '一': no lead" + decide + "[clause.\"一\"] units = [ … ], or assumed = false where it stands]",
                                   "assumption p.toml:33:11: indicator 'batches': a sum" + decide +
                                       "[indicator.batches] target = \"at_least 5225 批次\" (or another), or assumed = false where it stands]"));
}

TEST(Lint, a_contact_of_an_unknown_unit_is_found_where_it_stands)
{
    Contact contact = reporting_clerk;
    contact.plans = {"p-2023"};
    contact.units = {"sarm"};
    EXPECT_THAT(findings_of(small_plan, {{office_on_duty, contact}}),
                Contains("warning s.toml:20:1: contact 'li': the plan 'p-2023' has no unit 'sarm'; did you mean 'samr'? [correct the contact's units]"));
    contact.plans = {};
    EXPECT_THAT(findings_of(small_plan, {{office_on_duty, contact}}), Each(Not(HasSubstr("has no unit")))) << "it may be another plan's";
}

TEST(Lint, warnings_come_first_and_assumptions_last)
{
    std::string text = with(small_plan, "population = 1000", "population = { value = 1000, assumed = \"guessed\" }");
    text = with(text, "indicators = [\"batches\"]", "filing = true");
    const auto found = findings_of(text);
    ASSERT_EQ(found.size(), 4U);
    EXPECT_TRUE(found[0].starts_with("warning"));
    EXPECT_TRUE(found[1].starts_with("note"));
    EXPECT_TRUE(found[2].starts_with("note"));
    EXPECT_TRUE(found[3].starts_with("assumption p.toml:7:40: population: guessed"));
}

}  // namespace
}  // namespace planwatch

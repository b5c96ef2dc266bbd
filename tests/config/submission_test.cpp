#include "config/submission.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

// Of form: those that go with the records to the engine, or make the text unreadable.
template <class Record>
std::string problems_of(Read<Record> read)
{
    const Result<std::vector<Record>> records = faultless(std::move(read));
    return records ? "none" : to_text(records.error());
}

RawValue whole(const char* indicator, const char* value) { return {indicator, Decimal::parse(value), {}, {}}; }

const RawSubmission example{"beichen-2023", "samr", "2023-09",
                            {whole("samr_sampling_batches", "412"), {"disposal", {}, Decimal{37}, Decimal{38}}, whole("hours", "6.5")}, "说明"};

constexpr const char* example_json = R"({"plan": "beichen-2023", "unit": "samr", "period": "2023-09",
 "values": {"samr_sampling_batches": 412, "disposal": {"numerator": 37, "denominator": 38}, "hours": {"value": 6.5}}, "note": "说明"})";

TEST(Submission, is_read_from_an_object_and_from_an_array)
{
    const auto one = faultless(parse_submissions(example_json));
    ASSERT_TRUE(one) << to_text(one.error());
    EXPECT_EQ(*one, std::vector{example});
    const auto two = faultless(parse_submissions("[" + std::string{example_json} + "," + example_json + "]"));
    ASSERT_TRUE(two) << to_text(two.error());
    EXPECT_EQ(*two, (std::vector{example, example}));
}

TEST(Submission, numbers_are_taken_as_written_and_not_as_doubles)
{
    const auto read = faultless(parse_submissions(R"({"plan":"p","unit":"u","period":"2023","values":{"a":999999999999.999999,"b":0.000001,"c":1e2,"d":1.5e-5}})"));
    ASSERT_TRUE(read) << to_text(read.error());
    const auto& values = read->at(0).values;
    EXPECT_EQ(values[0].value->micros(), 999'999'999'999'999'999);
    EXPECT_EQ(values[1].value->micros(), 1);
    EXPECT_EQ(values[2].value, Decimal{100});
    EXPECT_EQ(values[3].value->micros(), 15);
}

TEST(Submission, escapes_in_keys_and_texts_are_read)
{
    const auto read = faultless(parse_submissions(R"({"pl\u0061n":"p\u002d1","unit":"u","period":"2023","values":{"\u0061b":1}})"));
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->at(0).plan, "p-1");
    EXPECT_EQ(read->at(0).values[0].indicator, "ab");
}

std::string body(const std::string& values) { return R"({"plan":"p","unit":"u","period":"2023","values":)" + values + "}"; }

TEST(Submission, every_problem_of_a_body_is_told_with_its_pointer)
{
    const std::string long_id(129, 'x');
    const struct {
        const char* name;
        std::string text;
        std::string problems;
    } cases[] = {
        {"nothing in it", "{}", "/plan: is missing\n/unit: is missing\n/period: is missing\n/values: is missing"},
        {"no records", "[]", "holds no record; expected at least one"},
        {"a scalar", "7", "is a number; expected an object or an array of objects"},
        {"scalars in an array", "[7,[{}],null]", "/0: is a number; expected an object\n/1: is an array; expected an object\n/2: is null; expected an object"},
        {"an unknown key", R"({"plan":"p","units":{"a":[1,{}]},"unit":"u","period":"2023","values":{"a":1}})", "/units: unknown key; did you mean 'unit'?"},
        {"a key of filings", R"({"plan":"p","unit":"u","period":"2023","values":{"a":1},"duty":"d"})",
         "/duty: unknown key; known: plan, unit, period, values, note"},
        {"texts of the wrong type", R"({"plan":1,"unit":null,"period":["2023"],"values":[],"note":{"a":true}})",
         "/plan: is a number; expected a string\n/unit: is null; expected a string\n/period: is an array; expected a string\n"
         "/values: is an array; expected an object of indicators with their numbers\n/note: is an object; expected a string"},
        {"a key twice", R"({"plan":"p","plan":"q","unit":"u","period":"2023","values":{"a":1}})", "/plan: stands twice; expected it once"},
        {"an indicator twice", body(R"({"a":1,"b":2,"a":3})"), "/values/a: stands twice; expected it once"},
        {"a part twice", body(R"({"a":{"value":1,"value":2}})"), "/values/a/value: stands twice; expected it once"},
        {"no values", body("{}"), "/values: is empty; expected at least one indicator with its number"},
        {"an empty value", body(R"({"a":{}})"), "/values/a: is empty; expected a value, or a numerator and a denominator"},
        {"a numerator alone", body(R"({"a":{"numerator":1}})"), "/values/a: has no denominator"},
        {"a denominator alone", body(R"({"a":{"denominator":1}})"), "/values/a: has no numerator"},
        {"a value and a numerator", body(R"({"a":{"value":1,"numerator":1}})"),
         "/values/a: has a value and a numerator or denominator; expected one or the other"},
        {"an unknown part", body(R"({"a":{"number":1}})"), "/values/a/number: unknown key; known: value, numerator, denominator"},
        {"values of the wrong type", body(R"({"a":"412","b":true,"c":[1],"d":{"value":"x","numerator":null}})"),
         "/values/a: is a string; expected a number, or an object with numerator and denominator\n"
         "/values/b: is true or false; expected a number, or an object with numerator and denominator\n"
         "/values/c: is an array; expected a number, or an object with numerator and denominator\n"
         "/values/d/value: is a string; expected a number\n/values/d/numerator: is null; expected a number"},
        {"negative numbers", body(R"({"a":-1,"b":-0.5,"c":{"numerator":-1,"denominator":2}})"),
         "/values/a: is negative; expected a number from 0 on\n/values/b: is negative; expected a number from 0 on\n"
         "/values/c/numerator: is negative; expected a number from 0 on"},
        {"large numbers", body(R"({"a":1000000000001,"b":18446744073709551615,"c":1000000000000.5,"d":1e30})"),
         "/values/a: is larger than 1000000000000\n/values/b: is larger than 1000000000000\n/values/c: is larger than 1000000000000\n"
         "/values/d: is larger than 1000000000000"},
        {"exponents", body(R"({"a":-1e3,"b":1e-7,"c":1e13})"),
         "/values/a: is negative; expected a number from 0 on\n/values/b: has more than six decimal places\n/values/c: is larger than 1000000000000"},
        {"seven places", body(R"({"a":0.0000001})"), "/values/a: has more than six decimal places"},
        {"slashes in a key", body(R"({"a/b~c":-1})"), "/values/a~1b~0c: is negative; expected a number from 0 on"},
        {"empty names", R"({"plan":"","unit":"","period":"","values":{"":1}})",
         "/plan: is empty\n/unit: is empty\n/period: is empty\n/values/: the indicator's name is empty"},
        {"long names", R"({"plan":")" + long_id + R"(","unit":"u","period":"2023","values":{"a":1},"note":")" + std::string(2001, 'n') + "\"}",
         "/plan: has 129 characters; expected at most 128\n/note: has 2001 characters; expected at most 2000"},
        {"control characters", R"({"plan":"p\u0000","unit":"u\u202e","period":"\u200f2023","values":{"a":1},"note":"\ufeff"})",
         "/plan: holds the control character U+0000\n/unit: holds the invisible character U+202E\n/period: holds the invisible character U+200F\n"
         "/note: holds the invisible character U+FEFF"},
        {"the fourth of an array", "[" + body("{\"a\":1}") + "," + body("{\"a\":1}") + "," + body("{\"a\":1}") + "," +
         body(R"({"disposal":{"numerator":"37","denominator":38}})") + "]", "/3/values/disposal/numerator: is a string; expected a number"},
        {"cut off", R"({"plan":"p","un)", "1:16: the text ends in the middle; expected the rest of a JSON document"},
        {"NaN", body(R"({"a":NaN})"), "1:54: not JSON: unexpected 'N'; expected a value, a key in double quotes, a comma or a closing bracket"},
        {"1e999", body(R"({"a":1e999})"), "1:59: a number beyond all bounds; expected a finite one"},
        {"an empty body", "", "1:1: the text ends in the middle; expected the rest of a JSON document"},
        {"two documents", body("{\"a\":1}") + "{}", "1:57: more text after the end of the document; expected nothing"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.name);
        EXPECT_EQ(problems_of(parse_submissions(each.text)), each.problems);
    }
}

TEST(Submission, a_hostile_body_is_not_answered_by_a_larger_one)
{
    std::string values = "{";
    for (int i = 0; i < 5000; ++i) values += "\"a\":-1,";
    const auto read = faultless(parse_submissions(body(values + "\"b\":1}")));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().size(), 1001U);
    EXPECT_EQ(read.error().back().message, "and 8999 more problems");
}

TEST(Submission, lines_of_ndjson_are_counted)
{
    const std::string good = body("{\"a\":1}");
    const auto read = faultless(parse_submissions_ndjson(good + "\r\n\n" + good));
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->size(), 2U);
    EXPECT_EQ(problems_of(parse_submissions_ndjson(good + "\n" + body("{\"a\":-1}") + "\n{}\n[]\n{\"plan\"\n")),
              "line 2: /values/a: is negative; expected a number from 0 on\nline 3: /plan: is missing\nline 3: /unit: is missing\n"
              "line 3: /period: is missing\nline 3: /values: is missing\nline 4: is an array; expected one object on each line\n"
              "line 5: column 8: the text ends in the middle; expected the rest of a JSON document");
}

TEST(Submission, what_was_written_is_read_back_equal)
{
    RawSubmission odd = example;
    odd.note = "\"quoted\" \\ and 中文";
    for (const RawSubmission& each : {example, odd}) {
        const auto read = faultless(parse_submissions(to_json(each)));
        ASSERT_TRUE(read) << to_text(read.error());
        EXPECT_EQ(read->at(0), each);
    }
    EXPECT_EQ(to_json(example), R"({"plan":"beichen-2023","unit":"samr","period":"2023-09","values":{"samr_sampling_batches":412,)"
                                R"("disposal":{"numerator":37,"denominator":38},"hours":6.5},"note":"说明"})");
}

// ---- filings

TEST(Filing, is_read_and_written)
{
    const RawFiling filing{"p", "agri", "annual_report", "2023", "年度报告", "〔2023〕5号", ""};
    const std::string text = R"({"plan":"p","unit":"agri","duty":"annual_report","period":"2023","title":"年度报告","reference":"〔2023〕5号"})";
    EXPECT_EQ(to_json(filing), text);
    const auto read = faultless(parse_filings(text));
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(*read, std::vector{filing});
}

TEST(Filing, lists_every_problem)
{
    EXPECT_EQ(problems_of(parse_filings(R"([{"plan":"p","values":{}},{"duty":7,"unit":"u","plan":"p","period":""}])")),
              "/0/values: unknown key; known: plan, unit, period, duty, title, reference, note\n/0/unit: is missing\n/0/duty: is missing\n"
              "/1/duty: is a number; expected a string");
}

// ---- the simulator's input

TEST(Timed, a_line_with_a_duty_is_a_filing)
{
    const auto read = faultless(parse_timed(R"({"at":"2023-10-30T09:00:00+08:00","plan":"p","unit":"u","duty":"d"}
{"at":"2023-10-15T09:00:00+08:00","plan":"p","unit":"u","period":"2023-09","values":{"a":1}})"));
    ASSERT_TRUE(read) << to_text(read.error());
    ASSERT_EQ(read->size(), 2U);
    EXPECT_EQ(std::get<RawFiling>(read->at(0).what).duty, "d");
    EXPECT_EQ(std::get<RawSubmission>(read->at(1).what).period, "2023-09");
    EXPECT_EQ(format_instant_utc(read->at(1).at), "2023-10-15T01:00:00Z");
    const auto array = faultless(parse_timed(R"([ {"at":"2023-10-30T09:00:00+08:00","plan":"p","unit":"u","duty":"d"} ])"));
    ASSERT_TRUE(array) << to_text(array.error());
    EXPECT_EQ(array->size(), 1U);
    EXPECT_TRUE(parse_timed(" \n").value().records.empty());
}

TEST(Timed, lists_every_problem)
{
    EXPECT_EQ(problems_of(parse_timed("{\"at\":\"soon\",\"plan\":\"p\",\"unit\":\"u\",\"duty\":\"d\",\"values\":{\"a\":1}}\n"
                                      "{\"plan\":\"p\",\"unit\":\"u\",\"period\":\"\",\"title\":\"t\",\"values\":{\"a\":1}}")),
              "line 1: /values: does not belong to a filing (an object with 'duty')\n"
              "line 1: /at: \"soon\" is not an instant, expected RFC 3339 with an offset, as 2023-11-02T00:00:00+08:00\n"
              "line 2: /at: is missing\nline 2: /title: does not belong to a submission\nline 2: /period: is empty");
}

// ---- CSV

TEST(Csv, rows_of_one_unit_and_period_become_one_submission)
{
    const auto read = faultless(parse_submissions_csv("\xef\xbb\xbfplan,unit,period,indicator,value,numerator,denominator,note\r\n"
                                            "beichen-2023,samr,2023-09,samr_sampling_batches,412,,,说明\r\n"
                                            "beichen-2023,samr,2023-09,disposal,,37,38,\r\n"
                                            "\r\n"
                                            "beichen-2023,samr,2023-09,hours,6.5,,,说明\r\n"
                                            "beichen-2023,agri,2023-09,batches,\"1\",,,\"a, \"\"b\"\"\""));
    ASSERT_TRUE(read) << to_text(read.error());
    ASSERT_EQ(read->size(), 2U);
    EXPECT_EQ(read->at(0), example);
    EXPECT_EQ(read->at(1), (RawSubmission{"beichen-2023", "agri", "2023-09", {whole("batches", "1")}, "a, \"b\""}));
}

TEST(Csv, columns_may_stand_in_any_order)
{
    const auto read = faultless(parse_submissions_csv("value, indicator,period,unit,plan\n1 ,a,2023,u,p\n"));
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->at(0), (RawSubmission{"p", "u", "2023", {whole("a", "1")}, ""}));
}

TEST(Csv, every_problem_is_told_with_line_and_column)
{
    const std::string header = "plan,unit,period,indicator,value,numerator,denominator,note\n";
    const struct {
        const char* name;
        std::string text;
        const char* problems;
    } cases[] = {
        {"nothing", "", "line 1: the text is empty; expected a header row with plan, unit, period, indicator, value, numerator, denominator, note"},
        {"a header alone", header, "line 2: no row follows the header; expected at least one"},
        {"a header with mistakes", "plan,unit,unit,indicater\np,u,u,a\n",
         "line 1: column 'unit' stands twice\nline 1: unknown column 'indicater'; did you mean 'indicator'?\n"
         "line 1: the header has no column 'period'\nline 1: the header has no column 'indicator'\n"
         "line 1: the header has neither a column 'value' nor both 'numerator' and 'denominator'"},
        {"a number that is none", header + "p,u,2023,a,1,,,\r\np,u,2023,b,\"5,225\",,,\np,u,2023,c,-1,,,\np,u,2023,d,0.1234567,,,\np,u,2023,e,9999999999999,,,\n",
         "line 3, column value: is not a number; expected plain digits, as 412 or 6.5\n"
         "line 4, column value: is negative; expected a number from 0 on\nline 5, column value: has more than six decimal places\n"
         "line 6, column value: is larger than 1000000000000"},
        {"columns too few", header + "p,u,2023,a,1\n", "line 2: has 5 columns; expected 8 as in the header"},
        {"an indicator twice", header + "p,u,2023,a,1,,,\np,u,2023,a,2,,,\n",
         "line 3, column indicator: 'a' stands twice for this unit and period; expected it once"},
        {"empty names", header + ",,,,1,,,\n",
         "line 2, column plan: is empty\nline 2, column unit: is empty\nline 2, column period: is empty\nline 2, column indicator: is empty"},
        {"numbers that do not fit together", header + "p,u,2023,a,1,2,3,\np,u,2023,b,,2,,\np,u,2023,c,,,2,\np,u,2023,d,,,,\n",
         "line 2: has a value and a numerator or denominator; expected one or the other\n"
         "line 3, column denominator: is empty; a numerator and a denominator belong together\n"
         "line 4, column numerator: is empty; a numerator and a denominator belong together\n"
         "line 5: has no number; expected a value, or a numerator and a denominator"},
        {"two notes", header + "p,u,2023,a,1,,,one\np,u,2023,b,1,,,two\n",
         "line 3, column note: differs from the note of the rows above for the same unit and period; expected one note"},
        {"a line break in a field", header + "p,u,2023,a,1,,,\"one\ntwo\"\np,u,2023,b,x,,,\n",
         "line 2, column note: holds the control character U+000A\nline 4, column value: is not a number; expected plain digits, as 412 or 6.5"},
        {"an open quote", header + "p,u,2023,a,\"1\n", "line 2: not CSV: a quote inside or after a field; expected quotes around the whole field, "
         "closed, with quotes inside doubled"},
        {"another encoding", header + "p,u,2023,a,1,,,\xcb\xb5\xc3\xf7\n", "line 2: not UTF-8; expected the file saved as \"CSV UTF-8\""},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.name);
        EXPECT_EQ(problems_of(parse_submissions_csv(each.text)), each.problems);
    }
}

// ---- what of a faulty text goes on to the engine

// "path: message" of each fault, within the record.
template <class Record>
std::vector<std::string> faults_within(const Read<Record>& read, std::size_t position)
{
    std::vector<std::string> lines;
    for (const Problem& fault : faults_of(read.value().records.at(position))) lines.push_back(to_text({fault}));
    return lines;
}

TEST(Faults, go_with_the_record_and_leave_the_rest_of_the_text_as_it_is)
{
    const auto read = parse_submissions("[" + body("{\"a\":1}") + ",7," + R"({"plan":"p","unit":"","values":{"a":-1,"a":2,"b":3,"":4},"colour":1})" + "]");
    ASSERT_TRUE(read) << to_text(read.error());
    ASSERT_EQ(read->records.size(), 3U);
    EXPECT_TRUE(read->records[0].faults.empty());
    EXPECT_EQ(faults_within(read, 1), std::vector<std::string>{"is a number; expected an object"});
    EXPECT_EQ(faults_within(read, 2),
              (std::vector<std::string>{"/unit: is empty", "/values/a: is negative; expected a number from 0 on", "/values/: the indicator's name is empty",
                                        "/values/a: stands twice; expected it once", "/colour: unknown key; known: plan, unit, period, values, note",
                                        "/period: is missing"}));
    const auto& values = read->records[2].values;
    ASSERT_EQ(values.size(), 2U) << "each name once, and none that is no name";
    EXPECT_EQ(values[0].indicator, "a");
    EXPECT_EQ(values[1], whole("b", "3"));
}

TEST(Faults, of_a_line_or_a_row_leave_the_others)
{
    const auto lines = parse_submissions_ndjson(body("{\"a\":1}") + "\n{\"plan\"\n" + body("{\"a\":2}"));
    ASSERT_TRUE(lines) << to_text(lines.error());
    ASSERT_EQ(lines->records.size(), 3U);
    EXPECT_EQ(lines->places.path(1, "/unit"), "line 2: /unit");

    const auto rows = parse_submissions_csv("plan,unit,period,indicator,value\np,u,2023,a,1\np,u,2023,b\np,u,2023,c,x\np,u,2023,d,1\n");
    ASSERT_TRUE(rows) << to_text(rows.error());
    ASSERT_EQ(rows->records.size(), 3U);
    EXPECT_EQ(faults_within(rows, 1), std::vector<std::string>{"has 4 columns; expected 5 as in the header"});
    EXPECT_EQ(faults_within(rows, 2), std::vector<std::string>{"/values/c/value: is not a number; expected plain digits, as 412 or 6.5"});
    EXPECT_EQ(rows->places.path(1, ""), "line 3");
    EXPECT_EQ(rows->places.path(2, "/unit"), "line 4, column unit");
    EXPECT_EQ(rows->places.path(2, "/values/c"), "line 4");
    EXPECT_EQ(rows->places.path(2, "/values/d"), "line 5");
    EXPECT_EQ(rows->places.path(2, "/values/d/value"), "line 5, column value");

    const auto filings = parse_filings_csv("plan,unit,duty,title\np,u,,t\np,u,d,t\n");
    ASSERT_TRUE(filings) << to_text(filings.error());
    EXPECT_EQ(faults_within(filings, 0), std::vector<std::string>{"/duty: is empty"});
    EXPECT_EQ(filings->places.path(1, "/period"), "line 3, column period");
}

TEST(Faults, leave_a_moment_that_cannot_be_read_at_the_end_of_time)
{
    const auto read = parse_timed(R"([{"at":"soon","plan":"p","unit":"u","duty":"d","title":"t"}])");
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->records[0].at, Instant::max());
    EXPECT_EQ(read->places.path(0, "/at"), "/0/at");
}

TEST(Faults, of_a_text_that_breaks_off_are_told_as_far_as_it_was_read)
{
    const auto read = parse_submissions("[" + body("{\"a\":-1}") + ",{\"plan\":");
    ASSERT_FALSE(read);
    ASSERT_EQ(read.error().size(), 2U);
    EXPECT_EQ(read.error()[0].path, "/0/values/a");
    EXPECT_EQ(read.error()[1].path, "1:68");
}

}  // namespace
}  // namespace planwatch

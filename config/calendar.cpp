#include "config/calendar.hpp"

#include "config/hash.hpp"
#include "config/toml_reader.hpp"

#include <fmt/format.h>

namespace planwatch {

extern const std::string_view embedded_china_calendar;  // made from calendars/china.toml by the build

namespace {

using namespace reading;

class CalendarReader {
public:
    explicit CalendarReader(Report& report) : report_{report} {}

    void read(const toml::table& root)
    {
        Section top{report_, root, "a calendar"};
        for (Section& year : top.sections("year")) read_year(year);
        if (!top.get("year")) report_.add(root, "no [[year]]; expected a table for each year whose notice is out");
        top.refuse_unknown_keys();
    }

    Calendar take(std::string version) { return {std::move(version), years_, std::move(exceptions_)}; }

private:
    void read_year(Section& section)
    {
        const auto year = section.integer("year", 1970, 9998, "the year that the notice is about");
        std::string notice = section.text("notice", "the number of the notice that the year rests on");
        section.text("source");
        if (year) {
            if (!seen_years_.insert(static_cast<int>(*year)).second)
                report_.add(*section.get("year"), fmt::format("the year {} stands twice", *year));
            years_.push_back({static_cast<int>(*year), std::move(notice)});
        }
        for (Section& holiday : section.sections("off")) read_days(holiday, false, year);
        for (Section& holiday : section.sections("working")) read_days(holiday, true, year);
        section.refuse_unknown_keys();
    }

    void read_days(Section& holiday, bool working, std::optional<std::int64_t> year)
    {
        const std::string name = holiday.text("name", "the holiday's name");
        const toml::node* const days = holiday.get("days", "its days, days = [2023-01-01]");
        if (days && !days->is_array()) report_.add(*days, fmt::format("'days' is {}; expected an array of dates", type_name(*days)));
        if (days && days->is_array())
            for (const toml::node& day : *days->as_array()) read_one(day, name, working, year);
        holiday.refuse_unknown_keys();
    }

    void read_one(const toml::node& node, const std::string& name, bool working, std::optional<std::int64_t> year)
    {
        const auto day = read_day(report_, node, "an element of 'days'");
        if (!day) return;
        const int found = static_cast<int>(std::chrono::year_month_day{*day}.year());
        if (year && std::abs(found - *year) > 1) report_.add(node, fmt::format("{} lies far from the year {}", format_day(*day), *year));
        const auto [before, is_new] = seen_.try_emplace(*day, working, Report::place(node.source()));
        if (!is_new) {
            const auto& [worked, place] = before->second;
            report_.add(node, worked == working ? fmt::format("{} stands twice; it stands at {} too", format_day(*day), place)
                                                : fmt::format("{} is both off and worked; it stands at {} too", format_day(*day), place));
            return;
        }
        exceptions_.push_back({*day, working, name});
    }

    Report& report_;
    std::vector<CalendarYear> years_;
    std::set<int> seen_years_;
    std::vector<Calendar::Exception> exceptions_;
    std::map<Day, std::pair<bool, std::string>> seen_;
};

}  // namespace

Result<Calendar> parse_calendar(const SourceFile& file)
{
    Report report;
    CalendarReader reader{report};
    if (const auto root = report.parse(file)) reader.read(*root);
    if (!report.empty()) return tl::unexpected<Problems>{report.take()};
    constexpr std::size_t shown = 16;
    return reader.take(sha256_hex(file.text).substr(0, shown));
}

const SourceFile& builtin_calendar()
{
    static const SourceFile file{"calendars/china.toml", std::string{embedded_china_calendar}};
    return file;
}

}  // namespace planwatch

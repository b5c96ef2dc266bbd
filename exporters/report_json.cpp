#include "exporters/report_json.hpp"

#include "exporters/views.hpp"

namespace planwatch {
namespace {

class JsonReport {
public:
    explicit JsonReport(const Report& report) : report_{report}, plan_{report.policy->plan} {}

    std::string tell() &&
    {
        json_.object();
        write_head();
        write_list("changes", report_.changes, &JsonReport::write_change);
        write_list("calls", report_.calls, &JsonReport::write_call);
        write_list("indicators", report_.indicators, &JsonReport::write_indicator);
        json_.member("ranked", report_.ranked);
        write_list("units", report_.units, &JsonReport::write_unit);
        write_list("overdue", report_.overdue, &JsonReport::write_slot_line);
        write_list("late", report_.late, &JsonReport::write_slot_line);
        write_list("next", report_.next, &JsonReport::write_slot_line);
        json_.key("businesses").object().member("due", report_.business_due).member("overdue", report_.business_overdue).end_object();
        write_list("corrections", report_.corrections, &JsonReport::write_correction);
        write_list("scores", report_.scores, &JsonReport::write_table);
        json_.key("notes").array();
        for (const std::string& note : report_.notes) json_.value(note);
        json_.end_array().end_object();
        return std::move(json_).text();
    }

private:
    template <class Lines, class Write>
    void write_list(std::string_view name, const Lines& lines, Write write)
    {
        json_.key(name).array();
        for (const auto& line : lines) (this->*write)(line);
        json_.end_array();
    }

    std::string time(Instant instant) const { return format_instant(instant, report_.policy->zone); }
    const std::string& unit_id(UnitIndex unit) const { return plan_.units[unit].id; }
    std::optional<std::string> unit_id(std::optional<UnitIndex> unit) const { return unit ? std::optional{unit_id(*unit)} : std::nullopt; }
    void write_named_unit(UnitIndex unit) { json_.member("unit", unit_id(unit)).member("name", plan_.units[unit].name); }

    void write_head()
    {
        json_.member("kind", to_string(report_.kind)).member("plan", plan_.id).member("name", plan_.name);
        json_.member("period", report_.period.to_string()).member("unit", unit_id(report_.unit));
        json_.member("as_of", time(report_.as_of)).member("before", time(report_.before)).member("policy", report_.policy->version);
        json_.member("title", report_.title).member("summary", report_.summary);
    }

    void write_change(const Change& change)
    {
        constexpr std::string_view kinds[] = {"worse", "better", "plan"};
        json_.object().member("kind", kinds[static_cast<std::size_t>(change.kind)]);
        json_.key("indicator").value_or_null(change.indicator ? std::string_view{plan_.indicators[*change.indicator].id} : std::string_view{});
        json_.member("text", change.text).end_object();
    }

    void write_call(const Call& call)
    {
        json_.object().member("what", call.what).member("why", call.why).member("unit", unit_id(call.unit)).key("people").array();
        for (const Person& person : call.people) {
            json_.object().member("name", person.name).key("mobile").value_or_null(person.mobile);
            json_.key("mail").value_or_null(person.mail).end_object();
        }
        json_.end_array().end_object();
    }

    void write_value(const Assessment& assessment)
    {
        const auto if_known = [&](auto value) { return assessment.known ? std::optional{value} : std::nullopt; };
        json_.member("status", to_string(assessment.status)).member("value", if_known(assessment.value));
        json_.member("numerator", if_known(assessment.figure.numerator)).member("base", if_known(assessment.base));
        json_.member("expected", assessment.expected).member("through", format_day(assessment.through));
    }

    void write_indicator(const IndicatorLine& line)
    {
        const Indicator& indicator = plan_.indicators[line.indicator];
        json_.object().member("indicator", indicator.id).member("name", indicator.name).member("clause", plan_.clauses[indicator.clause].id);
        json_.member("measure", to_string(indicator.measure)).member("standing", to_string(line.standing));
        write_value(line.now);
        write_target(json_, indicator.target);
        json_.member("attainment", line.attainment).member("missing", line.now.missing).member("weekly_rate", line.now.weekly_rate);
        json_.key("before");
        if (line.before) {
            json_.object();
            write_value(*line.before);
            json_.member("attainment", line.attainment_before).end_object();
        } else {
            json_.value(nullptr);
        }
        write_list("trend", line.trend, &JsonReport::write_point);
        write_forecast(line);
        json_.key("assumed").value_or_null(line.assumed).member("why", line.why).end_object();
    }

    void write_point(const TrendPoint& point)
    {
        json_.object().member("day", format_day(point.day)).member("value", point.value).member("expected", point.expected).end_object();
    }

    void write_forecast(const IndicatorLine& line)
    {
        json_.key("forecast");
        if (!line.forecast) {
            json_.value(nullptr).key("no_forecast").value_or_null(line.no_forecast);
            return;
        }
        const Forecast& ahead = *line.forecast;
        json_.object().member("by", format_day(ahead.by)).member("value", ahead.value).member("low", ahead.low).member("high", ahead.high);
        json_.member("reaches", ahead.reaches).member("points", ahead.points).member("tested", ahead.tested).member("within", ahead.within);
        json_.member("mean_miss", ahead.tested > 0 ? std::optional{ahead.mean_miss} : std::nullopt).end_object();
        json_.member("no_forecast", nullptr);
    }

    void write_slot_counts(std::string_view name, const UnitLine::Slots& slots)
    {
        json_.key(name).object().member("due", slots.due).member("on_time", slots.on_time).member("late", slots.late);
        json_.member("overdue", slots.overdue).member("waived", slots.waived).end_object();
    }

    void write_unit(const UnitLine& line)
    {
        json_.object();
        write_named_unit(line.unit);
        write_slot_counts("period", line.period);
        write_slot_counts("year", line.year);
        json_.member("on_time", line.on_time).member("on_time_rank", line.on_time_rank);
        json_.member("attainment", line.attainment).member("attainment_rank", line.attainment_rank).key("indicators").array();
        for (const std::uint32_t position : line.indicators) json_.value(plan_.indicators[report_.indicators[position].indicator].id);
        json_.end_array().end_object();
    }

    void write_slot_line(const SlotLine& line)
    {
        const Duty& duty = plan_.duties[line.duty];
        json_.object().member("duty", duty.id).member("duty_name", duty.name).member("clause", plan_.clauses[duty.clause].id);
        write_named_unit(line.unit);
        json_.member("period", line.period.to_string()).member("due", format_day(line.due)).member("state", to_string(line.state));
        json_.member("days", line.days).key("assumed").value_or_null(duty.assumed).member("why", line.why).end_object();
    }

    // Of what is divided both sides; else the numerator alone.
    void write_figure(std::string_view name, IndicatorIndex indicator, const Figure& figure)
    {
        const Measure measure = plan_.indicators[indicator].measure;
        const bool divided = measure == Measure::ratio || measure == Measure::average;
        json_.key(name).object().member("numerator", figure.numerator);
        json_.member("denominator", divided ? std::optional{figure.denominator} : std::nullopt).end_object();
    }

    void write_correction(const Correction& correction)
    {
        json_.object().member("indicator", plan_.indicators[correction.indicator].id).member("indicator_name", plan_.indicators[correction.indicator].name);
        write_named_unit(correction.unit);
        json_.member("period", correction.period.to_string());
        write_figure("before", correction.indicator, correction.before);
        write_figure("after", correction.indicator, correction.after);
        json_.member("at", time(correction.at)).member("by", correction.by).key("told_in").value_or_null(correction.told_in).end_object();
    }

    void write_table(const ScoreTable& table)
    {
        json_.object().member("composite", table.id).member("name", table.name).member("clause", table.clause);
        json_.member("period", table.period.to_string()).member("note", table.note).key("assumed").value_or_null(table.assumed);
        write_list("lines", table.lines, &JsonReport::write_score);
        json_.end_object();
    }

    void write_score(const ScoreLine& line)
    {
        json_.object();
        write_named_unit(line.unit);
        json_.member("score", line.score).member("before", line.before).member("rank", line.rank);
        json_.key("grade").value_or_null(line.grade).member("whole", line.whole);
        write_list("parts", line.parts, &JsonReport::write_part);
        json_.end_object();
    }

    void write_part(const ScorePart& part)
    {
        json_.object().member("name", part.name).member("weight", part.weight).member("score", part.score).member("why", part.why).end_object();
    }

    const Report& report_;
    const Plan& plan_;
    Json json_;
};

}  // namespace

std::string report_json(const Report& report) { return JsonReport{report}.tell(); }

}  // namespace planwatch

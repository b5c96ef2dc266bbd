#include "rules/composite.hpp"

#include "rules/ranking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace planwatch {

namespace {

constexpr double full_marks = 100;

struct OnTimeCount {
    std::uint32_t due = 0;
    std::uint32_t on_time = 0;
};

// Of one period of the cadence: what every unit of the composite, and the businesses under it, had to hand in.
class OnTimeCounts {
public:
    OnTimeCounts(const Engine& engine, const Period& period, Instant judged) : engine_{engine}, plan_{engine.policy().plan}, period_{period}, judged_{judged}
    {
        own_.resize(plan_.units.size());
        businesses_.resize(plan_.units.size());
        const auto& deadlines = engine.deadlines();
        for (std::uint32_t d = 0; d < deadlines.size(); ++d) {
            // An extension moves a day back, never forward.
            const Day date = deadlines[d].due.date;
            if (date > period.last() || (date < period.first() && engine.extensions().empty())) continue;
            for (std::uint32_t position = 0; position < plan_.duties[deadlines[d].duty].units.size(); ++position) count(d, position);
        }
    }

    const OnTimeCount& own(UnitIndex unit) const { return own_[unit]; }
    const OnTimeCount& businesses(UnitIndex unit) const { return businesses_[unit]; }

private:
    void count(std::uint32_t deadline, std::uint32_t position)
    {
        const Deadline& owed = engine_.deadlines()[deadline];
        const UnitIndex unit = plan_.duties[owed.duty].units[position];
        Instant moment = owed.due.moment;
        Day date = owed.due.date;
        if (engine_.extension_of(deadline, unit)) {
            const Due due = engine_.due_of(deadline, unit);
            moment = due.moment;
            date = due.date;
        }
        const SlotState state = engine_.slot_at(deadline, position).state;
        if (moment > judged_ || !period_.contains(date) || state == SlotState::waived) return;
        const auto add = [&](OnTimeCount& counted) {
            ++counted.due;
            if (state == SlotState::on_time) ++counted.on_time;
        };
        add(own_[unit]);
        if (plan_.units[unit].kind == UnitKind::business && plan_.units[unit].parent) add(businesses_[*plan_.units[unit].parent]);
    }

    const Engine& engine_;
    const Plan& plan_;
    Period period_;
    Instant judged_;
    std::vector<OnTimeCount> own_, businesses_;  // by unit
};

std::string name_of(const Plan& plan, const CompositePart& part)
{
    switch (part.kind) {
        case CompositePart::Kind::on_time: return "按时报送";
        case CompositePart::Kind::businesses_on_time: return "经营主体按时报送";
        case CompositePart::Kind::indicator: break;
    }
    return plan.indicators[part.indicator].name;
}

void mark_share(ScorePart& part, const OnTimeCount& count)
{
    part.why = count.due > 0 ? fmt::format("应报{}项，按时{}项", count.due, count.on_time) : "本期没有到期的报送";
    if (count.due > 0) part.score = full_marks * count.on_time / count.due;
}

class Scorer {
public:
    Scorer(const Engine& engine, const Hindsight& hindsight, const Composite& composite, Instant judged)
        : engine_{engine}, plan_{engine.policy().plan}, hindsight_{hindsight}, composite_{composite}, judged_{judged}
    {
    }

    // By the composite's units, of one period of the cadence.
    std::vector<ScoreLine> lines_of(const Period& period) const
    {
        const OnTimeCounts counts{engine_, period, judged_};
        std::vector<ScoreLine> lines;
        for (const UnitIndex unit : composite_.units) {
            ScoreLine line;
            line.unit = unit;
            for (const CompositePart& part : composite_.parts) line.parts.push_back(part_of(part, unit, period, counts));
            sum_up(line);
            lines.push_back(std::move(line));
        }
        return lines;
    }

    // Of a longer period the mean of those in it that are over; each part likewise.
    std::vector<ScoreLine> lines_over(const Period& period) const
    {
        const Period::Kind kind = period_kind(composite_.cadence);
        if (period.kind() == kind) return lines_of(period);
        std::vector<Period> shorter = periods_between(kind, period.first(), std::min(period.last(), engine_.policy().zone.day_of(judged_)));
        std::erase_if(shorter, [&](const Period& each) { return each.last() < plan_.starts || each.last() > plan_.ends; });
        std::vector<std::vector<ScoreLine>> all;
        for (const Period& each : shorter) all.push_back(lines_of(each));
        std::vector<ScoreLine> lines;
        for (std::size_t i = 0; i < composite_.units.size(); ++i) lines.push_back(mean_of(all, i, shorter));
        return lines;
    }

private:
    ScorePart part_of(const CompositePart& part, UnitIndex unit, const Period& period, const OnTimeCounts& counts) const
    {
        ScorePart told{name_of(plan_, part), part.weight.to_double(), {}, {}};
        switch (part.kind) {
            case CompositePart::Kind::on_time: mark_share(told, counts.own(unit)); break;
            case CompositePart::Kind::businesses_on_time: mark_share(told, counts.businesses(unit)); break;
            case CompositePart::Kind::indicator: mark_figure(told, part.indicator, unit, period); break;
        }
        return told;
    }

    void mark_figure(ScorePart& told, IndicatorIndex index, UnitIndex unit, const Period& period) const
    {
        const Indicator& indicator = plan_.indicators[index];
        const auto figure = hindsight_.figure_within(index, unit, period.first(), period.last());
        told.why = "本期未报";
        if (!figure) return;
        const Assessment own = indicator.target ? hindsight_.assessment(index, period.last(), judged_, unit)
                                                : assess(engine_.policy(), indicator, figure, 1, period.last(), judged_);
        told.why = explain(indicator, own);
        if (!own.known || own.status == Status::doubtful) return;
        std::optional<double> share = attainment(indicator, own);
        if (!indicator.target) share = own.value / full_marks;
        else if (own.expected && *own.expected > 0) share = own.value / *own.expected;
        if (share) told.score = full_marks * std::clamp(*share, 0.0, 1.0);
    }

    static void sum_up(ScoreLine& line)
    {
        double sum = 0, weights = 0;
        for (const ScorePart& part : line.parts) {
            if (!part.score) {
                line.whole = false;
                continue;
            }
            sum += part.weight * *part.score;
            weights += part.weight;
        }
        if (weights > 0) line.score = sum / weights;
    }

    ScoreLine mean_of(const std::vector<std::vector<ScoreLine>>& all, std::size_t unit, const std::vector<Period>& periods) const
    {
        ScoreLine mean;
        mean.unit = composite_.units[unit];
        mean.whole = !all.empty();
        double sum = 0;
        std::size_t known = 0;
        for (const auto& lines : all) {
            const ScoreLine& line = lines[unit];
            mean.whole = mean.whole && line.whole;
            if (!line.score) continue;
            sum += *line.score;
            ++known;
        }
        if (known > 0) mean.score = sum / static_cast<double>(known);
        for (std::size_t part = 0; part < composite_.parts.size(); ++part) mean.parts.push_back(mean_part(all, unit, part, periods));
        return mean;
    }

    ScorePart mean_part(const std::vector<std::vector<ScoreLine>>& all, std::size_t unit, std::size_t part, const std::vector<Period>& periods) const
    {
        ScorePart mean{name_of(plan_, composite_.parts[part]), composite_.parts[part].weight.to_double(), {}, {}};
        double sum = 0;
        std::size_t known = 0;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const ScorePart& each = all[i][unit].parts[part];
            if (!each.score) continue;
            mean.why += fmt::format("{}{} {:.1f}", known == 0 ? "" : "，", periods[i].to_string(), *each.score);
            sum += *each.score;
            ++known;
        }
        if (known > 0) mean.score = sum / static_cast<double>(known);
        else mean.why = "尚无得分";
        return mean;
    }

    const Engine& engine_;
    const Plan& plan_;
    const Hindsight& hindsight_;
    const Composite& composite_;
    Instant judged_;
};

bool is_at_least(const Period& period, Cadence cadence) { return period.kind() >= period_kind(cadence); }

std::string grade_of(const Composite& composite, double score)
{
    for (const Grade& grade : composite.grades)
        if (score >= grade.least.to_double() - 1e-9) return grade.name;
    return {};
}

std::string note_of(const Plan& plan, const Composite& composite, const Period& period)
{
    double weights = 0;
    for (const CompositePart& part : composite.parts) weights += part.weight.to_double();
    std::string text = "满分100，由";
    for (std::size_t i = 0; i < composite.parts.size(); ++i)
        text += fmt::format("{}{}（{:.4g}%）", i == 0 ? "" : "、", name_of(plan, composite.parts[i]), full_marks * composite.parts[i].weight.to_double() / weights);
    text += "加权而成；没有数据的部分两不计入，只按其余部分计算";
    constexpr std::string_view spans[] = {"日", "周", "月", "季度", "半年", "年"};
    if (period.kind() != period_kind(composite.cadence))
        text += fmt::format("；本期得分为其间各{}得分的平均", spans[static_cast<std::size_t>(period_kind(composite.cadence))]);
    return text;
}

void rank_lines(std::vector<ScoreLine>& lines)
{
    std::vector<std::optional<double>> scores;
    for (const ScoreLine& line : lines) scores.push_back(line.score);
    const auto places = places_of(scores);
    for (std::size_t i = 0; i < lines.size(); ++i) lines[i].rank = places[i];
    constexpr auto last = ~std::uint32_t{0};
    std::stable_sort(lines.begin(), lines.end(), [=](const ScoreLine& a, const ScoreLine& b) { return a.rank.value_or(last) < b.rank.value_or(last); });
}

}  // namespace

ScoreTable score_table(const Engine& engine, const Hindsight& hindsight, const Composite& composite, const Period& period, Instant judged)
{
    const Plan& plan = engine.policy().plan;
    const Scorer scorer{engine, hindsight, composite, judged};
    ScoreTable table{.id = composite.id,
                     .name = composite.name,
                     .clause = plan.clauses[composite.clause].id,
                     .period = period,
                     .note = note_of(plan, composite, period),
                     .assumed = composite.assumed,
                     .lines = scorer.lines_over(period)};
    if (period.first() > plan.starts) {
        const std::vector<ScoreLine> before = scorer.lines_over(period.previous());
        for (std::size_t i = 0; i < before.size(); ++i) table.lines[i].before = before[i].score;
    }
    for (ScoreLine& line : table.lines)
        if (line.score && is_at_least(period, composite.graded)) line.grade = grade_of(composite, *line.score);
    if (is_at_least(period, composite.ranked)) rank_lines(table.lines);
    else std::stable_partition(table.lines.begin(), table.lines.end(), [](const ScoreLine& line) { return line.score.has_value(); });
    return table;
}

}  // namespace planwatch

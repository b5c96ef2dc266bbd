#include "daemon/narrator.hpp"

#include <fmt/format.h>

#include <map>
#include <ostream>
#include <string>

namespace planwatch {

namespace {

std::string clock_face(Instant at, const Zone& zone)
{
    const std::string full = format_instant(at, zone);  // 2023-11-02T00:00:00+08:00
    return full.substr(0, 10) + " " + full.substr(11, 5);
}

}  // namespace

void Narrator::tell(const Engine& engine, const Changes& changes)
{
    tell_figures(engine, changes);
    tell_transitions(engine, changes);
    std::map<Instant, std::pair<int, int>> letters;
    std::map<Instant, int> reports;
    for (const Message& message : changes.post.messages) {
        if (message.report) {
            ++reports[message.at];
            continue;
        }
        auto& [count, notices] = letters[message.at];
        ++count;
        notices += static_cast<int>(message.notices.size());
    }
    for (const auto& [at, letter] : letters)
        out_ << fmt::format("{}  {}  发信 {} 封，共 {} 项\n", clock_face(at, engine.policy().zone), engine.policy().plan.id, letter.first, letter.second);
    for (const auto& [at, count] : reports) out_ << fmt::format("{}  {}  报告发出 {} 份\n", clock_face(at, engine.policy().zone), engine.policy().plan.id, count);
    out_.flush();
}

// What befalls many units for one cause at one moment is one line.
void Narrator::tell_transitions(const Engine& engine, const Changes& changes)
{
    const Transition* first = nullptr;
    int alike = 0;
    const auto end_line = [&] {
        if (!first) return;
        const bool resolved = first->event == AlertEvent::resolved;
        out_ << fmt::format("{}  {}  {} {}：{}{}\n", clock_face(first->at, engine.policy().zone), engine.policy().plan.id, resolved ? "解除" : "预警",
                            kind_name(first->alert.key.kind), first->alert.why, alike > 1 ? fmt::format("（同样的共 {} 个单位）", alike) : "");
    };
    const auto same = [](const Transition& a, const Transition& b) {
        return a.at == b.at && a.event == b.event && a.alert.key.kind == b.alert.key.kind && a.alert.key.subject == b.alert.key.subject &&
               a.alert.key.period == b.alert.key.period;
    };
    for (const Transition& transition : changes.transitions) {
        // That a reminder ends because the thing is overdue now, or was handed in, stands in another line.
        const bool reminder_ends = transition.event == AlertEvent::resolved && transition.alert.key.kind == AlertKind::due_soon;
        if (reminder_ends || (transition.event != AlertEvent::fired && transition.event != AlertEvent::resolved)) continue;
        if (first && same(*first, transition)) {
            ++alike;
            continue;
        }
        end_line();
        first = &transition;
        alike = 1;
    }
    end_line();
}

void Narrator::tell_figures(const Engine& engine, const Changes& changes)
{
    const Plan& plan = engine.policy().plan;
    for (const StoredFigure& figure : changes.figures) {
        const Series series = engine.series(figure.series);
        const bool two = figure.figure.denominator != Decimal{};
        out_ << fmt::format("{}  {}  填报 {} {} {} = {}{}{}\n", clock_face(figure.at, engine.policy().zone), plan.id, plan.units[series.unit].name,
                            figure.period.to_string(), plan.indicators[series.indicator].name, figure.figure.numerator.to_string(), two ? "/" : "",
                            two ? figure.figure.denominator.to_string() : "");
    }
    for (const SlotChange& change : changes.slots) {
        if (change.slot.state != SlotState::on_time && change.slot.state != SlotState::late) continue;
        const Deadline& deadline = engine.deadlines()[change.deadline];
        out_ << fmt::format("{}  {}  {} {} 《{}》{}\n", clock_face(change.at, engine.policy().zone), plan.id, state_name(change.slot.state),
                            plan.units[change.unit].name, plan.duties[deadline.duty].name, deadline.period.to_string());
    }
}

}  // namespace planwatch

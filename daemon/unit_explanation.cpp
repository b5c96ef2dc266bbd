#include "daemon/unit_explanation.hpp"

#include "exporters/json.hpp"
#include "exporters/views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace planwatch {
namespace {

constexpr std::chrono::hours recent{24};  // how long an alert that is over still explains a moment

class UnitExplainer {
public:
    UnitExplainer(const Engine& then, StoreReader& reader, UnitIndex unit)
        : then_{then}, reader_{reader}, policy_{then.policy()}, unit_{policy_.plan.units[unit]}, at_{then.now()}
    {
        json_.object().member("plan", policy_.plan.id).member("unit", unit_.id).member("name", unit_.name).member("at", time(at_)).key("facts").array();
    }

    std::string tell() &&
    {
        if (at_ < policy_.zone.start_of(policy_.plan.issued)) fact(at_, "计划此时尚未印发");
        slots();
        decisions();
        alerts();
        json_.end_array().member("told", told_).end_object();
        return std::move(json_).text();
    }

private:
    std::string time(Instant instant) const { return format_instant(instant, policy_.zone); }
    void fact(Instant at, const std::string& text, std::string_view alert = {})
    {
        json_.object().member("at", time(at)).key("alert").value_or_null(alert).member("text", text).end_object();
    }

    // ---- what it owes

    // Those that somebody could be told of at this moment, or was spared it: not yet handed in, or handed in before the day.
    void slots()
    {
        bool upcoming_told = false;
        for (const SlotRow& row : slot_rows(then_, {.unit = unit_.id})) {
            if (row.plan().units[row.unit].id != unit_.id) continue;
            const std::string what = then_.why_of(row.deadline, row.unit);
            const Day due = row.due_date;
            switch (row.slot.state) {
                case SlotState::upcoming:
                    if (std::exchange(upcoming_told, true)) break;
                    fact(at_, fmt::format("{}；未到期，第一次提醒在 {}", what, time(first_step(row))));
                    break;
                case SlotState::due_soon: fact(at_, fmt::format("{}；已到提醒时间，{} 截止", what, format_day(due))); break;
                case SlotState::overdue: fact(row.due_moment, fmt::format("{}；逾期", what)); break;
                case SlotState::on_time:
                case SlotState::late: handed_in(row, what); break;
                case SlotState::waived:
                    if (row.due_moment + recent > at_) fact(at_, fmt::format("{}；免报，不再提醒", what));
                    break;
            }
        }
    }

    void handed_in(const SlotRow& row, const std::string& what)
    {
        const Instant when = row.owed().due.moment + std::chrono::seconds{row.slot.handed_in};
        if (row.due_moment > at_ || when + recent > at_) fact(when, fmt::format("{}；{} 已报（{}），不再提醒", what, time(when), state_name(row.slot.state)));
    }

    Instant first_step(const SlotRow& row) const
    {
        const LadderStep& first = policy_.ladder_of(row.duty()).steps.front();
        return step_instant(first, row.due_date, row.due_moment, policy_.calendar, policy_.zone);
    }

    void decisions()
    {
        for (const DecisionRow& row : reader_.decisions(policy_.plan.id)) {
            if (row.unit != unit_.id || row.at > at_) continue;
            const std::string what = row.until ? "延期至 " + format_day(*row.until) : std::string{"免报"};
            fact(row.at, fmt::format("{} 同意 {} {} {}：{}", row.by, row.duty, row.period.to_string(), what, row.reason));
        }
    }

    // ---- what concerned it

    bool concerns(const AlertKey& key) const
    {
        if (key.unit == unit_.id) return true;
        const Plan& plan = policy_.plan;
        if (unit_.kind == UnitKind::business && unit_.parent && is_about_slot(key.kind)) return key.unit == plan.units[*unit_.parent].id;
        const auto indicator = key.unit.empty() && subject_field(key.kind) == "indicator" ? plan.indicator(key.subject) : std::nullopt;
        if (!indicator) return false;
        const auto& units = plan.indicators[*indicator].units;
        return std::ranges::any_of(units, [&](UnitIndex each) { return plan.units[each].id == unit_.id; });
    }

    void alerts()
    {
        std::set<std::string> active;
        for (const auto& [key, alert] : then_.alerts()) {
            if (!concerns(key)) continue;
            active.insert(key.id(policy_.plan.id));
            active_alert(alert);
        }
        bool over = false;
        for (const AlertRow& row : reader_.alerts({.plan = policy_.plan.id, .limit = std::numeric_limits<std::int64_t>::max()}))
            if (concerns(row.alert.key) && !active.contains(row.id)) over = ended_alert(row) || over;
        if (active.empty() && !over) fact(at_, "此刻没有与它有关的预警，因此没有什么要通知的");
    }

    void active_alert(const Alert& alert)
    {
        const std::string id = alert.key.id(policy_.plan.id);
        if (alert.state.phase == Phase::pending) {
            fact(alert.state.since, fmt::format("预警“{}”在观察中，尚未生效，因此不通知任何人：{}", kind_name(alert.key.kind), alert.why), id);
            return;
        }
        fact(alert.state.since, fmt::format("预警“{}”（{}）生效：{}", kind_name(alert.key.kind), severity_name(alert.severity), alert.why), id);
        std::string held;
        if (const Silence* silence = then_.silenced_by(alert)) {
            held = fmt::format("由 {} 静默至 {}：{}", silence->by, time(silence->until), silence->comment);
            fact(silence->from, held, id);
        }
        if (alert.acknowledged_until && at_ < *alert.acknowledged_until) {
            const std::string acknowledged = fmt::format("{} 已签收，至 {} 前不再提醒", alert.acknowledged_by, time(*alert.acknowledged_until));
            fact(at_, acknowledged, id);
            if (held.empty()) held = acknowledged;
        }
        if (!notices(id, held, {})) fact(at_, "到此刻，它的阶梯上还没有一级应告知任何人", id);
    }

    // True where it ended so shortly before that it still explains the moment.
    bool ended_alert(const AlertRow& row)
    {
        std::optional<Instant> fired;
        for (const TransitionRow& transition : reader_.history(policy_.plan.id, row.id)) {
            if (transition.event == "fired") fired = transition.at;
            if (transition.event != "resolved" || transition.at > at_ || transition.at + recent < at_) continue;
            fact(transition.at, fmt::format("预警“{}”解除：{}", kind_name(row.alert.key.kind), transition.why), row.id);
            if (!notices(row.id, {}, fired)) fact(transition.at, "它生效到解除之间，阶梯上没有一级应告知任何人，因此谁也没有收到通知", row.id);
            return true;
        }
        return false;
    }

    // ---- who was told

    // False where nobody was to be told.
    bool notices(const std::string& alert, const std::string& held, std::optional<Instant> since)
    {
        bool any = false;
        for (const NoticeRow& row : reader_.notices(policy_.plan.id, alert)) {
            if (row.notice.at > at_ || (since && row.notice.at < *since)) continue;
            any = true;
            const Recipient& to = row.notice.recipient;
            fact(row.notice.at, fmt::format("“{}”一级应告知 {}（{}）；{}", row.notice.step, to.name, to.id, fate(row, held)), alert);
        }
        return any;
    }

    std::string fate(const NoticeRow& row, const std::string& held)
    {
        const MessageRow* const message = row.message ? message_of(*row.message) : nullptr;
        if (message && message->message.at <= at_) return sent(*message);
        if (row.dropped_at && *row.dropped_at <= at_)
            return row.dropped == "over" ? "发出之前事情已经了结，没有发出" : "同一预警的后一次通知取代了它，没有单独发出";
        std::string text = "此刻没有发出：";
        text += held.empty() ? fmt::format("等到 {} 与其他通知一并发出", time(next_hour(at_, policy_.post, policy_.calendar, policy_.zone))) : held;
        if (message) text += fmt::format("；后来于 {} 随第 {} 号消息发出", time(message->message.at), message->message.number);
        if (!row.dropped.empty()) text += fmt::format("；后来于 {} 作罢", row.dropped_at ? time(*row.dropped_at) : "");
        return text;
    }

    // A digest packs hundreds of notices: it is read once for all of them.
    const MessageRow* message_of(std::uint64_t number)
    {
        const auto [known, is_new] = messages_.try_emplace(number);
        if (is_new) known->second = {reader_.message(policy_.plan.id, number), reader_.attempts(policy_.plan.id, number)};
        return known->second.row ? &*known->second.row : nullptr;
    }

    std::string sent(const MessageRow& message)
    {
        std::string text = fmt::format("{} 随第 {} 号消息发出", time(message.message.at), message.message.number);
        const std::vector<Attempt>& attempts = messages_.at(message.message.number).attempts;
        for (const Attempt& attempt : attempts) {
            text += fmt::format("；{} {} {}", time(attempt.at), attempt.channel, result_word(attempt.result));
            if (!attempt.answer.empty()) text += "：" + attempt.answer;
            if (attempt.at <= at_ && attempt.result == "delivered") told_ = told_ || is_of_unit(message.message.recipient);
        }
        if (attempts.empty() && message.closed_at) {
            text += fmt::format("；{} {}：{}", time(*message.closed_at), result_word(message.state), message.answer);
            if (*message.closed_at <= at_ && message.state == "delivered") told_ = told_ || is_of_unit(message.message.recipient);
        }
        return text;
    }

    static std::string_view result_word(std::string_view result)
    {
        if (result == "delivered") return "已送达";
        return result == "dead" ? "未能送达，已放弃" : "这一次未成，再试";
    }

    bool is_of_unit(const Recipient& recipient) const
    {
        if (recipient.id == "unit:" + unit_.id) return true;
        const Contact* contact = policy_.directory.find(recipient.id);
        return contact && std::ranges::find(contact->units, unit_.id) != contact->units.end();
    }

    const Engine& then_;
    StoreReader& reader_;
    const Policy& policy_;
    const Unit& unit_;
    Instant at_;
    struct Sent {
        std::optional<MessageRow> row;
        std::vector<Attempt> attempts;
    };
    std::map<std::uint64_t, Sent> messages_;  // by number
    bool told_ = false;
    Json json_;
};

}  // namespace

std::string unit_explanation_json(const Engine& then, StoreReader& reader, UnitIndex unit) { return UnitExplainer{then, reader, unit}.tell(); }

}  // namespace planwatch

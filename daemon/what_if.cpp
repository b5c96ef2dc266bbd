#include "daemon/what_if.hpp"

#include "daemon/ledger_event.hpp"
#include "daemon/replay.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <stdexcept>

namespace planwatch {
namespace {

constexpr std::int64_t entries_a_page = 1'000;

void each_entry(StoreReader& reader, std::string_view plan, Instant to, const std::function<void(const LedgerEntry&)>& take)
{
    for (std::uint64_t from = 1;;) {
        const std::vector<LedgerEntry> entries = reader.ledger(plan, from, entries_a_page);
        for (const LedgerEntry& entry : entries) {
            if (entry.at > to) return;
            take(entry);
        }
        if (std::ssize(entries) < entries_a_page) return;
        from = entries.back().seq + 1;
    }
}

void tell_all(const std::shared_ptr<const Policy>& policy, Changes changes, const Tell& tell)
{
    for (const Happening& happening : happenings_of(policy, std::move(changes))) tell(happening);
}

// The ledger's events on their way into an engine of another policy.
class OtherCourse {
public:
    OtherCourse(std::shared_ptr<const Policy> policy, const Tell& tell) : policy_{std::move(policy)}, tell_{tell} {}

    void take(const LedgerEntry& entry)
    {
        const Result<LedgerEvent> event = parse_payload(entry.kind, entry.payload);
        if (!event) throw std::runtime_error{fmt::format("ledger entry {} cannot be read back: {}", entry.seq, to_text(event.error()))};
        if (!engine_ && !std::holds_alternative<Sources>(*event))
            throw std::runtime_error{fmt::format("ledger entry {} comes before its plan was adopted", entry.seq)};
        if (!engine_) engine_.emplace(policy_, entry.at);
        advance(entry.at);
        std::visit([&](const auto& what) { take_one(what); }, *event);
    }

    void advance(Instant to)
    {
        if (engine_) note(engine_->advance(to));
    }

    std::vector<NotTaken> not_taken() && { return std::move(not_taken_); }

private:
    void take_one(const Sources&) {}
    void take_one(const std::vector<RawSubmission>& all)
    {
        for (RawSubmission raw : all) {
            auto admitted = engine_->admit({&raw, 1}, engine_->now());
            if (!admitted) {
                leave_out(admitted.error());
                if (!without_unknown_values(raw, admitted.error())) continue;
                admitted = engine_->admit({&raw, 1}, engine_->now());
                if (!admitted) {
                    leave_out(admitted.error());
                    continue;
                }
            }
            apply(std::move(admitted->front()));
        }
    }
    void take_one(const std::vector<RawFiling>& all)
    {
        for (const RawFiling& raw : all) apply_admitted(raw);
    }
    void take_one(const RawExtension& raw) { apply_admitted(raw); }
    void take_one(const RawWaiver& raw) { apply_admitted(raw); }
    void take_one(const Acknowledgement& acknowledgement)
    {
        const auto key = AlertKey::parse(acknowledgement.alert, policy_->plan.id);
        if (!key || !engine_->alerts().contains(*key))
            return leave_out(fmt::format("{} acknowledged {}, which is not active here", acknowledgement.by, acknowledgement.alert));
        apply(acknowledgement);
    }
    void take_one(Silence silence)
    {
        const Matchers whole = silence.matchers;
        const Plan& plan = policy_->plan;
        std::erase_if(silence.matchers.units, [&](const std::string& id) { return !plan.unit(id); });
        std::erase_if(silence.matchers.subjects, [&](const std::string& id) { return !plan.duty(id) && !plan.indicator(id); });
        if (silence.matchers != whole) leave_out(engine_->examine({silence.id, whole, silence.from, silence.until, silence.by, silence.comment}, engine_->now()));
        // Without any of its names it would cover everything.
        const bool lost_units = silence.matchers.units.empty() && !whole.units.empty();
        const bool lost_subjects = silence.matchers.subjects.empty() && !whole.subjects.empty();
        if (!lost_units && !lost_subjects) apply(silence);
    }
    void take_one(const SilenceEnd& end) { apply(end); }
    // Not for what the paper said: who was written to, and could not be reached, is so under other settings too.
    void take_one(const ReportSent& report) { apply(report); }
    void take_one(const Delivery& delivery)
    {
        if (written_to_.contains(delivery.recipient)) apply(delivery);
    }

    template <class Raw>
    void apply_admitted(const Raw& raw)
    {
        auto admitted = engine_->admit(raw, engine_->now());
        if (!admitted) return leave_out(admitted.error());
        apply(*std::move(admitted));
    }

    // False where more is wrong than some of its values, or nothing would be left.
    static bool without_unknown_values(RawSubmission& raw, const Problems& problems)
    {
        constexpr std::string_view values = "/values/";
        for (const Problem& problem : problems)
            if (!problem.path.starts_with(values)) return false;
        std::erase_if(raw.values, [&](const RawValue& value) {
            std::string path = "/values";
            append_pointer(path, value.indicator);
            return std::ranges::any_of(problems, [&](const Problem& problem) { return problem.path == path || problem.path.starts_with(path + "/"); });
        });
        return !raw.values.empty();
    }

    void apply(const Event& event) { note(engine_->apply(event, engine_->now())); }
    void note(Changes changes)
    {
        for (const Message& message : changes.post.messages) written_to_.insert(message.recipient);
        tell_all(policy_, std::move(changes), tell_);
    }

    void leave_out(const Problems& problems)
    {
        for (const Problem& problem : problems) leave_out(problem.message);
    }
    void leave_out(const std::string& what)
    {
        auto found = std::ranges::find(not_taken_, what, &NotTaken::what);
        if (found == not_taken_.end()) found = not_taken_.insert(found, {what, engine_->now(), 0});
        ++found->times;
    }

    std::shared_ptr<const Policy> policy_;
    const Tell& tell_;
    std::optional<Engine> engine_;
    std::set<Recipient> written_to_;
    std::vector<NotTaken> not_taken_;
};

}  // namespace

void retell(StoreReader& reader, std::string_view plan, Instant to, const Tell& tell)
{
    std::unique_ptr<Engine> engine;
    const auto advance = [&](Instant until) {
        if (!engine) return;
        Changes changes = engine->advance(until);
        tell_all(engine->policy_ptr(), std::move(changes), tell);
    };
    each_entry(reader, plan, to, [&](const LedgerEntry& entry) {
        advance(entry.at);
        Changes changes = apply_again(engine, entry);
        tell_all(engine->policy_ptr(), std::move(changes), tell);
    });
    advance(to);
}

std::vector<NotTaken> retell_under(StoreReader& reader, std::shared_ptr<const Policy> changed, Instant to, const Tell& tell)
{
    const std::string plan = changed->plan.id;
    OtherCourse course{std::move(changed), tell};
    each_entry(reader, plan, to, [&](const LedgerEntry& entry) { course.take(entry); });
    course.advance(to);
    return std::move(course).not_taken();
}

}  // namespace planwatch

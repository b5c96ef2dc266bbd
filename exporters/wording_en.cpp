#include "exporters/wording.hpp"
#include "rules/names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

namespace planwatch {
namespace {

std::string plural(std::size_t count, std::string_view noun) { return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s"); }

class EnglishWording final : public Wording {
public:
    std::string period(const Period& period, int year) const override
    {
        const std::string in = period.year() == year ? std::string{} : fmt::format(" {}", period.year());
        const std::chrono::year_month_day first{period.first()};
        const unsigned month = static_cast<unsigned>(first.month());
        switch (period.kind()) {
            case Period::Kind::day: return month_and_day(period.first()) + in;
            case Period::Kind::week:
                return fmt::format("week {}{} ({} to {})", period.to_string().substr(6), in, month_and_day(period.first()), month_and_day(period.last()));
            case Period::Kind::month: return std::string{full_months(month)} + in;
            case Period::Kind::quarter: return fmt::format("Q{}{}", (month + 2) / 3, in);
            case Period::Kind::half_year: return fmt::format("{} half{}", month == 1 ? "first" : "second", in.empty() ? "" : " of" + in);
            case Period::Kind::year: break;
        }
        return fmt::format("{}", period.year());
    }

    std::string of_period(std::string_view period, std::string_view name) const override
    {
        return period.empty() ? std::string{name} : fmt::format("{}, {}", name, period);
    }

    std::string day(Day day, int year) const override
    {
        const std::chrono::year_month_day date{day};
        const std::string in = static_cast<int>(date.year()) == year ? std::string{} : fmt::format(" {}", static_cast<int>(date.year()));
        const std::chrono::weekday weekday{day};
        return fmt::format("{} {}{}", name_in({"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}, weekday.c_encoding()),
                           month_and_day(day), in);
    }

    std::string units(std::optional<UnitKind> kind, const std::vector<std::string>& names) const override
    {
        if (kind == UnitKind::business) return fmt::format("{} businesses", names.size());
        return plural(names.size(), kind ? name_in({"department", "town", "business", "office", "unit"}, *kind) : "unit");
    }

    std::string list(const std::vector<std::string>& names, std::size_t total) const override
    {
        std::string text = fmt::format("{}", fmt::join(names, ", "));
        if (total > names.size()) text += fmt::format(" and {} more", total - names.size());
        return text;
    }

    std::string tag(const Matter& matter) const override
    {
        if (matter.resolved) return "Resolved";
        const Timing& timing = matter.timing;
        const std::string days = timing.days > 0 ? plural(static_cast<std::size_t>(timing.days), timing.working ? "working day" : "day") : std::string{};
        switch (matter.kind) {
            case AlertKind::overdue: return timing.side == Timing::Side::after && !days.empty() ? "Overdue by " + days : "Overdue";
            case AlertKind::due_soon:
                if (timing.side == Timing::Side::today) return "Due today";
                return timing.side == Timing::Side::before && !days.empty() ? "Due in " + days : "Due soon";
            default: return std::string{kind_in_english(matter.kind)};
        }
    }

    std::string headline(const Matter& matter) const override
    {
        return sentence(matter) + (matter.names.empty() ? "" : ": " + list(matter.names, matter.units)) + ".";
    }

    std::string action(const Matter& matter, std::string_view figures, std::string_view document) const override
    {
        if (matter.resolved) return "nothing; for your information";
        switch (matter.kind) {
            case AlertKind::due_soon: return hand_in(matter, "in time", figures, document);
            case AlertKind::overdue: return hand_in(matter, "at once", figures, document);
            case AlertKind::behind_pace: return "catch up at the weekly rate given below; correct the figures if they are wrong";
            case AlertKind::target_missed: return "verify the figures; if the target is missed, give the reason and the remedy";
            case AlertKind::below_hold: return "find out where and why the level was lost, and restore it";
            case AlertKind::implausible: return "check the figures handed in; if they are wrong, submit the same period again";
            case AlertKind::silence_ending: return "make a new silence if it is still needed; otherwise notices resume";
            case AlertKind::undeliverable: break;
        }
        return "check this contact's address, and tell them by another way";
    }

    std::string deadline(const Matter& matter, bool provisional, bool assumed) const override
    {
        if (matter.hold) return "in every period";
        std::string text = day(*matter.due, matter.year) + (matter.due_time ? ", before " + clock(*matter.due_time) : ", end of day");
        if (provisional) text += " (provisional: the holidays of a year concerned are not published yet)";
        if (assumed) text += " (assumed, see below)";
        return text;
    }

    std::string target(const Target& target, int year) const override
    {
        const std::string_view sign = name_in({"at least", "at most", "exactly"}, target.comparator);
        return fmt::format("{} {}{}{}, {}", sign, target.value.to_string(), target.unit.empty() || target.unit == "%" ? "" : " ", target.unit,
                           target.hold ? "in every period" : "by " + day(target.by, year));
    }

    std::string responsible(const Unit& unit, Role role) const override
    {
        return fmt::format("{} ({})", unit.name, name_in({"leads", "cooperates", "by its duties", "responsible"}, role));
    }

    std::string aside(std::string_view text, std::string_view more) const override { return fmt::format("{} ({})", text, more); }
    std::string subject(std::string_view tag, std::string_view rest) const override { return fmt::format("[{}] {}", tag, rest); }

    std::string label(Label label) const override
    {
        return std::string{name_in({"To do", "By", "Where", "Cured by", "Reckoning", "Clause", "Responsible", "Target", "Assumed", "Plan", "Time", "Step", "Alert"}, label)} + ": ";
    }

    std::string heading(MessagePart part) const override
    {
        return std::string{name_in({"Overdue", "Due soon", "Figures", "Other", "Resolved"}, part)};
    }

    std::string count(MessagePart part, std::size_t count) const override
    {
        return fmt::format("{} {}", count, name_in({"overdue", "due soon", "on figures", "other", "resolved"}, part));
    }

    std::string summary(const std::vector<std::string>& counts) const override { return fmt::format("{}", fmt::join(counts, ", ")); }
    std::string and_others(std::string_view first, std::size_t count) const override { return fmt::format("{} and {} more", first, count - 1); }
    std::string evidence() const override { return "Evidence"; }
    std::string not_shown(std::size_t count) const override { return fmt::format("{} more are left out here", count); }
    std::string acknowledge(std::string_view unit) const override { return unit.empty() ? "Acknowledge" : fmt::format("Acknowledge {}", unit); }
    std::string open(std::string_view unit) const override { return unit.empty() ? "Details" : fmt::format("Details of {}", unit); }

    std::string step(std::string_view step) const override
    {
        if (step == "fired") return "when it fired";
        if (step == "resolved") return "when it ended";
        if (step == "due") return "at the due moment";
        if (step == "0") return "on the due date";
        const auto distance = distance_of(step);
        if (!distance) return std::string{step};
        return fmt::format("{} {} the due date", plural(static_cast<std::size_t>(std::abs(distance->days)), distance->working ? "working day" : "day"),
                           distance->days < 0 ? "before" : "after");
    }

    std::string severity(Severity severity) const override { return std::string{name_in({"for information", "warning", "critical"}, severity)}; }

private:
    static std::string_view kind_in_english(AlertKind kind)
    {
        return name_in({"Due soon", "Overdue", "Behind pace", "Target missed", "Not held", "Implausible", "Undeliverable", "Silence ending"}, kind);
    }

    static std::string_view full_months(unsigned month)
    {
        return name_in({"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}, month - 1);
    }

    static std::string month_and_day(Day day)
    {
        const std::chrono::year_month_day date{day};
        return fmt::format("{} {}", static_cast<unsigned>(date.day()), full_months(static_cast<unsigned>(date.month())));
    }

    static std::string clock(std::chrono::minutes time) { return fmt::format("{:02}:{:02}", time.count() / 60, time.count() % 60); }

    static std::string_view verb(const Matter& matter, std::string_view one, std::string_view many) { return matter.units > 1 || matter.crowd ? many : one; }

    std::string by_when(const Matter& matter) const
    {
        return day(*matter.due, matter.year) + (matter.due_time ? " " + clock(*matter.due_time) : "");
    }

    std::string lower_tag(const Matter& matter) const
    {
        std::string text = tag(matter);
        if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z') text.front() = static_cast<char>(text.front() - 'A' + 'a');
        return text;
    }

    // Without the units' names and the full stop.
    std::string sentence(const Matter& matter) const
    {
        const std::string who = (matter.crowd ? "some businesses of " : "") + matter.who;
        const std::string about = fmt::format("{}, {}", who, in_quotes(matter.what));
        if (matter.resolved) return fmt::format("{}: no longer {}", about, ended(matter.kind));
        switch (matter.kind) {
            case AlertKind::due_soon:
                return fmt::format("{} {} not handed in {} yet: {}{}", who, verb(matter, "has", "have"), in_quotes(matter.what), lower_tag(matter),
                                   matter.due ? ", on " + by_when(matter) : "");
            case AlertKind::overdue:
                return fmt::format("{} {} not handed in {}: {}{}", who, verb(matter, "has", "have"), in_quotes(matter.what), lower_tag(matter),
                                   matter.due ? ", was due on " + by_when(matter) : "");
            case AlertKind::behind_pace: return about + ": behind the pace to its target";
            case AlertKind::target_missed: return about + ": the target was missed" + (matter.due ? ", due by " + by_when(matter) : "");
            case AlertKind::below_hold: return about + ": no longer held at its target";
            case AlertKind::implausible: return about + ": the figures handed in cannot be right as they are";
            case AlertKind::silence_ending: return fmt::format("The silence {} is about to end", in_quotes(matter.what));
            case AlertKind::undeliverable: break;
        }
        return fmt::format("Notices to {} could not be delivered", in_quotes(matter.what));
    }

    static std::string_view ended(AlertKind kind)
    {
        return name_in({"due soon", "overdue", "behind its pace", "missing its target", "below its level", "implausible", "undeliverable", "ending"}, kind);
    }

    static std::string hand_in(const Matter& matter, std::string_view when, std::string_view figures, std::string_view document)
    {
        const std::string what = figures.empty() && document.empty() ? in_quotes(matter.what)
                                 : document.empty()                  ? fmt::format("the figures {}", figures)
                                 : figures.empty()                   ? "the document " + in_quotes(document)
                                                                     : fmt::format("the figures {}, and the document {}", figures, in_quotes(document));
        if (matter.crowd) return fmt::format("see to it that the businesses that lack hand in {} {}", what, when);
        return fmt::format("hand in {} {}", what, when);
    }
};

}  // namespace

const Wording& english_wording()
{
    static const EnglishWording wording;
    return wording;
}

}  // namespace planwatch

#include "daemon/commands/simulate_ledger.hpp"

#include "config/policy.hpp"
#include "daemon/commands/data_folder.hpp"
#include "daemon/commands/happening_report.hpp"
#include "daemon/what_if.hpp"
#include "exporters/comparison.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>

namespace planwatch {
namespace {

namespace fs = std::filesystem;

Sources newest_sources(StoreReader& reader, const std::string& plan)
{
    const std::optional<Adopted> adopted = reader.adopted(plan);
    if (!adopted) throw InputError{{{plan, "was never adopted in this ledger"}}};
    auto read = parse_sources(adopted->payload);
    return value_or_throw(std::move(read));
}

// The plans that are to be tried, by id: those of --with, else the settings' own. Without settings the ledger's people, hours and
// calendar stay.
class Trial {
public:
    Trial(const LedgerSimulation& options, StoreReader& reader) : reader_{reader}
    {
        if (!options.plans.config.empty()) settings_ = read_settings(options.plans.config);
        const Settings settings = settings_.value_or(Settings{});
        std::vector<fs::path> files;
        if (!options.with.empty())
            files = find_plans({options.plans.config, options.with}, settings);
        else
            files = settings.plans;
        const std::vector<std::string> known = reader.plans();
        for (const fs::path& file : files) {
            const std::string id = plan_id(read_file(file));
            const bool is_known = std::ranges::count(known, id) != 0;
            if (is_known) {
                files_[id] = file;
            } else if (!options.with.empty()) {
                throw InputError{{{file.string(), fmt::format("the plan '{}' is not in this ledger, which has {}", id, fmt::join(known, ", "))}}};
            }
        }
        only_named_ = !options.with.empty() && options.plans.names.empty();
    }

    bool wants(const std::string& plan) const { return !only_named_ || files_.contains(plan); }

    // Null where nothing is tried on the plan.
    std::shared_ptr<const Policy> policy_of(const std::string& plan) const
    {
        const auto file = files_.find(plan);
        if (file == files_.end() && !settings_) return nullptr;
        const Sources old = newest_sources(reader_, plan);
        const Office& office = settings_ ? settings_->office : old.office;
        const auto calendar = settings_ ? settings_->calendar : std::nullopt;
        Sources sources = file == files_.end() ? old : load_sources(file->second, calendar, office);
        sources.office = office;
        if (!settings_) sources.calendar = old.calendar;
        if (calendar) sources.calendar = read_file(*calendar);
        return value_or_throw(compile(sources));
    }

private:
    StoreReader& reader_;
    std::optional<Settings> settings_;
    std::map<std::string, fs::path> files_;
    bool only_named_ = false;
};

struct Span {
    Instant from, to;
};

Span span_of(const LedgerSimulation& options, Instant end, const Zone& zone)
{
    constexpr std::chrono::days year{365};
    const Instant to = options.to.empty() ? end : std::min(end, moment_end_option("--to", options.to, zone));
    const Instant from = options.from.empty() ? to - year : moment_option("--from", options.from, zone);
    if (to < from) throw UsageError{fmt::format("--from lies behind --to, or behind the ledger's end, {}", format_instant(end, zone))};
    return {from, to};
}

Course course_of(const std::function<void(const Tell&)>& run)
{
    Course course;
    run([&](const Happening& happening) {
        if (const auto* transition = std::get_if<Transition>(&happening.what)) course.transitions.push_back(*transition);
        if (const auto* message = std::get_if<Message>(&happening.what)) course.messages.push_back(*message);
    });
    return course;
}

void tell_past(StoreReader& reader, const std::string& plan, const Span& span, Format format)
{
    HappeningReport report;
    retell(reader, plan, span.to, [&](const Happening& happening) {
        if (happening.at() < span.from) return;
        format == Format::json ? print_line(happening) : report.add(happening);
    });
    if (format == Format::table) print(report.to_text());
}

void tell_trial(StoreReader& reader, const std::shared_ptr<const Policy>& changed, const Span& span, Format format)
{
    const std::string& plan = changed->plan.id;
    std::vector<NotTaken> not_taken;
    const Course was = course_of([&](const Tell& tell) { retell(reader, plan, span.to, tell); });
    const Course would_be = course_of([&](const Tell& tell) { not_taken = retell_under(reader, changed, span.to, tell); });
    const Comparison comparison = compare(was, would_be, span.from, span.to, changed->zone);
    print(format == Format::json ? comparison_lines(comparison, plan, changed->zone) : comparison_table(comparison, plan, changed->zone));
    for (const NotTaken& each : not_taken)
        print_problems({{plan, fmt::format("left out {} time{}, first at {}: {}", each.times, each.times == 1 ? "" : "s",
                                           format_instant(each.first, changed->zone), each.what)}});
}

std::vector<std::string> chosen_plans(const LedgerSimulation& options, StoreReader& reader)
{
    const std::vector<std::string> known = reader.plans();
    for (const std::string& name : options.plans.names)
        if (std::ranges::count(known, name) == 0) throw InputError{{{name, fmt::format("is no plan of this ledger, which has {}", fmt::join(known, ", "))}}};
    return options.plans.names.empty() ? known : options.plans.names;
}

}  // namespace

int simulate_ledger(const LedgerSimulation& options)
{
    StoreReader reader{fs::is_directory(options.ledger) ? database_in(options.ledger) : options.ledger};
    const Trial trial{options, reader};
    bool first = true;
    for (const std::string& plan : chosen_plans(options, reader)) {
        if (!trial.wants(plan)) continue;
        const std::shared_ptr<const Policy> changed = trial.policy_of(plan);
        const Zone zone = changed ? changed->zone : value_or_throw(compile(newest_sources(reader, plan)))->zone;
        const Span span = span_of(options, reader.newest_position(plan).until, zone);
        if (options.format == Format::table)
            print(fmt::format("{}{}  {} … {}\n\n", first ? "" : "\n", plan, format_instant(span.from, zone), format_instant(span.to, zone)));
        first = false;
        changed ? tell_trial(reader, changed, span, options.format) : tell_past(reader, plan, span, options.format);
    }
    return exit_code::fine;
}

}  // namespace planwatch

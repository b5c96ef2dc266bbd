// planwatch simulate: a year in seconds, every alert and every notice.
#include "config/submission.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/progress.hpp"
#include "daemon/simulator.hpp"
#include "exporters/tables.hpp"
#include "exporters/views.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace planwatch {
namespace {

struct SimulateOptions {
    PlanChoice plans;
    std::string from;
    std::string to;
    std::vector<std::string> submissions;
    Format format = Format::table;
};

// What is handed in, out of several files.
struct Inputs {
    std::vector<Timed> all;
    struct File {
        std::string name;
        Places places;
        std::size_t records;
    };
    std::vector<File> files;

    // `refused`: of each of them, with paths within it.
    Problems placed(const std::vector<Problems>& refused) const
    {
        Problems problems;
        auto of_record = refused.begin();
        for (const File& file : files)
            for (std::size_t i = 0; i < file.records; ++i, ++of_record)
                for (const Problem& each : *of_record) problems.push_back({fmt::format("{}: {}", file.name, file.places.path(i, each.path)), each.message});
        return problems;
    }
};

Inputs read_inputs(const std::vector<std::string>& files)
{
    Inputs inputs;
    Problems problems;
    for (const std::string& file : files) {
        Read<Timed> read = parse_timed(read_file(file).text);
        if (!read) {
            for (Problem& problem : read.error()) problems.push_back({file + ": " + problem.path, std::move(problem.message)});
            continue;
        }
        inputs.files.push_back({file, std::move(read->places), read->records.size()});
        std::ranges::move(read->records, std::back_inserter(inputs.all));
    }
    if (!problems.empty()) throw InputError{std::move(problems)};
    return inputs;
}

std::vector<SimulatedPlan> simulated_plans(const SimulateOptions& options)
{
    std::vector<SimulatedPlan> plans;
    for (const auto& policy : load_policies(options.plans)) {
        const Instant from = moment_option("--from", options.from, policy->zone);
        const Instant to = moment_end_option("--to", options.to, policy->zone);
        if (to < from) throw UsageError{"--to lies before --from"};
        plans.push_back({policy, from, to});
    }
    return plans;
}

void print_line(const Happening& happening)
{
    const Policy& policy = *happening.policy;
    if (const auto* transition = std::get_if<Transition>(&happening.what)) print(transition_line(policy, *transition) + "\n");
    if (const auto* notice = std::get_if<Notice>(&happening.what)) print(notice_line(policy, *notice) + "\n");
}

// What happened as rows for people, and the sums below them.
class Report {
public:
    void add(const Happening& happening)
    {
        std::visit([&](const auto& what) { add(*happening.policy, what); }, happening.what);
    }

    std::string to_text() const
    {
        Table alerts{{"预警", "触发", "解除"}};
        for (const auto& [kind, count] : alerts_)
            alerts.add({std::string{kind_name(kind)}, std::to_string(count.fired), std::to_string(count.resolved)});
        Table notices{{"接收人", "通知", "消息", "一周最多"}};
        for (const auto& [recipient, post] : posts_)
            notices.add({recipient, std::to_string(post.notices), std::to_string(post.messages), std::to_string(post.most_a_week)});
        return happenings_.to_text() + "\n" + alerts.to_text() + "\n" + notices.to_text();
    }

private:
    struct Count {
        std::size_t fired = 0;
        std::size_t resolved = 0;
    };

    void add(const Policy& policy, const Transition& transition)
    {
        const AlertKey& key = transition.alert.key;
        const bool fired = transition.event == AlertEvent::fired;
        ++(fired ? alerts_[key.kind].fired : alerts_[key.kind].resolved);
        happenings_.add({format_instant(transition.at, policy.zone), fired ? "触发" : "解除", std::string{kind_name(key.kind)},
                         policy.plan.id, key.unit, key.subject, key.period, transition.alert.why});
    }

    void add(const Policy& policy, const Notice& notice)
    {
        ++posts_[named(notice.recipient)].notices;
        const AlertKey key = AlertKey::parse(notice.alert, policy.plan.id).value_or(AlertKey{});
        happenings_.add({format_instant(notice.at, policy.zone), "通知", std::string{kind_name(key.kind)}, policy.plan.id, key.unit,
                         key.subject, key.period,
                         fmt::format("{} → {} ({})", notice.step, notice.recipient.id, notice.recipient.channel)});
    }

    // What goes out to one person. Happenings come in order of time: the newest week is the one that grows.
    void add(const Policy& policy, const Message& message)
    {
        Post& post = posts_[named(message.recipient)];
        const Day monday = monday_of(policy.zone.day_of(message.at));
        if (std::exchange(post.monday, monday) != monday) post.this_week = 0;
        ++post.messages;
        post.most_a_week = std::max(post.most_a_week, ++post.this_week);
        happenings_.add({format_instant(message.at, policy.zone), "消息", "", policy.plan.id, "", "", "",
                         fmt::format("{} 项 → {} ({})", message.notices.size(), message.recipient.id, message.recipient.channel)});
    }

    static std::string named(const Recipient& person) { return fmt::format("{} ({})", person.name, person.id); }

    struct Post {
        std::size_t notices = 0;
        std::size_t messages = 0;
        std::size_t most_a_week = 0;
        std::size_t this_week = 0;
        Day monday{};
    };

    Table happenings_{{"时间", "事件", "类别", "计划", "单位", "事项", "报告期", "说明"}};
    std::map<AlertKind, Count> alerts_;
    std::map<std::string, Post> posts_;
};

int run_simulate(const SimulateOptions& options)
{
    const std::vector<SimulatedPlan> plans = simulated_plans(options);
    const Inputs inputs = read_inputs(options.submissions);

    // A report on half of what was handed in would mislead: of a file with faults the problems alone are told.
    const bool whole = std::ranges::all_of(inputs.all, [](const Timed& each) { return faults_of(each).empty(); });
    Report report;
    const bool lines = options.format == Format::json;
    const auto tell = [&](const Happening& happening) {
        if (whole) lines ? print_line(happening) : report.add(happening);
    };
    Problems refused;
    {
        Progress progress{"simulated days"};
        refused = inputs.placed(simulate(plans, inputs.all, tell, [&](std::size_t done, std::size_t all) { progress.show(done, all); }));
    }
    if (whole && !lines) print(report.to_text());
    print_problems(refused);
    return refused.empty() ? exit_code::fine : exit_code::input;
}

}  // namespace

void add_simulate(CLI::App& program, Action& action)
{
    CLI::App& command = *program.add_subcommand(
        "simulate", "Plans in virtual time: every alert and notice, with what is handed in or with nothing");
    command.footer(
        "Example: planwatch simulate config/plans/jincheng-chengqu-2023.toml --from 2023-10-20 --to 2023-11-10 --format json\n"
        "Submissions: a JSON array or one JSON object a line, as the API takes them, with \"at\" (RFC 3339); one with \"duty\" is "
        "a filing.");
    auto options = std::make_shared<SimulateOptions>();
    add_plans(command, options->plans);
    command.add_option("--from", options->from, "Tell what happens from here on; a date is its midnight")
        ->required()
        ->type_name("TIME");
    command.add_option("--to", options->to, "To here; a date is the midnight that ends it")->required()->type_name("TIME");
    command.add_option("--submissions", options->submissions, "What is handed in, and when")
        ->check(CLI::ExistingFile.description(""))
        ->type_name("FILE");
    add_format(command, options->format, {Format::table, Format::json});
    on_chosen(command, action, options, run_simulate);
}

}  // namespace planwatch

// planwatch plan new: begins a plan file from flags, and asks on a terminal for what they leave out. What can be answered, and what
// is wrong with an answer, is config/plan_draft.hpp's; here are the flags, the conversation and the file.
#include "daemon/commands/plan_new.hpp"

#include "config/plan_draft.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fmt/format.h>
#include <iostream>
#include <sstream>
#include <system_error>

namespace planwatch {
namespace {

struct NewPlanOptions {
    std::string file;
    std::vector<std::vector<std::string>> answers = std::vector<std::vector<std::string>>(draft_fields().size());  // same positions
    bool no_questions = false;
};

// A draft on its way, and which of the fields have their answer.
struct Begun {
    PlanDraft draft;
    std::vector<bool> is_given = std::vector<bool>(draft_fields().size());
};

// Every flag that is wrong is told at once.
Begun take_flags(const NewPlanOptions& options)
{
    const auto fields = draft_fields();
    Begun begun;
    Problems problems;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        begun.is_given[i] = !options.answers[i].empty();
        for (const std::string& answer : options.answers[i]) {
            if (Result<PlanDraft> draft = answered(begun.draft, fields[i], answer)) {
                begun.draft = *std::move(draft);
            } else {
                problems.insert(problems.end(), draft.error().begin(), draft.error().end());
            }
        }
    }
    if (!problems.empty()) throw UsageError{to_text(problems)};
    return begun;
}

// Where --id was not given, a file's name serves as the id if it can be one.
void take_id_of_file(const NewPlanOptions& options, Begun& begun)
{
    const DraftField& id = draft_fields().front();
    if (begun.is_given.front() || options.file.empty() || options.file == "-") return;
    if (Result<PlanDraft> draft = answered(begun.draft, id, std::filesystem::path{options.file}.stem().string())) {
        begun.draft = *std::move(draft);
        begun.is_given.front() = true;
    }
}

void demand_essentials(const Begun& begun)
{
    const auto fields = draft_fields();
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < fields.size(); ++i)
        if (fields[i].kind == DraftField::Kind::essential && !begun.is_given[i])
            missing.push_back(fmt::format("{} {}", fields[i].flag, fields[i].form));
    if (missing.empty()) return;
    throw UsageError{fmt::format("a plan needs also {} (on a terminal, and without --no-questions, they are asked for)",
                                 fmt::join(missing, ", "))};
}

// The conversation goes over the standard error, so that the plan may go to the standard output.
class Questionnaire {
public:
    explicit Questionnaire(Begun& begun) : begun_{begun} {}

    void ask_all()
    {
        const auto fields = draft_fields();
        std::cerr << "An empty answer takes what stands in [brackets]; Ctrl-D ends this without a plan.\n";
        for (std::size_t i = 0; i < fields.size(); ++i)
            if (!begun_.is_given[i]) ask(fields[i]);
    }

private:
    void ask(const DraftField& field)
    {
        const bool is_repeated = field.kind == DraftField::Kind::repeated;
        std::cerr << fmt::format("\n{}\n  {}{}such as {}{}\n", field.question, field.form, field.form.empty() ? "" : ", ",
                                 field.example, is_repeated ? "; one a line, an empty line goes on" : "");
        std::string fallback = field.fallback(begun_.draft);
        while (true) {
            const std::string text = read_line(field, fallback);
            if (text.empty() && field.kind != DraftField::Kind::essential) return;
            if (!take(field, text)) continue;
            if (!is_repeated) return;
            fallback.clear();
        }
    }

    std::string read_line(const DraftField& field, const std::string& fallback)
    {
        const std::string_view name = field.flag.substr(2);
        std::cerr << (fallback.empty() ? fmt::format("{}: ", name) : fmt::format("{} [{}]: ", name, fallback)) << std::flush;
        std::string text;
        if (std::getline(std::cin, text)) return text;
        std::cerr << '\n';
        throw UsageError{"the answers ended before the last question; no plan was written"};
    }

    bool take(const DraftField& field, const std::string& text)
    {
        Result<PlanDraft> draft = answered(begun_.draft, field, text);
        if (draft) {
            begun_.draft = *std::move(draft);
            return true;
        }
        for (const Problem& problem : draft.error()) std::cerr << "  " << problem.message << '\n';
        return false;
    }

    Begun& begun_;
};

[[noreturn]] void refuse_existing(const std::string& file)
{
    throw InputError{{{file, "exists already; name another file, or remove this one first"}}};
}

[[noreturn]] void fail_to_write(const std::string& file)
{
    throw std::system_error{errno, std::generic_category(), "cannot write " + file};
}

// A file on its way, gone again unless it got its name.
class PartFile {
public:
    explicit PartFile(const std::string& target)
        : target_{target},
          path_{target + ".part"},
          descriptor_{::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)}
    {
        if (descriptor_ < 0) fail_to_write(path_);
    }
    ~PartFile()
    {
        ::close(descriptor_);
        ::unlink(path_.c_str());
    }
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    void write(std::string_view text)
    {
        while (!text.empty()) {
            const ssize_t written = ::write(descriptor_, text.data(), text.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) fail_to_write(target_);
            text.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(descriptor_) != 0) fail_to_write(target_);
    }

    // A link, unlike a rename, never takes the place of a file that is there.
    void publish()
    {
        if (::link(path_.c_str(), target_.c_str()) == 0) return;
        if (errno == EEXIST) refuse_existing(target_);
        fail_to_write(target_);
    }

private:
    std::string target_;
    std::string path_;
    int descriptor_;
};

void write_new(const std::string& file, std::string_view text)
{
    PartFile part{file};
    part.write(text);
    part.publish();
}

// Every line that somebody has to look at: what was guessed.
std::string next_steps(const std::string& file, const std::string& text)
{
    constexpr std::string_view guessed = "assumed = ";
    std::string steps = fmt::format("wrote {}\nto be replaced by what the document says:\n", file);
    std::istringstream lines{text};
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number)
        if (line.starts_with(guessed)) steps += fmt::format("  {}:{}: {}\n", file, number, line.substr(guessed.size()));
    return steps + fmt::format("then: planwatch check {}\n", file);
}

int run_new_plan(const NewPlanOptions& options)
{
    Begun begun = take_flags(options);
    take_id_of_file(options, begun);
    if (!options.file.empty() && options.file != "-" && std::filesystem::exists(options.file)) refuse_existing(options.file);
    if (options.no_questions || ::isatty(STDIN_FILENO) == 0) {
        demand_essentials(begun);
    } else {
        Questionnaire{begun}.ask_all();
    }
    const std::string text = draft_text(begun.draft);
    const std::string file = options.file.empty() ? begun.draft.id + ".toml" : options.file;
    if (file == "-") {
        print(text);
    } else {
        write_new(file, text);
        print(next_steps(file, text));
    }
    return exit_code::fine;
}

void add_answer(CLI::App& command, const DraftField& field, std::vector<std::string>& answers)
{
    if (field.kind == DraftField::Kind::yes_no) {
        command.add_flag_callback(
            std::string{field.flag}, [&answers] { answers = {"y"}; }, std::string{field.question});
        return;
    }
    const bool is_repeated = field.kind == DraftField::Kind::repeated;
    const std::string help =
        fmt::format("{}; such as {}{}", field.question, field.example, is_repeated ? "; can be given again" : "");
    CLI::Option& option = *command.add_option(std::string{field.flag}, answers, help)->type_name(std::string{field.form});
    if (is_repeated) {
        option.allow_extra_args(false);  // what follows its one value may be FILE
    } else {
        option.expected(1);
    }
}

}  // namespace

void add_plan_new(CLI::App& plan, Action& action)
{
    CLI::App& command =
        *plan.add_subcommand("new", "Begin a plan file: from flags, and on a terminal from the answers to a few questions");
    command.footer(
        "Example: planwatch plan new dongshan-2026.toml --name 东山区2026年食品安全工作计划 --issued 2026-03-01\n"
        "             --unit edu=区教育局 --report \"quarterly:period_end + 10d=工作进展@八（三十二）\"");
    auto options = std::make_shared<NewPlanOptions>();
    command.add_option("file", options->file, "The new file, which must not exist (ID.toml by default); - is the standard output")
        ->type_name("FILE");
    for (std::size_t i = 0; i < draft_fields().size(); ++i) add_answer(command, draft_fields()[i], options->answers[i]);
    command.add_flag("--no-questions", options->no_questions, "Ask nothing, also on a terminal");
    on_chosen(command, action, options, run_new_plan);
}

}  // namespace planwatch

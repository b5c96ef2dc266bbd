// planwatch completion: what a shell can complete, written from the command line as this program understands it, so that the two
// cannot differ.
#include "daemon/commands/commands.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace planwatch {
namespace {

struct CompletionOptions {
    CLI::App* program = nullptr;
    std::string shell;
};

// What follows an option, or stands for itself.
struct Value {
    bool file = false;
    std::vector<std::string> words;  // where only these are possible
};

Value value_of(const CLI::Option& option)
{
    const std::string type = option.get_type_name();
    if (type == "FILE" || type == "DIR" || type == "DB" || type == "PLAN") return {.file = true, .words = {}};
    if (type.find('|') == std::string::npos) return {};
    return {.file = false, .words = CLI::detail::split(type, '|')};
}

std::vector<std::string> spellings(const CLI::Option& option)
{
    std::vector<std::string> all;
    for (const std::string& name : option.get_lnames()) all.push_back("--" + name);
    for (const std::string& name : option.get_snames()) all.push_back("-" + name);
    return all;
}

bool takes_value(const CLI::Option& option) { return option.nonpositional() && option.get_items_expected_max() > 0; }

// `visit(command, path)` for the program and every command below it; path: "planwatch token create".
template <class Visit>
void walk(const CLI::App& command, const std::string& path, const Visit& visit)
{
    visit(command, path);
    for (const CLI::App* child : command.get_subcommands({})) walk(*child, path + " " + child->get_name(), visit);
}

// ---- bash

std::string bash_words(const std::vector<std::string>& words)
{
    return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$current\"))", fmt::join(words, " "));
}

std::string bash_value(const Value& value)
{
    if (value.file) return "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$current\"))";
    return value.words.empty() ? "" : bash_words(value.words);
}

std::string bash(const CLI::App& program)
{
    std::string commands, values, words;
    walk(program, program.get_name(), [&](const CLI::App& command, const std::string& path) {
        if (path != program.get_name()) commands += fmt::format("            '{}') path='{}' ;;\n", path, path);
        std::vector<std::string> offered;
        bool files = false;
        for (const CLI::App* child : command.get_subcommands({})) offered.push_back(child->get_name());
        for (const CLI::Option* option : command.get_options()) {
            const auto names = spellings(*option);
            offered.insert(offered.end(), names.begin(), names.end());
            files = files || (!option->nonpositional() && value_of(*option).file);
            if (!option->nonpositional()) {
                const auto possible = value_of(*option).words;
                offered.insert(offered.end(), possible.begin(), possible.end());
            }
            if (!takes_value(*option)) continue;
            for (const std::string& name : names) values += fmt::format("        '{} {}') {}; return ;;\n", path, name, bash_value(value_of(*option)).empty() ? ":" : bash_value(value_of(*option)));
        }
        words += fmt::format("        '{}') {} ;;\n", path, bash_words(offered));
        if (files) words.insert(words.size() - 4, "; [[ $current == -* ]] || { compopt -o filenames; COMPREPLY=($(compgen -f -- \"$current\")); }");
    });
    return fmt::format(R"(# bash completion for planwatch; written by `planwatch completion bash`
_planwatch() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} path={0} word
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$path $word" in
{1}        esac
    done
    COMPREPLY=()
    case "$path $before" in
{2}    esac
    case "$path" in
{3}    esac
}}
complete -F _planwatch {0}
)",
                       program.get_name(), commands, values, words);
}

// ---- fish

std::string fish_quoted(const std::string& text)
{
    std::string quoted = "'";
    for (const char letter : text) {
        if (letter == '\'' || letter == '\\') quoted += '\\';
        quoted += letter;
    }
    return quoted + "'";
}

std::string fish(const CLI::App& program)
{
    std::string text = "# fish completion for planwatch; written by `planwatch completion fish`\ncomplete -c planwatch -f\n";
    std::vector<std::string> commands;
    walk(program, program.get_name(), [&](const CLI::App&, const std::string& path) { commands.push_back(fish_quoted(path)); });
    text += fmt::format(R"(function __planwatch_at
    set -l path planwatch
    for word in (commandline -opc)[2..-1]
        contains -- "$path $word" {}; and set path "$path $word"
    end
    test "$path" = "$argv"
end
)",
                        fmt::join(commands, " "));
    walk(program, program.get_name(), [&](const CLI::App& command, const std::string& path) {
        const std::string begin = fmt::format("complete -c planwatch -n \"__planwatch_at {}\"", path);
        for (const CLI::App* child : command.get_subcommands({}))
            text += fmt::format("{} -a {} -d {}\n", begin, child->get_name(), fish_quoted(child->get_description()));
        for (const CLI::Option* option : command.get_options()) {
            const Value value = value_of(*option);
            std::string line = begin;
            for (const std::string& name : option->get_lnames()) line += " -l " + name;
            for (const std::string& name : option->get_snames()) line += " -s " + name;
            if (value.file) line += option->nonpositional() ? " -r -F" : " -F";
            if (!value.words.empty()) line += fmt::format("{} -a {}", option->nonpositional() ? " -x" : "", fish_quoted(fmt::format("{}", fmt::join(value.words, " "))));
            if (!value.file && value.words.empty() && takes_value(*option)) line += " -x";
            if (line != begin) text += fmt::format("{} -d {}\n", line, fish_quoted(option->get_description()));
        }
    });
    return text;
}

int complete(const CompletionOptions& options)
{
    print(options.shell == "fish" ? fish(*options.program) : bash(*options.program));
    return exit_code::fine;
}

}  // namespace

void add_completion(CLI::App& program, Action& action)
{
    CLI::App& command = *program.add_subcommand("completion", "What a shell needs to complete this program's command line");
    command.footer("Example: planwatch completion bash > /etc/bash_completion.d/planwatch");
    auto options = std::make_shared<CompletionOptions>();
    options->program = &program;
    command.add_option("shell", options->shell, "The shell")
        ->required()
        ->check(CLI::IsMember{std::vector<std::string>{"bash", "fish"}}.description(""))
        ->type_name("bash|fish");
    on_chosen(command, action, options, complete);
}

}  // namespace planwatch

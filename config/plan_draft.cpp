#include "config/plan_draft.hpp"

#include "rules/plan.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sstream>
#include <toml++/toml.h>

namespace planwatch {
namespace drafting {
namespace {

// ---- the answers, with every gap filled by a guess

struct Part {
    std::string id;
    std::string name;
    std::string clause;
    std::string assumed;
};

struct Unit : Part {
    std::string kind;
};

struct Figure : Part {
    std::string measure;
    std::string target;
};

struct Report : Part {
    std::string cadence;
    std::string due;
    std::vector<std::string> figures;
    bool filing = true;
};

// Whether there is a way to go to the target, and so a pace.
bool leads_up(const Figure& figure)
{
    return !figure.target.empty() && figure.measure != "ratio" && figure.measure != "done" && !figure.target.starts_with("at_most");
}

// How a cadence is called where the answer gives no name.
struct CadenceName {
    Cadence cadence;
    std::string_view id;
    std::string_view name;
};
constexpr CadenceName cadence_names[] = {
    {Cadence::quarterly, "quarterly_report", "季度工作进展"},
    {Cadence::monthly, "monthly_report", "月度工作情况"},
    {Cadence::half_yearly, "half_year_report", "半年工作总结"},
    {Cadence::weekly, "weekly_report", "周工作情况"},
    {Cadence::daily, "daily_report", "日工作情况"},
    {Cadence::yearly, "annual_report", "年度工作总结"},
    {Cadence::once, "single_report", "专项工作报告"},
};

// None where the answer is no cadence; the reader of plans says so.
const CadenceName* find_cadence(std::string_view word)
{
    const auto found =
        std::ranges::find_if(cadence_names, [&](const CadenceName& each) { return to_string(each.cadence) == word; });
    return found == std::end(cadence_names) ? nullptr : &*found;
}

template <class Parts>
bool holds(const Parts& parts, std::string_view id)
{
    return std::ranges::any_of(parts, [&](const Part& part) { return part.id == id; });
}

// "annual_report", "annual_report_2", …
template <class Parts>
std::string free_id(const Parts& parts, std::string_view id)
{
    std::string free{id};
    for (int number = 2; holds(parts, free); ++number) free = fmt::format("{}_{}", id, number);
    return free;
}

class Filled {
public:
    explicit Filled(const PlanDraft& draft)
    {
        fill_units(draft);
        fill_figures(draft);
        fill_reports(draft);
        for (const DraftClause& clause : draft.clauses) clauses.push_back({clause.id, clause.title, {}, roles_assumed});
        for (Figure& figure : figures) fill_clause(figure);
        for (Report& report : reports) fill_clause(report);
        collect_figures();
    }

    std::vector<Unit> units;
    std::vector<std::string> members;  // ids of those that report
    std::vector<Figure> figures;
    std::vector<Report> reports;
    std::vector<Part> clauses;

private:
    static constexpr const char* roles_assumed =
        "a draft: every unit stands as by_duty; the paragraph says who leads and who cooperates";

    void fill_units(const PlanDraft& draft)
    {
        for (const DraftUnit& unit : draft.units) units.push_back({{unit.id, unit.name, {}, {}}, unit.kind});
        if (units.empty())
            units.push_back(
                {{"fso", "食安办", {}, "a draft: the office stands alone; the units that the document names belong here"},
                 "office"});
        // An office gathers what others report, and a group only stands for them.
        const auto add = [&](const Unit& unit) {
            if (std::ranges::find(members, unit.id) == members.end()) members.push_back(unit.id);
        };
        for (const Unit& unit : units)
            if (unit.kind != "office" && unit.kind != "group") add(unit);
        if (members.empty()) std::ranges::for_each(units, add);
    }

    void fill_figures(const PlanDraft& draft)
    {
        for (const DraftIndicator& each : draft.indicators) {
            const bool is_whole = each.target.empty() && each.measure == "ratio";
            Figure figure{{each.id, each.name, each.clause, {}}, each.measure, is_whole ? "at_least 100 %" : each.target};
            figure.assumed =
                fmt::format("a draft: every unit reports it{}{}; the document says what it asks",
                            is_whole ? ", and all of it is asked" : "", leads_up(figure) ? ", and it should grow evenly" : "");
            figures.push_back(std::move(figure));
        }
        if (!draft.examples) return;
        const std::string assumed = "an example of a figure: the document says what it asks, and of whom";
        figures.push_back(
            {{free_id(figures, "kitchen_coverage"), "学校食堂“互联网+明厨亮灶”覆盖率", {}, assumed}, "ratio", "at_least 100 %"});
        figures.push_back({{free_id(figures, "sampling_batches"), "监督抽检批次", {}, assumed}, "count", "at_least 1200 批次"});
    }

    void fill_reports(const PlanDraft& draft)
    {
        for (const DraftReport& each : draft.reports) {
            const CadenceName* const known = find_cadence(each.cadence);
            const std::string usual{known ? known->name : "工作报告"};
            add_report(each.cadence, free_id(reports, known ? known->id : "report"), each.name.empty() ? usual : each.name,
                       each.due, each.clause);
        }
        if (!reports.empty() || figures.empty()) return;
        add_report("quarterly", "quarterly_figures", "季度指标数据", {}, {});  // else nobody is reminded of the figures
        reports.back().filing = false;
        reports.back().assumed =
            "a draft: every unit reports its figures every quarter, 10 days after it ends; the document says how often";
    }

    void add_report(std::string cadence, std::string id, std::string name, std::string due, std::string clause)
    {
        Report report;
        const bool is_day = !due.empty() && due.find_first_not_of("0123456789") == std::string::npos;
        report.assumed = fmt::format("a draft: every unit owes it{}; the document says what it asks",
                                     due.empty() ? ", 10 days after the period ends"
                                     : is_day    ? ", in the month after the period ends"
                                                 : "");
        report.id = std::move(id);
        report.name = std::move(name);
        report.clause = std::move(clause);
        report.cadence = std::move(cadence);
        report.due = due.empty() ? "period_end + 10d" : is_day ? "next day " + due : std::move(due);
        reports.push_back(std::move(report));
    }

    // What names no paragraph gets one that cannot be mistaken for the document's.
    void fill_clause(Part& part)
    {
        if (!part.clause.empty()) {
            if (!holds(clauses, part.clause)) clauses.push_back({part.clause, part.name, {}, roles_assumed});
            return;
        }
        int number = 1;
        while (holds(clauses, fmt::format("待定{}", number))) ++number;
        part.clause = fmt::format("待定{}", number);
        clauses.push_back({part.clause,
                           part.name,
                           {},
                           "a draft: its number, its title, and that every unit stands as by_duty; the paragraph says all three"});
    }

    // One duty collects the figures: the one of the cadence in which figures are most usually asked for.
    void collect_figures()
    {
        if (figures.empty()) return;
        const auto rank = [](const Report& report) {
            const CadenceName* const known = find_cadence(report.cadence);
            return known ? known - std::begin(cadence_names) : std::ssize(cadence_names);
        };
        Report& collecting = *std::ranges::min_element(reports, {}, rank);
        for (const Figure& figure : figures) collecting.figures.push_back(figure.id);
    }
};

// ---- the text

// As a TOML string of one line, whatever it holds.
std::string quoted(const std::string& text)
{
    const toml::value<std::string> value{text};
    std::ostringstream out;
    out << toml::toml_formatter{value, toml::format_flags::allow_unicode_strings};
    return std::move(out).str();
}

std::string list_of(const std::vector<std::string>& texts)
{
    std::string list;
    for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + quoted(text);
    return "[" + list + "]";
}

std::string heading(std::string_view title)
{
    constexpr std::size_t width = 124;  // with what stands before it, as long as the lines of comments
    return fmt::format("\n# --- {} {:-<{}}\n", title, "", width - title.size());
}

std::string explained(std::string_view line, std::string_view what) { return fmt::format("{:<43} # {}\n", line, what); }

std::string assumed_line(const Part& part)
{
    return part.assumed.empty() ? std::string{} : fmt::format("assumed = {}\n", quoted(part.assumed));
}

std::string commented(const std::string& text)
{
    std::istringstream lines{text};
    std::string out, line;
    while (std::getline(lines, line)) out += line.empty() ? "\n" : "# " + line + "\n";
    return out;
}

int year_of(const PlanDraft& draft)
{
    return draft.year.value_or(static_cast<int>(std::chrono::year_month_day{draft.issued}.year()));
}

std::string head_text(const PlanDraft& draft)
{
    std::string text = fmt::format(
        "# A first draft, begun with `planwatch plan new`: replace what was drafted by what the document says. Clause numbers are "
        "the\n"
        "# document's own, titles and names ours. What the document leaves open stands as `assumed`, in one line; `planwatch "
        "check` lists\n"
        "# all of it until somebody has decided it. Of a line such as `# lock_after = …`, take the # away to use it.\n"
        "\n"
        "[plan]\n"
        "id = {}\n"
        "name = {}\n"
        "issued = {}\n"
        "# issued_assumed = \"the document carries no date\"\n"
        "year = {}\n"
        "time_zone = {}\n"
        "{}",
        quoted(draft.id), quoted(draft.name), format_day(draft.issued), year_of(draft), quoted(draft.time_zone),
        explained("# lock_after = \"120d\"", "figures of a period are locked so long after its end"));
    if (draft.population) return text + fmt::format("population = {}\n", *draft.population);
    return text + explained("# population = { value = 420000, assumed = \"the census of 2020\" }",
                            "people; figures per 1,000 people need it");
}

std::string units_text(const Filled& filled, std::string_view plan)
{
    std::string text = heading("Units: who answers for something, and who reports");
    text += fmt::format(
        "# kind is department (where it is left out), town, office, or group: one that stands for others. Businesses come from the "
        "office's\n"
        "# register, {}.csv in a folder `registers` beside this file's folder; `@businesses` names them all.\n",
        plan);
    bool is_first = true;
    for (const Unit& unit : filled.units) {
        text += fmt::format("\n[[unit]]\nid = {}\nname = {}\n", quoted(unit.id), quoted(unit.name));
        if (!unit.kind.empty()) text += fmt::format("kind = {}\n", quoted(unit.kind));
        if (std::exchange(is_first, false)) text += explained("# aliases = [\"市监局\"]", "other spellings in the document");
        text += assumed_line(unit);
    }
    text += fmt::format(
        "\n# Names for sets of units; @departments, @towns, @businesses and @all are there by themselves.\n[groups]\nmembers = "
        "{}\n",
        list_of(filled.members));
    return text;
}

std::string clauses_text(const Filled& filled)
{
    std::string text = heading("Clauses: the document's paragraphs");
    text += "# role is lead (牵头), cooperate (配合), by_duty (按职责分工) or responsible (负责).\n";
    std::string units;
    for (const std::string& id : filled.members)
        units += fmt::format("{}{{ unit = {}, role = \"by_duty\" }}", units.empty() ? "" : ", ", quoted(id));
    bool is_first = true;
    for (const Part& clause : filled.clauses) {
        text += fmt::format("\n[[clause]]\nid = {}\ntitle = {}\nunits = [ {} ]\n", quoted(clause.id), quoted(clause.name), units);
        if (std::exchange(is_first, false))
            text += explained("# scope = [\"11 个重点品种\"]", "counts that only bound a scope: notes, no targets");
        text += assumed_line(clause);
    }
    return text;
}

// The lines that a figure of this measure may want next.
std::string figure_hints(const Figure& figure, int year)
{
    if (figure.target.empty())
        return figure.measure == "done" ? "" : explained("# target = \"at_least 1200 批次\"", "or at_most, exactly");
    std::string text;
    if (leads_up(figure)) {
        text =
            explained("pace = \"linear\"", fmt::format("序时进度; or milestones: [ {{ day = {}-06-30, value = 600 }}, … ]", year));
        text += explained(fmt::format("# pace_from = {}-02-01", year), "nothing is expected before");
        text += explained("# tolerance = 0.05", "share of the expected value that may lack; 0.1 where it is left out");
    } else {
        text = explained("# hold = true", "保持: must be true in every period; without `by`");
    }
    text += explained(fmt::format("# by = {}-11-30", year), "11月底前; the plan's end where it is left out");
    return text + explained("# each = true", "every unit must reach it by itself, not all together");
}

std::string figure_text(const Figure& figure, int year)
{
    std::string text = fmt::format("\n[[indicator]]\nid = {}\nname = {}\nclause = {}\nmeasure = {}\n", quoted(figure.id),
                                   quoted(figure.name), quoted(figure.clause), quoted(figure.measure));
    if (!figure.target.empty()) text += fmt::format("target = {}\n", quoted(figure.target));
    return text + figure_hints(figure, year) + "units = [\"@members\"]\n" + assumed_line(figure);
}

std::string figures_text(const Filled& filled, int year)
{
    std::string text = heading("Indicators: what is measured, and what it must reach");
    text +=
        "# Figures are of their period alone, and add up; reported = \"cumulative\" is the year so far, \"level\" how things stand "
        "at its end.\n";
    for (const Figure& figure : filled.figures) text += figure_text(figure, year);
    if (!filled.figures.empty() || filled.clauses.empty()) return text;
    return text + commented(fmt::format(
                      "\n[[indicator]]\nid = \"kitchen_coverage\"\nname = \"学校食堂“互联网+明厨亮灶”覆盖率\"\nclause = {}\n"
                      "measure = \"ratio\"\ntarget = \"at_least 100 %\"\nunits = [\"@members\"]\n",
                      quoted(filled.clauses.front().id)));
}

// The period of the cadence in which the plan was issued, as far as that lies in its year.
std::string first_period(Cadence cadence, const PlanDraft& draft)
{
    const std::chrono::year year{year_of(draft)};
    const Day issued = std::clamp(draft.issued, Day{year / 1 / 1}, Day{year / 12 / 1});
    return Period::containing(period_kind(cadence), issued).to_string();
}

std::string report_text(const Report& report, const PlanDraft& draft)
{
    std::string text =
        fmt::format("\n[[duty]]\nid = {}\nname = {}\nclause = {}\ncadence = {}\ndue = {}\nunits = [\"@members\"]\n",
                    quoted(report.id), quoted(report.name), quoted(report.clause), quoted(report.cadence), quoted(report.due));
    if (!report.figures.empty()) text += fmt::format("indicators = {}\n", list_of(report.figures));
    if (report.filing) text += explained("filing = true", "a document is owed");
    const CadenceName* const known = find_cadence(report.cadence);
    if (known && known->cadence != Cadence::once)
        text +=
            explained(fmt::format("# first = \"{}\"", first_period(known->cadence, draft)), "the first period that is reported on");
    text += explained("# remind = [\"-14wd 09:00\"]", "the reporter is told once more, beside the usual reminders");
    return text + assumed_line(report);
}

std::string reports_text(const Filled& filled, const PlanDraft& draft)
{
    std::string text = heading("Duties: what is to be handed in, by when");
    text +=
        "# due: period_end, period_start, issued, MM-DD, \"day N\", \"next day N\", with + Nd (days) or + Nwd (working days), a "
        "time of day, and\n"
        "# \"roll forward\" or \"roll back\" from days off. The named day itself still counts.\n";
    for (const Report& report : filled.reports) text += report_text(report, draft);
    if (!filled.reports.empty() || filled.clauses.empty()) return text;
    return text +
           commented(fmt::format(
               "\n[[duty]]\nid = \"annual_report\"\nname = \"年度工作总结\"\nclause = {}\ncadence = \"yearly\"\ndue = \"11-20\"\n"
               "units = [\"@members\"]\nfiling = true\n",
               quoted(filled.clauses.front().id)));
}

std::string overlay_text(const Filled& filled, const PlanDraft& draft)
{
    std::string text = heading("What the office decides for itself");
    text +=
        "# goes into an overlay, a file in the folder `overlays` beside this file's folder, so that the plan stays as the document "
        "has it:\n"
        "#\n";
    const std::string decided = filled.reports.empty() ? "[plan]\npopulation = 420000\n"
                                                       : fmt::format("[duty.{}]\ndue = {}\n", filled.reports.front().id,
                                                                     quoted(filled.reports.front().due));
    std::istringstream lines{
        fmt::format("[overlay]\nplan = {}\nreason = \"why\"\nauthor = \"区食安办\"\n{}", quoted(draft.id), decided)};
    for (std::string line; std::getline(lines, line);) text += "#     " + line + "\n";
    return text;
}

}  // namespace
}  // namespace drafting

std::string draft_text(const PlanDraft& draft)
{
    using namespace drafting;
    const Filled filled{draft};
    return head_text(draft) + units_text(filled, draft.id) + clauses_text(filled) + figures_text(filled, year_of(draft)) +
           reports_text(filled, draft) + overlay_text(filled, draft);
}

}  // namespace planwatch

#include "config/business_register.hpp"

#include "config/csv.hpp"
#include "config/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

namespace planwatch {
namespace {

using namespace reading;

// In a struct, for such words are names of much else.
struct Column {
    enum : std::size_t { id, name, town, kind, risk };
};

constexpr std::array<CsvColumn, 5> columns{
    {{"id", "编号", false}, {"name", "名称", true}, {"town", "乡镇", true}, {"kind", "类别", false}, {"risk", "风险等级", false}}};

constexpr std::size_t max_id = 128;   // bytes, as in the plan file
constexpr std::size_t max_name = 200; // characters

// An id stands in URLs, in alerts' ids and as a word of rule tests.
std::optional<std::string> id_problem(std::string_view id)
{
    if (id.size() > max_id) return fmt::format("is longer than {} bytes", max_id);
    const auto taken = std::find_if(id.begin(), id.end(), [](char c) { return std::string_view{" :/\"#,@*"}.find(c) != std::string_view::npos; });
    if (taken == id.end()) return std::nullopt;
    return fmt::format("holds '{}', which an id cannot", *taken);
}

Business business_in(const CsvRow& row, const std::string& file)
{
    Business read{.id = std::string{row[Column::id]},
                  .name = std::string{row[Column::name]},
                  .town = std::string{row[Column::town]},
                  .trade = std::string{row[Column::kind]},
                  .risk = std::string{row[Column::risk]},
                  .place = fmt::format("{}:{}", file, row.line())};
    for (const std::size_t column : {Column::id, Column::name, Column::town, Column::kind, Column::risk}) {
        const bool required = columns[column].required;
        if (const auto wrong = field_problem(row[column], max_name, required)) row.problem(column, *wrong);
    }
    if (!read.id.empty()) {
        if (const auto wrong = id_problem(read.id)) row.problem(Column::id, *wrong);
    } else if (const auto wrong = id_problem(read.name)) {
        row.problem(Column::name, fmt::format("{}; expected a column 'id' beside it", *wrong));
    }
    if (read.id.empty()) read.id = read.name;
    if (const auto wrong = id_problem(read.town)) row.problem(Column::town, *wrong);
    return read;
}

// Adds it where it is new. There are few kinds and grades.
std::uint16_t position_of(const std::string& word, std::vector<std::string>& words)
{
    const auto found = std::find(words.begin(), words.end(), word);
    if (found != words.end()) return static_cast<std::uint16_t>(found - words.begin());
    words.push_back(word);
    return static_cast<std::uint16_t>(words.size() - 1);
}

// The towns by every spelling.
class Towns {
public:
    explicit Towns(Plan& plan) : plan_{plan}
    {
        for (UnitIndex i = 0; i < plan.units.size(); ++i) {
            const Unit& unit = plan.units[i];
            names_.try_emplace(unit.id, i);
            names_.try_emplace(unit.name, i);
            for (const std::string& alias : unit.aliases) names_.try_emplace(alias, i);
        }
    }

    UnitIndex find_or_add(const std::string& name)
    {
        const auto [found, is_new] = names_.try_emplace(name, static_cast<UnitIndex>(plan_.units.size()));
        if (is_new) plan_.units.push_back({.id = name, .name = name, .aliases = {}, .parent = {}, .kind = UnitKind::town, .assumed = {}});
        return found->second;
    }

private:
    Plan& plan_;
    std::map<std::string, UnitIndex, std::less<>> names_;
};

}  // namespace

Result<std::vector<Business>> parse_business_register(const SourceFile& file)
{
    ProblemList problems;
    std::vector<Business> businesses;
    CsvTable table{columns, problems, file.name};
    table.read(file.text, [&](const CsvRow& row) { businesses.push_back(business_in(row, file.name)); });
    if (!problems.empty()) return tl::unexpected<Problems>{problems.take()};
    return businesses;
}

Problems add_businesses(Plan& plan, const std::vector<Business>& businesses)
{
    constexpr std::size_t most_words = 1000;  // of kinds, of grades: a column that holds something else than kinds has more
    ProblemList problems;
    Towns towns{plan};
    std::map<std::string_view, const Business*> known;
    std::vector<std::pair<UnitIndex, const Business*>> by_town;
    for (const Business& business : businesses) {
        const auto [first, is_new] = known.emplace(business.id, &business);
        if (!is_new)
            problems.add(business.place, fmt::format("the business '{}' stands at {} too; expected each once, or a column 'id' that tells them apart",
                                                     business.id, first->second->place));
        by_town.emplace_back(towns.find_or_add(business.town), &business);
        if (const UnitKind kind = plan.units[by_town.back().first].kind; kind != UnitKind::town && kind != UnitKind::group)
            problems.add(business.place, fmt::format("the town '{}' is a {} of the plan; expected a town", business.town, to_string(kind)));
        if (position_of(business.trade, plan.trades) > most_words || position_of(business.risk, plan.risks) > most_words) {
            problems.add(business.place, fmt::format("the register has more than {} kinds or grades; expected a few words that businesses share", most_words));
            break;
        }
    }
    for (const Unit& unit : plan.units)
        if (const auto twin = known.find(unit.id); twin != known.end())
            problems.add(twin->second->place, fmt::format("'{}' is a unit or a town already; expected another id", unit.id));
    // Those of one town stand side by side, which the engine likes.
    std::stable_sort(by_town.begin(), by_town.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    plan.units.reserve(plan.units.size() + by_town.size());
    for (const auto& [town, business] : by_town)
        plan.units.push_back({.id = business->id,
                              .name = business->name,
                              .aliases = {},
                              .parent = town,
                              .kind = UnitKind::business,
                              .assumed = {},
                              .trade = position_of(business->trade, plan.trades),
                              .risk = position_of(business->risk, plan.risks)});
    return problems.empty() ? Problems{} : problems.take();
}

}  // namespace planwatch

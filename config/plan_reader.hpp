// The parts of parse_plan: one reader a kind of table. For the .cpp files of this folder only.
//
// Names are resolved in one order: units, groups, clauses, ladders, indicators, duties, composites; each reader finds what it refers to
// already read. A table whose id is wrong is read all the same, so that its other problems show too.
#pragma once

#include "config/business_register.hpp"
#include "config/plan.hpp"
#include "config/toml_reader.hpp"

#include <map>
#include <string>
#include <vector>

namespace planwatch::reading {

// The ids of one kind of thing, in the order of their positions.
class Names {
public:
    explicit Names(std::string kind) : kind_{std::move(kind)} {}

    void add(Report& report, const toml::node& where, const std::string& id);
    void add(const std::string& id);  // one that is known to be new
    std::optional<std::uint32_t> find(std::string_view id) const;
    // As find, with a problem that names the nearest where there is none.
    std::optional<std::uint32_t> resolve(Report& report, const TextAt& id) const;

private:
    std::string kind_;
    std::vector<std::string> ids_;
    std::map<std::string, std::uint32_t, std::less<>> positions_;
};

class PlanReader {
public:
    PlanReader(Report& report, ParsedPlan& parsed) : report_{report}, parsed_{parsed}, plan_{parsed.plan} {}
    void read(const toml::table& root, const std::vector<Business>& businesses);
    const Problems& register_problems() const { return register_problems_; }

private:
    // plan_reader.cpp
    void read_head(Section& head);
    void read_days(Section& head);
    void read_population(Section& head);
    void read_zone(Section& head);
    void read_unit(Section& section);
    void read_members();
    void read_parents();
    void register_businesses(const std::vector<Business>& businesses);
    void read_groups(Section& groups);
    std::vector<UnitIndex> select_businesses(const TextAt& selection);
    void read_clause(Section& section);
    void read_responsibility(Section& section, Clause& clause);

    // indicator_reader.cpp
    void read_indicator(Section& section);
    void read_target(Section& section, Indicator& indicator);
    void check_target(Section& section, const Indicator& indicator);
    void read_by(Section& section, Indicator& indicator);
    void read_pace(Section& section, Indicator& indicator);
    void read_milestones(Section& section, const toml::array& array, Indicator& indicator);
    void check_milestones(const std::vector<const toml::node*>& nodes, const Indicator& indicator);
    void read_people(Section& section, Indicator& indicator);
    void read_parts();

    // duty_reader.cpp
    void read_duty(Section& section);
    void read_due(Section& section, Duty& duty);
    void read_duty_indicators(Section& section, Duty& duty);
    void read_periods(Section& section, Duty& duty);
    std::optional<Period> read_period(Section& section, std::string_view key, const Duty& duty);

    // composite_reader.cpp
    void read_composite(Section& section);
    void read_composite_part(Section& section, Composite& composite);
    void check_scored(const TextAt& text, const Composite& composite, IndicatorIndex index);
    void read_grades(Section& section, Composite& composite);

    // ladder_reader.cpp
    void read_ladder(Section& section);
    void read_kinds(Section& section, Ladder& ladder);
    void read_step(Section& section, bool of_duties, Ladder& ladder);
    void read_duty_ladder(Section& section, Duty& duty);
    void read_reminders(Section& section, Duty& duty);

    std::string read_id(Section& section, std::string_view kind, Names& names);
    std::optional<int> read_day_count(Section& section, std::string_view key);
    std::optional<ClauseIndex> read_clause_of(Section& section);
    std::string read_assumed(Section& section, const std::string& position);
    std::vector<UnitIndex> read_units(Section& section, std::string_view key = "units");
    void note_position(const std::string& key, const toml::node& where);

    Report& report_;
    ParsedPlan& parsed_;
    Plan& plan_;
    bool knows_days_ = false;  // of the plan itself; without them nothing can be said of others
    Names units_{"unit"};
    Names clauses_{"clause"};
    Names ladders_{"ladder"};
    Names indicators_{"indicator"};
    Names duties_{"duty"};
    Names composites_{"composite"};
    std::map<AlertKind, std::string> kinds_;  // the ladder of each kind that has one
    std::map<std::string, std::vector<UnitIndex>, std::less<>> groups_;
    std::vector<std::pair<std::size_t, Section>> awaited_members_;  // with the unit that stands for them
    std::map<UnitIndex, std::vector<UnitIndex>> members_;  // of the units that stand for others
    std::vector<std::optional<TextAt>> parents_;        // of the units, same positions
    std::vector<std::vector<TextAt>> parts_;            // of the indicators, same positions
    std::vector<const toml::table*> indicator_tables_;  // same positions
    std::size_t own_units_ = 0;  // of the plan itself; behind them stand those of the register
    Problems register_problems_;
};

// Puts an overlay's values into the plan's tree, so that the readers above see one plan and problems keep their places.
void apply_overlay(Report& report, toml::table& plan, toml::table& overlay, ParsedPlan& parsed);
// Adds an overlay's [[contact]]s when the plan is read: they name its units.
void add_contacts(Report& report, toml::table& plan, toml::table& overlay, ParsedPlan& parsed);

}  // namespace planwatch::reading

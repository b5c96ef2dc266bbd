// What happens in a simulation, for whoever reads it in a terminal or with a program.
#pragma once

#include "daemon/simulator.hpp"
#include "exporters/tables.hpp"

#include <map>
#include <string>

namespace planwatch {

// An alert that fires or resolves, or a notice, as a line of JSON to the standard output; messages are counted in tables alone.
void print_line(const Happening& happening);

// Rows for people, and the sums below them.
class HappeningReport {
public:
    void add(const Happening& happening);
    std::string to_text() const;

private:
    struct Count {
        std::size_t fired = 0;
        std::size_t resolved = 0;
    };
    struct Post {
        std::size_t notices = 0;
        std::size_t messages = 0;
        std::size_t most_a_week = 0;
        std::size_t this_week = 0;
        Day monday{};
    };

    void add(const Policy& policy, const Transition& transition);
    void add(const Policy& policy, const Notice& notice);
    void add(const Policy& policy, const Message& message);

    Table happenings_{{"时间", "事件", "类别", "计划", "单位", "事项", "报告期", "说明"}};
    std::map<AlertKind, Count> alerts_;
    std::map<std::string, Post> posts_;
};

}  // namespace planwatch

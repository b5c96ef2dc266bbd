// What must hold of anything that is handed in: a record without faults is written and read back equal; one with faults is never admitted,
// and each of them is told once.
#pragma once

#include "config/calendar.hpp"
#include "config/policy.hpp"
#include "config/submission.hpp"
#include "rules/engine.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace planwatch::fuzz {

// A plan that knows the names "p", "u", "a" and "d", so that what comes of chance meets it.
inline const Engine& engine()
{
    static const Engine small = [] {
        Sources sources;
        sources.plan = {"p.toml", R"([plan]
id = "p"
name = "p"
issued = 2023-01-01
year = 2023
time_zone = "Asia/Shanghai"
[[unit]]
id = "u"
name = "u"
[[clause]]
id = "1"
title = "1"
units = [ { unit = "u", role = "lead" } ]
[[indicator]]
id = "a"
name = "a"
clause = "1"
measure = "count"
target = "at_least 1"
units = ["u"]
[[duty]]
id = "d"
name = "d"
clause = "1"
cadence = "yearly"
due = "11-01"
units = ["u"]
filing = true
)"};
        sources.calendar = builtin_calendar();
        const auto policy = compile(sources);
        if (!policy) std::abort();
        return Engine{*policy};
    }();
    return small;
}

inline Problems admission_of(const RawSubmission& record)
{
    const auto admitted = engine().admit(std::span{&record, 1}, engine().now());
    return admitted ? Problems{} : admitted.error();
}

inline Problems admission_of(const RawFiling& record)
{
    const auto admitted = engine().admit(record, engine().now());
    return admitted ? Problems{} : admitted.error();
}

inline Read<RawSubmission> read_back(const RawSubmission& record) { return parse_submissions(to_json(record)); }
inline Read<RawFiling> read_back(const RawFiling& record) { return parse_filings(to_json(record)); }

template <class Raw>
void check(const Raw& record)
{
    const Problems told = admission_of(record);
    for (const Problem& fault : record.faults)
        if (std::count(told.begin(), told.end(), fault) != std::count(record.faults.begin(), record.faults.end(), fault)) std::abort();
    if (!record.faults.empty()) return;
    const auto again = faultless(read_back(record));
    if (!again || again->size() != 1 || again->front() != record) std::abort();
}

// A text that cannot be taken says why, and each fault has a place of its record.
template <class Record>
void check_told(const Read<Record>& read)
{
    if (!read) {
        if (read.error().empty()) std::abort();
        return;
    }
    for (std::size_t i = 0; i < read->records.size(); ++i)
        for (const Problem& fault : faults_of(read->records[i]))
            if (fault.message.empty() || (!fault.path.empty() && read->places.path(i, fault.path).empty())) std::abort();
}

template <class Raw>
void check(const Read<Raw>& read)
{
    check_told(read);
    if (read)
        for (const Raw& each : read->records) check(each);
}

}  // namespace planwatch::fuzz

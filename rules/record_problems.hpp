// The problems of one record: those of its form, which its reader found, and those that the engine adds, told together in the order of
// its fields. What could not be read is not judged as well: a number that is negative is not one that lacks, too.
#pragma once

#include "rules/result.hpp"

#include <set>
#include <string>
#include <string_view>

namespace planwatch {

class RecordProblems {
public:
    // So many problems of a text name the nearest known name: each looks through all of them, which may be thousands.
    static constexpr std::size_t few = 16;

    // `place`: of the record among others ("/3"), in front of every path. `faults` has paths within the record. `all`: also of the
    // records before.
    RecordProblems(const Problems& faults, std::string place, Problems& all, bool nearest);
    // Tells what the reader found wrong with the field or value that `pointer` names ("/unit", "/values/disposal"), or with a part
    // of it. True where there is any: what it says is then unknown.
    bool faulty(std::string_view pointer);
    void add(std::string_view pointer, std::string message);
    // The faults of what was not asked for: unknown keys, a note.
    void add_rest();
    bool any_untold() const { return !untold_.empty(); }
    // Whether an unknown name is to be told with the nearest known one.
    bool wants_nearest() const { return nearest_ && all_.size() < few; }

private:
    const Problems& faults_;
    std::string place_;
    Problems& all_;
    std::set<std::string_view> untold_;  // what the faults not yet told are about
    bool unreadable_ = false;            // the record as a whole
    bool nearest_;
};

}  // namespace planwatch

#include "rules/record_problems.hpp"

namespace planwatch {
namespace {

// "/values/disposal/numerator" is about "/values/disposal", "/unit" about itself.
std::string_view subject_of(std::string_view path)
{
    const std::string_view values = "/values/";
    const std::size_t end = path.starts_with(values) ? path.find('/', values.size()) : path.find('/', 1);
    return path.substr(0, end);
}

}  // namespace

RecordProblems::RecordProblems(const Problems& faults, std::string place, Problems& all, bool nearest)
    : faults_{faults}, place_{std::move(place)}, all_{all}, nearest_{nearest}
{
    for (const Problem& fault : faults_) untold_.insert(subject_of(fault.path));
    unreadable_ = untold_.contains("");
}

bool RecordProblems::faulty(std::string_view pointer)
{
    if (unreadable_) return true;
    if (untold_.empty() || untold_.erase(pointer) == 0) return false;
    for (const Problem& fault : faults_)
        if (subject_of(fault.path) == pointer) all_.push_back({place_ + fault.path, fault.message});
    return true;
}

void RecordProblems::add(std::string_view pointer, std::string message)
{
    if (!unreadable_) all_.push_back({place_ + std::string{pointer}, std::move(message)});
}

void RecordProblems::add_rest()
{
    for (const Problem& fault : faults_)
        if (untold_.contains(subject_of(fault.path))) all_.push_back({place_ + fault.path, fault.message});
    untold_.clear();
}

}  // namespace planwatch

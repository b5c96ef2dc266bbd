// The members of one JSON object, read one by one: what is missing, of another type or unknown is a problem with its path.
#pragma once

#include "config/json.hpp"
#include "rules/time.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

class JsonMembers {
public:
    // `value` lives elsewhere; null, or no object, is a problem.
    explicit JsonMembers(const boost::json::value* value, std::string path = {}) : path_{std::move(path)}
    {
        if (value && value->is_object()) object_ = &value->get_object();
        else problems_.push_back({path_, "an object was expected"});
    }

    bool has(const char* name) const { return object_ && object_->contains(name); }
    std::string text(const char* name)
    {
        const boost::json::value* value = find(name);
        if (value && value->is_string()) return std::string{value->get_string()};
        if (object_) wrong(name, "a text was expected");
        return {};
    }
    std::string optional_text(const char* name)
    {
        known_.insert(name);
        return has(name) ? text(name) : std::string{};
    }
    std::vector<std::string> optional_texts(const char* name)
    {
        std::vector<std::string> texts;
        const boost::json::value* value = find(name);
        if (!value) return texts;
        if (!value->is_array()) return wrong(name, "a list of texts was expected"), texts;
        for (const boost::json::value& each : value->get_array()) {
            if (!each.is_string()) return wrong(name, "a list of texts was expected"), texts;
            texts.emplace_back(each.get_string());
        }
        return texts;
    }
    bool flag(const char* name)
    {
        const boost::json::value* value = find(name);
        if (value && value->is_bool()) return value->get_bool();
        if (object_) wrong(name, "true or false was expected");
        return false;
    }
    std::uint64_t number(const char* name)
    {
        const boost::json::value* value = find(name);
        boost::system::error_code failed;
        const auto number = value ? value->to_number<std::uint64_t>(failed) : 0;
        if (object_ && (!value || failed)) wrong(name, "a whole number was expected");
        return number;
    }
    Instant instant(const char* name)
    {
        const std::string written = text(name);
        const Result<Instant> instant = parse_instant(written);
        if (!instant && !written.empty()) wrong(name, "'" + written + "' is no instant; expected RFC 3339 with an offset");
        return instant.value_or(Instant{});
    }
    Day day(const char* name)
    {
        const std::string written = text(name);
        const Result<Day> day = parse_day(written);
        if (!day && !written.empty()) wrong(name, "'" + written + "' is no day; expected YYYY-MM-DD");
        return day.value_or(Day{});
    }
    JsonMembers object(const char* name) { return JsonMembers{find(name), path_ + "/" + name}; }

    void wrong(const char* name, std::string message) { problems_.push_back({path_ + "/" + name, std::move(message)}); }
    // Members that nobody asked for.
    void refuse_unknown()
    {
        if (!object_) return;
        for (const auto& member : *object_)
            if (!known_.contains(std::string_view{member.key()})) {
                std::string path = path_;
                append_pointer(path, member.key());
                problems_.push_back({std::move(path), "unknown; known are " + known_names()});
            }
    }
    void add_to(Problems& problems) const { problems.insert(problems.end(), problems_.begin(), problems_.end()); }
    const Problems& problems() const { return problems_; }

private:
    const boost::json::value* find(const char* name)
    {
        known_.insert(name);
        return object_ ? object_->if_contains(name) : nullptr;
    }
    std::string known_names() const
    {
        std::string names;
        for (const std::string& name : known_) names += names.empty() ? name : ", " + name;
        return names;
    }

    std::string path_;
    const boost::json::object* object_ = nullptr;
    std::set<std::string, std::less<>> known_;
    Problems problems_;
};

}  // namespace planwatch

// What a message says, apart from how it is set: the same content for mail, chat robots and other programs. What is wrong comes
// first, then what to do, by when and where; the evidence stands by itself. One cause that many units share is one item.
//
// Knows the policy only, so that a message can be made again, to the byte, from its notices.
#pragma once

#include "exporters/wording.hpp"
#include "rules/policy.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

// What a reader can do about an alert by one visit; empty where there is no such page.
struct AlertLinks {
    std::string acknowledge;  // URL
    std::string open;         // URL
};

using MessageLinks = std::map<std::string, AlertLinks, std::less<>>;  // by alert id

struct MessageContext {
    Language language = Language::zh;
    std::string url;  // where figures are handed in, "http://host:9919"; empty: not said
    MessageLinks links;
};

struct MessageText {
    struct Line {
        std::string label;  // with its colon: "期限："
        std::string text;
    };
    struct Link {
        std::string label;
        std::string url;
    };
    struct Item {
        Severity severity = Severity::info;
        bool resolved = false;
        std::string tag;              // 逾期2个工作日
        std::string headline;         // what is wrong, one sentence
        std::vector<Line> to_do;      // what to do, by when, where; of what is over, what cured it
        std::vector<Line> evidence;   // the arithmetic, clause, responsible units with their roles
        std::vector<Link> links;
    };
    struct Part {
        std::string heading;          // 逾期
        std::vector<Item> items;      // never empty
    };

    std::string subject;              // 【逾期2个工作日】区农业农村委 第三季度工作进展情况
    std::string summary;              // 3项逾期 2项临期
    std::vector<Part> parts;          // the gravest first, what is over last; never empty
    std::string evidence_heading;
    std::vector<Line> footer;         // plan, time

    std::size_t items() const;
    const Item& gravest() const { return parts.front().items.front(); }
};

// The message's alerts must be of the policy's plan. What the plan no longer has goes by its id.
MessageText message_text(const Message& message, const Policy& policy, const MessageContext& context);

}  // namespace planwatch

// The templates of messages as an office may change them: the language of Debian's ctemplate, kept to what a message needs.
//
//     {{NAME}} a value · {{#SECTION}} … {{/SECTION}} once for each of it, or not at all · {{! a comment }}
//
// A line that holds only section markers and comments leaves no empty line. Values are escaped for the place where they stand;
// there is no way to write one as it is, to include a file, or to change the markers.
#pragma once

#include "config/file.hpp"
#include "rules/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

// What may stand in a section: values, and sections within. The values of the sections around it may stand there too.
struct TemplateScope {
    std::string name;
    std::vector<std::string> values;
    std::vector<TemplateScope> sections;
};

struct MessageTemplate {
    // A prefix of `text` that ends with a source line, and what closes the sections open there.
    struct Cut {
        std::size_t end = 0;
        std::size_t line = 0;
        std::string closing;
    };
    std::string text;
    std::vector<Cut> cuts;
};

// `top`: what may stand outside all sections. `anywhere`: sections that may stand in every other, once, with that one's values.
// Every problem with its line and column.
Result<MessageTemplate> check_template(const SourceFile& file, const TemplateScope& top, const std::vector<std::string>& anywhere);

}  // namespace planwatch

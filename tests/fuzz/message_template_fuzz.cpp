// Templates of messages as an office may write them; what is accepted is accepted again, and every cut of it can be closed.
#include "config/message_template.hpp"

#include <cstdint>
#include <cstdlib>

using namespace planwatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const TemplateScope scope{"", {"A"}, {{"S", {"B"}, {{"T", {"C"}, {}}}}}};
    static const std::vector<std::string> anywhere{"X"};
    const auto checked = check_template({"t", {reinterpret_cast<const char*>(data), size}}, scope, anywhere);
    if (!checked) {
        if (checked.error().empty()) std::abort();
        return 0;
    }
    for (const auto& cut : checked->cuts)
        if (!check_template({"t", checked->text.substr(0, cut.end) + cut.closing}, scope, anywhere)) std::abort();
    return 0;
}

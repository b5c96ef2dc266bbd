// What a chat robot answers, whatever it is: always an outcome and a short, valid answer; only code 0 is a delivery.
#include "exporters/robot.hpp"
#include "exporters/utf8.hpp"

#include <cstdint>
#include <cstdlib>

using namespace planwatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view body{reinterpret_cast<const char*>(data), size};
    for (const DestinationKind kind : {DestinationKind::wecom, DestinationKind::dingtalk, DestinationKind::feishu}) {
        const SendResult result = read_robot_answer(kind, body);
        if (!is_valid_utf8(result.answer) || result.answer.size() > 2000) std::abort();
        if (result.outcome == SendResult::Outcome::delivered && body.find('0') == std::string_view::npos) std::abort();
        if ((result.outcome == SendResult::Outcome::later) != (result.wait.count() > 0)) std::abort();
    }
    return 0;
}

// A link and the form of its page, as anybody may send them: a link that is read is the very one that was signed, and a form that is
// taken holds nothing that could not be stored.
#include "daemon/link.hpp"
#include "daemon/link_form.hpp"
#include "exporters/utf8.hpp"

#include <cstdint>
#include <cstdlib>

using namespace planwatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const LinkSigner signer{"the key of this database"};
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto link = signer.read(text); link && signer.sign(*link) != text) std::abort();

    // What begins as a number of ours, signed, is read back; with any one bit turned it is not.
    if (size >= 3) {
        const Link link{data[0], data[1], Instant{std::chrono::seconds{data[2]}}};
        std::string signed_link = signer.sign(link);
        if (signer.read(signed_link) != link) std::abort();
        signed_link[data[0] % signed_link.size()] ^= static_cast<char>(1 << (data[1] % 8));
        if (signer.read(signed_link)) std::abort();
    }

    const auto form = parse_link_form(text, planwatch::link_words(planwatch::Language::zh));
    if (!form && (form.error().empty() || !is_valid_utf8(form.error().front().message))) std::abort();
    if (form && (!is_valid_utf8(form->comment) || form->comment.size() > 2'000 || form->comment.find('\r') != std::string::npos)) std::abort();
    return 0;
}

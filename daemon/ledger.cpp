#include "daemon/ledger.hpp"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace planwatch {
namespace {

// OpenSSL's look-up of an algorithm and its context cost more than hashing a small entry: made once a thread.
class Sealer {
public:
    Sealer() : context_{EVP_MD_CTX_new(), EVP_MD_CTX_free}, algorithm_{EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free} {}

    void start() { check(EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr)); }
    void add(const void* bytes, std::size_t size) { check(EVP_DigestUpdate(context_.get(), bytes, size)); }
    void add(std::uint64_t number)
    {
        std::array<std::uint8_t, 8> bytes;
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(number);
            number >>= 8;
        }
        add(bytes.data(), bytes.size());
    }
    void add(std::string_view text)
    {
        add(text.size());
        add(text.data(), text.size());
    }
    Digest finish()
    {
        Digest digest;
        check(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr));
        return digest;
    }

private:
    static void check(int done)
    {
        if (done != 1) throw std::runtime_error{"OpenSSL cannot compute SHA-256"};
    }

    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
    std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm_;
};

}  // namespace

std::string_view to_string(LedgerKind kind)
{
    switch (kind) {
        case LedgerKind::adopt: return "adopt";
        case LedgerKind::submission: return "submission";
        case LedgerKind::filing: return "filing";
        case LedgerKind::acknowledgement: return "acknowledgement";
        case LedgerKind::delivery: return "delivery";
        case LedgerKind::silence: return "silence";
        case LedgerKind::silence_end: return "silence_end";
        case LedgerKind::extension: return "extension";
        case LedgerKind::waiver: return "waiver";
        case LedgerKind::report: return "report";
    }
    return "";
}

std::optional<LedgerKind> parse_ledger_kind(std::int64_t number)
{
    const bool known = number >= static_cast<int>(LedgerKind::adopt) && number <= static_cast<int>(LedgerKind::report);
    return known ? std::optional{static_cast<LedgerKind>(number)} : std::nullopt;
}

Digest seal(const Digest& previous, std::uint64_t seq, Instant at, std::string_view plan, LedgerKind kind, std::string_view author,
            std::string_view payload)
{
    thread_local Sealer sealer;
    sealer.start();
    sealer.add(previous.data(), previous.size());
    sealer.add(seq);
    sealer.add(static_cast<std::uint64_t>(at.time_since_epoch().count()));
    sealer.add(plan);
    sealer.add(static_cast<std::uint64_t>(kind));
    sealer.add(author);
    sealer.add(payload);
    return sealer.finish();
}

}  // namespace planwatch

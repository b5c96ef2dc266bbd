#include "daemon/replay.hpp"

#include "daemon/ledger_event.hpp"

#include <stdexcept>

namespace planwatch {
namespace {

constexpr std::int64_t page = 1'000;

template <class T>
T read_back(const LedgerEntry& entry, Result<T> result)
{
    if (result) return std::move(*result);
    throw std::runtime_error{"ledger entry " + std::to_string(entry.seq) + " cannot be read back: " + to_text(result.error())};
}

// As the service did it when the entry was written.
struct Applier {
    std::unique_ptr<Engine>& engine;
    const LedgerEntry& entry;

    void operator()(const Sources& sources) const
    {
        const auto policy = read_back(entry, compile(sources));
        if (!engine) {
            engine = std::make_unique<Engine>(policy, entry.at);
            engine->advance(entry.at);
            return;
        }
        engine->advance(entry.at);
        engine->adopt(policy, entry.at);
    }
    void operator()(const std::vector<RawSubmission>& raw) const
    {
        for (const Submission& submission : read_back(entry, engine->admit(raw, entry.at))) engine->apply(submission, entry.at);
    }
    void operator()(const std::vector<RawFiling>& raw) const
    {
        for (const RawFiling& filing : raw) engine->apply(read_back(entry, engine->admit(filing, entry.at)), entry.at);
    }
    void operator()(const Acknowledgement& acknowledgement) const { engine->apply(acknowledgement, entry.at); }
    void operator()(const Delivery& delivery) const { engine->apply(delivery, entry.at); }
    void operator()(const Silence& silence) const { engine->apply(silence, entry.at); }
    void operator()(const SilenceEnd& end) const { engine->apply(end, entry.at); }
    void operator()(const RawExtension& raw) const { engine->apply(read_back(entry, engine->admit(raw, entry.at)), entry.at); }
    void operator()(const RawWaiver& raw) const { engine->apply(read_back(entry, engine->admit(raw, entry.at)), entry.at); }
};

}  // namespace

std::unique_ptr<Engine> replay(StoreReader& reader, std::string_view plan, Instant until)
{
    std::unique_ptr<Engine> engine;
    for (std::uint64_t from = 1;;) {
        const std::vector<LedgerEntry> entries = reader.ledger(plan, from, page);
        for (const LedgerEntry& entry : entries) {
            if (entry.at > until) break;
            if (!engine && entry.kind != LedgerKind::adopt) {
                throw std::runtime_error{"ledger entry " + std::to_string(entry.seq) + " comes before its plan was adopted"};
            }
            std::visit(Applier{engine, entry}, read_back(entry, parse_payload(entry.kind, entry.payload)));
        }
        if (std::ssize(entries) < page || entries.back().at > until) break;
        from = entries.back().seq + 1;
    }
    if (engine) engine->advance(until);
    return engine;
}

}  // namespace planwatch

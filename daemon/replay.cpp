#include "daemon/replay.hpp"

#include "daemon/ledger_event.hpp"

#include <iterator>
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

template <class Row>
void append(std::vector<Row>& rows, std::vector<Row>&& more)
{
    rows.insert(rows.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// As the service did it when the entry was written.
class Applier {
public:
    Applier(std::unique_ptr<Engine>& e, const LedgerEntry& row, Changes& into) : engine_{e}, entry_{row}, changes_{into} {}

    void operator()(const Sources& sources) const
    {
        const auto policy = read_back(entry_, compile(sources));
        if (!engine_) {
            engine_ = std::make_unique<Engine>(policy, entry_.at);
            return;
        }
        engine_->advance(entry_.at);
        note(engine_->adopt(policy, entry_.at));
    }
    // One by one: a partial batch was admitted so, and may correct itself; one admitted as a whole passes this too.
    void operator()(const std::vector<RawSubmission>& raw) const
    {
        for (std::size_t i = 0; i < raw.size(); ++i) {
            std::vector<Submission> admitted = read_back(entry_, engine_->admit(std::span{raw}.subspan(i, 1), entry_.at));
            note(engine_->apply(std::move(admitted.front()), entry_.at));
        }
    }
    void operator()(const std::vector<RawFiling>& raw) const
    {
        for (const RawFiling& filing : raw) note(engine_->apply(read_back(entry_, engine_->admit(filing, entry_.at)), entry_.at));
    }
    void operator()(const Acknowledgement& acknowledgement) const { note(engine_->apply(acknowledgement, entry_.at)); }
    void operator()(const Delivery& delivery) const { note(engine_->apply(delivery, entry_.at)); }
    void operator()(const Silence& silence) const { note(engine_->apply(silence, entry_.at)); }
    void operator()(const SilenceEnd& end) const { note(engine_->apply(end, entry_.at)); }
    void operator()(const RawExtension& raw) const { note(engine_->apply(read_back(entry_, engine_->admit(raw, entry_.at)), entry_.at)); }
    void operator()(const RawWaiver& raw) const { note(engine_->apply(read_back(entry_, engine_->admit(raw, entry_.at)), entry_.at)); }
    void operator()(const ReportSent& report) const { note(engine_->apply(report, entry_.at)); }

private:
    std::unique_ptr<Engine>& engine_;
    const LedgerEntry& entry_;
    Changes& changes_;

    void note(Changes&& done) const
    {
        append(changes_.figures, std::move(done.figures));
        append(changes_.slots, std::move(done.slots));
        append(changes_.transitions, std::move(done.transitions));
        append(changes_.notices, std::move(done.notices));
        append(changes_.post.messages, std::move(done.post.messages));
        append(changes_.post.dropped, std::move(done.post.dropped));
        append(changes_.decisions, std::move(done.decisions));
        append(changes_.silences, std::move(done.silences));
    }
};

}  // namespace

Changes apply_again(std::unique_ptr<Engine>& engine, const LedgerEntry& entry)
{
    if (!engine && entry.kind != LedgerKind::adopt)
        throw std::runtime_error{"ledger entry " + std::to_string(entry.seq) + " comes before its plan was adopted"};
    Changes changes;
    const LedgerEvent event = read_back(entry, parse_payload(entry.kind, entry.payload));
    std::visit([&](const auto& what) { Applier{engine, entry, changes}(what); }, event);
    return changes;
}

// Pages are read as they are needed: of a long ledger nothing behind the moment.
const LedgerEntry* Replayer::next()
{
    if (done_ == page_.size() && !at_end_) {
        const std::uint64_t from = page_.empty() ? 1 : page_.back().seq + 1;
        page_ = reader_.ledger(plan_, from, page);
        done_ = 0;
        at_end_ = std::ssize(page_) < page;
    }
    return done_ < page_.size() ? &page_[done_] : nullptr;
}

const Engine* Replayer::advance(Instant until, const Each& each)
{
    for (const LedgerEntry* entry = next(); entry && entry->at <= until; entry = next()) {
        const Changes changes = apply_again(engine_, *entry);
        if (each) each(*entry, changes);
        ++done_;
    }
    if (engine_) engine_->advance(until);
    return engine_.get();
}

std::unique_ptr<Engine> replay(StoreReader& reader, std::string_view plan, Instant until)
{
    Replayer replayer{reader, std::string{plan}};
    replayer.advance(until);
    return replayer.take();
}

}  // namespace planwatch

#include "exporters/kept_plan.hpp"

#include "exporters/exposition.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace planwatch {
namespace {

using prometheus::MetricFamily;

constexpr std::size_t infos_per_piece = 256;
constexpr std::size_t usual_value = 20;  // bytes, the line's end with it; a longer one finds its room too

double value_in(const PartSample& sample, PartFamily family)
{
    switch (family) {
        case PartFamily::attainment: return sample.attainment;
        case PartFamily::expected: return sample.expected;
        case PartFamily::last_submission: return sample.last_submission;
        default: return sample.value;
    }
}

bool has_part(const Indicator& indicator, PartFamily family)
{
    switch (family) {
        case PartFamily::attainment: return indicator.each && indicator.target;
        case PartFamily::expected: return indicator.each && indicator.target && indicator.pace.kind != Pace::Kind::none;
        case PartFamily::last_submission: return true;
        default: return family == value_family(indicator.measure);
    }
}

const PartChunk& nothing_known()
{
    static const PartChunk chunk = [] {
        constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
        PartChunk empty;
        empty.fill({unknown, unknown, unknown, unknown});
        return empty;
    }();
    return chunk;
}

MetricFamily without_metrics(const MetricFamily& family) { return {family.name, family.help, family.type, {}}; }

// To a new place with that much room; returns the old one.
std::shared_ptr<char[]> moved(KeptText::Piece& piece, std::size_t room)
{
    auto bytes = std::make_shared_for_overwrite<char[]>(room);
    std::ranges::copy(piece.view(), bytes.get());
    piece.room = static_cast<std::uint32_t>(room);
    return std::exchange(piece.bytes, std::move(bytes));
}

bool same(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

// Of gauges, and so the same in both formats.
std::string lines_of(const MetricFamily& family)
{
    std::string text;
    append_lines(text, family, ExpositionFormat::text);
    return text;
}

}  // namespace

void KeptText::open(std::size_t place, std::size_t room, Retired& retired)
{
    if (pieces.size() <= place) pieces.resize(place + 1);
    Piece& piece = pieces[place];
    if (piece.room < room || retired.watched()) retired.add(moved(piece, std::max(room, std::size_t{piece.size})));
    retired.add(std::exchange(deflated, nullptr));
}

void KeptText::replace(std::size_t place, std::size_t at, std::size_t count, std::string_view by)
{
    Piece& piece = pieces[place];
    const std::size_t wanted = piece.size - count + by.size();
    if (wanted > piece.room) moved(piece, wanted + wanted / 16);
    char* const begin = piece.bytes.get() + at;
    if (count != by.size()) std::memmove(begin + by.size(), begin + count, piece.size - at - count);
    std::ranges::copy(by, begin);
    size = size - piece.size + wanted;
    piece.size = static_cast<std::uint32_t>(wanted);
}

void KeptText::put(std::size_t place, std::string_view text, Retired& retired)
{
    open(place, text.size(), retired);
    replace(place, 0, pieces[place].size, text);
}

void KeptText::clear(Retired& retired)
{
    for (Piece& piece : pieces) retired.add(std::move(piece.bytes));
    retired.add(std::move(deflated));
    *this = {};
}

std::size_t SeriesBudget::take(const std::string& family, std::size_t wanted)
{
    std::size_t& taken = taken_[family];
    const std::size_t given = std::min(wanted, limit_ - taken);
    taken += given;
    refused_[family] += wanted - given;
    return given;
}

KeptPlan::KeptPlan(std::shared_ptr<const Policy> policy) : policy_{std::move(policy)}, series_{series_of(policy_->plan)}
{
    make_heads();
    for (std::size_t family = 0; family < part_families; ++family) families_.push_back(part_family(static_cast<PartFamily>(family)));
    for (std::size_t family = 0; family < info_families; ++family) families_.push_back(info_family(policy_->plan, static_cast<InfoFamily>(family), 0, 0));
    wholes_.resize(info_families);
}

void KeptPlan::make_heads()
{
    const Plan& plan = policy_->plan;
    for (const Indicator& indicator : plan.indicators) {
        Heads heads;
        for (std::size_t family = 0; family < part_families; ++family) {
            if (!has_part(indicator, static_cast<PartFamily>(family))) continue;
            std::string& head = heads[family];
            head = part_family(static_cast<PartFamily>(family)).name + "{plan=\"";
            append_escaped(head, plan.id, true);
            head += "\",indicator=\"";
            append_escaped(head, indicator.id, true);
            head += "\",unit=\"";
            places_[family] += indicator.units.size();
        }
        heads_.push_back(std::move(heads));
    }
    for (const Unit& unit : plan.units) {
        std::string& tail = tails_.emplace_back();
        append_escaped(tail, unit.id, true);
        tail += "\"} ";
    }
}

void KeptPlan::update(const std::shared_ptr<const PlanSamples>& samples, SeriesBudget& budget, Retired& retired)
{
    update_parts(*samples, budget, retired);
    update_infos(budget, retired);
    update_summary(*samples, budget, retired);
    samples_ = samples;
}

void KeptPlan::visit(std::size_t family, const std::function<void(KeptText&)>& each)
{
    if (family >= part_families) return each(wholes_[family - part_families].text);
    for (Chunk& chunk : chunks_) each(chunk.texts[family]);
}

// ---- the units' parts

// The first series that has no place where only `allowed` of the family have one.
std::size_t KeptPlan::end_of(std::size_t family, std::size_t allowed) const
{
    if (allowed == places_[family]) return series_.size();
    std::size_t end = 0;
    for (; end < series_.size(); ++end) {
        if (heads_[series_[end].indicator][family].empty()) continue;
        if (allowed-- == 0) break;
    }
    return end;
}

void KeptPlan::update_parts(const PlanSamples& samples, SeriesBudget& budget, Retired& retired)
{
    chunks_.resize(samples.parts.size());
    bool moved = false;
    for (std::size_t family = 0; family < part_families; ++family) {
        const std::size_t allowed = budget.take(families_[family].name, places_[family]);
        const std::size_t end = end_of(family, allowed);
        // Places move only when a plan comes, goes or changes: all of it is rendered again.
        moved |= std::exchange(ends_[family], end) != end;
    }
    for (Chunk& chunk : chunks_) {
        if (!moved) break;
        for (KeptText& text : chunk.texts) text.clear(retired);
        chunk.samples.reset();
    }
    for (std::size_t i = 0; i < chunks_.size(); ++i)
        if (chunks_[i].samples != samples.parts[i]) update_chunk(i, samples.parts[i], retired);
}

void KeptPlan::update_chunk(std::size_t index, std::shared_ptr<const PartChunk> samples, Retired& retired)
{
    Chunk& chunk = chunks_[index];
    const PartChunk& before = chunk.samples ? *chunk.samples : nothing_known();
    for (std::size_t piece = 0; piece < pieces_per_chunk; ++piece) {
        const std::size_t first = piece * lines_per_piece;
        if (index * parts_per_chunk + first >= series_.size()) break;
        const PartSample* const was = before.data() + first;
        const PartSample* const is = samples->data() + first;
        // Bit for bit: a NaN that stays is no change.
        if (std::memcmp(was, is, lines_per_piece * sizeof(PartSample)) == 0) continue;  // NOLINT(bugprone-suspicious-memory-comparison)
        // Each family's lines stand elsewhere in memory: asked for together they are waited for once.
        for (const KeptText& text : chunk.texts)
            if (!text.pieces.empty()) __builtin_prefetch(&text.pieces[piece]);
        for (std::size_t family = 0; family < part_families; ++family)
            if (places_[family] != 0) update_piece(index, piece, family, was, is, retired);
    }
    chunk.samples = std::move(samples);
}

void KeptPlan::update_piece(std::size_t index, std::size_t piece, std::size_t family, const PartSample* before, const PartSample* now, Retired& retired)
{
    const auto which = static_cast<PartFamily>(family);
    const std::size_t first = index * parts_per_chunk + piece * lines_per_piece;
    const std::size_t end = std::min(series_.size(), ends_[family]);
    const std::size_t count = std::min(lines_per_piece, end - std::min(first, end));
    KeptText& text = chunks_[index].texts[family];
    if (text.pieces.empty()) text.pieces.resize(pieces_per_chunk);
    auto& size = text.pieces[piece].lines;
    bool opened = false;
    for (std::size_t i = 0, at = 0; i < count; at += size[i++]) {
        const double value = value_in(now[i], which);
        if (same(value_in(before[i], which), value)) continue;
        const Series& series = series_[first + i];
        const std::string& head = heads_[series.indicator][family];
        if (head.empty()) continue;
        const bool stood = size[i] != 0, stands = !std::isnan(value);
        if (!stood && !stands) continue;
        if (!opened) text.open(piece, stood ? 0 : room_for(first, count, family, now), retired);
        opened = true;
        // Where it stands already only its value is written, and what is before that not even looked at: it is not in the processor's cache.
        const std::string& tail = tails_[series.unit];
        const std::size_t kept = stood && stands ? head.size() + tail.size() : 0;
        scratch_.clear();
        if (!stood) scratch_.append(head).append(tail);
        if (stands) {
            append_number(scratch_, value);
            scratch_ += '\n';
        }
        text.replace(piece, at + kept, size[i] - kept, scratch_);
        assert(kept + scratch_.size() <= std::numeric_limits<std::uint16_t>::max());  // its three ids have at most 128 bytes each
        size[i] = static_cast<std::uint16_t>(kept + scratch_.size());
    }
}

std::size_t KeptPlan::room_for(std::size_t first, std::size_t count, std::size_t family, const PartSample* now) const
{
    std::size_t room = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string& head = heads_[series_[first + i].indicator][family];
        if (!head.empty() && !std::isnan(value_in(now[i], static_cast<PartFamily>(family))))
            room += head.size() + tails_[series_[first + i].unit].size() + usual_value;
    }
    return room;
}

// ---- what is rendered as a whole

// True where it must be rendered again: another number of its series has a place now.
bool KeptPlan::make_place(std::size_t position, std::size_t wanted, SeriesBudget& budget)
{
    const std::size_t allowed = budget.take(families_[part_families + position].name, wanted);
    return std::exchange(wholes_[position].allowed, allowed) != allowed;
}

// The names cannot change under one policy.
void KeptPlan::update_infos(SeriesBudget& budget, Retired& retired)
{
    const Plan& plan = policy_->plan;
    for (std::size_t i = 0; i < info_families; ++i) {
        const auto which = static_cast<InfoFamily>(i);
        if (!make_place(i, info_count(plan, which), budget)) continue;
        Whole& whole = wholes_[i];
        whole.text.clear(retired);
        for (std::size_t first = 0; first < whole.allowed; first += infos_per_piece) {
            const MetricFamily some = info_family(plan, which, first, std::min(infos_per_piece, whole.allowed - first));
            whole.text.put(first / infos_per_piece, lines_of(some), retired);
        }
    }
}

void KeptPlan::update_summary(const PlanSamples& samples, SeriesBudget& budget, Retired& retired)
{
    const bool changed = !samples_ || samples_->summary != samples.summary;
    std::size_t position = info_families;
    for (const MetricFamily& family : *samples.summary) {
        if (position == wholes_.size()) {
            wholes_.emplace_back();
            families_.push_back(without_metrics(family));
        }
        const bool moved = make_place(position, family.metric.size(), budget);
        Whole& whole = wholes_[position++];
        if (!changed && !moved) continue;
        if (whole.allowed == family.metric.size()) {
            whole.text.put(0, lines_of(family), retired);
        } else {
            MetricFamily allowed = family;
            allowed.metric.resize(whole.allowed);
            whole.text.put(0, lines_of(allowed), retired);
        }
    }
}

}  // namespace planwatch

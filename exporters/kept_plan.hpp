// One plan's lines of /metrics, kept from scrape to scrape. Used by metrics_text alone.
//
// Most lines are the units' parts. One begins with its indicator's head and its unit's tail, both rendered once; behind them stands
// a value, and where that changes it alone is written anew. Lines stand in runs of sixteen, so that little moves where it gets longer.
#pragma once

#include "exporters/gzip.hpp"
#include "exporters/plan_sampler.hpp"
#include "exporters/text_pieces.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace planwatch {

// A stretch of lines. Where no answer under way looks into it, it is written to in place; else a piece is copied first, and what the
// answer looks into is retired.
struct KeptText {
    static constexpr std::size_t lines_per_piece = 16;
    struct Piece {
        std::shared_ptr<char[]> bytes;  // null where it never held any
        std::uint32_t size = 0;
        std::uint32_t room = 0;
        std::array<std::uint16_t, lines_per_piece> lines{};  // the size of each with its end, where they come and go one by one; 0: none
        std::string_view view() const { return {bytes.get(), size}; }
    };
    std::vector<Piece> pieces;
    std::size_t size = 0;                      // bytes, of all pieces
    std::shared_ptr<const Deflated> deflated;  // the same compressed; null where nobody asked since it changed

    // Before any `replace` in the piece: nobody looks into it any more, and it has room for as many bytes.
    void open(std::size_t place, std::size_t room, Retired& retired);
    void replace(std::size_t place, std::size_t at, std::size_t count, std::string_view by);
    void put(std::size_t place, std::string_view text, Retired& retired);  // in place of the whole piece
    void clear(Retired& retired);
};

// How many series each family may have, given out place by place over the plans in their order.
class SeriesBudget {
public:
    explicit SeriesBudget(std::size_t limit) : limit_{limit} {}
    std::size_t take(const std::string& family, std::size_t wanted);  // what is left of it, at most `wanted`

    std::size_t limit() const { return limit_; }
    const std::map<std::string, std::size_t>& taken() const { return taken_; }      // by family
    const std::map<std::string, std::size_t>& refused() const { return refused_; }  // by family; those that refuse nothing too

private:
    std::size_t limit_;
    std::map<std::string, std::size_t> taken_;
    std::map<std::string, std::size_t> refused_;
};

class KeptPlan {
public:
    explicit KeptPlan(std::shared_ptr<const Policy> policy);

    const std::shared_ptr<const Policy>& policy() const { return policy_; }
    // Renders what changed since the last time.
    void update(const std::shared_ptr<const PlanSamples>& samples, SeriesBudget& budget, Retired& retired);

    // The families in the order of `visit`: the same for every plan. Their metrics are not there.
    const std::vector<prometheus::MetricFamily>& families() const { return families_; }
    void visit(std::size_t family, const std::function<void(KeptText&)>& each);

private:
    static constexpr std::size_t lines_per_piece = KeptText::lines_per_piece;
    static constexpr std::size_t pieces_per_chunk = parts_per_chunk / lines_per_piece;

    // By family: `name{plan="…",indicator="…",unit="`; empty where the indicator has no such part.
    using Heads = std::array<std::string, part_families>;
    struct Chunk {
        std::shared_ptr<const PartChunk> samples;
        std::array<KeptText, part_families> texts;
    };
    // What is rendered as a whole, and how many of its series have a place.
    struct Whole {
        std::size_t allowed = 0;
        KeptText text;
    };

    void make_heads();
    std::size_t end_of(std::size_t family, std::size_t allowed) const;
    void update_parts(const PlanSamples& samples, SeriesBudget& budget, Retired& retired);
    void update_chunk(std::size_t index, std::shared_ptr<const PartChunk> samples, Retired& retired);
    void update_piece(std::size_t index, std::size_t piece, std::size_t family, const PartSample* before, const PartSample* now, Retired& retired);
    std::size_t room_for(std::size_t first, std::size_t count, std::size_t family, const PartSample* now) const;
    void update_infos(SeriesBudget& budget, Retired& retired);
    void update_summary(const PlanSamples& samples, SeriesBudget& budget, Retired& retired);
    bool make_place(std::size_t position, std::size_t wanted, SeriesBudget& budget);

    std::shared_ptr<const Policy> policy_;
    std::shared_ptr<const PlanSamples> samples_;  // as rendered
    std::vector<prometheus::MetricFamily> families_;
    std::vector<Series> series_;
    std::vector<Heads> heads_;                         // by indicator
    std::vector<std::string> tails_;                   // by unit: `unit_1"} `
    std::array<std::size_t, part_families> places_{};  // series that could have a line in the family
    std::array<std::size_t, part_families> ends_{};    // the series from this one on are refused
    std::vector<Chunk> chunks_;
    std::vector<Whole> wholes_;                        // families behind those of the parts, same order
    std::string scratch_;                              // what is written in place of a line, or of its end
};

}  // namespace planwatch

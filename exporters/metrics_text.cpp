#include "exporters/metrics_text.hpp"

#include "exporters/metric_family.hpp"

#include <algorithm>

namespace planwatch {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr std::size_t worth_sharing = 4096;          // a shorter stretch costs less as a copy
constexpr std::size_t worth_keeping_packed = 16384;  // a shorter stretch compresses badly by itself

// Where an answer is put together.
class Pieces {
public:
    // `held`: what keeps the kept texts.
    Pieces(Deflater* deflater, std::size_t expected, std::shared_ptr<const void> held) : deflater_{deflater}
    {
        pieces_.views.reserve(expected);
        pieces_.held.push_back(std::move(held));
        if (deflater_) loose_ = GzipFrame::head();
    }

    void add(std::string_view text)
    {
        if (deflater_)
            deflater_->add(text);
        else
            loose_ += text;
    }
    void add(KeptText& text)
    {
        if (text.size == 0) return;
        if (deflater_ && text.size >= worth_keeping_packed) return add_packed(text);
        const bool worth_it = !deflater_ && text.size >= worth_sharing;
        for (const KeptText::Piece& piece : text.pieces) {
            if (worth_it)
                share(piece.view());
            else
                add(piece.view());
        }
    }
    TextPieces take()
    {
        if (deflater_) {
            end_part();
            loose_ += frame_.tail();
        }
        share({});
        return std::move(pieces_);
    }

private:
    void add_packed(KeptText& text)
    {
        end_part();
        if (!text.deflated) {
            for (const KeptText::Piece& piece : text.pieces) deflater_->add(piece.view());
            text.deflated = std::make_shared<const Deflated>(deflater_->take());
        }
        frame_.count(*text.deflated);
        share(text.deflated->bytes);
    }
    // What came since the last kept part.
    void end_part()
    {
        const Deflated part = deflater_->take();
        frame_.count(part);
        loose_ += part.bytes;
    }
    void share(std::string_view kept)
    {
        if (!loose_.empty()) pieces_.add(std::exchange(loose_, {}));
        if (!kept.empty()) pieces_.views.push_back(kept);
    }

    Deflater* deflater_;
    GzipFrame frame_;
    std::string loose_;
    TextPieces pieces_;
};

// How full the families of plans are. What they are counted against is the same for all, so it stands alone.
void add_budget(std::vector<MetricFamily>& families, const SeriesBudget& budget)
{
    FamilyBuilder limit{"planwatch_exposition_series_limit", MetricType::Gauge, "Series that a family of plans may have."};
    FamilyBuilder taken{"planwatch_exposition_series", MetricType::Gauge, "Places for series that a family of plans takes up, whether reported or not."};
    FamilyBuilder refused{"planwatch_exposition_series_refused", MetricType::Gauge, "Series that are not exposed, for their family has no place left."};
    limit.add({}, static_cast<double>(budget.limit()));
    for (const auto& [family, places] : budget.taken()) taken.add({{"family", family}}, static_cast<double>(places));
    for (const auto& [family, places] : budget.refused()) refused.add({{"family", family}}, static_cast<double>(places));
    for (FamilyBuilder* family : {&limit, &taken, &refused}) families.push_back(family->take());
}

// A family of the daemon's, or the same one of several plans.
struct Source {
    const MetricFamily* family = nullptr;
    std::size_t position = 0;  // in the plans
    bool of_plans = false;
};

std::vector<Source> sorted_sources(const std::vector<MetricFamily>& of_plans, const std::vector<MetricFamily>& others)
{
    std::vector<Source> sources;
    for (std::size_t i = 0; i < of_plans.size(); ++i) sources.push_back({&of_plans[i], i, true});
    for (const MetricFamily& family : others)
        if (!family.metric.empty()) sources.push_back({&family});
    std::ranges::sort(sources, {}, [](const Source& source) -> const std::string& { return source.family->name; });
    return sources;
}

}  // namespace

// Answers under way look into what it kept.
MetricsText::~MetricsText()
{
    for (auto& [id, plan] : plans_) retired_.add(std::move(plan));
}

SeriesBudget MetricsText::update(const std::vector<std::shared_ptr<const PlanSamples>>& plans)
{
    SeriesBudget budget{limit_};
    std::map<std::string, std::shared_ptr<KeptPlan>, std::less<>> kept;
    for (const auto& samples : plans) {
        auto& plan = kept[samples->policy->plan.id];
        const auto known = plans_.find(samples->policy->plan.id);
        if (known != plans_.end() && known->second->policy() == samples->policy) plan = std::move(known->second);
        if (!plan) plan = std::make_shared<KeptPlan>(samples->policy);
        plan->update(samples, budget, retired_);
    }
    for (auto& [id, plan] : plans_) retired_.add(std::move(plan));
    plans_ = std::move(kept);
    refused_ = budget.refused();
    std::erase_if(refused_, [](const auto& family) { return family.second == 0; });
    return budget;
}

TextPieces MetricsText::render(const std::vector<std::shared_ptr<const PlanSamples>>& plans, std::vector<MetricFamily> others,
                               const MetricsRequest& request)
{
    add_budget(others, update(plans));
    std::vector<KeptPlan*> shown;
    for (const auto& [id, plan] : plans_)
        if (request.plan.empty() || request.plan == id) shown.push_back(plan.get());

    Pieces out{request.gzip ? &deflater_ : nullptr, last_count_, retired_.hold()};
    const std::vector<MetricFamily> none;
    const std::vector<MetricFamily>& of_plans = shown.empty() ? none : shown.front()->families();
    std::string text;
    for (const Source& source : sorted_sources(of_plans, others)) {
        std::size_t size = 0;
        for (KeptPlan* plan : shown)
            if (source.of_plans) plan->visit(source.position, [&](const KeptText& lines) { size += lines.size; });
        if (source.of_plans && size == 0) continue;
        text.clear();
        append_header(text, *source.family, request.format);
        append_lines(text, *source.family, request.format);
        out.add(text);
        for (KeptPlan* plan : shown)
            if (source.of_plans) plan->visit(source.position, [&](KeptText& lines) { out.add(lines); });
    }
    if (request.format == ExpositionFormat::openmetrics) out.add(openmetrics_end);
    TextPieces pieces = out.take();
    if (!request.gzip) last_count_ = pieces.views.size() + pieces.views.size() / 16;
    return pieces;
}

}  // namespace planwatch

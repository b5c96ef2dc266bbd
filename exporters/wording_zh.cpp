#include "exporters/wording.hpp"
#include "rules/names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

namespace planwatch {
namespace {

class ChineseWording final : public Wording {
public:
    std::string period(const Period& period, int year) const override
    {
        const std::string in = period.year() == year ? std::string{} : fmt::format("{}年", period.year());
        const std::chrono::year_month_day first{period.first()};
        const unsigned month = static_cast<unsigned>(first.month());
        switch (period.kind()) {
            case Period::Kind::day: return in + month_and_day(period.first());
            case Period::Kind::week: return fmt::format("{}第{}周（{}至{}）", in, period.to_string().substr(6), month_and_day(period.first()), month_and_day(period.last()));
            case Period::Kind::month: return fmt::format("{}{}月", in, month);
            case Period::Kind::quarter: return in + std::string{name_in({"第一季度", "第二季度", "第三季度", "第四季度"}, (month - 1) / 3)};
            case Period::Kind::half_year: return in + (month == 1 ? "上半年" : "下半年");
            case Period::Kind::year: break;
        }
        return fmt::format("{}年", period.year());
    }

    // A name that follows a day or a week at once would be read as part of it; a 年度报告 of 2023年 is the 2023年度报告.
    std::string of_period(std::string_view period, std::string_view name) const override
    {
        if (period.ends_with("年") && name.starts_with("年")) name.remove_prefix(std::string_view{"年"}.size());
        const bool joins = period.empty() || period.ends_with("季度") || period.ends_with("年") || period.ends_with("月");
        return fmt::format("{}{}{}", period, joins ? "" : " ", name);
    }

    std::string day(Day day, int year) const override
    {
        const std::chrono::year_month_day date{day};
        const std::string in = static_cast<int>(date.year()) == year ? std::string{} : fmt::format("{}年", static_cast<int>(date.year()));
        const std::chrono::weekday weekday{day};
        return fmt::format("{}{}（周{}）", in, month_and_day(day), name_in({"日", "一", "二", "三", "四", "五", "六"}, weekday.c_encoding()));
    }

    // Towns that are all 镇, or all 街道, are called so.
    std::string units(std::optional<UnitKind> kind, const std::vector<std::string>& names) const override
    {
        std::string_view noun = kind ? name_in({"部门", "镇街", "经营主体", "食安办", "单位"}, *kind) : "单位";
        if (kind == UnitKind::town)
            for (const std::string_view common : {"镇", "乡", "街道"})
                if (std::ranges::all_of(names, [&](const std::string& name) { return name.ends_with(common); })) noun = common;
        return fmt::format("{}{}{}", names.size(), kind == UnitKind::business ? "家" : "个", noun);
    }

    std::string list(const std::vector<std::string>& names, std::size_t total) const override
    {
        std::string text = fmt::format("{}", fmt::join(names, "、"));
        if (total > names.size()) text += fmt::format("等{}个", total);
        return text;
    }

    std::string tag(const Matter& matter) const override
    {
        if (matter.resolved) return "已解除";
        const Timing& timing = matter.timing;
        const std::string days = timing.days > 0 ? fmt::format("{}{}", timing.days, timing.working ? "个工作日" : "天") : std::string{};
        if (matter.kind == AlertKind::overdue) return "逾期" + (timing.side == Timing::Side::after ? days : "");
        if (matter.kind != AlertKind::due_soon) return std::string{kind_name(matter.kind)};
        if (timing.side == Timing::Side::today) return "今日到期";
        return timing.side == Timing::Side::before && !days.empty() ? days + "后到期" : "即将到期";
    }

    std::string headline(const Matter& matter) const override
    {
        return sentence(matter) + (matter.names.empty() ? "" : "：" + list(matter.names, matter.units)) + "。";
    }

    std::string action(const Matter& matter, std::string_view figures, std::string_view document) const override
    {
        if (matter.resolved) return "无需处理，特此告知";
        switch (matter.kind) {
            case AlertKind::due_soon: return hand_in(matter, "按期", figures, document);
            case AlertKind::overdue: return hand_in(matter, "立即补", figures, document);
            case AlertKind::behind_pace: return "加快进度，按依据所列的周均数量补齐差额；数据有误的，更正填报";
            case AlertKind::target_missed: return "核实数据；确未达标的，说明原因并提出补救措施";
            case AlertKind::below_hold: return "查明未能保持的环节和原因，限期恢复";
            case AlertKind::implausible: return "核对填报的数据，有误的重新填报同一报告期";
            case AlertKind::silence_ending: return "如仍需静默，请另建静默；否则届时恢复通知";
            case AlertKind::undeliverable: break;
        }
        return "核对该联系人的地址，并另行告知其未收到的通知";
    }

    std::string deadline(const Matter& matter, bool provisional, bool assumed) const override
    {
        if (matter.hold) return "每个报告期均须达到";
        std::string text = day(*matter.due, matter.year) + (matter.due_time ? clock(*matter.due_time) + "前" : "24时前");
        if (provisional) text += "（暂定：所涉年度的放假安排尚未公布）";
        if (assumed) text += "（推定，见依据）";
        return text;
    }

    std::string target(const Target& target, int year) const override
    {
        const std::string_view sign = name_in({"≥", "≤", "="}, target.comparator);
        return fmt::format("{} {}{}{}，{}", sign, target.value.to_string(), target.unit.empty() || target.unit == "%" ? "" : " ", target.unit,
                           target.hold ? "每期保持" : day(target.by, year) + "前");
    }

    std::string responsible(const Unit& unit, Role role) const override { return fmt::format("{}（{}）", unit.name, role_name(role)); }

    std::string aside(std::string_view text, std::string_view more) const override { return fmt::format("{}（{}）", text, more); }
    std::string subject(std::string_view tag, std::string_view rest) const override { return fmt::format("【{}】{}", tag, rest); }

    std::string label(Label label) const override
    {
        return std::string{name_in({"请处理", "期限", "途径", "解除依据", "说明", "条款", "责任单位", "目标", "假设", "计划", "时间", "催办", "预警编号"}, label)} + "：";
    }

    std::string heading(MessagePart part) const override
    {
        return std::string{name_in({"逾期", "即将到期", "指标", "其他", "已解除"}, part)};
    }

    std::string count(MessagePart part, std::size_t count) const override
    {
        return fmt::format("{}项{}", count, name_in({"逾期", "临期", "指标", "其他", "解除"}, part));
    }

    std::string summary(const std::vector<std::string>& counts) const override { return fmt::format("{}", fmt::join(counts, " ")); }
    std::string and_others(std::string_view first, std::size_t count) const override { return fmt::format("{} 等{}项", first, count); }
    std::string evidence() const override { return "依据"; }
    std::string not_shown(std::size_t count) const override { return fmt::format("另有{}条，此处从略", count); }
    std::string acknowledge(std::string_view unit) const override { return unit.empty() ? "确认收到" : fmt::format("确认：{}", unit); }
    std::string open(std::string_view unit) const override { return unit.empty() ? "查看详情" : fmt::format("详情：{}", unit); }

    std::string step(std::string_view step) const override
    {
        if (step == "fired") return "触发时";
        if (step == "resolved") return "解除时";
        if (step == "due") return "到期时";
        if (step == "0") return "到期当日";
        const auto distance = distance_of(step);
        if (!distance) return std::string{step};
        return fmt::format("到期{}{}{}", distance->days < 0 ? "前" : "后", std::abs(distance->days), distance->working ? "个工作日" : "天");
    }

    std::string severity(Severity severity) const override { return std::string{severity_name(severity)}; }

private:
    static std::string month_and_day(Day day)
    {
        const std::chrono::year_month_day date{day};
        return fmt::format("{}月{}日", static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    }

    static std::string clock(std::chrono::minutes time) { return fmt::format("{:02}:{:02}", time.count() / 60, time.count() % 60); }

    std::string by_when(const Matter& matter) const
    {
        const std::string date = day(*matter.due, matter.year);
        return matter.due_time ? date + clock(*matter.due_time) + "前" : date + "前（含当日）";
    }

    // Without the units' names and the full stop.
    std::string sentence(const Matter& matter) const
    {
        const std::string who = matter.who + (matter.crowd ? "部分经营主体" : "");
        const std::string about = who + in_quotes(matter.what);
        if (matter.resolved) return fmt::format("{}的{}预警已解除", about, kind_name(matter.kind));
        switch (matter.kind) {
            case AlertKind::due_soon:
                return fmt::format("{}尚未报送{}，{}{}", who, in_quotes(matter.what), tag(matter), matter.due ? "，请于" + by_when(matter) + "报送" : "");
            case AlertKind::overdue:
                return fmt::format("{}未报{}，已{}{}", who, in_quotes(matter.what), tag(matter), matter.due ? "，应于" + by_when(matter) + "报送" : "");
            case AlertKind::behind_pace: return about + "落后于序时进度";
            case AlertKind::target_missed: return about + "未达到目标" + (matter.due ? "，应于" + by_when(matter) + "达到" : "");
            case AlertKind::below_hold: return about + "未能保持在目标水平";
            case AlertKind::implausible: return about + "的数据存疑";
            case AlertKind::silence_ending: return fmt::format("静默{}即将结束", in_quotes(matter.what));
            case AlertKind::undeliverable: break;
        }
        return fmt::format("发给{}的通知未能送达", in_quotes(matter.what));
    }

    static std::string hand_in(const Matter& matter, std::string_view how, std::string_view figures, std::string_view document)
    {
        const std::string what = figures.empty() && document.empty() ? in_quotes(matter.what)
                                 : document.empty()                  ? fmt::format("指标：{}", figures)
                                 : figures.empty()                   ? in_quotes(document) + "材料"
                                                                     : fmt::format("指标：{}；并报送{}材料", figures, in_quotes(document));
        return fmt::format("{}{}{}{}", matter.crowd ? "督促未报的经营主体" : "", how, how.ends_with("补") ? "报" : "报送", what);
    }
};

}  // namespace

const Wording& chinese_wording()
{
    static const ChineseWording wording;
    return wording;
}

}  // namespace planwatch

"""Example figures for any plan, made from the plan itself: each unit hands in each of its indicators, month by month. Nothing of it is real."""


def value(plan, indicator, month):
    """One that fits the measure, and leaves some indicators behind and some on their way."""
    units = len(indicator["units"])
    target = indicator["target"]["value"] if indicator["target"] else 100
    if indicator["measure"] == "done":
        return 1 if month % 2 else 0
    if indicator["measure"] in ("ratio", "average"):
        per_cent = min(100, 55 + 4 * month) if indicator["measure"] == "ratio" else 100 * target * month / 12
        return {"numerator": round(per_cent), "denominator": 100}
    year = target * (indicator["population"] or plan["population"]) / 1000 if indicator["measure"] == "per_thousand" else target
    so_far = indicator["reported"] != "increment"
    return round(year * 0.8 / 12 / units * (month if so_far else 1)) or 1


def submissions(plan, months):
    """All of a plan, as /api/v1/plans/{plan} gives it, for the first months of its year."""
    handed_in = []
    for month in range(1, months + 1):
        by_unit = {}
        for indicator in plan["indicators"]:
            if indicator["reported"] != "derived":
                for unit in indicator["units"]:
                    by_unit.setdefault(unit, {})[indicator["id"]] = value(plan, indicator, month)
        handed_in += [{"plan": plan["id"], "unit": unit, "period": f"{plan['year']}-{month:02d}", "values": values, "note": "示例数据"}
                      for unit, values in by_unit.items()]
    return handed_in

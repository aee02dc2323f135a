"""Department stores that become nodes of an online shop: fill rate, stock and delivery time, before and after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.cases.case import Case
from sim.cases.drawing import Axis, FindingCurve, curves, marks
from sim.cases.figure_series import change_finding, mean_finding, values_of
from sim.cases.findings import DAYS, POINTS, SHARE, CaseCheck, CaseFinding, Findings
from sim.cases.plan import CasePlan
from sim.report.charts.palette import INTERMEDIARIES, SUPPLIER
from sim.runs.replication import Flat

BEFORE, AFTER = "before", "after"
SAFETY = "retailers.replenishment.safety_factor"
FACTORS = (0.0, 0.2, 0.4, 0.7, 1.0)
"""Safety factors with which houses order. The middle one is the scenario's."""
USUAL = 2
CNY, KM = "CNY", "km"
DAYS_A_YEAR = 365.0
ONLINE = ("pickup", "courier", "parcel")
ON_THE_DAY = 1.0


def measure(plan: CasePlan) -> Findings:
    """Run both regimes with less and more stock, the same customers every time."""
    points = plan.sweep("department_store", [BEFORE, AFTER], [{SAFETY: factor} for factor in FACTORS])
    old, new = points[USUAL][BEFORE], points[USUAL][AFTER]
    found = {
        "had_before": CaseFinding.over(map(_had, old), SHARE),
        "had_after": CaseFinding.over(map(_had, new), SHARE),
        "had_change": change_finding([*map(_had, old)], [*map(_had, new)], POINTS),
        "fill_before": mean_finding(old, "fill_rate", SHARE),
        "fill_after": mean_finding(new, "fill_rate", SHARE),
        "fill_change": change_finding(values_of(old, "fill_rate"), values_of(new, "fill_rate"), POINTS),
        "lost_before": mean_finding(old, "lost_sales", SHARE),
        "lost_after": mean_finding(new, "lost_sales", SHARE),
        "online_before": CaseFinding.over(map(_online_days, old), DAYS),
        "online_after": CaseFinding.over(map(_online_days, new), DAYS),
        "online_share_before": CaseFinding.over(map(_online_share, old), SHARE),
        "online_share_after": CaseFinding.over(map(_online_share, new), SHARE),
        "same_day_before": mean_finding(old, "same_day_share", SHARE),
        "same_day_after": mean_finding(new, "same_day_share", SHARE),
        "same_day_change": change_finding(values_of(old, "same_day_share"), values_of(new, "same_day_share"), POINTS),
        "stock_before": CaseFinding.over(map(_stock_days, old), "days"),
        "stock_after": CaseFinding.over(map(_stock_days, new), "days"),
        "stock_saved": CaseFinding.over(_saved(points), SHARE),
        "car_km_saved": change_finding(values_of(new, "vehicle_km.cars"), values_of(old, "vehicle_km.cars"), KM),
    }
    for name, figure in EARNED.items():
        found[f"{name}_change"] = change_finding(values_of(old, figure), values_of(new, figure), CNY)
    for number, point in enumerate(points):
        for regime, flats in point.items():
            found[f"lost_{regime}_{number}"] = mean_finding(flats, "lost_sales", SHARE)
            found[f"stock_{regime}_{number}"] = CaseFinding.over(map(_stock_days, flats), "days")
    return found


EARNED = {
    "customers": "consumer_surplus",
    "houses": "retailer_profit",
    "makers": "supplier_profit",
    "platform": "platform_profit",
    "welfare": "welfare",
}
"""Whose gain is which figure, each in money per need."""


def _had(flat: Flat) -> float:
    """Return the share of first choices that the customer came by, there or another way."""
    fill, recovered = float(flat["fill_rate"] or 0.0), float(flat["recovered_sales"] or 0.0)
    return fill + (1.0 - fill) * recovered


def _online_share(flat: Flat) -> float:
    """Return the share of purchases that were ordered online."""
    return sum(float(flat.get(f"channel_share.{channel}") or 0.0) for channel in ONLINE)


def _online_days(flat: Flat) -> float:
    """Return the mean time from order to hands of what was ordered online."""
    bought = [
        (float(flat.get(f"channel_share.{name}") or 0.0), f"delivery_days_by_channel.{name}.mean") for name in ONLINE
    ]
    return sum(share * float(flat[days] or 0.0) for share, days in bought if share > 0) / _online_share(flat)


def _stock_days(flat: Flat) -> float:
    """Return how many days of sales the houses' stock covers."""
    return DAYS_A_YEAR / float(flat["inventory_turns_by_kind.retailer"] or 0.0)


def _saved(points: Sequence[dict[str, list[Flat]]]) -> list[float]:
    """Return by how much less stock the houses lose no more sales after than before, one share for each replication.

    Between the points that were run, stock and lost sales are taken to lie on straight lines.
    """
    saved = []
    for number in range(len(points[USUAL][BEFORE])):
        lost = [float(point[AFTER][number]["lost_sales"] or 0.0) for point in points]
        stock = [_stock_days(point[AFTER][number]) for point in points]
        was = points[USUAL][BEFORE][number]
        order = np.argsort(lost)
        needed = float(np.interp(float(was["lost_sales"] or 0.0), np.array(lost)[order], np.array(stock)[order]))
        saved.append(1.0 - needed / _stock_days(was))
    return saved


def checks(found: Findings) -> list[CaseCheck]:
    """What becomes of fill rate, stock and delivery time."""
    return [
        CaseCheck(
            "More customers end up with their first choice",
            found["had_change"].above(0.0),
            "{had_before} before, {had_after} after",
        ),
        CaseCheck(
            "What is ordered online takes days before and hours after",
            found["online_before"].above(ON_THE_DAY) and found["online_after"].below(ON_THE_DAY),
            "{online_before} before, {online_after} after",
        ),
        CaseCheck(
            "More purchases are in hand on the same day",
            found["same_day_change"].above(0.0),
            "{same_day_before} before, {same_day_after} after",
        ),
        CaseCheck("Customers drive less", found["car_km_saved"].above(0.0), "By {car_km_saved} per need"),
        CaseCheck(
            "With as many sales lost as before, the houses need less stock",
            found["stock_saved"].above(0.0),
            "{stock_saved} less",
        ),
    ]


def picture(found: Findings) -> str:
    """Draw sales lost to empty shelves by days of stock, before and after."""

    def curve(regime: str, label: str, colour: str) -> FindingCurve:
        numbers = range(len(FACTORS))
        stock = [found[f"stock_{regime}_{number}"].mean for number in numbers]
        return FindingCurve(label, stock, [found[f"lost_{regime}_{number}"] for number in numbers], colour)

    return curves(
        "With shelves on show online, houses lose fewer sales to empty shelves with the same stock",
        [curve(BEFORE, "before", INTERMEDIARIES), curve(AFTER, "after", SUPPLIER)],
        Axis("days of sales in stock", marks((20, 25, 30))),
        Axis("% of needs lost to an empty shelf", marks((0.0, 0.01, 0.02), SHARE)),
    )


CASE = Case(
    name="department_store",
    title="Department stores as nodes of an online shop",
    question="What do fill rate, stock and delivery time gain when department stores' shelves become visible and "
    "reachable online?",
    scenarios=("department_store",),
    measure=measure,
    checks=checks,
    picture=picture,
    said="Two lines: the share of needs lost to an empty shelf falls with days of stock; the line after lies below",
)

"""Shoes by post: what free returns cost, and where a showroom pays."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.cases.case import Case
from sim.cases.drawing import Axis, FindingCurve, curves, marks
from sim.cases.findings import EUR, POINTS, SHARE, CaseCheck, CaseFinding, Findings
from sim.cases.plan import CasePlan
from sim.cases.wording import amount
from sim.common.types import CENTS, FloatArray
from sim.engine.codes import BOUGHT
from sim.report.charts.palette import RETAILER, SUPPLIER
from sim.results.figures.arithmetic import quotient
from sim.results.outcome import Outcome
from sim.scenario import load_scenario
from sim.scenario.names import town_names, town_sizes

SHOPS, ONLINE, ROOMS = "traditional", "direct", "showrooms"


def measure(plan: CasePlan) -> Findings:
    """Run shops and an online seller; then the online seller with and without showrooms in the same towns."""
    deep = plan.figures("shoes", [SHOPS, ONLINE])
    shares = {"unserved": "unserved_share", "tail": "long_tail_share", "none": "no_purchase_share"}
    found = {
        f"{name}_{who}": deep.of(regime, figure, SHARE)
        for name, figure in shares.items()
        for who, regime in (("shops", SHOPS), ("online", ONLINE))
    }
    flats = plan.measure("shoes_showrooms", [ONLINE, ROOMS], with_and_without)
    units = dict.fromkeys(("demand", "kept", "by_parcel", "back", "back_room", "back_tried", "tried"), SHARE)
    units["back_room_points"] = POINTS
    for name in flats[0]:
        unit = units.get(name.removesuffix("_more").removesuffix("_less"), EUR)
        found[name] = CaseFinding.over((flat[name] for flat in flats), unit)
    found["town"] = CaseFinding.over(map(where_it_pays, flats), "people")
    return found


def with_and_without(outcomes: Mapping[str, Outcome]) -> dict[str, float | None]:
    """Return demand, returns and what is earned, with a showroom in every town and without, in one replication."""
    one, other = outcomes[ONLINE], outcomes[ROOMS]
    orders = [ended_in_order(outcome) for outcome in (one, other)]
    returned = [np.asarray(outcome.columns["needs"]["returned"], dtype=bool) for outcome in (one, other)]
    parcels = [rows & in_channel(outcome, "parcel") for rows, outcome in zip(orders, (one, other), strict=True)]
    tried = orders[1] & in_channel(other, "endless_aisle")
    earned = [by_need(outcome) for outcome in (one, other)]
    back, kept = orders[0] & returned[0], orders[0] & ~returned[0]
    cost = -mean(earned[0], back)
    price = mean(one.columns["needs"]["price"].astype(np.float64), kept) / CENTS
    return {
        "demand_more": orders[1].sum() / orders[0].sum() - 1.0,
        "by_parcel_less": 1.0 - parcels[1].sum() / parcels[0].sum(),
        "back": quotient(back.sum(), orders[0].sum()),
        "back_room": quotient((orders[1] & returned[1]).sum(), orders[1].sum()),
        "back_room_points_less": back.sum() / orders[0].sum() - (orders[1] & returned[1]).sum() / orders[1].sum(),
        "back_tried": quotient((tried & returned[1]).sum(), tried.sum()),
        "tried": quotient(tried.sum(), orders[1].sum()),
        "kept_more": (orders[1] & ~returned[1]).sum() / kept.sum() - 1.0,
        "return_cost": cost,
        "return_cost_kept": cost * back.sum() / kept.sum(),
        "earned_kept": mean(earned[0], kept),
        "price": price,
        **gains_by_town(outcomes, earned),
    }


def ended_in_order(outcome: Outcome) -> NDArray[np.bool_]:
    """Tell which needs of the window ended in an order."""
    needs = outcome.columns["needs"]
    return outcome.in_window(needs["day"]) & (needs["result"] == BOUGHT)


def in_channel(outcome: Outcome, name: str) -> NDArray[np.bool_]:
    """Tell which needs ended in a channel."""
    return outcome.columns["needs"]["channel"] == outcome.labels["channels"].index(name)


def mean(values: FloatArray, rows: NDArray[np.bool_]) -> float:
    """Return the mean over some rows."""
    return float(values[rows].mean())


def by_need(outcome: Outcome) -> FloatArray:
    """Return what supplier and showrooms earn on each need: money received less paid, and what stock loses in value."""
    count = len(outcome.columns["needs"]["need"])
    ledger, stock = outcome.columns["ledger"], outcome.columns["stock"]
    names = outcome.labels["accounts"]
    outside = {"households", "inputs", "labour", "landlords", "fuel", "lenders", "media", "state", "parcel carrier"}
    ours = np.array([name not in outside for name in names])
    earned = np.zeros(count)
    for side, sign in (("payee", 1.0), ("payer", -1.0)):
        rows = (ledger["need"] >= 0) & ours[ledger[side]]
        np.add.at(earned, ledger["need"][rows], sign * ledger["cents"][rows])
    rows = stock["need"] >= 0
    np.add.at(earned, stock["need"][rows], (stock["value_in"] * ours_in(stock["owner_in"], ours))[rows])
    np.add.at(earned, stock["need"][rows], -(stock["value_out"] * ours_in(stock["owner_out"], ours))[rows])
    return earned / CENTS


def ours_in(owner: NDArray[np.int64], ours: NDArray[np.bool_]) -> FloatArray:
    """Return 1 where a movement of goods has an owner among our firms on that side, else 0."""
    return np.where(owner >= 0, ours[np.maximum(owner, 0)], False).astype(np.float64)


def gains_by_town(outcomes: Mapping[str, Outcome], earned: list[FloatArray]) -> dict[str, float | None]:
    """Return by how much more is earned in each town a day with its showroom, rent paid."""
    rent = outcomes[ROOMS].manifest.scenario.retailers.rent
    first, end = outcomes[ROOMS].manifest.window
    names = outcomes[ROOMS].labels["towns"]
    total = []
    for regime, money in zip((ONLINE, ROOMS), earned, strict=True):
        needs, rows = outcomes[regime].columns["needs"], ended_in_order(outcomes[regime])
        total.append(np.bincount(needs["town"][rows], money[rows], len(names)) / (end - first))
    gains = total[1] - total[0] - rent
    return {f"gain_{name.lower()}": float(gain) for name, gain in zip(names, gains, strict=True)}


def where_it_pays(flat: Mapping[str, float | None]) -> float | None:
    """Return the size of town from which a showroom pays its rent, between the towns it pays and does not pay in.

    None where it pays in all of a replication's towns, or in none.
    """
    scenario = load_scenario("shoes_showrooms")
    sizes = town_sizes(scenario)
    gains = [flat[f"gain_{name.lower()}"] or 0.0 for name in town_names(scenario)]
    for (small, less), (large, more) in pairwise(zip(sizes, gains, strict=True)):
        if less < 0 <= more:
            return small + (large - small) * less / (less - more)
    return None


def checks(found: Findings) -> list[CaseCheck]:
    """A deep assortment serves all tastes, returns cost, a showroom brings demand and saves returns."""
    small, large = found["gain_ash"], found["gain_oak"]
    return [
        CaseCheck(
            "The deep assortment serves tastes that shops do not",
            found["unserved_shops"].above(0.05)
            and found["unserved_online"].below(0.01)
            and found["tail_online"].above(found["tail_shops"].mean),
            "Unserved: {unserved_shops} by shops, {unserved_online} online; models outside the top fifth: "
            "{tail_shops} and {tail_online} of units",
        ),
        CaseCheck(
            "Free returns cost the seller more than a tenth of what it earns on the pairs that are kept",
            found["return_cost_kept"].above(0.1 * found["earned_kept"].mean),
            "{return_cost_kept} for each pair kept, which earns {earned_kept}",
        ),
        CaseCheck(
            "With a showroom demand is higher (Bell, Gallino & Moreno)",
            found["demand_more"].above(0.0),
            "By {demand_more}",
        ),
        CaseCheck(
            "With a showroom fewer pairs come back (Bell, Gallino & Moreno)",
            found["back_room_points_less"].above(0.0),
            "{back} without, {back_room} with one",
        ),
        CaseCheck(
            "A showroom pays in the largest town and not in the smallest",
            small.below(0.0) and large.above(0.0),
            "A day, rent paid: {gain_ash} and {gain_oak}; it pays from {town}",
        ),
    ]


def picture(found: Findings) -> str:
    """Draw what a showroom brings a day by size of town."""
    scenario = load_scenario("shoes_showrooms")
    names, sizes = town_names(scenario), town_sizes(scenario)
    gains = [found[f"gain_{name.lower()}"] for name in names]
    nothing = FindingCurve("nothing gained", sizes, [CaseFinding.exact(0.0, EUR)] * len(sizes), RETAILER)
    drawn = FindingCurve("what a showroom brings, rent paid", sizes, gains, SUPPLIER)
    heights = [-100.0, 0.0, 100.0, 200.0, 300.0]
    return curves(
        f"A showroom pays in towns of more than {amount(found['town'])}",
        [drawn, nothing],
        Axis("people in town", marks(sizes)),
        Axis("EUR a day", marks(heights)),
        "Upright lines: 95 % intervals.",
    )


CASE = Case(
    name="shoes",
    title="Every model there is, free returns, and a room to try them on",
    question="What do free returns cost a seller with a deep assortment, and where does a showroom pay?",
    scenarios=("shoes", "shoes_showrooms"),
    measure=measure,
    checks=checks,
    picture=picture,
    said="A line: what a showroom brings a day after rent, by the number of people in town; it crosses nought",
)

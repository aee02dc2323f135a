"""Empty shelves with and without O2O: sales saved, hours to the customer, and what people do instead."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.cases.case import Case
from sim.cases.drawing import Bar, bars
from sim.cases.findings import DAYS, POINTS, SHARE, CaseCheck, CaseFinding, Findings
from sim.cases.plan import CasePlan
from sim.cases.runs import One, PairedRuns
from sim.cases.wording import amount, spoken
from sim.common.estimates import difference
from sim.engine.codes import BOUGHT, WAITING
from sim.report.charts.palette import COSTS, SUPPLIER
from sim.results.figures.arithmetic import quotient
from sim.results.outcome import Outcome

LEVELS = {"full": 0.85, "usual": 0.73, "poor": 0.65}
"""In-store availability: the share of demand that shops order enough for, in three markets."""
WORLD_AVERAGE = 0.083
LENGTH = {"time.days": 80}
STOCK = "retailers.replenishment.target_fill_rate"
WITHOUT, WITH = "traditional", "o2o"
REACTIONS = ("other_store", "nothing", "later", "same_brand", "other_brand")
ASKED = {
    "diapers": (41, 7, 11, 20, 21),
    "cosmetics": (43, 15, 22, 12, 8),
    "coffee": (29, 17, 21, 13, 20),
    "toothpaste": (35, 9, 17, 22, 17),
    "laundry": (32, 9, 19, 20, 20),
    "paper towels": (21, 12, 17, 18, 32),
}
"""Of 100 shoppers before an empty shelf, in the order of ``REACTIONS`` (Corsten & Gruen 2003, by category)."""
AVERAGE = (31, 9, 15, 19, 26)
"""The same over all categories (from memory)."""


def measure(plan: CasePlan) -> Findings:
    """Run the market at three levels of availability, then a market with substitutes."""
    points = [{STOCK: level, **LENGTH} for level in LEVELS.values()]
    found: dict[str, CaseFinding] = {}
    levels = plan.sweep("empty_shelf", [WITHOUT, WITH], points)
    for name, runs in zip(LEVELS, levels, strict=True):
        found |= {f"{what}_{name}": finding for what, finding in at_level(runs).items()}
    found |= fuller(levels)
    flats = plan.measure("empty_shelf_reactions", [WITHOUT, WITH], reactions)
    names = [f"{reaction}{mark}" for mark in ("", "_o2o") for reaction in (*REACTIONS, "online")]
    found |= {name: CaseFinding.over((flat[name] for flat in flats), SHARE) for name in names}
    for reaction in ("same_brand", "other_brand"):
        less = (difference(flat[reaction], flat[f"{reaction}_o2o"]) for flat in flats)
        found[f"{reaction}_less"] = CaseFinding.over(less, POINTS)
    for place, reaction in enumerate(REACTIONS):
        shares = [each[place] / 100 for each in ASKED.values()]
        found[f"{reaction}_least"] = CaseFinding.exact(min(shares), SHARE)
        found[f"{reaction}_most"] = CaseFinding.exact(max(shares), SHARE)
        found[f"{reaction}_average"] = CaseFinding.exact(AVERAGE[place] / 100, SHARE)
    return found


def saved(one: One) -> float | None:
    """Return the share of the sales that empty shelves lose which O2O saves, in one replication."""
    still = quotient(one[WITH].get("lost_sales"), one[WITHOUT].get("lost_sales"))
    return None if still is None else 1.0 - still


def fuller(levels: list[PairedRuns]) -> Findings:
    """Return by how much more is saved at each level than at the next poorer one, pair by pair."""
    by_level = [[saved(one) for one in runs.replications()] for runs in levels]
    return {
        f"saved_more_{number}": CaseFinding.over(map(difference, *pair), POINTS)
        for number, pair in enumerate(itertools.pairwise(by_level))
    }


def at_level(runs: PairedRuns) -> Findings:
    """Return what empty shelves cost at a level of availability, and what O2O saves."""

    return {
        "empty": runs.of(WITHOUT, "stockout_rate", SHARE),
        "empty_o2o": runs.of(WITH, "stockout_rate", SHARE),
        "lost": runs.of(WITHOUT, "lost_sales", SHARE),
        "lost_o2o": runs.of(WITH, "lost_sales", SHARE),
        "saved": runs.each(saved, SHARE),
        "recovered": runs.of(WITHOUT, "recovered_sales", SHARE),
        "recovered_o2o": runs.of(WITH, "recovered_sales", SHARE),
        "hours": runs.of(WITH, "delivery_days_by_channel.courier.p50", DAYS),
        "saved_hours": runs.of(WITH, "recovered_delivery_days.p50", DAYS),
        "hours_late": runs.of(WITH, "delivery_days_by_channel.courier.p95", DAYS),
        "surplus": runs.change(WITHOUT, WITH, "consumer_surplus", "EUR"),
    }


def reactions(outcomes: Mapping[str, Outcome]) -> dict[str, float | None]:
    """Return what became of those who wanted first what was not on the shelf, with O2O and without, as shares."""
    both = {"": outcomes[WITHOUT], "_o2o": outcomes[WITH]}
    return {
        f"{name}{mark}": share for mark, outcome in both.items() for name, share in reaction_shares(outcome).items()
    }


def reaction_shares(outcome: Outcome) -> dict[str, float | None]:
    """Return the shares of reactions to an empty shelf under one regime."""
    needs, brand = outcome.columns["needs"], outcome.columns["products"]["supplier"]
    asked = outcome.in_window(needs["day"]) & needs["first_empty"] & (needs["first_choice"] >= 0)
    asked = asked & (needs["result"] != WAITING)
    bought = asked & (needs["result"] == BOUGHT)
    later = bought & (needs["attempt"] > 0)
    same = bought & ~later & (needs["product"] == needs["first_choice"])
    counter = needs["channel"] == outcome.labels["channels"].index("store")
    instead = bought & ~later & ~same
    own = brand[needs["product"]] == brand[needs["first_choice"]]
    rows: dict[str, NDArray[np.bool_]] = {
        "other_store": same & counter,
        "nothing": asked & ~bought,
        "later": later,
        "same_brand": instead & own,
        "other_brand": instead & ~own,
        "online": same & ~counter,
    }
    return {name: quotient(float(row.sum()), float(asked.sum())) for name, row in rows.items()}


def checks(found: Findings) -> list[CaseCheck]:
    """O2O saves sales at every level, within hours, and people react about as they say they do."""
    empty = [found[f"empty_{level}"] for level in LEVELS]
    shares = [found[f"saved_{level}"] for level in LEVELS]
    hours = [found[f"hours_{level}"] for level in LEVELS]
    inside = [found[name].within(found[f"{name}_least"].mean, found[f"{name}_most"].mean) for name in REACTIONS]
    return [
        CaseCheck(
            "The middle market has as many empty shelves as the world: 8.3 %, within half a point",
            empty[1].within(WORLD_AVERAGE - 0.005, WORLD_AVERAGE + 0.005),
            f"Empty in the morning: {', '.join(map(spoken, empty))}",
        ),
        CaseCheck(
            "O2O saves more than half of the sales that empty shelves lose, at all three levels",
            all(share.above(0.5) for share in shares),
            f"Saved: {', '.join(map(spoken, shares))}",
        ),
        CaseCheck(
            "The fuller the shelves, the larger the share of lost sales that O2O saves",
            found["saved_more_0"].above(0.0) and found["saved_more_1"].above(0.0),
            "By {saved_more_0} and by {saved_more_1} from level to level",
        ),
        CaseCheck(
            "What a courier brings is there the same day, half of it within 6 hours",
            all(time.below(6 / 24) for time in hours) and all(found[f"hours_late_{k}"].below(1.0) for k in LEVELS),
            f"Median: {', '.join(map(spoken, hours))}",
        ),
        CaseCheck(
            "Each of the five reactions lies within the range of the six categories of Corsten & Gruen",
            all(inside),
            ", ".join(f"{name.replace('_', ' ')} {spoken(found[name])}" for name in REACTIONS),
        ),
        CaseCheck(
            "Where it can be had, most order online what the shelf has not, and fewer take something else",
            found["online_o2o"].above(0.5)
            and found["same_brand_less"].above(0.0)
            and found["other_brand_less"].above(0.0),
            "{online_o2o} order online; of either brand something else: {same_brand_o2o} and {other_brand_o2o}",
        ),
    ]


def picture(found: Findings) -> str:
    """Draw sales lost to empty shelves, with and without, at three levels."""
    rows = []
    for level in LEVELS:
        empty = amount(found[f"empty_{level}"])
        rows.append(Bar(f"{empty} of shelves empty: without O2O", found[f"lost_{level}"], COSTS))
        rows.append(Bar("the same customers with O2O", found[f"lost_o2o_{level}"], SUPPLIER))
    headline = (
        f"With {amount(found['empty_usual'])} of shelves empty O2O saves {amount(found['saved_usual'])} of lost sales"
    )
    return bars(headline, rows, "Needs that end without a purchase because of an empty shelf. Lines: 95 % intervals.")


CASE = Case(
    name="empty_shelf",
    title="Sold out here, in stock two kilometres away",
    question="How many of the sales that empty shelves lose can shared stock and a courier save, how fast does it "
    "come, and what do people do without it?",
    scenarios=("empty_shelf", "empty_shelf_reactions"),
    measure=measure,
    checks=checks,
    picture=picture,
    said="Bars: needs lost to empty shelves at three levels of in-store availability, with and without O2O",
)

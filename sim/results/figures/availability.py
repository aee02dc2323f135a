"""Availability: whether customers get what they want, and why not."""

from __future__ import annotations

import numpy as np

from sim.engine.codes import BOUGHT, NOT_STOCKED, OUT_OF_STOCK, RESULTS, WAITING
from sim.kernels.need_sums import EMPTY, LOST, MET, MET_OF_ALL, OF_ALL, RECOVERED, UNSERVED, WANTED
from sim.results.figures.arithmetic import Value, quotient, totals
from sim.results.figures.description import FigureInfo
from sim.results.figures.groups import Groups
from sim.results.figures.times import delivery_times, mean_and_percentiles
from sim.results.figures.window import Window

AVAILABILITY = (
    FigureInfo(
        "fill_rate",
        "share",
        "First choices among what is carried met from stock where chosen / first choices",
        "higher",
    ),
    FigureInfo(
        "fill_rate_wanted",
        "share",
        "First choices of all products, carried or not, met from stock / first choices of all products",
        "higher",
    ),
    FigureInfo("fill_rate_by_tier", "share", "Units shipped on the day ordered / units ordered", "higher", "tier"),
    FigureInfo(
        "stockout_rate",
        "share",
        "Empty cells / cells of (store, product carried, day), before customers shop",
        "lower",
    ),
    FigureInfo(
        "lost_sales",
        "share",
        "Needs whose first choice was an empty shelf and that ended without purchase / needs",
        "lower",
    ),
    FigureInfo(
        "recovered_sales",
        "share",
        "First choices that were an empty shelf, the same product bought anyway / those empty",
        "higher",
    ),
    FigureInfo(
        "recovered_delivery_days",
        "days",
        "From need to hands for recovered sales: mean, median, 95th percentile",
        "lower",
        "statistic",
    ),
    FigureInfo("unserved_share", "share", "Needs without purchase since not carried or out of stock / needs", "lower"),
    FigureInfo(
        "unserved_share_by_rarity",
        "share",
        "unserved_share, by how common the customer's style is in the own town",
        "lower",
        "fifth of customers",
    ),
    FigureInfo("no_purchase_share", "share", "Needs that ended without purchase / needs", "lower"),
    FigureInfo(
        "no_purchase_share_by_reason",
        "share",
        "no_purchase_share, by the first reason that explains it",
        "lower",
        "reason",
    ),
    FigureInfo(
        "waits_censored",
        "share",
        "Needs still waiting, for goods or for the next day, when the run ended / needs: their end is unknown",
    ),
    FigureInfo(
        "minority_gap",
        "share",
        "Unserved share of the rarest less that of the commonest fifth of customers",
        "lower",
    ),
)


def availability(window: Window, groups: Groups) -> dict[str, Value]:
    """Return fill rates, stockouts, lost and recovered sales, and the needs that went unserved."""
    return {
        **_fill_rates(window),
        "stockout_rate": stockout_rate(window),
        **_empty_first_choices(window),
        **_without_purchase(window, groups),
    }


def _fill_rates(window: Window) -> dict[str, Value]:
    """Return the share of first choices found in stock, and upstream of orders shipped on the day."""
    first = window.sums.first[0]
    cells = window.outcome.columns["cells"]
    tier = window.places_of("tier")[cells["place"]]
    upstream = ("supplier", *window.tier_names)
    asked, filled = (totals(tier, cells[column], len(upstream) + 1) for column in ("demand", "filled"))
    return {
        "fill_rate": quotient(first[MET], first[WANTED]),
        "fill_rate_wanted": quotient(first[MET_OF_ALL], first[OF_ALL]) if window.knows_missing else None,
        "fill_rate_by_tier": {name: quotient(filled[place], asked[place]) for place, name in enumerate(upstream)},
    }


def stockout_rate(window: Window) -> float | None:
    """Return empty cells / cells of (store, product carried, day), as customers find them."""
    cells = window.outcome.columns["cells"]
    in_store = window.places_of("kind")[cells["place"]] == window.code("place_kinds", "store")
    return quotient(cells["days_empty"][in_store].sum(), cells["days_carried"][in_store].sum())


def _empty_first_choices(window: Window) -> dict[str, Value]:
    """Return what became of customers whose first choice was an empty shelf.

    Orders still waiting for goods when the run ended are censored: neither lost nor recovered.
    """
    first = window.sums.first[0]
    waited: Value = {**mean_and_percentiles(delivery_times(window.sums, recovered=True))}
    return {
        "lost_sales": quotient(first[LOST], window.need_count),
        "recovered_sales": quotient(first[RECOVERED], first[EMPTY]),
        "recovered_delivery_days": waited,
    }


def _without_purchase(window: Window, groups: Groups) -> dict[str, Value]:
    """Return the needs without purchase by reason, and how those unserved depend on rarity of taste."""
    by_result = window.sums.results[0]
    unserved = by_result[NOT_STOCKED] + by_result[OUT_OF_STOCK]
    by_rarity = groups.by_rarity(window.sums.cells[UNSERVED].astype(np.float64))
    rarest, commonest = by_rarity["rarest"], by_rarity["commonest"]
    gap = rarest - commonest if isinstance(rarest, float) and isinstance(commonest, float) else None
    return {
        "unserved_share": quotient(unserved, window.need_count),
        "unserved_share_by_rarity": by_rarity,
        "no_purchase_share": quotient(window.need_count - by_result[BOUGHT] - by_result[WAITING], window.need_count),
        "no_purchase_share_by_reason": {
            name: quotient(by_result[code], window.need_count)
            for code, name in enumerate(RESULTS)
            if code not in (BOUGHT, WAITING)
        },
        "waits_censored": quotient(by_result[WAITING], window.need_count),
        "minority_gap": gap,
    }

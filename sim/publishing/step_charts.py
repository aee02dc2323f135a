"""The charts of the argument's answers. A guess is marked on them afterwards, where it was made."""

from __future__ import annotations

from collections.abc import Callable

from sim.common.number_format import Interval, short
from sim.publishing.step import Runs, figure
from sim.report import charts
from sim.report.charts import Chart, PartOfHundred
from sim.report.charts.palette import INTERMEDIARIES, RETAILER, SUPPLIER
from sim.report.comparison_protocol import sum_of
from sim.report.titles import titled
from sim.scenario.regimes import title_of

BETWEEN = ("intermediary_margin", "retailer_margin")


def kept_between(runs: Runs) -> Interval:
    """Return how much of 100 the wholesaler and the shop keep."""
    return sum_of([figure(runs, "traditional", name, 100.0) for name in BETWEEN])


def price_ladder(runs: Runs) -> Chart:
    """Draw the price at every hand, and the direct offer across."""
    scenario = runs[0].scenario
    tiers = [tier.name for tier in scenario.tiers]
    ladder = charts.ladder(titled(runs[0], scenario), tiers, scenario.money.currency)
    return charts.room_for_a_guess(ladder)


def who_keeps_what(runs: Runs) -> Chart:
    """Draw 100 as the wholesaler's part, the shop's and the maker's, those in between first: the guess is about them.

    Its parts are named in the bar and add up to 100.
    """
    wholesaler, shop = (figure(runs, "traditional", name, 100.0).mean or 0.0 for name in BETWEEN)
    maker = 100.0 - wholesaler - shop
    parts = [
        PartOfHundred("wholesaler", wholesaler, INTERMEDIARIES),
        PartOfHundred("shop", shop, RETAILER),
        PartOfHundred("maker", maker, SUPPLIER),
    ]
    finding = (
        f"Of 100 that you pay, the wholesaler and the shop keep {short(wholesaler + shop)}, and {short(maker)} "
        "reach the maker"
    )
    return charts.parts_of_hundred(parts, finding, "of 100 that you pay")


def beside(name: str, factor: float, axis: str, said: str) -> Callable[[Runs], Chart]:
    """Return a function that draws a figure regime by regime."""

    def draw(runs: Runs) -> Chart:
        values = {regime: figure(runs, regime, name, factor) for regime in runs[0].regimes}
        finding = said.format(**{regime: "-" if v.mean is None else short(v.mean) for regime, v in values.items()})
        return charts.side_by_side({title_of(regime): value for regime, value in values.items()}, finding, axis)

    return draw


def tastes(runs: Runs) -> Chart:
    """Draw how many needs go unserved, by how rare their taste is."""
    return charts.room_for_a_guess(charts.rare_tastes(titled(runs[0], runs[0].scenario)))


def word_of_mouth(runs: Runs) -> Chart:
    """Draw how many customers ever buy online, without and with word of mouth."""
    values = {
        "no word of mouth": figure(runs, "hybrid", "adoption", 100.0),
        "word of mouth": figure(runs, "hybrid", "adoption", 100.0, 1),
    }
    quiet, talk = ("-" if value.mean is None else short(value.mean) for value in values.values())
    said = f"Without word of mouth, {quiet} of 100 customers buy online at least once; with it, {talk} do"
    return charts.side_by_side(values, said, "customers of 100 who bought online at least once")

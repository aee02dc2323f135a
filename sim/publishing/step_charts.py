"""The charts of the argument's answers. A guess is marked on them afterwards, where it was made."""

from __future__ import annotations

from collections.abc import Callable

from sim.common.number_format import Interval, listed, short
from sim.publishing.step import Runs, figure
from sim.report import charts
from sim.report.charts import Chart, PartOfHundred
from sim.report.charts.palette import INTERMEDIARIES, RETAILER, SUPPLIER
from sim.report.comparison_protocol import sum_of
from sim.scenario.regimes import title_of

BETWEEN = ("intermediary_margin", "retailer_margin")


def kept_between(runs: Runs) -> Interval:
    """Return how much of 100 the wholesaler and the shop keep."""
    return sum_of([figure(runs, "traditional", name, 100.0) for name in BETWEEN])


def prices_by_hand(runs: Runs) -> Chart:
    """Draw the price at which every hand sells, and that of the direct offer, where there is one."""
    values = {
        "maker sells at": figure(runs, "traditional", "supplier_price"),
        "wholesaler sells at": figure(runs, "traditional", "wholesale_price"),
        "shop sells at": figure(runs, "traditional", "consumer_price"),
    }
    finding = f"The price climbs at every hand: {listed([short(value.mean or 0.0) for value in values.values()])}"
    if "direct" in runs[0].regimes:
        offer = figure(runs, "direct", "consumer_price")
        values["direct, the maker sells to you at"] = offer
        finding = _offer_in_words(runs, offer)
    colours = dict(zip(values, (SUPPLIER, INTERMEDIARIES, RETAILER, SUPPLIER), strict=False))
    return charts.side_by_side(values, finding, f"{runs[0].scenario.money.currency} per unit", colours)


def _offer_in_words(runs: Runs, offer: Interval) -> str:
    """Return what the direct price means for the maker and for customers."""
    maker, paid = (figure(runs, "-direct", name).mean or 0.0 for name in ("supplier_price", "consumer_price"))
    gets = "more than before" if maker > 0 else "less than before" if maker < 0 else "the same as before"
    pays = "less than" if paid < 0 else "more than" if paid > 0 else "the same as"
    return f"Direct, you pay {short(offer.mean or 0.0)}: the maker gets {gets}, and you pay {pays} in the shop"


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
    """Draw how many needs of the rarest and of the commonest tastes go unserved, in shops and bought direct."""
    of = "unserved_share_by_rarity"
    values = {
        "rarest fifth of tastes, shops": figure(runs, "traditional", f"{of}.rarest", 100.0),
        "commonest fifth, shops": figure(runs, "traditional", f"{of}.commonest", 100.0),
        "rarest fifth, direct": figure(runs, "direct", f"{of}.rarest", 100.0),
        "commonest fifth, direct": figure(runs, "direct", f"{of}.commonest", 100.0),
    }
    shops, direct = (
        short(values[name].mean or 0.0) for name in ("rarest fifth of tastes, shops", "rarest fifth, direct")
    )
    finding = f"Of 100 needs of the rarest fifth of tastes, {shops} go unserved in shops and {direct} direct"
    return charts.side_by_side(values, finding, "needs of 100 that go unserved")


def word_of_mouth(runs: Runs) -> Chart:
    """Draw how many customers ever buy online, without and with word of mouth."""
    values = {
        "no word of mouth": figure(runs, "hybrid", "adoption", 100.0),
        "word of mouth": figure(runs, "hybrid", "adoption", 100.0, 1),
    }
    quiet, talk = ("-" if value.mean is None else short(value.mean) for value in values.values())
    said = f"Without word of mouth, {quiet} of 100 customers buy online at least once; with it, {talk} do"
    return charts.side_by_side(values, said, "of 100 customers")

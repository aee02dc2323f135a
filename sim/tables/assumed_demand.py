"""Customers who buy what a table says at the prices that it says: how much they want, what, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.common.number_format import grouped
from sim.scenario.names import town_sizes
from sim.scenario.schema import Scenario
from sim.tables.assumptions import WORTH_TO_PRICE, Assumptions, needs_per_day, price_level
from sim.tables.sold_products import SoldProduct

NEAR = 1.5
"""Amounts of money of the scenario are kept if its prices and those of the table differ by less than this factor."""
WHO_LEAVES = 0.03
"""Share of needs that are assumed to end without a purchase, about as in ``classroom`` at its prices."""
ROUNDS = 500
LARGEST_RATE = 0.2
"""Needs of a customer on a day up to which all sales are simulated; beyond that, a sample of them."""
TASTES = ("mismatch_cost", "travel_cost", "waiting_cost", "hassle", "scale")
LEAST_SHARE = 0.1
"""Popularity of a product that sells nothing, as a share of the mean, so that someone at least likes it."""


def mean_price(sold: Sequence[SoldProduct]) -> float:
    """Return the mean price, weighted by units where they are given."""
    weights = [1.0 if each.units is None else max(each.units, 1e-9) for each in sold]
    return sum(weight * each.price for weight, each in zip(weights, sold, strict=True)) / sum(weights)


def money_factor(sold: Sequence[SoldProduct], scenario: Scenario) -> float:
    """Return what amounts of money of a scenario are multiplied by; 1 if its prices are near those of the table."""
    factor = mean_price(sold) / price_level(scenario)
    return 1.0 if 1.0 / NEAR <= factor <= NEAR else factor


def volume_factor(sold: Sequence[SoldProduct], scenario: Scenario) -> float:
    """Return how many times as much is simulated as the scenario's customers need; 1 if the table has no units."""
    units = [each.units for each in sold if each.units is not None]
    per_day = sum(units) / 7.0 / (1.0 - WHO_LEAVES) * sample_of(sold, scenario)
    return per_day / needs_per_day(scenario, sum(town_sizes(scenario))) if per_day > 0 else 1.0


def assume_demand(sold: Sequence[SoldProduct], scenario: Scenario, assumed: Assumptions) -> None:
    """Choose customers' tastes and their number of needs so that they buy about what the table says."""
    factor, level = money_factor(sold, scenario), mean_price(sold)
    _assume_tastes(factor, level, scenario, assumed)
    _assume_qualities(sold, level)
    _assume_styles(sold, factor, scenario, assumed)
    _assume_needs(sold, scenario, assumed)


def _assume_tastes(factor: float, level: float, scenario: Scenario, assumed: Assumptions) -> None:
    customers, worth = scenario.customers, scenario.customers.worth
    if factor == 1.0:
        assumed.note(f"customers' willingness to pay, travel, waiting and hassle: as in {scenario.name}")
        return
    source = f"assumption: as in {scenario.name} in proportion to prices, which are {level:.3g} on average"
    for key in ("mean", "spread", "low", "high"):
        if getattr(worth, key):
            assumed.change(f"customers.worth.{key}", round(getattr(worth, key) * factor, 4), source)
    for key in TASTES:
        if getattr(customers, key):
            assumed.change(f"customers.{key}", round(getattr(customers, key) * factor, 4), source)
    assumed.note(
        f"assumed: prices are {level:.3g} on average, and {scenario.name} is made for prices of about "
        f"{price_level(scenario):.3g}; customers' willingness to pay ({WORTH_TO_PRICE} times the price), travel, "
        f"waiting, hassle and chance are taken in proportion (x {factor:.3g})"
    )


def _assume_qualities(sold: Sequence[SoldProduct], level: float) -> None:
    """Let a product be worth as much more than the average one as it costs more, unless its quality is given."""
    for each in sold:
        if each.is_free:
            each.item["quality"] = round(each.price - level, 2)


def _assume_styles(sold: Sequence[SoldProduct], factor: float, scenario: Scenario, assumed: Assumptions) -> None:
    """Give every product a style of its own, as popular as it sells, unless table or scenario say otherwise."""
    styles, towns = scenario.styles, scenario.geography.towns or []
    if any("style" in each.item for each in sold) or any(town.style_shares is not None for town in towns):
        spread_over_styles([each.item for each in sold], styles.count)
        return
    count = len(sold)
    assumed.change("styles.count", count, "assumption: one taste for each product")
    apart = scenario.customers.mismatch_cost * factor / styles.count
    for place, each in enumerate(sold):
        each.item["style"] = place
    sizes = [each.units for each in sold if each.units is not None]
    if sizes and sum(sizes) > 0:
        least = LEAST_SHARE * sum(sizes) / len(sizes)
        shares = [round(max(each.units or 0.0, least), 6) for each in sold]
        assumed.change("styles.shares", shares, "assumption: tastes are as frequent as products sell")
        _even_out(sold, shares, apart, factor, scenario)
    elif styles.shares is not None:
        assumed.change("styles.shares", [1.0] * count, "assumption: all tastes are equally frequent")
    source = f"assumption: neighbouring products differ by {apart:.3g}, as in {scenario.name} in proportion to prices"
    assumed.change("customers.mismatch_cost", round(max(apart * count, 0.01), 4), source)
    assumed.note(
        f"assumed: every product suits a taste of its own, as frequent as it sells, and the next one on the ring is "
        f"{apart:.3g} less good; a competitor's product is the neighbour of yours"
    )
    assumed.note("assumed: a product is worth as much more to customers than another as its price is higher")


def _even_out(
    sold: Sequence[SoldProduct], shares: Sequence[float], apart: float, factor: float, scenario: Scenario
) -> None:
    """Choose qualities so that customers, who also buy neighbours of their taste, buy products as often as they sell.

    Logit shares over the products a customer considers are brought to the shares sold by the contraction of Berry,
    Levinsohn and Pakes (1995); journeys and empty shelves are left out.
    """
    scale, reach = scenario.customers.scale * factor, min(scenario.customers.breadth, len(sold)) // 2
    if scale <= 0 or not reach or any(not each.is_free for each in sold):
        return
    wanted = np.array(shares) / sum(shares)
    steps = np.arange(-reach, reach + 1)
    bought_at = (np.arange(len(sold))[:, None] + steps) % len(sold)  # products considered by each taste
    taste = -apart * np.abs(steps) / scale
    gain = np.zeros(len(sold))
    for _ in range(ROUNDS):
        odds = np.exp(gain[bought_at] + taste)
        odds *= (wanted / odds.sum(axis=1))[:, None]
        found = np.bincount(bought_at.ravel(), odds.ravel(), minlength=len(sold))
        step = np.log(wanted / found)
        gain += step
        if np.abs(step).max() < 1e-3:
            break
    gain -= (wanted * gain).sum()
    for each, more in zip(sold, gain, strict=True):
        each.item["quality"] = round(float(each.item["quality"]) + scale * float(more), 2)


def spread_over_styles(items: Sequence[dict[str, object]], styles: int) -> bool:
    """Spread products without a style evenly around the ring. Returns whether there was any."""
    without = [place for place, item in enumerate(items) if "style" not in item]
    for place in without:
        items[place]["style"] = place * styles // len(items)
    return bool(without)


def _assume_needs(sold: Sequence[SoldProduct], scenario: Scenario, assumed: Assumptions) -> None:
    """Choose how often customers need something so that they buy as many units as the table says.

    Where that would be too many to simulate, the market is a sample: each customer stands for several.
    """
    units = [each.units for each in sold if each.units is not None]
    if not units or sum(units) <= 0:
        assumed.note(f"the table gives no units: customers need something as often as in {scenario.name}")
        return
    customers, per_week, sample = sum(town_sizes(scenario)), sum(units), sample_of(sold, scenario)
    needs = per_week / 7.0 / (1.0 - WHO_LEAVES) * sample
    source = f"assumption: {per_week:.6g} units a week, and {WHO_LEAVES:.0%} of needs end without a purchase"
    assumed.change("customers.need_rate", float(f"{needs / customers:.6g}"), source)
    assumed.note(
        f"assumed: the market is what the table sells: {per_week:.6g} units a week, which {grouped(customers)} "
        f"customers need ({needs / customers:.3g} each a day); {WHO_LEAVES:.0%} of needs end without a purchase"
    )
    if sample < 1.0:
        assumed.note(
            f"so many sales are too many to simulate one by one: the market is a sample, and what it sells and earns "
            f"is {sample:.4g} of yours"
        )
    assumed.sample = sample


def sample_of(sold: Sequence[SoldProduct], scenario: Scenario) -> float:
    """Return which share of the sales is simulated: 1, or less where they are too many."""
    needs = sum(each.units or 0.0 for each in sold) / 7.0 / (1.0 - WHO_LEAVES)
    most = LARGEST_RATE * sum(town_sizes(scenario))
    return min(1.0, most / needs) if needs > 0 else 1.0

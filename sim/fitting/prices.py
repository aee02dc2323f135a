"""Prices of a fitted market: those the history has, up the chain what the scenario's cost-plus rules say."""

from __future__ import annotations

from collections.abc import Mapping

from sim.rules.pricing import Fixed
from sim.runs.equal_prices import with_prices
from sim.scenario import Scenario

SHOPS_KEEP, TIER_KEEPS = 0.31, 0.20
"""Gross margins assumed where firms up the chain have rules that do not follow from costs: all US retail and merchant
wholesalers, Census (sources in the scenario ``classroom``)."""


def with_usual_prices(scenario: Scenario, regime: str, usual: Mapping[str, float], seed: int) -> Scenario:
    """Return a scenario in which shops ask the usual prices of the history.

    Products without a history keep the price the scenario's own rules open with. Prices to customers that makers ask
    are the same, until a decision changes them. Firms up the chain keep cost-plus rules; others are replaced by prices
    that leave shops and wholesalers what is usual in trade.
    """
    from sim.scenario.names import product_names

    names = product_names(scenario)
    prices = {name: usual[name] for name in names if name in usual}
    if len(prices) < len(names):
        own = _opening_prices(scenario, regime, seed)
        prices |= {name: own[name] for name in names if name not in usual}
    levels, keeps = {}, 1.0 - SHOPS_KEEP
    for number in range(len(scenario.tiers), -1, -1):
        levels[number] = {name: round(price * keeps, 2) for name, price in prices.items()}
        keeps *= 1.0 - TIER_KEEPS
    changed = with_prices(scenario, prices, levels)
    return _with_direct_rules(scenario, changed)


def _with_direct_rules(scenario: Scenario, changed: Scenario) -> Scenario:
    """Return the changed scenario with the prices to customers that the scenario itself sets, kept."""
    if isinstance(scenario.suppliers.direct_pricing, Fixed):
        kept = scenario.suppliers.direct_pricing
        return changed.model_copy(update={"suppliers": changed.suppliers.model_copy(update={"direct_pricing": kept})})
    return changed


def _opening_prices(scenario: Scenario, regime: str, seed: int) -> dict[str, float]:
    """Return what shops ask on the first day, on average, by product, in units of currency."""
    from sim.common.types import CENTS
    from sim.fitting.expected_demand import opened

    state = opened(scenario, regime, seed)
    shelves = state.shelves
    count = shelves.carried.sum(axis=0)
    mean = (shelves.list_price * shelves.carried).sum(axis=0) / count.clip(1)
    mean = [
        shelf if carried else direct for shelf, carried, direct in zip(mean, count, shelves.direct_price, strict=True)
    ]
    return {name: float(price) / CENTS for name, price in zip(state.world.product_names, mean, strict=True)}

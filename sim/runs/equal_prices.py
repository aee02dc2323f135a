"""The same prices to customers in every regime: what the route of the goods does by itself.

A comparison at each regime's own prices mixes two things: that goods travel another way, and that somebody else sets
the price. Here all regimes ask what customers are asked on average under one of them, product by product, in the same
world.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from sim.common.stopping import stop_if_asked
from sim.common.types import CENTS, FloatArray
from sim.market import Market
from sim.results.outcome import Outcome
from sim.rules.pricing import COST_PLUS, Fixed
from sim.runs.running import emptying, paired_runs
from sim.scenario import Problem, Scenario, ScenarioError
from sim.scenario.firms import FirmRules
from sim.scenario.names import retailer_names, supplier_names, tier_names
from sim.world.world import World


@dataclass
class Means:
    """Mean prices of one run over the days that count, in cents.

    Attributes:
        customers: what customers are asked for each product: the mean over days and offers, shape (products,).
        levels: what each level of the chain asks its buyers, by number of the level, each of shape (products,).
    """

    customers: FloatArray
    levels: dict[int, FloatArray]


def at_same_prices(scenario: Scenario, regimes: Sequence[str], world: World) -> dict[str, Scenario]:
    """Return the scenario of each regime at the mean prices to customers of the first one, in one world.

    Firms upstream keep their rules where these follow from costs. Where they look at demand, sales or rivals, they
    would answer to prices that do not move, so that they ask what they asked on average in this regime when it had
    prices of its own. Raises StoppedError.
    """
    baseline = mean_prices(scenario, regimes[0], world)
    posted = _list(baseline.customers, world)
    found = {}
    for regime in regimes:
        transfers = baseline if regime == regimes[0] or not _moves(scenario, regime) else None
        if transfers is None:
            transfers = mean_prices(scenario, regime, world)
        levels = {number: _list(price, world) for number, price in transfers.levels.items()}
        found[regime] = with_prices(scenario, posted, levels)
    return found


def mean_prices(scenario: Scenario, regime: str, world: World) -> Means:
    """Live through a run at its own prices and return their means. Raises StoppedError where it shall stop."""
    time, products = scenario.time, len(world.product_names)
    asked, offers = np.zeros(products), np.zeros(products)
    levels: dict[int, list[FloatArray]] = {}
    with emptying(Market(scenario, regime, world.seed, world)) as market:
        while market.day < time.days - time.cool_down:
            stop_if_asked()
            market.step()
            if market.day <= time.warm_up:
                continue
            for price, count in _offers(market):
                asked += price * count
                offers += count
            for level in market.state.levels[:-1] if regime_has_shelves(scenario, regime) else ():
                levels.setdefault(level.number, []).append(_mean_of_level(market, level))
        nowhere = _if_offered(market)
    customers = np.where(offers > 0, asked / np.maximum(offers, 1.0), nowhere)
    return Means(customers, {number: np.mean(daily, axis=0) for number, daily in levels.items()})


def regime_has_shelves(scenario: Scenario, regime: str) -> bool:
    """Tell whether firms buy from one another: shops that own what they sell."""
    return scenario.regime(regime).shelves in ("own", "mixed")


def _offers(market: Market) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield today's prices to customers with how many offers there are of each product, (products,) both."""
    shelves, direct = market.state.shelves, market.state.shelves.direct_price.astype(np.float64)
    own = shelves.carried & ~shelves.consigned
    count = own.sum(axis=0).astype(np.float64)
    yield (shelves.list_price * own).sum(axis=0) / np.maximum(count, 1.0), count
    yield direct, (shelves.carried & shelves.consigned).sum(axis=0).astype(np.float64)
    if {"parcel", "endless_aisle"}.intersection(market.regime.supplier_channels):
        yield direct, shelves.direct.astype(np.float64)


def _if_offered(market: Market) -> FloatArray:
    """Return what would be asked of customers for each product, were it offered, (products,)."""
    if regime_has_shelves(market.parameters, market.regime_name) and len(market.state.shelves.list_price):
        mean: FloatArray = market.state.shelves.list_price.mean(axis=0)
        return mean
    return market.state.shelves.direct_price.astype(np.float64)


def _mean_of_level(market: Market, level: Any) -> FloatArray:
    """Return what a level asks its buyers, the mean over the places that deal in each product, (products,)."""
    price, deals = market.state.network.price[level.nodes], level.lines
    mean: FloatArray = (price * deals).sum(axis=0) / np.maximum(deals.sum(axis=0), 1)
    return mean


def _list(price: FloatArray, world: World) -> dict[str, float]:
    """Return a price list in units of currency, whole cents each."""
    return dict(zip(world.product_names, (np.rint(price) / CENTS).tolist(), strict=True))


def _moves(scenario: Scenario, regime: str) -> bool:
    """Tell whether any firm upstream of the shops has prices that do not follow from costs."""
    if not regime_has_shelves(scenario, regime):
        return False
    upstream = [scenario.suppliers.pricing, *(tier.pricing for tier in scenario.tiers)]
    shops = retailer_names(scenario)
    upstream += [own.pricing for name, own in scenario.firms.items() if own.pricing is not None and name not in shops]
    return not all(isinstance(rule, COST_PLUS) for rule in upstream)


def with_prices(scenario: Scenario, posted: Mapping[str, float], levels: Mapping[int, Mapping[str, float]]) -> Scenario:
    """Return a scenario in which all ask customers the ``posted`` prices, by product.

    ``levels`` are the prices of firms upstream, by number of the level and product, for those whose rules do not follow
    from costs.
    """

    def transfer(rule: Any, number: int) -> Any:
        return rule if isinstance(rule, COST_PLUS) or number not in levels else Fixed(prices=dict(levels[number]))

    consumers = Fixed(prices=dict(posted))
    suppliers = {"pricing": transfer(scenario.suppliers.pricing, 0), "direct_pricing": consumers}
    tiers = [
        tier.model_copy(update={"pricing": transfer(tier.pricing, number)})
        for number, tier in enumerate(scenario.tiers, start=1)
    ]
    return scenario.model_copy(
        update={
            "suppliers": scenario.suppliers.model_copy(update=suppliers),
            "tiers": tiers,
            "retailers": scenario.retailers.model_copy(update={"pricing": consumers}),
            "firms": {name: _without_own(scenario, name, rules, levels) for name, rules in scenario.firms.items()},
        }
    )


def _without_own(
    scenario: Scenario, name: str, rules: FirmRules, levels: Mapping[int, Mapping[str, float]]
) -> FirmRules:
    """Return the rules of one firm, without those that set prices to customers or would answer to them."""
    number = dict.fromkeys(supplier_names(scenario), 0)
    number |= {name: k + 1 for k in range(len(scenario.tiers)) for name in tier_names(scenario, k)}
    keeps = name in number and (isinstance(rules.pricing, COST_PLUS) or number[name] not in levels)
    return rules.model_copy(update={"pricing": rules.pricing if keeps else None, "direct_pricing": None})


def known_to_set_prices(scenario: Scenario, regimes: Sequence[str]) -> tuple[str, ...]:
    """Return the regimes that can ask the same prices. Raises ScenarioError for those that sell at cost."""
    at_cost = [regime for regime in regimes if scenario.regime(regime).at_cost]
    if at_cost or not regimes:
        allowed = "under --same-prices nobody sells at cost: its prices are those of the first regime"
        raise ScenarioError([Problem("", "regimes", ", ".join(at_cost), allowed, "leave it out")])
    return tuple(regimes)


def runs_at_same_prices(scenario: Scenario, regimes: Sequence[str], seed: int) -> Iterator[tuple[str, Outcome]]:
    """Yield each regime with what a run of it leaves at the same prices, one after another."""
    return paired_runs(scenario, regimes, seed, variants=partial(at_same_prices, scenario, regimes))

"""The same prices in every regime: the first one's, product by product, and nothing else moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from sim import compare
from sim.rules.pricing import Fixed, Markup
from sim.runs.equal_prices import at_same_prices, mean_prices, runs_at_same_prices
from sim.scenario import ScenarioError, load_scenario
from sim.world.world import make_world

REGIMES = ["traditional", "direct", "o2o", "hybrid"]
NO_DELIVERY = {
    "delivery.parcel.cost_per_parcel": 0.0,
    "delivery.courier.cost_per_stop": 0.0,
    "delivery.courier.cost_per_km": 0.0,
}
LOOKS_AT_DEMAND = {"rule": "best_response", "conduct": "margin", "review_days": 3}


def prices_paid(outcome: Any) -> dict[str, set[int]]:
    """Return the prices at which each product was sold, in cents."""
    needs, products = outcome.columns["needs"], outcome.labels["products"]
    bought = needs["product"] >= 0
    return {
        name: set(needs["price"][bought & (needs["product"] == number)].tolist())
        for number, name in enumerate(products)
    }


def test_the_villages_mean_shelf_prices_are_those_of_a_pencil() -> None:
    # Near shop 9.30, far shop 9.60, both loaves in both: 9.45.
    village = load_scenario("village")
    world = make_world(village, 0)
    means = mean_prices(village, "traditional", world)
    assert means.customers.tolist() == [9_45.0, 9_45.0]
    assert {number: price.tolist() for number, price in means.levels.items()} == {0: [4_00, 4_00], 1: [6_00, 6_00]}
    assert mean_prices(village, "direct", world).customers.tolist() == [6_72.0, 6_72.0]


@pytest.mark.parametrize("first", REGIMES)
def test_every_regime_sells_every_product_at_one_and_the_same_price(first: str) -> None:
    order = [first, *(regime for regime in REGIMES if regime != first)]
    paid = {regime: prices_paid(outcome) for regime, outcome in runs_at_same_prices(load_scenario("village"), order, 0)}
    assert list(paid) == order
    for product in ("white bread", "brown bread"):
        assert len(set().union(*(prices[product] for prices in paid.values()))) == 1


def test_at_equal_prices_and_free_delivery_the_price_does_not_differ_by_a_cent() -> None:
    found = compare("village", REGIMES, replications=3, same_prices=True, days=20, overrides=NO_DELIVERY)
    assert found.same_prices == "traditional"
    for regime in REGIMES[1:]:
        for figure in ("consumer_price", "same_need.price"):
            change = found.differences[regime][figure]
            assert (change.mean, change.low, change.high) == (0.0, 0.0, 0.0)
    own = compare("village", REGIMES, replications=3, days=20, overrides=NO_DELIVERY)
    assert own.differences["direct"]["consumer_price"].mean != 0.0
    assert own.same_prices == ""
    assert own.to_dict()["pricing"]["traditional"] != found.to_dict()["pricing"]["traditional"]


def test_delivery_fees_stay_as_they_are() -> None:
    outcomes = dict(runs_at_same_prices(load_scenario("village"), ["traditional", "direct"], 0))
    needs = outcomes["direct"].columns["needs"]
    bought = needs["product"] >= 0
    assert set(needs["price"][bought].tolist()) == {9_45}
    assert set(needs["fee"][bought].tolist()) == {2_00}


def test_rules_upstream_that_follow_from_costs_are_kept() -> None:
    village = load_scenario("village")
    changed = at_same_prices(village, REGIMES, make_world(village, 0))
    assert {scenario.suppliers.pricing for scenario in changed.values()} == {village.suppliers.pricing}
    assert all(isinstance(scenario.tiers[0].pricing, Markup) for scenario in changed.values())


def test_firms_upstream_that_look_at_demand_ask_what_they_asked_on_average() -> None:
    structural = load_scenario(
        "village",
        {
            "suppliers.pricing": LOOKS_AT_DEMAND, "tiers.0.pricing": LOOKS_AT_DEMAND,
            "retailers.pricing": LOOKS_AT_DEMAND, "suppliers.direct_pricing": LOOKS_AT_DEMAND,
            "customers.scale": 1.0, "firms.farm": {"pricing": LOOKS_AT_DEMAND},
        },
    )  # fmt: skip
    world = make_world(structural, 0)
    means = mean_prices(structural, "hybrid", world)
    changed = at_same_prices(structural, ["traditional", "hybrid"], world)["hybrid"]
    assert changed.firms["farm"].pricing is None
    for rule, mean in ((changed.suppliers.pricing, means.levels[0]), (changed.tiers[0].pricing, means.levels[1])):
        assert isinstance(rule, Fixed)
        assert list((rule.prices or {}).values()) == (np.rint(mean) / 100).tolist()


def test_prices_of_single_shops_and_makers_give_way() -> None:
    own = {"firms.Near & Sons": {"pricing": {"rule": "fixed", "price": 12.0}}}
    village: Mapping[str, Any] = own
    outcomes = dict(runs_at_same_prices(load_scenario("village", village), ["traditional", "direct"], 0))
    # Near shop 12.00, far shop 9.60: 10.80.
    assert prices_paid(outcomes["traditional"])["white bread"] <= {10_80}
    assert prices_paid(outcomes["direct"])["white bread"] == {10_80}


def test_who_sells_at_cost_cannot_ask_the_same() -> None:
    with pytest.raises(ScenarioError, match="nobody sells at cost"):
        compare("village", ["traditional", "planner"], replications=2, same_prices=True)

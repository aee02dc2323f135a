"""Prices without taste shocks, looked for good by good from demand curves: closed forms before worth spread evenly."""

from __future__ import annotations

import numpy as np
import pytest

from sim.rules.best_response import BestResponse
from sim.rules.known_demand import KnownDemand, curve_of
from sim.rules.price_rule import PricingView
from sim.validation.equilibrium_markets import AT_COST, best_reply, chain_prices, direct_prices, settled, tier
from sim.validation.markets import market, town
from sim.validation.registry import CHECKS
from sim.validation.themes.demand import customers_with, evenly
from sim.validation.themes.multiproduct import spread_in_two
from sim.validation.themes.selling_costs import IN_SHOP, RETURNS, Sale

within = pytest.approx
ASKED = {"asked": 500}


def held(findings, share=0.005):
    """Check what a market came to against theory."""
    assert findings
    for finding in findings:
        assert finding.model.mean == within(finding.theory, rel=share), finding.figure


@pytest.mark.parametrize("tier", ["maker", "wholesaler", "shop", "direct"])
def test_two_goods_of_one_firm_are_no_rivals(tier):
    held(CHECKS["multiproduct_without_shocks"].run(0, tier=tier, mind=5.0, asked=200))


@pytest.mark.parametrize(
    "sale",
    [
        Sale("parcels", parcel=25.0, **ASKED),
        Sale("parcels", **RETURNS, **ASKED),
        Sale("shops", **IN_SHOP, **ASKED),
        Sale("shops", **IN_SHOP, **ASKED, rule="quantity"),
    ],
    ids=["parcel", "returns", "shop", "shop, quantity"],
)
def test_what_a_sale_costs_is_in_the_price(sale):
    held(CHECKS["selling_costs"].run(0, sale=sale))


def test_a_maker_that_leads_knows_what_its_shop_bears():
    held(CHECKS["selling_costs_in_a_chain"].run(0, sale=Sale("shops", **IN_SHOP, **ASKED)))


def test_a_wholesaler_s_handling_is_in_its_price():
    """(120 + 20 + 6) / 2."""
    tables = market(
        customers_with(evenly(0.0, 120.0), 500),
        products={"unit_cost": 20.0},
        suppliers={"pricing": {"rule": "fixed", "price": 20.0}},
        tiers=[{**tier("wholesaler", best_reply()), "handling_cost": 6.0}],
        retailers={"pricing": {**AT_COST, "review_days": 1}},
    )
    assert chain_prices(settled(tables))[1] == within(73.0, abs=0.2)


@pytest.mark.parametrize("conduct", ["stackelberg", "percent"])
def test_a_maker_of_a_shop_that_follows_its_cost_weekly_knows_its_markup(conduct):
    """(w - c)(v - 1.5 w) is highest at (v / 1.5 + c) / 2, though the shop has not answered today's price yet."""
    shop = {"rule": "markup", "factor": 1.5, "review_days": 7}
    tables = market(
        customers_with(evenly(0.0, 120.0), 500),
        products={"unit_cost": 20.0},
        suppliers={"pricing": best_reply(conduct)},
        retailers={"pricing": shop},
    )
    assert chain_prices(settled(tables, "shops"))[0] == within(50.0, abs=0.25)


def test_parcels_are_in_the_cost_of_all_of_a_maker_s_goods():
    """(120 + 20 + 25) / 2 for both of two goods that are nearly the same: each counts what the other earns."""
    each = 200
    tables = market(
        geography={"towns": [town("town", 2 * each)]},
        styles={"count": 2, "zipf": 0.0},
        customers={"breadth": 2, "mismatch_cost": 10.0},
        products={"count": 2, "unit_cost": 20.0},
        suppliers={"direct_pricing": best_reply()},
        delivery={"paid_by": "seller", "parcel": {"cost_per_parcel": 25.0}},
    )
    asked = direct_prices(settled(tables, "direct", days=60, changed=spread_in_two(120.0, each)))
    assert asked == within([82.5, 82.5], rel=0.004)


def test_the_prices_of_one_answer_fit_each_other():
    """2 p - 120 = 20 + (q - 20) / 2, half of those that are lost here buying the other good: both 86.67."""
    worth = 100.0 * np.linspace(120.0, 0.0, 1201)

    def curve(seller, product, price):
        elsewhere = 0.5 * (price[seller, 1 - product] - 2000.0)
        return curve_of(worth, np.ones(len(worth)), np.full(len(worth), elsewhere))

    demand = KnownDemand(np.zeros(1, dtype=np.int64), False, curve, None, None, None)
    cost = np.full((1, 2), 2000.0)
    nothing = np.zeros((1, 2))
    view = PricingView(
        day=1, products=("a", "b"), landed_cost=cost, own_price=np.array([[3000, 9000]]), rival_price=nothing,
        wholesale_price=nothing, reference_price=nothing, marginal_cost=cost, demand=demand, observed=None,
        opening=False,
    )  # fmt: skip
    assert BestResponse(tolerance=0.001).target(view) == within(np.full((1, 2), 26000.0 / 3.0), abs=10.0)

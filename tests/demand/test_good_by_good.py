"""Prices without taste shocks, looked for good by good from demand curves: closed forms before worth spread evenly."""

from __future__ import annotations

import pytest

from sim.experiments.proving.demand import customers_with, evenly
from sim.experiments.proving.markets import market
from sim.experiments.proving.multiproduct import halves, without_shocks
from sim.experiments.proving.selling_costs import IN_SHOP, RETURNS, in_a_chain, sale, spread_evenly
from sim.experiments.proving.thinking import AT_COST, best, chain_prices, settled, tier

within = pytest.approx
ASKED = {"asked": 500}


def held(findings, share=0.005):
    """Check what a market came to against theory."""
    assert findings
    for finding in findings:
        assert finding.model.mean == within(finding.theory, rel=share), finding.figure


@pytest.mark.parametrize("tier", ["maker", "wholesaler", "shop", "direct"])
def test_two_goods_of_one_firm_are_no_rivals(tier):
    held(without_shocks(halves(tier, 5.0, asked=200), 0))


@pytest.mark.parametrize(
    "parameters",
    [
        sale("parcels", parcel=25.0, **ASKED),
        sale("parcels", **RETURNS, **ASKED),
        sale("shops", **IN_SHOP, **ASKED),
        sale("shops", **IN_SHOP, **ASKED, rule="quantity"),
    ],
    ids=["parcel", "returns", "shop", "shop, quantity"],
)
def test_what_a_sale_costs_is_in_the_price(parameters):
    held(spread_evenly(parameters, 0))


def test_a_maker_that_leads_knows_what_its_shop_bears():
    held(in_a_chain(sale("shops", **IN_SHOP, **ASKED), 0))


def test_a_wholesaler_s_handling_is_in_its_price():
    """(120 + 20 + 6) / 2."""
    tables = market(
        customers_with(evenly(0.0, 120.0), 500),
        products={"unit_cost": 20.0},
        suppliers={"pricing": {"rule": "fixed", "price": 20.0}},
        tiers=[{**tier("wholesaler", best()), "handling_cost": 6.0}],
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
        suppliers={"pricing": best(conduct)},
        retailers={"pricing": shop},
    )
    assert chain_prices(settled(tables, "shops"))[0] == within(50.0, abs=0.25)

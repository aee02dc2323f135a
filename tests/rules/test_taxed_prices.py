"""A sales tax on top of the price: customers weigh (1 + t) p, the seller earns p, and its best price knows both.

Closed forms, through the public interface alone: which price a firm that knows its demand comes to rest at.
"""

from __future__ import annotations

import math

import pytest

from sim.formulas.successive_monopoly import linear_margins, linear_stackelberg
from sim.validation.equilibrium_markets import (
    QUANTITY,
    best_reply,
    chain_prices,
    chain_sections,
    direct_prices,
    settled,
    shelf_prices,
)
from sim.validation.markets import market
from sim.validation.themes.demand import customers_with, evenly

DAYS = 20


def taxed(tax, worth, rules, cost, **customers):
    """Return sections of a chain before customers of a worth, with a sales tax."""
    return market(customers_with(worth, 1000, **customers), chain_sections(rules, cost), money={"tax_rate": tax})


def logit_price(quality, scale, cost, tax):
    """Return a monopolist's price where customers buy with probability 1 / (1 + exp((b - q) / s)), b = (1 + t) p.

    (p - c) P(b) is highest where b = (1 + t) c + s (1 + exp((q - b) / s)): found by halving, as the right side falls
    in b.
    """
    low, high = (1.0 + tax) * cost, (1.0 + tax) * cost + quality + 100.0 * scale
    for _ in range(200):
        burden = 0.5 * (low + high)
        if (1.0 + tax) * cost + scale * (1.0 + math.exp((quality - burden) / scale)) > burden:
            low = burden
        else:
            high = burden
    return burden / (1.0 + tax)


@pytest.mark.parametrize("tax", [0.0, 0.07, 0.25])
def test_before_linear_demand_the_choke_price_is_the_one_that_leaves_room_for_the_tax(tax):
    """Worth up to v: a share (v - (1 + t) p) / v buys, so p = (v / (1 + t) + c) / 2."""
    asked = settled(taxed(tax, evenly(0.0, 120.0), [best_reply()], 20.0), days=DAYS)
    assert shelf_prices(asked)[0, 0] == pytest.approx((120.0 / (1.0 + tax) + 20.0) / 2.0, rel=0.002)


@pytest.mark.parametrize("tax", [0.0, 0.19])
def test_a_maker_who_sells_direct_knows_the_tax_as_well(tax):
    sections = taxed(tax, evenly(0.0, 90.0), [best_reply()], 12.0)
    sections["suppliers"]["direct_pricing"] = best_reply()
    asked = settled(sections, "direct", days=DAYS)
    assert direct_prices(asked)[0] == pytest.approx((90.0 / (1.0 + tax) + 12.0) / 2.0, rel=0.002)


@pytest.mark.parametrize(("conduct", "theory"), [("stackelberg", linear_stackelberg), ("margin", linear_margins)])
def test_a_chain_of_two_foresees_the_tax_at_both_tiers(conduct, theory):
    """Spengler (1950) with a choke price of v / (1 + t)."""
    asked = settled(taxed(0.25, evenly(0.0, 120.0), [best_reply(conduct)] * 2, 20.0))
    expected = theory(120.0 / 1.25, 1.0, 20.0, 2).prices
    assert chain_prices(asked) == pytest.approx(expected, rel=0.005)


def test_a_firm_that_brings_a_quantity_knows_the_tax():
    """One firm is a monopolist, whatever it decides on."""
    asked = settled(taxed(0.25, evenly(0.0, 120.0), [QUANTITY], 20.0), days=DAYS)
    assert shelf_prices(asked)[0, 0] == pytest.approx(58.0, rel=0.002)


@pytest.mark.parametrize(
    ("quality", "scale", "cost", "tax"), [(30.0, 10.0, 10.0, 0.0), (30.0, 10.0, 10.0, 0.2), (23.0, 3.5, 7.0, 0.11)]
)
def test_before_logit_demand_the_margin_is_shorter_by_the_tax(quality, scale, cost, tax):
    alike = {"distribution": "constant", "mean": quality}
    asked = settled(taxed(tax, alike, [best_reply()], cost, scale=scale), days=DAYS)
    assert shelf_prices(asked)[0, 0] == pytest.approx(logit_price(quality, scale, cost, tax), rel=0.002)

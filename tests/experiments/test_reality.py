"""Does a market look like the business it stands for? It says what is off, who loses money, who goes without."""

from __future__ import annotations

import pytest

import sim
from sim.experiments.reality import ObservedProduct, check_reality
from sim.report.text.reality import reality_grid, reality_line
from sim.runs.options import RunOptions
from sim.scenario import load_scenario

ONE = RunOptions(1)


@pytest.fixture(scope="module")
def village():
    """Brook, for a hundred days: the near shop asks 9.30 and the far one 9.60, and three customers buy a loaf a day."""
    return load_scenario("village", {"time.days": 102, "retailers.rent": 1.0})


def looked(market, *observed, **more):
    return check_reality(market, [ObservedProduct(*each) for each in observed], options=ONE, **more)


def test_what_is_observed_stands_beside_what_is_simulated(village):
    found = looked(village, ("white bread", 9.30, None), ("brown bread", 9.30, None))
    assert found.regime == "traditional"
    white, brown = found.products
    assert 9.30 < white.simulated_price < 9.60
    needs = sim.run(village, regime="traditional", seed=0).needs
    for each in (white, brown):
        bought = needs[(needs["product"] == each.name) & (needs["result"] == "bought")]
        assert each.simulated_units == pytest.approx(len(bought) * 7.0 / 102)
        assert each.simulated_price == pytest.approx(bought["price"].mean())
    assert found.looks_right
    assert "Yes: 2 products sell near" in reality_line(found, village)


@pytest.mark.parametrize(
    ("price", "units", "off"), [(9.3, None, ""), (12.0, None, "price off"), (9.3, 50.0, "units off"), (None, None, "")]
)
def test_what_is_off_by_more_than_the_tolerance_is_marked(village, price, units, off):
    found = looked(village, ("white bread", price, units))
    assert bool(found.off) == bool(off)
    lines = "\n".join(reality_grid(found).lines(100))
    assert off in lines
    assert ("Not yet: off by more than the tolerance: white bread" in reality_line(found, village)) == bool(off)


def test_a_product_that_nobody_buys_is_off(village):
    assert looked(village, ("rye bread", 9.3, None)).off[0].simulated_price is None


def test_a_sample_counts_as_the_whole(village):
    whole, half = (looked(village, ("white bread", None, 1.0), sample=share) for share in (1.0, 0.5))
    assert half.products[0].simulated_units == 2.0 * whole.products[0].simulated_units


def test_firms_that_lose_money_and_needs_without_a_purchase_are_named(village):
    poor = load_scenario(village, {"retailers.rent": 60.0})
    assert "losing money: retailers (" in reality_line(looked(poor), poor)
    dear = load_scenario(village, {"customers.worth.mean": 9.0})
    found = looked(dear)
    assert not found.looks_right
    assert "% of needs end without a purchase." in reality_line(found, dear)
    assert "Not yet" in reality_line(found, dear)


def test_it_can_be_written_as_json(village):
    found = looked(village, ("white bread", 9.3, None)).to_dict()
    assert found["looks_right"] is True
    assert found["products"][0]["units_off"] is False

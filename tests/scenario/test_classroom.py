"""The default market looks like published trade figures under the traditional chain, and nowhere is a price set."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

import sim
from sim.common.estimates import estimate

SEEDS = range(10)


class Band(NamedTuple):
    """What is published of a figure, and how far from it the market may be."""

    published: float
    low: float
    high: float


def around(published: float, share: float = 0.2) -> Band:
    """Return a band of a fifth either way."""
    return Band(published, published * (1.0 - share), published * (1.0 + share))


BANDS = {
    "gross margin of shops": around(0.311),
    "operating expenses of shops": around(0.217),
    "net margin of shops": Band(0.094, 0.06, 0.12),
    "stock turns of shops": around(6.9),
    "gross margin of wholesalers": around(0.20),
    "net margin of wholesalers": Band(0.05, 0.03, 0.07),
    "net margin of makers": around(0.0863),
    "empty shelves": around(0.083),
    "returns in shops": around(0.1002, 0.05),
}
"""Sources: the head of scenarios/classroom.toml."""


def measured(seed: int) -> dict[str, float]:
    """Return the market's own numbers from one run of the traditional chain."""
    outcome = sim.run("classroom", "traditional", seed)
    figures = outcome.figures
    served = 1.0 - figures["no_purchase_share"]
    bought = outcome.needs[outcome.needs["result"] == "bought"]
    net = figures["retailer_profit"] / figures["customers_paid"]
    return {
        "gross margin of shops": figures["gross_margin_rate"]["retailer"],
        "operating expenses of shops": figures["gross_margin_rate"]["retailer"] - net,
        "net margin of shops": net,
        "stock turns of shops": figures["inventory_turns_by_kind"]["retailer"],
        "gross margin of wholesalers": figures["gross_margin_rate"]["intermediary"],
        "net margin of wholesalers": figures["intermediary_profit"] / (figures["wholesale_price"] * served),
        "net margin of makers": figures["supplier_profit"] / (figures["supplier_price"] * served),
        "empty shelves": figures["stockout_rate"],
        "returns in shops": float(bought["returned"].mean()),
    }


def outside(runs: list[dict[str, float]]) -> dict[str, float]:
    """Return what lies outside its band, by name."""
    means = {name: float(np.mean([run[name] for run in runs])) for name in BANDS}
    return {name: mean for name, mean in means.items() if not BANDS[name].low <= mean <= BANDS[name].high}


def test_two_worlds_are_inside_the_published_bands():
    assert not outside([measured(seed) for seed in (0, 1)])


@pytest.mark.slow
def test_ten_worlds_are_and_their_intervals_too():
    runs = [measured(seed) for seed in SEEDS]
    assert not outside(runs)
    for name, band in BANDS.items():
        found = estimate([run[name] for run in runs])
        assert found.low is not None
        assert found.high is not None
        assert band.low <= found.low <= found.high <= band.high, (name, found)


def test_no_firm_is_told_a_price_and_all_have_the_same_conduct():
    scenario = sim.load_scenario("classroom")
    rules = [scenario.suppliers.pricing, scenario.suppliers.direct_pricing, scenario.retailers.pricing]
    rules += [tier.pricing for tier in scenario.tiers]
    assert {(rule.rule, rule.conduct, rule.review_days, rule.damping) for rule in rules} == {
        ("best_response", "margin", 56, 0.0)
    }
    assert not scenario.firms


def test_under_no_regime_but_the_mixed_one_does_a_kind_of_firm_lose_money():
    """Under `hybrid` wholesalers keep their costs for the part of the trade they lose: the comparison says so."""
    for regime, firms in {
        "traditional": ("supplier", "intermediary", "retailer", "carrier"),
        "direct": ("supplier", "carrier"),
        "o2o": ("supplier", "retailer", "platform", "carrier"),
    }.items():
        figures = sim.run("classroom", regime, 0).figures
        assert all(figures[f"{firm}_profit"] > 0 for firm in firms), regime

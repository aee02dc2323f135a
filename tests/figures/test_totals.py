"""Units sold and total profit: what the figures per need are, in all."""

from __future__ import annotations

import pytest

import sim
from sim.results.figures import flatten

KINDS = ("supplier", "intermediary", "retailer", "platform", "carrier")


@pytest.mark.parametrize("regime", ["traditional", "direct", "o2o", "hybrid", "planner"])
def test_totals_are_the_figures_per_need_times_needs(regime: str) -> None:
    changes = {"products.items.0.return_unseen": 0.5, "products.items.0.return_inspected": 0.2}
    outcome = sim.run("village", regime=regime, seed=3, **{"overrides": changes})
    figures = flatten(dict(outcome.figures))
    first, end = outcome.manifest.window
    needs = outcome.needs[outcome.needs["day"].between(first, end - 1)]
    kept = needs["product"].notna() & ~needs["returned"].astype(bool)
    assert figures["quantity"] == kept.sum() > 0
    assert figures["quantity_per_need"] == pytest.approx(kept.sum() / len(needs))
    for kind in KINDS:
        per_need = figures[f"{kind}_profit"]
        assert figures[f"total_profit.{kind}"] == pytest.approx((per_need or 0.0) * len(needs), abs=0.005)
    total = sum(round(100 * (figures[f"total_profit.{kind}"] or 0.0)) for kind in KINDS)
    assert round(100 * (figures["total_profit.all"] or 0.0)) == total
    assert figures["total_profit.all"] == pytest.approx((figures["producer_surplus"] or 0.0) * len(needs), abs=0.005)

"""Nash prices and unit costs, computed by pyblp on the market's own customers."""

from __future__ import annotations

import pytest

from sim.experiments.judges.prices import MARKETS, audit, judge_empty_shelves, judge_prices


@pytest.mark.parametrize("about", MARKETS)
def test_the_market_sells_what_pyblp_expects_and_nobody_gains_by_moving(about):
    findings = judge_prices(about)
    assert len(findings) >= 5
    assert all(finding.holds for finding in findings), findings


def test_shops_that_run_empty_sell_what_pyblp_expects_and_nobody_gains_by_moving():
    findings = judge_empty_shelves()
    assert all(finding.holds for finding in findings), findings


@pytest.mark.parametrize("about", ["a maker of two products", "shops of two products in a town"])
def test_pyblp_finds_the_unit_costs_behind_exported_prices_and_shares(about):
    findings = audit(about)
    assert all(finding.holds for finding in findings), findings


def test_the_audit_notices_a_price_that_is_not_a_nash_price():
    findings = audit("one product per maker", price_error=0.1)
    assert not findings[0].holds
    assert findings[0].difference > 0.1


@pytest.mark.slow
@pytest.mark.parametrize("about", MARKETS)
def test_customers_with_their_shocks_buy_what_pyblp_expects(about):
    counted = [finding for finding in judge_prices(about, counted_days=8000) if finding.claim.startswith("counted")]
    assert counted
    assert all(finding.holds for finding in counted), counted


@pytest.mark.slow
@pytest.mark.parametrize("about", MARKETS)
def test_costs_are_found_under_another_seed(about):
    findings = audit(about, seed=1)
    assert all(finding.holds for finding in findings), findings

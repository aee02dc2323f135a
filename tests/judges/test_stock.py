"""What stockpyl's verdicts rest on: its own numbers, and the true rate it is told."""

from __future__ import annotations

import pytest

from sim.validation.claims import judged
from sim.validation.external import stock
from sim.validation.registry import CHECKS


@pytest.mark.slow
def test_the_judges_own_number():
    # Worked in textbooks: E(D - 9)+ of Poisson 6 is 0.161.
    assert stock.shortfall(9, 6.0) == pytest.approx(0.161259, abs=1e-6)


def kept(need_rate):
    """Return what became of stocks in a market whose people have so many needs a day."""
    tables = stock.stock_scenario(stock.rule(11), 2, 4.0, 10, 200, lost=False)
    customers = tables.customers.model_copy(update={"need_rate": need_rate})
    return stock.run_stocks(tables.model_copy(update={"customers": customers}), "parcels")


def test_a_market_that_asks_for_too_little_is_found_out():
    """The judge is told what people are to want, not what came: else such a market would look right."""
    check = CHECKS["stock_losses"]
    proper, meagre = (judged(check, check.cases[0], kept(rate).compare_rate()) for rate in (0.004, 0.0036))
    assert proper.theory == meagre.theory == pytest.approx(40.0)
    assert abs(proper.difference) < 0.03 * 40.0
    assert meagre.verdict == "fails"

"""pyblp's slopes notice a tier whose prices are not its best; that the market's are is in the proof."""

from __future__ import annotations

import numpy as np
import pytest

from sim.formulas.multiproduct import logit_demand
from sim.formulas.ownership import tier_of, vertical_nash
from sim.validation.claims import judged
from sim.validation.external.wholesale_prices import margins_by
from sim.validation.registry import CHECKS


def test_makers_who_ask_more_than_they_should_are_noticed():
    check = CHECKS["nash_prices_in_a_chain"]
    case = check.cases[0]
    found = [judged(check, case, finding) for finding in check.run(0, **case.parameters, stubborn=1.03)]
    wrong = [row for row in found if row.verdict == "fails"]
    assert any(row.figure.startswith("price of the maker") for row in wrong)
    assert any(row.figure.startswith("answer of shop") for row in wrong)


@pytest.mark.parametrize("owners", [(0, 0), (0, 1)])
def test_margins_from_slopes_are_those_of_theory(owners):
    """Two goods in two shops; the makers' prices are the same in both."""
    demand = logit_demand([[31.0, 27.0, 25.0, 30.0], [24.0, 38.0, 33.0, 26.0]], 5.1)
    makers, shops = tier_of([0, 1, 0, 1], owners), tier_of(range(4), (0, 0, 1, 1))
    rest = vertical_nash(demand, np.array([8.0, 11.0, 8.0, 11.0]), [makers, shops])
    slopes, sold = demand.slopes(rest.price), demand.quantity(rest.price)
    found = margins_by(slopes, sold, makers.price_of, [str(owner) for owner in owners])
    assert found == pytest.approx(rest.margins[0][makers.price_of])
    assert margins_by(slopes, sold, shops.price_of, ["a", "a", "b", "b"]) == pytest.approx(rest.margins[1])

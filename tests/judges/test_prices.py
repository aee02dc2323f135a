"""pyblp notices what is wrong; that it finds nothing wrong with the market is in the proof."""

from __future__ import annotations

import pytest

from sim.validation.claims import judged
from sim.validation.external.prices import MARKETS
from sim.validation.registry import CHECKS


def rows(name, market, **changes):
    """Return the rows of a check at one of its markets, with something planted."""
    check = CHECKS[name]
    case = next(case for case in check.cases if case.name == market)
    return [judged(check, case, finding) for finding in check.run(0, **case.parameters, **changes)]


@pytest.mark.parametrize("market", ["one product per maker", "shops of two products in a town"])
def test_a_firm_that_does_not_look_for_its_best_price_is_noticed(market):
    found_rows = rows("nash_prices_found", market, stubborn=1.1)
    assert found_rows[0].verdict == "fails"
    assert found_rows[0].model == pytest.approx(1.1 * found_rows[0].theory, rel=1e-4)


def test_the_others_answer_a_firm_that_is_too_dear():
    """Prices move together in such a market: the rivals of a firm that is too dear are dearer, too."""
    planted = rows("nash_prices_found", "one product per maker", stubborn=1.5)
    assert [row.verdict for row in planted[1:]] == ["fails", "fails"]
    assert all(row.model > row.theory for row in planted)


def test_the_audit_notices_a_price_that_is_not_a_nash_price():
    row = rows("unit_costs_found", "one product per maker", stubborn=1.1)[0]
    assert row.verdict == "fails"
    assert row.theory > 1.1 * row.model  # a good that is too dear looks as if it cost more


def test_firms_judged_by_their_prices_are_told_none():
    """What pyblp thinks must not reach the market it judges."""
    from sim.scenario import load_scenario
    from sim.validation.external.price_markets import with_best_responses

    for market in MARKETS.values():
        scenario = load_scenario(with_best_responses(market))
        rule = scenario.retailers.pricing if "retailers" in market else scenario.suppliers.direct_pricing
        assert rule.rule == "best_response"
        assert not scenario.firms

"""pyblp notices what is wrong; that it finds nothing wrong with the market is in the proof."""

from __future__ import annotations

import pytest

from sim.experiments.judges.prices import audit
from sim.experiments.proof import CHECKS
from sim.experiments.proving.claims import judged

pytestmark = pytest.mark.slow


def test_the_audit_notices_a_price_that_is_not_a_nash_price():
    check = CHECKS["unit_costs_found"]
    case = next(case for case in check.cases if case.name == "one product per maker")
    row = judged(check, case, audit({**case.parameters, "price_error": 0.1}, 0)[0])
    assert row.verdict == "fails"
    assert row.theory > 1.1 * row.model  # a good that is too dear looks as if it cost more

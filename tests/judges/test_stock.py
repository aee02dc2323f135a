"""The numbers that stockpyl's verdicts rest on."""

from __future__ import annotations

import pytest

from sim.experiments.judges.stock import shortfall

pytestmark = pytest.mark.slow


def test_the_judges_own_number():
    # Worked in textbooks: E(D - 9)+ of Poisson 6 is 0.161.
    assert shortfall(9, 6.0) == pytest.approx(0.161259, abs=1e-6)

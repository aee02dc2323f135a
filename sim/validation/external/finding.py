"""Findings of independent packages, with the package's number in place of theory's."""

from __future__ import annotations

from sim.common.estimates import Estimate
from sim.validation.claims import Finding, exact

THEME = "judges"
STANDARD_ERRORS = 3.5
"""Limit for random deviations, exceeded once in two thousand times."""
HALF_WIDTH = 1.96
"""Half-width of a 95 % interval, in standard errors."""


def near(figure: str, judge: float, model: float, share: float, error: float = 0.0) -> Finding:
    """Return the finding that the model, with this standard error, is within a share of the judge's number."""
    return Finding(figure, judge, estimated(model, error), allowance=share * abs(judge))


def by_chance(figure: str, judge: float, model: float, error: float) -> Finding:
    """Return the finding that the difference is no more than chance."""
    return Finding(figure, judge, estimated(model, error), allowance=STANDARD_ERRORS * error)


def estimated(model: float, error: float) -> Estimate:
    """Return a number with its 95 % interval; without one if nothing is random."""
    if error == 0.0:
        return exact(model)
    return Estimate(model, model - HALF_WIDTH * error, model + HALF_WIDTH * error, 1)

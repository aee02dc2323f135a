"""What a judge found, as the proof has it: the judge's number in theory's place."""

from __future__ import annotations

from sim.common.estimates import Estimate
from sim.validation.claims import Finding, exact

THEME = "judges"
STANDARD_ERRORS = 3.5
"""How far chance may carry a number: further than that only once in two thousand times."""
HALF_WIDTH = 1.96
"""Half-width of a 95 % interval, in standard errors."""


def near(figure: str, judge: float, model: float, share: float, error: float = 0.0) -> Finding:
    """Return that the model is to be within a share of the judge's number; ``error`` is the model's standard error."""
    return Finding(figure, judge, estimated(model, error), allowance=share * abs(judge))


def by_chance(figure: str, judge: float, model: float, error: float) -> Finding:
    """Return that the difference is to be no more than chance."""
    return Finding(figure, judge, estimated(model, error), allowance=STANDARD_ERRORS * error)


def estimated(model: float, error: float) -> Estimate:
    """Return a number with its 95 % interval, without one where nothing is left to chance."""
    if error == 0.0:
        return exact(model)
    return Estimate(model, model - HALF_WIDTH * error, model + HALF_WIDTH * error, 1)

"""What a judge found: one claim, what the judge says, what the market did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One row of a judgement.

    Attributes:
        claim: what is claimed, in a line.
        source: which package judged, and by what.
        theory: the judge's number.
        model: the market's number.
        interval: from, to: where the market's number lies with 99.95 %; equal ends where nothing is left to chance.
        difference: of the market from the judge, in the terms of the claim: a share of the judge's number, or
            standard errors.
        verdict: "holds" or "fails".
    """

    claim: str
    source: str
    theory: float
    model: float
    interval: tuple[float, float]
    difference: float
    verdict: str

    @property
    def holds(self) -> bool:
        """Whether the claim stands."""
        return self.verdict == "holds"


INTERVAL = 3.5
"""Half-width of intervals, in standard errors."""


def within(claim: str, source: str, theory: float, model: float, share: float, error: float = 0.0) -> Finding:
    """Return a finding that holds where the model is within a share of the judge's number.

    ``error`` is the standard error of the model's number, for its interval; it excuses nothing.
    """
    difference = (model - theory) / theory
    interval = (model - INTERVAL * error, model + INTERVAL * error)
    return Finding(claim, source, theory, model, interval, difference, "holds" if abs(difference) <= share else "fails")


def by_chance(claim: str, source: str, theory: float, model: float, error: float) -> Finding:
    """Return a finding that holds where the difference is no more than chance: ``INTERVAL`` standard errors."""
    difference = (model - theory) / error
    interval = (model - INTERVAL * error, model + INTERVAL * error)
    verdict = "holds" if abs(difference) < INTERVAL else "fails"
    return Finding(claim, source, theory, model, interval, difference, verdict)

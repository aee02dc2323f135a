"""Where the answer turns: the value of a parameter at which a difference between two regimes changes its sign."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.experiments.comparing import compare
from sim.experiments.estimates import Estimate
from sim.experiments.running import Source, known_regimes, prepared

HALVINGS = 10
"""A thousandth of the range is closer than intervals over a few replications are."""


class NoTurnError(Exception):
    """The difference has the same sign at both ends of the range."""


@dataclass(frozen=True)
class Turn:
    """A difference between two regimes at both ends of a range, and where in between it is nothing.

    Attributes:
        scenario, parameter, figure: what was looked at.
        regimes: the first, and the one whose difference to it changes sign.
        low, high: ends of the range.
        at_low, at_high: the difference there, over replications of the same worlds.
        value: where the mean difference changes its sign.
        replications: how many.
    """

    scenario: str
    parameter: str
    figure: str
    regimes: tuple[str, str]
    low: float
    high: float
    at_low: Estimate
    at_high: Estimate
    value: float
    replications: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        return {
            **{"scenario": self.scenario, "parameter": self.parameter, "figure": self.figure},
            **{"regimes": list(self.regimes), "replications": self.replications},
            "low": {"value": self.low, "difference": self.at_low.to_dict()},
            "high": {"value": self.high, "difference": self.at_high.to_dict()},
            "turns_at": self.value,
        }


def turning_point(
    scenario: Source,
    parameter: str,
    ends: tuple[float, float],
    *,
    figure: str = "consumer_surplus",
    regimes: tuple[str, str] = ("traditional", "direct"),
    replications: int = 5,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Turn:
    """Find, by bisection, the value of a parameter at which a difference between two regimes changes its sign.

    The same worlds and shocks are met at every value, so that nothing but the parameter moves.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        parameter: its path.
        ends: of the range in which to look.
        figure: dotted name of the figure.
        regimes: the second less the first is looked at.
        replications: how many worlds.
        seed: of the first of them.
        progress: called with (values tried, values to try).

    Raises:
        ScenarioError: with everything that is wrong with scenario, parameter, its values or the regimes.
        NoTurnError: when the difference has the same sign, or is undefined, at both ends.
    """
    market = prepared(scenario, None, {}, {})
    first, second = known_regimes(market, regimes)
    low, high = ends
    for end in ends:  # both, before the first long run
        prepared(market, None, {parameter: end}, {})
    tried = 0

    def at(value: float) -> Estimate:
        nonlocal tried
        found = compare(market, (first, second), replications, seed, overrides={parameter: value})
        tried += 1
        if progress is not None:
            progress(tried, HALVINGS + 2)
        return found.differences[second].get(figure, Estimate(None, None, None, 0))

    differences = at(low), at(high)
    means = [found.mean for found in differences]
    if means[0] is None or means[1] is None or means[0] * means[1] > 0:
        raise NoTurnError(
            f"{figure} of {second} less {first} does not change its sign between {parameter} = {low:g}, where it is "
            f"{described(means[0])}, and {high:g}, where it is {described(means[1])}"
        )
    below, above = low, high
    for _ in range(HALVINGS):
        middle = 0.5 * (below + above)
        found = at(middle).mean
        if found is not None and found * means[0] > 0:
            below = middle
        else:
            above = middle
    value = 0.5 * (below + above)
    return Turn(market.name, parameter, figure, (first, second), low, high, *differences, value, replications)


def described(value: float | None) -> str:
    """Return a mean in words."""
    return "undefined" if value is None else f"{value:.4g}"

"""When a comparison has seen enough: how narrow an interval has to be, and whether it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.common.estimates import Estimate, difference, estimate
from sim.results.figures import FIGURES
from sim.runs.replication import Replication
from sim.scenario import Problem, ScenarioError
from sim.scenario.numbers import as_number, hint
from sim.scenario.overrides import close_matches
from sim.scenario.problems import shown

FEWEST = 10
"""Replications before an interval is believed: with fewer, one is narrow by chance too often.

Stopping when an interval is narrow picks those that are too narrow. From 5 on, intervals of figures that scatter like a
normal distribution would hold the truth in no more than 92 of 100 cases at worst, from 10 on in 93 to 95.
"""
MOST = 1_000
_EXAMPLE = "write, say, consumer_price=0.5% or welfare=0.05"


@dataclass(frozen=True)
class Precision:
    """How well a figure is to be known.

    Attributes:
        figure: its dotted name.
        half_width: of the 95 % interval of each difference to the first regime, at most; of the mean itself where
            there is one regime only.
        relative: whether ``half_width`` is a share of the figure's mean under the first regime.
    """

    figure: str
    half_width: float
    relative: bool

    def __str__(self) -> str:
        return f"{self.figure}={self.half_width * 100:g}%" if self.relative else f"{self.figure}={self.half_width:g}"

    def reached(self, replications: Sequence[Replication], regimes: Sequence[str]) -> bool:
        """Tell whether replications say enough. What is undefined in all of them cannot be known any better."""
        first, *others = regimes
        base = estimate(each.figures[first].get(self.figure) for each in replications)
        changes = [
            estimate(
                difference(each.figures[other].get(self.figure), each.figures[first].get(self.figure))
                for each in replications
            )
            for other in others
        ]
        return self.is_met(base, changes)

    def is_met(self, base: Estimate, changes: Sequence[Estimate]) -> bool:
        """Tell whether the first regime's mean and the differences to it are narrow enough."""
        allowed = self.half_width * abs(base.mean or 0.0) if self.relative else self.half_width
        return all(_within(found, allowed) for found in changes or [base])


def _within(found: Estimate, allowed: float) -> bool:
    if found.n == 0:
        return True
    return found.low is not None and found.high is not None and (found.high - found.low) / 2.0 <= allowed


def parse_precision(text: str) -> Precision:
    """Read ``figure=0.5%`` or ``figure=0.05``. Raises ScenarioError when it is neither."""
    name, _, given = (part.strip() for part in text.partition("="))
    problems = []
    if name.split(".")[0] not in FIGURES:
        near = close_matches(name, list(FIGURES))
        remedy = f"did you mean {' or '.join(near)}?" if near else _EXAMPLE
        problems.append(Problem("", "until", shown(name), "there is no such figure", remedy))
    width = as_number(given.removesuffix("%")) or 0.0
    if width <= 0.0:
        remedy = hint(given.removesuffix("%")) or _EXAMPLE
        problems.append(Problem("", "until", shown(given), "a number above 0, or a percentage", remedy))
    if problems:
        raise ScenarioError(problems)
    relative = given.endswith("%")
    return Precision(name, width / 100.0 if relative else width, relative)


def enough(replications: Sequence[Replication], regimes: Sequence[str], until: Iterable[Precision]) -> int | None:
    """Return after how many replications all figures were known well enough, None where they are not yet.

    Asked after each replication in turn, so that it does not matter how many were run at once (Law 2015, Simulation
    Modeling and Analysis, section 9.4). Looking so often makes intervals of 95 % a little too narrow; see ``FEWEST``.
    """
    wanted = list(until)
    for count in range(FEWEST, len(replications) + 1):
        if all(each.reached(replications[:count], regimes) for each in wanted):
            return count
    return None

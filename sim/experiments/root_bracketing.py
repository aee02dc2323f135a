"""Crossings: where along a parameter a difference changes its sign, by bisection, and how far that can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal, TypeAlias

from sim.common.estimates import Estimate
from sim.runs.design import Factor, Point

Side: TypeAlias = Literal["crossing", "always", "never", "unknown"]
Bracket: TypeAlias = tuple[float, float]
QUARTERS = 2
"""Halvings of the range before a sign change is looked for."""


@dataclass(frozen=True)
class Crossing:
    """Where along one parameter a party changes sides, the other parameter held at ``y``.

    Attributes:
        party: who; see ``sim.experiments.questions.PARTIES``.
        y: value of the other parameter; None where only one is varied.
        side: "crossing": at ``x``; "always" or "never": the second regime is better at all values tried, or at none;
            "unknown": the figure is undefined at an end, or zero at all of them.
        x: where the mean paired difference is zero: on the line between the two values of which one is on either side.
        low, high: between them zero cannot be told from the difference with 95 % confidence, and the two values lie.
        better: "above" or "below" ``x``: where the second regime is better.
        runs: pairs of runs it rests on at each value tried.
        again: pairs of values between which the party changes sides once more, above ``x``.
        undefined: values tried at which there is no such figure.
        tried: how many values were.
        unsure: values tried, beside those from ``low`` to ``high``, at which zero cannot be told from the difference
            with 95 % confidence: what is said of them may be chance.
    """

    party: str
    y: Any
    side: Side
    x: float | None = None
    low: float | None = None
    high: float | None = None
    better: Literal["above", "below"] | None = None
    runs: int = 0
    again: tuple[tuple[float, float], ...] = ()
    undefined: tuple[float, ...] = ()
    tried: int = 0
    unsure: tuple[float, ...] = ()


@dataclass
class BracketingLine:
    """What is known of a party's difference along ``x``, the other parameter held at ``y``.

    Attributes:
        party, y: whose, and where.
        looked: the difference by value of ``x``.
    """

    party: str
    y: Any
    looked: dict[float, Estimate] = field(default_factory=dict)

    def brackets(self) -> list[Bracket]:
        """Return the pairs of values, nearest to each other, between which the sign changes, from below.

        Where the difference is undefined or exactly zero it has no sign: such values may lie inside.
        """
        signed = [(at, mean) for at in sorted(self.looked) if (mean := self.looked[at].mean)]
        return [(one[0], two[0]) for one, two in pairwise(signed) if (one[1] > 0) != (two[1] > 0)]

    def next_value(self) -> float | None:
        """Return the middle of the first bracket; None where there is none, or it was looked at and has no sign."""
        for low, high in self.brackets()[:1]:
            if not any(low < at < high for at in self.looked):
                return 0.5 * (low + high)
        return None

    def crossing(self, runs: int) -> Crossing:
        """Return where the sign changes, as far as it is known."""
        values = sorted(self.looked)
        undefined = tuple(at for at in values if self.looked[at].mean is None)
        brackets = self.brackets()
        found = Crossing(self.party, self.y, "crossing", runs=runs, undefined=undefined, tried=len(values))
        if not brackets or values[0] in undefined or values[-1] in undefined:
            return replace(found, side=self._one_side(values), unsure=self._unsure(values))
        low, high = brackets[0]
        x, (from_, to) = self._even(low, high), self._interval(low, high)
        rises = (self.looked[high].mean or 0.0) > 0
        better: Literal["above", "below"] = "above" if rises else "below"
        beside = [] if from_ is None or to is None else [at for at in values if not from_ <= at <= to]
        again = tuple(brackets[1:])
        return replace(found, x=x, low=from_, high=to, better=better, again=again, unsure=self._unsure(beside))

    def _unsure(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return those of some values whose interval includes zero; one run gives none, and is taken as it is."""
        ends = [(at, self.looked[at].low, self.looked[at].high) for at in values]
        return tuple(at for at, low, high in ends if low is not None and high is not None and low <= 0 <= high)

    def _one_side(self, values: Sequence[float]) -> Side:
        means = [self.looked[at].mean for at in values]
        defined = [mean for mean in means if mean is not None]
        if means[0] is None or means[-1] is None or not any(defined):
            return "unknown"
        return "always" if max(defined) > 0 else "never"

    def _even(self, low: float, high: float) -> float:
        """Return where the difference is zero: as seen, else on the line between both ends of a bracket."""
        seen = [at for at, found in self.looked.items() if low < at < high and found.mean == 0]
        if seen:
            return min(seen)
        at_low, at_high = self.looked[low].mean or 0.0, self.looked[high].mean or 0.0
        return low - at_low * (high - low) / (at_high - at_low)

    def _interval(self, low: float, high: float) -> tuple[float | None, float | None]:
        """Return between which values the difference cannot be told from zero: the bracket, and what lies around it.

        To either side up to where the 95 % interval of the paired difference leaves zero out, on the line between two
        values tried; else up to the end of the range. That is inverting a test at every value (Fieller's idea), and
        needs no slope.
        """
        if self.looked[low].low is None or self.looked[high].low is None:
            return None, None
        values = [at for at in sorted(self.looked) if self.looked[at].low is not None]
        below = [at for at in reversed(values) if at <= low]
        above = [at for at in values if at >= high]
        return self._told_apart(below), self._told_apart(above)

    def _told_apart(self, outwards: Sequence[float]) -> float:
        """Return from where on the difference surely has the sign it has at the first of some values."""
        sign = 1.0 if (self.looked[outwards[0]].mean or 0.0) > 0 else -1.0
        before: tuple[float, float] | None = None
        for at in outwards:
            sure = self._nearest_to_zero(at, sign)
            if sure > 0 and before is not None:
                return at + (before[0] - at) * sure / (sure - before[1])
            if sure >= 0:
                return at
            before = (at, sure)
        return outwards[-1]

    def _nearest_to_zero(self, at: float, sign: float) -> float:
        """Return the end of an interval on the side of zero, above 0 where it leaves zero out."""
        found = self.looked[at]
        return min(sign * (found.low or 0.0), sign * (found.high or 0.0))


class Bisection:
    """Where several parties change sides, at several values of ``y``, looked for together: each step is one sweep.

    Args:
        x: the parameter along which to look.
        y: the parameter at whose values to look; None where only one is varied.
        parties: for whom.
        steps: halvings of the range, the quarters that are looked at first included.
        replications: pairs of runs at each value.
    """

    def __init__(self, x: Factor, y: Factor | None, parties: Sequence[str], steps: int, replications: int):
        self._x, self._y, self._parties, self._replications = x, y, tuple(parties), replications
        self._values: list[Any] = [None] if y is None else list(y.grid())
        self._lines = {
            (party, number): BracketingLine(party, y) for party in parties for number, y in enumerate(self._values)
        }
        self.steps = steps
        self.done = 0
        """Halvings that were looked at."""
        self._asked: list[tuple[float, int]] = []

    @property
    def following(self) -> int:
        """How many halvings are done once the next points are looked at."""
        return max(QUARTERS, self.done + 1)

    def next_points(self) -> tuple[Point, ...]:
        """Return the points to look at next, in quarters of the range first; empty when all is known."""
        if not self.done:
            parts = _parts(self._x.low, self._x.high, QUARTERS)
            self._asked = [(at, number) for number in range(len(self._values)) for at in parts]
        elif self.done >= self.steps:
            self._asked = []
        else:
            nexts = [(line.next_value(), number) for (_, number), line in self._lines.items()]
            self._asked = list(dict.fromkeys((at, number) for at, number in nexts if at is not None))
        return tuple(
            {self._x.path: at, **({} if self._y is None else {self._y.path: self._values[number]})}
            for at, number in self._asked
        )

    def later(self) -> int:
        """Return how many points may follow the next ones.

        A value looked at for one party may show another that it changes sides as well.
        """
        open_to = len({number for _, number in self._asked})
        return max(0, self.steps - self.following) * open_to * len(self._parties)

    def learn(self, differences: Sequence[Mapping[str, Estimate]]) -> None:
        """Take in what the second regime changes at the next points, by party."""
        self.done = self.following
        for (at, number), each in zip(self._asked, differences, strict=True):
            for party in self._parties:
                self._lines[party, number].looked[at] = each[party]

    def crossings(self) -> tuple[Crossing, ...]:
        """Return where parties change sides, as far as it is known."""
        return tuple(line.crossing(self._replications) for line in self._lines.values())


def _parts(low: float, high: float, halvings: int) -> list[float]:
    """Return both ends and what lies between after so many halvings."""
    if halvings == 0:
        return [low, high]
    middle = 0.5 * (low + high)
    return [*_parts(low, middle, halvings - 1), *_parts(middle, high, halvings - 1)[1:]]

"""Whether what a comparison averaged was settled: the first half of its window against the second, replication by
replication.

Under the null hypothesis that a figure has the same mean in both halves, the changes of independent replications have
mean zero, and t = mean / (s / sqrt(n)) follows Student's distribution with n - 1 degrees of freedom, whatever the
halves of one replication have in common. As many figures are tested, each is held to the level divided by their number
(Bonferroni), so that a settled market is accused in no more than 5 of 100 comparisons.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.common.estimates import Estimate, difference, estimate, mean_of, variance
from sim.results.figures.halves import FIRST, HEADLINE, SECOND
from sim.runs.replication import Flat

LEVEL = 0.05
"""Chance that a market at rest is said to move in anything."""
FEWEST = 3
"""Replications without which nothing is said: two changes have a mean, but hardly a spread."""
NEGLIGIBLE_MONEY, NEGLIGIBLE_DAYS, NEGLIGIBLE_SHARE = 0.005, 0.02, 0.01
"""Moves not worth a word: of money, as a share of what customers pay for a unit; of days; of shares of needs."""
MONEY = ("consumer_price", "consumer_surplus", "welfare")


@dataclass(frozen=True)
class Move:
    """How a headline figure changed from the first half of the window to the second.

    Attributes:
        regime: under which.
        figure: its dotted name.
        against: the regime whose change is taken off; empty where it is the figure itself.
        change: mean over replications of second less first half, with its 95 % interval.
        p: probability of a mean at least so far from zero in a market at rest; None where that cannot be told.
        allowed: a change up to this much is not worth a word.
        clear: whether ``p`` is below the level divided by the number of tests.
    """

    regime: str
    figure: str
    against: str
    change: Estimate
    p: float | None
    allowed: float
    clear: bool

    @property
    def matters(self) -> bool:
        """Whether the figure clearly moved, and by more than is allowed."""
        return self.clear and abs(self.change.mean or 0.0) > self.allowed

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        return {
            "regime": self.regime,
            "figure": self.figure,
            "against": self.against or None,
            **self.change.to_dict(),
            "p": self.p,
            "allowed": self.allowed,
            "moves": self.matters,
        }


@dataclass(frozen=True)
class Settling:
    """What became of the headline figures from the first half of the window to the second.

    Attributes:
        moves: one for each figure of the first regime, and for each difference of another regime to it.
        replications: how many it rests on.
        half: days of a half.
        seasonal: whether halves differ by season, so that only differences between regimes were tested.
    """

    moves: tuple[Move, ...] = ()
    replications: int = 0
    half: int = 0
    seasonal: bool = False

    @property
    def moving(self) -> tuple[Move, ...]:
        """The figures that still moved, the largest move in terms of what is allowed first."""
        found = [move for move in self.moves if move.matters]
        return tuple(sorted(found, key=lambda move: -abs(move.change.mean or 0.0) / max(move.allowed, 1e-12)))

    @property
    def is_tested(self) -> bool:
        """Whether anything could be tested at all."""
        return any(move.p is not None for move in self.moves)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it; ``settled`` is None where nothing could be tested."""
        return {
            "settled": not self.moving if self.is_tested else None,
            "replications": self.replications,
            "days_in_half": self.half,
            "seasonal": self.seasonal,
            "tests": [move.to_dict() for move in self.moves],
        }


def chance_of(changes: Sequence[float]) -> float | None:
    """Return the two-sided p-value of Student's test that changes have mean zero; None with fewer than ``FEWEST``."""
    n = len(changes)
    if n < FEWEST:
        return None
    mean, spread = mean_of(list(changes)), math.sqrt(variance(changes))
    if spread == 0.0:
        return 1.0 if mean == 0.0 else 0.0
    from scipy.special import stdtr  # see student_quantile

    return float(2.0 * stdtr(n - 1, -abs(mean) / (spread / math.sqrt(n))))


def settling_of(
    regimes: Sequence[str], halves: Sequence[Mapping[str, Flat]], half: int, *, seasonal: bool = False
) -> Settling:
    """Test the headline figures of the first regime, and the differences of the others to it.

    Args:
        regimes: the first is what the others are compared with.
        halves: of each replication, by regime, ``first.NAME`` and ``second.NAME`` of each headline figure.
        half: days of a half.
        seasonal: whether the halves differ by season; then figures themselves are not tested.
    """
    whole = [each for each in halves if all(each.get(regime) for regime in regimes)]
    first = regimes[0]
    asked = [(first, name, "") for name in HEADLINE if not seasonal]
    asked += [(other, name, first) for other in regimes[1:] for name in HEADLINE]
    found = [(*each, _changes(whole, *each)) for each in asked]
    known = [(regime, name, against, changes) for regime, name, against, changes in found if changes]
    if not whole or not known:
        return Settling(half=half, seasonal=seasonal)
    moves = []
    for regime, name, against, changes in known:
        p = chance_of(changes)
        allowed = _negligible(whole, name)
        moves.append(
            Move(regime, name, against, estimate(changes), p, allowed, p is not None and p < LEVEL / len(known))
        )
    return Settling(tuple(moves), len(whole), half, seasonal)


def _changes(halves: Sequence[Mapping[str, Flat]], regime: str, name: str, against: str) -> list[float]:
    """Return second less first half of each replication, less that of the regime it is held against."""

    def moved(flats: Mapping[str, Flat], under: str) -> float | None:
        return difference(flats[under].get(f"{SECOND}.{name}"), flats[under].get(f"{FIRST}.{name}"))

    changes = [
        difference(moved(flats, regime), moved(flats, against)) if against else moved(flats, regime) for flats in halves
    ]
    return [change for change in changes if change is not None]


def _negligible(halves: Sequence[Mapping[str, Flat]], name: str) -> float:
    """Return how much a figure may move before it is worth a word."""
    if name.startswith("delivery_days"):
        return NEGLIGIBLE_DAYS
    if name not in MONEY:
        return NEGLIGIBLE_SHARE
    paid = [flat.get(f"{FIRST}.consumer_price") for flats in halves for flat in flats.values()]
    known = [price for price in paid if price is not None]
    return NEGLIGIBLE_MONEY * abs(mean_of(known)) if known else 0.0

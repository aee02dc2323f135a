"""Frontiers: where, in two parameters, one regime stops being better than another, for whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sim.experiments.design import Factor, Point
from sim.experiments.estimates import Estimate
from sim.experiments.running import Source, known_regimes, prepared
from sim.experiments.sweeping import Progress, passing_store, sweep
from sim.scenario import Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

Side: TypeAlias = Literal["crossing", "always", "never", "unknown"]

PARTIES: Mapping[str, str] = {
    "customers": "consumer_surplus",
    "suppliers": "supplier_profit",
    "intermediaries": "intermediary_profit",
    "retailers": "retailer_profit",
    "everybody": "welfare",
}
"""Who may be better off, and by which figure."""


@dataclass(frozen=True)
class Crossing:
    """Where along one parameter a party changes sides, the other parameter held at ``y``.

    Attributes:
        party: who; see ``PARTIES``.
        y: value of the other parameter; None where only one is varied.
        side: "crossing": at ``x``; "always" or "never": the second regime is better all along the range, or nowhere;
            "unknown": the figure is undefined at an end, or both ends cannot be told from zero.
        x: where the mean paired difference is zero.
        low, high: ends of its 95 % interval, within the range.
        better: "above" or "below" ``x``: where the second regime is better.
        runs: pairs of runs it rests on at each value tried.
    """

    party: str
    y: Any
    side: Side
    x: float | None = None
    low: float | None = None
    high: float | None = None
    better: Literal["above", "below"] | None = None
    runs: int = 0


@dataclass(frozen=True)
class Frontier:
    """The curve in two parameters at which parties change sides between two regimes.

    Attributes:
        scenario: its name.
        regimes: the first, and the one it is compared with.
        x, y: paths of the parameters; ``y`` is None where only one is varied.
        span: ends of the range of ``x``.
        crossings: one for each party and value of ``y``.
    """

    scenario: str
    regimes: tuple[str, str]
    x: str
    y: str | None
    span: tuple[float, float]
    crossings: tuple[Crossing, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per crossing."""
        import pandas as pd

        return pd.DataFrame([asdict(crossing) for crossing in self.crossings])

    def to_dict(self) -> dict[str, Any]:
        """Return the frontier as JSON says it."""
        return {
            "scenario": self.scenario,
            "regimes": list(self.regimes),
            "x": self.x,
            "y": self.y,
            "span": list(self.span),
            "crossings": [asdict(crossing) for crossing in self.crossings],
        }


@dataclass
class Search:
    """One bisection under way: between ``low`` and ``high`` the difference changes sign."""

    party: str
    y: Any
    low: float
    high: float
    at_low: Estimate
    at_high: Estimate

    @property
    def middle(self) -> float:
        """The value to look at next."""
        return 0.5 * (self.low + self.high)

    def narrow(self, found: Estimate) -> None:
        """Go on in the half in which the sign changes."""
        value = found.mean
        if value is None or (value > 0) == ((self.at_high.mean or 0.0) > 0):
            self.high, self.at_high = self.middle, found
        else:
            self.low, self.at_low = self.middle, found


def find_frontier(  # noqa: PLR0913 - each is a choice of its own
    scenario: Source,
    x: Factor,
    y: Factor | None = None,
    regimes: Sequence[str] = ("traditional", "direct"),
    parties: Sequence[str] = ("customers", "suppliers", "everybody"),
    replications: int = 5,
    seed: int = 0,
    *,
    steps: int = 7,
    store: str | Path | None = None,
    days: int | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Frontier:
    """Find where the second regime starts or stops being better than the first, by bisection on paired differences.

    The same seeds are used everywhere, so that differences move smoothly with the parameters. Each step halves the
    interval in which the sign changes; the interval of the crossing is that of the difference over its slope there.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        x: the parameter along which to look, a range.
        y: the parameter at whose values to look; if not given, only one is varied.
        regimes: the two to compare.
        parties: for whom; see ``PARTIES``.
        replications: pairs of runs at each value.
        seed: of the first replication.
        steps: halvings; 7 leave less than 1 % of the range.
        store, days, workers, scheduler, progress, overrides: as for ``sweep``.

    Raises:
        ScenarioError: with everything that is wrong with what is asked for.
    """
    market = prepared(scenario, days, overrides, {})
    pair = two_regimes(known_regimes(market, regimes))
    known_parties(parties)
    _check(x)
    kept = passing_store() if store is None else None
    place = kept.folder if kept is not None else store

    def differences(points: Sequence[Point]) -> list[dict[str, Estimate]]:
        found = sweep(
            market, points, pair, replications, seed, store=place, workers=workers, scheduler=scheduler,
            progress=progress,
        )  # fmt: skip
        names = [PARTIES[party] for party in parties]
        return [_changes(found.estimates(number, names), pair[1], parties) for number in range(len(points))]

    values = [None] if y is None else list(y.grid())
    crossings = bisect(x, y, values, parties, differences, steps, replications)
    return Frontier(market.name, pair, x.path, y.path if y else None, (x.low, x.high), tuple(crossings))


def two_regimes(names: Sequence[str]) -> tuple[str, str]:
    """Return the two regimes to compare. Raises ScenarioError where there are not two."""
    if len(names) != 2:
        said = "what is looked for lies between two regimes"
        raise ScenarioError([Problem("", "regimes", ", ".join(names), said, "name two, the one to compare with first")])
    return names[0], names[1]


def known_parties(parties: Sequence[str]) -> None:
    """Make sure that parties are known. Raises ScenarioError with all that are not."""
    problems = [
        Problem("", "party", party, f"the parties are: {', '.join(PARTIES)}", "choose some of these")
        for party in parties
        if party not in PARTIES
    ]
    if problems:
        raise ScenarioError(problems)


def _check(x: Factor) -> None:
    if not x.is_range or x.whole:
        said = "bisection needs a range of numbers that need not be whole"
        raise ScenarioError([Problem("", x.path, "", said, f"write, say, {x.path}=0.1..1.0")])


def _changes(estimates: Mapping[str, Any], regime: str, parties: Sequence[str]) -> dict[str, Estimate]:
    return {party: estimates["differences"][regime][PARTIES[party]] for party in parties}


def bisect(
    x: Factor,
    y: Factor | None,
    values: Sequence[Any],
    parties: Sequence[str],
    differences: Callable[[Sequence[Point]], list[dict[str, Estimate]]],
    steps: int,
    replications: int,
) -> list[Crossing]:
    """Bisect for all parties and values of ``y`` together, so that each step is one sweep."""

    def point(at: float, value: Any) -> Point:
        return {x.path: at, **({} if y is None else {y.path: value})}

    ends = differences([point(at, value) for value in values for at in (x.low, x.high)])
    searches: list[Search] = []
    settled: dict[tuple[str, int], Crossing] = {}
    for number, value in enumerate(values):
        for party in parties:
            at_low, at_high = ends[2 * number][party], ends[2 * number + 1][party]
            side = _side(at_low, at_high)
            settled[party, number] = Crossing(party, value, side, runs=replications)
            if side == "crossing":
                searches.append(Search(party, value, x.low, x.high, at_low, at_high))
    for _ in range(steps):
        asked = list({(search.middle, values.index(search.y)): None for search in searches})
        found = dict(zip(asked, differences([point(at, values[number]) for at, number in asked]), strict=True))
        for search in searches:
            search.narrow(found[search.middle, values.index(search.y)][search.party])
    for search in searches:
        settled[search.party, values.index(search.y)] = _crossing(search, x, replications)
    return [settled[party, number] for party in parties for number in range(len(values))]


def _side(at_low: Estimate, at_high: Estimate) -> Side:
    """Tell what the two ends of the range say."""
    if at_low.mean is None or at_high.mean is None or at_low.mean == at_high.mean == 0:
        return "unknown"
    if at_low.mean >= 0 and at_high.mean >= 0:
        return "always"
    if at_low.mean <= 0 and at_high.mean <= 0:
        return "never"
    return "crossing"


def _crossing(search: Search, x: Factor, replications: int) -> Crossing:
    """Return where the difference is zero, on the line between the last two values, and how far that can be trusted."""
    low, high = search.at_low.mean or 0.0, search.at_high.mean or 0.0
    slope = (high - low) / (search.high - search.low)
    at = search.low - low / slope
    nearer = search.at_low if abs(low) < abs(high) else search.at_high
    ends: tuple[float | None, float | None] = (None, None)
    if nearer.low is not None and nearer.high is not None:
        half = 0.5 * (nearer.high - nearer.low) / abs(slope)
        ends = (max(x.low, at - half), min(x.high, at + half))
    better: Literal["above", "below"] = "above" if high > 0 else "below"
    return Crossing(search.party, search.y, "crossing", at, *ends, better, replications)

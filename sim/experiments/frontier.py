"""Frontiers: where, in two parameters, one regime stops being better than another, for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.common.estimates import Estimate
from sim.experiments.progress import Stages
from sim.experiments.root_bracketing import Crossing, bisect
from sim.experiments.sweep_results import FailedPoint, failures_frame
from sim.experiments.sweeping import Progress, passing_store, sweep
from sim.runs.design import Factor, Point
from sim.runs.running import Source, known_regimes, prepared
from sim.scenario import Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

PARTIES: Mapping[str, str] = {
    "customers": "consumer_surplus",
    "suppliers": "supplier_profit",
    "intermediaries": "intermediary_profit",
    "retailers": "retailer_profit",
    "everybody": "welfare",
}
"""Who may be better off, and by which figure."""


@dataclass(frozen=True)
class Frontier:
    """The curve in two parameters at which parties change sides between two regimes.

    Attributes:
        scenario: its name.
        regimes: the first, and the one it is compared with.
        x, y: paths of the parameters; ``y`` is None where only one is varied.
        span: ends of the range of ``x``.
        crossings: one for each party and value of ``y``.
        failed: points that could not be run, or not whole.
    """

    scenario: str
    regimes: tuple[str, str]
    x: str
    y: str | None
    span: tuple[float, float]
    crossings: tuple[Crossing, ...]
    failed: tuple[FailedPoint, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per crossing."""
        import pandas as pd

        rows = [asdict(crossing) for crossing in self.crossings]
        for row in rows:
            row["again"] = "; ".join(f"{low:g} to {high:g}" for low, high in row["again"])
            for values in ("undefined", "unsure"):
                row[values] = "; ".join(f"{at:g}" for at in row[values])
        return pd.DataFrame(rows)

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Return every table by name: crossings, and failures where there are any."""
        return {"crossings": self.to_frame(), **failures_frame(self.failed)}

    def to_dict(self) -> dict[str, Any]:
        """Return the frontier as JSON says it."""
        return {
            "scenario": self.scenario,
            "regimes": list(self.regimes),
            "x": self.x,
            "y": self.y,
            "span": list(self.span),
            "crossings": [asdict(crossing) for crossing in self.crossings],
            "failed": [each.to_dict() for each in self.failed],
        }


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

    The same seeds are used everywhere, so that differences move smoothly with the parameters. The range is looked at in
    quarters first, so that a difference that leaves its side in the middle and comes back is not missed; each further
    step halves the part in which the sign changes.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        x: the parameter along which to look, a range.
        y: the parameter at whose values to look; if not given, only one is varied.
        regimes: the two to compare.
        parties: for whom; see ``PARTIES``.
        replications: pairs of runs at each value.
        seed: of the first replication.
        steps: halvings, the quarters included; 7 leave less than 1 % of the range.
        store, days, workers, scheduler, progress, overrides: as for ``sweep``; ``progress`` is told of all steps
            together, with the most runs there can be.

    Raises:
        ScenarioError: with everything that is wrong with what is asked for.
    """
    market = prepared(scenario, days, overrides, {})
    pair = two_regimes(known_regimes(market, regimes))
    known_parties(parties)
    _check(x)
    kept = passing_store() if store is None else None
    place = kept.folder if kept is not None else store
    failed: list[FailedPoint] = []
    stages = Stages(progress, "at most")

    def differences(points: Sequence[Point], later: int) -> list[dict[str, Estimate]]:
        found = sweep(
            market, points, pair, replications, seed, store=place, workers=workers, scheduler=scheduler,
            progress=stages.followed_by(later * replications * len(pair)),
        )  # fmt: skip
        failed.extend(each for each in found.failures if each not in failed)
        names = [PARTIES[party] for party in parties]
        return [_changes(found.estimates(number, names), pair[1], parties) for number in range(len(points))]

    values = [None] if y is None else list(y.grid())
    crossings = bisect(x, y, values, parties, differences, steps, replications)
    path = y.path if y else None
    return Frontier(market.name, pair, x.path, path, (x.low, x.high), tuple(crossings), tuple(failed))


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

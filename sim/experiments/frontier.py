"""Frontiers: where, in two parameters, one regime stops being better than another, for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Unpack

from sim.common.presentation import Presented
from sim.experiments.questions import PARTIES, Question, Setting, Wanted, known_parties, two_regimes
from sim.experiments.root_bracketing import Bisection, Crossing
from sim.experiments.sweep_results import failures_frame
from sim.experiments.sweeping import drain, setting_of
from sim.runs.design import Factor
from sim.runs.options import RunKeywords, RunOptions, options_of
from sim.runs.point_runs import FailedPoint
from sim.runs.running import Source, known_regimes
from sim.scenario import Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Frontier(Presented):
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


def frontier(
    scenario: Source,
    x: Factor,
    y: Factor | None = None,
    regimes: Sequence[str] = ("traditional", "direct"),
    parties: Sequence[str] = ("customers", "suppliers", "everybody"),
    *,
    steps: int = 7,
    options: RunOptions | None = None,
    **keywords: Unpack[RunKeywords],
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
        parties: for whom; see ``sim.experiments.questions.PARTIES``.
        steps: halvings, the quarters included; 7 leave less than 1 % of the range.
        options, keywords: see ``RunOptions``; 5 replications unless given.

    Raises:
        ScenarioError: with everything that is wrong with what is asked for.
    """
    chosen = options_of(options, keywords, replications=5)
    market = chosen.applied_to(scenario)
    pair = two_regimes(known_regimes(market, regimes))
    known_parties(parties)
    _check(x)
    setting = setting_of(market, pair, chosen)
    return drain(setting, frontier_question(setting, x, y, parties, steps), chosen)


def frontier_question(
    setting: Setting, x: Factor, y: Factor | None, parties: Sequence[str], steps: int
) -> Question[Frontier]:
    """Ask for the points at which the range is halved, and return the frontier."""
    pair = (setting.regimes[0], setting.regimes[1])
    search = Bisection(x, y, parties, steps, setting.replications)
    failed: list[FailedPoint] = []

    def so_far() -> Frontier:
        path = y.path if y else None
        return Frontier(setting.scenario.name, pair, x.path, path, (x.low, x.high), search.crossings(), tuple(failed))

    while points := search.next_points():
        done = search.done + 1 if search.done else 0
        found = yield Wanted(
            points,
            setting.seed,
            lambda _: so_far() if search.done else None,
            later=search.later(),
            bound="at most",
            steps=(done, min(search.following, steps) + 1, steps + 1),
        )
        failed.extend(each for each in found.failures if each not in failed)
        search.learn(
            [{party: found.change(number, PARTIES[party]) for party in parties} for number in range(len(points))]
        )
    return so_far()


def _check(x: Factor) -> None:
    if not x.is_range or x.whole:
        said = "bisection needs a range of numbers that need not be whole"
        raise ScenarioError([Problem("", x.path, "", said, f"write, say, {x.path}=0.1..1.0")])

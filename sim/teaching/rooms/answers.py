"""The simulation's answer to a question of a lesson: which runs give it, and what follows from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from sim.common.number_format import Interval, short
from sim.experiments.jobs import Replicate, comparison_of, replications_of
from sim.experiments.views import View
from sim.report.comparison_protocol import UNKNOWN, Between, sum_of
from sim.runs.replication import Replication
from sim.teaching.rooms.events import Answered
from sim.teaching.rooms.moments import Figure, Predict

ANSWER = "answer"
PLACE = re.compile(r"\{(\w+)\}")


def figures_of(question: Predict) -> dict[str, Figure]:
    """Return the figures a question needs: its answer, and those in its texts, by name."""
    return {ANSWER: question.figure, **question.numbers}


def runs_of(figure: Figure, folder: str = "") -> tuple[Replicate, ...]:
    """Return the runs behind a figure. Raises ScenarioError where they cannot be made.

    Args:
        figure: what is asked for.
        folder: of the store in which finished runs are kept; empty: none.
    """
    regimes = (figure.against, figure.regime) if figure.against else (figure.regime,)
    return _runs(figure.scenario, figure.settings, regimes, figure.runs, figure.seed, folder)


@lru_cache(maxsize=128)
def _runs(
    scenario: str, settings: tuple[str, ...], regimes: tuple[str, ...], runs: int, seed: int, folder: str
) -> tuple[Replicate, ...]:
    view = View(scenario, regimes, settings, runs, seed)
    market = view.market()
    return tuple(replications_of(market, view.compared(market), runs, seed, folder))


def value_of(figure: Figure, runs: Sequence[Replicate], ready: Sequence[Replication]) -> Between:
    """Return a figure with its interval, once all its runs are there."""
    comparison = comparison_of(runs, ready)
    table = comparison.differences[figure.regime] if figure.against else comparison.figures[figure.regime]
    found = sum_of([table.get(name, UNKNOWN) for name in figure.names])
    return Between(*(None if each is None else figure.factor * each for each in _in_order(found, figure.factor)))


def _in_order(found: Interval, factor: float) -> Iterator[float | None]:
    """Yield mean and ends, the ends exchanged where a negative factor turns them round."""
    yield found.mean
    yield from (found.low, found.high) if factor >= 0 else (found.high, found.low)


def answered_of(question: Predict, moment: int, values: Mapping[str, Between], at: float) -> Answered | None:
    """Return the answer as it enters the log; None where the runs do not give one.

    Args:
        question: of the lesson; moment: its number.
        values: of its figures, by name.
        at: the server's time.
    """
    answer = values[ANSWER]
    if answer.mean is None:
        return None
    low, high = (answer.mean if end is None else end for end in (answer.low, answer.high))
    words = {name: "-" if each.mean is None else short(_rounded(each.mean)) for name, each in values.items()}
    why, but = (PLACE.sub(lambda found: words.get(found[1], found[0]), text) for text in (question.why, question.but))
    return Answered(at, moment, answer.mean, low, high, question.figure.runs, why, but)


def _rounded(value: float) -> float:
    return round(value, 2 if abs(value) < 10 else 1)

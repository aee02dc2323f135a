"""The simulation's answer to a question of a lesson: which runs give it, and what is entered into the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from sim.common.number_format import short
from sim.experiments.jobs import Replicate, comparison_of, replications_of
from sim.experiments.views import View
from sim.runs.replication import Replication
from sim.teaching.lessons.answers import SimulatedAnswer, answer_in, figure_key, shipped_answers
from sim.teaching.rooms.events import Answered
from sim.teaching.rooms.moments import Figure, Predict

ANSWER = "answer"


def figures_asked(question: Predict) -> dict[str, Figure]:
    """Return the figures a question needs: its answer, and those in its texts, by name."""
    return {ANSWER: question.figure, **question.numbers}


def known_answer(figure: Figure) -> SimulatedAnswer | None:
    """Return an answer that the package ships; None where it has to be computed."""
    return shipped_answers().get(figure_key(figure))


def runs_behind(figure: Figure, folder: str = "") -> tuple[Replicate, ...]:
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


def answer_from(figure: Figure, runs: Sequence[Replicate], ready: Sequence[Replication]) -> SimulatedAnswer:
    """Return the answer, once all its runs are there. Raises NoAnswerError where they have no such figure."""
    return answer_in(comparison_of(runs, ready), figure)


def answered_of(moment: int, values: Mapping[str, SimulatedAnswer], at: float) -> Answered:
    """Return the answer as it enters the log, with the numbers that texts name.

    Args:
        moment: number of the question in the lesson.
        values: of its figures, by name.
        at: the server's time.
    """
    answer = values[ANSWER]
    words = {name: short(round(each.value, 2 if abs(each.value) < 10 else 1)) for name, each in values.items()}
    return Answered(at, moment, answer.value, answer.low, answer.high, answer.runs, tuple(sorted(words.items())))

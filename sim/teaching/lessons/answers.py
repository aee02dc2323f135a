"""The simulation's answers to the questions of a lesson: shipped for the shipped lessons, computed for all others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sim.experiments import Comparison, compare
from sim.report.comparison_protocol import sum_of
from sim.scenario import load_scenario
from sim.scenario.overrides import parse_override
from sim.teaching.rooms.moments import Figure, Lesson, Predict

SHIPPED = Path(__file__).with_name("answers.json")
"""Answers to the questions of the shipped lessons, and the numbers of their guides; ``docs/teaching.py`` writes it."""


class SimulatedAnswer(NamedTuple):
    """A mean over replications with its 95 % interval; both ends are the mean where runs do not differ."""

    value: float
    low: float
    high: float
    runs: int


class NoAnswerError(ValueError):
    """A figure that the runs do not have: nothing was sold, or there is no such thing under this regime."""


def answer_of(figure: Figure) -> SimulatedAnswer:
    """Return the simulation's answer: the shipped one where there is one, else from runs, which takes seconds.

    Raises NoAnswerError where the figure is undefined, ScenarioError where the market is.
    """
    found = shipped_answers().get(figure_key(figure))
    return found if found is not None else computed(figure)


def computed(figure: Figure) -> SimulatedAnswer:
    """Return the answer from runs."""
    regimes = (figure.against, figure.regime) if figure.against else (figure.regime,)
    return answer_in(_runs(figure.scenario, figure.settings, regimes, figure.runs, figure.seed), figure)


def answer_in(runs: Comparison, figure: Figure) -> SimulatedAnswer:
    """Return the answer to be read in a comparison; with ``against``, its first regime is that one."""
    table = runs.differences[figure.regime] if figure.against else runs.figures[figure.regime]
    missing = [name for name in figure.names if name not in table or table[name].mean is None]
    if missing:
        raise NoAnswerError(f"{figure.scenario}, {figure.regime}: {', '.join(missing)} cannot be had from these runs")
    total = sum_of([table[name] for name in figure.names])
    mean = float(total.mean or 0.0)
    low, high = (mean if end is None else float(end) for end in (total.low, total.high))
    scaled = sorted((figure.factor * low, figure.factor * high))
    return SimulatedAnswer(figure.factor * mean, scaled[0], scaled[1], figure.runs)


@lru_cache(maxsize=32)
def _runs(scenario: str, settings: tuple[str, ...], regimes: tuple[str, ...], runs: int, seed: int) -> Comparison:
    market = load_scenario(scenario, dict(parse_override(each) for each in settings))
    return compare(market, regimes, replications=runs, seed=seed)


def figures_of(lesson: Lesson) -> Iterator[Figure]:
    """Yield every figure that a lesson asks for."""
    for moment in lesson.moments:
        if isinstance(moment, Predict):
            yield moment.figure
            yield from moment.numbers.values()


def figure_key(figure: Figure) -> str:
    """Return a text that two figures share only where they are the same."""
    return json.dumps(asdict(figure), sort_keys=True)


@lru_cache(maxsize=1)
def shipped_answers() -> dict[str, SimulatedAnswer]:
    """Return the shipped answers by ``figure_key``."""
    return {key: SimulatedAnswer(*values) for key, values in json.loads(SHIPPED.read_text(encoding="utf-8")).items()}

"""A step of the argument: a claim, a question, the runs that answer it, and the chart of the answer.

Every number in a text is a name in braces, filled in from the runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sim.common.number_format import Interval, is_clear, short
from sim.experiments import Comparison
from sim.experiments.views import View
from sim.report.charts import Chart, GuessMark
from sim.report.comparison_protocol import UNKNOWN, Between
from sim.scenario import Scenario

Runs = Sequence[Comparison]


class ExactAnswer(NamedTuple):
    """What theory says without a run: the number, and how it comes about."""

    value: float
    reason: str


@dataclass(frozen=True)
class Step:
    """A step.

    Attributes:
        name: its name in the link.
        title: a claim, or the topic.
        story: text before the question.
        question, unit, low, high, start, by: the question, and the slider for the guess.
        views: the runs that answer.
        answer: reads the answer from them, on the slider's scale.
        draw: draws the answer.
        mark: where a guess is marked on the chart.
        numbers: numbers in the texts, by name, as figures of a run: (number of the view, regime, figure, factor).
        because, but: the reason in a sentence, and what it leaves out.
        changes: wording of changes: more, less and the same; ``{NAME_words}`` in a text.
        facts: other numbers in the texts, by name, from the scenario.
        exact: the answer worked out by hand, where that is possible.
        terms: words of the step that are easily taken for one another, explained.
        brief: the question in a few words.
    """

    name: str
    title: str
    story: str
    question: str
    unit: str
    low: float
    high: float
    start: float
    by: float
    views: tuple[View, ...]
    answer: Callable[[Runs], Interval]
    draw: Callable[[Runs], Chart]
    mark: GuessMark
    numbers: Mapping[str, tuple[int, str, str, float]]
    because: str
    but: str
    brief: str
    changes: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    facts: Mapping[str, Callable[[Scenario], float]] = field(default_factory=dict)
    exact: Callable[[Scenario], ExactAnswer] | None = None
    terms: str = ""

    def is_guess(self, guess: float) -> bool:
        """Tell whether a number can be a guess."""
        return self.low <= guess <= self.high

    def closer_than(self, guess: float, answer: float) -> int:
        """Return how many of 100 random guesses are farther from the answer; of those as near, half.

        A random guess is any position of the slider, each as likely as the others.
        """
        positions = [self.low + number * self.by for number in range(round((self.high - self.low) / self.by) + 1)]
        off = abs(guess - answer)
        farther = sum(1.0 for each in positions if abs(each - answer) > off)
        as_near = sum(0.5 for each in positions if abs(each - answer) == off)
        return round(100 * (farther + as_near) / len(positions))


def figure(runs: Runs, regime: str, name: str, factor: float = 1.0, number: int = 0) -> Interval:
    """Return a figure of a run; a minus before ``regime`` means the difference to the first regime."""
    table = runs[number].differences[regime[1:]] if regime.startswith("-") else runs[number].figures[regime]
    found = table.get(name, UNKNOWN)
    ends = (found.mean, found.low, found.high)
    return Between(*(None if end is None else factor * end for end in ends))


def filled(step: Step, text: str, runs: Runs) -> str:
    """Return a text with its numbers filled in.

    The wording of a change, ``{saved_words}``, depends on its sign, so that no text says "save" when somebody pays
    more.
    """
    found = {name: short(fact(runs[0].scenario)) for name, fact in step.facts.items()}
    for name, (number, regime, figure_name, factor) in step.numbers.items():
        value = figure(runs, regime, figure_name, factor, number)
        decimals = 1 if factor == 100 else 2
        found[name] = "-" if value.mean is None else short(round(value.mean, decimals))
        if name in step.changes:
            found[f"{name}_words"] = change_in_words(value, decimals, *step.changes[name])
    return text.format(**found)


def change_in_words(change: Interval, decimals: int, more: str, less: str, same: str) -> str:
    """Return a change in words: one of three texts, by its sign, with its size in place of ``#``."""
    size = round(change.mean or 0.0, decimals)
    if size == 0:
        return same
    said = (more if size > 0 else less).replace("#", short(abs(size)))
    return said if is_clear(change) else f"{said} (which may be chance)"


def score_in_words(step: Step, guess: float, answer: float) -> str:
    """Return how good a guess is, compared with guesses at random."""
    better = step.closer_than(guess, answer)
    if better >= 99:
        return "No random guess comes closer."
    return f"Closer than {better} of 100 random guesses."

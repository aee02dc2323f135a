"""Textbook exercises, run exactly as ``middleman new --exercise`` writes them, compared with the published answers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from sim.common.estimates import Estimate, estimate
from sim.exercises import EXERCISES, Answer, exercise_toml
from sim.market import Market
from sim.results.figures import flatten
from sim.runs.running import live_through
from sim.scenario import Scenario, load_scenario
from sim.validation.claims import Check, CheckCase, Finding, exact, given

NEIGHBOURS = 2
"""Levels tested on either side of the newsvendor's."""
SEASONS = 5000
"""Days for these tests; few suffice, because all levels face the same demand."""

Run = dict[str, float | None]


def exercise_scenario(name: str, letters: Mapping[str, float], overrides: dict[str, Any] | None = None) -> Scenario:
    """Return the scenario of an exercise, read from the text that ``middleman new`` writes."""
    return load_scenario(tomllib.loads(exercise_toml(EXERCISES[name], name, letters)), overrides)


def figures_by_seed(scenario: Scenario, regime: str, seeds: Sequence[int]) -> list[Run]:
    """Return the figures of runs under a regime, one for each seed."""
    return [flatten(dict(live_through(Market(scenario, regime, seed)).figures)) for seed in seeds]


def as_published(name: str, seed: int, letters: Mapping[str, float], draws: int | None = None) -> list[Finding]:
    """Run an exercise and compare each of its figures with the published answer.

    ``draws`` is the number of runs, if a case needs more or fewer than its exercise.
    """
    exercise, scenario = EXERCISES[name], exercise_scenario(name, letters)
    runs: dict[str, list[Run]] = {}
    findings = []
    for answer in exercise.answers(exercise.given(letters)):
        if answer.regime not in runs:
            runs[answer.regime] = figures_by_seed(
                scenario, answer.regime, range(seed, seed + (draws or exercise.draws))
            )
        findings.append(Finding(answer.formula, answer.value, found_in(runs[answer.regime], answer), answer.allowance))
    return findings


def found_in(runs: Sequence[Run], answer: Answer) -> Estimate:
    """Return the market's number for an answer, with an interval where there are several runs."""
    values = np.array([run[answer.figure] for run in runs], dtype=np.float64) / answer.scale
    return exact(values[0]) if len(values) == 1 else estimate(values)


def newsvendor(seed: int, letters: Mapping[str, float]) -> list[Finding]:
    """Run the newsvendor's exercise, and find which level near the published one earns most on the same demand."""
    published = as_published("newsvendor", seed, letters)
    path = "suppliers.replenishment.level"
    best = exercise_scenario("newsvendor", letters).suppliers.replenishment.level
    assert best is not None
    levels = range(best - NEIGHBOURS, best + NEIGHBOURS + 1)
    tried = [exercise_scenario("newsvendor", letters, {path: level, "time.days": SEASONS}) for level in levels]
    earned = [figures_by_seed(scenario, "direct", [seed])[0]["total_profit.supplier"] for scenario in tried]
    most = levels[int(np.argmax(np.array(earned, dtype=np.float64)))]
    return [*published, Finding("level that earns most, y", float(best), exact(most), allowance=0.0)]


def check_of(name: str, answer: str, *cases: CheckCase) -> Check:
    """Return the check of an exercise with sets of its letters."""
    return Check(
        name=f"exercise_{name}",
        theme="exercises",
        claim=f"As `new --exercise {name}` writes it: {answer}",
        source=EXERCISES[name].source,
        tolerance=0.005,
        run=newsvendor if name == "newsvendor" else partial(as_published, name),
        cases=cases,
    )


def usual(name: str) -> CheckCase:
    """Return the case of an exercise's usual letters."""
    letters = {letter: about.value for letter, about in EXERCISES[name].letters.items()}
    return given(", ".join(f"{letter} {value:g}" for letter, value in letters.items()), letters=letters)


def with_letters(name: str, *, slow: bool = False, draws: int | None = None, **values: float) -> CheckCase:
    """Return the case of some letters; the others have their usual values."""
    return CheckCase(name, {"letters": values, **({} if draws is None else {"draws": draws})}, slow)


DOUBLE_MARGIN = check_of(
    "double_margin",
    "prices, quantity and profit of one maker and one shop",
    usual("double_margin"),
    with_letters("a 100, b 2, c 3", a=100.0, b=2.0, c=3.0),
    with_letters("a 24, b .2, c 20", a=24.0, b=0.2, c=20.0),
)

HOTELLING = check_of(
    "hotelling",
    "p = c + t L, with t one way",
    usual("hotelling"),
    with_letters("t 3, c 4, L 2", t=3.0, c=4.0, L=2.0),
    with_letters("t 25, c 60, L .4", t=25.0, c=60.0, L=0.4),
)

SALOP = check_of(
    "salop",
    "p = c + t / n, profit gone at n = sqrt(t / F)",
    usual("salop"),
    with_letters("n 7, t 35, c 2, F .2", n=7.0, t=35.0, c=2.0, F=0.2),
    with_letters("n 2, t 9, c 0, F 0", n=2.0, t=9.0, c=0.0, F=0.0),
)

COURNOT = check_of(
    "cournot",
    "p = (a + n c) / (n + 1); n = 1 is the monopolist",
    usual("cournot"),
    with_letters("a 12, b 1, c 7, n 1", a=12.0, b=1.0, c=7.0, n=1.0),
    with_letters("a 120, b .5, c 20, n 2", a=120.0, b=0.5, c=20.0, n=2.0),
    with_letters("a 90, b .1, c 12, n 6", a=90.0, b=0.1, c=12.0, n=6.0),
)

BERTRAND = check_of(
    "bertrand",
    "p = c with two firms, whatever their number beyond",
    usual("bertrand"),
    with_letters("a 80, b .1, c 33, n 5", a=80.0, b=0.1, c=33.0, n=5.0),
    with_letters("a 60, b 1, c 20, n 1", a=60.0, b=1.0, c=20.0, n=1.0),
)

NEWSVENDOR = check_of(
    "newsvendor",
    "the smallest y with P(D <= y) >= (p - c) / p earns most",
    usual("newsvendor"),
    with_letters("p 20, c 4, mu 12", p=20.0, c=4.0, mu=12.0, slow=True),
    with_letters("p 12, c 8, mu 40", p=12.0, c=8.0, mu=40.0, slow=True),
)

BULLWHIP = check_of(
    "bullwhip",
    "1 + 2 L / p + 2 L^2 / p^2 if buyers wait; less if they leave",
    usual("bullwhip"),
    with_letters("p 10, L 3", p=10.0, L=3.0),
    with_letters("p 5, L 2, sales lost", p=5.0, L=2.0, lost=1.0),
    with_letters("p 4, L 1, d 100", p=4.0, L=1.0, d=100.0, slow=True),
    with_letters("p 8, L 4, sales lost", p=8.0, L=4.0, lost=1.0, slow=True),
)

BASS = check_of(
    "bass",
    "at the peak of the curve 1/2 - p / (2 q) have adopted",
    with_letters("p .03, q .38", p=0.03, q=0.38, draws=24, slow=True),
    with_letters("p .05, q .5", p=0.05, q=0.5, slow=True),
    with_letters("p .1, q .4", p=0.1, q=0.4, draws=8),
)

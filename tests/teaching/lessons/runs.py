"""The runs behind the numbers of lessons and guides, each market once."""

from __future__ import annotations

from functools import lru_cache

from sim.experiments import Comparison, compare
from sim.scenario import load_scenario, parse_override
from sim.teaching.lessons.answers import SimulatedAnswer, answer_in
from sim.teaching.rooms.moments import Figure


def from_runs(figure: Figure) -> SimulatedAnswer:
    """Return the answer to a question, read in runs of all regimes that its scenario compares."""
    return answer_in(_runs(figure.scenario, figure.settings, figure.runs, figure.seed), figure)


@lru_cache(maxsize=16)
def _runs(scenario: str, settings: tuple[str, ...], runs: int, seed: int) -> Comparison:
    market = load_scenario(scenario, dict(parse_override(each) for each in settings))
    used = [regime for regime in market.compare if scenario != "parable" or regime != "o2o"]
    return compare(market, used, replications=runs, seed=seed)

"""What Explore is asked: the points, the parameters that may be varied, and how they are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from board import knobs, showing
from sim.experiments.questions import Setting
from sim.experiments.stepping import PointJobs
from sim.experiments.views import View
from sim.report.charts import Named
from sim.results.figures import FIGURES
from sim.runs.design import Factor
from sim.scenario import Scenario
from sim.scenario.overrides import split_path


@dataclass(frozen=True)
class Asked:
    """What is asked: the jobs of the points it is asked about, and the parameters that may be varied, by path."""

    jobs: PointJobs
    ranges: dict[str, Factor]
    view: View

    @property
    def setting(self) -> Setting:
        """What the question is asked about."""
        return self.jobs.setting


def value_at(scenario: Scenario, path: str) -> Any:
    """Return the value a parameter has in a scenario."""
    found: Any = scenario.model_dump()
    for each in split_path(path):
        found = found[int(each)] if isinstance(found, (list, tuple)) else found[each]
    return found


def figure_name(figure: str) -> str:
    """Return a short name of a figure."""
    short = showing.SHORT.get(figure) or figure.replace("_", " ")
    return short[:1].upper() + short[1:]


def phrases(pair: PointJobs) -> tuple[str, str]:
    """Return the names of two channels within a sentence."""
    first, second = (pair.setting.scenario.regime_phrase(name) for name in pair.setting.regimes)
    return first, second


def present(asked: Asked, path: str) -> float:
    return float(value_at(asked.setting.scenario, path))


def label_of(asked: Asked) -> Callable[[str], str]:
    known = knobs.knobs_of(asked.view.scenario)
    return lambda path: known[path].label.replace("\\", "")


def known_names(asked: Asked) -> dict[str, Named]:
    """Return the names of varied parameters for charts, by path."""
    known, currency = knobs.knobs_of(asked.view.scenario), asked.setting.scenario.money.currency
    return {path: known[path].named(currency) for path in asked.ranges}


def shown_name(asked: Asked, figure: str) -> Named:
    """Return the name of a figure for charts."""
    unit = FIGURES[figure.split(".", maxsplit=1)[0]].unit
    return Named(figure_name(figure), unit.replace("currency", asked.setting.scenario.money.currency))


def in_words(sentence: str, asked: Asked) -> str:
    """Return a sentence with parameter names in place of paths."""
    known = known_names(asked)
    for path in sorted(known, key=len, reverse=True):
        unit = "" if known[path].unit in ("", "share") else f" ({known[path].unit})"
        sentence = sentence.replace(path, f"{known[path].within}{unit}")
    return sentence

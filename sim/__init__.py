"""A market with and without its middlemen: the public names.

Each is imported when it is first used, so that ``import sim`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.experiments import Comparison, compare, run
    from sim.experiments.auditing import audit
    from sim.experiments.discovering import discover
    from sim.experiments.frontier import find_frontier
    from sim.experiments.optimising import optimise
    from sim.experiments.sensitivity import find_sensitivity
    from sim.experiments.sweeping import sweep
    from sim.experiments.worth import worth
    from sim.market import Market
    from sim.results.outcome import Outcome
    from sim.runs.design import parse_factor
    from sim.scenario import Scenario, ScenarioError, load_scenario, scenario_names

    __version__: str

__all__ = [
    "Comparison",
    "Market",
    "Outcome",
    "Scenario",
    "ScenarioError",
    "__version__",
    "audit",
    "compare",
    "discover",
    "find_frontier",
    "find_sensitivity",
    "load_scenario",
    "optimise",
    "parse_factor",
    "run",
    "scenario_names",
    "sweep",
    "worth",
]

_DEFINED_IN = {
    "Comparison": "sim.experiments",
    "Market": "sim.market",
    "Outcome": "sim.results.outcome",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.scenario",
    "audit": "sim.experiments.auditing",
    "compare": "sim.experiments",
    "discover": "sim.experiments.discovering",
    "find_frontier": "sim.experiments.frontier",
    "find_sensitivity": "sim.experiments.sensitivity",
    "load_scenario": "sim.scenario",
    "optimise": "sim.experiments.optimising",
    "parse_factor": "sim.runs.design",
    "run": "sim.experiments",
    "scenario_names": "sim.scenario",
    "sweep": "sim.experiments.sweeping",
    "worth": "sim.experiments.worth",
}


def __getattr__(name: str) -> Any:
    """Import a public name at its first use (PEP 562)."""
    if name == "__version__":
        from sim.common.provenance import version_of

        return version_of("middleman")
    if name not in _DEFINED_IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_DEFINED_IN[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, imported or not, beside what is here already."""
    return sorted({*globals(), *__all__})

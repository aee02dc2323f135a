"""A market with and without its middlemen: the public names.

Each is imported when it is first used, so that ``import sim`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.experiments import Comparison, compare, run
    from sim.market import Market
    from sim.outcome import Outcome
    from sim.scenario import Scenario, ScenarioError, load_scenario, scenario_names

    __version__: str

__all__ = [
    "Comparison",
    "Market",
    "Outcome",
    "Scenario",
    "ScenarioError",
    "__version__",
    "compare",
    "load_scenario",
    "run",
    "scenario_names",
]

_DEFINED_IN = {
    "Comparison": "sim.experiments",
    "Market": "sim.market",
    "Outcome": "sim.outcome",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.scenario",
    "compare": "sim.experiments",
    "load_scenario": "sim.scenario",
    "run": "sim.experiments",
    "scenario_names": "sim.scenario",
}


def __getattr__(name: str) -> Any:
    """Import a public name at its first use (PEP 562)."""
    if name == "__version__":
        from sim.provenance import version_of

        return version_of("middleman")
    if name not in _DEFINED_IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_DEFINED_IN[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, imported or not, beside what is here already."""
    return sorted({*globals(), *__all__})

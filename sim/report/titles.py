"""Puts results under the titles of their regimes: people read ``store chain`` where files hold ``traditional``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sim.scenario import Scenario

Found = TypeVar("Found")

NAMES = ("regime", "regimes")
"""Fields that hold keys of regimes."""


def titled(found: Found, scenario: Scenario) -> Found:
    """Return a result for people to read: each regime stands under its title instead of its key.

    Sentences, tables and charts take what this returns; files, JSON and frames are made from the original.

    Args:
        found: a comparison, a run, the figures at a point, the answer of an experiment, a map, or a look at single
            runs: a dataclass whose regimes stand in ``regime``, in ``regimes``, or are the keys of its mappings.
        scenario: knows the titles, those of its own regimes included.
    """
    result: Any = found
    held = {each.name: getattr(result, each.name) for each in fields(result) if each.init}
    renamed = {name: _renamed(name, value, scenario) for name, value in held.items()}
    titled_result: Found = replace(result, **renamed)
    return titled_result


def _renamed(name: str, value: Any, scenario: Scenario) -> Any:
    if isinstance(value, Mapping) and value and set(value) <= set(scenario.regime_names):
        return {scenario.regime_title(key): each for key, each in value.items()}
    if name not in NAMES:
        return value
    return scenario.regime_title(value) if isinstance(value, str) else tuple(map(scenario.regime_title, value))

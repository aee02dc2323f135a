"""Parameters that are varied, as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.common.number_format import CURRENCY, quantity

if TYPE_CHECKING:
    from sim.scenario import Scenario


def parameter_unit(path: str, scenario: Scenario) -> str:
    """Return the unit of a parameter; empty where it has none."""
    from sim.scenario.overrides import split_path
    from sim.scenario.shape import find
    from sim.scenario.shape import unit_of as unit_of_field

    place = find(split_path(path), scenario.model_dump(mode="json"))
    return "" if place is None or place.field is None else unit_of_field(place.field)


def value_of(value: Any, unit: str = "") -> str:
    """Write a value of a parameter: money to the cent, other numbers to four digits, anything else as it stands."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    return quantity(value, unit) if unit.startswith(CURRENCY) else f"{value:.4g}"

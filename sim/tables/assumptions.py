"""What is taken for granted about a market so that a table of products becomes one, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.scenario.numbers import is_position
from sim.scenario.overrides import split_path
from sim.scenario.schema import Scenario
from sim.scenario.shape import Path, dotted


@dataclass
class Assumptions:
    """Changes of a scenario, each with the reason that its sources and notes give.

    Attributes:
        changes: values by path.
        sources: reasons by path, as ``[sources]`` of a scenario has them.
        notes: reasons in words, in the order in which they were made.
        sample: the share of the sales that the market simulates.
    """

    changes: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    sample: float = 1.0

    def change(self, path: str, value: Any, source: str) -> None:
        """Record a change, with where the value comes from."""
        self.changes[path] = value
        self.sources[dotted(with_places(path))] = source

    def note(self, said: str) -> None:
        """Record what is assumed, in words."""
        self.notes.append(said)


def with_places(path: str) -> Path:
    """Return the steps of a path, with places in lists as numbers."""
    return tuple(int(step) if is_position(str(step)) else step for step in split_path(path))


def price_level(scenario: Scenario) -> float:
    """Return the price for which the money amounts of a scenario are made, in units of currency.

    Willingness to pay is about 1.8 times the price in the built-in markets; ``classroom`` has 90 and sells at about 50.
    """
    worth = scenario.customers.worth
    middle = {"uniform": (worth.low + worth.high) / 2.0, "pareto": worth.low}.get(worth.distribution, worth.mean)
    return max(middle / WORTH_TO_PRICE, 0.01)


WORTH_TO_PRICE = 1.8


def needs_per_day(scenario: Scenario, customers: int) -> float:
    """Return the needs of all customers on a usual day."""
    return customers * scenario.customers.need_rate

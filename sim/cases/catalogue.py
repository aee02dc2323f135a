"""Which cases there are. Each is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

from sim.cases.case import Case

CASES = (
    "parable",
    "parable_walk_away",
    "parable_costs",
    "parable_answer",
    "empty_shelf",
    "diapers",
    "shoes",
    "department_store",
    "local_services",
    "disruption",
    "middleman_worth",
    "groceries",
    "clothing",
    "electronics",
)
"""Names of the cases, each that of a module here with a ``CASE`` in it, in the order in which they are best read."""


def case_names() -> tuple[str, ...]:
    """Return the names of all cases."""
    return CASES


def case_of(name: str) -> Case:
    """Return a case by its name. Raises KeyError when there is none of that name."""
    if name not in CASES:
        raise KeyError(name)
    case: Case = import_module(f"sim.cases.{name}").CASE
    return case

"""Which cases there are. Each is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sim.cases.case import Case, CaseResult
from sim.cases.plan import REPLICATIONS, CasePlan

if TYPE_CHECKING:
    from sim.runs.progress import OnProgress

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


def case(
    name: str,
    replications: int = REPLICATIONS,
    seed: int = 0,
    *,
    workers: int | None = None,
    progress: OnProgress | None = None,
) -> CaseResult:
    """Run a case and return what it found.

    Args:
        name: of the case; see ``case_names``.
        replications: how many worlds to draw.
        seed: of the first replication; the others follow from it.
        workers: threads or processes at work; if not given, as many as there are cores.
        progress: called as runs are finished, with how far the part under way has come.

    Raises:
        KeyError: when there is no case of that name.
    """
    return case_of(name).run(CasePlan(replications, seed, workers, progress=progress))

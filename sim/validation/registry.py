"""The registry of checks: the market compared with theory.

Each check puts theory's assumptions into a small market, runs it, and compares its number with theory's or an
independent package's. Nothing is fitted: if the two differ by more than the check allows, the row says so.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.runs.progress import OnProgress, Progress
from sim.validation.claims import Check, CheckCase, Finding, Row
from sim.validation.external import demand_data, found_prices, prices, stock, tastes, wholesale_prices
from sim.validation.external import tours as solved_tours
from sim.validation.themes import (
    adoption,
    bullwhip,
    bypassing,
    choices,
    conduct,
    demand,
    distances,
    exercises,
    flows,
    learning,
    multiproduct,
    multiproduct_conduct,
    pools,
    rivals,
    selling_costs,
    service,
    spatial,
    stocks,
    structure,
    tours,
)

__all__ = ["CHECKS", "THEMES", "Check", "CheckCase", "Finding", "Row", "theory"]

THEMES: dict[str, str] = {
    "chains": "Chains of firms that find their prices",
    "channels": "Bypassing the middlemen, and selling beside them",
    "rivals": "Sellers of differentiated goods",
    "lines": "Firms with several products",
    "costs": "Costs of a sale",
    "space": "Sellers in space",
    "demand": "What customers choose",
    "stocks": "Stocks and orders",
    "ways": "Distances and tours",
    "structure": "Contacts, shelves, niche tastes, adoption",
    "learning": "Firms that learn",
    "exercises": "Textbook exercises",
    "judges": "Outside judges",
}
"""Themes in display order, with their headings."""

MODULES = (
    *(conduct, bypassing, rivals, multiproduct, multiproduct_conduct, selling_costs, spatial, demand, choices),
    *(stocks, service, pools, flows, bullwhip, distances, tours, structure, adoption, learning, exercises),
    *(prices, found_prices, wholesale_prices, tastes, demand_data, stock, solved_tours),
)
"""Where the checks are, in display order."""

CHECKS: dict[str, Check] = {
    each.name: each for module in MODULES for each in vars(module).values() if isinstance(each, Check)
}
"""All checks by name, in display order."""


def checks_named(names: Iterable[str] | None) -> list[Check]:
    """Return the checks with these names; a theme's name stands for all its checks; by default all.

    Raises ValueError with the known names if a name is neither a check nor a theme.
    """
    wanted = list(CHECKS if names is None else names)
    unknown = [name for name in wanted if name not in CHECKS and name not in THEMES]
    if unknown:
        known = ", ".join((*THEMES, *CHECKS))
        raise ValueError(f"no check is called {', '.join(unknown)}; known checks: {known}")
    return [check for check in CHECKS.values() if check.name in wanted or check.theme in wanted]


def theory(
    names: Iterable[str] | None = None, seed: int = 0, *, slow: bool = True, progress: OnProgress | None = None
) -> list[Row]:
    """Run checks against the market and return the findings, one row per figure.

    Args:
        names: of checks or themes; by default all.
        seed: random seed of worlds and shocks; another seed is another test of the same claims.
        slow: whether to include slow sets of parameters.
        progress: called with (sets of parameters done, total).

    Raises:
        ValueError: if a name is neither a check nor a theme; it lists the known names.
    """
    trials = [(check, case) for check in checks_named(names) for case in check.cases if slow or not case.slow]
    rows: list[Row] = []
    for done, (check, case) in enumerate(trials, start=1):
        rows += check.rows(case, seed)
        if progress is not None:
            progress(Progress(done, len(trials)))
    return rows

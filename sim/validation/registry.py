"""The proof: the market held against theory, check by check.

Each check puts theory's assumptions into a small market, runs it, and lays its number beside theory's, or beside that
of an outside judge. Nothing is fitted: where the two differ by more than the check allows, the row says so.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.runs.progress import OnProgress, Progress
from sim.validation.claims import Case, Check, Finding, Row
from sim.validation.external import JUDGE_CHECKS
from sim.validation.themes.adoption import ADOPTION_CHECKS
from sim.validation.themes.bullwhip import BULLWHIP_CHECKS
from sim.validation.themes.bypassing import BYPASSING_CHECKS
from sim.validation.themes.choices import CHOICE_CHECKS
from sim.validation.themes.conduct import CONDUCT_CHECKS
from sim.validation.themes.demand import DEMAND_CHECKS
from sim.validation.themes.distances import DISTANCE_CHECKS
from sim.validation.themes.exercises import EXERCISE_CHECKS
from sim.validation.themes.flows import FLOW_CHECKS
from sim.validation.themes.learning import LEARNING_CHECKS
from sim.validation.themes.multiproduct import MULTIPRODUCT_CHECKS
from sim.validation.themes.multiproduct_conduct import MULTIPRODUCT_CONDUCT_CHECKS
from sim.validation.themes.pools import POOL_CHECKS
from sim.validation.themes.rivals import RIVAL_CHECKS
from sim.validation.themes.selling_costs import SELLING_COST_CHECKS
from sim.validation.themes.service import SERVICE_CHECKS
from sim.validation.themes.spatial import SPATIAL_CHECKS
from sim.validation.themes.stocks import STOCK_CHECKS
from sim.validation.themes.structure import STRUCTURE_CHECKS
from sim.validation.themes.tours import TOUR_CHECKS

__all__ = ["CHECKS", "THEMES", "Case", "Check", "Finding", "Row", "theory"]

THEMES: dict[str, str] = {
    "chains": "Chains of firms that find their prices",
    "channels": "Around the middlemen, and beside them",
    "rivals": "Sellers of different goods",
    "lines": "Firms with several products",
    "costs": "What a sale costs its seller",
    "space": "Sellers in space",
    "demand": "What customers choose",
    "stocks": "Stocks and orders",
    "ways": "Ways and tours",
    "structure": "Contacts, shelves, rare tastes, adoption",
    "learning": "Firms that learn",
    "exercises": "Textbook exercises, as they are written",
    "judges": "Outside judges",
}
"""What the checks are about, in the order in which they are shown, with a heading for each."""

CHECKS: dict[str, Check] = {
    check.name: check
    for check in (
        *CONDUCT_CHECKS,
        *BYPASSING_CHECKS,
        *RIVAL_CHECKS,
        *MULTIPRODUCT_CHECKS,
        *MULTIPRODUCT_CONDUCT_CHECKS,
        *SELLING_COST_CHECKS,
        *SPATIAL_CHECKS,
        *DEMAND_CHECKS,
        *CHOICE_CHECKS,
        *STOCK_CHECKS,
        *SERVICE_CHECKS,
        *POOL_CHECKS,
        *FLOW_CHECKS,
        *BULLWHIP_CHECKS,
        *DISTANCE_CHECKS,
        *TOUR_CHECKS,
        *STRUCTURE_CHECKS,
        *ADOPTION_CHECKS,
        *LEARNING_CHECKS,
        *EXERCISE_CHECKS,
        *JUDGE_CHECKS,
    )
}
"""All checks by name, in the order in which they are shown."""


def checks_named(names: Iterable[str] | None) -> list[Check]:
    """Return the checks of these names, a theme's name standing for all of its checks; all of them if not given.

    Raises:
        ValueError: when there is neither check nor theme of some name; it lists those there are.
    """
    wanted = list(CHECKS if names is None else names)
    unknown = [name for name in wanted if name not in CHECKS and name not in THEMES]
    if unknown:
        known = ", ".join((*THEMES, *CHECKS))
        raise ValueError(f"no check is called {', '.join(unknown)}; there are: {known}")
    return [check for check in CHECKS.values() if check.name in wanted or check.theme in wanted]


def theory(
    names: Iterable[str] | None = None,
    seed: int = 0,
    *,
    slow: bool = True,
    progress: OnProgress | None = None,
) -> list[Row]:
    """Run the market against checks and return what was found, a row for each figure.

    Args:
        names: of checks or themes; if not given, all of them.
        seed: decides worlds and shocks; another one is another trial of the same claims.
        slow: whether to try the sets of parameters that take long, too.
        progress: called with (sets of parameters tried, all of them).

    Raises:
        ValueError: when there is neither check nor theme of some name; it lists those there are.
    """
    trials = [(check, case) for check in checks_named(names) for case in check.cases if slow or not case.slow]
    rows: list[Row] = []
    for done, (check, case) in enumerate(trials, start=1):
        rows += check.rows(case, seed)
        if progress is not None:
            progress(Progress(done, len(trials)))
    return rows

"""The proof: the market held against theory, check by check.

Each check puts theory's assumptions into a small market, runs it, and lays its number beside theory's. Nothing is
fitted: where the two differ by more than the check allows, the row says so.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.experiments.proving.adoption import ADOPTION_CHECKS
from sim.experiments.proving.bullwhip import BULLWHIP_CHECKS
from sim.experiments.proving.choices import CHOICE_CHECKS
from sim.experiments.proving.claims import Case, Check, Finding, Row
from sim.experiments.proving.conduct import CONDUCT_CHECKS
from sim.experiments.proving.demand import DEMAND_CHECKS
from sim.experiments.proving.distances import DISTANCE_CHECKS
from sim.experiments.proving.flows import FLOW_CHECKS
from sim.experiments.proving.pools import POOL_CHECKS
from sim.experiments.proving.service import SERVICE_CHECKS
from sim.experiments.proving.spatial import SPATIAL_CHECKS
from sim.experiments.proving.stocks import STOCK_CHECKS
from sim.experiments.proving.structure import STRUCTURE_CHECKS
from sim.experiments.proving.tours import TOUR_CHECKS

__all__ = ["CHECKS", "Case", "Check", "Finding", "Row", "prove"]

CHECKS: dict[str, Check] = {
    check.name: check
    for check in (
        *CONDUCT_CHECKS,
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
    )
}
"""All checks by name, in the order in which they are shown."""


def prove(names: Iterable[str] | None = None, seed: int = 0, *, slow: bool = True) -> list[Row]:
    """Run the market against checks and return what was found, a row for each figure.

    Args:
        names: of the checks; if not given, all of them.
        seed: decides worlds and shocks; another one is another trial of the same claims.
        slow: whether to try the sets of parameters that take long, too.

    Raises:
        ValueError: when there is no check of some name; it lists those there are.
    """
    wanted = list(CHECKS) if names is None else list(names)
    unknown = [name for name in wanted if name not in CHECKS]
    if unknown:
        raise ValueError(f"no check is called {', '.join(unknown)}; there are: {', '.join(CHECKS)}")
    return [row for name in wanted for row in CHECKS[name].rows(seed, slow=slow)]

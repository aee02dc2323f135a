"""Outside judges: packages that nobody here wrote, given what a run exports, say whether it is right.

They come with the extra ``test``; without it, the first import of a judge says which package is missing.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.experiments.judges.finding import Finding
from sim.experiments.judges.prices import MARKETS, audit, judge_empty_shelves, judge_prices
from sim.experiments.judges.stock import judge_base_stock, judge_by_simulation, judge_lost_sales, judge_lots
from sim.experiments.judges.tastes import tastes_recovered
from sim.experiments.judges.tours import TOURS, judge_tours

__all__ = ["JUDGES", "Finding"]


def prices() -> list[Finding]:
    """Return what pyblp says of prices at which no firm wants to move."""
    everywhere = [finding for market in MARKETS for finding in judge_prices(market)]
    return everywhere + judge_prices("shops in a town", counted_days=4000)[-3:] + judge_empty_shelves()


def costs() -> list[Finding]:
    """Return the unit costs that pyblp finds behind exported prices and shares."""
    return [finding for market in MARKETS for finding in audit(market)]


def stocks() -> list[Finding]:
    """Return what stockpyl and closed forms say of stocks."""
    return [
        *judge_base_stock(11, 2, 4.0),
        *judge_base_stock(9, 3, 2.0),
        *judge_base_stock(15, 5, 3.0),
        *judge_lost_sales(5, 1, 4.0),
        *judge_lost_sales(9, 10, 0.6),
        *judge_lost_sales(5, 30, 0.15),
        *judge_lots(5, 8, 120, 0.05),
        *judge_by_simulation(11, 2, 4.0),
    ]


def tours() -> list[Finding]:
    """Return what elkai says of couriers' tours."""
    return [finding for drops in TOURS for finding in judge_tours(drops)]


JUDGES: dict[str, Callable[[], list[Finding]]] = {
    "tastes": tastes_recovered,
    "prices": prices,
    "costs": costs,
    "stocks": stocks,
    "tours": tours,
}
"""What can be judged, by name."""

"""Outside judges: packages that nobody here wrote, given what a run exports, say whether it is right.

They come with the extra ``test``; where one is missing, the proof says so and what to install.
"""

from __future__ import annotations

from sim.experiments.judges.found_prices import FOUND_PRICE_JUDGES
from sim.experiments.judges.prices import PRICE_JUDGES
from sim.experiments.judges.stock import STOCK_JUDGES
from sim.experiments.judges.tastes import TASTE_JUDGES
from sim.experiments.judges.tours import TOUR_JUDGES
from sim.experiments.judges.wholesale_prices import WHOLESALE_PRICE_JUDGES
from sim.experiments.proving.claims import Check

__all__ = ["JUDGE_CHECKS"]

JUDGE_CHECKS: tuple[Check, ...] = (
    *PRICE_JUDGES,
    *FOUND_PRICE_JUDGES,
    *WHOLESALE_PRICE_JUDGES,
    *TASTE_JUDGES,
    *STOCK_JUDGES,
    *TOUR_JUDGES,
)
"""What is judged from outside."""

"""Independent packages judge what a run exports.

They come with the extra ``test``; if one is missing, the check is reported as skipped, with what to install.
"""

from __future__ import annotations

from sim.validation.claims import Check
from sim.validation.external.found_prices import FOUND_PRICE_JUDGES
from sim.validation.external.prices import PRICE_JUDGES
from sim.validation.external.stock import STOCK_JUDGES
from sim.validation.external.tastes import TASTE_JUDGES
from sim.validation.external.tours import TOUR_JUDGES
from sim.validation.external.wholesale_prices import WHOLESALE_PRICE_JUDGES

__all__ = ["JUDGE_CHECKS"]

JUDGE_CHECKS: tuple[Check, ...] = (
    *PRICE_JUDGES,
    *FOUND_PRICE_JUDGES,
    *WHOLESALE_PRICE_JUDGES,
    *TASTE_JUDGES,
    *STOCK_JUDGES,
    *TOUR_JUDGES,
)
"""Checks by independent packages."""

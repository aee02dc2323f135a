"""Successive monopoly with logit demand: one good and the outside option, share x / (1 + x), x = exp(worth - a price).

``worth`` is the systematic worth of the good in units of the taste shock, ``sensitivity`` (a) what one unit of money
is worth in the same units. Everything is per customer. Tiers are counted from the top.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial import Polynomial
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import wrightomega

from sim.formulas.chains import Chain, chain_of
from sim.formulas.requirements import require, require_positive


def logit_margins(worth: float, sensitivity: float, unit_cost: float, tiers: int) -> Chain:
    """Return the chain whose tiers choose margins in money simultaneously; one tier is the monopoly.

    Every margin is (1 + x) / a, and N x = W(N exp(worth - a cost - N)) with Lambert's W, taken as Wright's omega so
    that nothing overflows. Choi, Marketing Science 1991; Corless et al., Advances in Computational Mathematics 1996.
    """
    _require_chain(sensitivity, tiers)
    odds = float(wrightomega(np.log(tiers) + worth - sensitivity * unit_cost - tiers)) / tiers
    return _logit_chain(sensitivity, unit_cost, odds, np.full(tiers, (1.0 + odds) / sensitivity))


def logit_stackelberg(worth: float, sensitivity: float, unit_cost: float, tiers: int) -> Chain:
    """Return the chain whose upper tiers commit first.

    Seen from a tier, the price it can ask falls with the odds x it wants to sell at; its best margin is
    -x (1 + x) times that slope. From the customers up, margins are (1 + x) r(x) / a with r = 1 and then
    r + x d/dx[(1 + x) r]: for two tiers (1 + x)^2 / a, for three (1 + x)^2 (1 + 2 x) / a at the top. The x at which
    they add up to the gap between what customers would pay and unit cost is found numerically.
    """
    _require_chain(sensitivity, tiers)
    above_one = Polynomial([1.0, 1.0])
    odds_itself = Polynomial([0.0, 1.0])
    ratio = Polynomial([1.0])
    margins = []
    for _ in range(tiers):
        margin = above_one * ratio
        margins.append(margin)
        ratio = ratio + odds_itself * margin.deriv()
    total = sum(margins[1:], margins[0])

    open_at_no_margin = worth - sensitivity * unit_cost - tiers

    def excess(log_odds: float) -> float:
        return float(open_at_no_margin + tiers - log_odds - total(np.exp(log_odds)))

    # The margins add up to at least tiers + x, and below odds of 1 to at most their sum at 1.
    low = min(open_at_no_margin, 0.0) - float(total(1.0))
    high = float(np.log(max(open_at_no_margin, 1.0)))
    odds = float(np.exp(brentq(excess, low, high, xtol=1e-14, rtol=1e-14)))
    return _logit_chain(
        sensitivity, unit_cost, odds, np.array([margin(odds) for margin in margins[::-1]]) / sensitivity
    )


def _require_chain(sensitivity: float, tiers: int) -> None:
    require(tiers >= 1, f"there are {tiers} tiers; a chain has one or more")
    require_positive(sensitivity=sensitivity)


def _logit_chain(sensitivity: float, unit_cost: float, odds: float, margins: NDArray[np.float64]) -> Chain:
    """Return the chain with these margins; consumer surplus is ln(1 + x) / a."""
    return chain_of(unit_cost, margins, odds / (1.0 + odds), np.log1p(odds) / sensitivity)

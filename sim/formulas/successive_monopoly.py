"""Successive monopoly: a chain of firms that each add a margin to the previous price.

The equilibrium depends on who foresees what. *Stackelberg*: each tier commits to a price, foreseeing the response of
the tiers below. *Margins* (vertical Nash): all choose margins in money simultaneously. *Percentages*: all choose markup
factors simultaneously. *Quantities*: several firms in each tier choose quantities (Cournot).

No firm has costs other than the price it pays; the first pays ``unit_cost``. Tiers are counted from the top. Demand is
linear or of constant elasticity here; logit demand is in ``logit_chain``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from sim.formulas.chains import Chain, chain_of
from sim.formulas.requirements import require, require_positive


def linear_stackelberg(intercept: float, slope: float, unit_cost: float, tiers: int) -> Chain:
    """Return the chain whose upper tiers commit first, facing quantity = intercept - slope x price.

    With the choke price v = intercept / slope, the margin of tier k is (v - unit cost) / 2^k: margins halve on the
    way down. Spengler, Journal of Political Economy 1950, for two tiers.
    """
    gap = _choke_price(intercept, slope, unit_cost, tiers) - unit_cost
    return _linear_chain(intercept, slope, unit_cost, gap / np.exp2(np.arange(1, tiers + 1, dtype=np.float64)))


def linear_margins(intercept: float, slope: float, unit_cost: float, tiers: int) -> Chain:
    """Return the chain whose tiers choose margins in money simultaneously: each is (v - unit cost) / (tiers + 1).

    Choi, Marketing Science 1991, "vertical Nash"; v is the choke price.
    """
    gap = _choke_price(intercept, slope, unit_cost, tiers) - unit_cost
    return _linear_chain(intercept, slope, unit_cost, np.full(tiers, gap / (tiers + 1)))


def linear_percentages(intercept: float, slope: float, unit_cost: float, tiers: int) -> Chain:
    """Return the chain whose tiers choose markup factors simultaneously.

    All are alike, the root x above 1 of 2 c x^N - c x^(N - 1) = v, with unit cost c, N tiers and choke price v: a
    tier that pays w goes half of the way from w to v / x^(tiers below), above which nothing is sold.
    """
    choke = _choke_price(intercept, slope, unit_cost, tiers)
    require_positive(unit_cost=unit_cost)

    def excess(factor: float) -> float:
        return float(unit_cost * factor ** (tiers - 1) * (2.0 * factor - 1.0) - choke)

    factor = brentq(excess, 1.0, choke / unit_cost, xtol=1e-14, rtol=1e-14)
    prices = unit_cost * factor ** np.arange(1, tiers + 1)
    return _linear_chain(intercept, slope, unit_cost, np.diff(prices, prepend=unit_cost))


def successive_cournot(intercept: float, slope: float, unit_cost: float, firms: Sequence[int]) -> Chain:
    """Return the chain with several quantity-setting firms in each tier, numbers given from the top down.

    A tier of n firms passes on n / (n + 1) of the gap between what it pays and the choke price. One firm in each
    tier is ``linear_stackelberg``; very many in all tiers sell at unit cost. Greenhut & Ohta, American Economic
    Review 1979. Margins and profits are summed over a tier's firms.
    """
    gap = _choke_price(intercept, slope, unit_cost, len(firms)) - unit_cost
    require(min(firms) >= 1, f"firms are {list(firms)}; every tier needs one or more")
    passed_on = gap * np.cumprod([count / (count + 1.0) for count in firms])
    return _linear_chain(intercept, slope, unit_cost, -np.diff(passed_on, prepend=gap))


def elastic_percentages(scale: float, elasticity: float, unit_cost: float, tiers: int) -> Chain:
    """Return the chain with each tier's price e / (e - 1) times what it pays, facing quantity = scale x price^-e.

    Stackelberg and simultaneous percentages coincide. Each tier keeps 1 / e of its price, so margins in
    money *grow* on the way down. Tirole, The Theory of Industrial Organization, 1988, section 4.2.
    """
    _require_tiers(tiers)
    require(elasticity > 1, f"elasticity is {elasticity}; it must be above 1")
    require_positive(scale=scale, unit_cost=unit_cost)
    prices = unit_cost * (elasticity / (elasticity - 1.0)) ** np.arange(1, tiers + 1)
    return _elastic_chain(scale, elasticity, unit_cost, np.diff(prices, prepend=unit_cost))


def elastic_margins(scale: float, elasticity: float, unit_cost: float, tiers: int) -> Chain:
    """Return the chain of simultaneous margins in money: price c e / (e - N), equal margins (Choi 1991)."""
    _require_tiers(tiers)
    require(elasticity > tiers, f"elasticity is {elasticity}; with {tiers} tiers it must be above {tiers}")
    require_positive(scale=scale, unit_cost=unit_cost)
    return _elastic_chain(scale, elasticity, unit_cost, np.full(tiers, unit_cost / (elasticity - tiers)))


def cost_under_commission(unit_cost: float, commission: float) -> float:
    """Return the unit cost at which a seller without commission sets the same price: cost / (1 - share)."""
    require(0 <= commission < 1, f"commission is {commission}; it must be a share below 1")
    return unit_cost / (1.0 - commission)


def _choke_price(intercept: float, slope: float, unit_cost: float, tiers: int) -> float:
    """Return the price at which linear demand is zero."""
    _require_tiers(tiers)
    require_positive(intercept=intercept, slope=slope)
    choke = intercept / slope
    require(unit_cost < choke, f"unit_cost is {unit_cost}; it must be below {choke}, where demand is zero")
    return choke


def _require_tiers(tiers: int) -> None:
    require(tiers >= 1, f"there are {tiers} tiers; a chain has one or more")


def _linear_chain(intercept: float, slope: float, unit_cost: float, margins: NDArray[np.float64]) -> Chain:
    """Return the chain with these margins; consumer surplus is the triangle above the price."""
    quantity = intercept - slope * (unit_cost + margins.sum())
    return chain_of(unit_cost, margins, quantity, quantity**2 / (2.0 * slope))


def _elastic_chain(scale: float, elasticity: float, unit_cost: float, margins: NDArray[np.float64]) -> Chain:
    """Return the chain with these margins; consumer surplus is price x quantity / (e - 1)."""
    price = unit_cost + margins.sum()
    quantity = scale * price**-elasticity
    return chain_of(unit_cost, margins, quantity, price * quantity / (elasticity - 1.0))

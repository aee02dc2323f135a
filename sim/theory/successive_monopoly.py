"""Successive monopoly: a chain of firms, each adding its margin to the price of the one before it.

Who moves when decides where the chain comes to rest. *Stackelberg*: each tier commits to a price foreseeing how the
tiers below will answer. *Simultaneous margins* (vertical Nash): each tier takes the others' margins in money as given.
*Simultaneous percentages*: each takes the others' markup factors as given. Customers' demand is linear here; constant
elasticity is in ``constant_elasticity``, logit in ``logit_chain``.

No firm has costs other than the price it pays; the first pays ``unit_cost``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq

from sim.theory.chains import Chain, chain_of
from sim.theory.requirements import require, require_positive


def linear_stackelberg(intercept: float, slope: float, unit_cost: float, tiers: int) -> Chain:
    """Return the chain in which upper tiers commit first; quantity = intercept - slope x price.

    With the choke price v = intercept / slope, the margin of tier k, counted from the top, is (v - unit cost) / 2^k:
    margins halve on the way down. Spengler, Journal of Political Economy 1950, for two tiers.

    Raises:
        ValueError: without a tier, or when unit cost is not below the choke price.
    """
    choke = choke_price(intercept, slope, unit_cost, tiers)
    margins = (choke - unit_cost) / 2.0 ** np.arange(1, tiers + 1)
    return _linear_chain(slope, choke, unit_cost, margins)


def linear_margins(intercept: float, slope: float, unit_cost: float, tiers: int) -> Chain:
    """Return the chain in which all tiers choose margins in money at once: each (v - unit cost) / (tiers + 1).

    Choi, Marketing Science 1991, "vertical Nash". Raises ValueError as ``linear_stackelberg``.
    """
    choke = choke_price(intercept, slope, unit_cost, tiers)
    margins = np.full(tiers, (choke - unit_cost) / (tiers + 1))
    return _linear_chain(slope, choke, unit_cost, margins)


def linear_percentages(intercept: float, slope: float, unit_cost: float, tiers: int) -> Chain:
    """Return the chain in which all tiers choose markup factors at once: all alike, the root x above 1 of
    2 c x^N - c x^(N-1) = v, with unit cost c, N tiers and choke price v.

    A tier that is paid w answers with the price w x that halves the way from w to the highest price at which the
    tiers below still sell, v / x^(tiers below). Raises ValueError as ``linear_stackelberg``, and at a unit cost of 0.
    """
    choke = choke_price(intercept, slope, unit_cost, tiers)
    require_positive(unit_cost=unit_cost)

    def excess(factor: float) -> float:
        return float(unit_cost * factor ** (tiers - 1) * (2.0 * factor - 1.0) - choke)

    factor = brentq(excess, 1.0, choke / unit_cost, xtol=1e-14, rtol=1e-14)
    prices = unit_cost * factor ** np.arange(1, tiers + 1)
    return _linear_chain(slope, choke, unit_cost, np.diff(prices, prepend=unit_cost))


def successive_cournot(intercept: float, slope: float, unit_cost: float, firms: Sequence[int]) -> Chain:
    """Return the chain with several quantity-setting firms in each tier, ``firms`` given from the top down.

    Tier k leaves the share n_k / (n_k + 1) of the way from what it pays to the choke price v:
    price = v - (v - unit cost) x product of n_k / (n_k + 1). Greenhut & Ohta, American Economic Review 1979.
    One firm in each tier is ``linear_stackelberg``; many in all tiers sell at unit cost.

    Raises:
        ValueError: without a tier, with an empty tier, or when unit cost is not below the choke price.
    """
    choke = choke_price(intercept, slope, unit_cost, len(firms))
    require(min(firms) >= 1, f"firms are {list(firms)}; every tier needs one or more")
    passed_on = np.cumprod([count / (count + 1.0) for count in firms])
    # Seen from tier k, customers answer with the tiers below it: what a tier adds is what is left by all above.
    left = np.concatenate(([1.0], np.cumprod([1.0 - count / (count + 1.0) for count in firms])))
    del passed_on
    margins = [(choke - unit_cost) * left[k] * (1.0 - _share_kept(firms[k])) for k in range(len(firms))]
    return _linear_chain(slope, choke, unit_cost, np.array(margins))


def _share_kept(count: int) -> float:
    return count / (count + 1.0)

"""Short shelves and rare tastes: how much of demand a store covers, and how many customers a wider range needs.

Goods are ranked by popularity; the share of demand of rank k falls as k^-exponent (Zipf).
"""

from __future__ import annotations

import numpy as np

from sim.formulas.requirements import require, require_not_negative, require_positive


def harmonic(goods: int, exponent: float = 1.0) -> float:
    """Return the sum of k^-exponent over ranks 1 to ``goods``; 0 for no goods."""
    require_not_negative(goods=goods)
    return float((np.arange(1, goods + 1, dtype=np.float64) ** -exponent).sum())


def coverage(slots: int, goods: int, exponent: float = 1.0) -> float:
    """Return the share of demand for goods on a shelf that holds the most popular ones: H(slots) / H(goods).

    The rest is the demand of preference minorities, lost if they accept no other good.
    """
    require(goods >= 1, f"there are {goods} goods; there must be one or more")
    require_not_negative(slots=slots)
    return harmonic(min(slots, goods), exponent) / harmonic(goods, exponent)


def goods_stocked(customers: float, goods: int, margin: float, slot_cost: float, exponent: float = 1.0) -> int:
    """Return how many goods a store with this many customers stocks, each if its sales pay for its slot.

    Rank k pays when customers x share of k x margin >= cost of the slot. Waldfogel, RAND Journal of Economics 2003,
    on preference externalities. Each customer buys one unit per period; a slot costs ``slot_cost`` per period.
    """
    require_not_negative(customers=customers)
    require_positive(margin=margin, slot_cost=slot_cost, exponent=exponent)
    shares = np.arange(1, goods + 1, dtype=np.float64) ** -exponent / harmonic(goods, exponent)
    return int((customers * shares * margin >= slot_cost).sum())


def unserved_share(customers: float, goods: int, margin: float, slot_cost: float, exponent: float = 1.0) -> float:
    """Return the share of demand that such a store leaves unserved. Arguments as in ``goods_stocked``."""
    return 1.0 - coverage(goods_stocked(customers, goods, margin, slot_cost, exponent), goods, exponent)


def smallest_country(fixed_cost: float, margin: float, units_per_customer: float) -> float:
    """Return the number of customers at which a seller covers its fixed cost per period.

    ``units_per_customer`` are bought from it per period by an average customer, including those of other tastes.
    """
    require_not_negative(fixed_cost=fixed_cost)
    require_positive(margin=margin, units_per_customer=units_per_customer)
    return fixed_cost / (margin * units_per_customer)

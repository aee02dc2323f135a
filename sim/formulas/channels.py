"""A maker with a store that resells and its own direct channel (Chiang, Chhajed & Hess, Management Science 2003).

Customers' willingness to pay is uniform from 0 to 1; bought direct, the product is worth the share ``acceptance`` of
that. There are no costs. The maker announces wholesale and direct price, and the retailer responds.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.formulas.requirements import require_share


@dataclass(frozen=True)
class DualChannel:
    """Prices, units and profits per customer."""

    wholesale_price: float
    direct_price: float | None
    store_price: float
    store_sales: float
    direct_sales: float
    maker_profit: float
    retailer_profit: float


WITHOUT_DIRECT = DualChannel(0.5, None, 0.75, 0.25, 0.0, 0.125, 0.0625)
"""The successive monopoly of maker and retailer."""


def direct_as_a_threat(acceptance: float) -> DualChannel:
    """Return the equilibrium if the retailer can itself buy at the direct price, so that wholesale <= direct.

    With acceptance above 1/2 the maker opens the direct channel, sells nothing through it, and thereby makes the
    retailer charge 1/2: wholesale = direct price = acceptance / 2, profits acceptance / 4 and (1 - acceptance) / 4. The
    retailer gains too while acceptance is below 3/4. At 1/2 and below, a direct channel is not worth opening.
    """
    require_share(acceptance=acceptance)
    if acceptance <= 0.5:
        return WITHOUT_DIRECT
    price = acceptance / 2.0
    return DualChannel(price, price, 0.5, 0.5, 0.0, acceptance / 4.0, (1.0 - acceptance) / 4.0)


def direct_beside_the_store(acceptance: float) -> DualChannel:
    """Return the equilibrium if the direct price may be below wholesale and the retailer cannot buy at it.

    Wholesale 1/2, direct price acceptance / 2, store price (3 - acceptance) / 4: a quarter of customers buy in each
    channel, profits are (1 + acceptance) / 8 and (1 - acceptance) / 16, so the retailer always loses.
    """
    require_share(acceptance=acceptance)
    return DualChannel(
        wholesale_price=0.5,
        direct_price=acceptance / 2.0,
        store_price=(3.0 - acceptance) / 4.0,
        store_sales=0.25,
        direct_sales=0.25,
        maker_profit=(1.0 + acceptance) / 8.0,
        retailer_profit=(1.0 - acceptance) / 16.0,
    )

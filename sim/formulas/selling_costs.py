"""Costs of a sale besides the goods, and the optimal price that follows.

Parcels, handling, commission, tax and returns amount to a share of the price and a fixed sum per sale. Of a price p the
seller keeps k p, k = (1 - returned)(1 - commission): a refunded sale returns its commission. A customer pays P = p (1 +
tax) + fee. So for any demand, the optimal P is that of a seller who keeps all of it and whose unit cost is the
*burdened* cost fee + (1 + tax) cost / k. Customers do not foresee returns.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.formulas.requirements import require, require_positive, require_share


@dataclass(frozen=True)
class SellingCosts:
    """Payments caused by a sale, in money per unit unless stated.

    Attributes:
        unit_cost: of the goods, where they are sold from.
        handling: of taking a unit from there, also to a partner for doing so.
        parcel: to the carrier for the way out.
        fee: what the customer pays for that; it is not part of the price.
        tax: share of the price, on top of it, given back with the price.
        commission: share of the price to a platform, given back with the price.
        returned: share of sales that are sent back and refunded.
        resaleable: share of those that are as good as before; the others are lost.
        return_handling: of taking a unit back.
        return_parcel: to the carrier for the way back.
        fee_refunded: whether the fee is given back, too.
    """

    unit_cost: float
    handling: float = 0.0
    parcel: float = 0.0
    fee: float = 0.0
    tax: float = 0.0
    commission: float = 0.0
    returned: float = 0.0
    resaleable: float = 1.0
    return_handling: float = 0.0
    return_parcel: float = 0.0
    fee_refunded: bool = False

    def __post_init__(self) -> None:
        require_share(commission=self.commission, returned=self.returned, resaleable=self.resaleable)
        require(self.returned < 1 and self.commission < 1, "a seller must keep part of its price")

    @property
    def kept(self) -> float:
        """Share of the price that remains from a sale on average."""
        return (1.0 - self.returned) * (1.0 - self.commission)

    @property
    def goods_lost(self) -> float:
        """Units the seller has to buy per sale on average; returned and resaleable units are available again."""
        return 1.0 - self.returned * self.resaleable

    @property
    def besides_goods(self) -> float:
        """Cost of a sale besides the goods, less the fee that is kept."""
        refunded = self.returned if self.fee_refunded else 0.0
        back = self.returned * (self.return_handling + self.return_parcel)
        return self.handling + self.parcel + back - self.fee * (1.0 - refunded)

    @property
    def cost(self) -> float:
        """Cost of a sale to its seller, less the fee that is kept."""
        return self.goods_lost * self.unit_cost + self.besides_goods

    @property
    def burdened(self) -> float:
        """Unit cost of a seller who keeps everything customers pay and charges them the same."""
        return self.fee + (1.0 + self.tax) * self.cost / self.kept

    def price(self, paid: float) -> float:
        """Return the price at which customers pay this total."""
        return (paid - self.fee) / (1.0 + self.tax)

    def profit(self, price: float) -> float:
        """Return the average profit of a sale at this price."""
        return self.kept * price - self.cost


def uniform_price(costs: SellingCosts, highest: float) -> float:
    """Return the best price if worth is uniform from 0 to ``highest``, v: ((v - fee) / (1 + tax) + cost / k) / 2."""
    require_positive(highest=highest)
    return costs.price(0.5 * (highest + costs.burdened))


def uniform_profit(costs: SellingCosts, highest: float, price: float) -> float:
    """Return the profit per customer at a price if willingness to pay is uniform from 0 to ``highest``."""
    require_positive(highest=highest)
    paid = price * (1.0 + costs.tax) + costs.fee
    return costs.profit(price) * max(0.0, 1.0 - paid / highest)


def uniform_wholesale_price(costs: SellingCosts, highest: float, maker_cost: float) -> float:
    """Return the price of a maker who leads a shop with these costs; worth is uniform from 0 to ``highest``.

    A unit more of the maker's price moves the burdened cost by e = (1 + tax)(units bought a sale) / k, so the maker
    sells as long as it asks less than that at which the shop's burdened cost is ``highest``, and goes half of the way
    there from its own cost. ``costs.unit_cost`` is ignored.
    """
    require_positive(highest=highest)
    by = (1.0 + costs.tax) / costs.kept
    most = ((highest - costs.fee) / by - costs.besides_goods) / costs.goods_lost
    return 0.5 * (maker_cost + most)

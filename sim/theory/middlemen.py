"""Why middlemen exist: they meet buyers faster, or they save both sides an uncertain search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.theory.requirements import require, require_positive


@dataclass(frozen=True)
class MeetingRates:
    """Meeting rates of the two sides, per unit of time. Middlemen without a unit meet sellers; those with one meet
    buyers.
    """

    seller_meets_buyer: float
    seller_meets_middleman: float
    buyer_meets_seller: float
    buyer_meets_middleman: float
    middleman_meets_buyer: float
    middleman_meets_seller: float


@dataclass(frozen=True)
class SearchMarket:
    """Values of continued search, and prices that split each gain from trade evenly.

    Attributes:
        seller, buyer: value of being a seller or buyer.
        holding: value to a middleman of holding a unit rather than none.
        bid, ask: what a middleman pays and asks.
        direct: price between seller and buyer.
    """

    seller: float
    buyer: float
    holding: float
    bid: float
    ask: float
    direct: float

    @property
    def middlemen_trade(self) -> bool:
        """Tell whether trade between a seller and a middleman has a gain."""
        return self.holding > self.seller + 1e-12


def search_market(rates: MeetingRates, interest: float) -> SearchMarket:
    """Return the stationary market in which a unit is worth 1 to a buyer and traders are replaced by identical ones.

    After Rubinstein & Wolinsky, Quarterly Journal of Economics 1987: three linear equations, interest x value = rate x
    half of the gain, summed over meetings. Middlemen trade if and only if they meet buyers faster than sellers
    do.

    Raises:
        ValueError: when interest is not above 0.
    """
    require_positive(interest=interest)
    half = 0.5
    to_buyer, to_middleman = half * rates.seller_meets_buyer, half * rates.seller_meets_middleman
    from_seller, from_middleman = half * rates.buyer_meets_seller, half * rates.buyer_meets_middleman
    selling, buying = half * rates.middleman_meets_buyer, half * rates.middleman_meets_seller
    # Rows: seller, buyer, holding a unit. Columns: the same three values.
    matrix = np.array(
        [
            [interest + to_buyer + to_middleman, to_buyer, -to_middleman],
            [from_seller, interest + from_seller + from_middleman, from_middleman],
            [-buying, selling, interest + selling + buying],
        ]
    )
    seller, buyer, holding = (
        float(value) for value in np.linalg.solve(matrix, [to_buyer, from_seller + from_middleman, selling])
    )
    return SearchMarket(
        seller=seller,
        buyer=buyer,
        holding=holding,
        bid=half * (seller + holding),
        ask=holding + half * (1.0 - buyer - holding),
        direct=half * (1.0 + seller - buyer),
    )


@dataclass(frozen=True)
class DealerMarket:
    """Dealers between buyers and sellers: bid, ask, units traded per pair, and total surplus."""

    bid: float
    ask: float
    quantity: float
    total_surplus: float

    @property
    def spread(self) -> float:
        """Ask less bid."""
        return self.ask - self.bid

    @property
    def traders_surplus(self) -> float:
        """Surplus of buyers and sellers."""
        return self.total_surplus - self.spread * self.quantity


def dealer_market(dealers: int) -> DealerMarket:
    """Return the market of dealers who set quantities, with worth and cost uniform from 0 to 1.

    Quantity q = m / (2 (m + 1)), spread 1 / (m + 1), total surplus q - q^2; one dealer is a monopoly. Spulber, Journal
    of Economic Perspectives 1996.

    Raises:
        ValueError: without a dealer.
    """
    require(dealers >= 1, f"there are {dealers} dealers; there must be one or more")
    quantity = dealers / (2.0 * (dealers + 1.0))
    return DealerMarket(quantity, 1.0 - quantity, quantity, quantity - quantity**2)


SURPLUS_OF_RANDOM_PAIRS = 1.0 / 6.0
"""Total surplus per pair if buyer and seller meet at random and trade whenever worth exceeds cost."""

SURPLUS_OF_RANDOM_PAIRS_IN_AUCTION = 9.0 / 64.0
"""The same with private information: the linear equilibrium of the double auction, which is the best possible.
Chatterjee & Samuelson, Operations Research 1983; Myerson & Satterthwaite, Journal of Economic Theory 1983.
"""

SURPLUS_OF_PERFECT_MARKET = 0.25
"""The same with one market-clearing price."""

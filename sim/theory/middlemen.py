"""Why there are middlemen at all: they meet buyers faster, or they spare both sides an uncertain search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.theory.requirements import require, require_positive


@dataclass(frozen=True)
class MeetingRates:
    """How often one side meets another, per unit of time. Middlemen meet sellers without a unit, buyers with one."""

    seller_meets_buyer: float
    seller_meets_middleman: float
    buyer_meets_seller: float
    buyer_meets_middleman: float
    middleman_meets_buyer: float
    middleman_meets_seller: float


@dataclass(frozen=True)
class SearchMarket:
    """Values of searching on, and prices that split each gain from trade evenly.

    Attributes:
        seller, buyer: value of being one.
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
        """Whether there is a gain when a seller meets a middleman."""
        return self.holding > self.seller + 1e-12


def search_market(rates: MeetingRates, interest: float) -> SearchMarket:
    """Return the stationary market in which a unit is worth 1 to a buyer and those who trade are replaced alike.

    After Rubinstein & Wolinsky, Quarterly Journal of Economics 1987: three linear equations, interest x value = rate x
    half of the gain, summed over whom one meets. Middlemen trade if and only if they meet buyers faster than sellers
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
    """Dealers between buyers and sellers: bid, ask, units traded per pair, and what all gain together."""

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
        """What buyers and sellers gain."""
        return self.total_surplus - self.spread * self.quantity


def dealer_market(dealers: int) -> DealerMarket:
    """Return the market of so many dealers who set quantities, with worths and costs spread evenly from 0 to 1.

    Quantity q = m / (2 (m + 1)), spread 1 / (m + 1), total surplus q - q^2; one dealer is a monopoly. Spulber, Journal
    of Economic Perspectives 1996.

    Raises:
        ValueError: without a dealer.
    """
    require(dealers >= 1, f"there are {dealers} dealers; there must be one or more")
    quantity = dealers / (2.0 * (dealers + 1.0))
    return DealerMarket(quantity, 1.0 - quantity, quantity, quantity - quantity**2)


SURPLUS_OF_RANDOM_PAIRS = 1.0 / 6.0
"""Total surplus per pair when buyer and seller meet at random and trade whenever worth exceeds cost."""

SURPLUS_OF_RANDOM_PAIRS_IN_AUCTION = 9.0 / 64.0
"""The same when each hides what it knows: the linear equilibrium of the double auction, the best there is. Chatterjee &
Samuelson, Operations Research 1983; Myerson & Satterthwaite, Journal of Economic Theory 1983."""

SURPLUS_OF_PERFECT_MARKET = 0.25
"""The same with one price for all, at which the market clears."""

"""The parable of the middlemen: a maker paid 5000, customers who pay 20000, a direct offer at 8000, and what it takes.

Its payments are an identity. That profit-seeking firms charge such prices is not; it needs demand of constant
elasticity.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.formulas.chains import Chain
from sim.formulas.requirements import require_not_negative
from sim.formulas.successive_monopoly import elastic_percentages


@dataclass(frozen=True)
class Rationalised:
    """The parable with firms that maximise profit: the chain, and the maker selling direct.

    Attributes:
        chain: the chain in equilibrium.
        direct_price: the maker's price to customers.
        quantity_ratio: units sold direct per unit sold through the chain.
        maker_profit_ratio: the maker's profit direct per unit of its profit in the chain.
    """

    chain: Chain
    direct_price: float
    quantity_ratio: float
    maker_profit_ratio: float


def rationalise(elasticity: float, unit_cost: float, tiers: int, direct_handling: float) -> Rationalised:
    """Return the parable under demand of constant elasticity e, in which price is e / (e - 1) times cost at each step.

    ``tiers`` counts all firms that set a price, including maker and retailer; ``direct_handling`` is the maker's cost
    of sending one unit direct. With e = 2, cost 2500 and three tiers prices are 5000, 10000, 20000; the direct price is
    8000 only with a handling cost of 1500, and 5000 with none.
    """
    require_not_negative(direct_handling=direct_handling)
    chain = elastic_percentages(1.0, elasticity, unit_cost, tiers)
    direct = elastic_percentages(1.0, elasticity, unit_cost + direct_handling, 1)
    return Rationalised(
        chain=chain,
        direct_price=direct.consumer_price,
        quantity_ratio=direct.quantity / chain.quantity,
        maker_profit_ratio=direct.profits[0] / chain.profits[0],
    )

"""Markets with multiproduct firms, as scenarios, and theory's demand for the same customers.

Customers come in kinds, each with its own worth of every product; all live at one point and have taste shocks, so that
expected purchases are exactly logit even for a few customers. All shops are considered and carry everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.common.types import FloatArray
from sim.formulas.multiproduct import LogitDemand, logit_demand
from sim.market import Market
from sim.validation.equilibrium_markets import AT_COST, shelf_prices, tier
from sim.validation.markets import Tables, market
from sim.validation.themes.demand import customers_with
from sim.world.world import World

DAYS = 60
"""By then all markets here have settled, even if firms adjust prices gradually."""


DAILY_AT_COST: Tables = {**AT_COST, "review_days": 1}
"""A firm without a margin that follows its costs every day."""


@dataclass(frozen=True)
class CustomerKinds:
    """Kinds of customers and their worth of some products.

    Attributes:
        worth: of each product to each kind, in money, (kinds, products); several kinds know two products only.
        heads: customers of each kind, (kinds,).
        scale: of the taste shocks, in money.
    """

    worth: tuple[tuple[float, ...], ...]
    heads: tuple[int, ...]
    scale: float

    @property
    def products(self) -> int:
        """Number of products."""
        return len(self.worth[0])

    def demand(self, places: int = 1) -> LogitDemand:
        """Return theory's demand for all products in this many places, place by place: each has its own shocks."""
        return logit_demand(np.tile(np.array(self.worth), (1, places)), self.scale, self.heads)


def alike(worth: float, products: int, scale: float, heads: int = 10) -> CustomerKinds:
    """Return identical customers, to whom products are identical too."""
    return CustomerKinds(((worth,) * products,), (heads,), scale)


def of_goods(worth: Sequence[float], scale: float, heads: int = 10) -> CustomerKinds:
    """Return identical customers with products that differ."""
    return CustomerKinds((tuple(worth),), (heads,), scale)


def dealt(customers: CustomerKinds) -> Callable[[World], World]:
    """Return a function that makes a world's customers these: with two styles, each kind prefers its own.

    A kind that values the two products at a and b is one of taste 0 or 1, worth max(a, b), and a cost of mismatch of
    2 |a - b|, since the other style is half of the ring away.
    """
    worth = np.array(customers.worth)
    kind = np.repeat(np.arange(len(worth)), customers.heads)

    def changed(world: World) -> World:
        if len(worth) > 1:
            people = world.population
            people.taste[:] = worth.argmax(axis=1)[kind]
            people.worth[:] = 100.0 * worth.max(axis=1)[kind]
            people.mismatch_cost[:] = 200.0 * np.abs(worth[:, 0] - worth[:, 1])[kind]
        return world

    return changed


def sold_by(
    customers: CustomerKinds,
    unit_cost: Sequence[float],
    rules: Mapping[str, Tables],
    *,
    makers: Sequence[int] = (),
    shops: Sequence[int] = (0,),
    wholesalers: int = 0,
    handling: float = 0.0,
) -> Tables:
    """Return a market of products with these unit costs, the maker of each (absent: one), and the owner of each shop.

    ``rules`` are those of ``maker``, ``wholesaler``, ``shop`` and ``direct``; firms without one sell at cost, updated
    daily. ``handling`` is the shops' cost per unit.
    """
    kinds, count = len(customers.worth), customers.products
    qualities = customers.worth[0] if kinds == 1 else (0.0,) * count
    maker_of = makers or (0,) * count
    names = [f"retailer {owner}" for owner in dict.fromkeys(shops)]
    return market(
        customers_with(
            {"distribution": "constant", "mean": 0.0},
            sum(customers.heads),
            scale=customers.scale,
            breadth=count,
            reach=len(shops),
            mismatch_cost=0.0,
        ),
        styles={"count": 1 if kinds == 1 else 2},
        products={
            "items": [
                {
                    "name": f"good {k}",
                    "quality": quality,
                    "unit_cost": cost,
                    "supplier": f"maker {maker}",
                    "style": 0 if kinds == 1 else k,
                }
                for k, (quality, cost, maker) in enumerate(zip(qualities, unit_cost, maker_of, strict=True))
            ]
        },
        suppliers={
            "names": [f"maker {maker}" for maker in dict.fromkeys(maker_of)],
            "pricing": rules.get("maker", DAILY_AT_COST),
            "direct_pricing": rules.get("direct", DAILY_AT_COST),
        },
        tiers=[tier("wholesaler", rules.get("wholesaler", DAILY_AT_COST), wholesalers)] if wholesalers else [],
        retailers={
            "names": names,
            "pricing": rules.get("shop", DAILY_AT_COST),
            "handling_cost": handling,
            "stores": [
                {"name": f"shop {k}", "town": "town", "retailer": f"retailer {owner}", "slots": count}
                for k, owner in enumerate(shops)
            ],
        },
    )


def level_prices(at_rest: Market, number: int) -> FloatArray:
    """Return the prices at a level of the chain, (firms, products): 0 for makers, -1 for shops.

    A product that a maker does not make has a price that nobody pays.
    """
    if number == -1:
        return shelf_prices(at_rest)
    return at_rest.state.network.price[at_rest.state.levels[number].nodes] / 100.0

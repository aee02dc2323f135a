"""Sellers on a line and around a circle: the prices they find, and who buys where at these prices.

A trip is out and back, so the cost per km is half of theory's cost of distance. Prices are whole cents; to keep
rounding invisible, all money is a hundred times that of theory.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from sim.engine.codes import BOUGHT
from sim.formulas import space
from sim.market import Market
from sim.validation.claims import Finding, claim, exact, given
from sim.validation.equilibrium_markets import AT_COST, best_reply, direct_prices, price_finding, settled, shelf_prices
from sim.validation.markets import Tables, market, town

SCALE = 100.0
NOBODY_PAYS: Tables = {"rule": "fixed", "price": 1e6}

spatial_claim = partial(claim, "space", tolerance=0.01)


def carrying(*products: str) -> Tables:
    """Return the assortment of exactly these products."""
    return {"assortment": {"rule": "fixed", "products": list(products)}}


def line_of_shops(
    shape: str, places: Sequence[float], costs: Sequence[float], transport: float, customers: int
) -> Tables:
    """Return shops along a street or around a ring 1 km long; all customers buy, and the maker sells at cost.

    ``places`` are km east of the middle, or shares of the ring. With as many costs as places each shop has a good of
    its own; to customers all goods are alike.
    """
    ring = shape == "ring"
    names = [f"shop {k}" for k in range(len(places))]
    goods = [{"name": f"good {k}", "unit_cost": SCALE * cost, "supplier": "maker"} for k, cost in enumerate(costs)]
    stores = [
        {"name": name, "retailer": name, "town": "town", "slots": 1, "around" if ring else "east": place}
        for name, place in zip(names, places, strict=True)
    ]
    return market(
        geography={"towns": [town("town", customers, shape=shape, radius=0.5 / np.pi if ring else 0.5)]},
        customers={
            "travel_cost": SCALE * transport / 2.0,
            "reach": len(places),
            "breadth": len(costs),
            "draw": "stratified",
        },
        products={"items": goods},
        suppliers={"names": ["maker"], "pricing": AT_COST},
        retailers={"names": names, "pricing": best_reply(), "stores": stores},
        firms={name: carrying(f"good {k}") for k, name in enumerate(names)} if len(costs) == len(places) else {},
    )


def share_bought(at_rest: Market, product: int) -> float:
    """Return the share of today's purchases of a product."""
    needs = at_rest.outcome().columns["needs"]
    bought = needs["product"][(needs["day"] == needs["day"].max()) & (needs["result"] == BOUGHT)]
    return float(np.mean(bought == product))


@spatial_claim(
    source="Hotelling 1929, Economic Journal",
    cases=(
        given("t 4, costs 10 and 11.5", transport=4.0, costs=(10.0, 11.5)),
        given("t 2, costs 5 and 5", transport=2.0, costs=(5.0, 5.0)),
        given("t 9, costs 3 and 12", transport=9.0, costs=(3.0, 12.0)),
    ),
)
def two_ends_of_a_street(seed: int, transport: float, costs: tuple[float, float]) -> list[Finding]:
    """Two shops at the ends of a street find the prices t + (2 own + other cost) / 3."""
    theory = space.hotelling(transport, costs)
    at_rest = settled(line_of_shops("segment", (-0.5, 0.5), costs, transport, 2000), "shops", seed)
    asked = np.diagonal(shelf_prices(at_rest)) / SCALE
    return [
        *(
            price_finding(f"price of the {name}", expected, float(price))
            for name, expected, price in zip(("first", "second"), theory.prices, asked, strict=True)
        ),
        Finding("share of the first", theory.first_share, exact(share_bought(at_rest, 0))),
    ]


@spatial_claim(
    source="Salop 1979, Bell Journal of Economics",
    cases=(
        given("4 shops, t 4", shops=4, transport=4.0, cost=10.0),
        given("2 shops, t 4", shops=2, transport=4.0, cost=10.0),
        given("8 shops, t 12", shops=8, transport=12.0, cost=3.0),
    ),
)
def around_a_circle(seed: int, shops: int, transport: float, cost: float) -> list[Finding]:
    """n shops around a circle find the price cost + t / n."""
    customers, places = 2000, [k / shops for k in range(shops)]
    at_rest = settled(line_of_shops("ring", places, [cost], transport, customers), "shops", seed)
    asked, theory = shelf_prices(at_rest)[:, 0] / SCALE, space.salop_price(transport, cost, shops)
    place = at_rest.outcome().columns["needs"]["place"][-customers:]
    shares = np.bincount(place, minlength=place.max() + 1)[-shops:] / customers
    return [
        price_finding("lowest price", theory, float(asked.min())),
        price_finding("highest price", theory, float(asked.max())),
        Finding("share of the largest shop", 1.0 / shops, exact(float(shares.max()))),
    ]


@spatial_claim(
    source="Balasubramanian 1998, Marketing Science",
    cases=(
        given("5 shops, hassle 1.2", shops=5, transport=10.0, hassle=1.2, costs=(3.0, 2.5)),
        given("8 shops, hassle .8", shops=8, transport=10.0, hassle=0.8, costs=(4.0, 4.0), slow=True),
        given("3 shops, hassle .5", shops=3, transport=6.0, hassle=0.5, costs=(2.0, 3.0)),
    ),
)
def beside_a_direct_seller(
    seed: int, shops: int, transport: float, hassle: float, costs: tuple[float, float]
) -> list[Finding]:
    """Shops around a circle compete with the direct seller, not with one another: all find these prices."""
    theory = space.direct_seller_on_circle(shops, transport, hassle, *costs)
    tables = line_of_shops("ring", [k / shops for k in range(shops)], costs, transport, 4000)
    at_rest = settled(with_parcels(tables, shops, hassle), "shops_and_parcels", seed)
    asked = shelf_prices(at_rest)[:, 0] / SCALE
    return [
        price_finding("lowest price of a shop", theory.store_price, float(asked.min())),
        price_finding("highest price of a shop", theory.store_price, float(asked.max())),
        price_finding("direct price", theory.direct_price, float(direct_prices(at_rest)[1] / SCALE)),
        Finding("share of the direct seller", theory.direct_share, exact(share_bought(at_rest, 1))),
    ]


def with_parcels(tables: Tables, shops: int, hassle: float) -> Tables:
    """Return a ring whose shops all carry the first good, while the second comes by parcel from another maker."""
    shops_good, parcels_good = tables["products"]["items"]
    return {
        **tables,
        "customers": {**tables["customers"], "hassle": SCALE * hassle, "trust": 0.0},
        "products": {"items": [shops_good, {**parcels_good, "supplier": "sender"}]},
        "suppliers": {**tables["suppliers"], "names": ["maker", "sender"], "direct_pricing": NOBODY_PAYS},
        "firms": {
            **{f"shop {k}": carrying("good 0") for k in range(shops)},
            "sender": {"direct_pricing": best_reply()},
        },
    }

"""Prices found by makers, a wholesaler and shops of several products, judged by pyblp on the same located customers.

pyblp knows nothing about chains. It gives the response of sales to shelf prices, and the shops' Nash prices at given
costs. Its slopes imply the margins of each tier under each ownership (Villas-Boas 2007, Review of Economic Studies
74:625): a price between firms is the same for all shops, so the slopes of its cells add up. In equilibrium a shelf
price is the unit cost, the shop's handling and the margins of all tiers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.types import CENTS, FloatArray
from sim.market import Market
from sim.scenario import load_scenario
from sim.validation.claims import Finding, claim, given
from sim.validation.equilibrium_markets import best_reply, tier
from sim.validation.external.finding import THEME, near
from sim.validation.external.price_markets import SHOPS, MarketGoods, goods_of, with_best_responses
from sim.validation.external.prices import nash, simulation_of

PRICE_WITHIN = 0.005
DAYS_TO_REST = 40
VERTICAL: dict[str, Any] = {
    "judged": {"chain": True, "shelves": "own", "own_channels": ["store"], "shares_stock": True}
}


@dataclass(frozen=True)
class Shop:
    """A store: its owner, and km east and north of the town's centre."""

    owner: str
    east: float
    north: float


@dataclass(frozen=True)
class Located:
    """A town with shops that all carry the products, and makers who supply them or a wholesaler.

    Attributes:
        products: maker, quality and unit cost of each.
        shops: where, and whose.
        wholesaler: whether there is one.
        radius: of the town, km.
        handling: the shops' cost per unit.
    """

    products: tuple[tuple[str, float, float], ...]
    shops: tuple[Shop, ...]
    wholesaler: bool = False
    radius: float = 0.6
    handling: float = 0.0


def town_with_shops(town: Located) -> dict[str, Any]:
    """Return the scenario of such a town."""
    base: Mapping[str, Any] = {
        **SHOPS,
        "geography": {"towns": [{"name": "Brook", "customers": 500, "radius": town.radius}]},
        "products": {
            "items": [
                {"name": f"good {k}", "supplier": maker, "quality": quality, "unit_cost": cost}
                for k, (maker, quality, cost) in enumerate(town.products)
            ]
        },
        "suppliers": {
            **SHOPS["suppliers"],
            "names": list(dict.fromkeys(maker for maker, _, _ in town.products)),
            "pricing": best_reply("margin"),
        },
        "tiers": [tier("wholesaler", best_reply("margin"))] if town.wholesaler else [],
        "retailers": {
            **SHOPS["retailers"],
            "names": list(dict.fromkeys(shop.owner for shop in town.shops)),
            "handling_cost": town.handling,
            "stores": [
                {
                    "name": f"shop {k}",
                    "town": "Brook",
                    "retailer": shop.owner,
                    "slots": len(town.products),
                    "east": shop.east,
                    "north": shop.north,
                }
                for k, shop in enumerate(town.shops)
            ],
        },
        "regimes": VERTICAL,
    }
    tables = with_best_responses(base)
    tables["retailers"] = {**tables["retailers"], "pricing": best_reply("margin")}
    return tables


def margins_by(slopes: FloatArray, sold: FloatArray, price_of: NDArray[np.int64], firm: Sequence[str]) -> FloatArray:
    """Return the margins, cell by cell, at which no firm of a tier gains by changing its prices.

    ``slopes`` are those of sales of each cell (row) in the price of each (column), ``sold`` the shares of customers,
    ``price_of`` the number of the tier's price that each cell passes, ``firm`` who owns each price.
    """
    cells = (np.arange(len(firm))[:, None] == price_of[None, :]).astype(np.float64)
    owners = np.array(firm)
    own = owners[:, None] == owners[None, :]
    margins = np.linalg.solve(-(cells @ slopes @ cells.T * own).T, cells @ sold)
    return np.asarray(margins[price_of], dtype=np.float64)


def tiers_at(goods: MarketGoods, town: Located, price: FloatArray) -> list[tuple[str, FloatArray]]:
    """Return the names of all tiers with the margins, cell by cell, that pyblp's slopes imply at some prices."""
    import pyblp

    found = simulation_of(goods).replace_endogenous(costs=goods.cost, prices=price, iteration=pyblp.Iteration("return"))
    slopes, sold = found.compute_demand_jacobians(), found.product_data.shares.ravel()
    names = [f"good {k}" for k in range(len(town.products))]
    product = np.array([names.index(name) for name in goods.products])
    upstream = [("maker", [maker for maker, _, _ in town.products])]
    if town.wholesaler:
        upstream.append(("wholesaler", ["wholesaler"] * len(names)))
    tiers = [(name, margins_by(slopes, sold, product, firms)) for name, firms in upstream]
    return [*tiers, ("shop", margins_by(slopes, sold, np.arange(len(product)), goods.firms))]


@claim(
    THEME,
    source="pyblp, compute_demand_jacobians: Conlon & Gortmaker 2020; Villas-Boas 2007, Review of Economic Studies",
    tolerance=PRICE_WITHIN,
    judge="pyblp",
    cases=(
        given(
            "a maker of two, three rival shops",
            town=Located(
                (("Ada", 311.0, 97.0), ("Ada", 352.0, 133.0)),
                (Shop("Ann", 0.5, 0.0), Shop("Bob", -0.3, 0.1), Shop("Cid", 0.0, 0.4)),
            ),
        ),
        given(
            "two makers of three, a retailer of two shops and a rival",
            town=Located(
                (("Ada", 287.0, 71.0), ("Eve", 401.0, 148.0), ("Ada", 333.0, 109.0)),
                (Shop("Ann", 0.7, -0.2), Shop("Bob", -0.1, 0.3), Shop("Ann", -0.5, -0.5)),
                radius=0.9,
                handling=17.0,
            ),
        ),
        given(
            "three makers of four, a wholesaler, two shops",
            town=Located(
                (("Ada", 450.0, 64.0), ("Eve", 391.0, 82.0), ("Ian", 507.0, 143.0), ("Eve", 466.0, 101.0)),
                (Shop("Ann", 0.25, 0.35), Shop("Bob", -0.45, 0.0)),
                wholesaler=True,
                radius=0.75,
                handling=9.0,
            ),
        ),
    ),
)
def nash_prices_in_a_chain(seed: int, town: Located, stubborn: float = 1.0) -> list[Finding]:
    """Margins of makers, wholesaler and shops of several products are those implied by pyblp's slopes.

    ``stubborn`` (a multiple of the price found) is finally charged by all makers: a planted fault.
    """
    market = Market(load_scenario(town_with_shops(town)), "judged", seed)
    for _ in range(DAYS_TO_REST):
        market.step()
    goods, handling = goods_of(market), town.handling
    number = np.array([market.stock.products.index(name) for name in goods.products])
    makers = market.world.catalogue.supplier[number]
    posted = {"maker": market.state.network.price[makers, number] / CENTS * stubborn}
    if town.wholesaler:
        posted["wholesaler"] = market.state.network.price[market.state.levels[1].nodes][0, number] / CENTS
    posted["shop"] = market.state.shelves.list_price[goods.stores, number] / CENTS
    paid = posted["wholesaler" if town.wholesaler else "maker"]
    answer = nash(replace(goods, cost=paid + handling)).prices
    cells = list(zip(goods.places, goods.products, strict=True))
    findings = [
        near(f"answer of {place}, {good}", float(judge), float(price), PRICE_WITHIN)
        for (place, good), judge, price in zip(cells, answer, posted["shop"], strict=True)
    ]
    expected = goods.cost.copy()
    for name, margin in tiers_at(goods, town, posted["shop"]):
        expected = expected + margin + (handling if name == "shop" else 0.0)
        some = slice(None) if name == "shop" else slice(0, len(town.products))  # one price for all shops
        findings += [
            near(f"price of the {place if name == 'shop' else name}, {good}", float(judge), float(price), PRICE_WITHIN)
            for (place, good), judge, price in zip(cells[some], expected[some], posted[name][some], strict=True)
        ]
    return findings

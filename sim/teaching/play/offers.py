"""The offers that customers of a round considered, what each was worth to them, and through whose hands it came."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.common.types import BoolArray, FloatArray, IntArray
from sim.engine.codes import NOTHING
from sim.engine.state import State
from sim.kernels.choices import taste_shocks
from sim.scenario.regimes import STORE
from sim.teaching.play.firms import MAKER, PLATFORM_ROLE, SHOP, WHOLESALER

NOBODY = -1
"""No firm of this role had the goods in its hands."""


@dataclass(frozen=True)
class Offers:
    """Offers of first visits, one row each, as known before setting out.

    Attributes:
        needs: how many there were. need: number of the need, counted from the first of the round.
        total: price and delivery fee, cents. worth: utility to the customer, shock included, cents.
        in_stock: whether it could be had; a parcel always can, if later.
        hands: by role: number of the firm of that role whose goods or service it was, NOBODY where none; (offers,).
    """

    needs: int
    need: IntArray
    total: IntArray
    worth: FloatArray
    in_stock: BoolArray
    hands: dict[str, IntArray]

    @cached_property
    def best(self) -> FloatArray:
        """What the best offer in stock was worth to each need, (needs,); minus infinity where there was none."""
        found = np.full(self.needs, -np.inf)
        np.maximum.at(found, self.need[self.in_stock], self.worth[self.in_stock])
        return found


@dataclass(frozen=True)
class Bought:
    """What became of the needs of a round, one row each.

    Attributes:
        bought: whether anything was. total, worth: of what was, as in ``Offers``; ``worth`` of leaving otherwise.
        hands: as in ``Offers``; NOBODY where nothing was bought.
        wished: the same of the first choice. empty: whether that met an empty shelf.
    """

    bought: BoolArray
    total: IntArray
    worth: FloatArray
    hands: dict[str, IntArray]
    wished: dict[str, IntArray]
    empty: BoolArray


def offers_of(state: State, first: int, last: int) -> Offers:
    """Return the offers to the needs from ``first`` up to ``last``, from what was recorded of choices."""
    rows = state.choices.rows[: int(state.choices.used[0])]
    rows = rows[(rows["attempt"] == 0) & ~rows["in_store"] & (rows["product"] >= 0) & (rows["need"] >= first)]
    product, store, channel = (rows[name].astype(np.int64) for name in ("product", "store", "channel"))
    return Offers(
        needs=last - first,
        need=rows["need"] - first,
        total=rows["price"] + rows["fee"],
        worth=worth_of(state, rows),
        in_stock=rows["in_stock"] | (store < 0),
        hands=hands_of(state, product, store, channel),
    )


def worth_of(state: State, rows: np.ndarray) -> FloatArray:
    """Return what recorded offers are worth to the customers who considered them, shocks included, cents."""
    people, goods, rules = state.population, state.world.catalogue, state.rules
    needs = state.needs[rows["need"]]
    customer, product, channel = needs["customer"].astype(np.int64), rows["product"], rows["channel"]
    shock = np.empty(len(rows))
    offer = np.ascontiguousarray(rows["offer"], dtype=np.int64)
    state.call(taste_shocks, needs["day"].astype(np.int64), customer, offer, rules, shock)
    price = rows["price"].astype(np.float64)
    worth: FloatArray = (
        rules.acceptance[channel] * people.worth[customer]
        + goods.quality[product]
        - people.mismatch_cost[customer] * mismatches(state)[people.taste[customer], product]
        - price
        - np.rint(price * rules.tax_rate)
        - rows["fee"]
        - people.travel_cost[customer] * 2.0 * rows["km"]
        - people.waiting_cost[customer] * rows["days"]
        - rows["hassle"]
        + shock
    )
    return worth


def mismatches(state: State) -> FloatArray:
    """Return the distance between tastes and products as shares of the ring, (styles, products)."""
    goods = state.world.catalogue
    found = np.full((len(goods.considered), len(state.world.product_names)), np.nan)
    np.put_along_axis(found, goods.considered, goods.mismatch, axis=1)
    return found


def hands_of(state: State, product: IntArray, store: IntArray, channel: IntArray) -> dict[str, IntArray]:
    """Return through whose hands goods come, by role, counted from 0: ``store`` -1 for a parcel, -1 nowhere."""
    there, stores = product >= 0, state.world.places.stores
    first_depot = state.world.places.levels[1].start
    source = np.append(state.network.sources[stores, 0] - first_depot, NOBODY)
    by_shop = there & (store >= 0)
    return {
        MAKER: np.where(there, state.world.catalogue.supplier[product], NOBODY),
        WHOLESALER: np.where(by_shop, source[store], NOBODY),
        SHOP: np.where(by_shop, store, NOBODY),
        PLATFORM_ROLE: np.where(there & (channel != STORE), 0, NOBODY),
    }


def bought_of(state: State, first: int, last: int) -> Bought:
    """Return what became of the needs from ``first`` up to ``last``."""
    needs = state.needs[first:last]
    bought = needs["product"] != NOTHING

    def hands(product: str, store: str, channel: str) -> dict[str, IntArray]:
        return hands_of(state, *(needs[name].astype(np.int64) for name in (product, store, channel)))

    return Bought(
        bought=bought,
        total=needs["price"] + needs["fee"],
        worth=np.where(bought, needs["utility"], needs["outside_option"]),
        hands=hands("product", "at_store", "channel"),
        wished=hands("first_choice", "first_store", "first_channel"),
        empty=needs["first_empty"] & (needs["first_choice"] != NOTHING),
    )

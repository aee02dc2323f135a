"""Each phase of the day called by itself on a small market: what it does, and that it does nothing else."""

from __future__ import annotations

import numpy as np

from sim.engine.codes import BOUGHT, WAITING
from sim.engine.day import (
    PHASES,
    books_are_closed,
    customers_learn,
    customers_shop,
    firms_reorder,
    prices_are_set,
    sales_are_fulfilled,
    shelves_are_filled,
    shipments_arrive,
)
from sim.engine.state import State
from sim.kernels.goods import HOUSEHOLDS
from tests.small_markets import OWN, PARCELS, SmallMarket

ANN = {"retailers.pricing": {"rule": "player"}}


def lived_until(market: SmallMarket, phase: object) -> State:
    """Live through a day up to a phase, and return the state the phase begins with."""
    for earlier in PHASES[: PHASES.index(phase)]:  # type: ignore[arg-type]
        earlier(market.market.state)
    return market.market.state


def written(state: State) -> tuple[int, int]:
    """Return how many payments and how many movements of goods there have been."""
    return state.ledger.rows, state.stock.rows


def test_what_is_due_arrives():
    market = SmallMarket(OWN).live()  # on day 0 the customer bought an apple; Ann ordered another one
    state = market.market.state
    payments, _ = written(state)
    assert (market.units("near"), market.units("to near")) == (4, 1)
    shipments_arrive(state)
    assert (market.units("near"), market.units("to near")) == (5, 0)
    assert state.ledger.rows == payments


def test_prices_that_a_player_asks_are_on_the_shelf_once_prices_are_set():
    market = SmallMarket(OWN, ANN)
    state = lived_until(market, prices_are_set)
    market.market.player_prices["Ann"] = {"apple": 5.55}
    before = state.shelves.list_price.copy()
    prices_are_set(state)
    assert state.shelves.list_price[0, 0] == 5_55
    assert (state.shelves.list_price != before).sum() == 1
    assert written(state)[0] == 0


def test_what_stands_in_a_store_is_offered_once_shelves_are_filled():
    state = lived_until(SmallMarket(OWN), shelves_are_filled)
    state.shelves.offered[:] = False
    shelves_are_filled(state)
    assert state.shelves.offered.all()
    assert state.records.stock_statistics.days_carried.sum() == state.shelves.carried.sum() == 4


def test_a_customer_who_shops_has_a_unit_set_aside_and_nothing_moves():
    market = SmallMarket(OWN)
    state = lived_until(market, customers_shop)
    before = written(state)
    customers_shop(state)
    assert int(state.visits.used[0]) == int(state.visits.in_basket[0]) == 1
    assert state.stock.goods.reserved[market.place("near"), market.product("apple")] == 1
    assert state.needs["result"][0] == WAITING
    assert written(state) == before


def test_what_was_bought_is_handed_over_and_paid():
    market = SmallMarket(OWN)
    state = lived_until(market, sales_are_fulfilled)
    sales_are_fulfilled(state)
    assert state.needs["result"][0] == BOUGHT
    assert state.stock.goods.reserved.sum() == 0
    assert state.stock.goods.units[2 * state.stock.nodes + HOUSEHOLDS].tolist() == [1, 0]
    assert state.ledger.balance("Ann") == 6_00


def test_shops_order_what_they_sold_and_the_maker_ships_and_makes_it():
    market = SmallMarket(OWN)
    state = lived_until(market, firms_reorder)
    firms_reorder(state)
    assert state.flows.ordered[market.place("near")].tolist() == [1, 0]
    assert market.units("to near") == 1
    assert state.flows.ordered[market.place("maker depot")].sum() == 1
    assert int(state.orders.used[0]) == 0


def test_a_parcel_is_judged_on_the_day_it_comes():
    market = SmallMarket(PARCELS, {"learning.own_rate": 0.2}).live()
    state = lived_until(market, customers_learn)
    trust = state.population.trust[0]
    assert state.deliveries.size[state.day] == 1
    customers_learn(state)
    assert state.population.trust[0] == trust + 0.2 * (1.0 - trust)
    assert state.population.tried[0] > 0


def test_closing_the_books_pays_what_is_due_and_writes_the_day_down():
    market = SmallMarket(OWN, {"retailers.rent": 2.0})
    state = lived_until(market, books_are_closed)
    demand = state.flows.demand.copy()
    books_are_closed(state)
    assert state.ledger.balance("landlords") == 4_00
    assert len(state.records.balances) == 2  # the opening and today
    assert np.array_equal(state.records.stock_statistics.demand, demand)
    assert not state.flows.demand.any()

"""One day of a market: eight phases, each a function of the state in a module of its own."""

from __future__ import annotations

from sim.engine.day.arrivals import shipments_arrive
from sim.engine.day.assortment import shelves_are_filled
from sim.engine.day.closing import books_are_closed
from sim.engine.day.fulfilment import sales_are_fulfilled
from sim.engine.day.learning import customers_learn
from sim.engine.day.ordering import firms_reorder
from sim.engine.day.pricing import prices_are_set
from sim.engine.day.shopping import customers_shop

PHASES = (
    shipments_arrive,
    prices_are_set,
    shelves_are_filled,
    customers_shop,
    sales_are_fulfilled,
    firms_reorder,
    customers_learn,
    books_are_closed,
)
"""One day, in order. Prices are set down the chain, orders go up it; rules see prices as of yesterday evening and
today's price of the firm just upstream; customers are quoted from stock and queues at the moment they shop."""

DAY = tuple(phase.__name__ for phase in PHASES)
"""The names of the phases."""

__all__ = [
    "DAY",
    "PHASES",
    "books_are_closed",
    "customers_learn",
    "customers_shop",
    "firms_reorder",
    "prices_are_set",
    "sales_are_fulfilled",
    "shelves_are_filled",
    "shipments_arrive",
]

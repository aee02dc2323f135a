"""Customers as columns, one row a customer, and a read-only view of one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from sim.geography import FloatArray, Positions, Towns, homes, uniforms
from sim.kernels.elementary import ln
from sim.kernels.people import LOGNORMAL, NORMAL, PARETO, UNIFORM, pick_by_share, transform_worth
from sim.kernels.places import RING, find_nearest_stores
from sim.kernels.randomness import (
    PURPOSE_HASSLE,
    PURPOSE_MISMATCH,
    PURPOSE_NEED_RATE,
    PURPOSE_TASTE,
    PURPOSE_TRAVEL,
    PURPOSE_WAITING,
    PURPOSE_WORTH,
)
from sim.scenario import Scenario
from sim.scenario.people import Worth

CENTS = 100.0


class Population(NamedTuple):
    """The customers, shape (customers,) unless said; money in cents, not rounded.

    ``nearest`` and ``km`` have shape (customers, reach): the stores considered, nearest first, -1 for none.
    ``trust`` and ``tried`` (channels bought by, as bits) belong to a run and change; the rest belongs to the world.
    """

    town: NDArray[np.int32]
    taste: NDArray[np.int32]
    worth: FloatArray
    mismatch_cost: FloatArray
    travel_cost: FloatArray
    waiting_cost: FloatArray
    hassle: FloatArray
    need_rate: FloatArray
    nearest: NDArray[np.int32]
    km: FloatArray
    trust: FloatArray
    tried: NDArray[np.uint8]


def side_by_side(population: Population) -> Population:
    """Return a run's own copy, in which what a shopper looks up lies together in memory, customer by customer.

    A shopper then touches two lines of the processor's cache instead of ten. What is read or changed for everybody at
    once keeps a column of its own.
    """
    alone = ("need_rate", "trust", "tried")
    together = [name for name in Population._fields if name not in alone]
    columns = {name: getattr(population, name) for name in together}
    row = np.dtype([(name, column.dtype, column.shape[1:]) for name, column in columns.items()], align=True)
    rows = np.empty(len(population.town), dtype=row)
    for name, column in columns.items():
        rows[name] = column
    own = {name: getattr(population, name).copy() for name in alone}
    return Population(**{name: rows[name] for name in together}, **own)


FETCHED = 64


def room_for_some(population: Population) -> Population:
    """Return columns that hold a few customers, those who shop next; nothing is in them yet."""
    return Population(*(np.empty((FETCHED, *column.shape[1:]), dtype=column.dtype) for column in population))


def draw_worth(worth: Worth, uniform: FloatArray) -> FloatArray:
    """Return worths in cents as quantiles of the scenario's distribution at the given uniforms."""
    out = np.empty_like(uniform)
    if worth.distribution == "constant" or (worth.distribution in ("normal", "lognormal") and worth.spread == 0):
        out[:] = worth.mean * CENTS
    elif worth.distribution == "uniform":
        transform_worth(UNIFORM, uniform, worth.low * CENTS, worth.high * CENTS, out)
    elif worth.distribution == "normal":
        transform_worth(NORMAL, uniform, worth.mean * CENTS, worth.spread * CENTS, out)
    elif worth.distribution == "lognormal":
        variation = worth.spread / worth.mean
        log_variance = ln(1.0 + variation * variation)
        transform_worth(
            LOGNORMAL, uniform, ln(worth.mean * CENTS) - log_variance / 2, float(np.sqrt(log_variance)), out
        )
    else:
        transform_worth(PARETO, uniform, worth.low * CENTS, worth.elasticity, out)
    return out


def spread_around(mean: float, half_width: float, uniform: FloatArray) -> FloatArray:
    """Return values uniform on mean x (1 - half_width .. 1 + half_width)."""
    return mean * (1.0 + half_width * (2.0 * uniform - 1.0))


def make_population(
    scenario: Scenario, seed: int, towns: Towns, stores: Positions, town_of_store: NDArray[np.int64]
) -> tuple[Population, Positions]:
    """Draw the customers of a world and find the stores near them. Returns them with their homes."""
    wants = scenario.customers
    count = int(towns.people.sum())
    stratified = wants.draw == "stratified"
    where = homes(towns, seed, stratified=stratified)
    town = np.repeat(np.arange(len(towns)), towns.people)

    def costs(purpose: int, mean: float) -> FloatArray:
        return spread_around(mean * CENTS, wants.heterogeneity, uniforms(seed, purpose, count))

    nearest, km = nearest_stores(towns, where, stores, town_of_store, wants.reach)
    population = Population(
        town=town.astype(np.int32),
        taste=draw_tastes(towns, uniforms(seed, PURPOSE_TASTE, count)),
        worth=draw_worth(wants.worth, uniforms(seed, PURPOSE_WORTH, count, stratified=stratified)),
        mismatch_cost=costs(PURPOSE_MISMATCH, wants.mismatch_cost),
        travel_cost=costs(PURPOSE_TRAVEL, wants.travel_cost),
        waiting_cost=costs(PURPOSE_WAITING, wants.waiting_cost),
        hassle=costs(PURPOSE_HASSLE, wants.hassle),
        need_rate=spread_around(wants.need_rate, wants.need_rate_spread, uniforms(seed, PURPOSE_NEED_RATE, count)),
        nearest=nearest,
        km=km,
        trust=np.full(count, wants.trust),
        tried=np.zeros(count, dtype=np.uint8),
    )
    return population, where


def draw_tastes(towns: Towns, uniform: FloatArray) -> NDArray[np.int32]:
    """Return each customer's style, drawn from the mix of the town, shape (customers,)."""
    tastes = np.empty(len(uniform), dtype=np.int32)
    first = towns.first_customer
    for town in range(len(towns)):
        block = slice(first[town], first[town + 1])
        pick_by_share(np.cumsum(towns.tastes[town]), uniform[block], tastes[block])
    return tastes


def nearest_stores(
    towns: Towns, where: Positions, stores: Positions, town_of_store: NDArray[np.int64], reach: int
) -> tuple[NDArray[np.int32], FloatArray]:
    """Return the ``reach`` stores nearest to each home and their km, shape (customers, reach)."""
    first = towns.first_customer
    nearest = np.full((first[-1], min(reach, max(len(town_of_store), 1))), -1, dtype=np.int32)
    km = np.zeros(nearest.shape)
    for town in range(len(towns)):
        from_centre = np.sqrt((stores.east - towns.east[town]) ** 2 + (stores.north - towns.north[town]) ** 2)
        candidates = np.argsort(from_centre, kind="stable")
        find_nearest_stores(
            first[town], first[town + 1], where.east, where.north, where.around, towns.radius[town],
            bool(towns.shape[town] == RING), candidates, from_centre[candidates], town_of_store == town,
            stores.east, stores.north, stores.around, nearest, km,
        )  # fmt: skip
    return nearest, km


@dataclass(frozen=True)
class Customer:
    """A read-only view of one customer; money in units of currency."""

    number: int
    home: tuple[float, float]
    town: str
    taste: int
    worth: float
    mismatch_cost: float
    travel_cost: float
    waiting_cost: float
    hassle: float
    trust: float
    need_rate: float
    stores: tuple[str, ...]
    km: tuple[float, ...]


class Customers(Sequence[Customer]):
    """All customers of a market, each looked up by number."""

    def __init__(
        self, columns: Population, where: Positions, town_names: tuple[str, ...], store_names: tuple[str, ...]
    ):
        self.columns = columns
        self._where = where
        self._town_names = town_names
        self._store_names = store_names

    def __len__(self) -> int:
        return len(self.columns.town)

    @overload
    def __getitem__(self, number: int) -> Customer: ...
    @overload
    def __getitem__(self, number: slice) -> list[Customer]: ...
    def __getitem__(self, number: int | slice) -> Customer | list[Customer]:
        if isinstance(number, slice):
            return [self[i] for i in range(*number.indices(len(self)))]
        row = range(len(self))[number]
        columns: Any = self.columns
        known = columns.nearest[row] >= 0
        money = {
            name: float(getattr(columns, name)[row]) / CENTS
            for name in ("worth", "mismatch_cost", "travel_cost", "waiting_cost", "hassle")
        }
        return Customer(
            number=row,
            home=(float(self._where.east[row]), float(self._where.north[row])),
            town=self._town_names[columns.town[row]],
            taste=int(columns.taste[row]),
            trust=float(columns.trust[row]),
            need_rate=float(columns.need_rate[row]),
            stores=tuple(self._store_names[store] for store in columns.nearest[row][known]),
            km=tuple(float(km) for km in columns.km[row][known]),
            **money,
        )

    def __iter__(self) -> Iterator[Customer]:
        return (self[i] for i in range(len(self)))

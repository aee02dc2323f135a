"""Customers as columns, one row per customer, and a read-only view of one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from sim.common.types import CENTS, FloatArray
from sim.kernels.numerics.elementary import ln
from sim.kernels.numerics.randomness import (
    PURPOSE_HASSLE,
    PURPOSE_MISMATCH,
    PURPOSE_NEED_RATE,
    PURPOSE_TASTE,
    PURPOSE_TRAVEL,
    PURPOSE_WAITING,
    PURPOSE_WORTH,
)
from sim.kernels.places import RING, Positions, StoresByDistance, find_nearest_stores
from sim.kernels.population_draws import LOGNORMAL, NORMAL, PARETO, UNIFORM, pick_by_share, transform_worth
from sim.scenario import Scenario
from sim.scenario.people import WillingnessToPay
from sim.world.geography import Towns, homes_in, uniforms


class Population(NamedTuple):
    """The customers, shape (customers,) unless stated; money in cents, not rounded.

    ``nearest`` and ``km`` have shape (customers, reach): the stores considered, nearest first, -1 for none. ``trust``
    and ``tried`` (channels used, as bits) belong to a run and change; the rest belongs to the world.

    Fields that a shopper needs together are views of one table, stored customer by customer: two cache lines of the
    processor instead of ten. Fields that are read or changed for all customers at once have their own columns.
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


def empty_rows(count: int, reach: int) -> NDArray[np.void]:
    """Return empty rows for the fields that a shopper needs, shape (count,)."""
    numbers = ("worth", "mismatch_cost", "travel_cost", "waiting_cost", "hassle")
    fields = [("km", np.float64, (reach,)), *((name, np.float64) for name in numbers)]
    codes = [("nearest", np.int32, (reach,)), ("town", np.int32), ("taste", np.int32)]
    return np.empty(count, dtype=np.dtype([*fields, *codes], align=True))


def of_a_run(population: Population, *, copied: bool) -> Population:
    """Return the customers of a run: with their own trust, and with everything else copied if ``copied``."""
    own: dict[str, Any] = {"trust": population.trust.copy(), "tried": population.tried.copy()}
    if copied:
        rows = empty_rows(len(population.town), population.nearest.shape[1])
        for name in rows.dtype.names or ():
            rows[name] = getattr(population, name)
            own[name] = rows[name]
        own["need_rate"] = population.need_rate.copy()
    return population._replace(**own)


def draw_worth(worth: WillingnessToPay, uniform: FloatArray) -> FloatArray:
    """Draw willingness to pay in cents, as quantiles of the scenario's distribution at the given uniforms."""
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
) -> Population:
    """Draw the customers of a world and find the stores near them."""
    wants = scenario.customers
    count = int(towns.people.sum())
    stratified = is_stratified(scenario)
    rows = empty_rows(count, min(wants.reach, max(len(town_of_store), 1)))
    rows["town"] = np.repeat(np.arange(len(towns), dtype=np.int32), towns.people)
    rows["taste"] = draw_tastes(towns, uniforms(seed, PURPOSE_TASTE, count))
    rows["worth"] = draw_worth(wants.worth, uniforms(seed, PURPOSE_WORTH, count, stratified=stratified))
    costs = {"mismatch_cost": PURPOSE_MISMATCH, "travel_cost": PURPOSE_TRAVEL, "waiting_cost": PURPOSE_WAITING}
    for name, purpose in {**costs, "hassle": PURPOSE_HASSLE}.items():
        mean = getattr(wants, name) * CENTS
        rows[name] = spread_around(mean, wants.heterogeneity, uniforms(seed, purpose, count))
    find_stores(towns, homes_by_town(scenario, seed, towns), stores, town_of_store, rows["nearest"], rows["km"])
    return Population(
        **{name: rows[name] for name in rows.dtype.names or ()},
        need_rate=spread_around(wants.need_rate, wants.need_rate_spread, uniforms(seed, PURPOSE_NEED_RATE, count)),
        trust=np.broadcast_to(np.float64(wants.trust), count),  # one number for all customers, until runs copy it
        tried=np.broadcast_to(np.uint8(0), count),
    )


def is_stratified(scenario: Scenario) -> bool:
    """Tell whether willingness to pay and homes are evenly spaced rather than drawn at random."""
    return scenario.customers.draw == "stratified"


def homes_by_town(scenario: Scenario, seed: int, towns: Towns) -> Callable[[int], Positions]:
    """Return a function that draws the homes of one town, because holding those of all towns would waste memory."""
    return partial(homes_in, towns, seed=seed, stratified=is_stratified(scenario))


def draw_tastes(towns: Towns, uniform: FloatArray) -> NDArray[np.int32]:
    """Return each customer's style, drawn from the town's mix, shape (customers,)."""
    tastes = np.empty(len(uniform), dtype=np.int32)
    first = towns.first_customer
    for town in range(len(towns)):
        block = slice(first[town], first[town + 1])
        pick_by_share(np.cumsum(towns.tastes[town]), uniform[block], tastes[block])
    return tastes


def find_stores(
    towns: Towns,
    homes_of: Callable[[int], Positions],
    stores: Positions,
    town_of_store: NDArray[np.int64],
    nearest: NDArray[np.int32],
    km: FloatArray,
) -> None:
    """Fill in the stores nearest to each home (-1 if there are fewer) and their km, shape (customers, reach)."""
    first = towns.first_customer
    for town in range(len(towns)):
        block, where = slice(first[town], first[town + 1]), homes_of(town)
        from_centre = np.sqrt((stores.east - towns.east[town]) ** 2 + (stores.north - towns.north[town]) ** 2)
        candidates = np.argsort(from_centre, kind="stable")
        radius, is_ring = towns.radius[town], bool(towns.shape[town] == RING)
        by_distance = StoresByDistance(candidates, from_centre[candidates], town_of_store == town, radius, is_ring)
        find_nearest_stores(where, stores, by_distance, nearest[block], km[block])


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


class CustomerList(Sequence[Customer]):
    """All customers of a market, looked up by number."""

    def __init__(
        self,
        columns: Population,
        homes: Callable[[], Positions],
        town_names: tuple[str, ...],
        store_names: tuple[str, ...],
    ):
        self.columns = columns
        self._homes = homes
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
        where = self._homes()
        return Customer(
            number=row,
            home=(float(where.east[row]), float(where.north[row])),
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

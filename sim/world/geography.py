"""Towns, homes and positions: the map of a market, drawn from the scenario and the seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.common.types import FloatArray
from sim.kernels.numerics import randomness
from sim.kernels.numerics.randomness import as_int64, draw, stream
from sim.kernels.places import DISC, POINT, RING, SEGMENT, Positions, fill_positions
from sim.scenario import Scenario
from sim.scenario.names import town_names, town_sizes

SHAPES = {"disc": DISC, "segment": SEGMENT, "ring": RING, "point": POINT}
PI = 3.141592653589793


@dataclass(frozen=True)
class Towns:
    """The towns, one entry each in arrays of equal length.

    Attributes:
        names: names, by size if generated.
        people: number of customers; customers are numbered town by town.
        east, north: the centre's position in km.
        radius: in km (half the length of a segment).
        shape: a code of ``sim.kernels.places``.
        tastes: share of customers with each style, shape (towns, styles); rows add up to 1.
    """

    names: tuple[str, ...]
    people: NDArray[np.int64]
    east: FloatArray
    north: FloatArray
    radius: FloatArray
    shape: NDArray[np.int64]
    tastes: FloatArray

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def first_customer(self) -> NDArray[np.int64]:
        """Number of each town's first customer, and the number of all customers at the end, shape (towns + 1,)."""
        return np.concatenate(([0], np.cumsum(self.people)))

    @property
    def area(self) -> FloatArray:
        """Area served by couriers in km2; for a segment or ring, a band 1 km wide; 0 for a point."""
        return np.select(
            [self.shape == DISC, self.shape == SEGMENT, self.shape == RING],
            [PI * self.radius * self.radius, 2.0 * self.radius, 2.0 * PI * self.radius],
            0.0,
        )


def uniforms(seed: int, purpose: int, count: int, *, stratified: bool = False, group: int | None = None) -> FloatArray:
    """Return ``count`` uniforms for one purpose; each ``group`` (a town) has its own numbers."""
    out = np.empty(count)
    own_seed = as_seed(seed)
    if group is not None:
        own_seed = as_int64(draw(np.uint64(stream(own_seed, purpose, randomness.WORLD_DAY)), group))
    fill = randomness.fill_stratified if stratified else randomness.fill_uniform
    fill(own_seed, purpose, out)
    return out


def as_seed(number: int) -> int:
    """Return any whole number as its lowest 64 bits, as kernels need it."""
    return as_int64(int(number) & 0xFFFFFFFFFFFFFFFF)


def make_towns(scenario: Scenario, seed: int) -> Towns:
    """Lay out the towns of a scenario, listed or generated, with their taste mixes."""
    geography = scenario.geography
    names = town_names(scenario)
    people = np.array(town_sizes(scenario), dtype=np.int64)
    if geography.towns is not None:
        given = geography.towns
        east, north = (np.array([getattr(town, axis) for town in given]) for axis in ("x", "y"))
        radius = np.array([town.radius for town in given])
        shape = np.array([SHAPES[town.shape] for town in given])
    else:
        position = uniforms(seed, randomness.PURPOSE_TOWN_PLACE, 2 * len(names)).reshape(-1, 2) - 0.5
        east, north = geography.region * position[:, 0], geography.region * position[:, 1]
        radius = np.sqrt(people / (PI * geography.density))
        shape = np.full(len(names), SHAPES[geography.shape])
    return Towns(names, people, east, north, radius, shape, taste_mixes(scenario, seed, len(names)))


def national_mix(scenario: Scenario, seed: int) -> FloatArray:
    """Return the national share of each style: as given, or by rank with ranks placed at random around the ring."""
    styles = scenario.styles
    if styles.shares is not None:
        weights = np.array(styles.shares, dtype=np.float64)
    else:
        # No special case for exact powers is needed: ranks are few, and the shares only have to agree
        # to the last bit between runs, so they come from our own ``power``.
        from sim.kernels.numerics.elementary import power

        by_rank = np.array([power(float(rank), -styles.zipf) for rank in range(1, styles.count + 1)])
        order = np.argsort(uniforms(seed, randomness.PURPOSE_STYLE_ORDER, styles.count), kind="stable")
        weights = np.empty(styles.count)
        weights[order] = by_rank
    return weights / weights.sum()


def taste_mixes(scenario: Scenario, seed: int, towns: int) -> FloatArray:
    """Return each town's taste mix, shape (towns, styles): its own if given, else Dirichlet around the national mix."""
    national = national_mix(scenario, seed)
    mixes = np.tile(national, (towns, 1))
    concentration = scenario.styles.concentration
    if concentration is not None:
        for town in range(towns):
            randomness.fill_dirichlet(
                as_seed(seed), randomness.PURPOSE_STYLE_MIX, town, national, concentration, mixes[town]
            )
    for town, given in enumerate(scenario.geography.towns or ()):
        if given.style_shares is not None:
            weights = np.array(given.style_shares, dtype=np.float64)
            mixes[town] = weights / weights.sum()
    return mixes


def homes(towns: Towns, seed: int, *, stratified: bool) -> Positions:
    """Place every customer's home, shape (customers,). Stratified homes are spread evenly inside each town."""
    parts = [homes_in(towns, town, seed, stratified=stratified) for town in range(len(towns))]
    return Positions(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def homes_in(towns: Towns, town: int, seed: int, *, stratified: bool) -> Positions:
    """Place the homes of one town, shape (customers of the town,): the same as in ``homes``."""
    people = int(towns.people[town])
    along = uniforms(seed, randomness.PURPOSE_HOME, people, stratified=stratified, group=town)
    across = uniforms(seed, randomness.PURPOSE_HOME_ACROSS, people, stratified=stratified, group=town)
    east, north = np.empty(people), np.empty(people)
    fill_positions(towns.shape[town], towns.radius[town], along, across, east, north)
    east += towns.east[town]
    north += towns.north[town]
    return Positions(east, north, along)


def generated_stores(towns: Towns, seed: int, town_of_store: NDArray[np.int64]) -> Positions:
    """Place generated stores at random in their towns, shape (stores,); evenly around a ring."""
    count = len(town_of_store)
    along = uniforms(seed, randomness.PURPOSE_STORE_PLACE, count)
    across = uniforms(seed, randomness.PURPOSE_STORE_ACROSS, count)
    east, north = np.empty(count), np.empty(count)
    for town in range(len(towns)):
        here = np.flatnonzero(town_of_store == town)
        if towns.shape[town] == RING:
            along[here] = np.arange(len(here)) / max(len(here), 1)
        local_east, local_north = np.empty(len(here)), np.empty(len(here))
        fill_positions(towns.shape[town], towns.radius[town], along[here], across[here], local_east, local_north)
        east[here] = local_east + towns.east[town]
        north[here] = local_north + towns.north[town]
    return Positions(east, north, along)


def place_around(radius: float, turns: float) -> tuple[float, float]:
    """Return the position on a ring in km east and north of its centre."""
    east, north = np.empty(1), np.empty(1)
    fill_positions(RING, radius, np.array([turns]), np.zeros(1), east, north)
    return float(east[0]), float(north[0])

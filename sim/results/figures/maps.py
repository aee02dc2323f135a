"""A finished run as a map: where towns, places and some customers lie, what moved between them, which shelves failed.

Pure functions of an outcome, and tables small enough to be kept for many and sent to a browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.codes import NOTHING, RESULTS
from sim.results.figures.endings import empty_share
from sim.results.outcome_data import OutcomeData
from sim.scenario.regimes import CHANNELS
from sim.world.world import World, make_world

if TYPE_CHECKING:
    import pandas as pd

FREIGHT, PARCELS, COURIERS, CARRIED = WAYS = ("freight", "parcels", "couriers", "carried")
"""How goods move: from firm to firm; to customers as parcels, by courier, or carried home from the counter."""
WAY_OF_CHANNEL = {"store": CARRIED, "pickup": CARRIED, "courier": COURIERS, "parcel": PARCELS, "endless_aisle": PARCELS}
MOST_CUSTOMERS, MOST_IN_A_TOWN, FEWEST_IN_A_TOWN = 600, 40, 2
"""Customers who are shown one by one: in all, and in a town."""


@dataclass(frozen=True)
class MarketMap:
    """What a map of one run shows. Towns and places are numbered by their rows; money in cents, km on the map.

    Attributes:
        regime, seed: of the run.
        days: how long it was.
        period: days that flows and shelves are added up over; the last period may be shorter.
        towns: ``name``, ``customers``, ``east``, ``north``, ``radius``.
        places: ``name``, ``kind``, ``owner``, ``town`` (-1: none), ``east``, ``north``, ``slots``, ``open``.
        flows: units by ``period`` and ``way`` from a place (``source``) to a place (``target``) or, where that is -1,
            to customers of a ``town``.
        shelves: by ``period`` and ``place``, how many customers wanted something there first (``wanted``), and how many
            of them found it out of stock (``empty``).
        customers: some of each town: ``customer`` (number), ``town``, ``east``, ``north``.
        needs: all needs of these: ``need``, ``customer``, ``day``, ``result``, ``product``, ``place``, ``price``; a
            product and place of -1 and a price of 0 where nothing was bought.
        products: names, by the numbers in ``needs``.
        found_empty: share of first choices that were an empty shelf, of the days that count; None where nobody chose.
    """

    regime: str
    seed: int
    days: int
    period: int
    towns: pd.DataFrame
    places: pd.DataFrame
    flows: pd.DataFrame
    shelves: pd.DataFrame
    customers: pd.DataFrame
    needs: pd.DataFrame
    products: tuple[str, ...]
    found_empty: float | None

    @property
    def periods(self) -> int:
        """How many periods the run has."""
        return -(-self.days // self.period)


def market_map(outcome: OutcomeData, period: int = 1, world: World | None = None) -> MarketMap:
    """Return the tables of a map.

    Args:
        outcome: a finished run; all its days count.
        period: days to add flows and shelves up over, at least 1.
        world: the run's world, where it is at hand.
    """
    origin = outcome.manifest
    world = make_world(origin.scenario, origin.seed) if world is None else world
    customers = _customers(outcome, world)
    return MarketMap(
        regime=origin.regime,
        seed=origin.seed,
        days=origin.scenario.time.days,
        period=period,
        towns=_towns(outcome),
        places=_places(outcome),
        flows=_flows(outcome, period),
        shelves=_shelves(outcome, period),
        customers=customers,
        needs=_needs(outcome, customers["customer"].to_numpy()),
        products=outcome.labels["products"],
        found_empty=empty_share(outcome),
    )


def _towns(outcome: OutcomeData) -> pd.DataFrame:
    import pandas as pd

    towns = outcome.columns["towns"]
    columns = {name: towns[name] for name in ("customers", "east", "north", "radius")}
    return pd.DataFrame({"name": list(outcome.labels["towns"]), **columns})


def _places(outcome: OutcomeData) -> pd.DataFrame:
    import pandas as pd

    places, labels = outcome.columns["places"], outcome.labels
    return pd.DataFrame(
        {
            "name": [labels["places"][place] for place in places["place"]],
            "kind": [labels["place_kinds"][kind] for kind in places["kind"]],
            "owner": [labels["accounts"][owner] for owner in places["owner"]],
            **{name: places[name] for name in ("town", "east", "north", "slots", "open")},
        }
    )


def _flows(outcome: OutcomeData, period: int) -> pd.DataFrame:
    """Return units on their way between firms, dated by the day of sending, and units sold, by the day of the sale."""
    import pandas as pd

    stock, needs, labels = outcome.columns["stock"], outcome.columns["needs"], outcome.labels
    kinds, nodes = labels["stock_kinds"], len(outcome.columns["places"]["place"])
    sent = np.flatnonzero(stock["kind"] == kinds.index("dispatch"))
    sold = np.flatnonzero((stock["kind"] == kinds.index("sale")) & (stock["source"] < nodes) & (stock["need"] >= 0))
    ways = np.array([WAYS.index(WAY_OF_CHANNEL[channel]) for channel in CHANNELS])
    need = stock["need"][sold]
    nobody = np.full(len(sold), NOTHING)
    rows = {
        "period": np.concatenate([stock["day"][sent], stock["day"][sold]]) // period,
        "way": np.concatenate([np.full(len(sent), WAYS.index(FREIGHT)), ways[needs["channel"][need]]]),
        "source": np.concatenate([stock["source"][sent], stock["source"][sold]]),
        # The way to a place is numbered like the place itself, after all places.
        "target": np.concatenate([stock["destination"][sent] - nodes, nobody]),
        "town": np.concatenate([np.full(len(sent), NOTHING), needs["town"][need]]),
    }
    frame = _added_up(rows, {"units": np.concatenate([stock["units"][sent], stock["units"][sold]])})
    return frame.assign(way=pd.Categorical.from_codes(frame["way"].astype(np.int8), pd.Index(WAYS)))


def _shelves(outcome: OutcomeData, period: int) -> pd.DataFrame:
    """Return who wanted what stands in stores, and who found it out of stock."""
    needs, places = outcome.columns["needs"], outcome.columns["places"]
    has_shelf = places["slots"] > 0
    rows = np.flatnonzero(needs["first_place"] >= 0)
    rows = rows[has_shelf[needs["first_place"][rows]]]
    keys = {"period": needs["day"][rows] // period, "place": needs["first_place"][rows]}
    empty = needs["first_empty"][rows].astype(np.int64)
    return _added_up(keys, {"wanted": np.ones(len(rows), dtype=np.int64), "empty": empty})


def _added_up(keys: dict[str, NDArray[Any]], amounts: dict[str, NDArray[Any]]) -> pd.DataFrame:
    """Return sums by keys, in their order, in the smallest types that hold them."""
    import pandas as pd

    frame = pd.DataFrame({**keys, **amounts}).groupby(list(keys), sort=True, as_index=False).sum()
    return frame.apply(pd.to_numeric, downcast="integer")


def _customers(outcome: OutcomeData, world: World) -> pd.DataFrame:
    """Return customers who had a need, evenly spaced over those of each town by number."""
    import pandas as pd

    who = np.unique(outcome.columns["needs"]["customer"])
    town = world.population.town[who]
    towns = len(world.towns)
    most = min(MOST_IN_A_TOWN, max(FEWEST_IN_A_TOWN, MOST_CUSTOMERS // towns))
    chosen = np.concatenate([_spaced(who[town == number], most) for number in range(towns)])
    return pd.DataFrame(
        {
            "customer": chosen,
            "town": world.population.town[chosen],
            "east": world.homes.east[chosen].astype(np.float32),
            "north": world.homes.north[chosen].astype(np.float32),
        }
    )


def _spaced(numbers: NDArray[Any], most: int) -> NDArray[Any]:
    """Return up to ``most`` of the numbers, evenly spaced."""
    if len(numbers) <= most:
        return numbers
    return numbers[np.arange(most) * len(numbers) // most]


def _needs(outcome: OutcomeData, customers: NDArray[Any]) -> pd.DataFrame:
    import pandas as pd

    needs = outcome.columns["needs"]
    rows = np.flatnonzero(np.isin(needs["customer"], customers))
    columns = {name: needs[name][rows].astype(np.int32) for name in ("need", "customer", "day", "product", "place")}
    columns["price"] = needs["price"][rows]
    result = pd.Categorical.from_codes(needs["result"][rows].astype(np.int8), pd.Index(RESULTS))
    return pd.DataFrame({**columns, "result": result})

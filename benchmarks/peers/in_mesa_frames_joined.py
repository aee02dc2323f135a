"""The market in mesa-frames as relations: customers, tastes, homes and shelves are frames, and offers are their join.

Shelves run empty in rounds: of those who take the same units the first in the day's shuffle keep them, the others are
left with their other offers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF

from benchmarks.peers.arrays import NOTHING, PARCEL, Arrays, Left, Purchases

CELL = ["store", "product"]


class Shelves(AgentSetPolars):  # type: ignore[misc]
    """What stores carry, a row for each store and product: prices, units and levels, and what is on its way."""

    def __init__(self, model: Country):
        super().__init__(model)
        arrays = model.arrays
        store, product = np.nonzero(arrays.carried)
        columns = {
            "unique_id": len(arrays.town) + np.arange(len(store)),
            "store": store,
            "product": product,
            "price": arrays.price[store, product],
            "units": arrays.units[store, product],
            "level": arrays.level[store, product],
            "wholesale": arrays.wholesale[product],
            **{f"due_{slot}": np.zeros(len(store), dtype=np.int64) for slot in range(arrays.lead_days + 1)},
        }
        self.add(pl.DataFrame(columns))

    def step(self) -> None:
        """Put on the shelves what arrives today."""
        due = f"due_{self.model.day % (self.model.arrays.lead_days + 1)}"
        self.agents = self.agents.with_columns(pl.col("units") + pl.col(due), pl.lit(0, dtype=pl.Int64).alias(due))

    def sell(self, purchases: pl.DataFrame) -> None:
        """Take from the shelves what was bought."""
        sold = purchases.group_by(CELL).agg(pl.len().cast(pl.Int64).alias("sold"))
        shelves = self.agents.join(sold, on=CELL, how="left", maintain_order="left")
        gone = pl.col("sold").fill_null(0)
        self.model.earn(shelves.select("store", (gone * pl.col("price")).alias("cents")))
        self.agents = shelves.with_columns(pl.col("units") - gone).drop("sold")

    def reorder(self) -> None:
        """Let stores whose turn it is order up to their level."""
        model, arrays = self.model, self.model.arrays
        coming = pl.sum_horizontal(pl.col("^due_.*$"))
        turn = (pl.col("store") + model.day) % arrays.review_days == 0
        wanted = pl.when(turn).then((pl.col("level") - pl.col("units") - coming).clip(lower_bound=0)).otherwise(0)
        due = f"due_{(model.day + arrays.lead_days) % (arrays.lead_days + 1)}"
        shelves = self.agents.with_columns(wanted.alias("wanted"))
        paid = shelves.select("store", (-pl.col("wanted") * pl.col("wholesale")).alias("cents"))
        model.earn(paid)
        model.maker -= int(paid["cents"].sum())
        self.agents = shelves.with_columns(pl.col(due) + pl.col("wanted")).drop("wanted")


class Customers(AgentSetPolars):  # type: ignore[misc]
    """All customers, with the frames of what they know: products of each taste, stores near each home, parcels."""

    def __init__(self, model: Country):
        super().__init__(model)
        arrays = model.arrays
        customers, reach = arrays.nearest.shape
        styles, breadth = arrays.considered.shape
        columns = {
            "unique_id": np.arange(customers),
            "taste": arrays.taste.astype(np.int64),
            "need_rate": arrays.need_rate,
            "worth": arrays.worth,
            "mismatch_cost": arrays.mismatch_cost,
            "online_cost": arrays.waiting_cost * arrays.parcel_days[arrays.town] + arrays.hassle,
        }
        self.add(pl.DataFrame(columns))
        trips = arrays.travel_cost[:, None] * 2.0 * arrays.km
        homes = {"store": arrays.nearest.ravel().astype(np.int64), "trip": trips.ravel()}
        self.homes = pl.DataFrame({"unique_id": np.repeat(np.arange(customers), reach), **homes})
        tastes = {"product": arrays.considered.ravel(), "mismatch": arrays.mismatch.ravel()}
        self.tastes = pl.DataFrame({"taste": np.repeat(np.arange(styles), breadth), **tastes})
        price = arrays.parcel_price + arrays.parcel_fee
        self.parcels = pl.DataFrame({"product": np.arange(len(price)), "price": price})

    def step(self) -> None:
        """Let customers with a need shop."""
        model, random = self.model, self.model.random
        visitors = self.agents.filter(pl.Series(random.random(len(self.agents))) < pl.col("need_rate"))
        visitors = visitors.sample(fraction=1.0, shuffle=True, seed=int(random.integers(2**31))).with_row_index("queue")
        offers = self.offers(visitors)
        units = model.shelves.agents.select(*CELL, "units")
        while True:
            best = offers.sort("worth", descending=True).unique("queue", keep="first").sort("queue")
            best = best.join(units, on=CELL, how="left", maintain_order="left")
            place = pl.int_range(pl.len()).over(CELL)
            late = best.filter((pl.col("store") != PARCEL) & (place >= pl.col("units")))
            if late.is_empty():
                break
            offers = offers.join(late, on=["queue", *CELL], how="anti")
        model.note(best)

    def offers(self, visitors: pl.DataFrame) -> pl.DataFrame:
        """Return every offer to every visitor and what it is worth, leaving among them."""
        wanted = visitors.join(self.tastes, on="taste")
        stocked = self.model.shelves.agents.filter(pl.col("units") > 0).select(*CELL, "price")
        in_store = wanted.join(self.homes, on="unique_id").join(stocked, on=CELL)
        online = wanted.join(self.parcels, on="product")
        shock = [pl.lit(self.model.shocks(len(each))) for each in (in_store, online, visitors)]
        columns = ["queue", "unique_id", *CELL, "worth"]
        base = pl.col("worth") - pl.col("mismatch_cost") * pl.col("mismatch") - pl.col("price")
        nothing = [pl.lit(code, dtype=pl.Int64).alias(name) for name, code in zip(CELL, (PARCEL, NOTHING), strict=True)]
        return pl.concat(
            [
                in_store.with_columns((base - pl.col("trip") + shock[0]).alias("worth")).select(columns),
                online.with_columns(nothing[0], (base - pl.col("online_cost") + shock[1]).alias("worth")).select(
                    columns
                ),
                visitors.with_columns(*nothing, shock[2].alias("worth")).select(columns),
            ]
        )


class Country(ModelDF):  # type: ignore[misc]
    """The market, day by day."""

    def __init__(self, arrays: Arrays, seed: int):
        super().__init__(seed)
        self.arrays = arrays
        self.day = 0
        self.stores = np.zeros(len(arrays.units), dtype=np.int64)
        self.maker = 0
        self.noted: list[Purchases] = []
        price = arrays.parcel_price
        self.net = price + arrays.parcel_fee - np.rint(price * arrays.commission).astype(np.int64)
        self.shelves, self.customers = Shelves(self), Customers(self)
        self.agents += self.shelves
        self.agents += self.customers

    def shocks(self, rows: int) -> pl.Series:
        """Return taste shocks in cents."""
        return pl.Series(self.random.gumbel(scale=self.arrays.scale, size=rows))

    def earn(self, cents: pl.DataFrame) -> None:
        """Add to what stores have earned."""
        sums = cents.group_by("store").agg(pl.col("cents").sum())
        self.stores[sums["store"].to_numpy()] += sums["cents"].to_numpy()

    def note(self, best: pl.DataFrame) -> None:
        """Hand over what was bought and write it down."""
        self.shelves.sell(best.filter(pl.col("store") != PARCEL))
        sent = best.filter((pl.col("store") == PARCEL) & (pl.col("product") != NOTHING))
        self.maker += int(self.net[sent["product"].to_numpy()].sum())
        columns: list[Any] = [best[name].to_numpy() for name in ("unique_id", "product", "store")]
        day = np.full(len(best), self.day)
        self.noted.append(Purchases(*(column.astype(np.int32) for column in (day, *columns))))

    def step(self) -> None:
        """Live through one day: goods arrive, customers shop, stores order."""
        self.agents.step()
        self.shelves.reorder()
        self.day += 1


class Market:
    """The country, stepped as other peers are."""

    def __init__(self, arrays: Arrays, seed: int = 0):
        self.model = Country(arrays, seed)

    def run(self, days: int) -> None:
        """Live through some days."""
        for _ in range(days):
            self.model.step()

    def left(self) -> Left:
        """Return what the days so far have left."""
        model = self.model
        units = np.zeros_like(model.arrays.units)
        shelves = model.shelves.agents
        units[shelves["store"].to_numpy(), shelves["product"].to_numpy()] = shelves["units"].to_numpy()
        joined = Purchases(*(np.concatenate(column) for column in zip(*model.noted, strict=True)))
        return Left(joined, units, model.stores, model.maker)

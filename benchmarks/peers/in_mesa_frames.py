"""The market in mesa-frames: customers are a data frame, and who needs what is expressions of polars on it.

Shelves run empty in rounds (``shelves``), in the order of a daily shuffle. Stores are matrices: two hundred of them
would only be slower as a frame.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF

from benchmarks.peers.arrays import PARCEL, Arrays, Left
from benchmarks.peers.shelves import Shelves


class Customers(AgentSetPolars):  # type: ignore[misc]
    """All customers, one row each: tastes, stores nearby and what the way to them costs, what buying online costs."""

    def __init__(self, model: Country):
        super().__init__(model)
        arrays = model.arrays
        near = range(arrays.nearest.shape[1])
        trips = arrays.travel_cost[:, None] * 2.0 * arrays.km
        columns = {
            "unique_id": np.arange(len(arrays.town)),
            "taste": arrays.taste,
            "need_rate": arrays.need_rate,
            "worth": arrays.worth,
            "mismatch_cost": arrays.mismatch_cost,
            "online_cost": arrays.waiting_cost * arrays.parcel_days[arrays.town] + arrays.hassle,
            **{f"store_{k}": arrays.nearest[:, k].astype(np.int64) for k in near},
            **{f"trip_{k}": np.ascontiguousarray(trips[:, k]) for k in near},
        }
        self.add(pl.DataFrame(columns))
        self.considered = [pl.Series(column) for column in arrays.considered.T.copy()]
        self.mismatch = [pl.Series(column) for column in arrays.mismatch.T.copy()]
        self.price = pl.Series(np.where(arrays.carried, arrays.price, np.inf).ravel())
        self.parcel_price = pl.Series(arrays.parcel_price + arrays.parcel_fee)

    def step(self) -> None:
        """Let customers with a need shop."""
        model, random = self.model, self.model.random
        in_need = pl.Series(random.random(len(self.agents))) < self.agents["need_rate"]
        visitors = self.agents.filter(in_need)
        visitors = visitors.sample(fraction=1.0, shuffle=True, seed=int(random.integers(2**31)))
        offers = visitors.select(self.offers(visitors))
        worth, product, store = (
            offers.select(pl.col(f"^{kind}_.*$")).to_numpy(order="c") for kind in ("worth", "product", "store")
        )
        who = visitors["unique_id"].to_numpy()
        model.shelves.serve(who, worth.copy(), model.shocks(len(who)).to_numpy(), product, store)

    def offers(self, visitors: pl.DataFrame) -> list[Any]:
        """Return expressions of what every offer is worth, of which product it is and where."""
        arrays, shocks, rows = self.model.arrays, self.model.shocks, len(visitors)
        reach, products = arrays.nearest.shape[1], arrays.units.shape[1]
        columns: list[Any] = []
        for rank, (considered, mismatch) in enumerate(zip(self.considered, self.mismatch, strict=True)):
            product = considered.gather(visitors["taste"])
            base = visitors["worth"] - visitors["mismatch_cost"] * mismatch.gather(visitors["taste"])
            for near in range(reach):
                store = visitors[f"store_{near}"]
                price = self.price.gather(store * products + product)
                worth = pl.lit(base) - pl.lit(price) - pl.col(f"trip_{near}") + pl.lit(shocks(rows))
                columns += [worth.alias(f"worth_{rank}_{near}"), pl.lit(product).alias(f"product_{rank}_{near}")]
                columns.append(pl.lit(store).alias(f"store_{rank}_{near}"))
            price = self.parcel_price.gather(product)
            worth = pl.lit(base) - pl.lit(price) - pl.col("online_cost") + pl.lit(shocks(rows))
            columns += [worth.alias(f"worth_{rank}_{reach}"), pl.lit(product).alias(f"product_{rank}_{reach}")]
            columns.append(pl.lit(pl.repeat(PARCEL, rows, dtype=pl.Int64, eager=True)).alias(f"store_{rank}_{reach}"))
        return columns


class Country(ModelDF):  # type: ignore[misc]
    """The market, day by day."""

    def __init__(self, arrays: Arrays, seed: int):
        super().__init__(seed)
        self.arrays = arrays
        self.shelves = Shelves(arrays)
        self.agents += Customers(self)

    def shocks(self, rows: int) -> pl.Series:
        """Return taste shocks in cents."""
        return pl.Series(self.random.gumbel(scale=self.arrays.scale, size=rows))

    def step(self) -> None:
        """Live through one day."""
        self.shelves.open()
        self.agents.step()
        self.shelves.reorder()


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
        return self.model.shelves.left()

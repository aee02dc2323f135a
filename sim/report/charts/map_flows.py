"""What moves on the map: flows as bands that narrow towards where they go, and shops whose shelves are found empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.report.charts import palette
from sim.report.charts.chart import safe
from sim.report.charts.layout import Layout, Points

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.figures.maps import MarketMap

WIDEST, NARROWEST = 0.05, 0.0025
"""Width of a band at its start, as parts of the width of the map: the most and the least."""
OF_MEAN = 2.0
"""How many times the largest mean flow is drawn widest; deliveries come in waves, and few are larger."""
LARGEST_SHOP, SMALLEST_SHOP = 15.0, 7.0
GLOW, LARGEST_GLOW = "#F0E442", 24.0
"""What lights up where shelves are empty: a colour of no party. Sizes in pixels."""

Drawn = tuple[list[float | None], list[float | None]]


def ways_of(tables: MarketMap) -> list[str]:
    """Return the ways by which anything moved, in their order."""
    used = set(tables.flows["way"])
    return [way for way in tables.flows["way"].cat.categories if way in used]


class Bands:
    """The flows of a run as outlines of bands, for a mean period and for each."""

    def __init__(self, tables: MarketMap, at: Layout):
        flows, keys = tables.flows, ["way", "source", "target", "town"]
        self.ways = ways_of(tables)
        mean = flows.groupby(keys, observed=True)[["units"]].sum().div(tables.periods).reset_index()
        self.most = OF_MEAN * float(mean["units"].max()) if len(mean) else 1.0
        self.mean = self._split(mean, at, np.zeros(len(mean), dtype=np.int64), 1)[0]
        self.of_period = self._split(flows, at, flows["period"].to_numpy(np.int64), tables.periods)

    def _split(self, rows: pd.DataFrame, at: Layout, period: NDArray[np.int64], periods: int) -> list[dict[str, Drawn]]:
        """Return x and y by way for each period."""
        x, y = self._outlines(rows, at)
        way = rows["way"].to_numpy()
        found: list[dict[str, Drawn]] = [{} for _ in range(periods)]
        for name in self.ways:
            own = np.flatnonzero(way == name)
            bounds = np.searchsorted(period[own], np.arange(periods + 1))  # rows lie in order of period
            xs, ys = (_with_gaps(axis[own]) for axis in (x, y))
            for number in range(periods):
                part = slice(4 * int(bounds[number]), 4 * int(bounds[number + 1]))
                found[number][name] = xs[part], ys[part]
        return found

    def _outlines(self, rows: pd.DataFrame, at: Layout) -> tuple[Points, Points]:
        """Return triangles from a base at the start to a point at the end: x and y, each (rows, 3)."""
        town, target = rows["town"].to_numpy(int), rows["target"].to_numpy(int)
        start = at.places[rows["source"].to_numpy(int)]
        end = np.where((target >= 0)[:, None], at.places[np.maximum(target, 0)], at.towns[np.maximum(town, 0)])
        wide = np.clip(rows["units"].to_numpy(float) / self.most * WIDEST, NARROWEST, WIDEST) * at.width
        along = end - start
        length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
        across = np.stack([-along[:, 1], along[:, 0]], axis=1) * (wide / length / 2)[:, None]
        corners = np.stack([start + across, end, start - across], axis=1)
        return corners[..., 0], corners[..., 1]


def _with_gaps(corners: Points) -> list[float | None]:
    """Return coordinates rounded to 10 metres, a gap after each outline."""
    rounded = np.round(corners, 2).tolist()
    return [value for outline in rounded for value in (*outline, None)]


class ShelfSeries:
    """The shops of a run: how many customers found a shelf of theirs empty, in a mean period and in each."""

    def __init__(self, tables: MarketMap, at: Layout):
        self.shops = np.flatnonzero(tables.places["kind"].isin(["store", "showroom"]) & tables.places["open"])
        self.x, self.y = at.places[self.shops, 0], at.places[self.shops, 1]
        self.slots = tables.places["slots"].to_numpy(float)[self.shops]
        self.size = np.maximum(
            LARGEST_SHOP * np.sqrt(self.slots / max(self.slots.max(initial=1.0), 1.0)), SMALLEST_SHOP
        )
        self.names = [safe(name) for name in tables.places["name"].to_numpy()[self.shops]]
        cells = np.zeros((2, tables.periods, len(tables.places)))
        rows = tables.shelves
        for number, column in enumerate(("wanted", "empty")):
            cells[number, rows["period"].to_numpy(int), rows["place"].to_numpy(int)] = rows[column]
        self.wanted, self.empty = cells[:, :, self.shops]
        self.most = max(self.empty.max(initial=0.0), 1.0)

    def marks(self, period: int | None) -> list[dict[str, Any]]:
        """Return a glow behind each shop by how many found a shelf empty, and the shops, hollow by their share.

        By the root of the share: one in ten is seen.
        """
        wanted = self.wanted.mean(axis=0) if period is None else self.wanted[period]
        empty = self.empty.mean(axis=0) if period is None else self.empty[period]
        share = np.divide(empty, wanted, out=np.zeros_like(empty), where=wanted > 0)
        glow = np.where(empty > 0, self.size + LARGEST_GLOW * np.sqrt(empty / self.most), 0.0)
        fill = ", ".join(str(part) for part in palette.rgb(palette.RETAILER))
        return [
            {"size": np.round(glow, 1).tolist()},
            {"color": [f"rgba({fill}, {1.0 - part:.2f})" for part in np.sqrt(share).tolist()]},
        ]

    def said(self, period: int | None, when: str) -> list[str]:
        """Return what is said of each shop when it is pointed at, after its name and slots."""
        wanted = self.wanted.mean(axis=0) if period is None else self.wanted[period]
        empty = self.empty.mean(axis=0) if period is None else self.empty[period]
        return [
            f"{when}: {one:.3g} of {every:.3g}"  # there are hundreds of days, so what stays the same is said once
            for one, every in zip(empty.tolist(), wanted.tolist(), strict=True)
        ]

    def traces(self) -> list[dict[str, Any]]:
        """Return the glow and the shops of a mean period."""
        glow, fill = self.marks(None)
        common = {"type": "scatter", "x": self.x, "y": self.y, "mode": "markers"}
        lit = {"color": GLOW, "opacity": 0.55, "line": {"width": 0}, **glow}
        square = {"size": self.size, "symbol": "square", "line": {"width": 2, "color": palette.RETAILER}, **fill}
        return [
            {**common, "marker": lit, "hoverinfo": "skip", "showlegend": False},
            {
                **common,
                "marker": square,
                "customdata": [["place", int(shop)] for shop in self.shops],
                "hovertext": [
                    f"{name}<br>{int(slots)} slots" for name, slots in zip(self.names, self.slots, strict=True)
                ],
                "hovertemplate": "%{hovertext}<br>%{text} first choices found empty<extra></extra>",
                "name": "shops",
                "showlegend": bool(len(self.shops)),
            },
        ]

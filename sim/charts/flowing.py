"""What moves on the map: flows as bands that narrow towards where they go, and shops whose shelves are found empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.charts import palette
from sim.charts.chart import safe
from sim.charts.layout import Layout, Points

if TYPE_CHECKING:
    import pandas as pd

    from sim.figures.maps import MarketMap

WIDEST, NARROWEST = 0.032, 0.0025
"""Width of a band at its start, as parts of the width of the map: that of the largest flow of a day, and the least."""
LARGEST_SHOP, SMALLEST_SHOP = 15.0, 7.0
GLOW, LARGEST_GLOW = "#F0E442", 44.0
"""What lights up where shelves are empty: a colour of no party. Sizes in pixels."""

Drawn = tuple[list[float | None], list[float | None]]


def bands(tables: MarketMap, at: Layout, period: int | None) -> dict[str, Drawn]:
    """Return the flows of a period, or of a mean one, as outlines of bands: x and y by way."""
    flows = tables.flows
    most = float(flows["units"].max()) if len(flows) else 1.0
    now = _of_period(flows, period, tables.periods, ["way", "source", "target", "town"], ["units"])
    start = at.places[now["source"].to_numpy(int)]
    town, target = now["town"].to_numpy(int), now["target"].to_numpy(int)
    end = np.where((target >= 0)[:, None], at.places[np.maximum(target, 0)], at.towns[np.maximum(town, 0)])
    wide = np.maximum(now["units"].to_numpy(float) / most * WIDEST, NARROWEST) * at.width
    outlines = _tapered(start, end, wide)
    ways = now["way"].to_numpy()
    return {way: _as_lists(outlines[ways == way]) for way in flows["way"].cat.categories}


def _of_period(
    rows: pd.DataFrame, period: int | None, periods: int, keys: list[str], amounts: list[str]
) -> pd.DataFrame:
    """Return the rows of a period; without one the means over all periods."""
    if period is not None:
        return rows[rows["period"] == period]
    sums = rows.groupby(keys, observed=True, as_index=False)[amounts].sum()
    sums[amounts] = sums[amounts] / periods
    return sums


def _tapered(start: Points, end: Points, wide: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return triangles from a base at the start to a point at the end, shape (n, 4, 2), the last row a gap."""
    along = end - start
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) / length[:, None] * wide[:, None] / 2
    gap = np.full_like(start, np.nan)
    return np.stack([start + across, end, start - across, gap], axis=1)


def _as_lists(outlines: NDArray[np.float64]) -> Drawn:
    flat = np.round(outlines.reshape(-1, 2), 2)
    x, y = ([None if value != value else value for value in flat[:, axis].tolist()] for axis in (0, 1))
    return x, y


def shelf_marks(tables: MarketMap, at: Layout, period: int | None) -> list[dict[str, Any]]:
    """Return a glow behind each shop by how many found a shelf empty, and the shops, hollow by their share."""
    shops = np.flatnonzero(tables.places["kind"].isin(["store", "showroom"]) & tables.places["open"])
    wanted, empty = _met(tables, period, shops)
    most = max(float(tables.shelves["empty"].max()) if len(tables.shelves) else 0.0, 1.0)
    share = np.divide(empty, wanted, out=np.zeros_like(empty), where=wanted > 0)
    x, y = (np.round(at.places[shops, axis], 2).tolist() for axis in (0, 1))
    slots = tables.places["slots"].to_numpy(float)[shops]
    size = np.maximum(LARGEST_SHOP * np.sqrt(slots / max(slots.max(initial=1.0), 1.0)), SMALLEST_SHOP)
    glow = np.where(empty > 0, size + LARGEST_GLOW * np.sqrt(empty / most), 0.0)
    ends = ("a mean day" if period is None else "these days") if tables.period > 1 else "that day"
    names = tables.places["name"].to_numpy()[shops]
    said = [
        f"{safe(name)}<br>{int(each)} slots<br>{one:.3g} of {all_of:.3g} first choices found empty {ends}"
        for name, each, one, all_of in zip(names, slots, empty, wanted, strict=True)
    ]
    return [
        {
            "type": "scatter",
            "x": x,
            "y": y,
            "mode": "markers",
            "marker": {"size": np.round(glow, 1).tolist(), "color": GLOW, "opacity": 0.55, "line": {"width": 0}},
            "hoverinfo": "skip",
            "name": "found empty",
            "showlegend": bool(tables.shelves["empty"].sum()),
        },
        {
            "type": "scatter",
            "x": x,
            "y": y,
            "mode": "markers",
            "marker": {
                "size": np.round(size, 1).tolist(),
                "symbol": "square",
                "color": [f"rgba({_channels()}, {1.0 - part:.2f})" for part in share],
                "line": {"width": 2, "color": palette.RETAILER},
            },
            "customdata": [["place", int(shop)] for shop in shops],
            "text": said,
            "hovertemplate": "%{text}<extra></extra>",
            "name": "shops (hollow: found empty)",
            "showlegend": bool(len(shops)),
        },
    ]


def _channels() -> str:
    return ", ".join(str(part) for part in palette.channels(palette.RETAILER))


def _met(
    tables: MarketMap, period: int | None, shops: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how many wanted something of each shop, and how many of these found it out of stock."""
    now = _of_period(tables.shelves, period, tables.periods, ["place"], ["wanted", "empty"]).set_index("place")
    found = now.reindex(shops, fill_value=0)
    return found["wanted"].to_numpy(float), found["empty"].to_numpy(float)

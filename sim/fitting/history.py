"""Weekly history: prices and units of each product, checked, with what cannot be used left out and said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.common.number_format import listed, number_of
from sim.common.types import FloatArray
from sim.scenario import Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

    from sim.tables import History as WeeklyTable

NEEDED = ("week", "sku", "price", "units")
EMPTY = "stockout"
"""Optional column: whether the shelf was empty in that week, as a share of it, a number of days, or yes and no."""
SURE_TO_SELL = 12.0
"""Mean units a week from which on a week without any sale is taken for an empty shelf: one in 160 000 is none by
chance (Poisson)."""
MOST_PRODUCTS = 400
"""Products that are fitted together: each has a quality of its own, and all of them are rivals of each other."""
FEWEST_WEEKS = 2
MOST_EMPTY = 0.3
"""Share of the week with an empty shelf up to which units are used, as sold in the rest of it."""
LEAST_PRESENT = 0.02
"""Share of the week that a product counts as there at least, so that its weight never vanishes."""
VARIES = 0.01
"""Standard deviation of the log of price within a product, week effects apart, from which on prices vary."""


class HistoryError(ScenarioError):
    """A history that cannot be used, with everything that is wrong."""


@dataclass(frozen=True)
class WeeklyHistory:
    """Prices and units by week and product, in units of currency.

    Attributes:
        weeks: labels of the weeks in order.
        products: names of the products, in the order of the scenario.
        price: shape (weeks, products).
        units: the same shape; NaN where it is not known or not used.
        present: how much of the week the product was on the shelf, from 0 to 1: rivals sell more while it is not.
        notes: what was left out or filled in, in words.
        left_out: how many weeks of a product were left out because its shelf was empty.
    """

    weeks: tuple[str, ...]
    products: tuple[str, ...]
    price: FloatArray
    units: FloatArray
    present: FloatArray
    notes: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def observed(self) -> int:
        """How many numbers of units are used."""
        return int(np.isfinite(self.units).sum())

    @property
    def usual_price(self) -> FloatArray:
        """The median price of each product, (products,)."""
        return np.asarray(np.median(self.price, axis=0), dtype=np.float64)

    def variation(self) -> FloatArray:
        """Return how much each product's log price varies beyond what all prices do together, (products,)."""
        logs = np.log(self.price)
        logs = logs - logs.mean(axis=0)
        together = logs.mean(axis=1, keepdims=True) if logs.shape[1] > 2 else 0.0
        return np.asarray((logs - together).std(axis=0), dtype=np.float64)

    @property
    def prices_vary(self) -> bool:
        """Whether prices of products whose units are known move, so that price sensitivity can be seen at all."""
        known = np.isfinite(self.units).any(axis=0)
        return bool((self.variation()[known] > VARIES).any())


@dataclass
class _Reading:
    """A history as it is being read: problems and notes collected."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, key: str, value: str, allowed: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, key, value, allowed, remedy))


def weekly_history_of(frame: pd.DataFrame, products: Sequence[str], file: str = "history") -> WeeklyHistory:
    """Return the history in a table with a row for each week and product.

    Args:
        frame: columns ``week``, ``sku``, ``price`` (units of currency), ``units``; ``stockout`` if it is known.
        products: names of the scenario's products; those without rows have neither price nor units.
        file: where the table comes from, for messages.

    Raises:
        HistoryError: with everything that is wrong: columns, names, numbers, doubles.
    """
    reading = _Reading(file)
    missing = [name for name in NEEDED if name not in frame.columns]
    for name in missing:
        there = listed([str(column) for column in frame.columns]) or "none"
        reading.refuse(
            name, "", f"there is no column of this name; there are: {there}", "add it, or map a column to it"
        )
    if missing:
        raise HistoryError(reading.problems)
    rows = _checked(frame, products, reading)
    if reading.problems:
        raise HistoryError(reading.problems)
    return _arranged(rows, products, reading)


def _checked(frame: pd.DataFrame, products: Sequence[str], reading: _Reading) -> pd.DataFrame:
    """Return the rows with numbers in the right types, and note everything that is wrong with them."""
    import pandas as pd

    rows = pd.DataFrame({"week": frame["week"], "sku": frame["sku"].astype(str).str.strip()})
    for name in ("price", "units"):
        rows[name] = pd.to_numeric(frame[name], errors="coerce").astype(float)
        given = frame[name].notna() & (frame[name].astype(str).str.strip() != "")
        for row in np.flatnonzero((given & ~np.isfinite(rows[name])).to_numpy())[:5]:
            reading.refuse(f"row {row + 1}, {name}", str(frame[name].iloc[row])[:40], "a number", "correct the cell")
    rows[EMPTY] = _emptiness(frame[EMPTY]) if EMPTY in frame.columns else 0.0
    unknown = [name for name in dict.fromkeys(rows["sku"]) if name not in set(products)]
    for name in unknown[:8]:
        known = listed(list(products)[:8]) + (", ..." if len(products) > 8 else "")
        reading.refuse("sku", name, f"the market has no product of this name; it has: {known}", "correct the name")
    doubled = rows[rows.duplicated(["week", "sku"], keep=False)]
    for week, sku in list(dict.fromkeys(zip(doubled["week"], doubled["sku"], strict=True)))[:8]:
        reading.refuse(f"week {week}, {sku}", "", "there are two rows for it", "keep one, or add them up")
    for name, allowed in (("price", "a price above 0"), ("units", "0 units or more")):
        wrong = rows[name] <= 0 if name == "price" else rows[name] < 0
        for row in np.flatnonzero(wrong.to_numpy())[:5]:
            reading.refuse(f"row {row + 1}, {name}", f"{rows[name].iloc[row]:g}", allowed, "correct or remove the row")
    if rows["week"].isna().any():
        reading.refuse("week", "nothing", "every row names its week", "fill in the column")
    return rows


def _emptiness(column: Any) -> Any:
    """Return how empty shelves were, from a share, a number of days, or words for yes."""
    import pandas as pd

    words = column.astype(str).str.strip().str.lower()
    said = words.isin({"yes", "true", "y", "x", "ja", "oui", "si", "sí", "是"})
    return pd.to_numeric(column, errors="coerce").fillna(0.0).astype(float).where(~said, 1.0)


def _arranged(rows: pd.DataFrame, products: Sequence[str], reading: _Reading) -> WeeklyHistory:
    """Return the history as arrays, with gaps filled or left out. Raises HistoryError where too little is left."""
    named = [name for name in products if name in set(rows["sku"])]
    weeks = sorted(rows["week"].unique(), key=_in_order)
    if len(weeks) < FEWEST_WEEKS or len(named) > MOST_PRODUCTS or not named:
        allowed = f"at least {FEWEST_WEEKS} weeks and from 1 to {MOST_PRODUCTS} products"
        given = f"{number_of(len(weeks), 'week')} of {number_of(len(named), 'product')}"
        remedy = "add weeks, or fit the products that matter"
        raise HistoryError([Problem(reading.file, "", given, allowed, remedy)])
    price, units, empty = (
        rows.pivot(index="week", columns="sku", values=name).reindex(index=weeks, columns=named)
        for name in ("price", "units", EMPTY)
    )
    gaps = int(price.isna().to_numpy().sum())
    if gaps:
        price = price.ffill().bfill()
        reading.notes.append(f"{number_of(gaps, 'price')} not given: the product's price of the week before is used.")
    nowhere = [str(name) for name in named if price[name].isna().any()]
    if nowhere:
        raise HistoryError([Problem(reading.file, "price", "", f"no price at all for {listed(nowhere)}", "add one")])
    away = np.nan_to_num(empty.to_numpy(dtype=np.float64))
    sold, left_out = _without_empty_shelves(units.to_numpy(dtype=np.float64), away, reading)
    if not np.isfinite(sold).any():
        raise HistoryError([Problem(reading.file, "units", "", "no units are known at all", "add the column")])
    labels = tuple(str(week) for week in weeks)
    there = np.clip(1.0 - np.where(away > 1.0, away / 7.0, away), LEAST_PRESENT, 1.0)
    there = np.where((away == 0) & ~np.isfinite(sold) & (units.to_numpy() == 0), LEAST_PRESENT, there)
    return WeeklyHistory(
        labels, tuple(named), price.to_numpy(dtype=np.float64), sold, there, tuple(reading.notes), left_out
    )


def _in_order(week: Any) -> tuple[int, float, str]:
    """Sort weeks by number where they are numbers, else as text (2024-W05 sorts right)."""
    try:
        return 0, float(week), ""
    except (TypeError, ValueError):
        return 1, 0.0, str(week)


def _without_empty_shelves(units: FloatArray, empty: FloatArray, reading: _Reading) -> tuple[FloatArray, int]:
    """Leave out weeks with an empty shelf: what was sold then is less than what was wanted, by an unknown amount."""
    flagged = np.where(empty > 1.0, empty / 7.0, empty) > MOST_EMPTY
    usual = np.array([np.mean(column[np.isfinite(column)]) if np.isfinite(column).any() else 0.0 for column in units.T])
    nothing = (units == 0) & (usual >= SURE_TO_SELL) & ~flagged
    if flagged.any():
        count = number_of(int(flagged.sum()), "product week")
        reading.notes.append(f"{count} with an empty shelf left out: what was wanted then is not known.")
    partly = int(((empty > 0) & ~flagged).sum())
    if partly:
        count = number_of(partly, "product week")
        reading.notes.append(f"{count} with an empty shelf for some of it: units are taken as sold in the rest.")
    if nothing.any():
        count = number_of(int(nothing.sum()), "product week")
        reading.notes.append(
            f"{count} without any sale of a product that sells well taken for an empty shelf, left out."
        )
    out = flagged | nothing
    return np.where(out, np.nan, units), int(out.sum())


def history_of_tables(tables: Sequence[WeeklyTable], products: Sequence[str]) -> WeeklyHistory:
    """Return the history in weekly tables as they were read, several channels added up.

    Competitors' prices and units that stand beside a product are those of its competing product, where the market has
    one: an import calls it ``FIRM: PRODUCT``.

    Raises:
        HistoryError: with everything that is wrong, the tables' own problems included.
    """
    import pandas as pd

    problems = [each.problem for table in tables for each in table.problems]
    if problems:
        raise HistoryError(problems)
    rows: list[dict[str, Any]] = []
    rival_of = {name.split(": ", 1)[1]: name for name in products if ": " in name}
    for table in tables:
        for row in table.rows:
            base = {"week": row.label, "stockout": row.stock_outs or 0.0}
            rows.append({**base, "sku": row.product, "price": row.price, "units": row.units, "channel": row.channel})
            rival = rival_of.get(row.product)
            if row.competitor_price is not None and rival is not None:
                asked = {"price": row.competitor_price, "units": row.competitor_units}
                rows.append({**base, "sku": rival, "stockout": 0.0, "channel": row.channel, **asked})
    frame = pd.DataFrame(rows, columns=["week", "sku", "price", "units", "stockout", "channel"])
    joined, notes = _joined(frame)
    found = weekly_history_of(joined, products, listed([table.file for table in tables]))
    read = tuple(dict.fromkeys(note.said for table in tables for note in table.notes))
    return replace(found, notes=(*read, *notes, *found.notes))


def _joined(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return one row for each week and product where a table has one for each channel: units added, prices averaged."""
    if frame["channel"].nunique() < 2:
        return frame, []
    given = frame.assign(paid=frame["price"] * frame["units"])
    sums = given.groupby(["week", "sku"], sort=False, as_index=False).agg(
        units=("units", lambda each: each.sum(min_count=1)),
        paid=("paid", lambda each: each.sum(min_count=1)),
        price=("price", "mean"),
        stockout=("stockout", "max"),
    )
    sums["price"] = (sums["paid"] / sums["units"]).where(sums["units"] > 0, sums["price"])
    channels = listed([str(name) for name in frame["channel"].unique()])
    return sums.drop(columns="paid"), [f"Units of several channels added up ({channels}), prices averaged."]

"""Outcomes in the shapes that other packages read: choices for estimators of tastes, shares for estimators of demand.

Nothing here computes an economic result: anyone who doubts the market can take these tables and judge.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.engine.codes import NOTHING
from sim.kernels.choices import OUTSIDE_OPTION
from sim.results.outcome_data import OutcomeData
from sim.scenario.regimes import CHANNELS, ENDLESS_AISLE, STORE

Decision: TypeAlias = Literal["made", "wanted"]
ATTRIBUTES = ("buys", "price", "fee", "tax", "km", "days", "unseen", "hassle", "mismatch")
"""What describes an alternative in ``choices``; leaving is 0 in all of them."""


def choices(outcome: OutcomeData, decision: Decision = "made") -> pd.DataFrame:
    """Return one row per decision and offer considered, leaving included: the long shape estimators of choice read.

    Args:
        outcome: a run with ``records.choices``.
        decision: "made": what visits ended with; an offer is available when a unit was in stock. A plain logit where
            customers see empty shelves before they set out; where they do not, a trip may be lost on the way to it.
            "wanted": first choices of first visits, for which stock did not matter; everything is available.

    Returns:
        Columns ``obs`` (number of the decision), ``alt`` (the alternative: product, place, channel; the same name in
        every decision), ``avail``, ``chosen`` (one per decision), the attributes (money in units of currency, ``km``
        one way, ``buys`` and ``unseen`` 0 or 1, ``mismatch`` as a share of the ring), need, day, customer, town, and
        ``shock``: offers of one decision with the same number share their taste shock (couriers who bring the same
        product from several stores), so that the best of them always wins and a plain logit must not count them apart.

    Raises:
        ValueError: when the run wrote no choices down.
    """
    frame = considered(outcome)
    if decision == "wanted":
        frame = frame[(frame["attempt"] == 0) & ~frame["in_store"]]
        chosen, available = frame["wanted"], np.ones(len(frame), dtype=np.int64)
    else:
        ended = frame.groupby("obs")["chosen"].transform("any")
        frame = frame[ended]
        chosen, available = frame["chosen"], frame["in_stock"].to_numpy(dtype=np.int64)
    shown = ["need", "day", "customer", "town", *ATTRIBUTES]
    return pd.DataFrame(
        {
            "obs": pd.factorize(frame["obs"])[0],
            "alt": frame["alt"].to_numpy(),
            "shock": frame["offer"].to_numpy(),
            "avail": available,
            "chosen": chosen.to_numpy(dtype=np.int64),
            **{name: frame[name].to_numpy() for name in shown},
        }
    )


def considered(outcome: OutcomeData) -> pd.DataFrame:
    """Return the rows of the table ``choices`` with what can be derived from them.

    ``obs`` numbers visits: a need that comes back the day after makes two.
    """
    if "choices" not in outcome.columns:
        raise ValueError("this run wrote no choices down: set records.choices = true in the scenario")
    raw, needs = outcome.columns["choices"], outcome.columns["needs"]
    frame = outcome.table("choices")
    leaves = raw["offer"] == OUTSIDE_OPTION
    tax_rate = outcome.manifest.scenario.money.tax_rate
    need = raw["need"]
    return frame.assign(
        obs=np.cumsum(leaves) - leaves,  # leaving ends the rows of a visit
        alt=alternative_names(outcome),
        buys=(~leaves).astype(np.float64),
        tax=np.rint(raw["price"] * tax_rate) / 100.0,
        unseen=bought_unseen(raw["channel"], raw["in_store"]).astype(np.float64),
        mismatch=np.where(leaves, 0.0, ring_distance(outcome, needs["taste"][need], raw["product"])),
        day=needs["day"][need],
        customer=needs["customer"][need],
        town=np.array(outcome.labels["towns"])[needs["town"][need]],
    )


def alternative_names(outcome: OutcomeData) -> NDArray[np.object_]:
    """Return a name for each row's alternative, the same one whenever it is considered: product, store, channel."""
    raw, labels = outcome.columns["choices"], outcome.labels
    places = len(labels["places"]) + 1
    key = (raw["product"].astype(np.int64) * places + raw["store"] + 1) * len(CHANNELS) + raw["channel"]
    key = np.where(raw["offer"] == OUTSIDE_OPTION, OUTSIDE_OPTION, key)
    keys, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    names = np.empty(len(keys), dtype=object)
    for number, row in enumerate(first):
        store = labels["places"][raw["store"][row]] if raw["store"][row] != NOTHING else "online"
        product, channel = labels["products"][raw["product"][row]], CHANNELS[raw["channel"][row]]
        names[number] = "leave" if keys[number] == OUTSIDE_OPTION else f"{product}, {store}, {channel}"
    return names[inverse]


def bought_unseen(channel: NDArray[np.int8], in_store: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which offers are bought without a look at them: online, or ordered in a store that shows no sample."""
    seen = (channel == STORE) | ((channel == ENDLESS_AISLE) & ~in_store)
    unseen: NDArray[np.bool_] = (channel != NOTHING) & ~seen
    return unseen


def ring_distance(outcome: OutcomeData, taste: NDArray[np.int32], product: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the shorter arc between tastes and products, as a share of the ring of styles."""
    styles = outcome.manifest.scenario.styles.count
    apart = np.abs(taste - outcome.columns["products"]["style"][product])
    distance: NDArray[np.float64] = np.minimum(apart, styles - apart) / styles
    return distance


def balanced(frame: pd.DataFrame) -> pd.DataFrame:
    """Return choices with every alternative in every decision, as some estimators want them.

    What was not considered has ``avail`` 0 and attributes 0. Rows come decision by decision, alternatives by name.
    """
    alternatives = np.unique(frame["alt"].to_numpy().astype(str))
    decisions = int(frame["obs"].max()) + 1 if len(frame) else 0
    cell = frame["obs"].to_numpy() * len(alternatives) + np.searchsorted(alternatives, frame["alt"].to_numpy(str))
    full = {
        "obs": np.repeat(np.arange(decisions), len(alternatives)),
        "alt": np.tile(alternatives.astype(object), decisions),
    }
    for name in ("avail", "chosen", *ATTRIBUTES):
        values = frame[name].to_numpy()
        column = np.zeros(decisions * len(alternatives), dtype=values.dtype)
        column[cell] = values
        full[name] = column
    return pd.DataFrame(full)


def market_shares(outcome: OutcomeData, market: Literal["town", "whole"] = "whole") -> pd.DataFrame:
    """Return one row per market and good sold in it, the shape estimators of demand from market data read.

    A good is a product of one seller from one place by one channel; its share is that of all needs that arose in the
    market on the days that count, what is left is ``outside_share``. A good nobody bought has no row.

    Args:
        outcome: a finished run.
        market: "town": each town is a market; "whole": the country is one.

    Returns:
        Columns ``market_ids``, ``firm_ids``, ``product_ids``, ``prices``, ``shares``, ``outside_share``, ``needs``,
        the good (product, seller, place, channel), its mean ``fee``, ``km``, ``days``, and the product's ``quality``,
        ``weight``, ``style`` and ``unit_cost``.
    """
    raw = outcome.columns["needs"]
    inside = outcome.in_window(raw["day"])
    frame = outcome.needs[inside].assign(days=raw["quoted_days"][inside], number=raw["product"][inside])
    frame["market_ids"] = frame["town"].astype(str) if market == "town" else "whole"
    needs = frame.groupby("market_ids").size()
    sold = frame[frame["number"] != NOTHING]
    key = ["market_ids", "number", "product", "seller", "place", "channel"]
    means = {name: (name, "mean") for name in ("price", "fee", "km", "days")}
    table = sold.groupby(key, observed=True).agg(sales=("need", "size"), **means).reset_index()
    table = table.rename(columns={"price": "prices", "number": "_number"})
    table["needs"] = table["market_ids"].map(needs)
    table["shares"] = table["sales"] / table["needs"]
    table["outside_share"] = 1.0 - table.groupby("market_ids")["shares"].transform("sum")
    table["firm_ids"] = table["seller"].astype(str)
    good = [table[name].astype(str) for name in ("product", "place", "channel")]
    table["product_ids"] = good[0] + ", " + good[1] + ", " + good[2]
    number = table.pop("_number").to_numpy()
    for name, values in product_properties(outcome).items():
        table[name] = values[number]
    first = ["market_ids", "firm_ids", "product_ids", "prices", "shares", "outside_share"]
    return table[[*first, *(name for name in table.columns if name not in first)]]


def product_properties(outcome: OutcomeData) -> dict[str, NDArray[np.float64]]:
    """Return what tells products apart, shape (products,), money in units of currency."""
    columns, goods = outcome.columns["products"], outcome.manifest.scenario.products
    quality = [goods.quality] * len(columns["style"]) if goods.items is None else [item.quality for item in goods.items]
    return {
        "quality": np.array(quality, dtype=np.float64),
        "weight": columns["weight"],
        "style": columns["style"].astype(np.float64),
        "unit_cost": columns["unit_cost"] / 100.0,
    }

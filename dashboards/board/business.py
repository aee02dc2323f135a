"""Does this look like your business? The panel above every conclusion on an uploaded market."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import streamlit as st

from board.text import plain
from sim.common.number_format import grouped
from sim.experiments.reality import PRICE_TOLERANCE, UNITS_TOLERANCE
from sim.report.comparison_protocol import UNKNOWN, Compared
from sim.report.text.reality import business_line, looks_like_a_business
from sim.runs.uploads import is_upload
from sim.scenario import Scenario
from sim.tables import ImportedMarket

KEPT = "observed"
"""What is remembered of tables in a session, by the name of their market."""


class ObservedMarket(NamedTuple):
    """What a table says of a market as a whole: mean price, units a week, and how much of them is simulated."""

    price: float | None
    units: float | None
    sample: float


def remember(name: str, market: ImportedMarket | None) -> None:
    """Remember what the tables of a market say, for the panel."""
    if market is None:
        return
    rows = [row for row in market.rows if row.get("price") and not row.get("looks_like_total")]
    priced = [(float(row["price"]), float(row.get("units") or 0.0)) for row in rows]
    units = sum(sold for _, sold in priced)
    weights = [sold if units else 1.0 for _, sold in priced]
    paid = sum(price * weight for (price, _), weight in zip(priced, weights, strict=True))
    price = paid / sum(weights) if priced else None
    rivals = [row for row in rows if row.get("competitor_price")]
    for row in rivals:
        units += float(row.get("competitor_units") or row.get("units") or 0.0)
    own = ObservedMarket(None if rivals else price, units or None, market.sample)
    st.session_state.setdefault(KEPT, {})[name] = own


def may_conclude(comparison: Compared, scenario: Scenario, name: str) -> bool:
    """Show whether an uploaded market looks like a business, and return whether its conclusions are to be shown.

    Where it does not, they are held back until the visitor asks for them.
    """
    if not is_upload(name):
        return True
    rows = _rows(comparison, scenario, st.session_state.get(KEPT, {}).get(name))
    fits = looks_like_a_business(comparison) and not any(row[-1] for row in rows)
    with st.container(border=True):
        st.markdown(plain(business_line(comparison, scenario)))
        if rows:
            table = pd.DataFrame([row[:-1] for row in rows], columns=["", "observed", "simulated", "tolerance"])
            st.table(table.set_index(""))
        off = [str(row[0]) for row in rows if row[-1]]
        if off:
            st.markdown(plain(f"Off by more than the tolerance: {', '.join(off)}."))
        if fits:
            return True
        st.markdown(plain("A market that does not look like your business says little about it."))
        return st.toggle("Show its conclusions anyway", key=f"anyway-{name}")


def _rows(
    comparison: Compared, scenario: Scenario, observed: ObservedMarket | None
) -> Sequence[tuple[str, str, str, str, bool]]:
    """Return what is observed beside what is simulated, and whether it is off."""
    table = comparison.figures[comparison.regimes[0]]
    time = scenario.time
    days = max(1, time.days - time.warm_up - time.cool_down)
    found = []
    if observed is not None and observed.price is not None:
        price = table.get("consumer_price", UNKNOWN).mean
        found.append(_row(f"mean price, {scenario.money.currency}", observed.price, price, PRICE_TOLERANCE, 2))
    if observed is not None and observed.units is not None:
        kept, per_need = table.get("quantity", UNKNOWN).mean, table.get("quantity_per_need", UNKNOWN).mean
        bought = None if kept is None or not per_need else kept / per_need * _bought(comparison)
        units = None if bought is None else bought * 7.0 / days / observed.sample
        found.append(_row("units sold in a week", observed.units, units, UNITS_TOLERANCE, 0))
    return found


def _bought(comparison: Compared) -> float:
    """Return the share of needs that end with a purchase, units that come back included."""
    return 1.0 - (comparison.figures[comparison.regimes[0]].get("no_purchase_share", UNKNOWN).mean or 0.0)


def _row(
    what: str, observed: float, simulated: float | None, tolerance: float, decimals: int
) -> tuple[str, str, str, str, bool]:
    off = simulated is None or abs(simulated - observed) > tolerance * observed
    shown = "-" if simulated is None else grouped(simulated, decimals)
    return what, grouped(observed, decimals), shown, f"{tolerance:.0%}", off

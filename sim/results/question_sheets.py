"""Results as tables that answer one question each: a row for each channel, units in the heads, the summary first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.results.figures import FIGURES

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

SUMMARY = "summary"
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    SUMMARY: (
        *("consumer_price", "supplier_price", "delivery_days.p50", "no_purchase_share"),
        *("consumer_surplus", "welfare"),
    ),
    "what is paid": ("consumer_price", "full_price", "wholesale_price", "supplier_price"),
    "who keeps what": tuple(f"{who}_margin_money" for who in ("supplier", "intermediary", "retailer", "platform")),
    "how long it takes": ("delivery_days.mean", "delivery_days.p50", "delivery_days.p95", "same_day_share"),
    "what is on the shelf": (
        *("fill_rate", "fill_rate_wanted", "lost_sales", "recovered_sales"),
        *("unserved_share", "no_purchase_share"),
    ),
    "who gains": (
        *("consumer_surplus", "supplier_profit", "intermediary_profit", "retailer_profit"),
        *("platform_profit", "carrier_profit", "welfare"),
    ),
}
"""Each question, which is the name of its sheet, and the figures that answer it."""


def question_sheets(frame: pd.DataFrame, scenario: Scenario) -> dict[str, pd.DataFrame]:
    """Return one table for each question.

    Args:
        frame: one row per estimate: table ("figures" or "differences"), regime, figure, mean, low, high.
        scenario: has the titles of regimes and the currency.

    Returns:
        tables with a row for each regime, then a row for each difference to the first. Next to each figure stands half
        of its 95 % interval, where there is one.
    """
    wanted = {name for names in QUESTIONS.values() for name in names}
    kept = frame[frame["figure"].astype(str).isin(wanted)]
    found = {
        (str(row.table), str(row.regime), str(row.figure)): (row.mean, row.low, row.high)
        for row in kept.itertuples(index=False)
    }
    return {name: _sheet(found, figures, scenario) for name, figures in QUESTIONS.items()}


def _sheet(
    found: Mapping[tuple[str, str, str], tuple[Any, Any, Any]], figures: Sequence[str], scenario: Scenario
) -> pd.DataFrame:
    import pandas as pd

    order = dict.fromkeys((table, regime) for table, regime, _ in found)
    first = next((regime for table, regime in order if table == "figures"), "")
    rows = []
    for table, regime in sorted(order, key=lambda key: key[0] == "differences"):
        title = scenario.regime_title(regime)
        label = title if table == "figures" else f"{title} less {scenario.regime_title(first)}"
        row = {"channel": label}
        for name in figures:
            row |= dict(_cells(name, found.get((table, regime, name), (None, None, None)), scenario.money.currency))
        rows.append(row)
    return pd.DataFrame(rows).dropna(axis="columns", how="all")


def _cells(name: str, values: tuple[Any, Any, Any], currency: str) -> Iterator[tuple[str, Any]]:
    """Yield the heads and values of a figure and of half its interval."""
    mean, low, high = values
    head = f"{name.replace('_', ' ').replace('.', ' ')} ({figure_unit(name, currency)})"
    yield head, mean
    yield f"± {head}", None if low is None or high is None else (high - low) / 2


def figure_unit(name: str, currency: str) -> str:
    """Return the unit of a figure by dotted name, with the currency in place of the word."""
    return FIGURES[name.split(".", maxsplit=1)[0]].unit.replace("currency", currency)

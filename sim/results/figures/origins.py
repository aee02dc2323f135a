"""Where goods came from: the latest purchases, tier by tier, that brought a product to a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.common.table import Columns
from sim.common.types import IntArray
from sim.results.outcome_data import OutcomeData


@dataclass(frozen=True)
class SupplyStep:
    """One move of goods down the chain; stock is pooled, so the unit sold may have come by an earlier one.

    Attributes:
        kind: "opening" (was there before day 0), "production" or "dispatch".
        source, destination: places; the destination is where the goods ended up.
        sent, arrived: days; opening stock has -1 for both.
        seller, buyer: who owned the goods before and after, the same for a firm's own goods on the move; the
            seller of what is made is the account of inputs, of opening stock nobody ("").
        units: how many moved together.
        unit_cents: paid for each; for own goods and opening stock the book value of each.
    """

    kind: str
    source: str
    destination: str
    sent: int
    arrived: int
    seller: str
    buyer: str
    units: int
    unit_cents: int


def steps_before(outcome: OutcomeData, product: int, place: int, day: int) -> tuple[SupplyStep, ...]:
    """Return how a product had last come to a place by a day, from the maker, or the opening, down.

    Each step is the latest that had arrived: at the place before the sale, at its source before the dispatch.
    """
    stock = outcome.columns["stock"]
    of_product = np.flatnonzero(stock["product"] == product)
    lines = {name: column[of_product] for name, column in stock.items()}
    steps: list[SupplyStep] = []
    while 0 <= place < len(outcome.labels["places"]):
        line, arrived = _latest_into(outcome, lines, place, day)
        if line is None:
            break
        steps.append(_step(outcome, lines, line, place, arrived))
        place, day = int(lines["source"][line]), int(lines["day"][line])
        if steps[-1].kind != "dispatch":
            break
    return tuple(reversed(steps))


def _latest_into(outcome: OutcomeData, lines: Columns, place: int, day: int) -> tuple[int | None, int]:
    """Return the line that sent what had last arrived at a place by a day, and when it arrived.

    Lead times are constant, so the days of arrival follow those of sending one by one.
    """
    labels = outcome.labels
    places = labels["places"]
    transit = places.index(f"to {places[place]}")
    kind = labels["stock_kinds"]
    came = (lines["kind"] == kind.index("arrival")) & (lines["destination"] == place)
    came_days: IntArray = np.unique(lines["day"][came])
    number = int(np.searchsorted(came_days, day, side="right"))
    if number == 0:
        opened = (lines["kind"] == kind.index("opening")) & (lines["destination"] == place)
        return _last(np.flatnonzero(opened)), -1
    sent = lines["destination"] == transit
    sent_days = np.unique(lines["day"][sent])
    line = _last(np.flatnonzero(sent & (lines["day"] == sent_days[number - 1])))
    return line, int(came_days[number - 1])


def _last(lines: np.ndarray[Any, Any]) -> int | None:
    return int(lines[-1]) if len(lines) else None


def _step(outcome: OutcomeData, lines: Columns, line: int, place: int, arrived: int) -> SupplyStep:
    """Return one line of the stock journal as a step."""
    labels = outcome.labels
    row = {name: int(column[line]) for name, column in lines.items()}
    kind = labels["stock_kinds"][row["kind"]]
    owner = labels["accounts"][row["owner_out"]]
    return SupplyStep(
        kind=kind,
        source=labels["places"][row["source"]],
        destination=labels["places"][place],
        sent=row["day"],
        arrived=arrived,
        seller={"production": "inputs", "opening": ""}.get(kind, owner),
        buyer=labels["accounts"][row["owner_in"]],
        units=row["units"],
        unit_cents=round(row["value_in"] / row["units"]),
    )

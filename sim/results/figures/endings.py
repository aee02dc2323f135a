"""What customers did whose first choice was an empty shelf."""

from __future__ import annotations

import numpy as np

from sim.engine.codes import BOUGHT, WAITING
from sim.results.figures.arithmetic import quotient
from sim.results.outcome_data import OutcomeData
from sim.scenario.regimes import ENDLESS_AISLE, PICKUP, STORE

ENDINGS = ("elsewhere", "delivered", "ordered_there", "substituted", "tomorrow", "lost")
"""Bought in another store or picked up there; the same product brought home by courier or parcel; ordered in the store
(endless aisle); another product; bought the day after; nothing. The first that applies, from the last but one up."""


def endings(outcome: OutcomeData) -> dict[str, float | None]:
    """Return how needs ended whose first choice was an empty shelf: shares that add up to 1, None where there are none.

    Needs still waiting for goods when the run ended are left out: how they end is unknown.
    """
    needs = outcome.columns["needs"]
    ended = needs["result"] != WAITING
    rows = np.flatnonzero(needs["first_empty"] & ended & outcome.in_window(needs["day"]))
    channel, bought = needs["channel"][rows], needs["result"][rows] == BOUGHT
    ways = {
        "tomorrow": needs["attempt"][rows] > 0,
        "substituted": needs["product"][rows] != needs["first_choice"][rows],
        "ordered_there": channel == ENDLESS_AISLE,
        "elsewhere": (channel == STORE) | (channel == PICKUP),
    }
    ending = np.select([~bought, *ways.values()], ["lost", *ways], "delivered")
    return {name: quotient(np.count_nonzero(ending == name), len(rows)) for name in ENDINGS}


def empty_share(outcome: OutcomeData) -> float | None:
    """Return the share of first choices that were an empty shelf; None where nobody chose."""
    needs = outcome.columns["needs"]
    chose = (needs["first_choice"] >= 0) & outcome.in_window(needs["day"])
    return quotient(np.count_nonzero(chose & needs["first_empty"]), np.count_nonzero(chose))

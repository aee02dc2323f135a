"""Finding the warm-up: from which day on a market has forgotten how it was opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.common.types import FloatArray
from sim.engine.codes import BOUGHT
from sim.results.outcome import Outcome
from sim.runs.memory import ensure_memory
from sim.runs.progress import OnProgress, Progress
from sim.runs.running import Source, attempted_runs, known_regimes, prepared
from sim.runs.seeds import replication_seeds

BATCH = 5
PILOTS = 5
"""Runs under each regime whose days are averaged: the days of a single one are too rough to tell."""


def mser_5(series: FloatArray) -> int | None:
    """Return how many days to leave out at the start, None where the series is too short to tell.

    MSER-5 (White, Cobb & Spratt 2000): of means of 5 days each, leave out as many as makes the standard error of the
    mean of the rest smallest. Where leaving out half of the run is best, the run is too short to tell, too.
    """
    batches = len(series) // BATCH
    if batches < 4:
        return None
    means = series[: batches * BATCH].reshape(batches, BATCH).mean(axis=1)
    error = [means[left:].var() / (batches - left) for left in range(batches // 2 + 1)]
    best = int(np.argmin(error))
    return best * BATCH if best < batches // 2 else None


def daily_series(outcome: Outcome) -> Mapping[str, FloatArray]:
    """Return what is looked at, by the day on which needs arose: the share that bought, and what they paid.

    NaN on a day without needs, or on which nobody bought: there is no such price, and 0 would be a crash of prices.
    """
    days = outcome.manifest.scenario.time.days
    needs = outcome.columns["needs"]
    bought = needs["result"] == BOUGHT
    arisen = np.bincount(needs["day"], minlength=days)
    sold = np.bincount(needs["day"][bought], minlength=days)
    paid = np.bincount(needs["day"][bought], weights=needs["price"][bought], minlength=days)
    return {
        "share of needs bought": np.divide(sold, arisen, out=np.full(days, np.nan), where=arisen > 0),
        "price paid": np.divide(paid, sold, out=np.full(days, np.nan), where=sold > 0),
    }


def mean_by_day(pilots: Sequence[FloatArray]) -> FloatArray:
    """Return the mean of each day over the runs that have a number for it.

    Where none has, that of the day before stands, and before the first one the first; empty where there is none at all.
    """
    known = ~np.isnan(pilots)
    counts = known.sum(axis=0)
    days = np.flatnonzero(counts)
    if len(days) == 0:
        return np.empty(0)
    sums = np.where(known, pilots, 0.0).sum(axis=0)
    latest = np.searchsorted(days, np.arange(len(counts)), side="right") - 1
    chosen = days[np.maximum(latest, 0)]
    mean: FloatArray = sums[chosen] / counts[chosen]
    return mean


def find_warm_up(
    scenario: Source = "classroom",
    regimes: Iterable[str] | None = None,
    seed: int = 0,
    *,
    days: int | None = None,
    progress: OnProgress | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> int | None:
    """Return the warm-up that pilot runs ask for: one for all regimes, the longest.

    None where a run is too short to settle, or never does. Pilot runs that fail are left out: the runs themselves will
    say why. Where all fail, what the first one raised is raised.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        regimes: names of regimes; if not given, those of the scenario.
        seed: of the first pilot runs.
        days: length of the runs, in place of the scenario's ``time.days``.
        progress: called after each run.
        overrides: parameters to change by path.
    """
    market = prepared(scenario, days, overrides, {})
    names = known_regimes(market, market.compare if regimes is None else regimes)
    ensure_memory(market, names)
    failed: list[Exception] = []
    series: dict[tuple[str, str], list[FloatArray]] = {}
    for turn, each in enumerate(replication_seeds(seed, PILOTS)):
        for place, (regime, outcome) in enumerate(attempted_runs(market, names, each), start=1):
            if isinstance(outcome, Exception):
                failed.append(outcome)
                if isinstance(outcome, MemoryError) or len(failed) == (turn + 1) * len(names) == PILOTS * len(names):
                    raise failed[0]
            else:
                for name, days_of in daily_series(outcome).items():
                    series.setdefault((regime, name), []).append(days_of)
            if progress is not None:
                progress(Progress(turn * len(names) + place, PILOTS * len(names), failed=len(failed)))
    means = [mean_by_day(pilots) for pilots in series.values()]
    found = [mser_5(mean) for mean in means if len(mean)]
    if not found:
        return None
    return None if None in found else max(each for each in found if each is not None)

"""Trials: one point of a sweep with one seed, as it travels to whoever runs it, and what comes back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from socket import gethostname
from typing import Any

from sim.common.files import FolderError
from sim.common.number_format import listed
from sim.common.provenance import sources_sha256, versions
from sim.market import Market
from sim.results.figures import flatten
from sim.runs.backends import Failure, attempted
from sim.runs.design import Point
from sim.runs.replication import Flat
from sim.runs.running import live_through
from sim.runs.store import RunKey, Store
from sim.scenario import Scenario, load_scenario
from sim.world.world import World, make_world

TOKEN = "token"


@dataclass(frozen=True)
class FailedPoint:
    """A point at which runs came to nothing.

    Attributes:
        point: values by path of the parameter.
        seed: of the run; None where no run could be tried.
        reason: in a line.
        details: where it happened, for whoever has to mend it.
        regimes: under which; empty: under all.
    """

    point: Point
    seed: int | None
    reason: str
    details: str = ""
    regimes: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = [f"{path}={value}" for path, value in self.point.items()]
        parts += [f"under {listed(self.regimes)}"] if self.regimes else []
        parts += [] if self.seed is None else [f"seed {self.seed}"]
        return f"{', '.join(parts) or 'the scenario as it is'}: {self.reason}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        return {"values": self.point, "seed": self.seed, "regimes": list(self.regimes), "reason": self.reason}


@dataclass(frozen=True)
class Trial:
    """One point with one seed under some regimes, as it travels to whoever runs it.

    It holds what all points share and the point's own values, not the scenario they make: ten thousand trials that
    wait would be half a gigabyte of scenarios.

    Attributes:
        scenario: what the points change.
        point: values by path of the parameter.
        regimes: those that are missing in the store.
        seed: of world and shocks, the same for all regimes.
        folder: the store's folder, where it is the worker's as well.
        token: what a worker finds in that folder if it is the same one.
        program: what it has to be run by; see ``program``.
    """

    scenario: Scenario
    point: Point
    regimes: tuple[str, ...]
    seed: int
    folder: str
    token: str
    program: Mapping[str, str]

    def market(self) -> Scenario:
        """Return the scenario with the point's values in it."""
        return load_scenario(self.scenario, self.point)


@dataclass(frozen=True)
class Tried:
    """What came of a trial.

    Attributes:
        figures: by regime, of those that the worker could not put into the store itself.
        failures: by regime, of those that came to nothing; the others are run all the same.
        refused: why the worker would not run it; empty where it did.
    """

    figures: Mapping[str, Flat] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)
    refused: str = ""


def program() -> dict[str, str]:
    """Return what decides results besides the trial: a hash of the sources, and versions, by name.

    A process that has run anything keeps the hash of the sources it has loaded, whatever becomes of the files.
    """
    return {"sources of sim": sources_sha256()[:16], **versions()}


def try_out(trial: Trial) -> Tried:
    """Run what is missing of a trial and put it into the store as it is finished.

    A worker of another program than that of whoever asks refuses: its figures would be others under the same name.
    """
    refused = _refused(trial)
    if refused:
        return Tried(refused=refused)
    store, scenario = _reached(trial), trial.market()
    world = make_world(scenario, trial.seed)
    kept: dict[str, Flat] = {}
    failures: dict[str, Failure] = {}
    for regime in trial.regimes:
        key = RunKey.of(scenario, regime, trial.seed)
        if store is not None and store.get(key) is not None:
            continue  # another sweep was faster
        figures = attempted(partial(_lived, scenario, world, trial.seed), regime)
        if isinstance(figures, Failure):
            failures[regime] = figures
        elif store is None:
            kept[regime] = figures
        else:
            try:
                store.put(key, figures)
            except FolderError:  # whoever asked tries once more, and says what is wrong with the folder
                kept[regime] = figures
    return Tried(kept, failures)


def _lived(scenario: Scenario, world: World, seed: int, regime: str) -> Flat:
    """Return the figures of one run."""
    outcome = live_through(Market(scenario, regime, seed, world))
    return flatten(dict(outcome.figures))


def _refused(trial: Trial) -> str:
    """Return how this process differs from the one that gave out a trial; empty where it does not."""
    own = program()
    apart = [
        f"{name} {own.get(name, 'unknown')} instead of {wanted}"
        for name, wanted in trial.program.items()
        if own.get(name) != wanted
    ]
    return f"the worker {gethostname()}, process {os.getpid()}, has {', '.join(apart)}" if apart else ""


def _reached(trial: Trial) -> Store | None:
    """Return the store, if this process sees the same folder as the one that gave out the trial."""
    try:
        seen = (Path(trial.folder) / TOKEN).read_text(encoding="utf-8")
    except OSError:
        return None
    return Store(trial.folder) if seen == trial.token else None

"""How the runs of an experiment are made: how many, from which seed, where, and where they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypedDict

from sim.runs.progress import OnProgress
from sim.runs.running import Source, prepared
from sim.scenario import Scenario


@dataclass(frozen=True)
class RunOptions:
    """What all experiments have in common.

    Attributes:
        replications: worlds at each point, the same seeds at all of them; None: as many as is usual there.
        seed: of the first replication; the others are hashed from it.
        days: length of the runs, in place of the scenario's ``time.days``.
        overrides: parameters to change by path in all runs.
        workers: runs at a time; None: one for each core. 1: this process does the work itself.
        scheduler: address of a Dask scheduler whose workers do the work instead.
        store: folder of finished runs, which are not made again; None: one that is gone with the result.
        progress: called in the caller's thread as runs are finished.
    """

    replications: int | None = None
    seed: int = 0
    days: int | None = None
    overrides: Mapping[str, Any] | None = None
    workers: int | None = None
    scheduler: str | None = None
    store: str | Path | None = None
    progress: OnProgress | None = None

    def applied_to(self, scenario: Source) -> Scenario:
        """Return a scenario with what is to be different in it. Raises ScenarioError."""
        return prepared(scenario, self.days, self.overrides, {})


class RunKeywords(TypedDict, total=False):
    """The same as keywords; see ``RunOptions``."""

    replications: int
    seed: int
    days: int | None
    overrides: Mapping[str, Any] | None
    workers: int | None
    scheduler: str | None
    store: str | Path | None
    progress: OnProgress | None


def options_of(options: RunOptions | None, keywords: RunKeywords, replications: int) -> RunOptions:
    """Return options with keywords in their place, and with a number of replications where none is given.

    Raises:
        TypeError: for a keyword that is no option.
    """
    chosen = replace(options or RunOptions(), **keywords)
    return chosen if chosen.replications is not None else replace(chosen, replications=replications)


def options_with_dots(options: RunOptions | None, keywords: Mapping[str, Any], replications: int) -> RunOptions:
    """Return options as ``options_of`` does; keywords with dots are parameters to change by path.

    Raises:
        TypeError: for a keyword that is neither.
    """
    dotted = {name: value for name, value in keywords.items() if "." in name}
    own = {name: value for name, value in keywords.items() if name not in dotted}
    chosen = replace(options or RunOptions(), **own)
    return options_of(replace(chosen, overrides={**(chosen.overrides or {}), **dotted}), {}, replications)

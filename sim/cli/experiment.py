"""The options that all experiments share, written down once, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Any, get_type_hints

import typer

from sim.cli import options
from sim.cli.answers import Answer, check_report, give
from sim.cli.console import announce_compiling
from sim.cli.errors import end_with

if TYPE_CHECKING:
    from sim.runs.options import RunOptions
    from sim.scenario import Scenario


@dataclass(frozen=True)
class ExperimentRequest:
    """What the options that all experiments share ask for, as it was typed."""

    context: typer.Context
    replications: options.Replications = "5"
    seed: options.Seed = "0"
    days: options.Days = None
    settings: options.Settings = None
    workers: options.Workers = None
    scheduler: options.Scheduler = None
    store: options.StoreFolder = None
    report: options.AnyReport = None
    overwrite: options.Overwrite = False
    full: options.Full = False
    json: options.Json = False

    def market(self, scenario: str) -> Scenario:
        """Return the scenario with all its changes; first of all, see that the report can be written.

        Raises ScenarioError.
        """
        check_report(self.report, overwrite=self.overwrite)
        return options.changed_scenario(scenario, self.settings, self.days)

    def runs(self, least: int = 1) -> RunOptions:
        """Return how runs are to be made, ``least`` replications or more. Raises ScenarioError."""
        seed = options.whole_number("--seed", self.seed, 0)
        replications = options.whole_number("--replications", self.replications, least)
        workers = None if self.workers is None else options.whole_number("--workers", self.workers)
        announce_compiling()
        from sim.runs.options import RunOptions

        return RunOptions(replications, seed, workers=workers, scheduler=self.scheduler, store=self.store)

    def give(self, answer: Answer, failed: Sequence[object]) -> None:
        """Print an answer, or write it as asked. Ends with a code of its own where runs failed."""
        give(answer, self.report, self.context, json=self.json, full=self.full)
        end_with(failed)


def experiment(*, replications: str = "5", store: bool = True) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the shared options; it receives them together, as ``asked``.

    Args:
        replications: how many there are unless the command is told.
        store: whether the experiment keeps its runs in a store.
    """
    hints = get_type_hints(ExperimentRequest, include_extras=True)
    shared = [
        Parameter(
            each.name,
            Parameter.KEYWORD_ONLY,
            default=Parameter.empty if each.name == "context" else each.default,
            annotation=hints[each.name],
        )
        for each in fields(ExperimentRequest)
        if store or each.name != "store"
    ]

    def with_shared_options(command: Callable[..., None]) -> Callable[..., None]:
        own = [each for each in signature(command, eval_str=True).parameters.values() if each.name != "asked"]

        @wraps(command)
        def given(**values: Any) -> None:
            mine = {each.name: values.pop(each.name) for each in own}
            command(asked=ExperimentRequest(**values), **mine)

        merged = [
            *(each.replace(kind=Parameter.KEYWORD_ONLY) for each in own),
            *(each.replace(default=replications) if each.name == "replications" else each for each in shared),
        ]
        given.__signature__ = Signature(merged)  # type: ignore[attr-defined]
        given.__annotations__ = {each.name: each.annotation for each in merged}
        return given

    return with_shared_options

"""One run of a market, from what a person asks for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from sim.common.stopping import StoppedError, stop_if_asked
from sim.market import Market
from sim.results.outcome import Outcome
from sim.runs.compiling import compile_first
from sim.runs.memory import ensure_memory
from sim.scenario import Problem, Scenario, ScenarioError, load_scenario
from sim.scenario.overrides import nearest
from sim.scenario.problems import shown
from sim.scenario.records import Records
from sim.world.world import World, make_world

Kept: TypeAlias = Literal["records", "pairs", "figures"]
"""What runs keep of needs, payments and movements; see ``records.needs``."""
Source: TypeAlias = Scenario | str | Path | Mapping[str, Any]
"""A scenario, the name of a shipped one, the path of a TOML file, or a dict of that form."""


def run(
    scenario: Source = "classroom",
    regime: str = "traditional",
    seed: int = 0,
    days: int | None = None,
    overrides: Mapping[str, Any] | None = None,
    **dotted: Any,
) -> Outcome:
    """Run a market under one regime and return what it leaves.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        regime: name of a regime of the scenario.
        seed: decides the world and every shock.
        days: length of the run, in place of the scenario's ``time.days``.
        overrides: parameters to change by path: ``{"customers.travel_cost": 0.4}``.
        dotted: the same as keywords: ``**{"customers.travel_cost": 0.4}``.

    Raises:
        ScenarioError: with everything that is wrong with the scenario, the overrides or the regime.
    """
    market = prepared(scenario, days, overrides, dotted)
    (name,) = known_regimes(market, [regime])
    ensure_memory(market, [name])
    compile_first()
    return live_through(Market(market, name, seed))


def compile_once() -> None:
    """Have the kernels compiled before several processes would all do it at the same time."""
    compile_first()
    live_through(
        Market(load_scenario("village", {"time.days": 1, "time.warm_up": 0, "time.cool_down": 0}), "hybrid", 0)
    )


def live_through(market: Market) -> Outcome:
    """Run a market that nobody else needs to its end, return what it leaves, and empty it.

    Raises StoppedError where it shall stop before a day, see ``sim.common.stopping``.
    """
    with emptying(market):
        while market.day < market.parameters.time.days:
            stop_if_asked()
            market.step()
        return market.outcome()


def attempted_runs(
    scenario: Scenario,
    regimes: Iterable[str],
    seed: int,
    variants: Callable[[World], Mapping[str, Scenario]] | None = None,
    *,
    kept: Kept = "records",
    hands: int = 1,
) -> Iterator[tuple[str, Outcome | Exception]]:
    """Live through one world under each regime, and yield what each run leaves, or raised, in the order of regimes.

    Args:
        scenario: what to run.
        regimes: names of regimes.
        seed: decides world and shocks, the same for all regimes.
        variants: makes the scenario of each regime from the world, where these differ.
        kept: what runs keep of needs, payments and movements: records, or no more than figures or pairs are made of.
        hands: how many runs are made at a time, in threads; what they leave does not depend on it.

    Raises:
        StoppedError: where it shall stop.
        Exception: where the world itself cannot be made.
    """
    world = make_world(scenario, seed)
    own = {} if variants is None else variants(world)

    def attempted(regime: str) -> Outcome | Exception:
        return _attempted(that_keeps(own.get(regime, scenario), kept), regime, seed, world)

    names = list(regimes)
    yield from zip(names, map(attempted, names) if hands == 1 else _side_by_side(attempted, names, hands), strict=True)


def _side_by_side(attempted: Callable[[str], Outcome | Exception], names: list[str], hands: int) -> Iterator[Any]:
    """Yield results in order, ``hands`` of them made at a time; no more are begun than are asked for."""
    waiting: deque[Future[Any]] = deque()
    with ThreadPoolExecutor(hands, thread_name_prefix="regime") as pool:
        for number in range(len(names)):
            for name in names[number + len(waiting) : number + hands]:
                waiting.append(pool.submit(copy_context().run, attempted, name))
            yield waiting.popleft().result()


def that_keeps(scenario: Scenario, kept: Kept) -> Scenario:
    """Return the scenario of a run that keeps no more than is asked for; its figures are the same to the last bit."""
    if kept == "records":
        return scenario
    return scenario.model_copy(update={"records": Records(needs=kept)})


def _attempted(scenario: Scenario, regime: str, seed: int, world: World) -> Outcome | Exception:
    """Return what a run leaves, or raised, with a note that names regime and seed."""
    try:
        own = world if world.scenario is scenario else replace(world, scenario=scenario)
        return live_through(Market(scenario, regime, seed, own))
    except StoppedError:
        raise
    except Exception as error:
        error.add_note(f"under {regime}, seed {seed}")
        return error


def paired_runs(
    scenario: Scenario,
    regimes: Iterable[str],
    seed: int,
    variants: Callable[[World], Mapping[str, Scenario]] | None = None,
) -> Iterator[tuple[str, Outcome]]:
    """Do the same as ``attempted_runs``, and raise what a run raises."""
    for regime, found in attempted_runs(scenario, regimes, seed, variants):
        if isinstance(found, Exception):
            raise found
        yield regime, found
        del found


@contextmanager
def emptying(market: Market) -> Iterator[Market]:
    """Yield a market nobody else needs, and empty it in the end.

    A market and its firms hold each other. Left to the garbage collector, which counts objects and not bytes,
    gigabytes of dropped markets would pile up before it comes by.
    """
    try:
        yield market
    finally:
        market.__dict__.clear()


def prepared(
    scenario: Source, days: int | None, overrides: Mapping[str, Any] | None, dotted: Mapping[str, Any]
) -> Scenario:
    """Load a scenario with everything that was asked to be different. Raises ScenarioError."""
    changed = {**(overrides or {}), **dotted}
    if days is not None:
        changed["time.days"] = days
    return load_scenario(scenario, changed)


def known_regimes(scenario: Scenario, names: Iterable[str]) -> tuple[str, ...]:
    """Return the regimes asked for, each once. Raises ScenarioError for an unknown one, and for none."""
    asked = (names,) if isinstance(names, str) else tuple(dict.fromkeys(names))
    known = scenario.regime_names
    allowed = f"the regimes of {scenario.name} are: {', '.join(known)}"
    problems = [
        Problem("", "regime", shown(name), allowed, nearest(str(name), list(known)))
        for name in asked
        if name not in known
    ]
    if not asked:
        problems = [Problem("", "regimes", "", allowed, "name at least one")]
    if problems:
        raise ScenarioError(problems)
    return asked


def run_to_dict(outcome: Outcome) -> dict[str, Any]:
    """Return a run as JSON says it: what was run, and its figures, null where undefined."""
    scenario = outcome.manifest.scenario
    return {
        "scenario": scenario.name,
        "regime": outcome.manifest.regime,
        "seed": outcome.manifest.seed,
        "days": scenario.time.days,
        "customers": int(outcome.columns["towns"]["customers"].sum()),
        "figures": dict(outcome.figures),
    }

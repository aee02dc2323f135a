"""A view: everything that decides what a page shows, in one place, as a link carries it.

What a link says is anybody's text. It never names a file, and what is wrong with it becomes a list of problems.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.common.provenance import version_of
from sim.market import LARGEST_SEED
from sim.runs.backends import workers_of_service
from sim.runs.machine import memory_of_worker
from sim.runs.memory import memory_problems
from sim.runs.running import known_regimes
from sim.runs.uploads import is_upload
from sim.scenario import Problem, Scenario, ScenarioError, load_scenario, parse_override, scenario_names
from sim.scenario.problems import shown

LINK = "link"
FIRST = "classroom"
RUNS, MOST_RUNS = 10, 50
MOST_CHANGES, MOST_CHOICES, LONGEST = 40, 12, 200
MOST_CUSTOMER_DAYS, MOST_DAYS, MOST_CUSTOMERS = 20_000_000, 10_000, 200_000
MOST_PRODUCTS, MOST_TOWNS = 2_000, 400
MOST_DIGITS = 20
ALWAYS_TRIED = 2e9
"""Bytes: a run that may take no more is tried on any machine, as estimates are too high rather than too low."""
OWN = ("scenario", "regimes", "set", "runs", "seed", "version")
"""Names in a link that every page shares; all others are choices of its own."""


class NotSentError(LookupError):
    """A view of a scenario that was sent, but not here, or too long ago; its file has to be sent again."""


@dataclass(frozen=True)
class View:
    """What is looked at.

    Attributes:
        scenario: name of a shipped scenario, or what ``sim.runs.uploads`` calls one that was sent.
        regimes: those compared, the others with the first; empty: those the scenario compares.
        changes: ``path=value`` for each parameter that is changed, as the command line takes them.
        runs: replications.
        seed: of the first of them.
        choices: what a page has been told beside these, by name, in the order of names.
        other_version: of the program that made the link, where it is not this one; figures may differ.
    """

    scenario: str = FIRST
    regimes: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    runs: int = RUNS
    seed: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    other_version: str = ""

    def parameters(self) -> dict[str, str | list[str]]:
        """Return the view as the parameters of a link of this version, what is as usual left out."""
        found: dict[str, str | list[str]] = {"scenario": self.scenario}
        if self.regimes:
            found["regimes"] = ",".join(self.regimes)
        if self.changes:
            found["set"] = list(self.changes)
        if self.runs != RUNS:
            found["runs"] = str(self.runs)
        if self.seed:
            found["seed"] = str(self.seed)
        found["version"] = made_by()
        return {**found, **{name: value for name, value in self.choices if value}}

    def market(self, sent: Callable[[str], Scenario | None] = lambda _: None) -> Scenario:
        """Return the scenario with its changes.

        Args:
            sent: returns a scenario that was sent, by the name the view calls it; None where it is not known.

        Raises:
            NotSentError: when it was sent to somewhere else.
            ScenarioError: with everything that is wrong with it.
        """
        source: Scenario | str = self.scenario
        if is_upload(self.scenario):
            found = sent(self.scenario)
            if found is None:
                raise NotSentError(self.scenario)
            source = found
        elif self.scenario not in scenario_names():
            allowed = f"the scenarios are: {', '.join(scenario_names())}"
            raise ScenarioError([Problem(LINK, "scenario", shown(self.scenario), allowed, "choose one of these")])
        scenario = load_scenario(source, dict(parse_override(change) for change in self.changes))
        too_much = too_long(scenario)
        if too_much:
            raise ScenarioError(too_much)
        return scenario

    def compared(self, scenario: Scenario) -> tuple[str, ...]:
        """Return the regimes to compare. Raises ScenarioError for those that do not exist."""
        return known_regimes(scenario, self.regimes or scenario.compare)

    def choice(self, name: str, otherwise: str = "") -> str:
        """Return what the page was told of ``name``."""
        return dict(self.choices).get(name, otherwise)

    def choosing(self, **choices: str) -> View:
        """Return the view with other choices; an empty one is taken back."""
        kept = {**dict(self.choices), **choices}
        return replace(self, choices=tuple(sorted((name, value) for name, value in kept.items() if value)))

    def changing(self, path: str, value: str | None) -> View:
        """Return the view with one parameter changed, or with its change taken back."""
        kept = [change for change in self.changes if parse_override(change)[0] != path]
        return replace(self, changes=tuple(kept if value is None else [*kept, f"{path}={value}"]))

    def command(self, file: str = "") -> str:
        """Return the command that prints the same figures; ``file``: of a scenario that was sent, changes included."""
        if file:
            return replace(self, scenario=file, changes=()).command()
        words = ["middleman", "compare", self.scenario]
        words += ["--regimes", ",".join(self.regimes)] if self.regimes else []
        words += [word for change in self.changes for word in ("--set", change)]
        words += ["--replications", str(self.runs), "--seed", str(self.seed)]
        return shlex.join(words)

    def python(self, file: str = "") -> str:
        """Return the lines of Python that give the same figures; ``file`` as for ``command``."""
        if file:
            return replace(self, scenario=file, changes=()).python()
        changes = dict(parse_override(change) for change in self.changes)
        given = [repr(self.scenario)]
        given += [f"regimes={list(self.regimes)!r}"] if self.regimes else []
        given += [f"replications={self.runs}", f"seed={self.seed}"]
        given += [f"overrides={changes!r}"] if changes else []
        return f"import sim\n\ncomparison = sim.compare({', '.join(given)})\ncomparison.to_frame()\n"


def made_by() -> str:
    """Return the version of this program, as links carry it."""
    return version_of("middleman")


def view_of(parameters: Mapping[str, Sequence[str]]) -> View:
    """Return the view a link asks for.

    Args:
        parameters: the values of each of its parameters.

    Raises:
        ScenarioError: with everything in it that cannot be, the scenario itself not yet looked at.
    """
    given = {name: [str(value) for value in values] for name, values in parameters.items()}
    problems = _too_much(given)
    if problems:  # not even read: reading takes its time
        raise ScenarioError(problems)
    runs = _whole(given, "runs", RUNS, 1, MOST_RUNS, problems)
    seed = _whole(given, "seed", 0, 0, LARGEST_SEED, problems)
    changes = _changes(given.get("set", []), problems)
    if problems:
        raise ScenarioError(problems)
    regimes = _last(given, "regimes", "").split(",")
    version = _last(given, "version", "")
    return View(
        scenario=_last(given, "scenario", FIRST),
        regimes=tuple(dict.fromkeys(name.strip() for name in regimes if name.strip())),
        changes=tuple(changes),
        runs=runs,
        seed=seed,
        choices=tuple(sorted((name, _last(given, name, "")) for name in given if name not in OWN)),
        other_version="" if version == made_by() else version,
    )


def _too_much(given: Mapping[str, Sequence[str]]) -> list[Problem]:
    """Return what is too long in a link, or too many; empty where nothing is."""
    problems = []
    for name, values in given.items():
        longest = max((name, *values), key=len)
        if len(longest) > LONGEST:
            allowed = f"at most {LONGEST} letters are allowed"
            problems.append(Problem(LINK, shown(name)[1:-1], shown(longest), allowed, "shorten it"))
    changes = len(given.get("set", ()))
    if changes > MOST_CHANGES:
        allowed = f"at most {MOST_CHANGES} parameters can be changed in a link"
        problems.append(Problem(LINK, "set", str(changes), allowed, "write a scenario file instead"))
    choices = [name for name in given if name not in OWN]
    if len(choices) > MOST_CHOICES:
        allowed = f"at most {MOST_CHOICES} names beside {', '.join(OWN)} are allowed"
        problems.append(Problem(LINK, shown(choices[0])[1:-1], str(len(choices)), allowed, "leave the others out"))
    return problems


def _changes(given: Iterable[str], problems: list[Problem]) -> list[str]:
    """Return the changes, the last of each parameter, and note those that are none."""
    found: dict[str, str] = {}
    for change in given:
        try:
            found[parse_override(change)[0]] = change
        except ScenarioError as error:
            problems += error.problems
    return list(found.values())


def _last(given: Mapping[str, Sequence[str]], name: str, otherwise: str) -> str:
    values = given.get(name) or [otherwise]
    return values[-1]


def _whole(
    given: Mapping[str, Sequence[str]], name: str, usual: int, least: int, most: int, problems: list[Problem]
) -> int:
    text = _last(given, name, str(usual))
    if len(text) <= MOST_DIGITS and text.isascii() and text.isdigit() and least <= int(text) <= most:
        return int(text)
    problems.append(Problem(LINK, name, shown(text), f"a whole number from {least} to {most}", "give one"))
    return usual


def too_long(scenario: Scenario) -> list[Problem]:
    """Return why a run is too long for a machine that many share; empty where it is not."""
    places, days = scenario.geography, scenario.time.days
    towns: Sequence[Any] = places.towns or ()
    customers = sum(town.customers for town in towns) if towns else places.customers
    count = len(towns) or places.town_count
    products = len(scenario.products.items or ()) or scenario.products.count
    limits = (
        ("time.days", days, MOST_DAYS),
        ("geography.customers", customers, MOST_CUSTOMERS),
        ("geography.customers times time.days", customers * days, MOST_CUSTOMER_DAYS),
        ("geography.town_count", count, MOST_TOWNS),
        ("products.count", products, MOST_PRODUCTS),
    )
    remedy = "use the command line for more: middleman compare"
    found = [
        Problem(LINK, name, str(given), f"up to {most} can be run here, where many share one machine", remedy)
        for name, given, most in limits
        if given > most
    ]
    most_bytes = max(memory_of_worker(workers_of_service()), ALWAYS_TRIED)
    return found or memory_problems(scenario, scenario.compare, most_bytes, LINK)

"""What the chain in between does for its money: services switched off one by one, their worth shared out fairly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

from sim.common.estimates import Estimate, estimate
from sim.common.presentation import Presented
from sim.experiments.point_figures import PointFigures
from sim.experiments.questions import Question, Setting, Wanted
from sim.experiments.sweep_results import failures_frame
from sim.experiments.sweeping import drain, setting_of
from sim.runs.options import RunKeywords, RunOptions, options_of
from sim.runs.point_runs import FailedPoint
from sim.runs.replication import Flat
from sim.runs.running import Source, known_regimes
from sim.scenario import Problem, Scenario, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

Coalition: TypeAlias = frozenset[str]

SERVICES: Mapping[str, str] = {
    "contacts": "contacts saved",
    "freight": "freight bundled",
    "stock": "stock next door",
    "inspection": "inspection before buying",
}
"""The services that can be switched off, in words."""

GAINS: Mapping[str, tuple[str, ...]] = {
    "everybody": ("welfare",),
    "customers": ("consumer_surplus",),
    "in_between": ("intermediary_profit", "retailer_profit"),
}
"""Who may gain by a service, and the figures that add up to it, all in currency per need."""

MARGINS: Mapping[str, str] = {"intermediaries": "intermediary_margin", "retailers": "retailer_margin"}
"""What the firms in between keep of what customers pay, before their own costs."""


@dataclass(frozen=True)
class ServiceWorth:
    """What one service is worth, in currency per need: its Shapley value, estimated over replications.

    Attributes:
        service: its name; see ``SERVICES``.
        gains: by who gains; see ``GAINS``.
        alone: what everybody gains by it where none of the others is there.
        last: what everybody gains by it where all of the others are there.
    """

    service: str
    gains: Mapping[str, Estimate]
    alone: Estimate
    last: Estimate


@dataclass(frozen=True, repr=False)
class Worth(Presented):
    """What the services of the chain in between are worth, next to what it keeps. Currency per need.

    Attributes:
        scenario, regime: what was asked for.
        services: their worth.
        total: of all services together, by who gains: the figure with all of them less that with none.
        margins: what intermediaries and retailers keep of what customers pay, all services there.
        profits: the same after all their costs.
        runs: replications behind each number: those in which every set of services could be run.
        failed: sets of services that could not be run, or not whole.
    """

    scenario: str
    regime: str
    services: tuple[ServiceWorth, ...]
    total: Mapping[str, Estimate]
    margins: Mapping[str, Estimate]
    profits: Mapping[str, Estimate]
    runs: int
    failed: tuple[FailedPoint, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per service and who gains: service, party, mean, low, high."""
        import pandas as pd

        return pd.DataFrame(
            [
                {"service": each.service, "party": party, **gain.to_dict()}
                for each in self.services
                for party, gain in each.gains.items()
            ]
        )

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Return every table by name: services, what all are worth, what firms keep, and failures if there are any."""
        import pandas as pd

        more = [
            {"service": each.service, "where": where, **found.to_dict()}
            for each in self.services
            for where, found in (("alone", each.alone), ("on top of the others", each.last))
        ]
        total = [{"party": party, **gain.to_dict()} for party, gain in self.total.items()]
        kept = [
            {"who": who, "what": what, **found.to_dict()}
            for what, table in (("margin", self.margins), ("profit", self.profits))
            for who, found in table.items()
        ]
        tables = {"alone and last": more, "all together": total, "kept": kept}
        frames = {name: pd.DataFrame(rows) for name, rows in tables.items()}
        return {"services": self.to_frame(), **frames, **failures_frame(self.failed)}

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it."""

        def plain(table: Mapping[str, Estimate]) -> dict[str, Any]:
            return {name: found.to_dict() for name, found in table.items()}

        return {
            "scenario": self.scenario,
            "regime": self.regime,
            "runs": self.runs,
            "services": {
                each.service: {**plain(each.gains), "alone": each.alone.to_dict(), "last": each.last.to_dict()}
                for each in self.services
            },
            "total": plain(self.total),
            "margins": plain(self.margins),
            "profits": plain(self.profits),
            "failed": [each.to_dict() for each in self.failed],
        }


def shapley(values: Mapping[Coalition, float], players: Sequence[str]) -> dict[str, float]:
    """Share out what all players achieve together: each gets its mean contribution over all orders of joining.

    Efficient, symmetric, additive, and nothing for whom nothing is gained: the only rule that is all four (Shapley
    1953).

    Args:
        values: what each set of players achieves, the empty one included.
        players: their names.

    Raises:
        KeyError: when the value of a set is missing.
    """
    count = len(players)
    shares = {}
    weights = [factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)]
    for player in players:
        others = [other for other in players if other != player]
        shares[player] = sum(
            weights[len(joined)] * (values[joined | {player}] - values[joined]) for joined in coalitions(others)
        )
    return shares


def coalitions(players: Sequence[str]) -> list[Coalition]:
    """Return all sets of players, the empty one first."""
    return [frozenset(chosen) for size in range(len(players) + 1) for chosen in combinations(players, size)]


def worth(
    scenario: Source,
    regime: str = "traditional",
    services: Iterable[str] = tuple(SERVICES),
    *,
    options: RunOptions | None = None,
    **keywords: Unpack[RunKeywords],
) -> Worth:
    """Find what the services of the chain in between are worth: every set of them on the same seeds.

    Firms' rules go on as they are: a cost-plus chain passes on what a missing service costs it.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        regime: one in which retailers own what they sell.
        services: which to switch off in turn; the others stay as the scenario has them.
        options, keywords: see ``RunOptions``; 5 replications of every set unless given.

    Raises:
        ScenarioError: with everything that is wrong with what is asked for.
    """
    chosen = options_of(options, keywords, replications=5)
    market = chosen.applied_to(scenario)
    asked = tuple(dict.fromkeys(services))
    names = known_regimes(market, [regime])
    _check(asked, names[0], market)
    setting = setting_of(market, names, chosen)
    return drain(setting, worth_question(setting, asked), chosen)


def worth_question(setting: Setting, services: Sequence[str]) -> Question[Worth]:
    """Ask for every set of services, and return what each is worth."""
    sets = coalitions(services)
    points = tuple({f"services.{each}": each in chosen for each in services} for chosen in sets)
    found = yield Wanted(points, setting.seed, lambda _: None)
    return _shared_out(setting, found, services, sets)


def _check(services: Sequence[str], regime: str, market: Scenario) -> None:
    problems = [
        Problem("", "services", service, f"the services are: {', '.join(SERVICES)}", "choose some of these")
        for service in services
        if service not in SERVICES
    ]
    if not services:
        problems.append(Problem("", "services", "", "one service or more", f"choose some of {', '.join(SERVICES)}"))
    if market.regime(regime).shelves not in ("own", "mixed"):
        said = "nobody in between owns goods under this regime, so there is nothing to switch off"
        problems.append(Problem("", "regime", regime, said, "choose traditional, or another with shelves of retailers"))
    if problems:
        raise ScenarioError(problems)


def _shared_out(setting: Setting, found: PointFigures, services: Sequence[str], sets: Sequence[Coalition]) -> Worth:
    """Return what the runs say, replication by replication."""
    runs = [found.figures(number)[found.regimes[0]] for number in range(len(sets))]
    whole = [replication for replication in range(len(found.seeds)) if all(flats[replication] for flats in runs)]

    def values(gain: str) -> list[dict[Coalition, float]]:
        """Return for each replication what every set of services brings."""
        return [
            {chosen: _sum(flats[number], GAINS[gain]) for chosen, flats in zip(sets, runs, strict=True)}
            for number in whole
        ]

    if not whole:
        said = f"in no replication every set of services could be run; {found.failures[0]}"
        remedy = "leave out a service, or try other seeds"
        raise ScenarioError([Problem("", "services", ", ".join(services), said, remedy)])
    games = {gain: values(gain) for gain in GAINS}
    shares = {gain: [shapley(game, services) for game in each] for gain, each in games.items()}
    everything, nothing = frozenset(services), frozenset[str]()

    def service_worth(service: str) -> ServiceWorth:
        own = frozenset({service})
        return ServiceWorth(
            service,
            {gain: estimate(share[service] for share in each) for gain, each in shares.items()},
            estimate(game[own] - game[nothing] for game in games["everybody"]),
            estimate(game[everything] - game[everything - own] for game in games["everybody"]),
        )

    complete = [flat for number in whole if (flat := runs[sets.index(everything)][number]) is not None]
    return Worth(
        scenario=setting.scenario.name,
        regime=found.regimes[0],
        services=tuple(service_worth(service) for service in services),
        total={gain: estimate(game[everything] - game[nothing] for game in each) for gain, each in games.items()},
        margins={who: estimate(_margin(flat, name) for flat in complete) for who, name in MARGINS.items()},
        profits={
            "intermediaries": estimate(flat["intermediary_profit"] for flat in complete),
            "retailers": estimate(flat["retailer_profit"] for flat in complete),
        },
        runs=len(whole),
        failed=found.failures,
    )


def _sum(flat: Flat | None, names: Iterable[str]) -> float:
    """Return the sum of figures; nothing where a run without needs leaves them undefined."""
    return sum((flat or {}).get(name) or 0.0 for name in names)


def _margin(flat: Flat, name: str) -> float | None:
    """Return a margin in currency per need: its share of what customers paid times that."""
    share, paid = flat.get(name), flat.get("customers_paid")
    return None if share is None or paid is None else share * paid

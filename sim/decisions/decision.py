"""A decision: what each route earns, how sure that is, and which route is best how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.common.types import FloatArray
from sim.decisions.rivals import Answering
from sim.decisions.routes import STAY, Role, SalesRoute
from sim.fitting.ensemble import Ensemble
from sim.scenario import Scenario

CONFIDENCE = (0.025, 0.975)


@dataclass(frozen=True)
class RouteResult:
    """What one route earns the firm a week, in units of currency.

    Attributes:
        route: what is done.
        price: what the firm asks customers for each of its products itself, by name; empty where shops do.
        shelf_price: what shops ask today, by name.
        edges: products whose best price lies at an end of the range tried: -1 low, +1 high.
        profit: by how rivals answer, for each member of the ensemble, chance included, (members,).
        expected: the same without chance: what not knowing the parameters alone makes of it.
        old_channel: what all firms that sell in shops now earn a week, by member, (members,).
        units: the firm's units a week by member, (members,).
    """

    route: SalesRoute
    price: Mapping[str, float]
    shelf_price: Mapping[str, float]
    edges: Mapping[str, int]
    profit: Mapping[Answering, FloatArray]
    expected: Mapping[Answering, FloatArray]
    old_channel: FloatArray
    units: FloatArray

    @property
    def key(self) -> str:
        """What is typed for the route."""
        return self.route.key


@dataclass(frozen=True)
class ProfitInterval:
    """A mean with the ends of its 95 % interval, in units of currency a week."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, values: FloatArray) -> ProfitInterval:
        """Return the interval of draws."""
        low, high = np.quantile(values, CONFIDENCE)
        return cls(float(values.mean()), float(low), float(high))

    def to_dict(self) -> dict[str, float]:
        """Return it as JSON says it."""
        return {"mean": self.mean, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class BreakEven:
    """The value of a parameter at which a route stops or begins to beat another, None where it never does.

    Attributes:
        key, other: of the route, and of the one that takes over there, or that it then overtakes.
        path, meaning: the parameter, and what it is in words.
        now: its value today.
        at: where the route breaks even within the range looked at, ``ends``.
        wins_below: whether the route is better below it.
        now_wins: whether it is better today.
    """

    key: str
    path: str
    meaning: str
    now: float
    at: float | None
    ends: tuple[float, float]
    wins_below: bool
    now_wins: bool
    other: str = STAY

    @property
    def distance(self) -> float:
        """How far away it is, as a factor of today's value; inf where it is not within the range."""
        if self.at is None or self.now <= 0 or self.at <= 0:
            return float("inf")
        return float(abs(np.log(self.at / self.now)))


@dataclass(frozen=True)
class Unknown:
    """What not knowing one parameter does to the answer.

    Attributes:
        path, meaning: the parameter, "" for the qualities of products together.
        share: of the variance of the best route's gain over staying that goes with it.
        cost: what a week is lost, on average, because the best route for its true value may be another one.
        decided: how much of the prior's spread the data left; near 1: assumed.
    """

    path: str
    meaning: str
    share: float
    cost: float
    decided: float


@dataclass(frozen=True)
class Confirmation:
    """Expected demand beside full simulation, for one member: gains over staying in units of currency a week."""

    member: int
    expected: float
    simulated: float


@dataclass(frozen=True)
class Decision:
    """What was found.

    Attributes:
        scenario: the market as it is.
        ensemble: the sets of parameters the intervals rest on; None: the scenario's own only.
        role, firm: for whom.
        rivals: how they answer in the headline.
        results: of each route, staying first.
        break_evens, unknowns: what would turn the answer around, what to measure.
        shops_drop: what the best route earns over staying if shops drop the firm's range, None where they cannot.
        confirmed: full simulations beside expectations.
        three: gain of each route over staying at three price sensitivities, where these are assumed.
        seed: of the world.
        notes: what a reader must know first.
    """

    scenario: Scenario
    ensemble: Ensemble | None
    role: Role
    firm: str
    rivals: Answering
    results: tuple[RouteResult, ...]
    break_evens: tuple[BreakEven, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    shops_drop: float | None = None
    confirmed: tuple[Confirmation, ...] = ()
    three: Mapping[float, Mapping[str, float]] | None = None
    seed: int = 0
    notes: tuple[str, ...] = ()

    @property
    def members(self) -> int:
        """How many sets of parameters the answer rests on."""
        return len(next(iter(self.results[0].profit.values())))

    @property
    def stay(self) -> RouteResult:
        """What staying earns."""
        return next(each for each in self.results if each.key == STAY)

    @property
    def others(self) -> tuple[RouteResult, ...]:
        """All routes but staying."""
        return tuple(each for each in self.results if each.key != STAY)

    @property
    def best(self) -> RouteResult:
        """The route with the highest expected profit, given how rivals answer."""
        return max(self.results, key=lambda each: float(each.expected[self.rivals].mean()))

    def gains(self, result: RouteResult, how: Answering | None = None) -> FloatArray:
        """Return what a route earns more than staying, chance included, (members,)."""
        answering = self.rivals if how is None else how
        chance = result.profit[answering] - result.expected[answering]
        return np.asarray(result.expected[answering] - self.stay.expected["hold"] + chance)

    def gain(self, result: RouteResult, how: Answering | None = None) -> ProfitInterval:
        """Return the same as an interval."""
        return ProfitInterval.of(self.gains(result, how))

    def best_shares(self, how: Answering | None = None) -> dict[str, float]:
        """Return in which share of the members each route is best."""
        answering = self.rivals if how is None else how
        table = np.array([each.expected["hold" if each.key == STAY else answering] for each in self.results])
        first = table.argmax(axis=0)
        return {each.key: float((first == number).mean()) for number, each in enumerate(self.results)}

    def conflict(self, result: RouteResult) -> ProfitInterval:
        """Return what firms that sell in shops earn more under a route than under staying."""
        return ProfitInterval.of(result.old_channel - self.stay.old_channel)

    @property
    def refused(self) -> str:
        """Why intervals are not to be believed; empty if they are."""
        return self.ensemble.refused if self.ensemble is not None else ""

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as JSON says it: every number of the slide."""
        shares = self.best_shares()
        return {
            "scenario": self.scenario.name,
            "as": self.role,
            "firm": self.firm,
            "rivals": self.rivals,
            "members": self.members,
            "seed": self.seed,
            "recommendation": self.best.key,
            "best_share": shares[self.best.key],
            "refused": self.refused or None,
            "routes": [self._route(each, shares) for each in self.results],
            "break_evens": [{**vars(each), "ends": list(each.ends)} for each in self.break_evens],
            "unknowns": [dict(vars(each)) for each in self.unknowns],
            "if_shops_drop_the_range": self.shops_drop,
            "confirmed": [dict(vars(each)) for each in self.confirmed],
            "three_price_sensitivities": None
            if self.three is None
            else {f"{multiple:g}": dict(gains) for multiple, gains in self.three.items()},
            "notes": list(self.notes),
        }

    def _route(self, result: RouteResult, shares: Mapping[str, float]) -> dict[str, Any]:
        return {
            "key": result.key,
            "title": result.route.title,
            "does": result.route.order(),
            "profit": ProfitInterval.of(result.profit["hold" if result.key == STAY else self.rivals]).to_dict(),
            "gain": {how: self.gain(result, how).to_dict() for how in result.profit},
            "best_share": shares[result.key],
            "old_channel": self.conflict(result).to_dict(),
            "units": float(result.units.mean()),
            "prices": dict(result.price),
            "edges": dict(result.edges),
        }

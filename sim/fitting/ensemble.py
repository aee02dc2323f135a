"""An ensemble: sets of parameters that fit about as well, drawn from the posterior, kept beside the fitted market.

Drawn from the Laplace approximation; randomised maximum likelihood (Oliver, He & Reynolds 1996) with two steps at a
frozen Jacobian checks its spread. Kept as JSON, which is data and never runs anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.common.files import write_text
from sim.common.found_files import json_in, read_found
from sim.common.hashing import sha256_of
from sim.common.types import CENTS, FloatArray
from sim.fitting.estimation import FitEstimate, spread_of
from sim.fitting.parameters import ParameterSpace, parameter_value, with_values
from sim.scenario import Problem, Scenario, ScenarioError
from sim.scenario.writing import scenario_to_toml

KIND, FORMAT = "middleman ensemble", 1
MEMBERS = 200
CHECKED = 24
"""Members by randomised maximum likelihood."""
LARGEST = 20_000_000
"""Bytes of an ensemble that is read."""
MOST_MEMBERS = 10_000
MOST_PARAMETERS = 1_000
DIGITS = 8


@dataclass(frozen=True)
class Ensemble:
    """Sets of parameters that fit about as well as the best.

    Attributes:
        parameters: paths in the scenario, (parameters,).
        members: a set each, in the scenario's units, (members, parameters).
        decided: by path of a parameter for all customers, how much of the prior's spread is left: near 1 is assumed.
        prior: by path, standard deviation of the prior, in logs.
        regime, seed: the market that was fitted: members belong to its world.
        noise: variance of the log of weekly units beyond chance.
        weeks: how many weeks were fitted.
        refused: why intervals are not to be believed, empty if they are.
        prices_vary: whether the history's prices varied; else price sensitivity is assumed.
    """

    parameters: tuple[str, ...]
    members: FloatArray
    decided: Mapping[str, float]
    prior: Mapping[str, float]
    regime: str = "traditional"
    seed: int = 0
    noise: float = 0.0
    weeks: int = 0
    refused: str = ""
    prices_vary: bool = True
    of: str = field(default="", compare=False)

    def __len__(self) -> int:
        return len(self.members)

    def first(self, count: int) -> Ensemble:
        """Return the first so many members, all where there are fewer."""
        return replace(self, members=self.members[: max(count, 1)])

    def values(self, number: int) -> dict[str, float]:
        """Return one set by path; they are used in turn."""
        row = self.members[number % len(self.members)].tolist()
        return dict(zip(self.parameters, row, strict=True))

    def scenario(self, market: Scenario, number: int) -> Scenario:
        """Return the market with one set of parameters."""
        return with_values(market, self.values(number))

    def points(self, space: ParameterSpace) -> FloatArray:
        """Return all sets as points of a parameter space, (members, parameters)."""
        given, items = space.scenario.model_dump(), space.scenario.products.items or []
        column = {path: number for number, path in enumerate(self.parameters)}
        found = np.zeros((len(self.members), len(space.sd)))
        for number, prior in enumerate(space.priors):
            if prior.path in column:
                found[:, number] = np.log(self.members[:, column[prior.path]] / parameter_value(given, prior.path))
        for number, item in enumerate(items):
            path = space.paths[len(space.priors) + number]
            if path in column:
                found[:, len(space.priors) + number] = (self.members[:, column[path]] - item.quality) * CENTS
        return found

    def write(self, file: Path, market: Scenario) -> None:
        """Write the ensemble beside the market it belongs to."""
        write_text(file, self.text(market))

    def text(self, market: Scenario) -> str:
        """Return what is written."""
        content = {
            "kind": KIND,
            "format": FORMAT,
            "scenario_sha256": fingerprint_of_market(market),
            "regime": self.regime,
            "seed": self.seed,
            "weeks": self.weeks,
            "noise": self.noise,
            "prices_vary": self.prices_vary,
            "refused": self.refused,
            "decided": dict(self.decided),
            "prior": dict(self.prior),
            "parameters": list(self.parameters),
            "members": in_digits(self.members).tolist(),
        }
        return json.dumps(content, ensure_ascii=False, allow_nan=False).replace("], [", "],\n[")


def in_digits(members: FloatArray) -> FloatArray:
    """Return members as a file holds them, so that one in memory answers like one that was read."""
    return np.array([[float(f"{value:.{DIGITS}g}") for value in row] for row in members.tolist()])


def fingerprint_of_market(market: Scenario) -> str:
    """Return a fingerprint of what a market says itself: parameters that a later version adds do not change it."""
    return sha256_of(scenario_to_toml(market))


def ensemble_path(market: Path) -> Path:
    """Return where the ensemble of a market file is kept: beside it."""
    return market.with_name(f"{market.stem}.ensemble.json")


def read_ensemble(file: Path, market: Scenario | None = None) -> Ensemble:
    """Read an ensemble. Nothing in it is run, and nothing in it is believed without a look.

    Raises:
        ScenarioError: when it cannot be read, is damaged, or belongs to another market than ``market``.
    """
    try:
        given = json_in(read_found(file, LARGEST))
        found = _checked(given)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = "fit the market again: middleman fit"
        raise ScenarioError(
            [Problem(str(file), "", "", f"it cannot be read as an ensemble: {error}", remedy)]
        ) from None
    if market is not None and found.of != fingerprint_of_market(market):
        allowed = "it belongs to another market: this one has been changed since it was fitted"
        raise ScenarioError([Problem(str(file), "", "", allowed, "fit the market again, or delete the ensemble")])
    return found


def _checked(given: Any) -> Ensemble:
    """Return the ensemble that JSON describes. Raises ValueError, KeyError or TypeError where it describes none."""
    if not isinstance(given, dict) or given.get("kind") != KIND or given.get("format") != FORMAT:
        raise ValueError("it is not an ensemble of this version")
    parameters = tuple(str(path) for path in given["parameters"])
    rows = given["members"]
    if not 1 <= len(rows) <= MOST_MEMBERS or not 1 <= len(parameters) <= MOST_PARAMETERS:
        raise ValueError(f"from 1 to {MOST_MEMBERS} members of up to {MOST_PARAMETERS} parameters are allowed")
    members = np.array(rows, dtype=np.float64)
    if members.shape != (len(rows), len(parameters)) or not np.isfinite(members).all():
        raise ValueError("every member has a number for each parameter")
    known = {path.split(".")[0] for path in parameters}
    if not known <= {"customers", "products"}:
        raise ValueError("it sets parameters that a fit does not")
    shares = {str(path): float(value) for path, value in given["decided"].items()}
    prior = {str(path): float(value) for path, value in given["prior"].items()}
    return Ensemble(
        parameters,
        members,
        shares,
        prior,
        str(given["regime"]),
        int(given["seed"]),
        float(given["noise"]),
        int(given["weeks"]),
        str(given["refused"]),
        bool(given["prices_vary"]),
        str(given["scenario_sha256"]),
    )


def draw_members(found: FitEstimate, count: int = MEMBERS, seed: int = 0) -> FloatArray:
    """Return points drawn from the Laplace approximation of the posterior, (count, parameters)."""
    own = found.problem.parameters
    rng = np.random.default_rng([43, seed])
    root = np.linalg.cholesky(_positive(found.covariance[:own, :own]))
    return np.asarray(found.point[:own] + rng.normal(size=(count, own)) @ root.T)


def _positive(matrix: FloatArray) -> FloatArray:
    """Return a covariance matrix that rounding has not made indefinite."""
    symmetric = 0.5 * (matrix + matrix.T)
    return np.asarray(symmetric + np.eye(len(matrix)) * 1e-12 * float(np.trace(symmetric)) / len(matrix))


def spread_by_likelihood(found: FitEstimate, count: int = CHECKED, seed: int = 0) -> float:
    """Return how wide an ensemble by randomised maximum likelihood is, relative to the Laplace approximation.

    Data and priors are drawn again, and each member takes two Gauss-Newton steps with the Jacobian of the mode. After
    the first step it is a member of the Laplace approximation, so that both spreads rest on the same draws.
    """
    problem, sd = found.problem, found.problem.all_sd
    used, spread = problem.used, spread_of(found.mean, found.noise)
    inverse = np.linalg.inv(found.jacobian.T @ found.jacobian) @ found.jacobian.T
    centre = problem.all_centre
    mode = (found.point - centre) / sd
    at_mode = np.concatenate([-found.residuals[used], mode])
    rng = np.random.default_rng([47, seed])
    first, second = [], []
    for _ in range(count):
        shift = rng.normal(size=len(at_mode))
        one = mode - inverse @ (at_mode - shift)
        mean = problem.expected(centre + one * sd).mean
        there = np.concatenate([((mean - problem.history.units) / spread)[used], one])
        first.append(one)
        second.append(one - inverse @ (there - shift))
    own = problem.parameters
    ratio = np.std(np.array(second)[:, :own], axis=0) / np.maximum(np.std(np.array(first)[:, :own], axis=0), 1e-12)
    return float(np.sqrt(np.mean(ratio**2)))

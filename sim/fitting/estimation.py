"""The fit: parameters for all customers, a quality for each product and an effect for each week, found together.

Levenberg-Marquardt (More 1978, as SciPy has it) on residuals that count chance and noise: the variance of units is
mu + sigma2 mu^2, with sigma2 estimated. Priors are further residuals, so that the result is a posterior mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.optimize import brentq, least_squares

from sim.common.stopping import stop_if_asked
from sim.common.types import CENTS, BoolArray, FloatArray, IntArray
from sim.fitting.expected_demand import DemandModel, posted_of
from sim.fitting.history import WeeklyHistory
from sim.fitting.parameters import NEED, SCALE
from sim.kernels.expected_sales import SeriesPrices

WEEK_SD = 0.3
"""Standard deviation of the prior of a week's effect, in logs: seasons, weather, holidays."""
STARTS = (0.5, 0.8, 1.0)
"""Starting values of the scale, as multiples of what a regression of units on price says."""
ROUNDS = 6
"""Times that the noise is estimated again, at most."""
SAME_NOISE = 0.03
LARGEST_NOISE = 4.0
"""Variance of the log of units beyond chance above which a fit says nothing."""
HELD = 1e-3
"""Standard deviation in logs of a parameter that is held at a value."""
LEAST_EXPECTED = 1e-6


@dataclass(frozen=True)
class PairEffects:
    """Effects of products on one another that the market's map of tastes, towns and shops does not have.

    The same in both directions, in proportion to what both sell. No map is exact: without them, a small error in it
    would be taken for news about customers, and intervals would be too narrow.

    Attributes:
        first, second: the products of each pair, by column of the history; equal for an effect of its own price.
        sd: standard deviations of the effects before the data are seen, (pairs,).
        size: what each product sells, relative to the mean, (products,).
        moves: logs of prices less their means, (weeks, products).
    """

    first: IntArray
    second: IntArray
    sd: FloatArray
    size: FloatArray
    moves: FloatArray

    def shift(self, effects: FloatArray) -> FloatArray:
        """Return the change of the log of units, (weeks, products)."""
        matrix = np.zeros((len(self.size), len(self.size)))
        matrix[self.first, self.second] = effects
        matrix[self.second, self.first] = effects
        return np.asarray((self.moves * self.size[None, :]) @ matrix)

    def slopes(self) -> FloatArray:
        """Return the slopes of the log of units in each effect, (weeks, products, pairs)."""
        found = np.zeros((*self.moves.shape, len(self.sd)))
        number, pulled = np.arange(len(self.sd)), self.moves * self.size[None, :]
        found[:, self.first, number] = pulled[:, self.second]
        found[:, self.second, number] = pulled[:, self.first]
        return found


NO_PAIRS = PairEffects(
    np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0), np.empty((0, 0))
)


@dataclass(frozen=True)
class Weekly:
    """Expected units by week and product, and their slopes in all parameters where asked for."""

    mean: FloatArray
    slopes: FloatArray | None = None


@dataclass(frozen=True)
class FitProblem:
    """What is fitted to what.

    Attributes:
        model: expected demand.
        history: weekly prices and units.
        columns: the series of each product of the history, (products of the history,).
        centre: where the prior is centred, as a point (parameters,); 0 unless parameters are held elsewhere.
        sd: standard deviations of the prior, (parameters,).
        pairs: what products do to one another beyond the market's own map.
    """

    model: DemandModel
    history: WeeklyHistory
    columns: IntArray
    centre: FloatArray
    sd: FloatArray
    pairs: PairEffects = NO_PAIRS

    @property
    def parameters(self) -> int:
        """How many parameters there are, effects of weeks apart."""
        return len(self.sd)

    @cached_property
    def used(self) -> BoolArray:
        """Which numbers of units are used, (weeks, products of the history)."""
        return np.isfinite(self.history.units)

    @cached_property
    def all_sd(self) -> FloatArray:
        """Standard deviations of the prior, with those of the effects of weeks and of pairs."""
        return np.concatenate([self.sd, np.full(len(self.history.weeks), WEEK_SD), self.pairs.sd])

    @property
    def all_centre(self) -> FloatArray:
        """The centre of the prior, effects of weeks and of pairs 0."""
        return np.concatenate([self.centre, np.zeros(len(self.history.weeks) + len(self.pairs.sd))])

    @cached_property
    def posted(self) -> tuple[list[SeriesPrices], IntArray]:
        """What is asked and had by series in weeks that differ, and which of them each week is."""
        weeks, products = len(self.history.weeks), self.model.space.products
        every = np.ones((weeks, 2 * products))
        every[:, :products] = self.model.posted[-products:]
        every[:, self.columns] = self.history.price * CENTS
        every[:, products + self.columns] = self.history.present
        lists, which = np.unique(every, axis=0, return_inverse=True)
        return [posted_of(row[:products], row[products:]) for row in lists], which.ravel()

    def expected(self, point: FloatArray, *, slopes: bool = False) -> Weekly:
        """Return expected units at a point that has the effects of weeks and of pairs at its end."""
        stop_if_asked()
        own, rest = point[: self.parameters], point[self.parameters :]
        factor = np.exp(rest[: len(self.history.weeks)])[:, None]
        if len(self.pairs.sd):
            factor = factor * np.exp(self.pairs.shift(rest[len(self.history.weeks) :]))
        lists, which = self.posted
        choice = self.model.choice(own)
        if not slopes:
            units = np.array([self.model.by_series(choice, each) for each in lists])
            return Weekly(units[which][:, self.columns] * factor)
        pull = self.model.pull(own)
        found = [self.model.slopes(choice, pull, week_posted) for week_posted in lists]
        units = np.array([each[0] for each in found])[which][:, self.columns] * factor
        by_point = (
            np.concatenate([np.array([each[1] for each in found]), np.array([each[2] for each in found])], axis=2)[
                which
            ][:, self.columns]
            * np.broadcast_to(factor, units.shape)[:, :, None]
        )
        return Weekly(units, by_point)

    def held(self, path: str, change: float) -> FitProblem:
        """Return the same problem with one parameter held at so much above its centre, in logs."""
        number = [prior.path for prior in self.model.space.priors].index(path)
        centre, sd = self.centre.copy(), self.sd.copy()
        centre[number], sd[number] = change, HELD
        return replace(self, centre=centre, sd=sd)


@dataclass(frozen=True)
class FitEstimate:
    """A fit.

    Attributes:
        problem: what was fitted.
        point: the posterior mode, effects of weeks and of pairs at its end, (all,).
        mean: expected units there, (weeks, products of the history).
        jacobian: slopes of the standardised residuals in standardised parameters, data first, then the prior.
        residuals: the standardised residuals of the data, NaN where nothing was observed, (weeks, products).
        noise: variance of the log of units beyond chance.
        steps: how many times slopes were computed.
    """

    problem: FitProblem
    point: FloatArray
    mean: FloatArray
    jacobian: FloatArray
    residuals: FloatArray
    noise: float
    steps: int

    @cached_property
    def covariance(self) -> FloatArray:
        """The Laplace approximation of the posterior's covariance, effects of weeks included, (all, all)."""
        sd = self.problem.all_sd
        inverse = np.linalg.inv(self.jacobian.T @ self.jacobian)
        return np.asarray(inverse * sd[:, None] * sd[None, :])

    @cached_property
    def posterior_sd(self) -> FloatArray:
        """Posterior standard deviations, effects of weeks apart, (parameters,)."""
        return np.sqrt(np.diag(self.covariance))[: self.problem.parameters]

    @property
    def decided(self) -> Mapping[str, float]:
        """How much of what was not known before is still not known, by path: posterior over prior sd."""
        space = self.problem.model.space
        ratio = self.posterior_sd / self.problem.sd
        return {prior.path: float(value) for prior, value in zip(space.priors, ratio, strict=False)}


def make_problem(model: DemandModel, history: WeeklyHistory) -> FitProblem:
    """Return the problem of fitting a market's expected demand to a history."""
    names = [item.name for item in model.space.scenario.products.items or []]
    columns = np.array([names.index(name) for name in history.products], dtype=np.int64)
    sd = model.space.sd
    return FitProblem(model, history, columns, np.zeros(len(sd)), sd)


def estimate_fit(problem: FitProblem, start: FloatArray | None = None) -> FitEstimate:
    """Fit a market. ``start`` is where to begin, else what a regression says is tried at several scales."""
    starts = [start] if start is not None else starting_points(problem)
    noise = 0.0
    best: tuple[float, FloatArray, int] | None = None
    mean = _rough_mean(problem)
    for each in starts:
        found, cost, steps = _solve(problem, each, noise, mean)
        if best is None or cost < best[0] * (1.0 - 1e-6):
            best = (cost, found, steps)
    assert best is not None
    point, steps = best[1], best[2]
    for _ in range(ROUNDS):
        mean = problem.expected(point).mean
        before, noise = noise, estimate_noise(problem, mean)
        point, _, more = _solve(problem, point, noise, mean)
        steps += more
        if abs(noise - before) <= SAME_NOISE * max(noise, 1e-4):
            break
    final = problem.expected(point, slopes=True)
    jacobian = _jacobian(problem, final, spread_of(final.mean, noise))
    residuals = (problem.history.units - final.mean) / spread_of(final.mean, noise)
    return FitEstimate(problem, point, final.mean, jacobian, residuals, noise, steps)


def estimate_with_pairs(found: FitEstimate, pairs: PairEffects) -> FitEstimate:
    """Fit again from where a fit ended, with effects of products on one another that the market does not have."""
    if not len(pairs.sd):
        return found
    return estimate_fit(replace(found.problem, pairs=pairs), np.concatenate([found.point, np.zeros(len(pairs.sd))]))


def _rough_mean(problem: FitProblem) -> FloatArray:
    """Return about what is sold of each product in a week, for weights before anything is fitted."""
    units = problem.history.units
    usual = np.nanmean(np.where(problem.used.any(axis=0), units, 1.0), axis=0)
    return np.tile(np.maximum(np.nan_to_num(usual, nan=1.0), 1.0), (len(units), 1))


def spread_of(mean: FloatArray, noise: float) -> FloatArray:
    """Return the standard deviation of units: chance and multiplicative noise."""
    floor = np.maximum(mean, LEAST_EXPECTED)
    return np.asarray(np.sqrt(floor + noise * floor**2))


def _solve(problem: FitProblem, start: FloatArray, noise: float, mean: FloatArray) -> tuple[FloatArray, float, int]:
    """Return the mode at fixed weights, the sum of squares there, and how many times slopes were computed."""
    sd, spread, used = problem.all_sd, spread_of(mean, noise), problem.used
    centre = problem.all_centre
    calls = 0

    def residuals(z: FloatArray) -> FloatArray:
        found = problem.expected(centre + z * sd).mean
        return np.concatenate([((found - problem.history.units) / spread)[used], z])

    def jacobian(z: FloatArray) -> FloatArray:
        nonlocal calls
        calls += 1
        return _jacobian(problem, problem.expected(centre + z * sd, slopes=True), spread)

    found = least_squares(
        residuals, (start - centre) / sd, jac=jacobian, method="lm", xtol=1e-8, ftol=1e-9, max_nfev=60
    )
    return centre + found.x * sd, 2.0 * float(found.cost), calls


def _jacobian(problem: FitProblem, weekly: Weekly, spread: FloatArray) -> FloatArray:
    """Return the slopes of residuals and prior in standardised parameters."""
    assert weekly.slopes is not None
    used, sd, weeks = problem.used, problem.all_sd, len(problem.history.weeks)
    by_own = (weekly.slopes * problem.sd[None, None, :] / spread[:, :, None])[used]
    week_of = np.nonzero(used)[0]
    by_week = np.zeros((len(by_own), weeks))
    by_week[np.arange(len(by_own)), week_of] = (weekly.mean / spread)[used] * WEEK_SD
    parts = [by_own, by_week]
    if len(problem.pairs.sd):
        by_pair = problem.pairs.slopes() * weekly.mean[:, :, None] * problem.pairs.sd / spread[:, :, None]
        parts.append(by_pair[used])
    return np.vstack([np.hstack(parts), np.eye(len(sd))])


def estimate_noise(problem: FitProblem, mean: FloatArray) -> float:
    """Return the variance of the log of units beyond chance at which squared residuals are as large as they should be.

    Parameters and weeks use up degrees of freedom as they would with flat priors, half of those that are left at most.
    """
    used, units = problem.used, problem.history.units
    squares, floor = ((units - mean) ** 2)[used], np.maximum(mean[used], LEAST_EXPECTED)
    count = len(floor)
    free = max(count - problem.parameters - int(used.any(axis=1).sum()), count / 2.0)

    def excess(noise: float) -> float:
        return float((squares / (floor + noise * floor**2)).sum()) - free

    if excess(0.0) <= 0.0:
        return 0.0
    if excess(LARGEST_NOISE) >= 0.0:
        return LARGEST_NOISE
    return float(brentq(excess, 0.0, LARGEST_NOISE, xtol=1e-7))


# -- where to begin --------------------------------------------------------------------------------------------------


def starting_points(problem: FitProblem) -> list[FloatArray]:
    """Return points to begin at: the scale by a regression, times a few factors, and qualities that fit mean sales."""
    size = len(problem.all_sd)
    paths = [prior.path for prior in problem.model.space.priors]
    slope = regressed_slope(problem.history)
    centre_scale = problem.model.space.scenario.customers.scale
    changes = [0.0]
    if slope is not None and slope < 0 and SCALE in paths:
        most = 2.0 * problem.sd[paths.index(SCALE)]
        changes = [float(np.clip(np.log(-factor / slope / centre_scale), -most, most)) for factor in STARTS]
    points = []
    for change in changes:
        point = np.zeros(size)
        point[: problem.parameters] = problem.centre
        if SCALE in paths and problem.sd[paths.index(SCALE)] > HELD:
            point[paths.index(SCALE)] = change
        points.append(_with_qualities(problem, point))
    return points


def regressed_slope(history: WeeklyHistory) -> float | None:
    """Return the slope of the log of units in price, with effects of products and weeks; None where prices rest."""
    used = np.isfinite(history.units) & (history.units > 0)
    if not history.prices_vary or used.sum() < 8:
        return None
    week, product = np.nonzero(used)
    y, x = np.log(history.units[used]), history.price[used]
    dummies = np.zeros((len(y), len(history.weeks) + len(history.products)))
    dummies[np.arange(len(y)), week] = 1.0
    dummies[np.arange(len(y)), len(history.weeks) + product] = 1.0
    if len(history.products) == 1:
        dummies = dummies[:, len(history.weeks) :]
    both = np.column_stack([x, y])
    both = both - dummies @ np.linalg.lstsq(dummies, both, rcond=None)[0]
    squares = float(both[:, 0] @ both[:, 0])
    return float(both[:, 0] @ both[:, 1]) / squares if squares > 1e-12 else None


def _with_qualities(problem: FitProblem, point: FloatArray, rounds: int = 12) -> FloatArray:
    """Return a point whose qualities bring mean sales near those observed (Berry 1994, a few damped steps)."""
    model, count = problem.model, len(problem.model.space.priors)
    if not problem.used.any():
        return point
    wanted = np.nanmean(np.where(problem.used.any(axis=0), problem.history.units, np.nan), axis=0)
    scale = float(model.choice(point[: problem.parameters]).scale)
    known = np.isfinite(wanted) & (wanted > 0)
    here = count + problem.columns[known]
    most = 2.0 * problem.sd[here]
    for _ in range(rounds):
        mean = problem.expected(point).mean.mean(axis=0)
        step = 0.7 * scale * (np.log(wanted[known]) - np.log(np.maximum(mean[known], LEAST_EXPECTED)))
        point[here] = np.clip(point[here] + step, -most, most)
    return point


__all__ = ["NEED", "FitEstimate", "FitProblem", "estimate_fit", "estimate_noise", "make_problem", "starting_points"]

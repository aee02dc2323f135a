"""Tests what a fit leaves over: where residuals go with prices, the market substitutes the wrong products.

A wrong structure of tastes gives wrong answers with narrow intervals, and the size of residuals does not tell it from
noise. What tells is their pattern: a rival's promotion took sales from a product in the data, but not in the market.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.types import BoolArray, FloatArray
from sim.fitting.estimation import NO_PAIRS, FitEstimate, PairEffects, spread_of

DRAWS = 400
REFUSED_BELOW = 0.05
"""Chance of residuals related to prices this much, were the market right, below which intervals are refused."""
REFUSED_ABOVE = 0.5
"""Size of cross effects left in residuals, relative to those fitted, above which intervals are refused."""
SIGNALS = 60
LEAST_OFF, OWN_OFF = 0.2, 0.1
"""How far cross and own effects of a market may be off, at least, as shares of their root mean square."""
MOST_PAIRS = 600
MOST_NAMED = 3


@dataclass(frozen=True)
class TasteTest:
    """Whether residuals are related to own and rivals' prices.

    Attributes:
        chance: of residuals related at least this much if the market were right; None where prices do not vary.
        size: root mean square of the cross effects that residuals still hold, relative to those fitted.
        pairs: the products whose residuals go with a product's price most, with the score's sign.
    """

    chance: float | None
    size: float = 0.0
    pairs: tuple[tuple[str, str, float], ...] = ()

    @property
    def refuses(self) -> bool:
        """Whether intervals of this fit are not to be believed: cross effects are wrong beyond doubt, and by much."""
        return self.chance is not None and self.chance < REFUSED_BELOW and self.size > REFUSED_ABOVE


@dataclass(frozen=True)
class _Scoring:
    """What scores are made of: (weeks, products) each, and what every product sells, (products,)."""

    used: BoolArray
    design: FloatArray
    weights: FloatArray
    size: FloatArray

    def scores(self, residuals: FloatArray) -> FloatArray:
        """Return the score of a cross effect of each product's price on each product's sales, (products, products).

        Symmetric: an effect is the same in both directions, in proportion to the sales of both.
        """
        one_way = (residuals * self.weights).T @ (self.design * self.size[None, :])
        both = one_way + one_way.T
        np.fill_diagonal(both, np.diag(one_way) / np.maximum(self.size, 1e-9) * self.size.mean())
        return np.asarray(np.triu(both))

    def spread_out(self, data: FloatArray) -> FloatArray:
        """Return numbers for what was observed as (weeks, products), 0 elsewhere."""
        found = np.zeros(self.used.shape)
        found[self.used] = data
        return found

    def effect(self, cross: FloatArray) -> FloatArray:
        """Return what cross effects (products, products) do to standardised residuals, for what was observed."""
        moved = (self.design * self.size[None, :]) @ cross.T * self.weights
        return np.asarray(moved[self.used])


def examine_tastes(found: FitEstimate, cross: FloatArray, seed: int = 0) -> TasteTest:
    """Compare how residuals go with prices with how they would by chance.

    The statistic is the score for a variance of cross effects (after Cox 1983): each pair of products has an effect
    of its own on one another, the same in both directions, in proportion to the sales of both.
    Under the null residuals are independent draws from which the fit has taken what its parameters explain, and are
    scaled to the same sum of squares: so noise that is larger or smaller than thought does not matter.

    ``cross`` are the fitted elasticities of each product's sales in each product's price.
    """
    history = found.problem.history
    if not history.prices_vary:
        return TasteTest(None)
    logs = np.log(history.price)
    weights = found.mean / spread_of(found.mean, found.noise)
    used = np.isfinite(found.residuals)
    scoring = _Scoring(used, logs - logs.mean(axis=0), weights, found.mean.mean(axis=0))
    data, back = _explained(found)
    rng = np.random.default_rng([41, seed])

    def left(draws: FloatArray) -> FloatArray:
        return np.asarray(draws - (draws @ data) @ back)

    residuals = np.where(used, found.residuals, 0.0)
    scores = scoring.scores(residuals)
    statistic, squares = float((scores**2).sum()), float((residuals**2).sum())
    noise = left(rng.normal(size=(DRAWS, int(used.sum()))))
    noise *= np.sqrt(squares / (noise**2).sum(axis=1))[:, None]
    by_chance = np.array([(scoring.scores(scoring.spread_out(each)) ** 2).sum() for each in noise])
    signals = left(np.array([scoring.effect(_symmetric(rng, len(scores))) for _ in range(SIGNALS)]))
    by_unit = np.mean([(scoring.scores(scoring.spread_out(each)) ** 2).sum() for each in signals])
    variance = max(statistic - float(by_chance.mean()), 0.0) / max(float(by_unit), 1e-300)
    chance = (1 + int((by_chance >= statistic).sum())) / (1 + DRAWS)
    size = float(np.sqrt(variance)) / _fitted_size(cross, scoring.size)
    return TasteTest(chance, size, _strongest(scores, history.products))


def _symmetric(rng: np.random.Generator, products: int) -> FloatArray:
    """Return random cross effects, the same in both directions, none of a product on itself."""
    upper = np.triu(rng.normal(size=(products, products)), 1)
    return np.asarray(upper + upper.T)


def _fitted_size(cross: FloatArray, size: FloatArray) -> float:
    """Return the root mean square of fitted cross effects, in the units of those that residuals hold."""
    effects = cross / np.maximum(size, 1e-9)[None, :]
    others = effects[~np.eye(len(effects), dtype=np.bool_)]
    return float(np.sqrt(np.mean(others**2))) if len(others) and (others != 0).any() else 1e-300


def _explained(found: FitEstimate) -> tuple[FloatArray, FloatArray]:
    """Return the two factors of the projection on what the fit's parameters explain of the data, (data, all) each."""
    data = found.jacobian[: len(found.jacobian) - len(found.point)]
    whole = found.jacobian.T @ found.jacobian
    return data, np.asarray(np.linalg.solve(whole, data.T), dtype=np.float64)


def _strongest(scores: FloatArray, products: tuple[str, ...]) -> tuple[tuple[str, str, float], ...]:
    """Return the pairs (whose sales, whose price, score) with the largest scores."""
    order = np.argsort(-np.abs(scores), axis=None)[:MOST_NAMED]
    places = [divmod(int(each), scores.shape[1]) for each in order]
    return tuple((products[sales], products[price], float(scores[sales, price])) for sales, price in places)


def pair_effects(found: FitEstimate, cross: FloatArray, tastes: TasteTest) -> PairEffects:
    """Return effects of products on one another that the map of a fitted market may lack, as large as residuals say.

    ``cross`` are the fitted elasticities. Of many products, the pairs that sell most are kept.
    """
    history = found.problem.history
    if not history.prices_vary:
        return NO_PAIRS
    logs = np.log(history.price)
    sold = found.mean.mean(axis=0)
    size = sold / sold.mean()
    first, second = np.triu_indices(len(size))
    order = np.argsort(-(size[first] * size[second]), kind="stable")[:MOST_PAIRS]
    first, second = first[order].astype(np.int64), second[order].astype(np.int64)
    across = max(LEAST_OFF, tastes.size) * _fitted_size(cross, size)
    own = OWN_OFF * float(np.sqrt(np.mean(np.diag(cross) ** 2)))
    sd = np.where(first == second, own / np.maximum(size[first], 1e-9), across)
    return PairEffects(first, second, np.asarray(sd), size, logs - logs.mean(axis=0))

"""Diffusion of an innovation: some adopt independently, others imitate (Bass, Management Science 1969).

Each of ``people`` eventual adopters who has not adopted yet does so at the rate p + q x (share of adopters).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import least_squares

from sim.formulas.requirements import require, require_not_negative, require_positive


def bass_share(time: ArrayLike, innovation: float, imitation: float) -> NDArray[np.float64]:
    """Return the share of adopters some time after the start, (1 - exp(-(p + q) t)) / (1 + (q / p) exp(-(p + q) t))."""
    require_positive(innovation=innovation)
    require_not_negative(imitation=imitation)
    left = np.exp(-(innovation + imitation) * np.asarray(time, dtype=np.float64))
    return (1.0 - left) / (1.0 + imitation / innovation * left)


def bass_inflection(innovation: float, imitation: float) -> float | None:
    """Return the time of the fastest adoption, ln(q / p) / (p + q); None if q <= p: adoption only slows down."""
    require_positive(innovation=innovation)
    if imitation <= innovation:
        return None
    return float(np.log(imitation / innovation) / (innovation + imitation))


ROUNDS = 20
"""Rounds in which weights and rates of a fit converge."""


@dataclass(frozen=True)
class BassFit:
    """A Bass curve fitted to observations: p and q, per period, and the number of eventual adopters."""

    innovation: float
    imitation: float
    people: float


def fit_bass(adopters: ArrayLike, people: float | None = None) -> BassFit:
    """Fit a Bass curve to the number of adopters at the end of each period, from the first period on.

    Nonlinear least squares on new adopters per period, using the curve's own increments (Srinivasan &
    Mason, Marketing Science 1986). ``adopters`` are cumulative, shape (periods,), for three periods or more; the number
    of eventual adopters is fitted too if it is not given.
    """
    seen = np.asarray(adopters, dtype=np.float64)
    _require_curve(seen)
    ends = np.arange(len(seen) + 1, dtype=np.float64)
    new = np.diff(seen, prepend=0.0)

    def errors(logs: NDArray[np.float64]) -> NDArray[np.float64]:
        innovation, imitation = np.exp(logs[0]), np.exp(logs[1])
        size = np.exp(logs[2]) if people is None else people
        return size * np.diff(bass_share(ends, innovation, imitation)) - new

    best = min((least_squares(errors, start) for start in _starts(seen, people)), key=lambda found: found.cost)
    innovation, imitation = np.exp(best.x[:2])
    return BassFit(float(innovation), float(imitation), float(np.exp(best.x[2])) if people is None else people)


def fit_bass_by_period(adopters: ArrayLike, people: float) -> BassFit:
    """Fit the rates at which the remaining people adopt, from one period to the next.

    If nobody learns of others before the next period, new adopters are Binomial(remaining, p + q x share of adopters),
    and ``fit_bass``, whose curve is continuous, would be late by half a period. Least squares on the share of the rest,
    weighted by its precision and repeated until it converges. ``adopters`` are cumulative, shape (periods,); periods
    without remaining people carry no information.
    """
    new, left, known = _at_risk(adopters, people)
    share_of_left = new / left
    rate = np.full_like(left, share_of_left.mean())
    for _ in range(ROUNDS):
        precision = np.sqrt(left / (np.clip(rate, 1e-9, 0.5) * (1.0 - np.clip(rate, 1e-9, 0.5))))
        rates = np.linalg.lstsq(known * precision[:, None], share_of_left * precision, rcond=None)[0]
        rate = known @ rates
    return BassFit(float(rates[0]), float(rates[1]), people)


@dataclass(frozen=True)
class Hearing:
    """How people with occasional needs come to hear of an innovation, which they then adopt.

    Per period, need_rate x (1 - exp(-(advertising + word_of_mouth x share of adopters))) of the rest adopt. At the
    start this is Bass's p, and its increase with the share is Bass's q.
    """

    need_rate: float
    advertising: float
    word_of_mouth: float

    @property
    def innovation(self) -> float:
        """Bass's p, per period: the effect of advertising alone."""
        return float(self.need_rate * (1.0 - np.exp(-self.advertising)))

    @property
    def imitation(self) -> float:
        """Bass's q, per period: the initial increase of the rate per share of adopters."""
        return float(self.need_rate * self.word_of_mouth * np.exp(-self.advertising))

    def shares(self, periods: int) -> NDArray[np.float64]:
        """Return the share of adopters at the end of each period, shape (periods,)."""
        shares, share = np.empty(periods), 0.0
        for period in range(periods):
            heard = 1.0 - np.exp(-(self.advertising + self.word_of_mouth * share))
            share += (1.0 - share) * self.need_rate * heard
            shares[period] = share
        return shares


def fit_hearing(adopters: ArrayLike, people: float, need_rate: float) -> Hearing:
    """Fit how people hear of an innovation to the number of adopters at the end of each period.

    New adopters are Binomial(remaining, rate of ``Hearing``). Maximum likelihood by scoring (McCullagh & Nelder,
    Generalized Linear Models, 1989, section 2.5). ``adopters`` are cumulative, shape (periods,).
    """
    new, left, known = _at_risk(adopters, people)
    heard = np.full_like(left, -np.log1p(-min(float(new.sum() / left.sum()) / need_rate, 0.9)))
    for _ in range(ROUNDS):
        rate = need_rate * -np.expm1(-np.maximum(heard, 1e-9))
        slope = need_rate - rate
        precision = slope * np.sqrt(left / (rate * (1.0 - rate)))
        working = heard + (new / left - rate) / slope
        found = np.linalg.lstsq(known * precision[:, None], working * precision, rcond=None)[0]
        heard = known @ found
    return Hearing(need_rate, float(found[0]), float(found[1]))


def _at_risk(adopters: ArrayLike, people: float) -> tuple[NDArray[np.float64], ...]:
    """Return new adopters, people left before them, and the columns of a rate: 1 and the share of adopters."""
    seen = np.asarray(adopters, dtype=np.float64)
    _require_curve(seen)
    before = np.concatenate(([0.0], seen[:-1]))
    new, before = (seen - before)[before < people], before[before < people]
    return new, people - before, np.column_stack([np.ones_like(before), before / people])


def _require_curve(seen: NDArray[np.float64]) -> None:
    require(len(seen) >= 3, f"{len(seen)} periods are too few; give three or more")
    require(bool(seen[-1] > 0), "there are no adopters, so there is no curve to fit")


def _starts(seen: NDArray[np.float64], people: float | None) -> list[NDArray[np.float64]]:
    """Return starting points of the search: slow, fast and almost no imitation. Logarithms keep rates above 0."""
    end = np.log(seen[-1] * 1.2) if people is None else 0.0
    first_rate = max(float(seen[min(len(seen) // 20, len(seen) - 1)]) / (seen[-1] * (len(seen) // 20 + 1)), 1e-6)
    halfway = 1.0 + float(np.argmax(seen >= seen[-1] / 2.0))
    return [
        np.array([np.log(first_rate), np.log(imitation), end]) for imitation in (1e-4, 1.0 / halfway, 4.0 / halfway)
    ]

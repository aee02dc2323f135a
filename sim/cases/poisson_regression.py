"""Regression of counts, as papers on sales by region do it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.types import FloatArray

STEPS, CLOSE = 100, 1e-10


@dataclass(frozen=True)
class Regression:
    """Coefficients of a Poisson regression with a log link, and their standard errors.

    Attributes:
        coefficients: one for each column, log of the factor by which the mean count grows with it.
        errors: standard errors, robust to counts that vary more than Poisson's (Huber 1967, White 1982).
    """

    coefficients: FloatArray
    errors: FloatArray


def poisson_regression(counts: FloatArray, columns: FloatArray) -> Regression:
    """Fit log E(count) = columns x coefficients by maximum likelihood (Newton's method).

    ``counts`` have shape (rows,), ``columns`` (rows, variables). Raises ValueError with too few rows, or when the
    likelihood has no maximum.
    """
    rows, width = columns.shape
    if rows <= width:
        raise ValueError(f"{rows} rows are too few for {width} columns; run it longer, or with more customers")
    beta = _start(counts, columns)
    for _ in range(STEPS):
        mean = np.exp(columns @ beta)
        score, bend = columns.T @ (counts - mean), (columns * mean[:, None]).T @ columns
        try:
            step = np.linalg.solve(bend, score)
        except np.linalg.LinAlgError:
            break
        beta = beta + step * min(1.0, 4.0 / max(float(np.abs(columns @ step).max()), 1e-12))
        if float(np.abs(step).max()) < CLOSE:
            inverse = np.linalg.inv(bend)
            noise = columns * (counts - mean)[:, None]
            return Regression(beta, np.sqrt(np.diag(inverse @ (noise.T @ noise) @ inverse)))
    raise ValueError("the regression found no maximum: some column tells all zeros from the rest")


def _start(counts: FloatArray, columns: FloatArray) -> FloatArray:
    """Return where to begin: least squares on the logs of the counts, half a count added."""
    found, *_ = np.linalg.lstsq(columns, np.log(counts + 0.5), rcond=None)
    return np.asarray(found, dtype=np.float64)

"""Draws customers' characteristics from uniforms."""

from __future__ import annotations

from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.elementary import exp, normal_quantile, power

UNIFORM, NORMAL, LOGNORMAL, PARETO = range(4)


@kernel
def transform_worth(kind, uniforms, first, second, out):
    """Turn uniforms into willingness to pay: quantiles of the chosen distribution (see ``draw_worth``)."""
    for i in range(len(uniforms)):
        u = uniforms[i]
        if kind == UNIFORM:
            out[i] = first + (second - first) * u
        elif kind == NORMAL:
            out[i] = max(first + second * normal_quantile(u), 0.0)
        elif kind == LOGNORMAL:
            out[i] = exp(first + second * normal_quantile(u))
        else:
            out[i] = first * power(1.0 - u, -1.0 / second)


@kernel
def pick_by_share(cumulative, uniforms, out):
    """For each uniform, the first entry whose cumulative share exceeds it. ``cumulative`` ends at 1, float64[k]."""
    last = len(cumulative) - 1
    for i in range(len(uniforms)):
        low, high = 0, last
        while low < high:
            middle = (low + high) // 2
            if cumulative[middle] > uniforms[i]:
                high = middle
            else:
                low = middle + 1
        out[i] = low

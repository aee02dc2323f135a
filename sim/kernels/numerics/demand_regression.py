"""Fits demand curves to a seller's own records: quasi-Poisson regression of sales on price.

Sales vary about as much as a Poisson number of the same mean, times a factor that does not matter here. Three forms are
fitted: q = A - B p (linear), ln q = a - e ln p (power), ln q = a - b p (exponential). Iteratively reweighted least
squares: McCullagh and Nelder (1989), "Generalized Linear Models", sections 2.5 and 9.2.
"""

from __future__ import annotations

from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.elementary import exp, ln

NO_FORM, LINEAR, POWER, EXPONENTIAL = range(-1, 3)
FORMS = 3
ROUNDS = 8
PRECISION = 1e-9
"""Iteration ends when the slope, in units of mean sales by mean price, changes by less."""
LEAST_MEAN = 1e-3
"""Lower limit of a linear curve, as a share of mean sales, because a mean below zero has no variance."""
HIGHEST_LOGARITHM = 50.0
LN_2 = 0.6931471805599453
INFINITE = float("inf")
PRICE, LOG_PRICE, SALES, WEIGHT = range(4)
SCRATCH_ROWS = 4
"""A cell's records side by side: float64[4, records], in units of mean price and mean sales."""


@kernel
def gather(price, sales, weight, cell, scratch):
    """Copy a cell's valid records. Returns their number, mean price and mean sales, weighted."""
    total, price_unit, sales_unit = 0.0, 0.0, 0.0
    for record in range(price.shape[0]):
        total += weight[record, cell]
        price_unit += weight[record, cell] * price[record, cell]
        sales_unit += weight[record, cell] * sales[record, cell]
    if price_unit <= 0.0 or sales_unit <= 0.0:
        return 0, 0.0, 0.0
    price_unit /= total
    sales_unit /= total
    count = 0
    for record in range(price.shape[0]):
        if weight[record, cell] > 0.0 and price[record, cell] > 0.0:
            scratch[PRICE, count] = price[record, cell] / price_unit
            scratch[LOG_PRICE, count] = ln(scratch[PRICE, count])
            scratch[SALES, count] = sales[record, cell] / sales_unit
            scratch[WEIGHT, count] = weight[record, cell] / total
            count += 1
    return count, price_unit, sales_unit


@kernel
def regress(form, scratch, count, level, slope, first):
    """One round of weighted least squares around the current curve. Returns level, slope and whether a slope exists.

    The ``first`` round starts from the sales themselves, drawn half-way to their mean.
    """
    row = LOG_PRICE if form == POWER else PRICE
    around = 0.0 if form == POWER else 1.0  # sums around the mean price keep their digits
    total, sum_x, sum_z, sum_xx, sum_xz = 0.0, 0.0, 0.0, 0.0, 0.0
    for record in range(count):
        x = scratch[row, record] - around
        y = scratch[SALES, record]
        if form == LINEAR:
            mean = 0.5 * (y + 1.0) if first else max(level + slope * x, LEAST_MEAN)
            z, w = y, scratch[WEIGHT, record] / mean
        else:
            log_mean = ln(0.5 * (y + 1.0)) if first else min(level + slope * x, HIGHEST_LOGARITHM)
            mean = exp(log_mean)
            z, w = log_mean + (y - mean) / mean, scratch[WEIGHT, record] * mean
        total += w
        sum_x += w * x
        sum_z += w * z
        sum_xx += w * x * x
        sum_xz += w * x * z
    spread = sum_xx - sum_x * sum_x / total
    if spread <= 1e-12 * total:
        return level, slope, False
    slope = (sum_xz - sum_x * sum_z / total) / spread
    return (sum_z - slope * sum_x) / total, slope, True


@kernel
def deviance_of(form, scratch, count, level, slope):
    """Twice the Poisson log-likelihood by which the curve falls short of the records themselves."""
    row = LOG_PRICE if form == POWER else PRICE
    around = 0.0 if form == POWER else 1.0
    deviance = 0.0
    for record in range(count):
        y = scratch[SALES, record]
        fitted = level + slope * (scratch[row, record] - around)
        mean = max(fitted, LEAST_MEAN) if form == LINEAR else exp(min(fitted, HIGHEST_LOGARITHM))
        gap = mean - y
        if y > 0.0:
            gap += y * ln(y / mean)
        deviance += 2.0 * scratch[WEIGHT, record] * gap
    return deviance


@kernel
def demand_parameter(form, level, slope):
    """Return the parameter that determines the best price, in units of mean price: choke price, elasticity or margin.

    ``level`` is the one at the mean price.
    """
    if form == POWER:
        return -slope
    if slope >= 0.0:
        return INFINITE
    return 1.0 - level / slope if form == LINEAR else -1.0 / slope


@kernel
def fit_curves(price, sales, weight, allowed, scratch, form_out, figure_out):
    """Fit every cell's records, float64[records, cells], oldest first; records of weight 0 are ignored.

    The best-fitting of the ``allowed`` forms (bool[3]) is kept: its number in ``form_out`` (int64[cells]) and its
    choke price, elasticity or margin in ``figure_out`` (float64[cells]). Without two prices or any sales: `NO_FORM`.
    """
    for cell in range(price.shape[1]):
        form_out[cell] = NO_FORM
        figure_out[cell] = INFINITE
        best = INFINITE
        count, price_unit, _ = gather(price, sales, weight, cell, scratch)
        for form in range(FORMS):
            if not allowed[form] or count < 2:
                continue
            level, slope, found = 0.0, 0.0, True
            for rounds in range(ROUNDS):
                before = slope
                level, slope, found = regress(form, scratch, count, level, slope, rounds == 0)
                if not found or (rounds > 0 and abs(slope - before) < PRECISION):
                    break
            if not found:
                continue
            deviance = deviance_of(form, scratch, count, level, slope)
            if deviance < best:
                best = deviance
                form_out[cell] = form
                figure_out[cell] = demand_parameter(form, level, slope) * (1.0 if form == POWER else price_unit)


@kernel
def forget(days, half_life, out):
    """Weight records, float64[records, cells], oldest first: days in stock, halved every ``half_life`` records."""
    records = days.shape[0]
    for record in range(records):
        kept = exp(-LN_2 * (records - 1 - record) / half_life)
        for cell in range(days.shape[1]):
            out[record, cell] = days[record, cell] * kept

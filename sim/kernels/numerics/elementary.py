"""Logarithm, exponential and quantiles that give the same bits on every machine.

The functions of C libraries, and numpy's, differ in the last bit between processors and versions, and one such bit can
change who buys what. This module uses only + - * /, square roots and exact bit operations, which IEEE 754 defines
completely. Logarithm and exponential are within one unit in the last place.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from sim.kernels.numerics.compiler import Bits, kernel

GUMBEL_TABLE_SIZE = 65_536  # one entry for each value of 16 random bits

# ln 2 in two parts. The first ends in 21 zero bits, so its product with any exponent is exact.
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
LOG2_E = 1.44269504088896338700e00
SQRT_2 = 1.41421356237309514547e00
SMALLEST_NORMAL = 2.2250738585072014e-308
LARGEST_EXPONENT = 709.782712893384  # exp of anything larger is inf
SMALLEST_EXPONENT = -745.1332191019412  # exp of anything smaller is 0

MANTISSA_BITS = np.uint64(52)
MANTISSA_MASK = np.uint64((1 << 52) - 1)
BITS_OF_ONE = np.uint64(1023 << 52)

# 2 artanh(s) = 2 s + s (2/3 s^2 + 2/5 s^4 + ...); s^2 < 0.0295, so the remainder is below 1e-18.
ARTANH_SERIES = tuple(2.0 / (2 * n + 1) for n in range(1, 11))
# exp(r) = 1 + r + r^2 (1/2! + r/3! + ...); |r| < 0.347, so the remainder is below 5e-18.
EXP_SERIES = tuple(1.0 / math.factorial(n) for n in range(2, 14))

# Wichura (1988), "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics
# 37(3), routine PPND16. Lowest power first; numerator (ABOVE) and denominator (BELOW) for the centre, the
# shoulders and the tails.
CENTRE_ABOVE = (
    *(3.3871328727963666080, 1.3314166789178437745e02, 1.9715909503065514427e03, 1.3731693765509461125e04),
    *(4.5921953931549871457e04, 6.7265770927008700853e04, 3.3430575583588128105e04, 2.5090809287301226727e03),
)
CENTRE_BELOW = (
    *(1.0, 4.2313330701600911252e01, 6.8718700749205790830e02, 5.3941960214247511077e03),
    *(2.1213794301586595867e04, 3.9307895800092710610e04, 2.8729085735721942674e04, 5.2264952788528545610e03),
)
SHOULDER_ABOVE = (
    *(1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504),
    *(1.27045825245236838258, 2.4178072517745061177e-1, 2.27238449892691845833e-2, 7.7454501427834140764e-4),
)
SHOULDER_BELOW = (
    *(1.0, 2.05319162663775882187, 1.67638483018380384940, 6.8976733498510000455e-1),
    *(1.4810397642748007459e-1, 1.51986665636164571966e-2, 5.475938084995344946e-4, 1.05075007164441684324e-9),
)
TAIL_ABOVE = (
    *(6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.9656057182850489123e-1),
    *(2.6532189526576123093e-2, 1.2426609473880784386e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
)
TAIL_BELOW = (
    *(1.0, 5.9983220655588793769e-1, 1.3692988092273580531e-1, 1.48753612908506148525e-2),
    *(7.868691311456132591e-4, 1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15),
)


@kernel
def polynomial(coefficients: tuple[float, ...], x: float) -> float:
    """The sum of coefficients[n] * x**n, by Horner's rule."""
    value = coefficients[len(coefficients) - 1]
    for n in range(len(coefficients) - 2, -1, -1):
        value = value * x + coefficients[n]
    return value


@kernel
def bits_of(number: float) -> Bits:
    """The 64 bits of a float64, as uint64."""
    return np.float64(number).view(np.uint64)


@kernel
def number_from(bits: Bits) -> float:
    """The float64 with these 64 bits, given as uint64."""
    return np.uint64(bits).view(np.float64)


@kernel
def ln(x: float) -> float:
    """The natural logarithm: -inf at 0, nan below.

    x = m 2^k with m between sqrt(1/2) and sqrt(2); ln m = 2 artanh(s) with s = (m - 1) / (m + 1), summed so
    that the largest term, m - 1, stays exact (the arrangement of Ng's fdlibm, 1993).
    """
    x = np.float64(x)
    if not 0.0 < x < np.inf:
        if x == 0.0:
            return -np.inf
        return np.nan if x < 0.0 else x  # inf or nan
    exponent = np.int64(0)
    if x < SMALLEST_NORMAL:
        x = x * 18014398509481984.0  # 2^54, exact
        exponent = np.int64(-54)
    bits = bits_of(x)
    exponent += np.int64(bits >> MANTISSA_BITS) - 1023
    mantissa = number_from((bits & MANTISSA_MASK) | BITS_OF_ONE)
    if mantissa > SQRT_2:
        mantissa = mantissa * 0.5
        exponent += 1
    excess = mantissa - 1.0
    s = excess / (2.0 + excess)
    square = s * s
    rest = square * polynomial(ARTANH_SERIES, square)
    half_square = 0.5 * excess * excess
    return exponent * LN2_HIGH - ((half_square - (s * (half_square + rest) + exponent * LN2_LOW)) - excess)


@kernel
def two_to(exponent: int | np.int64) -> float:
    """2**exponent for whole exponents from -1022 to 1023, exactly."""
    return number_from(np.uint64(exponent + 1023) << MANTISSA_BITS)


@kernel
def exp(x: float) -> float:
    """The exponential function: inf and 0 beyond the range of floating-point numbers.

    x = k ln 2 + r with |r| below half of ln 2; Taylor's series for exp(r), scaled by 2^k.
    """
    x = np.float64(x)
    if np.isnan(x):
        return x
    if x > LARGEST_EXPONENT:
        return np.inf
    if x < SMALLEST_EXPONENT:
        return 0.0
    whole = np.floor(x * LOG2_E + 0.5)
    r = (x - whole * LN2_HIGH) - whole * LN2_LOW
    value = 1.0 + (r + r * r * polynomial(EXP_SERIES, r))
    exponent = np.int64(whole)
    half = exponent // 2  # in two steps, because 2^1024 and 2^-1075 are not numbers though the product may be
    return value * two_to(half) * two_to(exponent - half)


@kernel
def power(x: float, y: float) -> float:
    """x**y for x >= 0. The relative error is about 1e-16 * (1 + |y ln x|); 0**0 is 1."""
    if y == 0.0:
        return 1.0
    return exp(y * ln(x))


@kernel
def normal_quantile(u: float) -> float:
    """The standard normal quantile of `u`, 0 < u < 1. Wichura (1988), AS 241."""
    q = np.float64(u) - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * polynomial(CENTRE_ABOVE, r) / polynomial(CENTRE_BELOW, r)
    # np.sqrt is exact to the last bit on every machine, unlike other functions of a C library.
    r = np.sqrt(-ln(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        r -= 1.6
        size = polynomial(SHOULDER_ABOVE, r) / polynomial(SHOULDER_BELOW, r)
    else:
        r -= 5.0
        size = polynomial(TAIL_ABOVE, r) / polynomial(TAIL_BELOW, r)
    return -size if q < 0.0 else size


@kernel
def gumbel_quantile(u: float) -> float:
    """The standard Gumbel quantile of `u`, 0 < u < 1. The mean is 0.5772."""
    return -ln(-ln(u))


@kernel
def fill_gumbel_quantiles(out: np.ndarray) -> None:
    """Write the Gumbel quantiles at the middles of `len(out)` equal shares into the float64 array `out`."""
    size = len(out)
    for i in range(size):
        out[i] = gumbel_quantile((i + 0.5) / size)


@functools.cache
def gumbel_table() -> np.ndarray:
    """float64[65 536], read-only: a Gumbel shock for 16 random bits, in 1 ns where the formula takes 50.

    Built on first use, so that importing compiles nothing. The table ends at the quantiles 1/131 072 from 0
    and 1 (-2.5 and 11.8); where the far tail matters use `gumbel_quantile`.
    """
    table = np.empty(GUMBEL_TABLE_SIZE)
    fill_gumbel_quantiles(table)
    table.flags.writeable = False  # shared by every run in the process
    return table

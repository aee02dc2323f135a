"""Random numbers that are functions of (seed, purpose, day, index), and what is drawn with them.

There is no generator with a state. A customer's shock on a day is the hash of who, when and what
for. It is therefore the same in every regime, for any order of visits, any number of threads and any draws by
others: comparisons of regimes use common random numbers automatically.

    key = stream(seed, PURPOSE_SHOCK, day)                      one hash for each part
    bits = draw(key, customer)                                  64 random bits, one hash
    uniform(bits), below(bits, n), gumbel_from(bits, table)     conversions

The hash is that of SplitMix64: Steele, Lea and Flood (2014), "Fast splittable pseudorandom number
generators", OOPSLA, with Stafford's multipliers (variant 13). `draw(key, 0), draw(key, 1), ...` is its
sequence, after its first number.
"""

from __future__ import annotations

import numpy as np

from sim.kernels.numerics.compiler import Bits, kernel
from sim.kernels.numerics.elementary import exp, ln, normal_quantile

# Purpose of a number. The values are part of every result: never change or reuse one; add new ones at the end.
PURPOSE_NEED = 1
PURPOSE_ORDER = 2  # in which order customers are visited
PURPOSE_SHOCK = 3
PURPOSE_OUTSIDE_OPTION = 4
PURPOSE_AWARENESS = 5
PURPOSE_RETURN = 6
PURPOSE_SPOILAGE = 7
# The world, drawn once, on day 0.
PURPOSE_HOME = 8
PURPOSE_TASTE = 9
PURPOSE_WORTH = 10
PURPOSE_TRAVEL = 11
PURPOSE_WAITING = 12
PURPOSE_HASSLE = 13
PURPOSE_MISMATCH = 14
PURPOSE_NEED_RATE = 15
PURPOSE_TRUST = 16
PURPOSE_TOWN_SIZE = 17
PURPOSE_TOWN_PLACE = 18
PURPOSE_STYLE_MIX = 19
PURPOSE_STYLE_ORDER = 20
PURPOSE_PRODUCT = 21
PURPOSE_STORE_PLACE = 22
PURPOSE_FIRM = 23
PURPOSE_HOME_ACROSS = 24
PURPOSE_STORE_ACROSS = 25
PURPOSE_RESTOCK = 26
# Firms that experiment with prices.
PURPOSE_PRICING = 27
PURPOSE_DIRECT_PRICING = 28
PURPOSE_DUOPOLY = 29

WORLD_DAY = 0

# Every constant is a uint64: numba turns uint64 with int64 into float64, and the low bits would be lost.
GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2^64 divided by the golden ratio, made odd
FIRST_MULTIPLIER = np.uint64(0xBF58476D1CE4E5B9)
SECOND_MULTIPLIER = np.uint64(0x94D049BB133111EB)
LOW_HALF = np.uint64(0xFFFFFFFF)
ONE = np.uint64(1)
SHIFT_11, SHIFT_27, SHIFT_30, SHIFT_31, SHIFT_32, SHIFT_48 = (np.uint64(n) for n in (11, 27, 30, 31, 32, 48))
UNIFORM_STEP = 1.0 / (1 << 53)

GAMMA_ATTEMPTS = 1000  # each is accepted with probability above 0.95; the bound only ends a loop over a nan
SMALLEST_SHAPE = 1e-300  # keeps ln(u) / shape finite


def as_int64(bits: int) -> int:
    """The int64 with the same bits, for passing a seed or key from 2^63 upwards from Python to a compiled kernel.

    numba takes every Python int as an int64, and returns a uint64 as a Python int. Between kernels nothing is needed.
    """
    return (int(bits) + (1 << 63)) % (1 << 64) - (1 << 63)


@kernel
def as_bits(value: Bits) -> Bits:
    """Any int64 or uint64 as uint64, a negative one by two's complement. Compiled, it costs nothing."""
    if value < 0:
        return ~np.uint64(~value)
    return np.uint64(value)


@kernel
def mix(value: Bits) -> Bits:
    """Scramble 64 bits, one to one: every input bit changes every output bit half of the time."""
    value = as_bits(value)
    value = (value ^ (value >> SHIFT_30)) * FIRST_MULTIPLIER
    value = (value ^ (value >> SHIFT_27)) * SECOND_MULTIPLIER
    return value ^ (value >> SHIFT_31)


@kernel
def draw(key: Bits, index: int | np.int64) -> Bits:
    """64 random bits for `index` (0 or more) under `key`; itself a key for draws one level further down."""
    return mix(as_bits(key) + np.uint64(index) * GOLDEN)


@kernel
def draw_pair(key: Bits, first: int, second: int) -> Bits:
    """64 random bits for an ordered pair: two hashes. In a loop over `second`, draw `first` outside."""
    return draw(draw(key, first), second)


@kernel
def stream(seed: Bits, purpose: int, day: int | np.int64) -> Bits:
    """The key of all draws of one purpose on one day, each part hashed in turn: the parts never add up.

    Any int64 or uint64 is a seed; -1 and 2^64 - 1 are the same one.
    """
    return draw(draw(draw(GOLDEN, as_bits(seed)), as_bits(purpose)), as_bits(day))


@kernel
def uniform(bits: Bits) -> float:
    """A number strictly between 0 and 1: the odd multiples of 2^-53, so 1 - u is as likely as u."""
    odd = np.int64((as_bits(bits) >> SHIFT_11) | ONE)  # signed, as processors convert this faster
    return np.float64(odd) * UNIFORM_STEP


@kernel
def below(bits: Bits, n: int) -> int:
    """A whole number from 0 to n - 1, for 1 <= n <= 2^32: floor(bits * n / 2^64).

    Probabilities differ by a share of at most n / 2^64.
    """
    bits = as_bits(bits)
    size = np.uint64(n)
    low = ((bits & LOW_HALF) * size) >> SHIFT_32
    return np.int64(((bits >> SHIFT_32) * size + low) >> SHIFT_32)  # type: ignore[return-value]


@kernel
def gumbel_from(bits: Bits, table: np.ndarray) -> float:
    """A Gumbel shock from the top 16 bits, by look-up in `elementary.gumbel_table()`.

    One hash holds four of them: shift it left by 16 bits for the next.
    """
    return table[as_bits(bits) >> SHIFT_48]


@kernel
def greatest_common_divisor(a: int, b: int) -> int:
    """Euclid's algorithm."""
    while b != 0:
        a, b = b, a % b
    return a


@kernel
def inverse_modulo(a: int, n: int) -> int:
    """The number that times ``a`` is 1 modulo ``n``, for ``a`` and ``n`` without a common divisor: Euclid, extended."""
    old, new, left, right = 0, 1, n, a
    while right > 1:
        times = left // right
        old, new = new, old - times * new
        left, right = right, left - times * right
    return new % n


@kernel
def visiting_order(seed: Bits, day: int, n: int) -> tuple[int, int]:
    """(multiplier, offset) of the day's order: visit number i is customer (multiplier * i + offset) % n.

    Each customer comes exactly once, at every position of the queue with equal probability, without sorting or
    memory; n is 1 or more, and the products fit in an int64 up to n = 3e9. Two customers' places are related,
    as in any affine order: use it to spread luck over days, not as a source of random numbers.
    """
    key = stream(seed, PURPOSE_ORDER, day)
    offset = below(draw(key, 0), n)
    attempt = 1
    while True:
        multiplier = 1 + below(draw(key, attempt), max(n - 1, 1))
        if greatest_common_divisor(multiplier, n) == 1:
            return multiplier, offset
        attempt += 1


@kernel
def fill_uniform(seed: Bits, purpose: int, out: np.ndarray) -> None:
    """Independent uniforms into float64[n] `out`; entry i depends on (seed, purpose, i) only, not on n."""
    key = stream(seed, purpose, WORLD_DAY)
    for i in range(len(out)):
        out[i] = uniform(draw(key, i))


@kernel
def shuffle(key: Bits, out: np.ndarray) -> None:
    """Put the one-dimensional array `out` in random order, every order equally likely: Durstenfeld (1964)."""
    for last in range(len(out) - 1, 0, -1):
        other = below(draw(key, last), last + 1)
        held = out[last]
        out[last] = out[other]
        out[other] = held


@kernel
def fill_stratified(seed: Bits, purpose: int, out: np.ndarray) -> None:
    """The n quantiles (i + 0.5) / n in random order into float64[n] `out`: uniforms without sampling noise.

    A population drawn so has exactly the distribution asked for, at every size. Two purposes are in unrelated
    orders.
    """
    for i in range(len(out)):
        out[i] = (i + 0.5) / len(out)
    shuffle(stream(seed, purpose, WORLD_DAY), out)


@kernel
def log_gamma_variate(key: Bits, shape: float) -> float:
    """The logarithm of a gamma variate of `shape` > 0 and scale 1: at tiny shapes most are below 1e-308.

    Marsaglia and Tsang (2000), "A simple method for generating gamma variables", ACM TOMS 26(3). A shape
    below 1 is drawn at shape + 1 and multiplied by u**(1 / shape), their section 6.
    """
    boost = 0.0
    if shape < 1.0:
        shape = max(shape, SMALLEST_SHAPE)
        boost = ln(uniform(draw(key, 0))) / shape
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / np.sqrt(9.0 * d)
    for attempt in range(GAMMA_ATTEMPTS):
        x = normal_quantile(uniform(draw(key, 2 * attempt + 1)))
        root = 1.0 + c * x
        if root > 0.0:
            v = root * root * root
            log_v = ln(v)
            if ln(uniform(draw(key, 2 * attempt + 2))) < 0.5 * x * x + d * (1.0 - v + log_v):
                return ln(d) + log_v + boost
    return np.nan


@kernel
def gamma_variate(key: Bits, shape: float) -> float:
    """A gamma variate of `shape` > 0 and scale 1: its mean and its variance are both `shape`."""
    return exp(log_gamma_variate(key, shape))


@kernel
def fill_dirichlet(
    seed: Bits, purpose: int, row: int, base_shares: np.ndarray, concentration: float, out: np.ndarray
) -> None:
    """Random shares that add up to 1 into float64[k] `out`, a different draw for each `row`.

    Their mean is `base_shares` (float64[k], adding up to 1; a share of 0 stays 0), their variance
    base * (1 - base) / (concentration + 1). Gamma variates divided by their sum, compared by logarithm so
    that a small concentration leaves one share near 1 rather than 0 / 0.
    """
    key = draw(stream(seed, purpose, WORLD_DAY), row)
    largest = -np.inf
    for i in range(len(out)):
        out[i] = -np.inf
        if base_shares[i] > 0.0:
            out[i] = log_gamma_variate(draw(key, i), concentration * base_shares[i])
            largest = max(largest, out[i])
    total = 0.0
    for i in range(len(out)):
        out[i] = exp(out[i] - largest)
        total += out[i]
    for i in range(len(out)):
        out[i] /= total

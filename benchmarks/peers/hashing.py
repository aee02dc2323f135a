"""The market's random numbers in plain numpy: functions of (seed, purpose, day, who).

As in ``sim.kernels.numerics.randomness``.

Stated once more, since peers run where Middleman is not installed; the tests hold the two against each other.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

NEED, ORDER, SHOCK, LEAVE = 1, 2, 3, 4
GOLDEN = 0x9E3779B97F4A7C15
WORD = (1 << 64) - 1


def mix(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble 64 bits, in place: the finaliser of SplitMix64, variant 13."""
    value ^= value >> np.uint64(30)
    value *= np.uint64(0xBF58476D1CE4E5B9)
    value ^= value >> np.uint64(27)
    value *= np.uint64(0x94D049BB133111EB)
    value ^= value >> np.uint64(31)
    return value


def draw(key: Any, index: NDArray[Any]) -> NDArray[np.uint64]:
    """64 random bits for each index under one key, or under a key each."""
    steps = index.astype(np.uint64) * np.uint64(GOLDEN)
    return mix(np.asarray(key, dtype=np.uint64) + steps)


def draw_one(key: int, index: int) -> int:
    """The same for one index."""
    return int(mix(np.array([(key + index * GOLDEN) & WORD], dtype=np.uint64))[0])


def stream(seed: int, purpose: int, day: int) -> int:
    """The key of all draws of one purpose on one day."""
    return draw_one(draw_one(draw_one(GOLDEN, seed), purpose), day)


def uniform(bits: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Numbers strictly between 0 and 1: the odd multiples of 2^-53."""
    odd = ((bits >> np.uint64(11)) | np.uint64(1)).astype(np.int64)
    return odd.astype(np.float64) * (1.0 / (1 << 53))


def below(bits: int, n: int) -> int:
    """A whole number from 0 to n - 1."""
    return bits * n >> 64


def visiting_order(seed: int, day: int, n: int) -> tuple[int, int]:
    """(multiplier, offset) of the day's order: visit number i is customer (multiplier * i + offset) % n."""
    key = stream(seed, ORDER, day)
    attempt = 1
    while True:
        multiplier = 1 + below(draw_one(key, attempt), max(n - 1, 1))
        if math.gcd(multiplier, n) == 1:
            return multiplier, below(draw_one(key, 0), n)
        attempt += 1

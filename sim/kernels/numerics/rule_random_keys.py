"""Random bits for firms that experiment: one key per seller, product and day, and the draws under it."""

from __future__ import annotations

from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.randomness import draw, stream, uniform


@kernel
def fill_keys(seed, purpose, day, sellers, out):
    """Write a key for each seller and product, uint64[sellers, products]; ``sellers`` are the places' numbers."""
    key = stream(seed, purpose, day)
    for row in range(out.shape[0]):
        own = draw(key, sellers[row])
        for product in range(out.shape[1]):
            out[row, product] = draw(own, product)


@kernel
def fill_chances(keys, index, out):
    """Write the uniform number at ``index`` under each key, float64 of the keys' shape."""
    for row in range(out.shape[0]):
        for product in range(out.shape[1]):
            out[row, product] = uniform(draw(keys[row, product], index))

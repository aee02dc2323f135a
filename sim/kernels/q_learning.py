"""One step of Q-learning, the same for sellers in a market and for two sellers in their own market.

``value`` (situations, prices) is a firm's value of each price in each situation; a situation is own price x prices +
rival's price, of the previous period (Watkins & Dayan 1992; Calvano, Calzolari, Denicolo & Pastorello 2020).
"""

from __future__ import annotations

from sim.kernels.codes import NOTHING
from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.elementary import exp
from sim.kernels.numerics.randomness import below, draw, uniform

FIRST, EXPLORE, WHICH = 0, 1, 2
"""Purposes of the random numbers under a seller's key of the period."""


@kernel
def value_at_random(value, price, expected, discount):
    """Value a price in every situation as if rivals chose at random for ever; ``expected`` is its profit then."""
    for situation in range(value.shape[0]):
        value[situation, price] = expected / (1.0 - discount)


@kernel
def best_of(value, situation):
    """The best price in a situation; the lowest if several are equal."""
    best = 0
    for price in range(1, value.shape[1]):
        if value[situation, price] > value[situation, best]:
            best = price
    return best


@kernel
def credit(value, situation, price, profit, following, learning_rate, discount):
    """Move the value of a price towards its profit plus the best value in the situation it led to."""
    target = profit + discount * value[following, best_of(value, following)]
    value[situation, price] += learning_rate * (target - value[situation, price])


@kernel
def choose_price(value, situation, decay, periods, key):
    """The next price: with probability exp(-decay x periods) a random one, else the best."""
    if uniform(draw(key, EXPLORE)) < exp(-decay * periods):
        return below(draw(key, WHICH), value.shape[1])
    return best_of(value, situation)


@kernel
def opening_prices(keys, expected, discount, value, action):
    """Value all prices of sellers (sellers, products, ...) without experience, and draw the first ones at random."""
    for row in range(keys.shape[0]):
        for product in range(keys.shape[1]):
            for price in range(len(expected)):
                value_at_random(value[row, product], price, expected[price], discount)
            action[row, product] = below(draw(keys[row, product], FIRST), len(expected))


@kernel
def learn_and_choose(keys, profit, now, seen, learning_rate, decay, discount, value, situation, action, periods):
    """Let sellers value their last prices by ``profit`` and by the situation they led to, ``now``, and choose the next
    ones.

    All arrays have shape (sellers, products); ``value`` has two more dimensions. A seller that has ``seen`` nothing
    keeps everything.
    """
    for row in range(keys.shape[0]):
        for product in range(keys.shape[1]):
            if not seen[row, product]:
                continue
            own, before = value[row, product], situation[row, product]
            if before != NOTHING:
                credit(
                    own, before, action[row, product], profit[row, product], now[row, product], learning_rate, discount
                )
                periods[row, product] += 1
            situation[row, product] = now[row, product]
            action[row, product] = choose_price(
                own, now[row, product], decay, periods[row, product], keys[row, product]
            )

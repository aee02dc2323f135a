"""One step of Q-learning, the same for sellers in a market and for two sellers in their own market.

``value`` (situations, prices) is a firm's value of each price in each situation; a situation is own price x prices +
rival's price, of the previous period (Watkins & Dayan 1992; Calvano, Calzolari, Denicolo & Pastorello 2020).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.codes import NOTHING
from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.elementary import exp
from sim.kernels.numerics.randomness import below, draw, uniform

FIRST, EXPLORE, WHICH = 0, 1, 2
"""Purposes of the random numbers under a seller's key of the period."""


class Hyperparameters(NamedTuple):
    """How sellers learn: weight of the latest observation, decay of exploration per period, discount factor."""

    learning_rate: float
    decay: float
    discount: float


class Transitions(NamedTuple):
    """What sellers observe of the last period, shape (sellers, products).

    ``profit`` is what the last price made, ``situation`` the one it led to; ``seen`` is false where a seller had
    nothing to sell.
    """

    profit: NDArray[np.float64]
    situation: NDArray[np.int64]
    seen: NDArray[np.bool_]


class Learners(NamedTuple):
    """What sellers have learnt, shape (sellers, products), ``value`` (sellers, products, situations, prices).

    ``situation`` is the one in which the current price ``action`` was chosen, ``periods`` counts the prices valued.
    """

    value: NDArray[np.float64]
    situation: NDArray[np.int64]
    action: NDArray[np.int64]
    periods: NDArray[np.int64]


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
def credit(value, situation, price, profit, following, parameters):
    """Move the value of a price towards its profit plus the best value in the situation it led to."""
    target = profit + parameters.discount * value[following, best_of(value, following)]
    value[situation, price] += parameters.learning_rate * (target - value[situation, price])


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
def learn_and_choose(keys, transitions, parameters, learners):
    """Let sellers value their last prices by what they observed, and choose the next ones.

    A seller that has ``seen`` nothing keeps everything. ``keys`` (sellers, products) select the random numbers.
    """
    value, situation, action, periods = learners
    for row in range(keys.shape[0]):
        for product in range(keys.shape[1]):
            if not transitions.seen[row, product]:
                continue
            own, before, now = value[row, product], situation[row, product], transitions.situation[row, product]
            if before != NOTHING:
                credit(own, before, action[row, product], transitions.profit[row, product], now, parameters)
                periods[row, product] += 1
            situation[row, product] = now
            action[row, product] = choose_price(own, now, parameters.decay, periods[row, product], keys[row, product])

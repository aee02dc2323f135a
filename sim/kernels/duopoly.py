"""Two Q-learners in their own market, period after period until neither changes its best price any more.

Learning and choosing are in ``q_learning``, which sellers in the whole market use too. Here a table gives profits, so
that a period takes a fraction of a microsecond.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.randomness import below, draw, stream
from sim.kernels.q_learning import FIRST, best_of, choose_price, credit, value_at_random


class SellerStreams(NamedTuple):
    """What selects the random numbers of two sellers: the seed, the purpose, and the sellers' numbers, shape (2,)."""

    seed: int
    purpose: int
    sellers: NDArray[np.int64]


class StoppingRule(NamedTuple):
    """Periods without a change of best price that count as settled, and periods after which to give up."""

    stable: int
    most: int


@kernel
def prepare(profit, discount, value, greedy):
    """Value every price as if the rival chose at random for ever, and record the best prices."""
    points = profit.shape[1]
    for firm in range(2):
        for price in range(points):
            expected = 0.0
            for other in range(points):
                expected += profit[firm, price, other] / points
            value_at_random(value[firm], price, expected, discount)
        for situation in range(points * points):
            greedy[firm, situation] = best_of(value[firm], situation)


@kernel
def key_of(streams, period, firm):
    """Key of a seller's random numbers in a period, for its first product, as in ``rule_random_keys``."""
    return draw(draw(stream(streams.seed, streams.purpose, period), streams.sellers[firm]), 0)


@kernel
def learn_together(streams, profit, parameters, stopping, value, greedy):
    """Let two firms set prices until the best prices of both have settled.

    ``profit`` (2, prices, prices) is each firm's in a period, by its own price and its rival's; ``value`` (2,
    situations, prices) and ``greedy`` (2, situations) are learnt. Returns the number of periods, ``stopping.most`` if
    they never converged, and the two last prices.
    """
    points, decay = profit.shape[1], parameters.decay
    prepare(profit, parameters.discount, value, greedy)
    first = below(draw(key_of(streams, 0, 0), FIRST), points)
    second = below(draw(key_of(streams, 0, 1), FIRST), points)
    settled, period = 0, 0
    while period < stopping.most and settled < stopping.stable:
        period += 1
        own, other = first * points + second, second * points + first
        move = choose_price(value[0], own, decay, period - 1, key_of(streams, period, 0))
        answer = choose_price(value[1], other, decay, period - 1, key_of(streams, period, 1))
        settled += 1
        for firm in range(2):
            situation = own if firm == 0 else other
            price, rival = (move, answer) if firm == 0 else (answer, move)
            made = profit[firm, price, rival]
            credit(value[firm], situation, price, made, price * points + rival, parameters)
            best = best_of(value[firm], situation)
            if best != greedy[firm, situation]:
                greedy[firm, situation] = best
                settled = 0
        first, second = move, answer
    return period, first, second


@kernel
def play_on(profit, greedy, first, second, periods):
    """Return both firms' mean profit over periods without experiments."""
    points = profit.shape[1]
    total = 0.0
    for _ in range(periods):
        move, answer = greedy[0, first * points + second], greedy[1, second * points + first]
        total += profit[0, move, answer] + profit[1, answer, move]
        first, second = move, answer
    return total / (2.0 * periods)

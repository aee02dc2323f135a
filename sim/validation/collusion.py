"""How far two Q-learners raise profits above Nash, in the market of Calvano and others (2020)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.types import FloatArray
from sim.world.geography import as_seed

PRICE_OF_NASH, PRICE_OF_MONOPOLY = 1.4729273, 1.9249809
WORTH, COST, SCALE = 2.0, 1.0, 0.25
"""Two goods worth 2 that cost 1, against an outside option of 0, with Gumbel shocks of scale 1/4: their baseline."""
WHOLE_CYCLES = 1_000


@dataclass(frozen=True)
class Collusion:
    """Where two Q-learners settled.

    Attributes:
        profit_gain: 0 at the profit of Nash prices, 1 at that of the monopoly.
        periods: periods until they settled.
    """

    profit_gain: float
    periods: int


def profit_table(prices: FloatArray) -> FloatArray:
    """Return a firm's profit in a period by its own price (rows) and its rival's (columns)."""
    # The same bits everywhere, because the last bit can change a firm's choice.
    from sim.kernels.numerics.elementary import exp

    worth = np.array([exp(float(value)) for value in (WORTH - prices) / SCALE])
    share = worth[:, None] / (1.0 + worth[:, None] + worth[None, :])
    return (prices[:, None] - COST) * share


def price_grid(points: int = 15, stretch: float = 0.1) -> FloatArray:
    """Return evenly spaced prices from Nash to monopoly, extended on both sides by a share of the distance."""
    beyond = stretch * (PRICE_OF_MONOPOLY - PRICE_OF_NASH)
    return np.linspace(PRICE_OF_NASH - beyond, PRICE_OF_MONOPOLY + beyond, points)


def learn_to_collude(
    seed: int,
    learning_rate: float = 0.15,
    exploration_decay: float = 4e-6,
    discount: float = 0.95,
    stable: int = 100_000,
    most: int = 20_000_000,
) -> Collusion:
    """Let two Q-learners set prices against each other until they have settled (Calvano et al. 2020, section II).

    They have if their best prices stay the same for ``stable`` periods. For rates see the rule `q_learning`.
    """
    from sim.kernels.duopoly import SellerStreams, StoppingRule, learn_together, play_on
    from sim.kernels.numerics.randomness import PURPOSE_DUOPOLY
    from sim.kernels.q_learning import Hyperparameters

    profit = np.stack([profit_table(price_grid())] * 2)  # the two are alike
    points = profit.shape[1]
    value = np.zeros((2, points * points, points))
    greedy = np.zeros((2, points * points), dtype=np.int64)
    streams = SellerStreams(as_seed(seed), PURPOSE_DUOPOLY, np.arange(2))
    parameters = Hyperparameters(learning_rate, exploration_decay, discount)
    stopping = StoppingRule(stable, most)
    periods, first, second = learn_together(streams, profit, parameters, stopping, value, greedy)
    # Settled firms repeat themselves after at most this many periods, and mostly after one or two.
    mean = play_on(profit, greedy, first, second, WHOLE_CYCLES * points * points)
    nash, monopoly = (profit_table(np.array([price]))[0, 0] for price in (PRICE_OF_NASH, PRICE_OF_MONOPOLY))
    return Collusion(float((mean - nash) / (monopoly - nash)), int(periods))

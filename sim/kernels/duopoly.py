"""Two Q-learners in a market of their own, period after period until neither changes its mind any more.

How they learn and choose is in ``q_learning``, which sellers of a whole market use, too. Here they take part in nothing
else: a table says what each earns, so that a period takes a fraction of a microsecond.
"""

from __future__ import annotations

from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.randomness import below, draw, stream
from sim.kernels.q_learning import FIRST, best_of, choose, credit, value_at_random


@kernel
def prepare(profit, discount, value, greedy):
    """Value every price as if the rival chose at random for ever, and note what is best then."""
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
def key_of(seed, purpose, period, seller):
    """The key of a seller's chances in a period, for its first product: as ``rule_random_keys`` has it."""
    return draw(draw(stream(seed, purpose, period), seller), 0)


@kernel
def learn_together(seed, purpose, sellers, profit, learning_rate, decay, discount, stable, most, value, greedy):
    """Let two firms price until both have thought the same prices best for ``stable`` periods in a row.

    ``profit`` (2, prices, prices) is each firm's in a period, by its own price and its rival's; ``value`` (2,
    situations, prices) and ``greedy`` (2, situations) are what they learn. ``purpose`` and the two ``sellers``' numbers
    say which random numbers they draw. Returns the periods it took, ``most`` where they never agreed with themselves
    for so long, and the two prices posted last.
    """
    points = profit.shape[1]
    prepare(profit, discount, value, greedy)
    first = below(draw(key_of(seed, purpose, 0, sellers[0]), FIRST), points)
    second = below(draw(key_of(seed, purpose, 0, sellers[1]), FIRST), points)
    settled, period = 0, 0
    while period < most and settled < stable:
        period += 1
        own, other = first * points + second, second * points + first
        move = choose(value[0], own, decay, period - 1, key_of(seed, purpose, period, sellers[0]))
        answer = choose(value[1], other, decay, period - 1, key_of(seed, purpose, period, sellers[1]))
        settled += 1
        for firm in range(2):
            situation = own if firm == 0 else other
            price, rival = (move, answer) if firm == 0 else (answer, move)
            made = profit[firm, price, rival]
            credit(value[firm], situation, price, made, price * points + rival, learning_rate, discount)
            best = best_of(value[firm], situation)
            if best != greedy[firm, situation]:
                greedy[firm, situation] = best
                settled = 0
        first, second = move, answer
    return period, first, second


@kernel
def play_on(profit, greedy, first, second, periods):
    """Both firms' mean profit over some periods in which nobody tries anything any more."""
    points = profit.shape[1]
    total = 0.0
    for _ in range(periods):
        move, answer = greedy[0, first * points + second], greedy[1, second * points + first]
        total += profit[0, move, answer] + profit[1, answer, move]
        first, second = move, answer
    return total / (2.0 * periods)

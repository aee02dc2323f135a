"""Two Q-learners in a market of their own, period after period until neither changes its mind any more."""

from __future__ import annotations

from sim.kernels.compiler import kernel
from sim.kernels.elementary import exp
from sim.kernels.randomness import PURPOSE_DUOPOLY, WORLD_DAY, below, draw, stream, uniform


@kernel
def best_of(value, firm, situation):
    """The price a firm thinks best in a situation; the lowest of several."""
    best = 0
    for price in range(1, value.shape[2]):
        if value[firm, situation, price] > value[firm, situation, best]:
            best = price
    return best


@kernel
def prepare(profit, discount, value, greedy):
    """Value every price as if the rival chose at random for ever, and note what is best then."""
    points = profit.shape[0]
    for price in range(points):
        mean = 0.0
        for other in range(points):
            mean += profit[price, other] / points
        for situation in range(points * points):
            for firm in range(2):
                value[firm, situation, price] = mean / (1.0 - discount)
    for situation in range(points * points):
        for firm in range(2):
            greedy[firm, situation] = best_of(value, firm, situation)


@kernel
def learn_together(seed, profit, learning_rate, decay, discount, stable, most, value, greedy):
    """Let two firms price until both have thought the same prices best for ``stable`` periods in a row.

    ``profit`` (prices, prices) is a firm's in a period, by its own price and its rival's; ``value`` (2, situations,
    prices) and ``greedy`` (2, situations) are what they learn; a situation is own price x prices + rival's price, of
    the period before. Returns the periods it took, ``most`` where they never agreed with themselves for so long, and
    the two prices posted last.
    """
    points = profit.shape[0]
    prepare(profit, discount, value, greedy)
    key = stream(seed, PURPOSE_DUOPOLY, WORLD_DAY)
    opening = draw(key, 0)
    first, second = below(draw(opening, 0), points), below(draw(opening, 1), points)
    exploring, fading, settled = 1.0, exp(-decay), 0
    period = 0
    while period < most and settled < stable:
        period += 1
        chance = draw(key, period)
        own, other = first * points + second, second * points + first
        move, answer = greedy[0, own], greedy[1, other]
        if uniform(draw(chance, 0)) < exploring:
            move = below(draw(chance, 1), points)
        if uniform(draw(chance, 2)) < exploring:
            answer = below(draw(chance, 3), points)
        exploring *= fading
        settled += 1
        for firm in range(2):
            situation = own if firm == 0 else other
            price, rival = (move, answer) if firm == 0 else (answer, move)
            following = price * points + rival
            worth = profit[price, rival] + discount * value[firm, following, greedy[firm, following]]
            value[firm, situation, price] += learning_rate * (worth - value[firm, situation, price])
            best = best_of(value, firm, situation)
            if best != greedy[firm, situation]:
                greedy[firm, situation] = best
                settled = 0
        first, second = move, answer
    return period, first, second


@kernel
def play_on(profit, greedy, first, second, periods):
    """Both firms' mean profit over some periods in which nobody tries anything any more."""
    points = profit.shape[0]
    total = 0.0
    for _ in range(periods):
        move, answer = greedy[0, first * points + second], greedy[1, second * points + first]
        total += profit[move, answer] + profit[answer, move]
        first, second = move, answer
    return total / (2.0 * periods)

"""Reinforcement learning on a grid of prices: one step by hand, and the market in which it was first looked at."""

from __future__ import annotations

import numpy as np
import pytest

from sim.formulas.logit import bertrand_nash
from sim.kernels.duopoly import SellerStreams, StoppingRule, learn_together
from sim.kernels.numerics.randomness import PURPOSE_PRICING
from sim.kernels.q_learning import Hyperparameters
from sim.market import Market
from sim.rules.q_learning import Experience, QLearning
from sim.scenario import load_scenario
from sim.validation.collusion import (
    COST,
    PRICE_OF_MONOPOLY,
    PRICE_OF_NASH,
    SCALE,
    WORTH,
    learn_to_collude,
    price_grid,
    profit_table,
)
from sim.validation.markets import calendar, market, rivals, units_sold
from tests.rules.learning_chains import view_of

THREE_PRICES = {"low": 10.0, "high": 30.0, "points": 3, "learning_rate": 0.5, "discount": 0.5}


def experience(value, action=1, situation=0):
    """Return what one seller of one product carries on who asks 20.00 at a cost of 10.00."""
    one = np.ones((1, 1), dtype=np.int64)
    return Experience(value, one * situation, one * action, one * 1_000.0, one * 10**9)


def test_a_price_is_worth_the_profit_it_made_and_the_best_of_what_it_led_to():
    value = np.zeros((1, 1, 9, 3))
    value[0, 0, 0] = [1.0, 8.0, 2.0]  # as the week began
    value[0, 0, 1 * 3 + 2] = [6.0, 4.0, 40.0]  # now: own price 20.00, the rival's 30.00
    view = view_of(2_000, 1_000.0, 14, 7.0, rival=2_900)  # next to 30.00 on the grid
    price, after = QLearning(**THREE_PRICES).decide(view, experience(value))
    # 10.00 on 2 a day, and half of 40.00 for what it led to; half-way from 8 to 40
    assert after.value[0, 0, 0].tolist() == [1.0, 24.0, 2.0]
    assert price[0, 0] == 3_000  # the best one now
    assert after.situation[0, 0] == 1 * 3 + 2
    assert after.periods[0, 0] == 10**9 + 1


def test_what_was_known_is_not_written_over():
    value = np.zeros((1, 1, 9, 3))
    QLearning(**THREE_PRICES).decide(view_of(2_000, 1_000.0, 14, 7.0), experience(value))
    assert not value.any()


def test_who_had_nothing_to_sell_learns_nothing_and_keeps_its_price():
    value = np.arange(27.0).reshape(1, 1, 9, 3)
    price, after = QLearning(**THREE_PRICES).decide(view_of(2_000, 1_000.0, 0, 0.0), experience(value))
    assert price[0, 0] == 2_000
    assert np.array_equal(after.value, value)


def test_at_first_every_price_of_the_grid_is_tried():
    rule, state, seen = QLearning(low=10.0, high=30.0), None, []
    for week in range(300):
        keys = np.array([[7_919 * week + 1]], dtype=np.uint64)
        price, state = rule.decide(view_of(0, 500.0, 5, 7.0, chance=keys), state)
        seen.append(int(price[0, 0]))
    grid, counts = np.unique(seen, return_counts=True)
    assert grid.tolist() == [round(cents) for cents in np.linspace(1_000, 3_000, 15)]
    assert counts.min() > 5


def test_alone_it_learns_which_price_pays_best():
    """Sales of 12 - p / 10 a day at prices 20, 40 ... 120 and a cost of 20: 60.00 and 80.00 earn the same, 240."""
    rule = QLearning(low=20.0, high=120.0, points=6, exploration_decay=0.002, discount=0.0)
    state, price = None, np.zeros((1, 1), dtype=np.int64)
    for week in range(3_000):
        keys = np.array([[104_729 * week + 1]], dtype=np.uint64)
        sold = round(7 * (12 - price[0, 0] / 1_000))
        price, state = rule.decide(view_of(price, 2_000.0, sold, 7.0 * (week > 0), chance=keys), state)
    assert price[0, 0] in (6_000, 8_000)


def test_the_grid_must_go_up():
    with pytest.raises(ValueError, match=r"low 30\.0 must be below high 30\.0"):
        QLearning(low=30.0, high=30.0)


def test_the_two_ends_of_the_grid_are_nash_and_monopoly_prices():
    """Both from the closed forms' side: two firms with a good each, and one firm with both."""
    for owners, price in (([0, 1], PRICE_OF_NASH), ([0, 0], PRICE_OF_MONOPOLY)):
        goods = np.array([WORTH, WORTH]) / SCALE  # in units of the taste shock
        assert bertrand_nash(goods, 1.0 / SCALE, [COST, COST], owners) == pytest.approx(price, abs=1e-6)
    distance = PRICE_OF_MONOPOLY - PRICE_OF_NASH
    assert price_grid()[[0, -1]] == pytest.approx([PRICE_OF_NASH - 0.1 * distance, PRICE_OF_MONOPOLY + 0.1 * distance])
    assert profit_table(np.array([PRICE_OF_NASH]))[0, 0] == pytest.approx(0.2229, abs=1e-4)
    assert profit_table(np.array([PRICE_OF_MONOPOLY]))[0, 0] == pytest.approx(0.3375, abs=1e-4)


def test_firms_that_learn_fast_are_settled_soon_and_the_same_seed_says_the_same():
    fast = [learn_to_collude(seed, exploration_decay=1e-3, stable=2_000, most=200_000) for seed in (1, 1, 2)]
    assert fast[0] == fast[1] != fast[2]
    assert fast[0].periods < 200_000


# -- the market, and the kernel with which Calvano's two firms are looked at -----------------------------------------

PRICES = [30.0, 45.0, 60.0, 75.0]
MINDS = {"learning_rate": 0.15, "exploration_decay": 0.01, "discount": 0.9}
SHOPS = [{"town": "town", "east": -1.0}, {"town": "town", "east": 0.6}]
SEED = 11


def two_shops(*layers):
    """Return two shops in a town of customers who need one thing every day, mind the way, and never waver."""
    return market(
        *layers,
        customers={"worth": {"distribution": "uniform", "low": 40.0, "high": 160.0}, "travel_cost": 20.0, "reach": 2},
        geography={"towns": [{"name": "town", "customers": 400, "radius": 1.5}]},
        products={"unit_cost": 20.0},
        suppliers={"pricing": {"rule": "markup", "factor": 1.0}},
    )


def earned(prices):
    """Return what both shops earn on a day at these prices."""
    lived = Market(load_scenario(two_shops(rivals(prices, SHOPS), calendar(1))), "shops", SEED)
    sold = units_sold(lived.run())[-2:]
    return [(price - 20.0) * units for price, units in zip(prices, sold, strict=True)]


@pytest.fixture(scope="module")
def earnings():
    """What each firm earns, (2, prices, prices), by its own price and its rival's."""
    table = np.array([[earned((own, other)) for other in PRICES] for own in PRICES])
    return np.ascontiguousarray(np.stack((table[:, :, 0], table[:, :, 1].T)))


def learnt_in_the_market(profit, periods, **changes):
    """Return what the rule has learnt, both firms in one array, once two shops have valued so many prices."""
    expected = profit.mean(axis=2)
    rule = {"rule": "q_learning", "low": PRICES[0], "high": PRICES[-1], "points": len(PRICES), "review_days": 1}
    rules = [{**rule, **MINDS, "opening_profits": [float(x) for x in expected[firm]], **changes} for firm in range(2)]
    firms = {f"seller {k}": {"pricing": own} for k, own in enumerate(rules)}
    opened = Market(
        load_scenario(two_shops(rivals((1.0, 1.0), SHOPS), calendar(periods + 2), {"firms": firms})), "shops", SEED
    )
    opened.run()
    states = [group.state for group in opened.state.levels[-1].pricing]  # one group where both expect the same
    periods_each, values = (np.concatenate([getattr(state, name) for state in states]) for name in ("periods", "value"))
    assert values.shape[:2] == (2, 1)
    return periods_each, values[:, 0], opened


def test_shops_in_the_market_learn_the_table_of_the_two_firms_alone(earnings):
    """On the same draws: rule, views, records and sales on the one side, the kernel with a table on the other."""
    periods, points = 400, len(PRICES)
    value = np.zeros((2, points * points, points))
    greedy = np.zeros((2, points * points), dtype=np.int64)
    counted, learnt, opened = learnt_in_the_market(earnings, periods)
    stores = np.arange(opened.world.places.stores.start, opened.world.places.stores.stop)
    streams, stopping = SellerStreams(SEED, PURPOSE_PRICING, stores), StoppingRule(periods + 1, periods)
    parameters = Hyperparameters(MINDS["learning_rate"], MINDS["exploration_decay"], MINDS["discount"])
    learn_together(streams, earnings, parameters, stopping, value, greedy)
    assert np.array_equal(counted, [[periods], [periods]])
    assert np.unique(np.argmax(value, axis=2)).size > 1  # something was learnt, and not the same everywhere
    np.testing.assert_allclose(learnt, value, rtol=1e-12)


def test_who_expects_something_else_learns_another_table(earnings):
    """Planted: a shop that begins with nothing instead of what chance would earn it."""
    _, learnt, _ = learnt_in_the_market(earnings, 50)
    _, other, _ = learnt_in_the_market(earnings, 50, opening_profits=[0.0] * len(PRICES))
    assert abs(learnt - other).max() > 1.0


def test_a_profit_is_expected_of_every_price():
    with pytest.raises(ValueError, match=r"opening_profits has 2 numbers but points is 3; give one for each price"):
        QLearning(low=10.0, high=30.0, points=3, opening_profits=[1.0, 2.0])


def test_before_the_second_price_nothing_is_credited():
    """The first price answers no situation: what it made is the profit of nothing that could be chosen again."""
    rule = QLearning(**THREE_PRICES)
    keys = np.array([[5]], dtype=np.uint64)
    price, state = rule.decide(view_of(0, 1_000.0, 0, 0.0, chance=keys), None)
    assert (state.situation[0, 0], state.periods[0, 0]) == (-1, 0)
    _, after = rule.decide(view_of(price, 1_000.0, 14, 7.0, chance=keys, rival=2_900), state)
    assert not after.value.any()
    assert after.situation[0, 0] == state.action[0, 0] * 3 + 2

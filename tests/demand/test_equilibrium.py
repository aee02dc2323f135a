"""Firms with several products: Nash and Stackelberg against numbers worked out elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.engine.demand_estimation.equilibrium import PriceSearch, equilibrium
from sim.engine.demand_estimation.leaders import Foresight, Leader, stackelberg_prices
from sim.validation.equilibrium_markets import best_reply
from sim.validation.equilibrium_markets import settled as at_rest
from sim.validation.multiproduct_markets import level_prices, of_goods, sold_by
from tests.demand.games import MAKER, SHOP, two_levels

within = pytest.approx
B = {
    "weights": (0.3, 0.7), "qualities": ((37.0, 23.0), (26.0, 31.0)), "costs": (11.0, 7.0), "handling": 1.5,
    "scale": 4.0,
}  # fmt: skip
C = {
    "weights": (0.1, 0.25, 0.3, 0.25, 0.1),
    "qualities": ((61.0, 52.0), (63.0, 72.0), (78.0, 73.0), (82.0, 87.0), (102.0, 103.0)),
    "costs": (20.0, 17.0), "handling": 3.0, "scale": 3.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("market", "prices"), [(B, (34.838, 29.470)), (C, (73.593, 70.183))], ids=["two segments", "five segments"]
)
def test_vertical_nash_of_a_maker_and_a_shop_with_two_goods(market, prices):
    price, settled = equilibrium(two_levels(**market), 1e-7, scans=True)
    assert settled
    assert price[2:4] == within(prices, abs=6e-4)


@pytest.mark.parametrize(
    ("market", "wholesale", "prices", "profit"),
    [
        (B, (27.432, 22.281), (37.109, 31.570), 7.7308),
        (C, (62.637, 54.237), (78.935, 72.576), 24.981),
    ],
    ids=["two segments", "five segments"],
)
def test_a_leader_foresees_how_the_shop_prices_both_goods(market, wholesale, prices, profit):
    game = two_levels(**market)
    leader = Leader(MAKER, 0, np.arange(2), np.empty((0, 2), dtype=np.int64))
    price, settled = stackelberg_prices(game, [leader], np.arange(2, 4), 1e-6)
    assert settled
    assert price[:2] == within(wholesale, abs=6e-4)
    assert price[2:4] == within(prices, abs=6e-4)
    earned, slope = Foresight(game, np.arange(2, 4)).profit(leader, price[:2], price)
    assert earned == within(profit, abs=6e-4)
    assert slope == within([0.0, 0.0], abs=1e-5)


def test_how_a_leader_foresees_its_profit_to_change_is_how_it_changes():
    game = two_levels(**B)
    leader = Leader(MAKER, 0, np.arange(2), np.empty((0, 2), dtype=np.int64))
    foresight, own = Foresight(game, np.arange(2, 4)), np.array([21.0, 25.0])
    price = np.full(6, 30.0)
    slope = foresight.profit(leader, own, price)[1]
    for good in range(2):
        step = np.zeros(2)
        step[good] = 1e-3
        more, less = (foresight.profit(leader, own + sign * step, price)[0] for sign in (1.0, -1.0))
        assert slope[good] == within((more - less) / 2e-3, rel=1e-4)


def test_margins_found_answer_themselves():
    game = two_levels(**C)
    search = PriceSearch(game, 1e-9)
    margin, settled = search.find(search.start())
    assert settled
    answer, units = search.respond(margin)
    assert answer[game.decided] == within(margin[game.decided], abs=1e-7)
    assert units[:2] == within(units[2:4])


def test_two_leaders_answer_each_other():
    """A maker for each good, one shop for both: neither maker would gain by a small step, the other staying."""
    game = two_levels(**B)
    owner = np.where(np.arange(6) % 2 == 1, game.decisions.owner + 2, game.decisions.owner)
    owner[2:4] = SHOP
    game = replace(game, decisions=replace(game.decisions, owner=owner), chain=game.chain._replace(owner=owner))
    none = np.empty((0, 2), dtype=np.int64)
    leaders = [Leader(MAKER, 0, np.array([0]), none), Leader(MAKER + 2, 0, np.array([1]), none)]
    price, settled = stackelberg_prices(game, leaders, np.arange(2, 4), 1e-6)
    assert settled
    foresight = Foresight(game, np.arange(2, 4))
    for leader in leaders:
        assert foresight.profit(leader, price[leader.decisions], price)[1] == within([0.0], abs=1e-4)
    both, _ = stackelberg_prices(two_levels(**B), [Leader(MAKER, 0, np.arange(2), none)], np.arange(2, 4), 1e-6)
    assert (price[:2] < both[:2]).all()  # who owns one good only does not spare the other


def test_a_price_that_leaps_out_of_the_market_is_not_taken_for_one_that_does_not_matter():
    """Two makers above one wholesaler: margins of one scale and 28.56, at which nearly everybody takes the good good.

    Extrapolated prices once went so far that nobody bought, and the search ended there: 10.50 instead of 68.01.
    """
    tables = sold_by(
        of_goods((33.1, 72.5), 1.5), (3.5, 7.5), {"maker": best_reply("margin"), "wholesaler": best_reply("margin")},
        makers=(0, 1), wholesalers=1,
    )  # fmt: skip
    price = level_prices(at_rest(tables, days=40), -1)[0]
    share = np.exp((np.array([33.1, 72.5]) - price) / 1.5)
    share /= 1.0 + share.sum()
    # A maker's margin is s / (1 - its share), the wholesaler's s / (1 - all shares).
    assert price == pytest.approx(
        [3.5, 7.5] + 1.5 / (1.0 - share) + 1.5 / (1.0 - share.sum()), abs=0.2
    )  # of whole cents
    assert price == pytest.approx([36.63, 68.01], abs=0.02)

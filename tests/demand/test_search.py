"""The search for prices: what it starts from, what it takes into account, and that it goes for the higher profit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.engine.demand_estimation.equilibrium import MARGIN, PERCENT, STACKELBERG, Contest, PriceSearch, equilibrium
from sim.formulas.multiproduct import cournot_margin
from sim.kernels.demand import Considered
from tests.demand.games import MAKER, SHOP, two_levels

within = pytest.approx
B = {
    "weights": (0.3, 0.7), "qualities": ((37.0, 23.0), (26.0, 31.0)), "costs": (11.0, 7.0), "handling": 1.5,
    "scale": 4.0,
}  # fmt: skip


def found(game, *, scans=True):
    price, settled = equilibrium(game, 1e-7, scans=scans)
    assert settled
    return price


def only_shop(weights, qualities, costs, scale):
    """Return a game in which the shop alone finds its prices; its maker asks its cost."""
    game = two_levels(weights, qualities, costs, 0.0, scale)
    goods = len(costs)
    alone = np.repeat([False, True, False], goods)
    posted = np.concatenate((costs, np.zeros(goods), costs))
    decisions = replace(game.decisions, knows=alone)
    return replace(game, decided=alone, posted=posted, decisions=decisions)


def without(game, good, goods=2):
    """Return the game with one good on no shelf."""
    old, left = game.considered, game.considered.cell != good
    customer = np.repeat(np.arange(len(old.weight)), np.diff(old.first))[left]
    first = np.searchsorted(customer, np.arange(len(old.weight) + 1))
    kept = [each[left] for each in (old.cell, old.gain, old.channel, old.store)]
    considered = Considered(first, *kept, old.weight, old.burden)
    return replace(game, considered=considered, sales=type(game.sales)(*(each[left] for each in game.sales)))


def test_with_a_tax_customers_pay_what_they_would_if_costs_were_that_much_higher():
    """What counts is (1 + t) p: costs of (1 + t) c without a tax lead to the same."""
    taxed = two_levels(**B)
    taxed = replace(taxed, considered=taxed.considered._replace(burden=1.25))
    dearer = two_levels(**{**B, "costs": (1.25 * 11.0, 1.25 * 7.0), "handling": 1.25 * 1.5})
    assert 1.25 * found(taxed)[:4] == within(found(dearer)[:4], abs=1e-5)


def test_what_a_tier_spends_on_handling_is_in_its_cost():
    game = two_levels(**B)
    handling = np.array([0.0, 0.0, 1.5, 1.5, 0.0, 0.0])
    apart = replace(game.supply, beyond=game.supply.beyond - handling, handling=handling)
    assert found(replace(game, supply=apart)) == within(found(game), abs=1e-6)


@pytest.mark.parametrize("firms", [1, 2, 5])
def test_firms_that_bring_quantities_share_what_one_would_earn(firms):
    """D'(p - c) = -Q / n before alike customers (Anderson, de Palma & Thisse 1992)."""
    game = only_shop((1.0,), ((30.0, 34.0, 26.0),), (10.0, 13.0, 4.0), 5.0)
    rivals = np.repeat([1.0, float(firms), 1.0], 3)
    price = found(replace(game, decisions=replace(game.decisions, rivals=rivals)))[3:6]
    margin = cournot_margin([30.0, 34.0, 26.0], [10.0, 13.0, 4.0], 5.0, firms)
    assert price == within(np.array([10.0, 13.0, 4.0]) + margin, abs=1e-5)


def test_what_nobody_is_offered_is_priced_as_its_firm_prices_the_rest():
    game = without(two_levels(**B), 1)
    price = found(game)
    landed = np.array([11.0, 7.0, price[0] + 1.5, price[1] + 1.5])
    margin = price[:4] - landed
    assert margin[0] == within(margin[1])
    assert margin[2] == within(margin[3])
    alone = found(two_levels((0.3, 0.7), ((37.0,), (26.0,)), (11.0,), 1.5, 4.0))
    assert price[[0, 2]] == within(alone[:2], abs=1e-5)


def test_what_firms_without_any_sales_ask_is_cost_and_the_margin_of_a_firm_that_sells_next_to_nothing():
    game = two_levels((0.0, 0.0), B["qualities"], B["costs"], B["handling"], B["scale"])
    assert found(game)[:4] == within([15.0, 11.0, 20.5, 16.5])


def test_the_mean_margin_of_the_rest_counts_units():
    """The dearer good sells less: the mean lies nearer to the margin of the other."""
    game = without(only_shop((0.2, 0.8), ((60.0, 25.0, 0.0), (12.0, 31.0, 0.0)), (10.0, 12.0, 5.0), 3.0), 2)
    price = found(game)[3:6]
    margin = price - [10.0, 12.0, 5.0]
    pull = np.exp((np.array(((60.0, 25.0), (12.0, 31.0))) - price[:2]) / 3.0)
    units = np.array([0.2, 0.8]) @ (pull / (1.0 + pull.sum(axis=1, keepdims=True)))
    assert abs(margin[0] - margin[1]) > 0.5
    assert margin[2] == within(margin[:2] @ units / units.sum(), abs=1e-5)


# -- far away --

FEW_RICH = ((0.12, 1.0), ((100.0,), (22.0,)), (2.0,), 1.5)
"""A few pay up to 100, most up to 22: serving all at about 17 earns more than the few at about 91."""


def earned(game, price):
    """Return what the only shop earns at a price of its good."""
    considered = game.considered
    return sum(
        weight * (price - 2.0) / (1.0 + np.exp((price - gain) / game.scale))
        for weight, gain in zip(considered.weight, considered.gain, strict=True)
    )


@pytest.mark.parametrize(("posted", "near"), [(93.0, 93.0), (16.0, 16.0)])
def test_a_price_that_is_best_in_its_place_is_held_against_others_far_away(posted, near):
    """Both are local maxima: from wherever it starts, the firm ends at the one that earns more."""
    game = only_shop(*FEW_RICH)
    game = replace(game, posted=np.array([2.0, posted, 2.0]))
    prices = np.linspace(2.0, 110.0, 20_000)
    profits = np.array([earned(game, price) for price in prices])
    summits = prices[1:-1][(profits[1:-1] > profits[:-2]) & (profits[1:-1] > profits[2:])]
    assert len(summits) == 2
    stays = found(game, scans=False)[1]
    assert stays == within(summits[np.abs(summits - near).argmin()], abs=0.01)
    assert found(game)[1] == within(prices[profits.argmax()], abs=0.01)


# -- start and end --


def test_prices_at_rest_are_recognised_in_one_pass():
    game = only_shop(B["weights"], B["qualities"], B["costs"], B["scale"])
    price = found(game)
    search = PriceSearch(replace(game, posted=price), 1e-5)
    margin, settled = search.find(search.start())
    assert settled
    assert search.passes == 1
    assert search.prices(margin)[0] == within(price, abs=1e-5)


def test_what_is_not_to_be_found_stays_as_posted_or_follows_its_cost():
    """The shop asks 1.5 times what it pays: the maker knows that, and the price does follow."""
    game = two_levels((1.0,), ((40.0,),), (10.0,), 0.0, 4.0)
    maker = np.array([True, False, False])
    conduct = np.full(3, STACKELBERG)
    rule = {"decided": maker, "factor": np.array([1.0, 1.5, 1.0]), "conduct": conduct}
    decisions = replace(game.decisions, knows=maker)
    game = replace(game, decisions=decisions, **rule, answering=np.array([False, True, False]))
    price = found(game)
    assert price[1] == within(1.5 * price[0])
    share = 1.0 / (1.0 + np.exp((price[1] - 40.0) / 4.0))
    assert price[0] - 10.0 == within(4.0 / (1.5 * (1.0 - share)), abs=1e-5)  # (w - c) 1.5 (1 - P) = scale
    fixed = replace(game, posted=np.array([0.0, 33.0, 0.0]), answering=np.zeros(3, dtype=np.bool_))
    assert found(fixed)[1] == 33.0


def test_how_much_of_a_cent_firms_expect_to_reach_customers():
    """A shop that asks 30 for what costs it 20 and knows its demand; one that asks 1.2 times its cost does not."""
    game = two_levels((1.0,), ((40.0,),), (10.0,), 0.0, 4.0)
    price, landed = np.array([20.0, 30.0, 0.0]), np.array([10.0, 20.0, 10.0])
    game = replace(game, factor=np.array([1.0, 1.2, 1.0]))
    by_rule = replace(game, decisions=replace(game.decisions, knows=np.array([True, False, True])))
    for conduct, found_by_shop, set_by_rule in ((MARGIN, 1.0, 1.0), (PERCENT, 1.5, 1.2), (STACKELBERG, 1.0, 1.2)):
        for known, expected in ((game, found_by_shop), (by_rule, set_by_rule)):
            through = PriceSearch(replace(known, conduct=np.full(3, conduct)), 1e-5).through(price, landed)
            assert through[0].tolist() == within([expected, 1.0])
            assert through[1, 0] == 1.0  # at its price to customers it has no buyer in between


# -- rivals with the same goods --


def test_the_cheapest_goes_up_to_a_cent_below_the_second_cheapest_and_the_others_ask_their_cost():
    """Two wholesalers, 5.00 and 5.20, the first 10 cents away: it keeps the buyer up to 5.09."""
    contest = Contest(np.array([[[0], [1]]]), np.array([[[10.0], [0.0]]]))
    limit = np.full(3, np.inf)
    contest.limits(np.array([500.0, 520.0, 7.0]), limit)
    assert limit.tolist() == [509.0, 520.0, np.inf]


def test_who_wins_some_buyer_is_held_by_the_keenest_of_its_rivals():
    """Each wins the buyer next door: the first up to 5.49, since the second would come at 5.20 and 30 of freight."""
    options = np.array([[[0], [1]], [[0], [1]]])
    contest = Contest(options, np.array([[[0.0], [30.0]], [[60.0], [0.0]]]))
    limit = np.full(2, np.inf)
    contest.limits(np.array([500.0, 520.0]), limit)
    assert limit.tolist() == [549.0, 559.0]
    alone = Contest(np.array([[[0], [-1]]]), np.array([[[0.0], [np.inf]]]))
    limit = np.full(1, np.inf)
    alone.limits(np.array([500.0]), limit)
    assert limit.tolist() == [np.inf]


def test_owners_are_told_apart():
    """A maker and a shop that were one firm at each level: owning the other good raises both prices."""
    game = two_levels(**B)
    apart = game.decisions.owner.copy()
    apart[[1, 3]] = 2, 3  # each good has a maker and a shop of its own
    rivals = replace(game, decisions=replace(game.decisions, owner=apart), chain=game.chain._replace(owner=apart))
    assert (found(rivals)[2:4] < found(game)[2:4]).all()
    assert {MAKER, SHOP} == {0, 1}

"""What the middleman does for the money: shares that are fair by definition, on games and on markets."""

from __future__ import annotations

import math
from itertools import permutations

import pytest

from sim.experiments.worth import SERVICES, coalitions, shapley, worth
from sim.scenario import ScenarioError

GLOVES = {
    chosen: float(min(len(chosen & {"left"}), len(chosen & {"right", "other right"})))
    for chosen in coalitions(["left", "right", "other right"])
}


def test_shapley_values_of_the_glove_game():
    """A left glove is scarce: 2/3; of two right ones each gets 1/6 (Shapley 1953)."""
    assert shapley(GLOVES, ["left", "right", "other right"]) == pytest.approx(
        {"left": 2 / 3, "right": 1 / 6, "other right": 1 / 6}
    )


def test_shapley_values_are_means_over_all_orders_of_joining():
    players = ["a", "b", "c", "d"]
    game = {
        chosen: math.sin(1.0 + sum(3 ** players.index(player) for player in chosen)) for chosen in coalitions(players)
    }
    by_order = dict.fromkeys(players, 0.0)
    for order in permutations(players):
        for place, player in enumerate(order):
            before = frozenset(order[:place])
            by_order[player] += (game[before | {player}] - game[before]) / math.factorial(4)
    found = shapley(game, players)
    assert found == pytest.approx(by_order)
    assert sum(found.values()) == pytest.approx(game[frozenset(players)] - game[frozenset()])


def test_who_adds_nothing_gets_nothing_and_equals_get_the_same():
    game = {chosen: 5.0 + 2.0 * len(chosen - {"idle"}) ** 2 for chosen in coalitions(["one", "other", "idle"])}
    assert shapley(game, ["one", "other", "idle"]) == pytest.approx({"one": 4.0, "other": 4.0, "idle": 0.0})


def test_in_the_village_the_shares_add_up_and_say_what_each_service_is(tmp_path):
    changes = {"contacts.cost": 0.06}
    found = worth("village", replications=2, days=8, store=tmp_path, workers=1, overrides=changes)
    by_name = {each.service: each for each in found.services}
    assert list(by_name) == list(SERVICES)
    for gain, total in found.total.items():
        assert math.fsum(each.gains[gain].mean for each in found.services) == pytest.approx(total.mean)
    # One maker and two shops: two contacts without a wholesaler, three with it. He costs one, and no more than that.
    contacts = by_name["contacts"].gains
    assert contacts["everybody"].mean == pytest.approx(contacts["in_between"].mean) != 0.0
    assert contacts["everybody"].mean < 0.0
    assert contacts["customers"].mean == 0.0
    # To carry bread home saves the day that a parcel takes; to look at it the hassle of 0.50.
    assert by_name["stock"].gains["customers"].mean > by_name["inspection"].gains["customers"].mean > 0.0
    assert by_name["stock"].gains["customers"].mean == pytest.approx(
        2.0 * by_name["inspection"].gains["customers"].mean
    )
    assert found.margins["retailers"].mean > found.profits["retailers"].mean  # rent
    assert len(found.to_frame()) == len(SERVICES) * len(found.total)


def test_where_a_service_is_worth_nothing_its_share_is_nothing(tmp_path):
    changes = {"customers.hassle": 0.0, "customers.waiting_cost": 0.0}  # contacts cost nothing in the village
    found = worth("village", replications=1, days=6, store=tmp_path, workers=1, overrides=changes)
    shares = {each.service: each.gains["everybody"].mean for each in found.services}
    assert (shares["contacts"], shares["stock"], shares["inspection"]) == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)
    assert shares["freight"] == pytest.approx(found.total["everybody"].mean)
    assert shares["freight"] != 0.0


def test_a_single_service_is_worth_what_switching_it_off_costs(tmp_path):
    found = worth("village", services=["stock"], replications=2, days=6, store=tmp_path, workers=1)
    (stock,) = found.services
    assert stock.gains["everybody"] == stock.alone == stock.last == found.total["everybody"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"services": ["smiles"]}, "the services are"),
        ({"services": []}, "one service or more"),
        ({"regime": "direct"}, "nobody in between owns goods"),
        ({"regime": "barter"}, "barter"),
    ],
)
def test_what_makes_no_sense_is_refused(changed, said):
    with pytest.raises(ScenarioError, match=said):
        worth("village", **changed, workers=1)

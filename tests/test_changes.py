"""Terms of trade that change between two days: as if they had always been so, for all that comes after."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.changes import (
    ChangeError,
    give_pricing,
    open_channels,
    sell_direct,
    set_commission,
    set_parcel_cost,
)
from sim.engine.state import State
from sim.market import Market
from sim.rules.player import Player
from sim.scenario import load_scenario

WIDEST = "with_o2o"
DAYS = 56


def market(regime: str = WIDEST, prepare=None, **settings: object) -> Market:
    """Return the market of the class on the evening before its first day."""
    scenario = load_scenario("class_market", {path.replace("__", "."): value for path, value in settings.items()})
    return Market(scenario, regime, seed=3, prepare=prepare)


def lived(market: Market, days: int = DAYS) -> np.ndarray:
    """Live some days and return the needs so far."""
    for _ in range(days):
        market.step()
    state = market.state
    return state.needs[: int(state.visits.used[0])].copy()


def same_needs(one: np.ndarray, other: np.ndarray) -> bool:
    """Tell whether the same needs ended in the same way."""
    return all(
        np.array_equal(one[name], other[name], equal_nan=one[name].dtype.kind == "f") for name in one.dtype.names
    )


def chain_only(state: State) -> None:
    open_channels(state, ["store"], [])


def test_a_market_whose_other_channels_are_closed_is_the_chain_alone():
    closed, chain = market(prepare=chain_only), market("traditional")
    bought, in_chain = lived(closed), lived(chain)
    for name in ("customer", "result", "product", "place", "price", "surplus", "first_empty"):
        assert np.array_equal(bought[name], in_chain[name]), name
    accounts = [n for n, name in enumerate(closed.ledger.accounts) if name.startswith(("Maker", "whole", "Shop"))]
    assert np.array_equal(closed.state.profits()[accounts], chain.state.profits()[accounts])


def test_a_commission_from_the_first_day_is_the_scenario_with_that_commission():
    changed = market(prepare=lambda state: set_commission(state, 0.3))
    written = market(platform__commission=0.3)
    assert same_needs(lived(changed), lived(written))
    assert np.array_equal(changed.ledger.books.balances, written.ledger.books.balances)


def test_parcels_at_twice_the_cost_are_the_scenario_with_parcels_at_twice_the_cost():
    changed = market(prepare=lambda state: set_parcel_cost(state, 2.0))
    written = market(delivery__parcel__cost_per_parcel=8.0)
    assert same_needs(lived(changed), lived(written))
    assert np.array_equal(changed.ledger.books.balances, written.ledger.books.balances)


def test_channels_that_open_later_are_used_from_that_day_on_and_not_before():
    small = market(prepare=chain_only)
    before = lived(small, 28)
    assert set(before["channel"][before["result"] == 0]) == {0}
    open_channels(small.state, ["store", "pickup", "courier"], ["parcel"], shares_stock=True)
    after = lived(small, 28)[len(before) :]
    assert set(after["channel"][after["result"] == 0]) == {0, 1, 2, 3}


def test_a_maker_that_does_not_sell_direct_sends_no_parcel():
    alone = market(prepare=lambda state: sell_direct(state, [1]))
    needs = lived(alone)
    assert set(needs["product"][needs["channel"] == 3]) == {1}


def test_a_firm_that_a_player_takes_over_asks_what_the_player_says_and_then_its_rule_again():
    small = market(prepare=chain_only)
    rule = small.parameters.retailers.pricing
    give_pricing(small.state, "Shop 1", Player(decides="margin"))
    small.player_prices["Shop 1"] = dict.fromkeys(("alder", "birch", "cedar", "elm"), 3.0)
    lived(small, 28)
    state, stores = small.state, small.world.places.stores
    paid = state.prices.demand.cost_when_set[stores.start]
    assert state.network.price[stores.start].tolist() == (np.rint(paid).astype(int) + 300).tolist()
    give_pricing(small.state, "Shop 1", rule)
    assert "Shop 1" not in small.player_prices
    lived(small, 1)
    assert (state.network.price[stores.start] > np.rint(paid) + 400).all()


def test_to_hand_a_firm_over_and_take_it_back_at_once_changes_no_price_by_more_than_a_cent():
    """Prices are looked for again, and found within the rule's tolerance."""
    touched, left_alone = market(), market()
    rule = touched.parameters.suppliers.pricing
    for direct in (False, True):
        give_pricing(touched.state, "Maker Birch", Player(), direct=direct)
        give_pricing(touched.state, "Maker Birch", rule, direct=direct)
    lived(touched, 1)
    lived(left_alone, 1)
    for one, other in (
        (touched.state.network.price, left_alone.state.network.price),
        (touched.state.shelves.direct_price, left_alone.state.shelves.direct_price),
    ):
        assert np.abs(one - other).max() <= 1


def test_a_rule_does_not_see_what_a_player_of_its_level_has_just_decided():
    """Shops that know their demand answer yesterday's prices: a player's new price moves them a round later."""
    rivals = []
    for margin in (2.0, 30.0):
        small = market(prepare=chain_only)
        give_pricing(small.state, "Shop 1", Player(decides="margin"))
        small.player_prices["Shop 1"] = dict.fromkeys(("alder", "birch", "cedar", "elm"), margin)
        lived(small, 1)
        second = small.world.places.stores.start + 1
        first_day = small.state.network.price[second].tolist()
        lived(small, 28)
        rivals.append((first_day, small.state.network.price[second].tolist()))
    assert rivals[0][0] == rivals[1][0]
    assert max(rivals[0][1]) < min(rivals[1][1])


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_a_commission_must_be_a_share(share: float):
    with pytest.raises(ChangeError, match="not a share"):
        set_commission(market().state, share)


def test_a_commission_cannot_change_where_goods_come_back():
    returned = Market("classroom", "o2o", seed=1)
    set_commission(returned.state, 0.2)  # nothing has been sold yet
    returned.step()
    with pytest.raises(ChangeError, match="come back"):
        set_commission(returned.state, 0.1)


def test_a_channel_nobody_serves_cannot_open():
    with pytest.raises(ChangeError, match="courier: retailers have no such channel under 'traditional'"):
        open_channels(market("traditional").state, ["store", "courier"], [])

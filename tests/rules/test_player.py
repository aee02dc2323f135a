"""A person decides: prices said between two days, checked, and asked from the next morning on."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.human_players import PlayerError
from sim.market import Market
from sim.rules.player import Player
from sim.scenario import load_scenario
from tests.rules.learning_chains import view_of
from tests.small_markets import CONSIGNED, OWN, SMALL, SmallMarket

ANN_PLAYS = {"firms": {"Ann": {"pricing": {"rule": "player"}}}}
ALL_PLAY = {
    "suppliers": {**SMALL["suppliers"], "pricing": {"rule": "player"}, "direct_pricing": {"rule": "player"}},
    "retailers": {**SMALL["retailers"], "pricing": {"rule": "player", "opening_factor": 2.0}},
}


def shelf_prices(market: Market) -> list[list[float]]:
    """Return what the shops ask: Ann's for apple and pear, then Bob's."""
    return (market.state.shelves.list_price / 100.0).tolist()


def test_until_the_first_word_a_multiple_of_cost_is_asked_and_then_what_was_said():
    small = SmallMarket(OWN, **ANN_PLAYS)
    market = small.market
    assert shelf_prices(market) == [[6.0, 6.0], [6.0, 6.0]]  # 4.00 x 1.5, and Bob's fixed 6.00
    market.player_prices["Ann"] = {"apple": 6.99}
    assert shelf_prices(market)[0] == [6.0, 6.0]  # the day has not begun
    assert small.first_need().price == 699
    assert shelf_prices(market) == [[6.99, 6.0], [6.0, 6.0]]


def test_prices_hold_until_the_next_word():
    small = SmallMarket(OWN, **ANN_PLAYS)
    small.market.player_prices["Ann"] = {"apple": 5.5, "pear": 5.25}
    small.live(3)
    small.market.player_prices["Ann"] = {"pear": 0}
    small.live(2)
    assert shelf_prices(small.market)[0] == [5.5, 0.0]
    assert small.market.player_prices["Ann"] == {"apple": 5.5, "pear": 0.0}
    del small.market.player_prices["Ann"]
    small.live(2)
    assert shelf_prices(small.market)[0] == [5.5, 0.0]
    assert small.market.player_prices["Ann"] == {}


def test_everybody_can_play_and_suppliers_have_two_price_lists():
    small = SmallMarket(CONSIGNED, **ALL_PLAY)
    market = small.market
    assert set(market.player_prices) == {"maker", "Ann", "Bob"}
    assert set(market.player_direct_prices) == {"maker"}
    market.player_prices["maker"] = {"apple": 3.0}
    market.player_direct_prices["maker"] = {"apple": 5.0}
    small.live()
    assert market.state.network.price[small.place("maker depot")].tolist() == [300, 150]
    assert market.state.shelves.direct_price.tolist() == [500, 150]


def test_a_retailer_asks_the_same_in_all_its_stores():
    stores = [{**store, "retailer": "Ann"} for store in SMALL["retailers"]["stores"]]
    retailers = {**SMALL["retailers"], "names": ["Ann"], "stores": stores, "pricing": {"rule": "player"}}
    small = SmallMarket(OWN, retailers=retailers)
    small.market.player_prices["Ann"] = {"apple": 7.5}
    small.live()
    assert shelf_prices(small.market) == [[7.5, 6.0], [7.5, 6.0]]


def test_a_review_day_can_be_waited_for():
    weekly = {"firms": {"Ann": {"pricing": {"rule": "player", "review_days": 7}}}}
    small = SmallMarket(OWN, **weekly).live(2)
    small.market.player_prices["Ann"] = {"apple": 5.0}
    small.live(5)
    assert shelf_prices(small.market)[0] == [6.0, 6.0]
    small.live(1)
    assert shelf_prices(small.market)[0] == [5.0, 6.0]


@pytest.mark.parametrize(
    ("firm", "prices", "message"),
    [
        ("Eve", {"apple": 1.0}, "'Eve': no player decides .* Players decide for: Ann"),
        ("Bob", {"apple": 1.0}, "'Bob': no player decides"),
        ("Ann", {"plum": 1.0}, "Ann: it sells nothing called 'plum'. It sells: apple, pear"),
        ("Ann", {"apple": -0.01}, "Ann, apple: -0.01 is not a price; it must lie between 0 and"),
        ("Ann", {"apple": float("nan")}, "Ann, apple: nan is not a price"),
        ("Ann", {"apple": float("inf")}, "Ann, apple: inf is not a price"),
        ("Ann", {"apple": 2e9}, "is not a price"),
        ("Ann", {"apple": "cheap"}, "Ann, apple: 'cheap' is not a number"),
        ("Ann", {"apple": True}, "Ann, apple: True is not a number"),
        ("Ann", [5.0], r"Ann: \[5.0\] is not a price list; say {product: price}"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words_and_nothing_changes(firm, prices, message):
    market = SmallMarket(OWN, **ANN_PLAYS).market
    with pytest.raises(PlayerError, match=message):
        market.player_prices[firm] = prices
    assert market.player_prices["Ann"] == {}


def test_all_that_is_wrong_is_said_at_once_and_no_part_of_it_is_taken():
    market = SmallMarket(OWN, **ANN_PLAYS).market
    with pytest.raises(PlayerError) as caught:
        market.player_prices["Ann"] = {"apple": 5.0, "plum": 1.0, "pear": -1}
    assert len(str(caught.value).splitlines()) == 2
    assert market.player_prices["Ann"] == {}


def test_a_supplier_prices_its_own_products_only():
    items = [*SMALL["products"]["items"], {"name": "nut", "supplier": "other", "unit_cost": 1.0}]
    suppliers = {**ALL_PLAY["suppliers"], "names": ["maker", "other"]}
    market = SmallMarket(OWN, suppliers=suppliers, products={"items": items}).market
    with pytest.raises(PlayerError, match=r"maker: it sells nothing called 'nut'\. It sells: apple, pear"):
        market.player_prices["maker"] = {"nut": 1.0}


def test_where_nobody_plays_the_error_says_how_to():
    market = Market(load_scenario(SMALL), "traditional", 0)
    with pytest.raises(PlayerError, match="Players decide for: nobody; give a firm the rule `player`"):
        market.player_prices["Ann"] = {"apple": 1.0}


def test_numbers_of_numpy_are_numbers():
    market = SmallMarket(OWN, **ANN_PLAYS).market
    market.player_prices["Ann"] = {"apple": np.float64(5.0), "pear": np.int64(4)}
    assert market.player_prices["Ann"] == {"apple": 5.0, "pear": 4.0}


def test_the_rule_alone_keeps_the_last_price():
    view = view_of([[500, 600]], 400.0, asked=[[-1, 250]])
    assert Player().decide(view, True)[0].tolist() == [[500, 250]]
    assert Player().decide(view, None)[0].tolist() == [[600, 250]]

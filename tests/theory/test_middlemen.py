"""Why there are middlemen at all."""

import numpy as np
import pytest

from sim.theory.middlemen import (
    SURPLUS_OF_PERFECT_MARKET,
    SURPLUS_OF_RANDOM_PAIRS,
    SURPLUS_OF_RANDOM_PAIRS_IN_AUCTION,
    MeetingRates,
    dealer_market,
    search_market,
)


def market_of(middleman_meets_buyer):
    return search_market(MeetingRates(0.5, 0.5, 0.5, 0.5, middleman_meets_buyer, 0.5), interest=0.05)


def test_who_meets_buyers_faster_trades_in_between():
    """After Rubinstein & Wolinsky 1987; all rates .5, interest .05, middlemen meet buyers at 2."""
    market = market_of(2.0)
    assert market.bid == pytest.approx(0.4788, abs=5e-5)
    assert market.direct == pytest.approx(0.4950, abs=5e-5)
    assert market.ask == pytest.approx(0.5101, abs=5e-5)
    assert market.middlemen_trade


def test_who_meets_buyers_no_faster_gains_nothing_by_trading():
    """At .5, a unit is worth .3125 to either; at .25 less to a middleman than to its seller."""
    even = market_of(0.5)
    assert even.holding == pytest.approx(0.3125)
    assert even.seller == pytest.approx(0.3125)
    assert not even.middlemen_trade
    slow = market_of(0.25)
    assert slow.holding < slow.seller
    assert not slow.middlemen_trade


def test_values_are_what_searching_on_yields():
    market = market_of(2.0)
    half = 0.25  # a rate of .5, half of each gain
    sold = half * (1 - market.seller - market.buyer) + half * (market.holding - market.seller)
    bought = half * (1 - market.seller - market.buyer) + half * (1 - market.buyer - market.holding)
    held = 4 * half * (1 - market.buyer - market.holding) - half * (market.holding - market.seller)
    for value, gained in ((market.seller, sold), (market.buyer, bought), (market.holding, held)):
        assert 0.05 * value == pytest.approx(gained)


@pytest.mark.parametrize(
    ("dealers", "bid", "quantity", "total"),
    [(1, 0.25, 0.25, 0.1875), (2, 1 / 3, 1 / 3, 0.2222), (9, 0.45, 0.45, 0.2475)],
)
def test_dealers_between_even_buyers_and_sellers(dealers, bid, quantity, total):
    """Spulber 1996: a monopoly asks .75; its total surplus is .1875, of which traders keep .0625."""
    market = dealer_market(dealers)
    assert market.bid == pytest.approx(bid)
    assert market.ask == pytest.approx(1 - bid)
    assert market.quantity == pytest.approx(quantity)
    assert market.total_surplus == pytest.approx(total, abs=5e-5)
    assert market.spread == pytest.approx(1 / (dealers + 1))


def test_even_a_monopoly_beats_meeting_at_random_though_not_for_the_traders():
    monopoly = dealer_market(1)
    assert monopoly.traders_surplus == 0.0625
    assert monopoly.total_surplus > SURPLUS_OF_RANDOM_PAIRS > monopoly.traders_surplus
    assert dealer_market(10**6).total_surplus == pytest.approx(SURPLUS_OF_PERFECT_MARKET)


def test_surplus_of_random_pairs():
    """1/6 when all gains are found, 9/64 in the double auction, where worth must exceed cost by a quarter."""
    grid = (np.arange(2000) + 0.5) / 2000
    gain = grid[:, None] - grid[None, :]
    assert pytest.approx(np.maximum(gain, 0.0).mean(), abs=1e-4) == SURPLUS_OF_RANDOM_PAIRS
    assert pytest.approx((gain * (gain >= 0.25)).mean(), abs=1e-4) == SURPLUS_OF_RANDOM_PAIRS_IN_AUCTION


def test_there_must_be_a_dealer():
    with pytest.raises(ValueError, match="0 dealers"):
        dealer_market(0)

"""Why a firm lost customers: small rounds whose answer can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.teaching.play import Cause, RoundResult, cause_words
from sim.teaching.play.causes import cause_of, lost_to_empty_shelves
from sim.teaching.play.firms import ROLES, SeatedFirm, firms_of, playable_market
from sim.teaching.play.offers import NOBODY, Bought, Offers

FIRMS = firms_of(playable_market("class_market"))
SHOP_1, SHOP_2 = FIRMS[0], FIRMS[1]
PRICES = {0: 3000, 1: 2900}
"""What shops 1 and 2 ask, in cents."""
LEAVING = 0.0


def round_of(worths: list[tuple[float, float]], *, empty: tuple[int, ...] = ()) -> tuple[Offers, Bought]:
    """Return a round in which each customer considers an offer of shop 1 and one of shop 2, worth so much at its price.

    ``empty``: customers who met an empty shelf at shop 1.
    """
    customers = len(worths)
    store = np.tile([0, 1], customers)
    worth = np.array(worths, dtype=np.float64).ravel()
    in_stock = np.ones(2 * customers, dtype=np.bool_)
    in_stock[[2 * each for each in empty]] = False
    total = np.array([PRICES[each] for each in store])
    offers = Offers(customers, np.repeat(np.arange(customers), 2), total, worth, in_stock, hands(store))
    had = np.where(in_stock, worth, -np.inf).reshape(-1, 2)
    chosen = np.where(had.max(axis=1) > LEAVING, had.argmax(axis=1), NOBODY)
    wished = np.where(worth.reshape(-1, 2).max(axis=1) > LEAVING, worth.reshape(-1, 2).argmax(axis=1), NOBODY)
    bought = Bought(
        bought=chosen != NOBODY,
        total=np.array([PRICES.get(int(each), 0) for each in chosen]),
        worth=np.where(chosen != NOBODY, had.max(axis=1), LEAVING),
        hands=hands(chosen),
        wished=hands(wished),
        empty=np.isin(np.arange(customers), empty),
    )
    return offers, bought


def hands(store: np.ndarray) -> dict[str, np.ndarray]:
    """Return hands in which only the shop is of interest."""
    return {role: np.asarray(store) if role == "shop" else np.full(len(store), NOBODY) for role in ROLES}


def cause(firm: SeatedFirm, offers: Offers, bought: Bought, margin: int = 800) -> Cause:
    return cause_of(firm, FIRMS, offers, bought, margin)


def test_a_customer_who_would_have_come_at_the_rivals_price_was_lost_to_that_price():
    # 1.00 dearer: lost by it where the other shop's offer is worth less than 1.00 more.
    offers, bought = round_of([(500.0, 550.0), (500.0, 599.0), (500.0, 650.0), (700.0, 500.0)])
    assert cause(SHOP_1, offers, bought) == Cause("undercut", 2, "Shop 2", 100)


def test_the_cheaper_shop_was_undercut_by_nobody():
    offers, bought = round_of([(700.0, 500.0), (500.0, 450.0)])
    assert cause(SHOP_2, offers, bought) == Cause("none")


def test_an_empty_shelf_counts_where_the_goods_were_the_first_choice():
    offers, bought = round_of([(700.0, 500.0), (700.0, -50.0), (400.0, 500.0)], empty=(0, 1))
    assert lost_to_empty_shelves(SHOP_1, bought).tolist() == [True, True, False]
    assert cause(SHOP_1, offers, bought) == Cause("empty", 2)
    # The second customer found nothing at the other shop either: 0.50 less there would have served it.
    assert cause(SHOP_2, offers, bought) == Cause("dear", 1, cents=50)


def test_a_price_is_too_dear_where_a_lower_one_above_cost_would_have_sold():
    # Worth 100, 300 and 500 too little; with a margin of 4.00 the third could never have been served.
    offers, bought = round_of([(-100.0, -400.0), (-300.0, -700.0), (-500.0, -900.0)])
    assert cause(SHOP_1, offers, bought, margin=400) == Cause("dear", 2, cents=200)
    assert cause(SHOP_2, offers, bought, margin=400) == Cause("none")  # nobody liked its offer best


def test_the_reason_that_cost_most_is_the_one_that_is_given():
    offers, bought = round_of([(500.0, 550.0), (-100.0, -400.0), (-100.0, -400.0)])
    assert cause(SHOP_1, offers, bought) == Cause("dear", 2, cents=100)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (
            Cause("undercut", 34, "Shop 2", 120),
            "Shop 2 was 1.20 cheaper: 34 customers would have come to you at that price.",
        ),
        (Cause("empty", 9), "Empty shelves: 9 customers wanted your goods and found none."),
        (
            Cause("dear", 12, cents=310),
            "Too dear: 12 customers bought nothing. 3.10 less would have kept half of them.",
        ),
        (Cause("none"), "You lost no customers to a rival's price, an empty shelf or your own price."),
    ],
)
def test_a_cause_is_told_in_a_sentence(found: Cause, told: str):
    assert cause_words(found) == told
    assert cause_words(found, lambda words: words.upper().replace("{AMOUNT}", "{amount}")[:0] or "{customers}") == str(
        found.customers
    )


def test_in_a_game_the_dear_shop_is_undercut_by_its_neighbour_and_the_dear_maker_by_another(results: list[RoundResult]):
    first = results[0].seats
    assert first["shop 4"].cause.kind == "undercut"
    assert first["shop 4"].cause.rival == "Shop 3"
    assert first["maker 1"].cause.kind == "undercut"
    assert first["maker 1"].cause.rival.startswith("Maker")
    assert first["shop 4"].cause.cents > 300


def test_in_a_game_all_shops_lose_to_makers_who_sell_direct(results: list[RoundResult]):
    third = results[2].seats
    assert {third[f"shop {n}"].cause.rival for n in range(1, 7)} == {"Maker Alder"}  # asks 20.00, the lowest


def test_no_cause_counts_a_customer_that_a_seat_served(results: list[RoundResult]):
    for each in results:
        for result in each.seats.values():
            assert result.cause.customers + result.units <= each.market.needs


def test_rows_of_a_round_are_replaceable():
    """A cause follows from offers and purchases alone."""
    offers, bought = round_of([(500.0, 550.0)])
    nothing = replace(bought, bought=np.zeros(1, dtype=np.bool_), worth=np.array([600.0]))
    assert cause(SHOP_1, offers, nothing, margin=50) == Cause("none")

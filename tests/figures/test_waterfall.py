"""Every cent that customers paid is somewhere, and a cent that is not is noticed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.ledger import BooksError
from sim.results.figures import all_figures
from sim.results.figures.arithmetic import shares_of_hundred


def hundredths(shares):
    return [round(100 * share) for share in shares]


def test_shares_add_up_to_100_exactly(three_days):
    shares = all_figures(three_days.outcome())["price_waterfall"].values()
    assert sum(hundredths(shares)) == 100_00


def test_largest_remainder_by_hand():
    # thirds of 100: 33.33 each, and the hundredth left to the first of equals
    assert shares_of_hundred([1, 1, 1], 3) == [33.34, 33.33, 33.33]
    # -1/7 is -14.2857, down to -14.29 (0.43 left); 8/7 is 114.2857, down to 114.28 (0.57 left, the largest)
    assert shares_of_hundred([-1, 8], 7) == [-14.29, 114.29]


@given(others=st.lists(st.integers(-(10**9), 10**9), max_size=30), whole=st.integers(1, 10**9))
def test_largest_remainder_adds_up_and_stays_within_a_hundredth(others, whole):
    parts = [*others, whole - sum(others)]
    rounded = hundredths(shares_of_hundred(parts, whole))
    assert sum(rounded) == 100_00
    for part, share in zip(parts, rounded, strict=True):
        assert abs(share * whole - 100_00 * part) < whole


@pytest.mark.parametrize(("parts", "whole"), [([1, 2], 4), ([0], 0), ([-1], -1)])
def test_what_is_no_whole_has_no_shares(parts, whole):
    with pytest.raises(ValueError, match="no shares of a whole"):
        shares_of_hundred(parts, whole)


@pytest.mark.parametrize("firm", ["maker", "shop", "platform", "couriers"])
@pytest.mark.parametrize("column", ["balance", "book_value"])
@pytest.mark.parametrize("cents", [1, -1])
def test_a_planted_cent_is_caught(three_days, firm, column, cents):
    three_days.plant(firm, 2, column, cents)
    with pytest.raises(BooksError, match=rf"day 2: {column} of .* has changed by"):
        all_figures(three_days.outcome())


def test_a_cent_planted_before_the_window_is_caught_too(three_days):
    three_days.plant("maker", 0, "balance", 1)
    with pytest.raises(BooksError, match="since day 0"):
        all_figures(three_days.outcome())


def test_a_cent_planted_in_the_ledger_is_caught(three_days):
    outcome = three_days.outcome()
    rent = outcome.columns["ledger"]["cents"]
    rent[outcome.columns["ledger"]["kind"] == outcome.labels["ledger_kinds"].index("rent")] += 1
    with pytest.raises(
        BooksError, match="balance of retailers has changed by 75 cents since day 0, but 74 cents flowed"
    ):
        all_figures(outcome)


def test_a_cent_that_moves_between_kinds_of_firms_is_caught(three_days):
    # the sum of all balances is as before, so that only the kinds of firms taken one by one can tell
    three_days.plant("shop", 2, "balance", 1)
    three_days.plant("maker", 2, "balance", -1)
    with pytest.raises(BooksError, match="suppliers"):
        all_figures(three_days.outcome())


amounts = st.integers(0, 10**6)


@given(
    price=st.integers(1, 10**6),
    fee=amounts,
    tax=amounts,
    cost=amounts,
    rent=amounts,
    paid_on=amounts,
    kept=st.booleans(),
)
@settings(deadline=None)  # the first example may have to wait for the compiler
def test_the_waterfall_is_exact_whatever_is_paid(hand_made, price, fee, tax, cost, rent, paid_on, kept):
    run = hand_made(days=2)
    run.stock_up("shop", "store", "pen", 3, 3 * cost)
    run.buy(0, seller="shop", price=price, fee=fee, tax=tax, cost=cost)
    second = run.buy(0, seller="shop", price=2 * price, tax=tax, cost=cost)
    run.pay(0, "last_mile", "shop", "couriers", paid_on)
    run.pay(1, "wages", "couriers", "labour", paid_on // 3)
    run.pay(1, "rent", "shop", "landlords", rent)
    if not kept:
        run.take_back(1, second, refund=2 * price, tax=tax)
    figures = all_figures(run.outcome())
    paid = price + fee + tax + (2 * price + tax if kept else 0)
    assert sum(hundredths(figures["price_waterfall_money"].values())) == paid
    assert sum(hundredths(figures["price_waterfall"].values())) == 100_00

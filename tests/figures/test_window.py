"""What counts: needs by their day, money and goods by theirs; and sales that do not last."""

import numpy as np
import pytest

from sim.market import Market
from sim.results.figures import all_figures
from sim.results.figures.arithmetic import totals
from sim.scenario import load_scenario


def test_needs_of_the_warm_up_and_the_cool_down_are_left_out(hand_made):
    run = hand_made(days=4, warm_up=1, cool_down=1)
    run.stock_up("shop", "store", "pen", 4, 4_00)
    for day, price in enumerate((1_00, 10_00, 20_00, 1_00)):
        run.buy(day, seller="shop", price=price, cost=1_00)
    figures = all_figures(run.outcome())
    assert figures["consumer_price"] == 15.0
    assert figures["retailer_profit"] == 14.0  # (10 - 1 + 20 - 1) / 2 needs
    assert figures["retailer_margin"] == 28 / 30


def test_rows_need_not_be_in_order_of_day(three_days):
    time = three_days.scenario.time.model_copy(update={"cool_down": 1})
    three_days.scenario = three_days.scenario.model_copy(update={"time": time})
    expected = all_figures(three_days.outcome())
    for rows in three_days.rows.values():
        rows.reverse()
    needs = three_days.rows["needs"]
    needs.sort(key=lambda row: row["need"])  # row k is need k, always
    assert all_figures(three_days.outcome()) == expected


def test_a_refunded_fee_is_no_refund_of_the_price(hand_made):
    # two pens at 10 with a fee of 3; one comes back, 13 refunded: of the receipts for goods only 10 are gone
    run = hand_made(days=2)
    run.stock_up("maker", "maker depot", "pen", 2, 8_00)
    needs = [
        run.buy(0, channel="parcel", place="maker depot", price=10_00, fee=3_00, cost=4_00, days=1.0) for _ in range(2)
    ]
    run.take_back(1, needs[0], refund=13_00, restock=4_00)
    figures = all_figures(run.outcome())
    assert figures["supplier_price"] == 10.0
    assert figures["supplier_margin"] == 6 / 13
    assert figures["gross_margin_rate"]["supplier"] == 0.6


def test_a_return_that_cannot_be_sold_again_costs_its_seller_the_good(hand_made):
    # sold 2 at 10 that cost 4 each; one comes back and is written off: margin 10 - 8
    run = hand_made(days=2)
    run.stock_up("shop", "store", "pen", 2, 8_00)
    needs = [run.buy(0, seller="shop", price=10_00, cost=4_00) for _ in range(2)]
    run.take_back(1, needs[0], refund=10_00)
    figures = all_figures(run.outcome())
    assert figures["retailer_margin"] == 0.2
    assert figures["retailer_margin_money"] == 2.0
    assert figures["consumer_price"] == 10.0


def test_customers_who_pay_the_way_back_pay_it_in_the_waterfall(hand_made):
    run = hand_made(days=2)
    run.stock_up("maker", "maker depot", "pen", 1, 4_00)
    need = run.buy(0, channel="parcel", place="maker depot", price=10_00, cost=4_00, days=1.0)
    run.take_back(1, need, refund=10_00, restock=4_00)
    run.pay(1, "return_freight", "households", "parcel carrier", 5_00, need)
    figures = all_figures(run.outcome())
    assert figures["price_waterfall_money"]["carrier_profit"] == 5.0
    assert figures["price_waterfall"]["carrier_profit"] == 100.0


def test_orders_that_still_wait_are_neither_sold_nor_lost(hand_made):
    run = hand_made()
    run.need(0, "waiting", first_choice="pen", first_empty=True)
    figures = all_figures(run.outcome())
    assert figures["lost_sales"] == 0.0
    assert figures["recovered_sales"] is None
    assert figures["no_purchase_share"] == 0.0
    assert "waiting" not in figures["no_purchase_share_by_reason"]
    assert figures["waits_censored"] == 1.0


def test_fill_rate_counts_first_choices_that_were_there(hand_made):
    run = hand_made()
    run.stock_up("shop", "store", "pen", 2, 0)
    for _ in range(2):
        run.buy(0, seller="shop")
    run.need(0, "out_of_stock", first_choice="pen", first_empty=True)
    run.need(0, "too_dear")
    outcome = run.outcome()
    assert all_figures(outcome)["fill_rate"] == 2 / 3
    assert all_figures(outcome)["fill_rate_wanted"] is None  # saved before needs said what was missed
    # Two would rather have had what nobody carries: of four first choices among all products, one was there.
    outcome.columns["needs"]["first_missing"] = np.array([False, True, False, True])
    assert all_figures(outcome)["fill_rate_wanted"] == 1 / 4


def test_of_all_that_is_wanted_a_short_shelf_has_less_and_who_carries_everything_as_much():
    shops, direct = (
        Market(load_scenario("diapers", {"time.days": 40, "time.cool_down": 5, "geography.customers": 600}), regime, 0)
        .run()
        .figures
        for regime in ("traditional", "direct")
    )
    assert shops["fill_rate_wanted"] < shops["fill_rate"] - 0.05
    assert direct["fill_rate_wanted"] == direct["fill_rate"]


def test_a_substitute_is_no_recovered_sale_and_no_lost_one(hand_made):
    run = hand_made(products=("pen", "cup"))
    run.stock_up("shop", "store", "cup", 1, 1_00)
    run.buy(0, seller="shop", product="cup", price=2_00, cost=1_00, first_choice="pen", first_empty=True)
    figures = all_figures(run.outcome())
    assert figures["lost_sales"] == 0.0
    assert figures["recovered_sales"] == 0.0


def test_concentration_of_two_sellers(hand_made):
    # 30 and 10 of 40: (3/4)^2 + (1/4)^2; what was sent back is not counted
    run = hand_made(days=2)
    run.stock_up("rival", "store", "pen", 1, 0)
    run.take_back(1, run.buy(0, seller="rival", price=50_00), refund=50_00)
    for seller, price in (("maker", 28_00), ("rival", 10_00)):
        run.stock_up(seller, "maker depot", "pen", 1, 0)
        run.buy(
            0,
            seller=seller,
            channel="parcel",
            place="maker depot",
            price=price,
            fee=2_00 if seller == "maker" else 0,
        )
    assert all_figures(run.outcome())["hhi"] == 0.625


def test_goods_given_away_are_units_sold(hand_made):
    run = hand_made()
    run.stock_up("maker", "maker depot", "pen", 2, 0)
    for price in (0, 10_00):
        run.buy(0, channel="parcel", place="maker depot", price=price)
    assert all_figures(run.outcome())["supplier_price"] == 5.0


def test_an_unknown_carrier_is_an_error(three_days):
    three_days.drive(1, "platform", 1.0)
    with pytest.raises(ValueError, match="'platform' drives neither trucks nor vans"):
        all_figures(three_days.outcome())


def test_bins_of_delivery_days_hold_their_lower_end(hand_made):
    run = hand_made()
    days = (0.0, 0.0001, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 14.0, 99.0)
    for wait in days:
        run.stock_up("maker", "maker depot", "pen", 1, 0)
        run.buy(0, channel="parcel", place="maker depot", price=1_00, days=wait)
    figures = all_figures(run.outcome())
    times = figures["delivery_days"]
    assert figures["same_day_share"] == 4 / 11
    assert [round(share * len(days)) for share in times["histogram"].values()] == [
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        2,
    ]
    assert times["p50"] == 2.0
    assert times["p95"] == (14.0 + 99.0) / 2  # half-way: 0.95 x 10 = 9.5


def test_totals_are_exact_where_floats_are_not():
    large = np.array([2**60, 1, -(2**60), 1], dtype=np.int64)
    assert totals(np.array([0, 0, 0, 1]), large, 3).tolist() == [1, 1, 0]

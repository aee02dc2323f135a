"""Three days by hand: a partner store, a platform, a return, a subsidy, and customers who find nothing.

Needs of the window, in order: a pen to Alba by courier; a cup to Borgo, sent back; nothing for Borgo; a cup
to Alba ordered in the aisle; nothing for Borgo again. Warm-up day 0 must leave no trace in any figure.
"""

import pytest

from sim.results.figures import all_figures


@pytest.fixture
def figures(three_days):
    return all_figures(three_days.outcome())


def test_prices_are_over_purchases_kept(figures):
    # kept: the pen at 10 and the second cup at 20
    assert figures["consumer_price"] == 15.0
    assert figures["consumer_price_by_channel"] == {
        "store": None, "pickup": None, "courier": 10.0, "parcel": None, "endless_aisle": 20.0
    }  # fmt: skip
    # 15 and 28
    assert figures["full_price"] == 21.5
    assert figures["full_price_by_channel"]["endless_aisle"] == 28.0
    assert figures["wholesale_price"] is None


def test_the_suppliers_price_is_after_refunds_commission_and_handling_fee(figures):
    # sales 10 + 20 + 20, refund 20, commission 1 + 2 + 2 - 2, handling 3 x 0.50: 25.50 for two units kept
    assert figures["supplier_price"] == 12.75


def test_margins_stack_up_to_what_customers_paid_for_goods(figures):
    # customers paid 14 + 24 + 26 - 24 = 40
    # maker: 25.50 less cost of goods 4 + 8 + 8 - 8 = 12
    assert figures["supplier_margin"] == 13.5 / 40
    # platform: commission kept, 3; shop: handling fees, 1.50
    assert figures["platform_margin"] == 3 / 40
    assert figures["retailer_margin"] == 1.5 / 40
    assert figures["intermediary_margin"] == 0.0
    # 13.50 + 3 + 1.50 + 12 = 30 = the two prices; the other 10 are fees (4) and tax (6)
    assert figures["supplier_margin_money"] == 6.75
    assert figures["platform_margin_money"] == 1.5
    assert figures["retailer_margin_money"] == 0.75
    rates = {"supplier": 13.5 / 25.5, "intermediary": None, "retailer": 1.0, "platform": 1.0}
    assert figures["gross_margin_rate"] == rates
    assert figures["gross_margin_rate_by_tier"] == {"wholesaler": None}


WATERFALL = {
    "tax": 6.0,  # 2 + 4 + 4 - 4
    "production": 4.0,
    "handling": 0.0,
    "rent": 0.75,
    "interest": 0.1,
    "contact": 0.0,
    "advertising": 0.0,
    "fixed_cost": 0.0,
    "fuel": 0.3,
    "wages": 2.5,
    "subsidy": -1.0,
    "payment": 0.0,
    "service": 0.0,
    # sales 50 - 20, fees 4, commission 3, handling fees 1.50, last mile 3.80, production 4, interest 0.10,
    # subsidy 1: 22.60 of cash, and 8 less of stock
    "supplier_profit": 14.6,
    "intermediary_profit": 0.0,
    "retailer_profit": 0.75,
    "platform_profit": 3.0,
    "carrier_profit": 1.0,  # 3.80 - 2.50 - 0.30
    "stock_change": 8.0,  # made 4, sold 4 + 8 + 8, taken back 8
}


def test_the_waterfall_in_money(figures):
    assert figures["price_waterfall_money"] == WATERFALL
    assert sum(WATERFALL.values()) == pytest.approx(40.0)


def test_the_waterfall_in_shares_of_100(figures):
    # rent and the shop's profit are both 1.875: both rounded down, the hundredth left goes to the first
    expected = {name: 2.5 * money for name, money in WATERFALL.items()} | {
        "rent": 1.88,
        "retailer_profit": 1.87,
    }
    assert figures["price_waterfall"] == {name: pytest.approx(share) for name, share in expected.items()}


def test_profits_are_per_need(figures):
    assert figures["supplier_profit"] == 14.6 / 5
    assert figures["retailer_profit"] == 0.15
    assert figures["platform_profit"] == 0.6
    assert figures["carrier_profit"] == 0.2
    assert figures["intermediary_profit"] == 0.0


def test_delivery_days_include_what_was_returned(figures):
    # 0, 0.25, 1.5; the 95th percentile lies nine tenths of the way from the second to the third
    times = figures["delivery_days"]
    assert times["mean"] == pytest.approx(1.75 / 3)
    assert times["p50"] == 0.25
    assert times["p95"] == pytest.approx(0.25 + 0.9 * 1.25)
    shares = {name: share for name, share in times["histogram"].items() if share}
    assert shares == {"0": 1 / 3, "0.25-0.5": 1 / 3, "1-2": 1 / 3}
    assert figures["same_day_share"] == 2 / 3
    assert figures["delivery_days_by_channel"]["courier"] == {"mean": 0.25, "p50": 0.25, "p95": 0.25}
    assert figures["delivery_days_by_channel"]["parcel"] == {"mean": None, "p50": None, "p95": None}


def test_availability(figures):
    # first choices: pen, cup, cup (empty), pen (empty); the third need would rather leave
    assert figures["fill_rate"] == 0.5
    assert figures["lost_sales"] == 1 / 5
    assert figures["recovered_sales"] == 1 / 2
    assert figures["recovered_delivery_days"] == {"mean": 1.5, "p50": 1.5, "p95": 1.5}
    # depot: 3 + 1 of 4 + 2 asked for
    assert figures["fill_rate_by_tier"] == {"supplier": 4 / 6, "wholesaler": None}
    # the store was empty on one of two days of either product; depots do not count
    assert figures["stockout_rate"] == 0.5
    assert figures["unserved_share"] == 2 / 5
    assert figures["no_purchase_share"] == 2 / 5
    reasons = {name: share for name, share in figures["no_purchase_share_by_reason"].items() if share}
    assert reasons == {"out_of_stock": 1 / 5, "not_stocked": 1 / 5}


def test_rarity_of_taste(figures):
    # In line by share in the own town: Alba's 1 with style 1 (0.2), Borgo's 2 with style 0 (0.4), Borgo's 3
    # with style 1 (0.6), Alba's 4 with style 0 (0.8). Fifths are of two people:
    # rarest: Alba's 1 and half of Borgo's 2; rare: the other half, a third of Borgo's 3; middle: two thirds
    # of these; then half of Alba's 4 each. Needs: 1 (served) + 2/2 (unserved); 2/2 (unserved) + 1/3; others.
    assert figures["unserved_share_by_rarity"] == {
        "rarest": 0.5, "rare": pytest.approx(0.75), "middle": 0.0, "common": 0.0, "commonest": 0.0
    }  # fmt: skip
    assert figures["minority_gap"] == 0.5
    # surplus: rarest (3 - 1.50 / 2) / 2; rare (-1.50 / 2 - 2 / 3) / (4 / 3)
    surplus = figures["consumer_surplus_by_rarity"]
    assert surplus["rarest"] == pytest.approx(2.25 / 2)
    assert surplus["rare"] == pytest.approx((-0.75 - 2 / 3) / (4 / 3))
    assert surplus["commonest"] == pytest.approx(5.0)


def test_welfare(figures):
    # customers: 5 - 2 - 1 + 3 - 0.50 = 4.50 over five needs
    assert figures["consumer_surplus"] == 0.9
    # firms: 14.60 + 0.75 + 3 + 1 = 19.35
    assert figures["producer_surplus"] == 3.87
    # state: tax 6 less subsidy 1
    assert figures["welfare"] == pytest.approx(0.9 + 3.87 + 1.0)


def test_welfare_by_town_gives_back_the_whole(figures):
    # all that was kept went to Alba (2 needs): 5 + 3 + 19.35 + 5; Borgo (3 needs): -2 - 1 - 0.50
    assert figures["consumer_surplus_by_town"] == {"Alba": 4.0, "Borgo": pytest.approx(-3.5 / 3)}
    assert figures["welfare_by_town"] == {"Alba": pytest.approx(32.35 / 2), "Borgo": pytest.approx(-3.5 / 3)}
    # fifths hold 2, 4/3, 2/3, 1/2 and 1/2 needs
    by_rarity = list(figures["welfare_by_rarity"].values())
    weighted = sum(needs * mean for needs, mean in zip((2, 4 / 3, 2 / 3, 0.5, 0.5), by_rarity, strict=True))
    assert weighted / 5 == pytest.approx(figures["welfare"])


def test_structure(figures):
    assert figures["channel_share"] == {
        "store": 1 / 3, "pickup": 0.0, "courier": 1 / 3, "parcel": 0.0, "endless_aisle": 1 / 3
    }  # fmt: skip
    # kept: a pen and a cup; of three products the most popular one, pen, is the head
    assert figures["long_tail_share"] == 0.5
    # units 0, 1, 1: (-2 x 0 + 0 x 1 + 2 x 1) / (3 x 2)
    assert figures["gini"] == pytest.approx(1 / 3)
    assert figures["hhi"] == 1.0
    assert figures["adoption"] == 0.3
    assert figures["stores_open"] == 1.0
    assert figures["stores_open_by_town"] == {"Alba": 1.0, "Borgo": 0.0}


def test_bullwhip(figures):
    # store: pens asked for 1, 0 and ordered 2, 0: variance 4 times; cups asked for 1, 1: none, left out
    # depot: pens asked for 3, 1 and made 4, 0: 4 times, 4 units; cups 0, 2 and made 1, 1: 0 times, 2 units
    assert figures["bullwhip"] == {"supplier": pytest.approx(16 / 6), "wholesaler": None, "retailer": 4.0}


def test_inventory_turns(figures):
    # cost of goods 12 in two days; stock 60 at first, 56 after warm-up, 48 at the end of both days
    assert figures["inventory_turns"] == pytest.approx(12 / 2 * 365 / 48)
    assert figures["inventory_turns_by_kind"] == {
        "supplier": pytest.approx(12 / 2 * 365 / 48), "intermediary": None, "retailer": None
    }  # fmt: skip


def test_transport(figures):
    # over five needs: truck 10 km at 1 kg; vans 4 km at 0.25 and 6 km at 0.5; cars 2 x (3 + 5) km at 0.2
    assert figures["vehicle_km"] == {"trucks": 2.0, "vans": 2.0, "cars": 3.2, "all": pytest.approx(7.2)}
    assert figures["co2_kg"] == {
        "trucks": 2.0, "vans": pytest.approx(0.8), "cars": pytest.approx(0.64), "all": pytest.approx(3.44)
    }  # fmt: skip

"""The chain-of-three story, by hand: who gets what of the 20 000 a customer pays."""

import pytest

from sim.results.figures import all_figures


@pytest.fixture
def parable(hand_made):
    """Two purchases down a chain of three, and every shelf filled up again the same day.

    Each customer pays the shop 20 000, the shop the wholesaler 10 000, the wholesaler the maker 5 000, and
    making one costs 2 500. Every place opens with two units at what they cost their owner.
    """
    run = hand_made(days=1, tiers=("wholesaler",))
    run.stock_up("shop", "store", "pen", 2, 2 * 10_000_00)
    run.stock_up("wholesaler", "wholesaler depot", "pen", 2, 2 * 5_000_00)
    run.stock_up("maker", "maker depot", "pen", 2, 2 * 2_500_00)
    for _ in range(2):
        run.buy(0, seller="shop", price=20_000_00, cost=10_000_00)
    run.ship(0, "wholesaler", "shop", ("wholesaler depot", "store"), 2, cost=2 * 5_000_00, paid=2 * 10_000_00)
    run.ship(0, "maker", "wholesaler", ("maker depot", "wholesaler depot"), 2, cost=2 * 2_500_00, paid=2 * 5_000_00)
    run.produce(0, "maker", "pen", 2, 2 * 2_500_00)
    return run


@pytest.fixture
def figures(parable):
    return all_figures(parable.outcome())


def test_every_price_down_the_chain(figures):
    assert figures["consumer_price"] == 20_000.0
    assert figures["wholesale_price"] == 10_000.0
    assert figures["supplier_price"] == 5_000.0
    assert figures["consumer_price_by_channel"] == {
        "store": 20_000.0, "pickup": None, "courier": None, "parcel": None, "endless_aisle": None
    }  # fmt: skip


def test_margins_halve_from_tier_to_tier(figures):
    # of 20 000: the shop 20 000 - 10 000, the wholesaler 10 000 - 5 000, the maker 5 000 - 2 500
    assert figures["retailer_margin"] == 0.5
    assert figures["intermediary_margin"] == 0.25
    assert figures["intermediary_margin_by_tier"] == {"wholesaler": 0.25}
    assert figures["supplier_margin"] == 0.125
    assert figures["platform_margin"] == 0.0
    assert figures["retailer_margin_money"] == 10_000.0
    assert figures["intermediary_margin_money"] == 5_000.0
    assert figures["supplier_margin_money"] == 2_500.0
    # each doubles what it paid
    assert figures["gross_margin_rate"] == {
        "supplier": 0.5,
        "intermediary": 0.5,
        "retailer": 0.5,
        "platform": None,
    }
    assert figures["gross_margin_rate_by_tier"] == {"wholesaler": 0.5}


def test_profits_are_the_margins_since_nothing_else_costs(figures):
    assert figures["retailer_profit"] == 10_000.0
    assert figures["intermediary_profit"] == 5_000.0
    assert figures["intermediary_profit_by_tier"] == {"wholesaler": 5_000.0}
    assert figures["supplier_profit"] == 2_500.0
    assert figures["carrier_profit"] == 0.0


def test_the_waterfall_shows_production_and_three_profits(figures):
    shares = {name: share for name, share in figures["price_waterfall"].items() if share}
    assert shares == {
        "production": 12.5,
        "supplier_profit": 12.5,
        "intermediary_profit": 25.0,
        "retailer_profit": 50.0,
    }
    money = {name: amount for name, amount in figures["price_waterfall_money"].items() if amount}
    assert money == {
        "production": 5_000.0, "supplier_profit": 5_000.0,
        "intermediary_profit": 10_000.0, "retailer_profit": 20_000.0,
    }  # fmt: skip


def test_stock_turns(figures):
    # a day's cost of goods equals each owner's stock (two units each), so every stock turns 365 times a year
    assert figures["inventory_turns_by_kind"] == {"supplier": 365.0, "intermediary": 365.0, "retailer": 365.0}
    # as one firm: two units at 10 000 sold to customers, against stock worth 20 000 + 10 000 + 5 000
    assert figures["inventory_turns"] == pytest.approx(365 * 20_000 / 35_000)


def test_goods_moved_between_own_places_are_not_sold(parable, figures):
    maker = ("maker", "maker")
    parable.move(0, "dispatch", "pen", ("maker depot", "to store"), 1, (2_500_00, 2_500_00), maker)
    parable.move(0, "arrival", "pen", ("to store", "store"), 1, (2_500_00, 2_500_00), maker)
    assert all_figures(parable.outcome()) == figures


def test_two_tiers_are_told_apart(hand_made):
    # maker -> importer 4 (cost 1), importer -> wholesaler 6, wholesaler -> shop 8, shop -> customer 10
    run = hand_made(tiers=("importer", "wholesaler"))
    for owner, place, value in (
        ("maker", "maker depot", 1_00),
        ("importer", "importer depot", 4_00),
        ("wholesaler", "wholesaler depot", 6_00),
        ("shop", "store", 8_00),
    ):
        run.stock_up(owner, place, "pen", 1, value)
    run.buy(0, seller="shop", price=10_00, cost=8_00)
    run.ship(0, "wholesaler", "shop", ("wholesaler depot", "store"), 1, cost=6_00, paid=8_00)
    run.ship(0, "importer", "wholesaler", ("importer depot", "wholesaler depot"), 1, cost=4_00, paid=6_00)
    run.ship(0, "maker", "importer", ("maker depot", "importer depot"), 1, cost=1_00, paid=4_00)
    figures = all_figures(run.outcome())
    assert figures["intermediary_margin_by_tier"] == {"importer": 0.2, "wholesaler": 0.2}
    assert figures["intermediary_margin"] == 0.4
    assert figures["gross_margin_rate_by_tier"] == {"importer": pytest.approx(2 / 6), "wholesaler": 0.25}
    assert figures["wholesale_price"] == 8.0
    assert figures["supplier_price"] == 4.0
    # stock was 1 + 4 + 6 + 8 = 19 and is 0 + 4 + 6 + 8: the maker has made nothing new
    assert figures["price_waterfall_money"]["stock_change"] == 1.0

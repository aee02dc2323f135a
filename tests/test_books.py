"""Books balance to the cent and the unit in whatever market; and a leak of one cent or one unit is caught.

The checks here read what a run leaves behind and do their own sums: they share nothing with the engine's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engine.codes import BOUGHT, NOTHING, RESULTS, WAITING
from sim.engine.day import PHASES, books_are_closed
from sim.engine.entry_exit.profit_windows import read_journals, record_night
from sim.engine.ledger import BooksError, Ledger
from sim.engine.stock import Stock
from sim.kernels.books import KINDS
from sim.kernels.goods import HOUSEHOLDS, SALE, StockMovement, move
from sim.market import Market
from sim.results.figures import all_figures
from sim.results.outcome import Outcome
from sim.scenario import ScenarioError, load_scenario
from tests.small_markets import OWN, SMALL, SmallMarket, with_parcels

REGIMES = ("traditional", "direct", "o2o", "hybrid", "planner")

# -- random small markets ------------------------------------------------------------------------------------------

Drawn: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]


def pricing(draw: Drawn) -> dict[str, Any]:
    """Draw a pricing rule that every firm may follow."""
    often = {"review_days": draw(st.integers(1, 5))}
    return draw(
        st.sampled_from(
            [
                {"rule": "markup", "factor": 1.3, **often},
                {"rule": "margin", "share": 0.31, **often},
                {"rule": "fixed", "price": 17.77},
            ]
        )
    )


def replenishment(draw: Drawn, *, on_shelf: bool = False) -> dict[str, Any]:
    """Draw a replenishment rule; shelves hold at most 9."""
    most = 9 if on_shelf else 40
    review = {
        "review_days": draw(st.integers(1, 3)),
        "forecast": draw(st.sampled_from(["smoothing", "moving_average", "opening"])),
        "forecast_gain": draw(st.sampled_from([0.0, 0.2, 1.0])),
        "forecast_days": draw(st.integers(1, 5)),
        "shares_demand": draw(st.booleans()),
        "deviation": draw(st.sampled_from(["poisson", "measured"])),
    }
    level = draw(st.integers(0, most))
    return draw(
        st.sampled_from(
            [
                {"rule": "base_stock", **review},
                {"rule": "base_stock", "target_fill_rate": 0.9, **review},
                {"rule": "base_stock", "level": level, **review},
                {"rule": "reorder_point", "order_days": 3.0, **review},
                {
                    "rule": "reorder_point",
                    "reorder_point": level // 2,
                    "level": level + 1 if level < most else most,
                    **review,
                },
            ]
        )
    )


def closing(draw: Drawn) -> dict[str, Any]:
    """Draw when a store or firm gives up: never, or soon."""
    rule = {
        "rule": "losses",
        "review_days": draw(st.integers(1, 4)),
        "patience": draw(st.integers(1, 2)),
        "tolerated_loss": draw(st.sampled_from([0.0, 3.0])),
        "notice_days": draw(st.integers(0, 3)),
    }
    return draw(st.sampled_from([{"rule": "never"}, rule]))


def direct_entry(draw: Drawn) -> dict[str, Any]:
    """Draw when a supplier sells direct: always, or when it pays."""
    rule = {
        "rule": "when_it_pays",
        "review_days": draw(st.integers(1, 4)),
        "patience": draw(st.integers(1, 2)),
        "assumed_share": draw(st.sampled_from([0.0, 0.8])),
        "fixed_cost": draw(st.sampled_from([0.0, 1.995])),
    }
    return draw(st.sampled_from([{"rule": "always", "fixed_cost": 0.07}, rule]))


@st.composite
def small_scenarios(draw: Drawn) -> dict[str, Any]:
    """Draw a market of a few towns in which everything that can cost something does, in odd cents."""
    chance = st.sampled_from([0.0, 0.3, 1.0])
    cost = st.sampled_from([0.0, 0.07, 1.995])
    days = draw(st.integers(4, 12))
    styles = draw(st.integers(1, 5))
    scenario: dict[str, Any] = {
        "name": "random",
        "time": {"days": days, "warm_up": draw(st.integers(0, 2)), "cool_down": draw(st.integers(0, 1))},
        "money": {"tax_rate": draw(st.sampled_from([0.0, 0.19])), "interest_rate": draw(st.sampled_from([0.0, 3.65]))},
        "geography": {
            "customers": draw(st.integers(3, 40)),
            "town_count": draw(st.integers(1, 3)),
            "region": draw(st.sampled_from([0.0, 50.0])),
            "density": 5.0,
            "shape": draw(st.sampled_from(["disc", "segment", "ring", "point"])),
        },
        "styles": {"count": styles, "concentration": draw(st.sampled_from([None, 2.0]))},
        "customers": {
            "need_rate": draw(st.sampled_from([0.2, 0.9])),
            "worth": {"distribution": "lognormal", "mean": draw(st.sampled_from([20.0, 60.0])), "spread": 15.0},
            "mismatch_cost": draw(st.sampled_from([0.0, 30.0])),
            "travel_cost": draw(cost),
            "waiting_cost": draw(st.sampled_from([0.0, 0.07, 3.0])),
            "hassle": draw(cost),
            "heterogeneity": 0.5,
            "scale": draw(st.sampled_from([0.0, 2.5])),
            "breadth": draw(st.integers(1, 3)),
            "reach": draw(st.integers(1, 3)),
        },
        "learning": {
            **{"own_rate": draw(chance), "neighbour_rate": draw(chance), "late_after": 0.5},
            "word_of_mouth": draw(st.sampled_from([0.0, 3.0])),
        },
        "products": {
            "count": draw(st.integers(1, 5)),
            "unit_cost": 3.33,
            "unit_cost_spread": 0.5,
            "perish_rate": draw(st.sampled_from([0.0, 0.15, 1.0])),
            "return_unseen": draw(chance),
            "return_inspected": draw(chance),
        },
        "suppliers": {
            "count": draw(st.integers(1, 2)),
            "lead_time": draw(st.integers(1, 3)),
            "capacity": draw(st.sampled_from([None, 0, 7])),
            "fixed_cost": draw(cost),
            "direct_handling_cost": draw(cost),
            "direct_entry": direct_entry(draw),
            "direct_pricing": draw(st.sampled_from([{"rule": "undercut"}, {"rule": "fixed", "price": 29.9}])),
            "pricing": pricing(draw),
            "replenishment": replenishment(draw),
        },
        "tiers": [
            {
                "name": f"tier {level}",
                "firms": draw(st.integers(1, 2)),
                "serves": draw(st.sampled_from(["all", "nearest", "lines", "chains"])),
                "lead_time": draw(st.integers(1, 3)),
                "handling_cost": draw(cost),
                "fixed_cost": draw(cost),
                "pricing": pricing(draw),
                "replenishment": replenishment(draw),
                "closing": closing(draw),
            }
            for level in range(draw(st.integers(0, 2)))
        ],
        "retailers": {
            "count": draw(st.integers(1, 3)),
            "people_per_store": 10.0,
            "slots": draw(st.integers(1, 4)),
            "stock_per_slot": 9,
            "showrooms_per_town": draw(st.integers(0, 1)),
            "samples": 2,
            "lead_time": draw(st.integers(1, 3)),
            "rent": draw(st.sampled_from([0.0, 0.07, 30.0])),
            "closing": closing(draw),
            "handling_cost": draw(cost),
            "pricing": pricing(draw),
            "replenishment": replenishment(draw, on_shelf=True),
            "assortment": {
                **{"rule": draw(st.sampled_from(["popularity", "profit"])), "sales_weight": 0.7},
                "review_days": draw(st.integers(1, 6)),
            },
        },
        "platform": {
            "commission": 0.137,
            "handling_fee": draw(cost),
            "cost_per_sale": draw(cost),
            "takes_payments": draw(st.booleans()),
            "fixed_cost": draw(cost),
            "closing": closing(draw),
        },
        "selling": {
            **{"payment_share": draw(st.sampled_from([0.0, 0.0217])), "service_cost": draw(cost)},
            **{"store_acquisition_cost": draw(cost), "online_acquisition_cost": draw(cost)},
        },
        "online": {"advertising_per_head": 0.013, "advertising_scale": draw(st.sampled_from([0.0, 0.01]))},
        "contacts": {"cost": draw(cost)},
        "services": {name: draw(st.booleans()) for name in ("contacts", "freight", "stock", "inspection")},
        "delivery": {
            "paid_by": draw(st.sampled_from(["customer", "seller"])),
            "free_above": draw(st.sampled_from([None, 15.0])),
            "bulk": {"cost_per_shipment": draw(cost), "cost_per_unit_km": 0.0133, "margin": 0.1},
            "parcel": {
                "speed": 30.0,
                "capacity": draw(st.sampled_from([None, 3.0])),
                "cost_per_parcel": 1.111,
                "margin": 0.07,
            },
            "courier": {
                "capacity": draw(st.sampled_from([None, 2.0])),
                "cost_per_stop": 0.555,
                "cost_per_km": 0.333,
                "margin": 0.07,
            },
        },
        "returns": {
            "days": draw(st.integers(1, 3)),
            "paid_by": draw(st.sampled_from(["customer", "seller"])),
            "refund_fee": draw(st.booleans()),
            "resaleable": draw(chance),
            "handling_cost": draw(cost),
        },
        "planner": {"base": draw(st.sampled_from(["o2o", "hybrid", "direct", "traditional"]))},
    }
    firms = [*(tier["firms"] for tier in scenario["tiers"]), scenario["retailers"]["count"]]
    for place, tier in enumerate(scenario["tiers"]):
        to_share_out = {"lines": scenario["products"]["count"], "chains": firms[place + 1]}
        if tier["firms"] > to_share_out.get(tier["serves"], tier["firms"]):
            tier["serves"] = "all"
    return scenario


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scenario=small_scenarios(), seed=st.integers(0, 10**12))
def test_in_whatever_market_books_and_goods_balance_and_figures_make_sense(scenario, seed):
    market_of = load_scenario(scenario)
    needs = None
    for regime in REGIMES:
        market = Market(market_of, regime, seed)
        outcome = market.run()  # which verifies its books every evening
        money_is_conserved(outcome)
        goods_are_conserved(market, outcome)
        every_need_is_paid_as_recorded(outcome)
        who_is_gone_is_gone(market, outcome)
        stores_account_for_what_retailers_earn(market)
        figures_make_sense(outcome)
        drawn = [outcome.columns["needs"][name].tolist() for name in ("need", "day", "customer", "town", "taste")]
        needs = drawn if needs is None else needs
        assert drawn == needs, f"needs differ under {regime}"


# -- what must be true of any outcome ------------------------------------------------------------------------------


def money_is_conserved(outcome: Outcome) -> None:
    """Every account holds what the journal says, and all together nothing."""
    ledger, accounts = outcome.columns["ledger"], outcome.labels["accounts"]
    assert (ledger["cents"] > 0).all()
    assert (ledger["payer"] != ledger["payee"]).all()
    balance = [
        int(ledger["cents"][ledger["payee"] == account].sum() - ledger["cents"][ledger["payer"] == account].sum())
        for account in range(len(accounts))
    ]
    assert sum(balance) == 0
    daily = outcome.columns["daily"]
    last = daily["day"] == daily["day"].max()
    firms = daily["firm"][last]
    assert daily["balance"][last].tolist() == [balance[firm] for firm in firms]
    outside = len(accounts) - len(load_firms(outcome))
    absent = set(range(outside, len(accounts))) - set(firms.tolist())
    assert all(balance[firm] == 0 for firm in absent), "a firm without a role has money"


def load_firms(outcome: Outcome) -> list[str]:
    """Return the names of all firms there could be: the accounts after the outside ones."""
    accounts = outcome.labels["accounts"]
    return list(accounts[accounts.index("state") + 1 :])


def goods_are_conserved(market: Market, outcome: Outcome) -> None:
    """Replay every move: no place ever holds less than nothing, and in the end what the market says is there."""
    moves, places = outcome.columns["stock"], outcome.labels["places"]
    inside = places.index("factory")
    units = np.zeros((len(places), len(outcome.labels["products"])), dtype=np.int64)
    value = np.zeros_like(units)
    columns = ("product", "source", "destination", "units", "value_out", "value_in")
    lines = zip(*(moves[name].tolist() for name in columns), strict=True)
    for product, source, destination, number, given_up, taken_on in lines:
        assert number > 0
        units[source, product] -= number
        value[source, product] -= given_up
        units[destination, product] += number
        value[destination, product] += taken_on
        if source < inside:
            assert units[source, product] >= 0
            assert value[source, product] >= 0
            assert units[source, product] > 0 or value[source, product] == 0
    goods = market.stock.goods
    assert np.array_equal(units, goods.units)
    assert np.array_equal(value[:inside], goods.value[:inside])
    # initial + made + returned = sold + held + in transit + spoiled + written off, product by product
    by_name = {name: units[place] for place, name in enumerate(places[inside:], start=inside)}
    made = -by_name["factory"]
    kept = sum(by_name[name] for name in ("households", "returning", "spoiled", "written off"))
    assert np.array_equal(made, kept + units[:inside].sum(axis=0))
    nodes = market.stock.nodes
    assert np.array_equal(goods.due.sum(axis=0), units[nodes : 2 * nodes]), (
        "something is under way that will never come"
    )
    assert (goods.reserved >= 0).all()
    assert not units[:nodes][market.state.entry.gone].any(), "goods lie in a place that is shut"
    shelves = goods.reserved[market.world.places.stores]
    assert not shelves.any(), "what is bought from a shelf is handed over the same day"


def every_need_is_paid_as_recorded(outcome: Outcome) -> None:
    """Records of needs and lines of the ledger tell the same story."""
    needs, ledger = outcome.columns["needs"], outcome.columns["ledger"]
    count = len(needs["need"])

    def paid(kind: str) -> list[int]:
        rows = (ledger["kind"] == KINDS.index(kind)) & (ledger["need"] >= 0)
        sums = np.zeros(count, dtype=np.int64)
        np.add.at(sums, ledger["need"][rows], ledger["cents"][rows])
        return sums.tolist()

    bought = needs["result"] == BOUGHT
    assert paid("sale") == needs["price"].tolist()
    assert paid("delivery_fee") == needs["fee"].tolist()
    # a refund gives the tax back, as a transfer of its own kind
    given_back = np.where(needs["refund"] > 0, needs["tax"], 0)
    assert paid("tax") == (needs["tax"] + given_back).tolist()
    assert paid("refund") == (needs["refund"] - given_back).tolist()
    for name in ("product", "place", "seller", "channel"):
        assert ((needs[name] == NOTHING) == ~bought).all()
    for name in ("price", "fee", "tax", "full_price"):
        assert not needs[name][~bought].any()
    assert np.isnan(needs["days"][~bought]).all()
    assert (needs["days"][bought] >= 0).all()
    assert (needs["km"] >= 0).all()
    assert (needs["surplus"][~bought] <= 0).all()
    assert (needs["first_choice"][needs["first_empty"]] >= 0).all()
    assert set(np.unique(needs["result"])) <= set(range(len(RESULTS)))
    last_day = outcome.manifest.scenario.time.days - 1
    coming_back = (needs["result"] == WAITING) & (needs["attempt"] == 1) & ~np.isin(needs["need"], ledger["need"])
    assert (needs["day"][coming_back] <= last_day).all()


def who_is_gone_is_gone(market: Market, outcome: Outcome) -> None:
    """Whoever is gone sells nothing, orders nothing, owes nothing and pays nothing that falls due daily."""
    events = outcome.events
    places, ledger, needs = outcome.labels["places"], outcome.ledger, outcome.needs
    shut = events[events.kind.isin(["store_closed", "intermediary_gone"])]
    assert len(shut) == market.state.entry.gone.sum()
    assert sorted(shut.place) == sorted(np.array(places[: market.stock.nodes])[market.state.entry.gone])
    lines = market.state.orders.lines[: int(market.state.orders.used[0])]
    assert not market.state.entry.gone[lines["source"]].any()
    assert not market.state.entry.gone[lines["buyer"][lines["buyer"] >= 0]].any()
    assert not np.isin(
        market.state.population.nearest, np.flatnonzero(market.state.entry.gone[market.world.places.stores])
    ).any()
    for row in shut.itertuples():
        assert not ((needs.first_place == row.place) & (needs.day >= row.day)).any()
    for row in events[events.kind.isin(["retailer_gone", "intermediary_gone", "platform_gone"])].itertuples():
        standing = ledger.kind.isin(["rent", "fixed_cost", "contact", "advertising", "production"])
        assert not (standing & (ledger.payer == row.firm) & (ledger.day >= row.day)).any()
        assert row.firm not in {agent.name for agent in market.agents}
        assert not outcome.firms.set_index("firm").open[row.firm]


def stores_account_for_what_retailers_earn(market: Market) -> None:
    """The results of a retailer's stores are its profit, but for interest, which is rounded store by store."""
    if not (market.state.entry.acts and market.regime.shelves != "none"):
        return
    record_night(market.state)
    read_journals(market.state)
    window, owners = market.state.entry.windows.stores, market.state.shelves.retailer
    opening = market.state.records.book_values[0]
    days = market.parameters.time.days
    for agent in (firm for firm in market.firms if firm.kind == "retailer"):
        own = owners == agent.account
        earned = int((window.receipts - window.outlays + window.value)[own].sum()) - int(opening[agent.account])
        rounding = days * int(own.sum()) if market.parameters.money.interest_rate else 0
        assert abs(earned - round(100 * agent.profit)) <= rounding


def leaves(name: str, value: Any) -> Iterator[tuple[str, float | None]]:
    """Yield the numbers of a figure, tables flattened to dotted names."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(f"{name}.{key}", inner)
    else:
        yield name, value


SHARES = (
    *("fill_rate", "fill_rate_by_tier", "stockout_rate", "lost_sales", "recovered_sales", "unserved_share"),
    *("no_purchase_share", "no_purchase_share_by_reason", "same_day_share", "channel_share", "long_tail_share"),
    *("hhi", "gini", "adoption", "unserved_share_by_rarity"),
)


def figures_make_sense(outcome: Outcome) -> None:
    """No figure is infinite or not a number, shares are shares, and the waterfall adds up to what customers paid."""
    figures = all_figures(outcome)  # raises BooksError unless the waterfall is exact
    for name, number in leaves("", figures):
        assert number is None or math.isfinite(number), name
    for figure in SHARES:
        for name, number in leaves(figure, figures[figure]):
            assert number is None or -1e-12 <= number <= 1.0 + 1e-12, name
    shown = [number for _, number in leaves("", figures["price_waterfall"]) if number is not None]
    assert not shown or round(sum(shown), 2) == 100.0
    days = figures["delivery_days"]
    assert days["mean"] is None or 0 <= days["p50"] <= days["p95"]


# -- leaks ---------------------------------------------------------------------------------------------------------


def busy_market() -> SmallMarket:
    """Return a market of two shops and a parcel service on the fourth day, before its books are closed."""
    market = SmallMarket(with_parcels(OWN), {"geography.towns.0.customers": 6}).live(3)
    for phase in PHASES[:-1]:
        phase(market.market.state)
    return market


def test_untouched_books_close():
    market = busy_market().market
    books_are_closed(market.state)
    assert market.ledger.rows > 0
    assert int(market.ledger.books.balances.sum()) == 0


def add_to_balance(market: SmallMarket) -> None:
    market.market.ledger.books.balances[market.market.ledger.accounts.index("Ann")] += 1


def take_from_balance(market: SmallMarket) -> None:
    market.market.ledger.books.balances[market.market.ledger.accounts.index("Ann")] -= 1


def shift_between_balances(market: SmallMarket) -> None:
    take_from_balance(market)
    market.market.ledger.books.balances[market.market.ledger.accounts.index("Bob")] += 1


def last_line(market: SmallMarket) -> np.void:
    ledger = market.market.ledger
    return ledger.books.journal[ledger.rows - 1]


def change_a_transfer(market: SmallMarket) -> None:
    last_line(market)["cents"] += 1


def forget_a_transfer(market: SmallMarket) -> None:
    market.market.ledger.books.used[0] -= 1


def date_a_transfer_back(market: SmallMarket) -> None:
    last_line(market)["day"] = 2


@pytest.mark.parametrize(
    ("leak", "says"),
    [
        (add_to_balance, "day 3: account 'Ann' moved by 1 cents more"),
        (take_from_balance, "day 3: account 'Ann' moved by -1 cents more"),
        (
            shift_between_balances,
            "day 3: account 'Bob' moved by 1 cents more|day 3: account 'Ann' moved by -1 cents more",
        ),
        (change_a_transfer, "day 3: account '(maker|inputs)' moved by -?1 cents more"),
        (forget_a_transfer, "day 3: account '(maker|inputs)' moved by -?[0-9]+ cents more"),
        (date_a_transfer_back, "day 3: account 'maker' has a transfer of [0-9]+ cents dated day 2"),
    ],
)
def test_a_leak_of_one_cent_is_caught_with_account_day_and_amount(leak, says):
    market = busy_market()
    leak(market)
    with pytest.raises(BooksError, match=says):
        books_are_closed(market.market.state)


def cell(market: SmallMarket, place: str) -> tuple[int, int]:
    return market.place(place), market.product("apple")


def add_a_unit(market: SmallMarket) -> None:
    market.market.stock.goods.units[cell(market, "near")] += 1


def lose_a_unit_on_the_way(market: SmallMarket) -> None:
    market.market.stock.goods.units[cell(market, "to near")] -= 1


def carry_a_unit_across(market: SmallMarket) -> None:
    market.market.stock.goods.units[cell(market, "maker depot")] -= 1
    market.market.stock.goods.units[cell(market, "maker depot")[0] + 2, 0] += 1


def change_a_move(market: SmallMarket) -> None:
    stock = market.market.stock
    stock.goods.journal[stock.rows - 1]["units"] += 1


def lose_value(market: SmallMarket) -> None:
    market.market.stock.goods.value[cell(market, "near")] -= 1


def forget_what_is_due(market: SmallMarket) -> None:
    due = market.market.stock.goods.due
    slot = int(np.argmax(due[:, market.place("near"), market.product("apple")]))
    due[slot, market.place("near"), market.product("apple")] -= 1


@pytest.mark.parametrize(
    ("leak", "says"),
    [
        (add_a_unit, "day 3: 'apple' at 'near': 1 units moved without a line"),
        (lose_a_unit_on_the_way, "day 3: 'apple' at 'to near': -1 units moved without a line"),
        (carry_a_unit_across, "day 3: 'apple' at '(maker depot|far)': -?1 units moved without a line"),
        (change_a_move, "day 3: '(apple|pear)' at '.*': -?1 units moved without a line"),
        (lose_value, "day 3: 'apple' at 'near': -1 cents of book value moved without a line"),
        (forget_what_is_due, "day 3: 'apple' at 'to near': 1 units under way that are due on no day"),
    ],
)
def test_a_leak_of_one_unit_or_of_its_value_is_caught_with_product_place_day_and_amount(leak, says):
    market = busy_market()
    leak(market)
    with pytest.raises(BooksError, match=says):
        books_are_closed(market.market.state)


def test_a_leak_overnight_is_caught_the_next_evening():
    market = SmallMarket(OWN).live(2)
    add_to_balance(market)
    with pytest.raises(BooksError, match="day 2: account 'Ann' moved by 1 cents more"):
        market.live()


def test_selling_what_is_not_there_is_caught():
    market = busy_market()
    market.empty("near")
    place = cell(market, "near")
    goods = market.market.stock.goods
    # A move with a line in the journal for every unit, but from an empty shelf.
    market.give("near", 1, "pear")
    stock = market.market.stock
    stock.goods.journal[stock.rows - 1]["units"] = -1
    stock.goods.units[place[0], 1] -= 2
    stock.goods.units[2 * stock.nodes, 1] += 2
    assert goods.units[place] == 0
    with pytest.raises(BooksError, match="day 3: 'pear' at 'near': -1 units held"):
        books_are_closed(market.market.state)


def test_needs_are_paid_in_a_market_with_a_return_on_its_last_day():
    changes = {"products.items.0.return_unseen": 1.0, "returns.days": 1, "time.days": 3, "customers.breadth": 1}
    shop = {**SMALL["retailers"], "stores": SMALL["retailers"]["stores"][:1], "names": ["Ann"]}
    market = SmallMarket({"supplier_channels": ["parcel"]}, changes, retailers=shop).live(3)
    every_need_is_paid_as_recorded(market.market.outcome())
    assert [need.refund for need in market.needs()] == [6_00, 0, 0]


def test_units_of_great_value_are_issued_at_their_exact_share():
    """Without the product of value and units, which here is 10 ** 21 and more than 64 bits hold."""
    held, value = 10_000_000, 10**14 + 7
    stock = Stock(("depot", "shop"), ("gem",), np.zeros((2, 1), dtype=np.int64), horizon=2)
    stock.open_with(np.array([[held], [0]]), np.array([[10**7], [0]]))
    stock.goods.value[0, 0] = value
    given_up = move(stock.goods, 0, StockMovement(SALE, 0, 0, 4 + HOUSEHOLDS, held // 3, 0, 0, 0, 1))
    assert given_up == value * (held // 3) // held


def test_more_than_can_be_counted_is_refused_before_the_first_day():
    changes = {"products.unit_cost": 1e9, "suppliers.replenishment.level": 10_000_000, "products.count": 50}
    scenario = load_scenario({"time": {"days": 50}, "geography": {"customers": 60, "town_count": 2}}, changes)
    with pytest.raises(ScenarioError, match="too much to be counted"):
        Market(scenario, "direct", 1)


def test_a_balance_beyond_counting_is_a_breach():
    ledger = Ledger(("households", "Ann"))
    ledger.pay_all(0, *(np.array([number]) for number in (0, 0, 1, 2**61)))
    with pytest.raises(BooksError, match="more than can be counted"):
        ledger.verify(0)

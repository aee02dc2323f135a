"""What every rule must keep to, whatever it decides; and for each rule a story worked by hand.

The tables of rules are read here: a new rule without an example below fails.
"""

from __future__ import annotations

import copy
import typing
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sim.common.parameters import Section
from sim.engine.codes import NO_PRICE
from sim.rules.assortment import (
    AssortmentChoice,
    AssortmentRule,
    AssortmentView,
    FixedAssortment,
    Popularity,
    Profit,
    SlotMoney,
)
from sim.rules.closing import STAYS, Closing, ClosingRule, ClosingView, Losses, Never
from sim.rules.entry import Always, DirectEntry, EntryRule, EntryView, WhenItPays
from sim.rules.price_rule import SalesRecord
from sim.rules.pricing import (
    BestResponse,
    Fixed,
    Learning,
    Margin,
    Markup,
    Match,
    Player,
    Pricing,
    PricingRule,
    PricingView,
    QLearning,
    Quantity,
    Undercut,
)
from sim.rules.replenishment import BaseStock, ReorderPoint, Replenishment, ReplenishmentRule, StockView

NAMES = ("bread", "milk", "cheese")

PRICING_RULES: list[PricingRule] = [
    Markup(factor=1.37),
    Margin(share=0.311),
    Fixed(price=19.99),
    Fixed(price=1.0, prices={"milk": 0.29}),
    Undercut(gap_share=0.2),
    Undercut(gap_share=0.7, reference_price=12.34),
    Match(),
    Match(floor=1.2, opening_factor=2.0),
    BestResponse(),  # what they do with a demand they know is told in the stories of their own
    Quantity(conduct="percent"),
    Learning(),  # where it comes to rest, likewise; so for the two below
    Learning(experiments="orthogonal", forms=["power"], first_records=2),
    QLearning(low=0.5, high=9.5),
    Player(),
]
REPLENISHMENT_RULES: list[ReplenishmentRule] = [
    BaseStock(),
    BaseStock(level=12, review_days=7),
    BaseStock(safety_factor=0.0),
    BaseStock(deviation="measured", forecast="moving_average"),
    BaseStock(target_fill_rate=0.95),
    BaseStock(target_fill_rate=0.6, deviation="measured", review_days=3),
    ReorderPoint(),
    ReorderPoint(level=30, reorder_point=10),
    ReorderPoint(target_fill_rate=0.9),
]
ASSORTMENT_RULES: list[AssortmentRule] = [
    Popularity(),
    Popularity(sales_weight=0.6, consigned_share=0.3),
    Profit(),
    Profit(sales_weight=0.6),
    FixedAssortment(products=["cheese", "bread"]),
]
CLOSING_RULES: list[ClosingRule] = [
    Never(),
    Losses(),
    Losses(patience=1, tolerated_loss=12.5, notice_days=0),
]
ENTRY_RULES: list[EntryRule] = [
    Always(),
    WhenItPays(),
    WhenItPays(assumed_share=0.3, fixed_cost=7.5, patience=1),
]


def rules_in(table: Any) -> set[type[Section]]:
    """Return the rules that a table lists."""
    return set(typing.get_args(typing.get_args(table)[0]))


def frozen(view: Any) -> Any:
    """Return a view whose arrays cannot be written to."""
    for field in fields(view):
        values = getattr(view, field.name)
        if isinstance(values, np.ndarray):
            values.flags.writeable = False
    return view


@pytest.mark.parametrize(
    ("table", "examples"),
    [
        (Pricing, PRICING_RULES),
        (Replenishment, REPLENISHMENT_RULES),
        (AssortmentChoice, ASSORTMENT_RULES),
        (Closing, CLOSING_RULES),
        (DirectEntry, ENTRY_RULES),
    ],
    ids=["pricing", "replenishment", "assortment", "closing", "entry"],
)
def test_every_rule_of_the_table_has_an_example(table, examples):
    assert {type(rule) for rule in examples} == rules_in(table)


def decides_alike_twice(rule: Any, view: Any, state: Any = None) -> Any:
    """Return the decision of a rule, having seen that the same view and state lead to the same decision and state."""
    before = copy.deepcopy(state)
    decision, after = rule.decide(view, state)
    again, after_again = rule.decide(view, before)
    for one, other in zip(np.atleast_1d(decision), np.atleast_1d(again), strict=True):
        assert np.array_equal(one, other)
    assert repr(after) == repr(after_again)
    return decision


SHAPES = st.tuples(st.integers(1, 4), st.just(len(NAMES)))
money = st.floats(0, 1e9, allow_nan=False)
whole_money = st.integers(0, 10**11)


@st.composite
def pricing_views(draw: Any) -> PricingView:
    """Draw what sellers may know."""
    shape = draw(SHAPES)

    def table(values: Any, kind: type) -> Any:
        return draw(arrays.arrays(kind, shape, elements=values))

    return frozen(
        PricingView(
            day=draw(st.integers(0, 400)),
            products=NAMES,
            landed_cost=table(money, np.float64),
            own_price=table(whole_money, np.int64),
            rival_price=table(whole_money | st.just(NO_PRICE), np.int64),
            wholesale_price=table(money, np.float64),
            reference_price=table(money, np.float64),
            marginal_cost=table(money, np.float64),
            observed=frozen(
                SalesRecord(
                    units_sold=table(st.integers(0, 10_000), np.int64),
                    days_in_stock=table(st.sampled_from([0.0, 0.25, 1.0, 6.5, 7.0, 56.0]), np.float64),
                    chance=table(st.integers(0, 2**64 - 1), np.uint64),
                    asked_price=table(whole_money | st.just(NO_PRICE), np.int64),
                )
            ),
        )
    )


@pytest.mark.parametrize("rule", PRICING_RULES, ids=repr)
@settings(max_examples=30, deadline=None)
@given(view=pricing_views())
def test_prices_are_whole_cents_and_not_negative_and_nothing_that_was_shown_is_changed(rule, view):
    price = decides_alike_twice(rule, view)
    assert price.dtype == np.int64
    assert price.shape == view.landed_cost.shape
    assert (price >= 0).all()
    if type(rule).target is not PricingRule.target:  # some decide without an aim that could be told beforehand
        assert np.isfinite(rule.target(view)).all()
        assert (np.abs(price - rule.target(view)) <= 0.5 + 1e-6 * price).all()


@pytest.mark.parametrize("rule", PRICING_RULES, ids=repr)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_what_was_learnt_before_is_not_written_over(rule, data):
    first = data.draw(pricing_views())
    price, state = rule.decide(first, None)
    for _ in range(4):
        before = repr(state)
        view = frozen(replace(first, own_price=price, day=first.day + rule.review_days))
        price = decides_alike_twice(rule, view, state)
        assert repr(state) == before
        assert (price >= 0).all()
        _, state = rule.decide(view, state)


@st.composite
def stock_views(draw: Any) -> StockView:
    """Draw what the keepers of some stocks know."""
    shape = draw(SHAPES)
    column = (shape[0], 1)
    return frozen(
        StockView(
            position=draw(arrays.arrays(np.int64, shape, elements=st.integers(-50, 200))),
            forecast=draw(arrays.arrays(np.float64, shape, elements=st.floats(0, 1e4))),
            lead_days=draw(arrays.arrays(np.int64, column, elements=st.integers(1, 30))),
            carried=draw(arrays.arrays(np.bool_, shape)),
            limit=draw(arrays.arrays(np.int64, column, elements=st.integers(0, 300))),
            variance=draw(st.none() | arrays.arrays(np.float64, shape, elements=st.floats(0, 1e6))),
            customers_wait=draw(st.booleans()),
        )
    )


@pytest.mark.parametrize("rule", REPLENISHMENT_RULES, ids=repr)
@settings(max_examples=30, deadline=None)
@given(view=stock_views())
def test_orders_are_whole_units_that_fit_and_of_nothing_that_is_not_carried(rule, view):
    units = decides_alike_twice(rule, view)
    assert units.dtype == np.int64
    assert units.shape == view.position.shape
    assert (units >= 0).all()
    ordered = units > 0
    assert (view.position + units <= view.limit)[ordered].all()
    owed_nothing = view.position >= 0
    assert not units[~view.carried & owed_nothing].any()
    target = rule.target(view)
    assert ((target >= 0) & (target <= view.limit)).all()
    assert not target[~view.carried].any()


@st.composite
def assortment_views(draw: Any) -> AssortmentView:
    """Draw what stores know."""
    shape = draw(SHAPES)
    cents = arrays.arrays(np.float64, shape, elements=st.floats(-1e6, 1e6))
    may_own = draw(st.booleans())
    return frozen(
        AssortmentView(
            products=NAMES,
            local_demand=draw(arrays.arrays(np.float64, shape, elements=st.floats(0, 1e4))),
            units_sold=draw(arrays.arrays(np.int64, shape, elements=st.integers(0, 1000))),
            days=draw(arrays.arrays(np.int64, shape[:1], elements=st.integers(0, 400))),
            slots=draw(arrays.arrays(np.int64, shape[:1], elements=st.integers(0, 5))),
            money=frozen(
                SlotMoney(draw(cents), np.abs(draw(cents)), draw(cents), may_own, draw(st.booleans()) or not may_own)
            ),
        )
    )


@pytest.mark.parametrize("rule", ASSORTMENT_RULES, ids=repr)
@settings(max_examples=30, deadline=None)
@given(view=assortment_views())
def test_no_store_carries_more_than_it_has_slots_for_and_only_what_it_carries_is_on_consignment(rule, view):
    carried, consigned = decides_alike_twice(rule, view)
    assert carried.dtype == consigned.dtype == np.bool_
    assert carried.shape == consigned.shape == view.local_demand.shape
    assert (carried.sum(axis=1) <= view.slots).all()
    assert not (consigned & ~carried).any()
    if isinstance(rule, Profit):  # it looks at each slot by itself
        assert not consigned.any() or view.money.may_consign
        assert not (carried & ~consigned).any() or view.money.may_own
    else:
        assert (consigned.sum(axis=1) == np.floor(rule.consigned_share * carried.sum(axis=1) + 1e-9)).all()


@st.composite
def closing_views(draw: Any, size: int = 3) -> ClosingView:
    """Draw what some books say."""
    cents = arrays.arrays(np.int64, size, elements=st.integers(-(10**9), 10**9))
    days = arrays.arrays(np.int64, size, elements=st.sampled_from([0, 1, 30, 90]))
    return frozen(ClosingView(days=draw(days), receipts=draw(cents), outlays=draw(cents), stock_change=draw(cents)))


@pytest.mark.parametrize("rule", CLOSING_RULES, ids=repr)
@settings(max_examples=30, deadline=None)
@given(first=closing_views(), second=closing_views())
def test_only_who_loses_when_its_turn_has_come_gives_notice(rule, first, second):
    state = None
    for view in (first, second):
        before = repr(state)
        notice = decides_alike_twice(rule, view, state)
        assert repr(state) == before
        assert notice.dtype == np.int64
        assert notice.shape == view.days.shape
        assert (notice >= STAYS).all()
        assert ((view.result < 0) & (view.days > 0))[notice != STAYS].all()
        _, state = rule.decide(view, state)


@st.composite
def entry_views(draw: Any) -> EntryView:
    """Draw what suppliers know who think about selling direct."""
    shape = draw(SHAPES)

    def table(values: Any, kind: type, size: Any = shape) -> Any:
        return draw(arrays.arrays(kind, size, elements=values))

    return frozen(
        EntryView(
            selling=table(st.booleans(), np.bool_, shape[:1]),
            days=table(st.sampled_from([0, 1, 30, 90]), np.int64, shape[:1]),
            units_sold=table(st.integers(0, 10_000), np.int64),
            wholesale_price=table(st.integers(0, 10**9), np.int64),
            unit_cost=table(st.integers(0, 10**9), np.int64),
            direct_price=table(st.integers(0, 10**9), np.int64),
            direct_cost=table(money, np.float64),
            online_share=draw(st.floats(0, 1)),
            channel_result=table(st.integers(-(10**9), 10**9), np.int64, shape[:1]),
        )
    )


@pytest.mark.parametrize("rule", ENTRY_RULES, ids=repr)
@settings(max_examples=30, deadline=None)
@given(view=entry_views())
def test_nobody_begins_or_ends_to_sell_direct_when_it_is_not_its_turn(rule, view):
    sells, amount = decides_alike_twice(rule, view)
    assert sells.dtype == np.bool_
    assert amount.dtype == np.int64
    assert sells.shape == amount.shape == view.selling.shape
    if rule.acts:
        assert (sells == view.selling)[view.days == 0].all()
        assert (amount >= 0)[sells & ~view.selling].all()
        assert (amount < 0)[~sells & view.selling].all()


def test_what_firms_see_when_they_come_or_go_is_their_own_and_public():
    assert {field.name for field in fields(ClosingView)} == {"days", "receipts", "outlays", "stock_change"}
    assert {field.name for field in fields(EntryView)} == {
        *("selling", "days", "units_sold", "wholesale_price", "unit_cost", "direct_price", "direct_cost"),
        *("online_share", "channel_result"),
    }


@pytest.mark.parametrize(
    "rule", [*PRICING_RULES, *REPLENISHMENT_RULES, *ASSORTMENT_RULES, *CLOSING_RULES, *ENTRY_RULES], ids=repr
)
def test_rules_are_frozen_parameters(rule):
    with pytest.raises(ValueError, match="frozen"):
        rule.rule = "another"


# -- stories: pricing --


def seller(**known: Any) -> PricingView:
    """Return what one seller of bread, milk and cheese knows, in cents: it costs 4.00, 0.03 and 6.90."""
    nothing = np.zeros((1, 3))
    view = PricingView(
        day=0,
        products=NAMES,
        landed_cost=np.array([[400.0, 3.0, 690.0]]),
        own_price=nothing.astype(np.int64),
        rival_price=np.full((1, 3), NO_PRICE),
        wholesale_price=nothing,
        reference_price=nothing,
        marginal_cost=np.array([[400.0, 3.0, 690.0]]),
    )
    return replace(view, **{name: np.array([row]) for name, row in known.items()})


def price(rule: PricingRule, view: PricingView) -> list[int]:
    """Return the prices of the one seller in cents."""
    return rule.decide(view, None)[0][0].tolist()


def test_markup_is_a_multiple_of_landed_cost_rounded_half_to_even():
    assert price(Markup(factor=2.5), seller()) == [1000, 8, 1725]  # 7.5 cents to the even 8
    assert price(Markup(factor=1.5), seller()) == [600, 4, 1035]  # 4.5 cents to the even 4


def test_margin_is_a_share_of_the_price():
    assert price(Margin(share=0.31), seller()) == [580, 4, 1000]  # 6.90 / 0.69; 31 % of 10.00 is 3.10
    assert price(Margin(share=0.0), seller()) == [400, 3, 690]


def test_fixed_prices_are_taken_by_name_and_else_alike():
    assert price(Fixed(price=19.99), seller()) == [1999, 1999, 1999]
    assert price(Fixed(price=5.0, prices={"milk": 0.29}), seller()) == [500, 29, 500]
    with pytest.raises(ValueError, match="set `price`"):
        Fixed()


def test_undercut_splits_the_gap_between_the_wholesale_price_and_the_end_of_the_chain():
    view = seller(wholesale_price=[5_000_00.0] * 3, reference_price=[20_000_00.0, 5_000_00.0, 4_000_00.0])
    # 5 000 + 20 % of 15 000; no gap; a chain that is cheaper than the maker
    assert price(Undercut(gap_share=0.2), view) == [8_000_00, 5_000_00, 4_800_00]
    assert price(Undercut(gap_share=0.2, reference_price=10_000.0), view) == [6_000_00] * 3


def test_match_takes_the_lowest_rival_price_down_to_its_floor_and_a_markup_when_alone():
    view = seller(rival_price=[450, 2, NO_PRICE])
    assert price(Match(), view) == [450, 3, 1035]  # rival; not below cost; 6.90 x 1.5
    assert price(Match(floor=1.25), view) == [500, 4, 1035]  # 3.75 cents to 4
    assert price(Match(floor=0.0, opening_factor=2.0), view) == [450, 2, 1380]


# -- stories: replenishment --


def shelf(position: int, forecast: float = 4.0, lead: int = 3, limit: int = 100, *, carried: bool = True) -> StockView:
    """Return what the keeper of one shelf knows."""
    return StockView(
        position=np.array([[position]]),
        forecast=np.array([[forecast]]),
        lead_days=np.array([[lead]]),
        carried=np.array([[carried]]),
        limit=np.array([[limit]]),
    )


def order(rule: ReplenishmentRule, view: StockView) -> int:
    """Return the units ordered."""
    return int(rule.decide(view, None)[0][0, 0])


def test_base_stock_orders_up_to_its_level():
    assert order(BaseStock(level=20), shelf(13)) == 7
    assert order(BaseStock(level=20), shelf(20)) == 0
    assert order(BaseStock(level=20), shelf(25)) == 0
    assert order(BaseStock(level=20), shelf(-3)) == 23  # three are owed


def test_base_stock_follows_the_forecast_over_the_days_until_the_next_order_arrives():
    # 4 a day over 3 days are 12; 1.5 standard deviations of Poisson demand, 1.5 x sqrt(12) = 5.2: 17.2, so 18
    assert order(BaseStock(safety_factor=1.5), shelf(0)) == 18
    # Ordering once a week, the stock has to last for 3 + 6 days: 36, and nothing for safety
    assert order(BaseStock(safety_factor=0.0, review_days=7), shelf(0)) == 36
    assert order(BaseStock(safety_factor=0.0), shelf(0, forecast=0.0)) == 1  # one to show


def test_safety_stock_follows_what_forecasts_have_missed_by():
    rule = BaseStock(safety_factor=2.0, deviation="measured")
    # 4 a day over 3 days are 12; errors of 2.5 a day come to 2.5 x sqrt(3) = 4.33 in three, twice that is 8.66: 20.66
    assert order(rule, replace(shelf(0), variance=np.array([[6.25]]))) == 21
    assert order(rule, replace(shelf(0), variance=np.array([[0.0]]))) == 12  # never wrong
    assert order(rule, shelf(0)) == 19  # nobody measures: as for Poisson demand, 12 + 2 x sqrt(12)


def test_a_wanted_fill_rate_says_how_much_to_keep_where_customers_wait():
    """4 a day, 3 days: level 15 meets .9032 on the day, level 14 .8505 (tests/formulas/test_service.py)."""
    assert order(BaseStock(target_fill_rate=0.90), shelf(0)) == 15
    assert order(BaseStock(target_fill_rate=0.9033), shelf(0)) == 16
    assert order(BaseStock(target_fill_rate=0.85), shelf(0)) == 14
    assert order(BaseStock(target_fill_rate=0.9), shelf(0, forecast=0.0)) == 1  # one to show
    assert order(BaseStock(target_fill_rate=0.9), shelf(0, limit=10)) == 10
    assert order(BaseStock(target_fill_rate=0.9, safety_factor=9.0), shelf(0)) == 15  # the rate is what counts


def test_fewer_will_do_where_customers_leave_since_what_is_lost_need_not_be_replaced():
    leaving = replace(shelf(0), customers_wait=False)
    assert order(BaseStock(target_fill_rate=0.90), leaving) == 14
    # One day to cover: 4 a day, full again every morning. Of 6 units E(D - 6)+ = .1954 are missed, 4.9 %; of 5, 10.4 %
    assert order(BaseStock(target_fill_rate=0.95), replace(shelf(0, lead=1), customers_wait=False)) == 6


def test_a_reorder_point_for_a_wanted_fill_rate_lies_where_the_level_would():
    rule = ReorderPoint(target_fill_rate=0.9, order_days=5.0)
    assert [order(rule, shelf(position)) for position in (16, 15, 0)] == [0, 20, 35]


def test_a_level_is_given_or_follows_from_a_wanted_fill_rate():
    with pytest.raises(ValueError, match="set level or target_fill_rate, not both"):
        BaseStock(level=10, target_fill_rate=0.9)


def test_no_shelf_is_filled_beyond_its_limit_or_with_what_is_not_carried():
    assert order(BaseStock(level=20), shelf(5, limit=15)) == 10
    assert order(BaseStock(level=20), shelf(5, carried=False)) == 0
    assert order(ReorderPoint(level=20, reorder_point=10), shelf(5, limit=15)) == 10
    assert order(ReorderPoint(level=20, reorder_point=10), shelf(5, carried=False)) == 0


def test_reorder_point_waits_until_stock_has_fallen_and_then_orders_up():
    rule = ReorderPoint(level=30, reorder_point=10)
    assert [order(rule, shelf(position)) for position in (30, 11, 10, 4, -2)] == [0, 0, 20, 26, 32]


def test_reorder_point_that_follows_the_forecast_orders_some_days_more():
    # trigger: 12 + 1.5 x sqrt(12), so 18; up to: 5 days of 4 more, 38
    rule = ReorderPoint(safety_factor=1.5, order_days=5.0)
    assert [order(rule, shelf(position)) for position in (19, 18, 0)] == [0, 20, 38]


def test_reorder_point_must_lie_below_its_level():
    for wrong in ({"level": 10, "reorder_point": 10}, {"level": 10}, {"reorder_point": 3}):
        with pytest.raises(ValueError, match="reorder_point"):
            ReorderPoint(**wrong)


# -- stories: assortment --


def store(demand: list[float], sold: tuple[int, ...] = (0, 0, 0), days: int = 0, slots: int = 2) -> AssortmentView:
    """Return what one store knows."""
    known = {"local_demand": np.array([demand]), "units_sold": np.array([sold])}
    return AssortmentView(products=NAMES, days=np.array([days]), slots=np.array([slots]), **known)


def chosen(rule: AssortmentRule, view: AssortmentView) -> tuple[list[str], list[str]]:
    """Return what is carried and what of it is on consignment, by name."""
    decision, _ = rule.decide(view, None)
    names = view.products
    return (
        [name for name, kept in zip(names, decision.carried[0], strict=True) if kept],
        [name for name, left in zip(names, decision.consigned[0], strict=True) if left],
    )


def test_popularity_carries_what_the_town_wants_most_and_leaves_the_slowest_to_suppliers():
    assert chosen(Popularity(), store([1.0, 3.0, 2.0])) == (["milk", "cheese"], ["cheese"])
    assert chosen(Popularity(), store([1.0, 1.0, 1.0])) == (["bread", "milk"], ["milk"])  # ties to the lower
    assert chosen(Popularity(consigned_share=0.0), store([1.0, 3.0, 2.0]))[1] == []
    assert chosen(Popularity(consigned_share=1.0), store([1.0, 3.0, 2.0]))[1] == ["milk", "cheese"]


def test_popularity_learns_from_what_was_sold():
    sold_bread = store([1.0, 3.0, 2.0], sold=(30, 0, 9), days=10)
    # weight 0.5: bread (1 + 3) / 2 = 2.0, milk (3 + 0) / 2 = 1.5, cheese (2 + 0.9) / 2 = 1.45
    assert chosen(Popularity(sales_weight=0.5), sold_bread)[0] == ["bread", "milk"]
    assert chosen(Popularity(sales_weight=0.0), sold_bread)[0] == ["milk", "cheese"]
    at_the_opening = store([1.0, 3.0, 2.0], days=0)
    assert chosen(Popularity(sales_weight=1.0), at_the_opening)[0] == ["milk", "cheese"]


def with_money(view: AssortmentView, own: list[float], **more: Any) -> AssortmentView:
    """Return what a store knows that earns these margins on goods of its own, in cents a unit."""
    upkeep = np.array([more.pop("upkeep", [0.0, 0.0, 0.0])])
    consigned = np.full((1, 3), float(more.pop("consigned", 0.0)))
    return replace(view, money=SlotMoney(np.array([own]), upkeep, consigned, **more))


def test_profit_carries_what_earns_most_a_day():
    demand = store([4.0, 3.0, 1.0])
    # bread 4 x 10 = 40, milk 3 x 15 = 45, cheese 1 x 60 = 60
    assert chosen(Profit(), with_money(demand, [10.0, 15.0, 60.0]))[0] == ["milk", "cheese"]
    # cheese spoils for 25 a day: 35 are left, less than bread brings
    spoiling = with_money(demand, [10.0, 15.0, 60.0], upkeep=[0.0, 0.0, 25.0])
    assert chosen(Profit(), spoiling)[0] == ["bread", "milk"]
    # nobody keeps a shop to lose money on a slot
    assert chosen(Profit(), with_money(demand, [10.0, -1.0, -1.0])) == (["bread"], [])


def test_profit_learns_from_what_was_sold():
    sold = store([4.0, 3.0, 1.0], sold=(0, 0, 20), days=10)
    # weight 0.5: bread 2, milk 1.5, cheese (1 + 2) / 2 = 1.5 a day; all earn 10 a unit
    assert chosen(Profit(sales_weight=0.5), with_money(sold, [10.0] * 3))[0] == ["bread", "milk"]  # a tie, the lower
    assert chosen(Profit(sales_weight=1.0), with_money(sold, [10.0] * 3))[0] == ["bread", "cheese"]


def test_profit_takes_goods_on_the_account_on_which_a_slot_earns_more():
    demand = store([4.0, 3.0, 1.0], slots=3)
    both = {"consigned": 12.0, "may_consign": True}
    # as its own 40, 45, 60; on consignment 48, 36, 12
    assert chosen(Profit(), with_money(demand, [10.0, 15.0, 60.0], **both)) == (list(NAMES), ["bread"])
    only = with_money(demand, [10.0, 15.0, 60.0], **both, may_own=False)
    assert chosen(Profit(), only) == (list(NAMES), list(NAMES))
    unpaid = with_money(demand, [10.0, 15.0, 60.0], consigned=-1.0, may_own=False, may_consign=True)
    assert chosen(Profit(), unpaid) == ([], [])


def test_profit_of_nothing_leaves_it_to_the_town():
    view = with_money(store([1.0, 3.0, 2.0]), [0.0, 0.0, 0.0])
    assert chosen(Profit(), view)[0] == chosen(Popularity(), view)[0] == ["milk", "cheese"]


def test_profit_has_to_be_shown_what_a_slot_brings():
    with pytest.raises(ValueError, match="what a slot earns"):
        chosen(Profit(), store([1.0, 3.0, 2.0]))


@pytest.mark.parametrize(("share", "slots", "consigned"), [(0.7, 10, 7), (0.58, 50, 29), (0.57, 100, 57)])
def test_a_share_of_slots_is_a_share_of_slots_also_in_binary_fractions(share, slots, consigned):
    # .58 x 50 and .57 x 100 are a little less than 29 and 57.
    demand = np.arange(float(slots), 0.0, -1.0)[None, :]
    names = tuple(f"product {k}" for k in range(slots))
    view = AssortmentView(names, demand, np.zeros((1, slots), dtype=np.int64), np.array([0]), np.array([slots]))
    decision, _ = Popularity(consigned_share=share).decide(view, None)
    assert decision.consigned[0].tolist() == [False] * (slots - consigned) + [True] * consigned


def test_fixed_assortment_takes_the_first_named_first_where_slots_run_out():
    rule = FixedAssortment(products=["cheese", "bread"])
    assert chosen(rule, store([9.0, 9.0, 0.0]))[0] == ["bread", "cheese"]
    assert chosen(rule, store([9.0, 9.0, 0.0], slots=1))[0] == ["cheese"]
    assert chosen(rule, store([9.0, 9.0, 0.0], slots=3))[0] == ["bread", "cheese"]  # never milk


# -- stories: closing and entry --


def books(result: int, days: int = 90) -> ClosingView:
    """Return what the books of one store say, in cents."""
    rows = {"receipts": 500_00, "outlays": 500_00 - result, "stock_change": 0}
    return ClosingView(days=np.array([days]), **{name: np.array([cents]) for name, cents in rows.items()})


def notices(rule: ClosingRule, *results: int) -> list[int]:
    """Return the days of notice given at each of some reviews in a row."""
    state, given = None, []
    for result in results:
        notice, state = rule.decide(books(result), state)
        given.append(int(notice[0]))
    return given


def test_losses_close_after_so_many_in_a_row():
    assert notices(Losses(patience=2, notice_days=30), -1, -1, 5, -1, -1) == [STAYS, 30, STAYS, STAYS, 30]
    assert notices(Losses(patience=1, notice_days=0), 0, -1) == [STAYS, 0]
    assert notices(Losses(patience=1, tolerated_loss=1.0), -90_00, -90_01) == [STAYS, 30]  # 90 days at 1.00
    assert notices(Never(), -(10**9), -(10**9)) == [STAYS, STAYS]


def test_losses_wait_for_the_next_turn():
    rule = Losses(patience=2, notice_days=7)
    _, state = rule.decide(books(-1), None)
    notice, state = rule.decide(books(0, days=0), state)
    assert notice[0] == STAYS
    assert rule.decide(books(-1), state)[0][0] == 7


def maker(sold: int, online: float, result: int = 0, *, selling: bool = False) -> EntryView:
    """Return what a maker of bread knows that costs 2.00, for which firms pay 4.00 and customers would pay 7.00."""
    rows = {"units_sold": sold, "wholesale_price": 400, "unit_cost": 200, "direct_price": 700}
    return EntryView(
        selling=np.array([selling]),
        days=np.array([90]),
        direct_cost=np.array([[300.0]]),
        online_share=online,
        channel_result=np.array([result]),
        **{name: np.array([[number]]) for name, number in rows.items()},
    )


def test_when_it_pays_weighs_the_margin_won_against_the_one_lost():
    # 10 units a day, a tenth of them online: 1 x ((7.00 - 3.00) - (4.00 - 2.00)) = 2.00 a day
    opens = WhenItPays(fixed_cost=1.99).decide(maker(900, 0.1), None)[0]
    assert (opens.sells.tolist(), opens.amount.tolist()) == ([True], [1])
    assert WhenItPays(fixed_cost=2.0).decide(maker(900, 0.1), None)[0].sells.tolist() == [False]
    assert WhenItPays(fixed_cost=2.0, assumed_share=0.2).decide(maker(900, 0.1), None)[0].amount.tolist() == [200]


def test_when_it_pays_gives_up_after_so_many_losing_reviews_in_a_row():
    rule, state, sells = WhenItPays(patience=2), None, []
    for result in (-1, 5, -1, -1):
        decision, state = rule.decide(maker(0, 0.0, result, selling=True), state)
        sells.append(bool(decision.sells[0]))
    assert sells == [True, True, True, False]

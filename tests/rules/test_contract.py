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

from sim.parameters import Section
from sim.rules.assortment import AssortmentChoice, AssortmentRule, AssortmentView, FixedAssortment, Popularity
from sim.rules.price_rule import Noted
from sim.rules.pricing import (
    NO_PRICE,
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
    ReorderPoint(),
    ReorderPoint(level=30, reorder_point=10),
]
ASSORTMENT_RULES: list[AssortmentRule] = [
    Popularity(),
    Popularity(sales_weight=0.6, consigned_share=0.3),
    FixedAssortment(products=["cheese", "bread"]),
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
    [(Pricing, PRICING_RULES), (Replenishment, REPLENISHMENT_RULES), (AssortmentChoice, ASSORTMENT_RULES)],
    ids=["pricing", "replenishment", "assortment"],
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
            noted=frozen(
                Noted(
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
    return frozen(
        AssortmentView(
            products=NAMES,
            local_demand=draw(arrays.arrays(np.float64, shape, elements=st.floats(0, 1e4))),
            units_sold=draw(arrays.arrays(np.int64, shape, elements=st.integers(0, 1000))),
            days=draw(arrays.arrays(np.int64, shape[:1], elements=st.integers(0, 400))),
            slots=draw(arrays.arrays(np.int64, shape[:1], elements=st.integers(0, 5))),
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
    assert (consigned.sum(axis=1) == np.floor(rule.consigned_share * carried.sum(axis=1) + 1e-9)).all()


@pytest.mark.parametrize("rule", [*PRICING_RULES, *REPLENISHMENT_RULES, *ASSORTMENT_RULES], ids=repr)
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
    with pytest.raises(ValueError, match="give `price`"):
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


def test_a_share_of_slots_is_a_share_of_slots_also_in_binary_fractions():
    # (1 - 0.7) x 10 is a little more than 3: three slots are the store's own all the same.
    demand = np.arange(10.0, 0.0, -1.0)[None, :]
    view = AssortmentView(tuple("abcdefghij"), demand, np.zeros((1, 10), dtype=np.int64), np.array([0]), np.array([10]))
    decision, _ = Popularity(consigned_share=0.7).decide(view, None)
    assert decision.consigned[0].tolist() == [False] * 3 + [True] * 7


def test_fixed_assortment_takes_the_first_named_first_where_slots_run_out():
    rule = FixedAssortment(products=["cheese", "bread"])
    assert chosen(rule, store([9.0, 9.0, 0.0]))[0] == ["bread", "cheese"]
    assert chosen(rule, store([9.0, 9.0, 0.0], slots=1))[0] == ["cheese"]
    assert chosen(rule, store([9.0, 9.0, 0.0], slots=3))[0] == ["bread", "cheese"]  # never milk

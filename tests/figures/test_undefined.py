"""What cannot be said is None, never 0 and never NaN; and what is truly nothing is 0."""

import json
import math
from dataclasses import replace

from sim.results.figures import FIGURES, all_figures, flatten


def test_without_needs_only_what_needs_no_needs_is_defined(hand_made):
    run = hand_made(tiers=("wholesaler",))
    run.stock_up("shop", "store", "pen", 1, 8_00)
    figures = all_figures(run.outcome())
    known = {name: value for name, value in flatten(figures).items() if value is not None}
    money = {name for name in known if name.startswith("price_waterfall_money.")}
    turns = {"inventory_turns", "inventory_turns_by_kind.retailer"}  # stock there is, and none of it was sold
    nothing = {"quantity", *(name for name in known if name.startswith("total_profit."))}  # nothing sold is a number
    assert {known[name] for name in nothing} == {0.0}
    assert set(known) - money - nothing == {"stores_open", "stores_open_by_town.Alba", *turns}
    assert all(known[name] == 0 for name in money | turns)


def test_a_day_on_which_nobody_buys(hand_made):
    run = hand_made()
    run.need(0, "too_dear", surplus=0)
    figures = all_figures(run.outcome())
    assert figures["no_purchase_share"] == 1.0
    assert figures["unserved_share"] == 0.0
    assert figures["supplier_profit"] == 0.0
    assert figures["consumer_surplus"] == 0.0
    for name in (
        "consumer_price",
        "supplier_margin",
        "fill_rate",
        "recovered_sales",
        "same_day_share",
        "hhi",
        "gini",
    ):
        assert figures[name] is None, name
    for name in ("price_waterfall", "channel_share", "gross_margin_rate"):
        assert set(figures[name].values()) == {None}, name


def test_refunds_alone_have_no_shares(hand_made):
    # bought before the window, returned inside it: customers got 10.00 more than they paid
    run = hand_made(days=2, warm_up=1)
    run.stock_up("shop", "store", "pen", 1, 4_00)
    need = run.buy(0, seller="shop", price=10_00, cost=4_00)
    run.take_back(1, need, refund=10_00, restock=4_00)
    figures = all_figures(run.outcome())
    assert figures["retailer_margin"] is None
    assert set(figures["price_waterfall"].values()) == {None}
    assert figures["price_waterfall_money"]["retailer_profit"] == -6.0
    assert figures["price_waterfall_money"]["stock_change"] == -4.0


def test_an_empty_window_is_no_error(three_days):
    time = three_days.scenario.time.model_copy(update={"warm_up": 2, "cool_down": 2})
    three_days.scenario = three_days.scenario.model_copy(update={"time": time})
    figures = all_figures(three_days.outcome())
    assert figures["consumer_price"] is None
    assert figures["inventory_turns"] is None


def test_a_run_that_was_stopped_early_is_measured_as_far_as_it_came(three_days):
    complete = all_figures(three_days.outcome())
    time = three_days.scenario.time.model_copy(update={"days": 30, "cool_down": 5})
    outcome = three_days.outcome()
    longer = replace(outcome.manifest, scenario=three_days.scenario.model_copy(update={"time": time}))
    assert all_figures(replace(outcome, manifest=longer)) == complete


def test_every_figure_is_described_and_every_description_has_its_figure(three_days):
    figures = all_figures(three_days.outcome())
    assert list(figures) == list(FIGURES)
    for name, info in FIGURES.items():
        assert info.name == name
        assert bool(info.by) == isinstance(figures[name], dict), name
        assert info.unit
        assert not info.meaning.endswith(".")


def test_figures_are_plain_numbers_that_json_can_carry(three_days):
    figures = all_figures(three_days.outcome())
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures
    for name, value in flatten(figures).items():
        assert value is None or (type(value) is float and math.isfinite(value)), name


def test_flatten_joins_names_by_dots():
    assert flatten({"a": 1.0, "b": {"c": None, "d": {"e": 2.0}}}) == {"a": 1.0, "b.c": None, "b.d.e": 2.0}

"""No rule reads what its firm could not know: rules get views, and views hold no more than they say."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.firms.level import Group
from sim.rules.assortment import AssortmentView, SlotMoney
from sim.rules.known_demand import KnownDemand
from sim.rules.price_rule import Noted
from sim.rules.pricing import NO_PRICE, PricingView
from sim.rules.replenishment import StockView
from tests.rules.test_contract import ASSORTMENT_RULES, NAMES, PRICING_RULES, REPLENISHMENT_RULES

RULES = Path(inspect.getfile(sim)).parent / "rules"
PLAIN = (np.ndarray, str, int, float, bool, np.integer, np.floating, type(None))


# -- what a view leads to --------------------------------------------------------------------------------------------


def contents(thing: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield everything a rule comes to by following a view's fields, but for what is plain data."""
    if isinstance(thing, PLAIN):
        return
    if isinstance(thing, tuple):
        for item in thing:
            yield from contents(item, f"{path}[]")
    elif is_dataclass(thing):
        yield path, type(thing)
        for field in fields(thing):
            yield from contents(getattr(thing, field.name), f"{path}.{field.name}")
    else:
        yield path, type(thing)


def views_shown(monkeypatch: pytest.MonkeyPatch, run: Callable[[], Any]) -> list[Any]:
    """Return all views that rules were shown during a run."""
    shown: list[Any] = []
    decide = Group.decide

    def noting(group: Group[Any], view: Any, *, learns: bool = True) -> Any:
        shown.append(view)
        return decide(group, view, learns=learns)

    monkeypatch.setattr(Group, "decide", noting)
    run()
    return shown


def thinking(rule: dict[str, Any]) -> dict[str, Any]:
    """Return overrides under which every firm prices by one rule."""
    return {"suppliers.pricing": rule, "suppliers.direct_pricing": rule, "retailers.pricing": rule}


ANSWERS = {"curve", "firms", "response", "profit"}


def test_what_a_slot_brings_leads_nowhere_either(monkeypatch):
    rules = {"retailers.assortment": {"rule": "profit"}, "retailers.replenishment": {"rule": "base_stock"}}
    shown = views_shown(monkeypatch, lambda: sim.run("village", regime="hybrid", days=3, **rules))
    met = {found for view in shown for found in contents(view, type(view).__name__)}
    assert ("AssortmentView.money", SlotMoney) in met
    assert {kind for _, kind in met} == {PricingView, StockView, AssortmentView, SlotMoney}


@pytest.mark.parametrize("rule", ["markup", "best_response", "learning", "player", "match"])
@pytest.mark.parametrize("regime", ["traditional", "direct", "o2o", "hybrid"])
def test_from_a_view_there_is_no_way_into_the_market(monkeypatch, rule, regime):
    given = {"rule": rule, "factor": 1.5} if rule == "markup" else {"rule": rule, "review_days": 1}
    shown = views_shown(monkeypatch, lambda: sim.run("village", regime=regime, days=4, **thinking(given)))
    assert {type(view).__name__ for view in shown} >= {"PricingView", "StockView"}
    met = {found for view in shown for found in contents(view, type(view).__name__)}
    allowed = {PricingView, StockView, AssortmentView, SlotMoney, Noted, KnownDemand}
    strange = {(path, kind) for path, kind in met if kind not in allowed and path.rsplit(".", 1)[-1] not in ANSWERS}
    assert not strange
    assert all(path.startswith("PricingView.demand.") for path, kind in met if kind not in allowed)
    assert (KnownDemand in {kind for _, kind in met}) == (rule == "best_response")


def test_a_way_into_the_market_would_be_noticed():
    market = sim.Market("village")
    view = PricingView(*[np.zeros((1, 1))] * 8, demand=market)  # type: ignore[arg-type]
    assert ("PricingView.demand", sim.Market) in set(contents(view, "PricingView"))


# -- what rules do with it -------------------------------------------------------------------------------------------

FORMULAS = ("sim.rules.", "sim.kernels.", "sim.theory.", "sim.parameters")
"""Where there is nothing but formulas."""

BACK_DOORS = {"__self__", "__closure__", "__globals__", "__func__", "__dict__", "__wrapped__", "gc", "inspect", "sys"}


def doors_used(source: str) -> set[str]:
    """Return ways by which a module could get behind what it is handed: names, imports, others' private parts."""
    used = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            if node.attr in BACK_DOORS or (node.attr.startswith("_") and not own and node.attr != "__name__"):
                used.add(node.attr)
        elif isinstance(node, ast.Name) and node.id in {"getattr", "vars", "eval", "exec", "globals", "__import__"}:
            used.add(node.id)
        elif isinstance(node, ast.Import):
            used |= {alias.name for alias in node.names} & BACK_DOORS
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if module.startswith("sim") and not module.startswith(FORMULAS):
                used.add(module)
    return used


@pytest.mark.parametrize("path", sorted(RULES.glob("*.py")), ids=lambda path: path.name)
def test_rules_look_at_nothing_but_what_they_are_handed(path):
    assert not doors_used(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("source", "door"),
    [
        ("view.demand.curve.__self__.demand.world", "__self__"),
        ("view.demand._market", "_market"),
        ("from sim.market import Market", "sim.market"),
        ("import gc", "gc"),
        ("getattr(view, name)", "getattr"),
    ],
)
def test_a_rule_that_looks_further_would_be_noticed(source, door):
    assert door in doors_used(source)


# -- colleagues who share a rule do not share what they know ---------------------------------------------------------

RANDOM = np.random.default_rng(7)
SHAPE = (3, len(NAMES))


def amounts(high: float, kind: type = np.float64) -> Any:
    """Return some amounts, shape (sellers, products)."""
    return RANDOM.uniform(1, high, SHAPE).astype(kind)


def pricing_view() -> PricingView:
    """Return a view of three sellers."""
    cost = amounts(900.0)
    return PricingView(
        day=0,
        products=NAMES,
        landed_cost=cost,
        own_price=amounts(2000.0, np.int64),
        rival_price=np.where(RANDOM.random(SHAPE) < 0.3, NO_PRICE, amounts(2000.0, np.int64)),
        wholesale_price=amounts(900.0),
        reference_price=amounts(2000.0),
        marginal_cost=cost * 1.1,
        noted=Noted(
            amounts(50.0, np.int64), amounts(7.0), RANDOM.integers(0, 2**63, SHAPE).astype(np.uint64),
            np.where(RANDOM.random(SHAPE) < 0.5, NO_PRICE, amounts(2000.0, np.int64)),
        ),
    )  # fmt: skip


def stock_view() -> StockView:
    """Return a view of three stocks."""
    return StockView(
        position=amounts(30.0, np.int64),
        forecast=amounts(9.0),
        lead_days=RANDOM.integers(1, 9, (3, 1)),
        carried=RANDOM.random(SHAPE) < 0.8,
        limit=RANDOM.integers(1, 90, (3, 1)),
        variance=amounts(20.0),
        customers_wait=bool(RANDOM.random() < 0.5),
    )


def assortment_view() -> AssortmentView:
    """Return a view of three stores."""
    days, slots = RANDOM.integers(0, 99, 3), RANDOM.integers(0, 3, 3)
    money = SlotMoney(amounts(500.0) - 100.0, amounts(300.0), amounts(300.0) - 50.0, True, True)
    return AssortmentView(NAMES, amounts(9.0), amounts(99.0, np.int64), days, slots, money)


def with_rows(view: Any, other: Any, rows: slice) -> Any:
    """Return a view in which some sellers see what they see in another one. What all see is left alone."""
    changed = {}
    for field in fields(view):
        mine, theirs = getattr(view, field.name), getattr(other, field.name)
        if isinstance(mine, np.ndarray):
            changed[field.name] = mine.copy()
            changed[field.name][rows] = theirs[rows]
        elif is_dataclass(mine):
            changed[field.name] = with_rows(mine, theirs, rows)
    return replace(view, **changed)


CASES = [
    *((rule, pricing_view) for rule in PRICING_RULES),
    *((rule, stock_view) for rule in REPLENISHMENT_RULES),
    *((rule, assortment_view) for rule in ASSORTMENT_RULES),
]


@pytest.mark.parametrize(("rule", "some_view"), CASES, ids=[f"{rule!r}"[:60] for rule, _ in CASES])
def test_what_colleagues_see_does_not_move_a_decision(rule, some_view):
    mine, theirs = None, None
    for _ in range(6):  # what was learnt from earlier reviews is not shared either
        view = some_view()
        changed = with_rows(view, some_view(), slice(1, None))
        decision, mine = rule.decide(view, mine)
        other, theirs = rule.decide(changed, theirs)
        for one, same in zip(parts(decision), parts(other), strict=True):
            assert np.array_equal(one[0], same[0])


def parts(decision: Any) -> tuple[Any, ...]:
    """Return the arrays a decision is made of, each with a row for each seller."""
    return decision if isinstance(decision, tuple) else (decision,)

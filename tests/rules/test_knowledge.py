"""No rule reads what its firm could not know: rules get views, and views hold no more than they say."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import sim
from sim.engine.codes import NO_PRICE
from sim.engine.firms.level import Group
from sim.rules.assortment import AssortmentChoice, AssortmentView, SlotMoney
from sim.rules.closing import Closing, ClosingView
from sim.rules.entry import DirectEntry, EntryView
from sim.rules.information_assumptions import ASSUMED
from sim.rules.known_demand import Curve, KnownDemand
from sim.rules.price_rule import SalesRecord
from sim.rules.pricing import Markup, Pricing, PricingView
from sim.rules.replenishment import Replenishment, StockView
from tests.rules.test_contract import ASSORTMENT_RULES, NAMES, PRICING_RULES, REPLENISHMENT_RULES

RULES = Path(inspect.getfile(sim)).parent / "rules"
ROOT = RULES.parents[1]

# -- what a view holds -----------------------------------------------------------------------------------------------

GRID, ROW, CELL = ("seller", "product"), ("seller",), ("seller", 1)
WHOLE, REAL, YES, BITS = "i", "f", "b", "u"
HOLDS: dict[type, dict[str, Any]] = {
    PricingView: {
        "day": int, "products": "names", "landed_cost": (REAL, GRID), "own_price": (WHOLE, GRID),
        "rival_price": (WHOLE, GRID), "wholesale_price": (REAL, GRID), "reference_price": (REAL, GRID),
        "marginal_cost": (REAL, GRID), "demand": KnownDemand, "observed": SalesRecord,
        "opening": bool,
    },
    SalesRecord: {
        "units_sold": (WHOLE, GRID), "days_in_stock": (REAL, GRID), "chance": (BITS, GRID),
        "asked_price": (WHOLE, GRID),
    },
    KnownDemand: {
        "firm": (WHOLE, ROW), "leads": bool,
        "curve": "answers", "firms": "answers", "costs": "answers", "profit": "answers", "equilibrium": "answers",
    },
    StockView: {
        "position": (WHOLE, GRID), "forecast": (REAL, GRID), "lead_days": (WHOLE, CELL), "carried": (YES, GRID),
        "limit": (WHOLE, CELL), "variance": (REAL, GRID), "customers_wait": bool,
    },
    AssortmentView: {
        "products": "names", "local_demand": (REAL, GRID), "units_sold": (WHOLE, GRID), "days": (WHOLE, ROW),
        "slots": (WHOLE, ROW), "money": SlotMoney,
    },
    SlotMoney: {
        "own_margin": (REAL, GRID), "upkeep": (REAL, GRID), "consigned_margin": (REAL, GRID), "may_own": bool,
        "may_consign": bool,
    },
    ClosingView: {
        "days": (WHOLE, ROW), "receipts": (WHOLE, ROW), "outlays": (WHOLE, ROW), "stock_change": (WHOLE, ROW),
    },
    EntryView: {
        "selling": (YES, ROW), "days": (WHOLE, ROW), "units_sold": (WHOLE, GRID), "wholesale_price": (WHOLE, GRID),
        "unit_cost": (WHOLE, GRID), "direct_price": (WHOLE, GRID), "direct_cost": (REAL, GRID), "online_share": float,
        "channel_result": (WHOLE, ROW),
    },
}  # fmt: skip
"""All that a rule may be handed, field by field: what is not here is strange to it."""

MAY_BE_MISSING = {
    "KnownDemand.equilibrium",
    "PricingView.demand",
    "PricingView.observed",
    "StockView.variance",
    "AssortmentView.money",
}


def strangers(view: Any, sizes: dict[Any, int]) -> list[str]:
    """Return what a view holds that is not declared; ``sizes`` are the numbers of sellers and products."""
    kind = type(view)
    if kind not in HOLDS:
        return [f"{kind.__name__} is no view"]
    declared, found = HOLDS[kind], []
    for name in {*vars(view), *(field.name for field in fields(view))}:
        told = f"{kind.__name__}.{name}"
        value = getattr(view, name)
        if name not in declared:
            found.append(f"{told} is not declared")
        elif value is None:
            found += [] if told in MAY_BE_MISSING else [f"{told} is missing"]
        elif not fits(value, declared[name], sizes):
            found.append(f"{told} is not what is declared: {getattr(value, 'shape', type(value).__name__)}")
        elif declared[name] in HOLDS:
            found += strangers(value, sizes)
    return sorted(found)


def fits(value: Any, declared: Any, sizes: dict[Any, int]) -> bool:
    """Tell whether a value is of the declared kind and, an array, of the declared shape and no window on more."""
    if declared == "names":
        return isinstance(value, tuple) and all(isinstance(name, str) for name in value)
    if declared == "answers":
        return inspect.ismethod(value) or inspect.isfunction(value)
    if not isinstance(declared, tuple):
        return (
            isinstance(value, (declared, np.floating, np.bool_))
            if declared in (float, bool)
            else (isinstance(value, declared))
        )
    kind, shape = declared
    expected = tuple(sizes.get(part, part) for part in shape)
    return (
        isinstance(value, np.ndarray) and value.dtype.kind == kind and value.shape == expected and not shows_more(value)
    )


def shows_more(array: np.ndarray) -> bool:
    """Tell whether an array is a window on a larger one, from which a rule could read what it was not handed."""
    behind = array.base
    while isinstance(behind, np.ndarray):
        if behind.size > array.size:
            return True
        behind = behind.base
    return behind is not None


def watched(
    monkeypatch: pytest.MonkeyPatch, run: Callable[[], Any]
) -> tuple[set[str], dict[str, set[str]], list[tuple[Any, Any]]]:
    """Run, and return what was strange, the fields every rule read by name, and all views with their groups."""
    strange: set[str] = set()
    read: dict[str, set[str]] = {}
    shown: list[tuple[Any, Any]] = []
    decide = Group.decide

    def noting(group: Group[Any], view: Any, *, learns: bool = True) -> Any:
        shown.append((group, view))
        asked = len(view.position) if isinstance(view, StockView) else len(group.rows)  # who closes orders no more
        assert asked <= len(group.rows)
        sizes = {"seller": asked, "product": len(NAMES_OF["village"])}
        strange.update(strangers(view, sizes))
        return decide(group, Reading(view, read.setdefault(group.rule.rule, set())), learns=learns)

    monkeypatch.setattr(Group, "decide", noting)
    run()
    return strange, read, shown


class Reading:
    """A view that notes which of its fields are read."""

    def __init__(self, view: Any, read: set[str]):
        object.__setattr__(self, "held", (view, read))

    def __getattr__(self, name: str) -> Any:
        view, read = object.__getattribute__(self, "held")
        read.add(f"{type(view).__name__}.{name}")
        return getattr(view, name)


def wherever(rule: dict[str, Any]) -> dict[str, Any]:
    """Return overrides under which every firm prices by one rule; one to customers only, where it is for that."""
    direct = {"suppliers.direct_pricing": rule}
    return direct if rule["rule"] == "undercut" else {"suppliers.pricing": rule, "retailers.pricing": rule, **direct}


NAMES_OF = {"village": sim.Market("village", seed=0).world.product_names}
PRICING = {
    "markup": {"factor": 1.5}, "margin": {"share": 0.3}, "fixed": {"price": 20.0}, "undercut": {}, "match": {},
    "best_response": {}, "quantity": {}, "learning": {"first_records": 2}, "q_learning": {"low": 10.0, "high": 30.0},
    "player": {},
}  # fmt: skip
OTHERS: dict[str, dict[str, Any]] = {
    "reorder_point": {"retailers.replenishment": {"rule": "reorder_point"}},
    "measured": {"retailers.replenishment": {"rule": "base_stock", "deviation": "measured", "target_fill_rate": 0.9}},
    "popularity": {"retailers.assortment": {"rule": "popularity", "review_days": 2, "sales_weight": 0.5}},
    "profit": {"retailers.assortment": {"rule": "profit", "review_days": 2}},
    "fixed shelves": {"retailers.assortment": {"rule": "fixed", "products": [NAMES_OF["village"][0]]}},
    "losses": {f"{who}.closing": {"rule": "losses", "review_days": 1} for who in ("retailers", "tiers[0]", "platform")},
    "when_it_pays": {"suppliers.direct_entry": {"rule": "when_it_pays", "review_days": 1}},
}
ASSUMED_BY_FIELD = {each.field: each.rules for each in ASSUMED}


@pytest.mark.parametrize("rule", PRICING)
@pytest.mark.parametrize("regime", ["traditional", "direct", "o2o", "hybrid"])
def test_a_pricing_rule_is_handed_and_reads_no_more_than_is_declared(monkeypatch, rule, regime):
    given = {"rule": rule, **PRICING[rule]} if rule == "fixed" else {"rule": rule, "review_days": 1, **PRICING[rule]}
    changes = wherever(given)
    if rule in ("best_response", "quantity", "match", "learning", "q_learning", "player"):
        changes["suppliers.direct_pricing"] = {"rule": "fixed", "price": 20.0} if rule != "match" else given
    if rule in ("best_response", "quantity"):
        changes["customers.breadth"] = 1  # without taste shocks leaders cannot foresee shops with several products
    strange, read, shown = watched(monkeypatch, lambda: sim.run("village", regime=regime, days=4, **changes))
    assert not strange
    assert forbidden(read) == set()
    for group, view in shown:
        if isinstance(view, PricingView):
            assert group.rule.knows_demand or view.demand is None
            assert group.rule.uses_sales_history or view.observed is None
    asked = {group.rule.rule for group, view in shown if isinstance(view, PricingView)}
    assert rule in asked or (rule == "undercut" and regime == "traditional")


@pytest.mark.parametrize("rule", ["best_response", "quantity"])
@pytest.mark.parametrize("scale", [0.0, 2.0])
def test_so_is_one_with_several_products_that_customers_compare(monkeypatch, rule, scale):
    changes = wherever({"rule": rule, "review_days": 1, "conduct": "margin"})
    changes["suppliers.direct_pricing"] = {"rule": "fixed", "price": 20.0}
    changes["customers.scale"] = scale
    strange, read, shown = watched(monkeypatch, lambda: sim.run("village", regime="traditional", days=4, **changes))
    assert not strange
    assert forbidden(read) == set()
    assert {group.rule.rule for group, view in shown if isinstance(view, PricingView)} == {
        rule,
        "markup",
    }  # nobody sells direct


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("regime", ["traditional", "hybrid"])
def test_so_is_every_other_rule(monkeypatch, name, regime):
    strange, read, shown = watched(monkeypatch, lambda: sim.run("village", regime=regime, days=5, **OTHERS[name]))
    assert not strange
    assert forbidden(read) == set()
    told = {"losses": ClosingView, "when_it_pays": EntryView, "profit": AssortmentView}.get(name)
    if told is not None and (regime, name) != ("traditional", "when_it_pays"):
        assert any(isinstance(view, told) for _, view in shown)


def forbidden(read: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Return who read what it is not taken to know."""
    return {
        (rule, name)
        for rule, names in read.items()
        for name in names & set(ASSUMED_BY_FIELD)
        if rule not in ASSUMED_BY_FIELD[name] and not (rule == "fixed" and name.startswith("AssortmentView"))
    }


def test_every_rule_there_is_was_looked_at():
    tables = [Pricing, Replenishment, AssortmentChoice, Closing, DirectEntry]
    named = {kind.model_fields["rule"].default for table in tables for kind in get_args(get_args(table)[0])}
    looked_at = {*PRICING, *OTHERS, "base_stock", "never", "always"}
    assert named <= looked_at
    views = {kind for kind in HOLDS if kind.__name__.endswith("View")}
    assert {PricingView, StockView, AssortmentView, ClosingView, EntryView} == views
    assert all(set(held) == {field.name for field in fields(kind)} for kind, held in HOLDS.items())


def test_what_firms_are_taken_to_know_is_in_the_description():
    text = " ".join((ROOT / "docs" / "background" / "odd.md").read_text(encoding="utf-8").split())
    for each in ASSUMED:
        assert each.reason in text
        assert f"`{each.field}`" in text


@pytest.mark.parametrize("rule", ["best_response", "quantity"])
def test_demand_that_is_known_answers_with_numbers_and_nothing_else(monkeypatch, rule):
    """Its questions are asked in a running market."""
    changes = {"retailers.pricing": {"rule": rule, "review_days": 1}, "customers.scale": 5.0}
    changes["suppliers.direct_pricing"] = {"rule": "fixed", "price": 20.0}
    _, _, shown = watched(monkeypatch, lambda: sim.run("village", regime="traditional", days=3, **changes))
    asked = [view.demand for _, view in shown if isinstance(view, PricingView) and view.demand is not None]
    assert asked
    demand = asked[-1]
    price = np.full((len(demand.firm), len(NAMES_OF["village"])), 1000.0)
    answers = [demand.curve(0, product, price) for product in range(price.shape[1])]
    assert any(answer is not None for answer in answers)
    assert {type(answer) for answer in answers} <= {Curve, type(None)}
    assert isinstance(demand.firms(0, 0), int)
    assert isinstance(demand.costs(0, 0), np.ndarray)
    assert demand.equilibrium is not None
    found = demand.equilibrium()
    assert found.shape == price.shape
    assert np.isfinite(found).all()
    for answer in (each for each in answers if each is not None):
        parts_of = [getattr(answer, field.name) for field in fields(answer)]
        assert all(isinstance(part, (np.ndarray, float)) for part in parts_of)


# -- planted: each of these would be noticed --------------------------------------------------------------------------


def plain_view(**changed: Any) -> PricingView:
    """Return a proper view of one seller of two products, with something changed."""
    whole, real = np.zeros((1, 2), dtype=np.int64), np.zeros((1, 2))
    view = PricingView(0, ("a", "b"), real, whole, whole, real, real, real)
    return replace(view, **changed)


SIZES = {"seller": 1, "product": 2}


def test_a_proper_view_is_not_strange():
    assert strangers(plain_view(), SIZES) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("demand", sim.Market("village", seed=0)),
        ("rival_price", np.zeros((40, 2), dtype=np.int64)),  # everybody's
        ("landed_cost", np.zeros((5, 2))[:1]),  # one row, with all others behind it
        ("own_price", np.zeros((1, 2))),  # not what is declared
        ("products", ["a", "b"]),
        ("observed", object()),
    ],
)
def test_a_view_that_holds_what_it_should_not_is_noticed(field, value):
    assert len(strangers(plain_view(**{field: value}), SIZES)) == 1


def test_a_field_that_nobody_declared_is_noticed():
    @dataclass(frozen=True)
    class Wider(PricingView):
        everybodys_taste: Any = None

    view = plain_view()
    object.__setattr__(view, "everybodys_taste", np.zeros(500))
    assert strangers(view, SIZES) == ["PricingView.everybodys_taste is not declared"]
    wider = Wider(*(getattr(view, field.name) for field in fields(view)))
    assert strangers(wider, SIZES) == ["Wider is no view"]


class Nosy(Markup):
    """A rule that asks for the demand it is not taken to know."""

    def target(self, view: PricingView) -> Any:
        return view.landed_cost if view.demand is None else view.landed_cost * 2.0


class Reaching(Markup):
    """A rule that looks for the market behind what it is handed."""

    def target(self, view: PricingView) -> Any:
        return view.landed_cost + view.market.network.price.mean()  # type: ignore[attr-defined]


def test_a_rule_that_reads_what_it_is_not_taken_to_know_is_noticed():
    read: set[str] = set()
    Nosy(factor=1.5).decide(Reading(plain_view(), read), None)  # type: ignore[arg-type]
    assert forbidden({"markup": read}) == {("markup", "PricingView.demand")}


def test_a_rule_that_reaches_for_the_market_fails(monkeypatch):
    rows = Group(Reaching(factor=1.5), np.array([0]))
    with pytest.raises(AttributeError, match="market"):
        rows.decide(plain_view())


# -- what rules do with it -------------------------------------------------------------------------------------------

FORMULAS = ("sim.rules.", "sim.kernels.", "sim.formulas.", "sim.common.parameters", "sim.common.types")
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
        observed=SalesRecord(
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

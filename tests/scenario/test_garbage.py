"""No garbage, whether in dicts, files or overrides, leads to anything but a scenario or a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario import Problem, Scenario, ScenarioError, load_scenario
from sim.scenario.explain import parameters

SMALL = {"geography": {"customers": 30, "town_count": 2}, "time": {"days": 9, "warm_up": 1, "cool_down": 1}}

KEYS = st.one_of(
    st.sampled_from([*Scenario.model_fields, "extends", "pricing", "rule", "stores", "towns", "items", "name", "days"]),
    st.text(max_size=5),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.binary(max_size=4),
    st.sampled_from(["markup", "fixed", "direct", "supplier 1", 10**30, -1, 0]),
)
GARBAGE = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=12,
)
QUICKLY = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def loads_or_reports(source: Any, overrides: Any = None) -> None:
    """Load, or raise a ScenarioError with at least one problem; any other exception is a failure."""
    problems: tuple[Problem, ...] = (Problem(key="none"),)
    try:
        load_scenario(source, overrides)
    except ScenarioError as error:
        problems = error.problems
    assert problems
    assert all(str(problem) for problem in problems)


@QUICKLY
@given(st.dictionaries(KEYS, GARBAGE, max_size=5))
def test_no_dict_makes_loading_fail_otherwise(given_tables: dict[str, Any]) -> None:
    loads_or_reports(given_tables)


@QUICKLY
@given(st.dictionaries(st.one_of(KEYS, st.integers(), st.tuples(st.integers())), GARBAGE, max_size=3))
def test_no_key_makes_loading_fail_otherwise(given_tables: dict[Any, Any]) -> None:
    loads_or_reports({"customers": given_tables})


@QUICKLY
@given(st.binary(max_size=200))
def test_no_bytes_make_loading_fail_otherwise(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "garbage.toml"
    path.write_bytes(content)
    loads_or_reports(path)


@QUICKLY
@given(st.text(alphabet="[]{}=.,'\"#\n 01ae-", max_size=60))
def test_no_toml_makes_loading_fail_otherwise(tmp_path: Path, content: str) -> None:
    path = tmp_path / "garbage.toml"
    path.write_text(content)
    loads_or_reports(path)


@QUICKLY
@given(st.dictionaries(st.text(alphabet="abc.[]0\"' ", max_size=12), SCALARS, max_size=3))
def test_no_override_makes_loading_fail_otherwise(overrides: dict[str, Any]) -> None:
    loads_or_reports("village", overrides)


PLACES = st.sampled_from(
    [
        "compare",
        "customers.worth",
        "firms",
        "geography.towns.0.customers",
        "planner.base",
        "products.items.1.style",
        "regimes",
        "retailers.assortment",
        "retailers.pricing.factor",
        "retailers.pricing.rule",
        "retailers.stores",
        "retailers.stores.0.slots",
        "sources",
        "styles.shares",
        "suppliers.names",
        "tiers",
        "tiers.0",
        "tiers.0.pricing",
        "time",
    ]
)


@QUICKLY
@given(st.dictionaries(PLACES, GARBAGE, min_size=1, max_size=3))
def test_garbage_in_a_sound_scenario_is_reported(overrides: dict[str, Any]) -> None:
    loads_or_reports("village", overrides)


def test_every_number_at_its_limits_loads_or_is_reported() -> None:
    base = {**SMALL, "tiers": [{"name": "dealer"}], "geography": {"customers": 30, "town_count": 2}}
    for info in parameters():
        limits = dict(info.shape.limits)
        if info.shape.plain not in (int, float) or "NAME" in info.path or "[]" in info.path or "(" in info.path:
            continue
        for limit in ("ge", "gt", "le", "lt"):
            if limit in limits:
                loads_or_reports(base, {info.path: info.shape.plain(limits[limit])})

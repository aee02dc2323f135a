"""Every shipped scenario loads, says where each of its numbers comes from, and survives being written."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from sim.scenario import load_scenario, scenario_hash, scenario_names, scenario_path, scenario_to_toml
from sim.scenario.names import town_sizes
from sim.scenario.overrides import split_path
from sim.scenario.pricing_conduct import gap_decides, pricing_of
from sim.scenario.shape import dotted, find, unit_of, walk_values
from sim.scenario.sourcing import unsourced

NAMES = scenario_names()
FOUNDATION = ("village", "classroom", "parable", "empty_shelf", "diapers")
REPOSITORY = Path(__file__).resolve().parents[2]


def numbers_in(name: str) -> set[str]:
    """Paths of all numbers written in a shipped file; a list of numbers counts as one."""
    given = tomllib.loads(scenario_path(name).read_text(encoding="utf-8"))
    given.pop("sources")
    return {
        dotted(path[:-1] if isinstance(path[-1], int) else path)
        for path, value in walk_values(given)
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }


def test_the_scenarios_of_the_foundation_are_there() -> None:
    assert set(FOUNDATION) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_it_loads_under_its_own_name_with_a_title_and_a_question(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.title
    assert scenario.question.endswith("?")


@pytest.mark.parametrize("name", NAMES)
def test_every_number_in_it_has_a_source_and_every_source_a_number(name: str) -> None:
    assert unsourced(name) == []
    for key in tomllib.loads(scenario_path(name).read_text(encoding="utf-8"))["sources"]:
        assert any(path == key or path.startswith((f"{key}.", f"{key}[")) for path in numbers_in(name)), key


@pytest.mark.parametrize("name", NAMES)
def test_every_number_in_it_has_a_unit(name: str) -> None:
    given = load_scenario(name).model_dump()
    for key in numbers_in(name):
        place = find(split_path(key), given)
        assert place is not None
        assert place.field is not None
        assert unit_of(place.field), key


@pytest.mark.parametrize("name", NAMES)
def test_a_source_is_an_assumption_with_its_reason_or_says_how_it_is_known(name: str) -> None:
    for path, source in load_scenario(name).sources.items():
        known = ("assumption: ", "the story: ", "set, ", "see ")
        assert source.startswith(known) or "read" in source or "from memory" in source, (path, source)
        assert len(source) > 12 or source.startswith("assumption: "), path


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("defaults", [False, True])
def test_it_round_trips_through_toml(name: str, defaults: bool, tmp_path: Path) -> None:
    scenario = load_scenario(name)
    path = tmp_path / "copy.toml"
    path.write_text(scenario_to_toml(scenario, defaults=defaults), encoding="utf-8")
    assert load_scenario(path) == scenario
    assert scenario_hash(load_scenario(path)) == scenario_hash(scenario)


def test_the_fingerprint_is_the_same_in_another_process() -> None:
    code = "from sim.scenario import *\nfor name in scenario_names(): print(scenario_hash(load_scenario(name)))"
    command = [sys.executable, "-c", code]
    other = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=60)
    assert other.stdout.split() == [scenario_hash(load_scenario(name)) for name in NAMES]


def test_village_is_small_enough_for_a_pencil() -> None:
    village = load_scenario("village")
    assert town_sizes(village) == (3,)
    assert village.retailers.stores is not None
    assert [store.east for store in village.retailers.stores] == [2.0, -4.0]
    assert village.customers.scale == 0.0
    assert (village.time.days, village.time.warm_up, village.time.cool_down) == (12, 0, 0)


def test_classroom_is_as_large_as_promised() -> None:
    classroom = load_scenario("classroom")
    assert (sum(town_sizes(classroom)), len(town_sizes(classroom)), classroom.time.days) == (20_000, 12, 180)
    assert classroom.compare == ["traditional", "direct", "o2o", "hybrid", "planner"]


def test_classroom_set_margins_says_that_margins_are_set_and_every_price_is() -> None:
    scenario = load_scenario("classroom_set_margins")
    assert scenario.title.startswith("Margins are set")
    for regime in ("traditional", "direct", "o2o", "hybrid"):
        assert all(" are set " in part for part in pricing_of(scenario, regime).split("; "))
    assert [regime for regime in scenario.compare if gap_decides(scenario, regime)] == ["direct", "o2o", "hybrid"]


def test_parable_writes_every_cost_as_zero() -> None:
    given = tomllib.loads(scenario_path("parable").read_text(encoding="utf-8"))
    zero = {dotted(path) for path, value in walk_values(given) if value == 0 and not isinstance(value, bool)}
    assert {
        "platform.commission",
        "platform.handling_fee",
        "delivery.bulk.cost_per_shipment",
        "delivery.bulk.cost_per_unit_km",
        "delivery.parcel.cost_per_parcel",
        "delivery.courier.cost_per_stop",
        "delivery.courier.cost_per_km",
        "retailers.rent",
        "customers.hassle",
        "customers.waiting_cost",
        "customers.travel_cost",
        "customers.scale",
        "time.warm_up",
        "money.tax_rate",
        "contacts.cost",
    } <= zero


@pytest.mark.parametrize("name", ["empty_shelf", "diapers"])
def test_prices_are_equal_where_only_availability_may_differ(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.retailers.pricing.rule == scenario.suppliers.direct_pricing.rule == "fixed"
    assert scenario.retailers.pricing.price == scenario.suppliers.direct_pricing.price
    assert scenario.delivery.paid_by == "seller"

"""Every parameter is described once, and a person finds it by its path, part of it or its name."""

from __future__ import annotations

import pytest

from sim.scenario import ScenarioError
from sim.scenario.explain import explain, parameters


def test_every_parameter_has_a_meaning_and_says_what_is_allowed() -> None:
    everything = parameters()
    assert len(everything) > 150
    for info in everything:
        assert len(info.meaning) > 10, info.path
        assert info.meaning.endswith((".", ")")), info.path
        assert info.allowed, info.path
        assert info.default_text, info.path
        assert info.section_meaning, info.path


def test_numbers_have_a_unit() -> None:
    for info in parameters():
        if info.shape.plain in (int, float):
            assert info.unit, info.path


def test_paths_are_written_as_promised_and_differ() -> None:
    paths = [info.path for info in parameters()]
    assert len(paths) == len(set(paths))
    assert {
        "name",
        "customers.travel_cost",
        "customers.worth.mean",
        "tiers[].lead_time",
        "retailers.stores[].slots",
        "retailers.pricing",
        "retailers.pricing (markup).factor",
        "firms.NAME.pricing (fixed).prices",
        "regimes.NAME.shelves",
        "delivery.courier.cost_per_km",
    } <= set(paths)


def test_one_parameter_in_full() -> None:
    [info] = explain("tiers[].lead_time")
    assert (info.unit, info.default, info.section) == ("days", 3, "tiers[]")
    assert info.allowed == "a whole number from 1 to 365 (days)"
    assert info.meaning == "Time from an order upstream to goods in the depot."
    assert dict(info.shape.limits) == {"ge": 1, "le": 365}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("time.days", "180"),
        ("tiers[].name", "must be given"),
        ("suppliers.capacity", "left out"),
        ("suppliers.pricing", "markup, factor 2.0"),
        ("suppliers.direct_pricing", "undercut, gap share 0.2"),
        ("tiers", "none"),
        ("title", '""'),
        ("returns.refund_fee", "false"),
        ("compare", "traditional, direct, o2o, hybrid, planner"),
    ],
)
def test_defaults_read_as_words(path: str, text: str) -> None:
    assert explain(path)[0].default_text == text


@pytest.mark.parametrize(
    ("asked", "first", "count"),
    [
        ("customers.travel_cost", "customers.travel_cost", 1),
        ("travel_cost", "customers.travel_cost", 1),
        ("tiers.0.lead_time", "tiers[].lead_time", 1),
        ("tiers[2].lead_time", "tiers[].lead_time", 1),
        ("retailers.pricing.factor", "retailers.pricing (markup).factor", 1),
        ("retailers.pricing (match)", "retailers.pricing (match).review_days", 3),
        ("firms.retailer 3.pricing.factor", "firms.NAME.pricing (markup).factor", 1),
        ("worth", "customers.worth.distribution", 6),
        ("lead_time", "suppliers.lead_time", 3),
    ],
)
def test_a_parameter_is_found_by_what_a_person_writes(asked: str, first: str, count: int) -> None:
    found = explain(asked)
    assert (found[0].path, len(found)) == (first, count)


@pytest.mark.parametrize(
    ("asked", "remedy"),
    [
        ("customers.travelcost", "customers.travel_cost"),
        ("travel_csot", "customers.travel_cost"),
        ("zzz", "sections are"),
        ("", "sections are"),
        ("...", "sections are"),
    ],
)
def test_what_is_not_there_is_answered_with_the_nearest(asked: str, remedy: str) -> None:
    with pytest.raises(ScenarioError, match=remedy):
        explain(asked)

"""Single parameters are changed by their path, and a path that leads nowhere says where it could."""

from __future__ import annotations

from typing import Any

import pytest

from sim.rules.pricing import Fixed, Margin, Markup, Match
from sim.scenario import ScenarioError, load_scenario, parse_override
from sim.scenario.overrides import split_path

SMALL = {"geography": {"customers": 30, "town_count": 2}, "time": {"days": 9, "warm_up": 1, "cool_down": 1}}


def test_overrides_reach_every_kind_of_place() -> None:
    scenario = load_scenario(
        {**SMALL, "tiers": [{"name": "importer"}], "firms": {"retailer 1": {}}},
        {
            "customers.travel_cost": 4,
            "customers.worth.mean": 50,
            "tiers.0.pricing.factor": 1.5,
            "tiers[0].firms": 2,
            "retailers.pricing.factor": 3.0,
            "firms.retailer 1.pricing": {"rule": "fixed", "price": 9},
            'firms."retailer 2".replenishment': {"rule": "base_stock", "level": 3},
            "regimes.mine.supplier_channels": ["parcel"],
            "compare": ["mine"],
        },
    )
    assert scenario.customers.travel_cost == 4.0
    assert scenario.customers.worth.mean == 50
    assert scenario.tiers[0].pricing == Markup(factor=1.5)
    assert scenario.tiers[0].firms == 2
    assert scenario.retailers.pricing == Markup(factor=3.0)
    assert scenario.firms["retailer 1"].pricing == Fixed(price=9)
    assert scenario.firms["retailer 2"].replenishment is not None
    assert scenario.regime("mine").supplier_channels == ["parcel"]


def test_another_rule_by_override_takes_the_old_parameters_away_in_any_order() -> None:
    change = {"retailers.pricing.share": 0.25, "retailers.pricing.rule": "margin"}
    for overrides in (change, dict(reversed(change.items()))):
        pricing = load_scenario("classroom", {**overrides}).retailers.pricing
        assert pricing == Margin(share=0.25, review_days=56)  # every rule has review days: they stay
    match = {"retailers.pricing.rule": "match", "suppliers.direct_pricing.reference_price": 9.0}
    assert load_scenario(SMALL, match).retailers.pricing == Match()


def test_overrides_leave_what_was_given_alone() -> None:
    given = {"customers": {"trust": 0.5}, "tiers": [{"name": "importer"}]}
    load_scenario(given, {"customers.trust": 0.6, "tiers.0.firms": 3})
    assert given == {"customers": {"trust": 0.5}, "tiers": [{"name": "importer"}]}
    village = load_scenario("village")
    assert load_scenario(village, {"time.days": 13}).time.days == 13
    assert village.time.days == 12


def test_an_override_can_mend_what_the_file_has_wrong() -> None:
    assert load_scenario({"customers": {"trust": 7}}, {"customers.trust": 0.7}).customers.trust == 0.7


def test_overrides_are_checked_like_files(only_problem: Any) -> None:
    problem = only_problem("village", {"customers.trust": 2})
    assert (problem.file, problem.key, problem.value) == ("override", "customers.trust", "2")
    assert only_problem("village", {"time.warm_up": 12}).file == "override"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("customer.trust", "did you mean customers.trust?"),
        ("customers.trus", "did you mean customers.trust?"),
        ("customers.trust.x", "remove what follows it"),
        ("tiers.7.firms", "positions 0 to 0"),
        ("tiers.wholesaler.firms", "say which one by its position"),
        ("firms.retailer 1.pricing.factor", "set it as a whole first"),
        ("", "for example customers.travel_cost"),
        ("a..b", "for example customers.travel_cost"),
        (".a", "for example customers.travel_cost"),
        ("a.", "for example customers.travel_cost"),
        ("tiers[x]", "for example customers.travel_cost"),
        ("[0]", "for example customers.travel_cost"),
    ],
)
def test_an_override_that_leads_nowhere_says_where_it_could(only_problem: Any, path: str, expected: str) -> None:
    problem = only_problem({**SMALL, "tiers": [{"name": "wholesaler"}]}, {path: 1})
    assert problem.file == "override"
    assert expected in str(problem)


def test_what_an_override_replaces_is_the_override_s_however_many_files_there_were(
    write: Any, only_problem: Any
) -> None:
    write("base.toml", 'retailers.pricing = { rule = "markup", factor = 2.0 }\n')
    write("heir.toml", 'extends = "base.toml"\n')
    problem = only_problem("heir.toml", {"retailers.pricing": {"rule": "markup", "factor": -1.0}})
    assert (problem.file, problem.key) == ("override", "retailers.pricing.factor")


def test_all_wrong_overrides_come_in_one_report(problems_of: Any) -> None:
    wrong = {"time.dys": 3, "customers.trust": 3, "x": 1, "time.warm_up": 500}
    found = {problem.key for problem in problems_of("village", wrong)}
    assert found == {"time.dys", "customers.trust", "x", "time.warm_up"}


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("customers.travel_cost=0.4", "customers.travel_cost", 0.4),
        (" time.days = 30 ", "time.days", 30),
        ("customers.draw=stratified", "customers.draw", "stratified"),
        ('customers.draw="stratified"', "customers.draw", "stratified"),
        ('compare=["direct","o2o"]', "compare", ["direct", "o2o"]),
        ("returns.refund_fee=true", "returns.refund_fee", True),
        ('retailers.pricing={rule="markup", factor=2}', "retailers.pricing", {"rule": "markup", "factor": 2}),
        ("title=a=b", "title", "a=b"),
        ("title=1\nname = 2", "title", "1\nname = 2"),
        ("title=", "title", ""),
    ],
)
def test_an_override_on_the_command_line_is_read_as_toml_or_as_text(text: str, path: str, value: Any) -> None:
    assert parse_override(text) == (path, value)


@pytest.mark.parametrize("text", ["", "customers.travel_cost", "=3", " = "])
def test_an_override_needs_a_path_and_a_value(text: str) -> None:
    with pytest.raises(ScenarioError, match="path=value"):
        parse_override(text)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a.b.0.c", ("a", "b", "0", "c")),
        ("a.b[0].c", ("a", "b", 0, "c")),
        ('firms."a.b".c', ("firms", "a.b", "c")),
        ("firms.'retailer 1'.c", ("firms", "retailer 1", "c")),
        ("firms.retailer 1.c", ("firms", "retailer 1", "c")),
    ],
)
def test_paths_are_split_at_dots_and_brackets(text: str, path: tuple[str | int, ...]) -> None:
    assert split_path(text) == path

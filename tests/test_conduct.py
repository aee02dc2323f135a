"""How prices come about is said in words, from the scenario alone."""

from __future__ import annotations

from typing import Any

import pytest

from sim.rules.pricing import Pricing
from sim.scenario import load_scenario
from sim.scenario.pricing_conduct import ALWAYS, HOW, gap_decides, pricing_lines, pricing_of

FOUND = {"rule": "best_response", "conduct": "margin"}
ALL_FOUND = {
    "suppliers.pricing": FOUND,
    "suppliers.direct_pricing": FOUND,
    "tiers.0.pricing": FOUND,
    "retailers.pricing": FOUND,
}


def village(**changes: Any) -> Any:
    return load_scenario("village", changes)


@pytest.mark.parametrize(
    ("regime", "said"),
    [
        ("traditional", "makers: set, 2 times cost; wholesalers and shops: set, 1.5 times cost"),
        ("direct", "direct prices: set, makers keep 50 % of the gap between wholesale and the chain's price"),
        (
            "hybrid",
            "makers: set, 2 times cost; wholesalers and shops: set, 1.5 times cost; direct prices: set, makers keep "
            "50 % of the gap between wholesale and the chain's price",
        ),
        ("planner", "nobody sets them: goods are sold at cost, and the state pays the deficits"),
    ],
)
def test_set_prices_are_said_to_be_set_and_at_what(regime: str, said: str) -> None:
    assert pricing_of(village(), regime) == said


def test_one_conduct_for_all_is_said_once() -> None:
    found = "found, each firm asks what earns it most, given the others (conduct: margin)"
    assert pricing_of(village(**ALL_FOUND), "traditional") == f"all prices: {found}"
    assert pricing_of(village(**ALL_FOUND), "direct") == f"direct prices: {found}"
    lines = pricing_lines(village(**ALL_FOUND), ["traditional", "hybrid", "direct", "o2o"])
    assert lines[:-1] == [f"traditional and hybrid: all prices: {found}.", f"direct and o2o: direct prices: {found}."]


def test_what_a_platform_and_partner_shops_are_set_to_take_is_said_where_all_else_is_found() -> None:
    market = village(**ALL_FOUND)
    assert pricing_lines(market, ["traditional", "direct", "o2o", "planner"])[-1] == (
        "Set in any case, and no finding: the platform's commission under o2o (10 % of the price) and what makers pay "
        "partner shops under o2o (0.50 EUR a unit)."
    )
    free = village(**ALL_FOUND, **{"platform.commission": 0.0, "platform.handling_fee": 0.0})
    for said in (pricing_lines(market, ["traditional", "direct", "planner"]), pricing_lines(free, ["hybrid", "o2o"])):
        assert not any("no finding" in line for line in said)


@pytest.mark.parametrize(
    ("name", "several"),
    [
        ("intermediary", "intermediaries"),
        ("wholesaler", "wholesalers"),
        ("relay", "relays"),
        ("importers", "importers"),
    ],
)
def test_a_tier_is_named_in_the_plural(name: str, several: str) -> None:
    assert f" {several} and shops: set, 1.5 times cost" in pricing_of(village(**{"tiers.0.name": name}), "traditional")


def test_mixed_conduct_names_who_does_what() -> None:
    fixed = {"rule": "fixed", "price": 5.0}
    set_above = {"suppliers.pricing": {"rule": "margin", "share": 0.305}, "suppliers.direct_pricing": fixed}
    mixed = village(**set_above, **{"retailers.pricing": FOUND})
    assert pricing_of(mixed, "traditional") == (
        "makers: set, a margin of 30.5 % of the price; wholesalers: set, 1.5 times cost; shops: found, each firm asks "
        "what earns it most, given the others (conduct: margin)"
    )


def test_firms_with_rules_of_their_own_are_not_passed_over() -> None:
    own = village(**{"firms.Near & Sons": {"pricing": {"rule": "fixed", "price": 9.0}}})
    assert pricing_of(own, "traditional").endswith("shops: set, 1.5 times cost, but for firms with rules of their own")
    assert "own" not in pricing_of(own, "direct")


def test_every_pricing_rule_has_its_words() -> None:
    rules = set(Pricing.__args__[0].__args__)  # type: ignore[attr-defined]
    assert rules == {*HOW, *ALWAYS}


def test_who_keeps_a_saving_that_is_set_is_said_to_be_no_finding() -> None:
    lines = pricing_lines(village(), ["traditional", "direct", "planner"])
    assert lines[-1] == (
        "Who keeps the saving under direct is set, by suppliers.direct_pricing.gap_share, and is no finding. At which "
        "values customers and makers change sides: middleman compare village --who-keeps"
    )
    assert not any("no finding" in line for line in pricing_lines(village(**ALL_FOUND), ["traditional", "direct"]))
    assert [gap_decides(village(), regime) for regime in ("traditional", "direct", "o2o", "planner")] == [
        False, True, True, False,
    ]  # fmt: skip


def test_the_same_prices_are_said_once_for_all() -> None:
    (line,) = pricing_lines(village(), ["traditional", "direct"], "traditional")
    assert line.startswith("Same prices: under traditional and direct customers are asked, product by product, what")

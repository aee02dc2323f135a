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
        (
            "traditional",
            "makers' prices are set at 2 times cost; wholesalers' and shops' prices are set at 1.5 times cost",
        ),
        ("direct", "direct prices are set so that makers keep 50 % of the gap between wholesale and the chain's price"),
        (
            "hybrid",
            "makers' prices are set at 2 times cost; wholesalers' and shops' prices are set at 1.5 times cost; direct "
            "prices are set so that makers keep 50 % of the gap between wholesale and the chain's price",
        ),
        ("planner", "goods are sold at cost, and the state covers the deficits; no firm sets a price"),
    ],
)
def test_set_prices_are_said_to_be_set_and_at_what(regime: str, said: str) -> None:
    assert pricing_of(village(), regime) == said


def test_one_conduct_for_all_is_said_once() -> None:
    found = "are found by the firms, each choosing what earns it most, given the others (conduct: margin)"
    assert pricing_of(village(**ALL_FOUND), "traditional") == f"all prices {found}"
    assert pricing_of(village(**ALL_FOUND), "direct") == f"direct prices {found}"
    lines = pricing_lines(village(**ALL_FOUND), ["traditional", "hybrid", "direct", "o2o"])
    assert lines[:-1] == [
        f"Store chain and mixed: all prices {found}.",
        f"Direct and O2O: direct prices {found}.",
    ]


def test_what_a_platform_and_partner_shops_are_set_to_take_is_said_where_all_else_is_found() -> None:
    market = village(**ALL_FOUND)
    assert pricing_lines(market, ["traditional", "direct", "o2o", "planner"])[-1] == (
        "Always set, not a finding: the platform's commission with O2O (10 % of the price) and the fee makers "
        "pay partner shops with O2O (0.50 EUR per unit)."
    )
    free = village(**ALL_FOUND, **{"platform.commission": 0.0, "platform.handling_fee": 0.0})
    for said in (pricing_lines(market, ["traditional", "direct", "planner"]), pricing_lines(free, ["hybrid", "o2o"])):
        assert not any("not a finding" in line for line in said)


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
    said = pricing_of(village(**{"tiers.0.name": name}), "traditional")
    assert f" {several}' and shops' prices are set at 1.5 times cost" in said


def test_mixed_conduct_names_who_does_what() -> None:
    fixed = {"rule": "fixed", "price": 5.0}
    set_above = {"suppliers.pricing": {"rule": "margin", "share": 0.305}, "suppliers.direct_pricing": fixed}
    mixed = village(**set_above, **{"retailers.pricing": FOUND})
    assert pricing_of(mixed, "traditional") == (
        "makers' prices are set at a margin of 30.5 % of the price; wholesalers' prices are set at 1.5 times cost; "
        "shops' prices are found by the firms, each choosing what earns it most, given the others (conduct: margin)"
    )


def test_firms_with_rules_of_their_own_are_not_passed_over() -> None:
    own = village(**{"firms.Near & Sons": {"pricing": {"rule": "fixed", "price": 9.0}}})
    said = pricing_of(own, "traditional")
    assert said.endswith("shops' prices are set at 1.5 times cost, except for firms with their own rules")
    assert "own" not in pricing_of(own, "direct")


def test_every_pricing_rule_has_its_words() -> None:
    rules = set(Pricing.__args__[0].__args__)  # type: ignore[attr-defined]
    assert rules == {*HOW, *ALWAYS}


def test_who_keeps_a_saving_that_is_set_is_said_to_be_no_finding() -> None:
    lines = pricing_lines(village(), ["traditional", "direct", "planner"])
    assert lines[-1] == (
        "Who keeps the saving with direct selling is set by suppliers.direct_pricing.gap_share; it is not a finding. "
        "At which values customers and makers gain: middleman compare village --who-keeps"
    )
    assert not any("not a finding" in line for line in pricing_lines(village(**ALL_FOUND), ["traditional", "direct"]))
    assert [gap_decides(village(), regime) for regime in ("traditional", "direct", "o2o", "planner")] == [
        False, True, True, False,
    ]  # fmt: skip


def test_the_same_prices_are_said_once_for_all() -> None:
    (line,) = pricing_lines(village(), ["traditional", "direct"], "traditional")
    assert line.startswith(
        "Same prices: in the store chain and with direct selling, each product has its mean price in"
    )

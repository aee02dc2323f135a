"""Every bad value is reported once, with its key, what is allowed and what to do; all of them together."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("given", "key", "value", "allowed", "remedy"),
    [
        ({"time": {"days": 0}}, "time.days", "0", "from 1 to 36500 (days)", "raise it"),
        ({"time": {"days": 3.0}}, "time.days", "3.0", "a whole number", "write 3, without a decimal point"),
        ({"time": {"days": True}}, "time.days", "true", "a whole number", "write a number"),
        ({"customers": {"trust": -0.1}}, "customers.trust", "-0.1", "from 0 to 1 (share)", "raise it"),
        ({"customers": {"trust": 1.5}}, "customers.trust", "1.5", "from 0 to 1 (share)", "lower it"),
        (
            {"customers": {"hassle": float("nan")}},
            "customers.hassle",
            "nan",
            "number from 0",
            "write a finite number",
        ),
        (
            {"customers": {"hassle": float("inf")}},
            "customers.hassle",
            "inf",
            "number from 0",
            "write a finite number",
        ),
        (
            {"customers": {"hassle": "2"}},
            "customers.hassle",
            '"2"',
            "currency per purchase",
            "without quotes",
        ),
        ({"customers": {"hassle": 10**400}}, "customers.hassle", "1000", "a number", "smaller"),
        ({"customers": {"draw": "randm"}}, "customers.draw", '"randm"', '"random"', 'mean "random"?'),
        ({"customers": {"draw": "x"}}, "customers.draw", '"x"', '"stratified"', "choose one"),
        ({"platform": {"commission": 1}}, "platform.commission", "1", "below 1", "lower it"),
        ({"delivery": {"paid_by": 1}}, "delivery.paid_by", "1", '"seller"', "choose one"),
        ({"returns": {"refund_fee": 1}}, "returns.refund_fee", "1", "true or false", "true or false"),
        ({"name": "a b"}, "name", '"a b"', "letters, digits", "letters, digits"),
        ({"name": 3}, "name", "3", "text", "in quotes"),
        ({"time": 4}, "time", "4", "a table", "{ days = ... }"),
        ({"compare": "direct"}, "compare", '"direct"', "a list", "[square brackets]"),
        ({"tiers": {"name": "x"}}, "tiers", "{'name': 'x'}", "a list", "[[tiers]]"),
        ({"geography": {"towns": []}}, "geography.towns", "a list of 0", "1 or more", "add entries"),
        (
            {"customers": {"weekday_profile": [1, 2]}},
            "customers.weekday_profile",
            "a list of 2",
            "a list of 7",
            "add",
        ),
        (
            {"retailers": {"closing": {"rule": "loses"}}},
            "retailers.closing.rule",
            '"loses"',
            '"losses"',
            'mean "losses"?',
        ),
        (
            {"retailers": {"closing": {"rule": "losses", "patience": 0}}},
            "retailers.closing.patience",
            "0",
            "from 1",
            "raise it",
        ),
        (
            {"platform": {"closing": {"rule": "losses", "review_days": 0}}},
            "platform.closing.review_days",
            "0",
            "from 1",
            "raise it",
        ),
        (
            {"suppliers": {"direct_entry": {"rule": "when_it_pays", "assumed_share": 1.5}}},
            "suppliers.direct_entry.assumed_share",
            "1.5",
            "from 0 to 1",
            "lower it",
        ),
        ({"geography": {"town_count": 0}}, "geography.town_count", "0", "from 1", "raise it"),
        ({"tiers": [{"name": "importer", "firms": 0}]}, "tiers[0].firms", "0", "from 1", "raise it"),
        ({"tiers": [{"name": "a"}, {}]}, "tiers[1].name", "", "must be given: text", "add it"),
        (
            {"retailers": {"stores": [{"name": "a", "town": "town 1", "slots": -3}]}},
            "retailers.stores[0].slots",
            "-3",
            "from 0 to 30000 (products)",
            "raise it",
        ),
        (
            {"retailers": {"pricing": {"rule": "markup"}}},
            "retailers.pricing.factor",
            "",
            "must be given",
            "add it",
        ),
        (
            {"retailers": {"pricing": {"rule": "markpu", "factor": 2}}},
            "retailers.pricing.rule",
            '"markpu"',
            '"markup", "margin", "fixed", "undercut", "match"',
            'mean "markup"',
        ),
        (
            {"retailers": {"pricing": {"factor": 2}}},
            "retailers.pricing.rule",
            "",
            '"markup", "margin"',
            "which rule",
        ),
        ({"retailers": {"pricing": 2}}, "retailers.pricing", "2", '"match"', '{ rule = "markup"'),
        (
            {"retailers": {"pricing": {"rule": "markup", "factor": 0}}},
            "retailers.pricing.factor",
            "0",
            "above 0",
            "raise",
        ),
        (
            {"retailers": {"pricing": {"rule": "margin", "factor": 2, "share": 0.2}}},
            "retailers.pricing.factor",
            "",
            'the rule "margin" has no such parameter',
            "share",
        ),
        ({"retailers": {"pricing": {"rule": "fixed"}}}, "retailers.pricing", "", "set `price`", ""),
        (
            {"suppliers": {"replenishment": {"rule": "reorder_point", "level": 30, "reorder_point": 40}}},
            "suppliers.replenishment",
            "",
            "reorder_point 40 must be below level 30",
            "",
        ),
        (
            {"firms": {"retailer 1": {"pricing": {"rule": "markup", "factor": -1}}}},
            "firms.retailer 1.pricing.factor",
            "-1",
            "above 0",
            "raise it",
        ),
        (
            {"regimes": {"mine": {"own_channels": ["stoer"]}}},
            "regimes.mine.own_channels[0]",
            '"stoer"',
            '"parcel"',
            'mean "store"',
        ),
        ({"regimes": {"planner": {}}}, "regimes.planner", "", "planner.base", "another name"),
        ({"sources": {"time.days": 3}}, 'sources."time.days"', "3", "text", "quotes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_bad_value_gives_one_report(
    only_problem: Any, given: dict[str, Any], key: str, value: str, allowed: str, remedy: str
) -> None:
    problem = only_problem(given)
    assert problem.key == key
    assert problem.value.startswith(value)
    assert allowed in problem.allowed
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("given", "key", "remedy"),
    [
        ({"custmers": {}}, "custmers", "did you mean customers?"),
        ({"customers": {"travelcost": 2}}, "customers.travelcost", "did you mean customers.travel_cost"),
        ({"customers": {"worth": {"men": 2}}}, "customers.worth.men", "did you mean customers.worth.mean?"),
        (
            {"retailers": {"stores": [{"name": "a", "town": "town 1", "slot": 3}]}},
            "retailers.stores[0].slot",
            "did you mean retailers.stores[0].slots?",
        ),
        ({"online": {"xyz": 1}}, "online.xyz", "known names: advertising_per_head, advertising_scale"),
    ],
)
def test_an_unknown_key_is_answered_with_the_nearest(
    problems_of: Any, given: dict[str, Any], key: str, remedy: str
) -> None:
    [problem] = [problem for problem in problems_of(given) if problem.key == key]
    assert "no such parameter" in problem.allowed
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("section", "key", "given"),
    [
        ("retailers", "pricing", {"rule": "fixed", "price": 1.0, "review_days": 3}),
        ("retailers", "assortment", {"rule": "fixed", "products": ["product 1"], "review_days": 3}),
        ("retailers", "closing", {"rule": "never", "review_days": 3}),
        ("suppliers", "direct_entry", {"rule": "always", "review_days": 3}),
        ("suppliers", "pricing", {"rule": "quantity", "tolerance": 1.0}),
        ("suppliers", "pricing", {"rule": "quantity", "wholesale_below_direct": True}),
    ],
)
def test_a_rule_takes_no_parameter_that_it_would_not_look_at(
    only_problem: Any, section: str, key: str, given: dict[str, Any]
) -> None:
    name = list(given)[-1]
    problem = only_problem({section: {key: given}})
    assert problem.key == f"{section}.{key}.{name}"
    assert f'the rule "{given["rule"]}" has no such parameter' in problem.allowed


def test_all_problems_come_in_one_report_those_of_single_values_and_of_their_relations(
    problems_of: Any,
) -> None:
    found = {
        problem.key
        for problem in problems_of(
            {
                "time": {"days": 10, "warm_up": 9},
                "customers": {"trust": 2, "travelcost": 1, "worth": {"distribution": "pareto"}},
                "retailers": {"stores": [{"name": "a", "town": "Nowhere", "slots": 2}]},
                "tiers": [{"name": "importer", "firms": 0}],
                "compare": ["traditional", "telepathy"],
            }
        )
    }
    assert found == {
        "time.warm_up",
        "customers.trust",
        "customers.travelcost",
        "customers.worth.low",
        "retailers.stores[0].town",
        "tiers[0].firms",
        "compare[1]",
    }


def test_what_only_follows_from_another_problem_is_not_reported(only_problem: Any) -> None:
    # Without its slots the store would seem to offer nothing, and without the town it would stand nowhere.
    assert only_problem({"retailers": {"stores": [{"name": "a", "town": "town 1", "slots": -3}]}})
    assert only_problem({"retailers": {"stores": [{"name": "a", "town": "town 1", "slot": 3}]}})
    assert only_problem({"time": {"days": 10, "warm_up": -1}})

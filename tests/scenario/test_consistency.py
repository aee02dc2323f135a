"""Contradictions between parameters are found, each by one check, and sound scenarios pass all of them."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario import load_scenario
from sim.scenario.consistency import CHECKS

STORE = {"name": "corner", "town": "town 1", "slots": 2}
TOWN = {"name": "Brook", "customers": 5}
MATCH = {"rule": "match"}
FIXED = {"rule": "fixed", "price": 9.0}


def stores(*given: dict[str, Any]) -> dict[str, Any]:
    """A scenario with stores given by hand."""
    return {"retailers": {"stores": [{**STORE, **store} for store in given]}}


def towns(*given: dict[str, Any]) -> dict[str, Any]:
    """A scenario with towns given by hand."""
    return {"geography": {"towns": [{**TOWN, **town} for town in given]}}


def regime(**given: Any) -> dict[str, Any]:
    """A scenario with a regime of its own."""
    return {"regimes": {"mine": given}}


CONTRADICTIONS: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "own_rules_suit_the_firm",
        {"firms": {"retailer 1": {"direct_entry": {"rule": "always"}}}},
        "firms.retailer 1.direct_entry",
        "only suppliers open a direct channel",
    ),
    (
        "own_rules_suit_the_firm",
        {"firms": {"supplier 1": {"closing": {"rule": "losses"}}}},
        "firms.supplier 1.closing",
        "suppliers do not close",
    ),
    (
        "entry_has_a_price_to_reckon_with",
        {
            "suppliers": {"direct_pricing": {"rule": "best_response"}},
            "firms": {"supplier 2": {"direct_entry": {"rule": "when_it_pays"}}},
        },
        "firms.supplier 2.direct_entry.rule",
        "supplier 2 cannot compute its direct price",
    ),
    (
        "every_firm_of_a_tier_serves_somebody",
        {"tiers": [{"name": "wholesaler", "firms": 3, "serves": "lines"}], "products": {"count": 2}},
        "tiers[0].firms",
        'with serves = "lines" each firm needs products of its own, and there are 2',
    ),
    (
        "every_firm_of_a_tier_serves_somebody",
        {"tiers": [{"name": "importer", "firms": 3, "serves": "chains"}, {"name": "wholesaler", "firms": 2}]},
        "tiers[0].firms",
        'with serves = "chains" each firm needs buying firms of its own, and there are 2',
    ),
    (
        "days_are_left",
        {"time": {"days": 37}},
        "time.warm_up",
        "warm_up 30 + cool_down 7 must be less than days 37",
    ),
    (
        "every_town_has_people",
        {"geography": {"customers": 11}},
        "geography.customers",
        "12 towns need at least",
    ),
    ("town_names_differ", towns({}, {"name": "Hill"}, {}), "geography.towns[2].name", "another town"),
    (
        "national_weights_fit",
        {"styles": {"shares": [1, 2]}},
        "styles.shares",
        "2 weights for styles.count = 40",
    ),
    ("national_weights_fit", {"styles": {"count": 2, "shares": [0, 0]}}, "styles.shares", "above 0"),
    ("town_weights_fit", towns({"style_shares": [1.0]}), "geography.towns[0].style_shares", "1 weights"),
    (
        "need_rate_is_a_probability",
        {"customers": {"need_rate": 0.8, "need_rate_spread": 0.5}},
        "customers.need_rate",
        "reaches 1.2",
    ),
    (
        "need_rate_is_a_probability",
        {"customers": {"need_rate": 0.8, "weekday_profile": [1, 1, 1, 1, 1, 1, 2]}},
        "customers.need_rate",
        "reaches 1.6",
    ),
    (
        "worth_makes_sense",
        {"customers": {"worth": {"distribution": "uniform", "low": 9, "high": 8}}},
        "customers.worth.high",
        "high above low, which is 9",
    ),
    (
        "worth_makes_sense",
        {"customers": {"worth": {"distribution": "pareto"}}},
        "customers.worth.low",
        "above 0",
    ),
    (
        "worth_makes_sense",
        {"customers": {"worth": {"distribution": "lognormal", "mean": 0}}},
        "customers.worth.mean",
        "above 0",
    ),
    (
        "market_is_not_too_large",
        {
            "geography": {"customers": 100_000_000},
            "retailers": {"people_per_store": 1e6},
            "customers": {"need_rate": 1.0},
        },
        "geography.customers",
        "needs in 180 days",
    ),
    (
        "market_is_not_too_large",
        towns({"customers": 90_000_000}, {"name": "b", "customers": 90_000_000})
        | {"customers": {"need_rate": 0.0}, "retailers": {"people_per_store": 1e6}},
        "geography.towns",
        "customers in total",
    ),
    (
        "market_is_not_too_large",
        {"geography": {"town_count": 20_000}, "styles": {"count": 30_000}},
        "styles.count",
        "too many",
    ),
    ("firm_names_differ", {"suppliers": {"names": ["a", "a"]}}, "suppliers.names[1]", "another firm"),
    ("firm_names_differ", {"tiers": [{"name": "supplier 1"}]}, "tiers[0].name", "another firm"),
    ("firm_names_differ", {"tiers": [{"name": "retailer", "firms": 3}]}, "retailers.count", "another firm"),
    ("firm_names_differ", {"tiers": [{"name": "state"}]}, "tiers[0].name", "another firm or account"),
    (
        "firm_names_differ",
        {"retailers": {"names": ["platform"]}},
        "retailers.names[0]",
        "another firm or account",
    ),
    ("firm_names_differ", {"retailers": {"names": [" "]}}, "retailers.names[0]", "must not be empty"),
    (
        "product_names_differ",
        {"products": {"items": [{"name": "a"}, {"name": "a"}]}},
        "products.items[1].name",
        "another product",
    ),
    (
        "supplier_of_product_exists",
        {"products": {"items": [{"name": "a", "supplier": "supplier 9"}]}},
        "products.items[0].supplier",
        "there is no supplier with that name; known names: supplier 1, supplier 2",
    ),
    (
        "style_of_product_exists",
        {"products": {"items": [{"name": "a", "style": 40}]}},
        "products.items[0].style",
        "styles are numbered 0 to 39",
    ),
    ("store_names_differ", stores({}, {}), "retailers.stores[1].name", "another store or place"),
    ("town_of_store_exists", stores({"town": "twon 1"}), "retailers.stores[0].town", "there is no town"),
    (
        "retailer_of_store_exists",
        stores({"retailer": "Ann"}),
        "retailers.stores[0].retailer",
        "there is no retailer",
    ),
    ("firms_with_own_rules_exist", {"firms": {"suplier 1": {}}}, "firms.suplier 1", "there is no firm"),
    ("own_rules_suit_the_firm", {"firms": {"platform": {}}}, "firms.platform", "follow no rules"),
    (
        "own_rules_suit_the_firm",
        {"firms": {"retailer 1": {"direct_pricing": FIXED}}},
        "firms.retailer 1.direct_pricing",
        "only suppliers",
    ),
    (
        "own_rules_suit_the_firm",
        {"firms": {"supplier 1": {"assortment": {"rule": "popularity"}}}},
        "firms.supplier 1.assortment",
        "only retailers",
    ),
    (
        "products_in_rules_exist",
        {"retailers": {"pricing": {**FIXED, "prices": {"product 41": 1.0}}}},
        "retailers.pricing.prices.product 41",
        "there is no product",
    ),
    (
        "products_in_rules_exist",
        {"retailers": {"assortment": {"rule": "fixed", "products": ["product 1", "prod"]}}},
        "retailers.assortment.products[1]",
        "there is no product",
    ),
    (
        "products_in_rules_exist",
        {"retailers": {"assortment": {"rule": "fixed", "products": ["product 1"] * 2}}},
        "retailers.assortment.products[1]",
        "twice",
    ),
    (
        "fixed_prices_cover_all",
        {"products": {"count": 2}, "retailers": {"pricing": {"rule": "fixed", "prices": {"product 1": 1.0}}}},
        "retailers.pricing.prices",
        "no price is given for product 2",
    ),
    (
        "fixed_prices_cover_all",
        {
            "products": {"count": 4},
            "suppliers": {"count": 2},
            "firms": {"supplier 2": {"pricing": {"rule": "fixed", "prices": {"product 2": 1.0}}}},
        },
        "firms.supplier 2.pricing.prices",
        "product 4",
    ),
    ("regimes_named_exist", {"compare": ["direkt"]}, "compare[0]", "there is no regime"),
    ("regimes_named_exist", {"compare": ["direct", "direct"]}, "compare[1]", "twice"),
    ("regimes_named_exist", {"planner": {"base": "planner"}}, "planner.base", "there is no regime"),
    (
        "shipped_regimes_stay",
        {"regimes": {"direct": {"supplier_channels": ["parcel"]}}},
        "regimes.direct",
        "built-in",
    ),
    (
        "sources_name_parameters",
        {"sources": {"customers.trst": "x"}},
        'sources."customers.trst"',
        "no such parameter",
    ),
    (
        "sources_name_parameters",
        {"sources": {"tiers[3].firms": "x"}},
        'sources."tiers[3].firms"',
        "no such parameter",
    ),
    (
        "only_direct_prices_undercut",
        {"retailers": {"pricing": {"rule": "undercut"}}},
        "retailers.pricing.rule",
        "only suppliers' direct prices",
    ),
    (
        "undercut_has_a_reference",
        {"retailers": {"pricing": MATCH}},
        "suppliers.direct_pricing.reference_price",
        "match of retailers.pricing",
    ),
    (
        "undercut_has_a_reference",
        {"firms": {"retailer 1": {"pricing": MATCH}}},
        "suppliers.direct_pricing.reference_price",
        "match of firms.retailer 1.pricing",
    ),
    (
        "shelf_holds_the_level",
        {"retailers": {"replenishment": {"rule": "base_stock", "level": 21}}},
        "retailers.replenishment.level",
        "at most retailers.stock_per_slot = 20",
    ),
    (
        "shelf_holds_the_level",
        {"firms": {"retailer 1": {"replenishment": {"rule": "base_stock", "level": 21}}}},
        "firms.retailer 1.replenishment.level",
        "at most retailers.stock_per_slot = 20",
    ),
    (
        "prices_stay_countable",
        {"tiers": [{"name": f"t{k}", "pricing": {"rule": "markup", "factor": 1000}} for k in range(5)]},
        "retailers.pricing",
        "prices up to",
    ),
    ("stores_offer_something", stores({"slots": 0}), "retailers.stores[0].slots", "slots, or samples"),
    ("stores_offer_something", {"retailers": {"slots": 0}}, "retailers.slots", "slots, or samples"),
    (
        "stores_offer_something",
        {"retailers": {"showrooms_per_town": 1}},
        "retailers.samples",
        "needs samples",
    ),
    (
        "position_around_needs_a_ring",
        stores({"around": 0.5}),
        "retailers.stores[0].around",
        "a disc, not a ring",
    ),
    ("regimes_fit_together", regime(), "regimes.mine", "nothing is for sale"),
    (
        "regimes_fit_together",
        regime(supplier_channels=["parcel", "parcel"]),
        "regimes.mine.supplier_channels[1]",
        "twice",
    ),
    (
        "regimes_fit_together",
        regime(shelves="own", own_channels=["parcel"]),
        "regimes.mine.own_channels[0]",
        "from the shelf",
    ),
    (
        "regimes_fit_together",
        regime(own_channels=["store"]),
        "regimes.mine.own_channels",
        'when shelves = "none"',
    ),
    (
        "regimes_fit_together",
        regime(shelves="own", supplier_channels=["parcel"]),
        "regimes.mine.own_channels",
        "customers could not buy",
    ),
    (
        "regimes_fit_together",
        regime(shelves="own", own_channels=["store"], supplier_channels=["courier"]),
        "regimes.mine.supplier_channels",
        "no goods in stores",
    ),
    (
        "regimes_fit_together",
        regime(shelves="consigned", supplier_channels=["parcel"]),
        "regimes.mine.supplier_channels",
        "customers could not buy",
    ),
    (
        "regimes_fit_together",
        regime(chain=True, supplier_channels=["parcel"]),
        "regimes.mine.shelves",
        "the chain",
    ),
    (
        "regimes_fit_together",
        regime(supplier_channels=["parcel", "endless_aisle"]),
        "regimes.mine.supplier_channels[1]",
        "no store to order from",
    ),
    ("texts_can_be_printed", {"title": "red \x1b[31m"}, "title", "control characters"),
    ("texts_can_be_printed", {"suppliers": {"names": ["a\nb"]}}, "suppliers.names[0]", "control characters"),
    ("texts_can_be_printed", towns({"name": "a\tb"}), "geography.towns[0].name", "control characters"),
    ("names_have_no_loose_blanks", {"tiers": [{"name": "dealer "}]}, "tiers[0].name", "end with a space"),
    *(
        ("names_do_not_look_alike", {"suppliers": {"names": [name, alike]}}, "suppliers.names[1]", "looks like")
        for name, alike in [
            ("caf\u00e9", "cafe\u0301"),  # an accent composed, and not
            ("Mill", "\uff2dill"),  # full width
            ("Apple", "\u0410pple"),  # Cyrillic
            ("Bio", "\u0392\u03b9\u03bf"),  # Greek
        ]
    ),
    (
        "names_do_not_look_alike",
        towns({"name": "Rose"}, {"name": "R\u043ese"}),
        "geography.towns[1].name",
        "looks like",
    ),
    (
        "titles_of_regimes_differ",
        {"regimes": {"parcels": {"title": "Direct", "supplier_channels": ["parcel"]}}},
        "regimes.parcels.title",
        "'direct' has this title",
    ),
    ("regimes_can_be_named", {"regimes": {"a,b": {"supplier_channels": ["parcel"]}}}, "regimes.a,b", "letters"),
    (
        "regimes_can_be_named",
        {"regimes": {"m" * 41: {"supplier_channels": ["parcel"]}}},
        f"regimes.{'m' * 41}",
        "up to 40",
    ),
    (
        "stocks_are_not_too_many",
        {"products": {"count": 30_000}, "geography": {"customers": 5_000_000}},
        "products.count",
        "stocks",
    ),
    (
        "choices_belong_to_needs",
        {"records": {"needs": "figures", "choices": True}},
        "records.needs",
        'records.needs = "records"',
    ),
]


@pytest.mark.parametrize(
    ("check", "given", "key", "allowed"),
    CONTRADICTIONS,
    ids=[f"{case[0]}-{case[2]}" for case in CONTRADICTIONS],
)
def test_a_contradiction_gives_one_report(
    only_problem: Any, check: str, given: dict[str, Any], key: str, allowed: str
) -> None:
    problem = only_problem(given)
    assert problem.key == key
    assert allowed in problem.allowed
    assert problem.remedy


def test_every_check_has_a_contradiction_above() -> None:
    assert {check.find.__name__ for check in CHECKS} == {case[0] for case in CONTRADICTIONS}


def test_the_checks_run_together(problems_of: Any) -> None:
    found = problems_of(
        {
            "time": {"days": 30},
            "styles": {"shares": [1]},
            "compare": ["x"],
            "planner": {"base": "y"},
            "retailers": {"slots": 0},
        }
    )
    assert [problem.key for problem in found] == [
        "time.warm_up",
        "styles.shares",
        "compare[0]",
        "planner.base",
        "retailers.slots",
    ]


@pytest.mark.parametrize(
    "given",
    [
        {},
        towns({"shape": "ring", "radius": 2}) | stores({"town": "Brook", "around": 0.5}),
        stores({"slots": 0, "samples": 3}),
        {"retailers": {"showrooms_per_town": 1, "samples": 4}},
        {
            "retailers": {"pricing": MATCH},
            "suppliers": {"direct_pricing": {"rule": "undercut", "reference_price": 9}},
        },
        {"retailers": {"pricing": MATCH}, "suppliers": {"direct_pricing": MATCH}},
        {"suppliers": {"replenishment": {"rule": "base_stock", "level": 5000}}},
        {
            "tiers": [{"name": "dealer"}],
            "firms": {"dealer": {"replenishment": {"rule": "base_stock", "level": 99}}},
        },
        {
            "products": {"count": 2},
            "suppliers": {"count": 2},
            "firms": {"supplier 2": {"pricing": {"rule": "fixed", "prices": {"product 2": 1.0}}}},
        },
        regime(shelves="own", own_channels=["store"]),
        regime(shelves="own", own_channels=["store", "pickup"], supplier_channels=["parcel", "endless_aisle"]),
        regime(shelves="consigned", supplier_channels=["store", "endless_aisle"])
        | {"retailers": {"showrooms_per_town": 1, "samples": 4}},
        {"time": {"days": 38}},
        {"planner": {"base": "mine"}, "compare": ["mine", "planner"]} | regime(supplier_channels=["parcel"]),
        {"sources": {"tiers": "none", "time": "any", "retailers.pricing.factor": "default"}},
    ],
    ids=str,
)
def test_what_is_no_contradiction_passes(given: dict[str, Any]) -> None:
    assert load_scenario(given)

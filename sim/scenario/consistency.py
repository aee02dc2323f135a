"""Runs all checks of a scenario and reports all findings together."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from pydantic import ValidationError

from sim.scenario.checks import market, people, references, rules, texts
from sim.scenario.checks.finding import Conflict
from sim.scenario.merging import SOURCES, Tables
from sim.scenario.overrides import close_matches
from sim.scenario.problems import Problem, shown
from sim.scenario.schema import Scenario
from sim.scenario.shape import Path, child, dotted, find
from sim.scenario.translating import MISSING, MOST_DESCRIBED, UNKNOWN_KEY, clean_path

REPAIRS = 6


class ConsistencyCheck(NamedTuple):
    """A check and the parameters it reads. If one of those is invalid, the check is skipped."""

    find: Callable[[Scenario], Iterator[Conflict]]
    reads: tuple[str, ...]


NAMES_OF_FIRMS = ("suppliers.names", "suppliers.count", "tiers", "retailers.names", "retailers.count")
PEOPLE = ("geography.customers", "geography.town_count", "geography.town_zipf", "geography.towns")
CHAIN_RULES = ("suppliers.pricing", "suppliers.direct_pricing", "tiers", "retailers.pricing", "firms")
PRODUCTS = ("products.items", "products.count")
NAMES = ("suppliers.names", "retailers.names", "retailers.stores", "geography.towns", "products.items", "tiers")

CHECKS = (
    ConsistencyCheck(people.days_are_left, ("time",)),
    ConsistencyCheck(people.every_town_has_people, PEOPLE),
    ConsistencyCheck(people.town_names_differ, ("geography.towns",)),
    ConsistencyCheck(people.national_weights_fit, ("styles",)),
    ConsistencyCheck(people.town_weights_fit, ("styles.count", "geography.towns")),
    ConsistencyCheck(people.need_rate_is_a_probability, ("customers",)),
    ConsistencyCheck(people.worth_makes_sense, ("customers.worth",)),
    ConsistencyCheck(people.market_is_not_too_large, (*PEOPLE, "time.days", "customers.need_rate", "styles.count")),
    ConsistencyCheck(references.firm_names_differ, NAMES_OF_FIRMS),
    ConsistencyCheck(references.product_names_differ, ("products.items",)),
    ConsistencyCheck(references.supplier_of_product_exists, ("products.items", "suppliers.names", "suppliers.count")),
    ConsistencyCheck(references.style_of_product_exists, ("products.items", "styles.count")),
    ConsistencyCheck(references.store_names_differ, ("retailers.stores",)),
    ConsistencyCheck(references.town_of_store_exists, ("retailers.stores", "geography.towns", "geography.town_count")),
    ConsistencyCheck(references.retailer_of_store_exists, ("retailers.stores", "retailers.names", "retailers.count")),
    ConsistencyCheck(references.firms_with_own_rules_exist, (*NAMES_OF_FIRMS, "firms")),
    ConsistencyCheck(references.own_rules_suit_the_firm, (*NAMES_OF_FIRMS, "firms")),
    ConsistencyCheck(references.products_in_rules_exist, (*PRODUCTS, *CHAIN_RULES, "retailers.assortment")),
    ConsistencyCheck(
        references.fixed_prices_cover_all, (*PRODUCTS, *CHAIN_RULES, "suppliers.names", "suppliers.count")
    ),
    ConsistencyCheck(references.regimes_named_exist, ("compare", "regimes", "planner")),
    ConsistencyCheck(references.shipped_regimes_stay, ("regimes",)),
    ConsistencyCheck(references.sources_name_parameters, ("sources",)),
    ConsistencyCheck(rules.only_direct_prices_undercut, CHAIN_RULES),
    ConsistencyCheck(rules.undercut_has_a_reference, CHAIN_RULES),
    ConsistencyCheck(
        rules.shelf_holds_the_level, (*NAMES_OF_FIRMS, "firms", "retailers.replenishment", "retailers.stock_per_slot")
    ),
    ConsistencyCheck(rules.entry_has_a_price_to_reckon_with, (*NAMES_OF_FIRMS, *CHAIN_RULES, "suppliers.direct_entry")),
    ConsistencyCheck(rules.prices_stay_countable, (*CHAIN_RULES, "products")),
    ConsistencyCheck(market.every_firm_of_a_tier_serves_somebody, (*NAMES_OF_FIRMS, *PRODUCTS)),
    ConsistencyCheck(market.stores_offer_something, ("retailers",)),
    ConsistencyCheck(market.choices_belong_to_needs, ("records",)),
    ConsistencyCheck(market.position_around_needs_a_ring, ("retailers.stores", "geography.towns", "geography.shape")),
    ConsistencyCheck(market.regimes_fit_together, ("regimes", "retailers")),
    ConsistencyCheck(texts.texts_can_be_printed, (*NAMES, "title", "question", "money.currency", "regimes")),
    ConsistencyCheck(texts.names_have_no_loose_blanks, NAMES),
    ConsistencyCheck(texts.names_do_not_look_alike, (*NAMES, "regimes")),
    ConsistencyCheck(texts.regimes_can_be_named, ("regimes",)),
    ConsistencyCheck(texts.titles_of_regimes_differ, ("regimes",)),
    ConsistencyCheck(market.stocks_are_not_too_many, (*PEOPLE, *PRODUCTS, *NAMES_OF_FIRMS, "retailers")),
)
"""All checks."""


def consistency_problems(scenario: Scenario, tables: Tables, broken: tuple[Path, ...] = ()) -> list[Problem]:
    """Return what the checks find, skipping those that read a parameter already found invalid."""
    wrong = [dotted(path) for path in broken]
    return [
        Problem(
            tables.origin(finding.path),
            dotted(finding.path),
            "" if finding.value is None else shown(finding.value),
            finding.allowed,
            finding.remedy,
        )
        for check in CHECKS
        if not any(_touches(read, path) for read in check.reads for path in wrong)
        for finding in check.find(scenario)
        if not (finding.path[0] == SOURCES and any(_touches(str(finding.path[-1]), path) for path in wrong))
    ]


def _touches(one: str, other: str) -> bool:
    """Tell whether one path equals the other or lies inside it."""
    return one == other or one.startswith((f"{other}.", f"{other}[")) or other.startswith((f"{one}.", f"{one}["))


def still_consistent(error: ValidationError, tables: Tables) -> list[Problem]:
    """Return what the checks find in a scenario that does not validate, as far as possible.

    Invalid parameters are replaced by their defaults, and the checks that read them are skipped, so that no problem is
    reported that only follows from another.
    """
    if error.error_count() > MOST_DESCRIBED:
        return []
    given = copy.deepcopy(tables.given)
    broken: list[Path] = []
    for _ in range(REPAIRS):
        for found in error.errors(include_url=False):
            broken += _taken_out(given, clean_path(found["loc"], given), found["type"])
        try:
            scenario = Scenario.model_validate(given)
        except ValidationError as next_error:
            error = next_error
            continue
        return consistency_problems(scenario, tables, tuple(broken))
    return []


def _taken_out(given: dict[str, Any], path: Path, kind: str) -> list[Path]:
    """Remove a broken parameter in place, and return the paths that can no longer be relied on."""
    if not path:
        return []
    if kind == UNKNOWN_KEY:
        _remove(given, path)
        # A misspelt parameter was meant to set its neighbour, so the neighbour's default is not what the user wants.
        place = find(path[:-1], given)
        return [(*path[:-1], name) for name in close_matches(str(path[-1]), place.known_keys() if place else [])]
    if kind == MISSING:
        path = path[:-1]
    while path and not isinstance(path[-1], str):
        path = path[:-1]
    inside_list = next((length for length, step in enumerate(path) if isinstance(step, int)), len(path))
    path = path[:inside_list]
    if path:
        _remove(given, path)
    return [path]


def _remove(given: dict[str, Any], path: Path) -> None:
    holder: Any = given
    for step in path[:-1]:
        holder = child(holder, step)
    if isinstance(holder, dict):
        holder.pop(path[-1], None)
